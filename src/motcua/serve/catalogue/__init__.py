"""What may be asked for: procedures with versions, and how an agency handles each.

Words: a *procedure* has *versions* with validity; a version has *components*, *fees*, *results*, legal bases; a
*process* is an agency level's ordered table of *steps*. A dossier keeps the version it was received under.
Events: `procedure.*`.
"""
