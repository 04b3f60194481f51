"""Review of procedures: what one costs those who ask for it, what could go, and the next version that leaves it out.

Words: a *review* (rà soát) examines one version; its *cost lines* hold hours and money of each step as it is and as
proposed; *proposals* drop papers, shorten the time, put it online. Approved, a review becomes the next draft version.
Events: `review.*` on the review's chain, `procedure.version_drafted` on the procedure's.
"""
