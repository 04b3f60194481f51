"""Measures: each defined once, over the spans of dossiers, and run unchanged on three engines.

Words: a *question* (which days, as known at which position, for whom), a *cut* (by what the figure is split),
a *measure* (its words, its source, its expression). Reads only what is sealed. Events: none of its own.
"""
