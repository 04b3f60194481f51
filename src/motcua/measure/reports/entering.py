"""Values that the record does not hold: typed by people, one event each time, marked with who and when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.formats.reportforms import Column, Figure, Form
from motcua.measure.reports.models import EnteredValue
from motcua.measure.reports.policies import ENTERS, covers
from motcua.record.ledger.models import Event, Seal, new_id
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency

MOST_TEXT = 500
Cell = tuple[int, str]
"""A cell: the column's number and what its row is of (see `row_text`)."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in a cell, who typed it (their post's holder) and when."""

    value: Figure
    by: str
    at: str


def row_text(key: Mapping[str, Any]) -> str:
    """Return what a row is of as text: "agency=12"; empty for the whole."""
    return "&".join(f"{axis}={'' if value is None else value}" for axis, value in key.items())


def enter_values(
    *,
    by: Actor,
    form: Form,
    first: dt.date,
    last: dt.date,
    agency: Agency | None,
    values: Mapping[Cell, str],
    now: dt.datetime | None = None,
) -> list[EnteredValue]:
    """Keep values that people typed for cells of a form, all or none; what is as it was is left alone.

    Args:
        first, last: the period of the report, local dates, both included.
        agency: whose report; None: the province's.
        values: cell → text as typed: a number with comma or point, words for a remark, empty to empty the cell.

    Raises:
        NotAllowed: the post enters no values, or not for this agency.
        Invalid: values that are no numbers or out of bounds, each named by its cell.
    """
    ENTERS.check(by)
    if not covers(by, agency.pk if agency else None):
        raise NotAllowed("policy.reports.enters", _("Your post does not enter figures of this agency."))
    moment = now or timezone.now()
    read = _read(form, values)
    batch = new_id()
    with transaction.atomic():
        standing = entered_values(form, agency, first, last)
        rows = [
            EnteredValue(
                batch_id=batch,
                form=form.code,
                agency=agency,
                first=first,
                last=last,
                column=number,
                row=row,
                figure=f"{value:f}" if isinstance(value, Decimal) else "",
                text=value if isinstance(value, str) else "",
                entered_at=moment,
                entered_by=by.post,
            )
            for (number, row), value in read.items()
            if _differs(standing.get((number, row)), value)
        ]
        if rows:
            _write(rows, batch, by, moment)
    return rows


def _write(rows: list[EnteredValue], batch: Any, by: Actor, moment: dt.datetime) -> None:
    with record_change(
        chain_id=batch,
        subject="entered_values",
        kind="report.values_entered",
        actor=by.key,
        occurred_at=moment,
        recorded_at=moment,
        new=True,
    ) as change:
        for row in rows:
            change.add(row)


def _differs(standing: Entered | None, value: Decimal | str | None) -> bool:
    before = standing.value if standing else None
    after = float(value) if isinstance(value, Decimal) else value
    return (before or None) != (after or None) if isinstance(after, str) or after is None else before != after


def _read(form: Form, values: Mapping[Cell, str]) -> dict[Cell, Decimal | str | None]:
    """Return typed texts as values.

    Raises:
        Invalid: see `enter_values`.
    """
    read: dict[Cell, Decimal | str | None] = {}
    errors: list[Refused] = []
    for (number, row), text in values.items():
        column = form.column(number)
        if column is None or column.role != "entered":
            raise Refused("report.no_cell", _("Column %(n)s takes no typed value.") % {"n": number}, field=str(number))
        try:
            read[number, row] = _value(column, text)
        except ValueError as error:
            errors.append(Refused("report.value", str(error), field=f"{number}.{row}"))
    if errors:
        raise Invalid(errors)
    return read


def _value(column: Column, text: str) -> Decimal | str | None:
    plain = " ".join(text.split())
    if not plain:
        return None
    if column.text:
        if len(plain) > MOST_TEXT:
            raise ValueError(_("A remark has at most %(most)d characters.") % {"most": MOST_TEXT})
        return plain
    try:
        number = Decimal(plain.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(_("“%(text)s” is no number.") % {"text": plain[:40]}) from None
    if not number.is_finite() or not column.least <= number <= column.most:
        bounds = {"least": f"{column.least:g}", "most": f"{column.most:g}"}
        raise ValueError(_("The figure lies between %(least)s and %(most)s.") % bounds)
    return round(number, 4)


def entered_values(
    form: Form, agency: Agency | None, first: dt.date, last: dt.date, known_at: int | None = None
) -> dict[Cell, Entered]:
    """Return what was typed for a report, the latest of each cell, as known at a position of the ledger if given."""
    if not form.entered:
        return {}
    rows = EnteredValue.objects.filter(form=form.code, agency=agency, first=first, last=last)
    if known_at is not None:
        told = Event.objects.filter(chain_id__in=rows.values("batch_id"))
        sealed = Seal.objects.filter(position__lte=known_at, event_id__in=told.values("id"))
        rows = rows.filter(batch_id__in=told.filter(id__in=sealed.values("event_id")).values("chain_id"))
    found: dict[Cell, Entered] = {}
    for row in rows.select_related("entered_by__person").order_by("pk"):
        value: Figure = row.text or (float(row.figure) if row.figure else None)
        who = row.entered_by.person.full_name if row.entered_by else ""
        found[row.column, row.row] = Entered(value, who, row.entered_at.isoformat())
    return {cell: value for cell, value in found.items() if value.value is not None}
