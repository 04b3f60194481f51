"""Which position a date means, and bringing the spans up to the present."""

import datetime as dt
import re

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.ledger.models import Event
from motcua.record.ledger.sealing import deliver_all, seal
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers.span_keeping import spans_position

DAY_FIRST = re.compile(r"^(\d{2})/(\d{2})/(\d{4})")
LAST = """
    SELECT max(s.position) FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id WHERE e.recorded_at <= %s
"""


class BeforeTheRecord(ValueError):
    """At that time nothing was recorded yet."""


def catch_up() -> int:
    """Seal and deliver whatever waits, and return the position up to which figures stand."""
    while seal(timezone.now()):
        pass
    while deliver_all():
        pass
    return spans_position()


def position_at(moment: dt.datetime) -> int:
    """Return the last position whose event was recorded by an instant.

    Raises:
        BeforeTheRecord: none was.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAST, [moment])
        found = cursor.fetchone()[0]
    if found is None:
        raise BeforeTheRecord(moment.isoformat())
    return min(int(found), spans_position())


def position_of(text: str) -> int:
    """Return the position that a date (its end), an instant or a position means, written as text.

    Raises:
        ValueError: it is none of these, or a position that is not there yet.
        BeforeTheRecord: nothing was recorded by then.
    """
    if text.isdecimal() and len(text) < 19:
        newest = spans_position()
        if int(text) > newest:
            told = _("%(text)s: the ledger ends at position %(newest)s so far")
            raise ValueError(told % {"text": text, "newest": newest})
        if int(text) == 0:
            raise BeforeTheRecord(text)
        return int(text)
    try:
        moment = dt.datetime.fromisoformat(DAY_FIRST.sub(r"\3-\2-\1", text))
        if len(text) == len("2020-07-05"):  # as long as 05/07/2020
            moment = dt.datetime.combine(moment.date() + dt.timedelta(days=1), dt.time(0))
        instant = (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(_("%(text)s: give a date, an instant or a position") % {"text": text}) from None
    return position_at(instant)


def before_the_record(text: str) -> str:
    """Return the message that at a time nothing was recorded yet, with the day on which the record begins."""
    first = Event.objects.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    if first is None:
        return _("Nothing is recorded yet.")
    day = first.astimezone(LOCAL).date()
    return _("Nothing was recorded by %(asked)s yet; the record begins on %(day)s.") % {"asked": text, "day": day}
