"""The live index: Decision 766 from the record, for the province and for every agency, each hour and on demand.

Words: a *leaf* takes its numerator and denominator from a measure, or, where no source exists yet, from values that
somebody *entered*, dated; a *standing* is a stored result with its recipe (framework digest, position, period).
Events: `index.entered`.
"""
