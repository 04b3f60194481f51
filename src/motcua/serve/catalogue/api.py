"""The API of the record: find procedures, read one whole, compare versions. It is published, so without a token."""

import datetime as dt
from typing import Annotated, Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from motcua.record.organisation.errors import NotFound
from motcua.serve.catalogue.difference_words import sentence, texts
from motcua.serve.catalogue.differences import differences
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.reading import PARTS, content_of
from motcua.serve.catalogue.searching import Filters, Found

router = Router(tags=["procedures"])


class Asked(Schema):
    """What is looked for. Words are found by their beginnings, with or without diacritics."""

    q: Annotated[str, Query("", max_length=200)] = ""
    field: Annotated[str, Query("", max_length=30, description="code of the field")] = ""
    level: Annotated[str, Query("", max_length=20)] = ""
    agency: Annotated[str, Query("", max_length=40, description="identity code of the agency")] = ""
    online: Annotated[str, Query("", pattern="^[234]?$")] = ""
    subject: Annotated[str, Query("", max_length=200)] = ""
    state: Annotated[str, Query("in_force", pattern="^(in_force|coming|closed)$")] = "in_force"
    on: dt.date | None = None
    limit: Annotated[int, Query(50, ge=1, le=500)] = 50
    offset: Annotated[int, Query(0, ge=0, le=1_000_000)] = 0


class HitOut(Schema):
    """A version that was found."""

    code: str
    number: int
    name_vi: str
    name_en: str
    field_code: str
    service_level: int
    outline: bool
    valid_from: dt.date
    valid_to: dt.date | None


class HitsOut(Schema):
    """A page of what was found, and how many there are."""

    count: int
    items: list[HitOut]


class RecordOut(HitOut):
    """A whole version. `record` names its parts as data files do: times as `5wd`, money in đồng."""

    record: dict[str, Any]


class DifferenceOut(Schema):
    """One change: which part and how, in a sentence, with both texts where they are long."""

    part: str
    what: str
    sentence: str
    old: str | None
    new: str | None


class DifferencesOut(Schema):
    """What one version changes against another."""

    code: str
    old: int
    new: int
    items: list[DifferenceOut]


def _hit(version: ProcedureVersion) -> dict[str, Any]:
    names = ("number", "name_vi", "name_en", "service_level", "outline", "valid_from", "valid_to")
    return {name: getattr(version, name) for name in names} | {
        "code": version.procedure.code,
        "field_code": version.procedure.field.code,
    }


@router.get("", response=HitsOut, auth=None, summary="Find procedures", url_name="find_procedures")
def find(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Return what a search asks for on a local date, today if none is given."""
    names = ("field", "level", "agency", "online", "subject")
    filters = Filters(words=asked.q, when=asked.state, **{name: getattr(asked, name) for name in names})
    found = Found(filters, asked.on or timezone.localdate())
    page = found[asked.offset : asked.offset + asked.limit]
    return {"count": len(found), "items": [_hit(version) for version in page]}


def _published(code: str, number: int | None) -> ProcedureVersion:
    """Return a published version by its number; without one, that in force today, else the newest."""
    versions = ProcedureVersion.objects.filter(procedure__code=code, status=ProcedureVersion.Status.PUBLISHED)
    rows = versions.select_related("procedure__field").order_by("-valid_from")
    found = [row for row in rows if number in (None, row.number)]
    begun = [row for row in found if row.valid_from <= timezone.localdate()]
    if not found:
        raise NotFound("version.none", _("There is no such version."))
    return (begun or found)[0]


@router.get("/{code}", response=RecordOut, auth=None, summary="Read a procedure whole", url_name="procedure_record")
def record(request: HttpRequest, code: str, version: int | None = None) -> dict[str, Any]:
    """Return all that a published version says, the one in force if no number is given."""
    found = _published(code, version)
    prefetch_related_objects([found], *PARTS)
    return _hit(found) | {"record": plain(content_of(found))}


def plain(value: Any) -> Any:
    """Return a content as JSON holds it; time limits as `5wd`."""
    if hasattr(value, "__dataclass_fields__"):
        named = value.__dataclass_fields__
        if set(named) == {"amount", "unit"}:
            return str(value)
        return {name: plain(getattr(value, name)) for name in named if name not in ("competences", "processes")}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


@router.get(
    "/{code}/differences",
    response=DifferencesOut,
    auth=None,
    summary="Say what one version changes against another",
    url_name="procedure_differences",
)
def compare(request: HttpRequest, code: str, old: int, new: int) -> dict[str, Any]:
    """Return the differences of two published versions, in the language that the request asks for."""
    before, after = _published(code, old), _published(code, new)
    prefetch_related_objects([before, after], *PARTS)
    found = differences(content_of(before), content_of(after))
    items = []
    for one in found:
        was, now = texts(one) or (None, None)
        items.append({"part": one.part, "what": one.what, "sentence": sentence(one), "old": was, "new": now})
    return {"code": code, "old": old, "new": new, "items": items}
