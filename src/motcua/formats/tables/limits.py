"""How much of a file is read."""

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
# Faults of one file that are told; a file with more is wrong in its whole.
MOST_FAULTS = 200
# What a workbook may hold when unpacked: a small file that grows without end is no table.
MOST_UNPACKED = 300_000_000
MOST_PARTS = 2_000
# One cell far out would make a sheet of billions of cells.
MOST_CELLS = 4_000_000
LONGEST_TEXT = 5_000
