"""What the pages of publication send: dates, answers, periods."""

import datetime as dt
from collections.abc import Mapping

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.errors import Refused
from motcua.serve.catalogue.publication.queries import Period

PREFIX = "verdict-"


def optional_date(sent: Mapping[str, str], name: str) -> dt.date | None:
    """Return a date that was sent, None if it is none."""
    try:
        return parse_date(sent.get(name, "").strip())
    except ValueError:
        return None


def date_of(sent: Mapping[str, str], name: str) -> dt.date:
    """Return a date that was sent.

    Raises:
        Refused: it is none; the error names the field.
    """
    found = optional_date(sent, name)
    if found is None:
        raise Refused("publication.date", _("Give a date as day, month and year."), field=name)
    return found


def answers_of(sent: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return verdict and remark by key of the checklist."""
    keys = [name.removeprefix(PREFIX) for name in sent if name.startswith(PREFIX)]
    return {key: (sent.get(PREFIX + key, ""), sent.get(f"remark-{key}", "")) for key in keys}


def period_of(sent: Mapping[str, str], today: dt.date) -> Period:
    """Return the period that is asked for, the current year if none is; turned around it is put right."""
    since = optional_date(sent, "from") or today.replace(month=1, day=1)
    until = optional_date(sent, "to") or today
    return Period(min(since, until), max(since, until))
