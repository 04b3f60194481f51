"""Pages that follow a change of a calendar: a registry that upper rooms fill, so that its page can lead to them."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy


@dataclass(frozen=True)
class FollowUp:
    """A page that is opened with `?code=` of the calendar."""

    label: "str | Lazy"
    url_name: str


CALENDAR_FOLLOW_UPS: list[FollowUp] = []


def register_follow_up(follow_up: FollowUp) -> None:
    """Let the calendar's page lead to a page of an upper room."""
    if follow_up not in CALENDAR_FOLLOW_UPS:
        CALENDAR_FOLLOW_UPS.append(follow_up)
