"""The main job: one dossier goes through one door, from receipt to return.

Words: a *dossier* has *parties* (owner, submitter, authorised), *tasks* (a unit's step with its own due time),
*pauses*, *supplements*, *apologies*, *payments*, *papers* and a *delivery*. States are the national codes 1–10.
Events: `dossier.received`, `dossier.forwarded`, `dossier.returned` … one for each action.
"""
