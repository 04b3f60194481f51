"""Every write of assessment: preparing a round, entering, appraising, moving from stage to stage, publishing."""

from motcua.measure.assessment.actions.entering import (
    EntryInput,
    add_comment,
    add_evidence,
    save_entries,
    submit_self_assessment,
)
from motcua.measure.assessment.actions.firmness import ask_what_moves, carry_out
from motcua.measure.assessment.actions.preparing import (
    GroupInput,
    add_group,
    assign,
    open_round,
    set_calendar,
    set_source,
    take_group_out,
    unassign,
)
from motcua.measure.assessment.actions.publishing import publish_round
from motcua.measure.assessment.actions.reminding import remind
from motcua.measure.assessment.actions.sources import count_all, count_measures, load_table
from motcua.measure.assessment.actions.stages import move_on, reopen
from motcua.measure.assessment.actions.standing import load_standing

__all__ = [
    "EntryInput",
    "GroupInput",
    "add_comment",
    "add_evidence",
    "add_group",
    "ask_what_moves",
    "assign",
    "carry_out",
    "count_all",
    "count_measures",
    "load_standing",
    "load_table",
    "move_on",
    "open_round",
    "publish_round",
    "remind",
    "reopen",
    "save_entries",
    "set_calendar",
    "set_source",
    "submit_self_assessment",
    "take_group_out",
    "unassign",
]
