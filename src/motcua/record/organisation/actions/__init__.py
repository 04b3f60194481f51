"""Every write of the organisation: loading a province, people and posts, desks, calendars."""

from motcua.record.organisation.actions.calendars import remove_calendar_day, set_calendar_day
from motcua.record.organisation.actions.loading import load_agencies, load_calendar
from motcua.record.organisation.actions.people import (
    add_desk,
    add_person,
    change_person,
    end_person,
    end_post,
    give_post,
)

__all__ = [
    "add_desk",
    "add_person",
    "change_person",
    "end_person",
    "end_post",
    "give_post",
    "load_agencies",
    "load_calendar",
    "remove_calendar_day",
    "set_calendar_day",
]
