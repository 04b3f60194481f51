"""What a file of the national catalogue would do: what is new, what changes and how, what stands in the way.

Reads only. The same preview is made again when the import is carried out, under the locks.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from motcua.formats.national import Fault, Record, read_catalogue
from motcua.rules.publication import overlaps
from motcua.rules.text import fold
from motcua.serve.catalogue.content import ProcedureData
from motcua.serve.catalogue.differences import Difference, differences
from motcua.serve.catalogue.models import Field, ProcedureVersion
from motcua.serve.catalogue.national import code_of_field, content_from
from motcua.serve.catalogue.publication.models import PublicationDecision, PublicationItem
from motcua.serve.catalogue.reading import content_of, with_parts

NEW, CHANGED, SAME = "new", "changed", "same"
Status = ProcedureVersion.Status


@dataclass(frozen=True)
class Row:
    """What one record would do. `draft` is the version that it would write over, if the procedure has a draft.

    `base` is the version that it is compared with; of a new one, the discarded draft that it follows, if any.
    """

    what: str
    place: str
    data: ProcedureData
    base: ProcedureVersion | None = None
    draft: ProcedureVersion | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Preview:
    """All that a file would do; with faults it does nothing. `digest` is the SHA-256 of the file."""

    name: str
    digest: str
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]

    def count(self, what: str) -> int:
        """Return how many procedures are new, changed or the same."""
        return sum(row.what == what for row in self.rows)


def preview_import(name: str, content: bytes, valid_from: dt.date) -> Preview:
    """Return what a file would do.

    Args:
        name: the file's name; its ending tells JSON, XLSX or CSV.
        valid_from: local date from which drafts are to hold, where the file gives none.
    """
    digest = hashlib.sha256(content).hexdigest()
    reading = read_catalogue(name, content)
    if reading.faults:
        return Preview(name, digest, (), reading.faults)
    versions = _versions(record.code for record in reading.records)
    held = held_drafts(version.pk for found in versions.values() for version in found)
    fields = {fold(field.name_vi): field.code for field in Field.objects.all()}
    known_codes = set(fields.values())
    faults: list[Fault] = []
    rows = []
    for record in reading.records:
        row = _row(record, versions.get(record.code, []), _field_code(record, fields, known_codes), valid_from)
        rows.append(row)
        faults += _faults(row, versions.get(record.code, []), held)
    return Preview(name, digest, () if faults else tuple(rows), tuple(faults))


def _versions(codes: Iterable[str]) -> Mapping[str, list[ProcedureVersion]]:
    """Return the versions of procedures by code, the newest first, with their parts, in a fixed number of queries."""
    found: dict[str, list[ProcedureVersion]] = {}
    rows = with_parts(ProcedureVersion.objects.filter(procedure__code__in=set(codes)))
    for version in rows.order_by("procedure_id", "-number"):
        found.setdefault(version.procedure.code, []).append(version)
    return found


def held_drafts(versions: Iterable[int]) -> Mapping[int, str]:
    """Return the drafts that lie on a decision which is being checked or signed, with its title."""
    states = PublicationDecision.State
    items = PublicationItem.objects.filter(version_id__in=list(versions), removed=False).select_related("decision")
    items = items.exclude(decision__state__in=[states.DRAFT, states.PUBLISHED])
    return {item.version_id: str(item.decision) for item in items}


def _field_code(record: Record, fields: dict[str, str], known: set[str]) -> str:
    """Return the code of a record's field: the one of a field of that name, else its own, else one of its words."""
    found = fields.get(fold(record.field_name))
    if found is None:
        found = record.field_code or code_of_field(record.field_name)
        fields[fold(record.field_name)] = found
        known.add(found)
    return found


def _row(record: Record, versions: Sequence[ProcedureVersion], field_code: str, valid_from: dt.date) -> Row:
    standing = [version for version in versions if version.status != Status.DISCARDED]
    if not standing:
        return _anew(record, versions, field_code, valid_from)
    newest = standing[0]
    base = content_of(newest)
    draft = newest if newest.status == Status.DRAFT else None
    number = newest.number if draft else versions[0].number + 1
    data = content_from(record, base, field_code, number, draft.valid_from if draft else valid_from)
    data = _with_tiers(data, base)
    found = differences(base, data)
    moved = draft is not None and record.valid_from not in (None, draft.valid_from)
    same = not found and not moved and _announced_alike(base, data)
    return Row(SAME if same else CHANGED, record.place, data, newest, draft, found)


def _anew(record: Record, discarded: Sequence[ProcedureVersion], field_code: str, valid_from: dt.date) -> Row:
    """Return what a record does that is new here, or of which only drafts are left that were discarded."""
    newest = discarded[0] if discarded else None
    base = content_of(newest) if newest else None
    data = content_from(record, base, field_code, newest.number + 1 if newest else 1, valid_from)
    return Row(NEW, record.place, _with_tiers(data, base) if base else data, newest)


def _with_tiers(data: ProcedureData, base: ProcedureData) -> ProcedureData:
    """Keep levels and agencies that a record leaves out."""
    return replace(data, levels=data.levels or base.levels, agencies=data.agencies or base.agencies)


def _announced_alike(base: ProcedureData, data: ProcedureData) -> bool:
    return fold(base.announced_in) == fold(data.announced_in) and base.outline == data.outline


def _faults(row: Row, versions: Sequence[ProcedureVersion], held: Mapping[int, str]) -> list[Fault]:
    if row.what == SAME:
        return []
    found = []
    if row.draft is not None and row.draft.pk in held:
        params = {"value": row.data.code, "decision": held[row.draft.pk]}
        found.append(Fault(row.place, "draft_held", params))
    for other in versions:
        if other.status == Status.PUBLISHED and _in_the_way(row.data, other):
            since, until = f"{other.valid_from:%d/%m/%Y}", f"{other.valid_to:%d/%m/%Y}" if other.valid_to else "…"
            params = {"value": row.data.code, "number": str(other.number), "since": since, "until": until}
            found.append(Fault(row.place, "overlap", params))
    return found


def _in_the_way(data: ProcedureData, other: ProcedureVersion) -> bool:
    """Tell whether a published version holds on a day of the new one, unless it ends where the new one begins."""
    until = other.valid_to
    if other.valid_from < data.valid_from:
        until = min(until or data.valid_from, data.valid_from)
    return overlaps(data.valid_from, data.valid_to, other.valid_from, until)
