"""Reports: forms whose cells are measures; made live, issued, frozen, computed again.

Words: a *form* (columns, row axes, checks), a *report* (a form over a period, as known at a position), an *issue*.
"""
