"""The API of forms: the definition that holds on a date, for programs that fill it in."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from motcua.record.organisation.errors import NotFound
from motcua.serve.forms.queries import current

router = Router(tags=["forms"])


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
