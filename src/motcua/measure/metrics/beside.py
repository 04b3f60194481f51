"""Rows that measures count beside dossiers: posts that are held, procedures in force, what decisions made public.

They go by the dates of the rows as the record has them; the position of a question is for dossiers. Each row has the
columns of every cut, empty where the cut says nothing of it, so that any measure can be asked by any cut. Pure.
"""

from collections.abc import Callable
from typing import Any

from motcua.measure.metrics.tables import DECISIONS, FIELDS, ITEMS, POSTS, PROCEDURES, UNITS, VERSIONS

Table = Any
PUBLISHED, ABOLISHED = "published", "abolished"


def posts_held(question: Any) -> Table:
    """Return a row for each post in force on the last day of the period, with its unit's agency."""
    posts, units = POSTS.rows(), UNITS.rows()
    posts = posts.filter(_in_force(posts, question.last))
    of_agency = units.select(unit_key=units.id, agency_key=units.agency_id)
    rows = posts.join(of_agency, posts.unit_id == of_agency.unit_key)
    return _with_cuts(rows, question.last, agency=rows.agency_key, unit=rows.unit_id)


def procedures_in_force(question: Any) -> Table:
    """Return a row for each procedure with a published version in force on the last day of the period."""
    versions = _named_versions()
    rows = versions.filter((versions.status == PUBLISHED) & _in_force(versions, question.last))
    return _with_cuts(rows, question.last, level=rows.service_level)


def items_published(question: Any) -> Table:
    """Return a row for each procedure that a decision published in the period made known, with who decided."""
    items, decisions = ITEMS.rows(), DECISIONS.rows()
    decided = decisions.filter(
        (decisions.state == PUBLISHED)
        & (decisions.published_on >= question.first)
        & (decisions.published_on <= question.last)
    )
    kept = items.filter(~items.removed & (items.kind != ABOLISHED))
    decided = decided.select(
        decision_key=decided.id, decided_by=decided.agency_id, signed_on=decided.signed_on,
        published_on=decided.published_on,
    )  # fmt: skip
    rows = kept.join(decided, kept.decision_id == decided.decision_key)
    versions = _named_versions()
    named = versions.select(named_key=versions.id, procedure=versions.procedure, field=versions.field)
    rows = rows.join(named, rows.version_id == named.named_key)
    return _with_cuts(rows, question.last, agency=rows.decided_by)


ROWS_BESIDE: dict[str, Callable[[Any], Table]] = {
    "posts": posts_held,
    "procedures": procedures_in_force,
    "published": items_published,
}


def _in_force(rows: Table, day: Any) -> Any:
    return (rows.valid_from <= day) & (rows.valid_to.isnull() | (rows.valid_to > day))


def _named_versions() -> Table:
    versions, procedures, fields = VERSIONS.rows(), PROCEDURES.rows(), FIELDS.rows()
    known = procedures.join(fields, procedures.field_id == fields.id)
    known = known.select(procedure_key=procedures.id, procedure=procedures.code, field=fields.code)
    return versions.join(known, versions.procedure_id == known.procedure_key).drop("procedure_key")


def _with_cuts(rows: Table, last: Any, *, agency: Any = None, unit: Any = None, level: Any = None) -> Table:
    """Add the columns of the cuts that the rows do not have."""
    import ibis

    def nothing(kind: str) -> Any:
        return ibis.null(kind)

    day = ibis.literal(last)
    month = day.year() * 100 + day.month()
    more = {
        "agency_competent_id": nothing("int64") if agency is None else agency,
        "agency_received_id": nothing("int64") if agency is None else agency,
        "unit_id": nothing("int64") if unit is None else unit,
        "service_level": nothing("int16") if level is None else level,
        "channel": nothing("int16"),
        "state": nothing("int16"),
        "dossier_id": nothing("uuid"),
        "month": month,
    }
    names = {name: nothing("string") for name in ("procedure", "field") if name not in rows.columns}
    if agency is None:
        names["level"] = nothing("string")
    return rows.mutate(**more, **names)
