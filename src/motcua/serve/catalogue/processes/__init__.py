"""Internal processes: drafts edited as a table, checked, approved by a decision, drawn, written as BPMN.

An approved process never changes; a new one takes its place for new dossiers, running ones keep theirs.
Events, on the procedure's chain: `procedure.process_drafted`, `procedure.process_saved`, `procedure.process_approved`,
`procedure.process_discarded`.
"""
