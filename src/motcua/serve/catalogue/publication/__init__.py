"""Publication of procedures: a decision goes from draft through the quality check to signature and publication.

Words: a *publication decision* (quyết định công bố) has *items*, each a new, amended or abolished procedure; the
*check* is a round of answers to a checklist; *deadlines* are data with their source; an *offering* says from when a
procedure is done wholly at the Centre, stands on the national portal, was restructured for online filing.
Events: `publication.*` on the decision's chain, `procedure.version_in_force`, `procedure.abolished`,
`procedure.offered` on the procedure's.
"""
