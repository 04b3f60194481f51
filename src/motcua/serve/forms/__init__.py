"""Forms: versioned lists of typed fields with conditions, shared by intake, online filing and surveys.

Words: a *form* has *versions*; a version is a draft or published, and once published never changes. Who asks (a
dossier, a survey) stores the answers beside the version's id. Events: `form.*`.
"""
