"""Every numbered series: dossier codes, papers, receipts. Numbers come without gaps or doubles.

Words: a *series* is a kind and an owner ("dossier", agency 12) over a period ("2026-11-21", "2026"). The counter's
row is locked until the transaction that took the number ends, so a number that is not used is not lost.
"""
