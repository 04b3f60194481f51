"""Agencies through time: decisions that create, rename, move, merge, split and dissolve them."""

from motcua.record.organisation.actions.history.committing import (
    Preview,
    carry_out_decision,
    carry_out_due,
    commit_decision,
    preview_decision,
)
from motcua.record.organisation.actions.history.drafting import (
    LineInput,
    Outcome,
    add_line,
    change_decision,
    discard_decision,
    draft_decision,
    remove_line,
)

__all__ = [
    "LineInput",
    "Outcome",
    "Preview",
    "add_line",
    "carry_out_decision",
    "carry_out_due",
    "change_decision",
    "commit_decision",
    "discard_decision",
    "draft_decision",
    "preview_decision",
    "remove_line",
]
