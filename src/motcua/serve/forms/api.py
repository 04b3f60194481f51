"""The API of forms: the definition that holds on a date; with `catalogue:write`, drafts, names and publication."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Path, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import Invalid, NotFound, Refused
from motcua.rules.answers import check_definition, read_definition
from motcua.serve.forms import actions
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.queries import current
from motcua.serve.forms.words import fault_with_place

router = Router(tags=["forms"])


WRITE = "catalogue:write"
Name = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
VersionId = Annotated[int, Path(ge=1, le=2**62)]


class FormOut(Schema):
    """A published version. `fields` is described in docs/reference/forms.md."""

    code: str
    name_vi: str
    name_en: str
    number: int
    valid_from: dt.date
    fields: list[dict[str, Any]]


@router.get("/{code}", response=FormOut, summary="Read the definition of a form")
def definition(request: HttpRequest, code: str, on: dt.date | None = None) -> dict[str, Any]:
    """Return what a form asks on a local date, today if none is given. What a form asks is no secret: any token."""
    version = current(code, on or timezone.localdate())
    if version is None:
        raise NotFound("form.none", _("There is no such form."))
    names = {"code": version.form.code, "name_vi": version.form.name_vi, "name_en": version.form.name_en}
    return names | {"number": version.number, "valid_from": version.valid_from, "fields": version.fields}


class NamesIn(Schema):
    """What a form is called."""

    name_vi: Name
    name_en: Name = ""


class FormIn(NamesIn):
    """A new form."""

    code: Annotated[str, Field(max_length=60)]


class DraftIn(Schema):
    """The number of the version to copy; 0 for the newest."""

    copy_of: Annotated[int, Field(ge=0, le=10_000)] = 0


class SaveIn(Schema):
    """The fields of a draft, and those that the program saw before."""

    fields: list[dict[str, Any]]
    seen: list[dict[str, Any]]


class PublishIn(Schema):
    """From when it is asked, and the fields that the program saw."""

    valid_from: dt.date
    seen: list[dict[str, Any]]


class SeenIn(Schema):
    """The fields that the program saw."""

    seen: list[dict[str, Any]]


class VersionOut(Schema):
    """A version of a form with what is wrong in it."""

    id: int
    code: str
    name_vi: str
    name_en: str
    number: int
    status: str
    valid_from: dt.date | None
    fields: list[dict[str, Any]]
    faults: list[str]


@router.post("", response={201: VersionOut}, summary="Make a form", url_name="frm_make")
def make(request: HttpRequest, body: FormIn) -> Any:
    """Make a form with an empty draft."""
    made = actions.make_form(by=need_scope(request, WRITE), now=timezone.now(), **body.dict())
    return Status(201, _version(made))


@router.put("/{code}", response=VersionOut, summary="Change its name", url_name="definition")
def rename(request: HttpRequest, code: str, body: NamesIn) -> dict[str, Any]:
    """Change what a form is called."""
    form = actions.rename_form(by=need_scope(request, WRITE), code=code, now=timezone.now(), **body.dict())
    return _version(form.versions.select_related("form").order_by("-number")[0])


@router.post("/{code}/draft", response=VersionOut, summary="Open its draft", url_name="frm_draft")
def draft(request: HttpRequest, code: str, body: DraftIn) -> dict[str, Any]:
    """Return the draft of a form; without one, open it as a copy of a version."""
    by = need_scope(request, WRITE)
    return _version(actions.open_draft(by=by, code=code, copy=body.copy_of, now=timezone.now()))


@router.put("/versions/{version_id}", response=VersionOut, summary="Save a draft", url_name="frm_save")
def save(request: HttpRequest, version_id: VersionId, body: SaveIn) -> dict[str, Any]:
    """Put these fields in the place of a draft's; it may still be unsound, `faults` say why."""
    by = need_scope(request, WRITE)
    fields, faults = read_definition(body.fields)
    if faults:
        raise Invalid([Refused(f"form.{fault.code}", fault_with_place(fault), field=fault.place) for fault in faults])
    saved = actions.save_draft(by=by, version_id=version_id, fields=fields, seen=body.seen, now=timezone.now())
    return _version(saved)


@router.post("/versions/{version_id}/publish", response=VersionOut, summary="Publish a draft", url_name="frm_publish")
def publish(request: HttpRequest, version_id: VersionId, body: PublishIn) -> dict[str, Any]:
    """Publish a draft: from a local date on it is what the form asks."""
    by = need_scope(request, WRITE)
    return _version(actions.publish(by=by, version_id=version_id, now=timezone.now(), **body.dict()))


@router.post("/versions/{version_id}/discard", response=VersionOut, summary="Discard a draft", url_name="frm_discard")
def discard(request: HttpRequest, version_id: VersionId, body: SeenIn) -> dict[str, Any]:
    """Give a draft up; it stays readable."""
    by = need_scope(request, WRITE)
    return _version(actions.discard_draft(by=by, version_id=version_id, seen=body.seen, now=timezone.now()))


def _version(version: FormVersion) -> dict[str, Any]:
    names = {name: getattr(version.form, name) for name in ("code", "name_vi", "name_en")}
    own = {name: getattr(version, name) for name in ("id", "number", "status", "valid_from", "fields")}
    return names | own | {"faults": [str(fault_with_place(fault)) for fault in check_definition(version.definition)]}
