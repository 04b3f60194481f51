"""What is asked: of which days, as known when, for whom, split by what. Pure."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from motcua.measure.metrics.beside import ROWS_BESIDE
from motcua.measure.metrics.tables import AGENCIES, FIELDS, PROCEDURES, SPANS, VERSIONS

Table = Any
"""An Ibis table expression (Ibis ships no usable types of its columns)."""

RECEIVED, RESOLVED = 1, 2
FAR = dt.date(9999, 12, 31)
LONG_DAYS = 31
"""See `serve.dossiers.models.spans`; the same number, told here so that this room stays free of Django."""
ONLINE = 2


@dataclass(frozen=True, slots=True)
class Question:
    """A period of local dates, both ends included, as known at a position of the ledger.

    Args:
        first, last: the period; open dossiers are looked at on `last`, at the end of the day.
        known_at: the ledger's position; events after it do not exist for the answer.
        agencies: keys of the competent agencies that count; None for all.
        where: further conditions, name of a cut → the values that count.
    """

    first: dt.date
    last: dt.date
    known_at: int
    agencies: frozenset[int] | None = None
    where: tuple[tuple[str, tuple[Any, ...]], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the period ends before it begins")


def as_known(spans: Table, position: int) -> Table:
    """Return the spans as they were known at a position, with `ends_on`: the local date of the end known then."""
    import ibis

    known = spans.filter((spans.known_from <= position) & (spans.retracted.isnull() | (spans.retracted > position)))
    return known.mutate(ends_on=(known.end_known <= position).ifelse(known.to_on, ibis.null("date")))


def standing_on(spans: Table, day: dt.date, position: int) -> Table:
    """Return the spans that held at the end of a local date, one for each dossier."""
    known = as_known(spans, position)
    return known.filter((known.from_on <= day) & (known.ends_on.isnull() | (known.ends_on > day)))


def standing_by_end(spans: Table, day: dt.date, position: int) -> Table:
    """Return the rows of `standing_on` in two parts that Parquet files sorted by `to_on` answer without reading most.

    Held beyond the day as far as anything is known of its end; or ended by an event that was not known yet.
    """
    known = spans.filter((spans.known_from <= position) & (spans.retracted.isnull() | (spans.retracted > position)))
    begun = known.filter(known.from_on <= day)
    held = begun.filter(begun.to_on.isnull() | (begun.to_on > day))
    return held.union(begun.filter((begun.to_on <= day) & (begun.end_known.isnull() | (begun.end_known > position))))


def standing_apart(spans: Table, question: Question) -> Table:
    """Return the spans that held at the end of the last day and were not resolved before the first one, in four parts.

    The same rows as `standing_on` gives, asked for so that an index of PostgreSQL answers each part: open and ended
    within `LONG_DAYS` of the last day; open longer than that; open, and ended by an event that was not known yet;
    resolved in the period (a span that says when a dossier was resolved never begins before that day).
    """
    import ibis

    still_open = spans.filter(spans.standing == RECEIVED)
    held_until = still_open.to_on.coalesce(FAR)
    held = held_until > question.last
    soon = held_until <= ibis.literal(question.last) + ibis.interval(days=LONG_DAYS)
    long_after = still_open.from_on + ibis.interval(days=LONG_DAYS)
    lasted_long = still_open.to_on.isnull() | (still_open.to_on > long_after)
    ended_later = (held_until <= question.last) & (still_open.end_known > question.known_at)
    done = (spans.standing == RESOLVED) & (spans.resolved_on >= question.first) & (spans.resolved_on <= question.last)
    parts = [
        still_open.filter(held & soon & (still_open.to_on <= long_after)),
        still_open.filter(held & lasted_long),
        still_open.filter(ended_later),
        spans.filter(done),
    ]
    return ibis.union(*(standing_on(part, question.last, question.known_at) for part in parts))


def counted(question: Question, over: str = "counted", *, apart: bool = False) -> Table:
    """Return one row for each dossier that the period counts: received by its end, and not resolved before it.

    Args:
        over: "counted"; "all": those resolved before the period too (for what happens later, such as returns and
            apologies); "filed": those that were not received too (refusals); or rows beside dossiers, see `beside`.
        apart: ask as suits the indexes of PostgreSQL (see `standing_apart`) and not files (`standing_by_end`); the rows
            are the same.

    Returns:
        The spans of the period's last day, with `opening` (carried over), `resolved`, `overdue` (open and late).
    """
    rows = ROWS_BESIDE[over](question) if over in ROWS_BESIDE else _dossiers(question, over, apart=apart)
    if question.agencies is not None:
        rows = rows.filter(rows.agency_competent_id.isin(sorted(question.agencies)))
    for name, values in question.where:
        rows = CUTS[name](rows)
        known = [value for value in values if value is not None]
        fits = rows[name].isin(known)
        rows = rows.filter(fits | rows[name].isnull() if None in values else fits)
    return rows


def _dossiers(question: Question, over: str, *, apart: bool) -> Table:
    """Return the spans that a question counts, of all agencies; see `counted`."""
    if apart and over == "counted":
        rows = standing_apart(SPANS.rows(), question)
    else:
        standing = standing_on if apart else standing_by_end
        rows = standing(SPANS.rows(), question.last, question.known_at)
    if over != "filed":
        rows = rows.filter(rows.standing >= RECEIVED)
    if over == "counted":
        rows = rows.filter(rows.resolved_on.isnull() | (rows.resolved_on >= question.first))
    return rows.mutate(
        opening=rows.received_on < question.first,
        resolved=rows.resolved_on.notnull(),
        overdue=rows.resolved_on.isnull() & ~rows.waiting & (rows.due_on < question.last).fill_null(False),
    )


def _by_column(column: str, name: str) -> Callable[[Table], Table]:
    return lambda rows: rows if name in rows.columns else rows.mutate(**{name: rows[column]})


def _by_level(rows: Table) -> Table:
    if "level" in rows.columns:
        return rows
    agencies = AGENCIES.rows()
    agencies = agencies.select(agency_key=agencies.id, level=agencies.level)
    return rows.join(agencies, rows.agency_competent_id == agencies.agency_key).drop("agency_key")


def _by_procedure(rows: Table) -> Table:
    if "procedure" in rows.columns:
        return rows
    versions, procedures, fields = VERSIONS.rows(), PROCEDURES.rows(), FIELDS.rows()
    joined = versions.join(procedures, versions.procedure_id == procedures.id).join(
        fields, procedures.field_id == fields.id
    )
    named = joined.select(version_key=versions.id, procedure=procedures.code, field=fields.code)
    return rows.join(named, rows.version_id == named.version_key).drop("version_key")


def _by_month(rows: Table) -> Table:
    if "month" in rows.columns:
        return rows
    day = rows.resolved_on.coalesce(rows.received_on)
    return rows.mutate(month=day.year() * 100 + day.month())


CUTS: dict[str, Callable[[Table], Table]] = {
    "agency": _by_column("agency_competent_id", "agency"),
    "received_by": _by_column("agency_received_id", "received_by"),
    "unit": _by_column("unit_id", "unit"),
    "channel": lambda rows: rows,
    "state": lambda rows: rows,
    "service_level": lambda rows: rows,
    "dossier_id": lambda rows: rows,
    "level": _by_level,
    "field": _by_procedure,
    "procedure": _by_procedure,
    "month": _by_month,
}


TEXT_CUTS = frozenset({"level", "field", "procedure"})
"""Cuts whose values are words; those of the others are numbers."""


def cut(rows: Table, names: tuple[str, ...]) -> Table:
    """Return the rows with the columns that these cuts group by.

    Raises:
        KeyError: there is no such cut.
    """
    for name in names:
        rows = CUTS[name](rows)
    return rows
