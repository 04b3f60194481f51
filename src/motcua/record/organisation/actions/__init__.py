"""Every write of the organisation: loading a province, people and posts, desks, calendars."""

from motcua.record.organisation.actions.calendars import remove_calendar_day, set_calendar_day, set_shifts
from motcua.record.organisation.actions.handover import cancel_absence, hand_over, note_absence, preview_hand_over
from motcua.record.organisation.actions.loading import load_agencies, load_calendar
from motcua.record.organisation.actions.people import (
    add_desk,
    add_person,
    assign_position,
    change_person,
    end_person,
    end_post,
    give_post,
)
from motcua.record.organisation.actions.positions import (
    PositionInput,
    approve_scheme,
    note_streamlining,
    withdraw_streamlining,
)
from motcua.record.organisation.actions.tree import add_agency, add_unit

__all__ = [
    "PositionInput",
    "add_agency",
    "add_desk",
    "add_person",
    "add_unit",
    "approve_scheme",
    "assign_position",
    "cancel_absence",
    "change_person",
    "end_person",
    "end_post",
    "give_post",
    "hand_over",
    "load_agencies",
    "load_calendar",
    "note_absence",
    "note_streamlining",
    "preview_hand_over",
    "remove_calendar_day",
    "set_calendar_day",
    "set_shifts",
    "withdraw_streamlining",
]
