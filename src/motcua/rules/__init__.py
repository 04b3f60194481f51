"""What a decree or a formula says, as plain functions: no clock, no input or output, no framework.

Modules: `working_time` (promised times and their proof), `identifiers`, `text` (Vietnamese folding and order),
`money` (amounts in words). "Now" is always an argument; instants are aware, durations carry their unit.
"""
