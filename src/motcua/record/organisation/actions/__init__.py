"""Every write of the organisation: loading a province, people and posts, desks, calendars."""

from motcua.record.organisation.actions.calendars import remove_calendar_day, set_calendar_day, set_shifts
from motcua.record.organisation.actions.loading import load_agencies, load_calendar
from motcua.record.organisation.actions.people import (
    add_desk,
    add_person,
    change_person,
    end_person,
    end_post,
    give_post,
)
from motcua.record.organisation.actions.tree import add_agency, add_unit

__all__ = [
    "add_agency",
    "add_desk",
    "add_person",
    "add_unit",
    "change_person",
    "end_person",
    "end_post",
    "give_post",
    "load_agencies",
    "load_calendar",
    "remove_calendar_day",
    "set_calendar_day",
    "set_shifts",
]
