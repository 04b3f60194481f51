"""Forms from data files (`datasets/forms/*.json`): read, checked, and told with file and place where one is wrong."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import override

from motcua.formats.datafiles import DataFault
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.answers import Field, as_data, check_definition, read_definition
from motcua.serve.forms.actions import CODE, LOADED, recorded
from motcua.serve.forms.models import FormDefinition, FormVersion
from motcua.serve.forms.words import fault_with_place


@dataclass(frozen=True)
class FormData:
    """One version of one form."""

    code: str
    number: int
    name_vi: str
    name_en: str
    valid_from: dt.date
    fields: tuple[Field, ...]


def parse_forms(folder: Path) -> list[FormData]:
    """Return the forms of a folder, by code and number.

    Raises:
        DataFault: the first file that cannot be loaded, with what is wrong in it.
    """
    found = [_form(file) for file in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda one: (one.code, one.number))


def _form(file: Path) -> FormData:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataFault(file, error.lineno, "", error.msg) from None
    if not isinstance(data, dict):
        raise DataFault(file, 1, "", "expected a form: code, name_vi, valid_from, fields")
    fields, faults = read_definition(data.get("fields"))
    with override("en"):
        for fault in faults or check_definition(fields):
            raise DataFault(file, 1, f"fields.{fault.place}", fault_with_place(fault))
    return FormData(
        code=_text(file, data, "code"),
        number=_number(file, data),
        name_vi=_text(file, data, "name_vi"),
        name_en=str(data.get("name_en", "")),
        valid_from=_day(file, data),
        fields=fields,
    )


def _text(file: Path, data: dict[str, Any], name: str) -> str:
    text = data.get(name)
    if not isinstance(text, str) or not text.strip() or (name == "code" and not CODE.fullmatch(text)):
        raise DataFault(file, 1, name, "expected words, a code in small letters with hyphens")
    return text.strip()


def _number(file: Path, data: dict[str, Any]) -> int:
    number = data.get("number", 1)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise DataFault(file, 1, "number", "expected the number of the version, from 1")
    return number


def _day(file: Path, data: dict[str, Any]) -> dt.date:
    try:
        return dt.date.fromisoformat(str(data.get("valid_from")))
    except ValueError:
        raise DataFault(file, 1, "valid_from", "expected a date such as 2025-07-01") from None


def load_forms(*, by: Actor, forms: Iterable[FormData], now: dt.datetime) -> int:
    """Add the versions of forms that are not there yet, as published; return how many were added.

    A form that the province went on with keeps its own: of a form that is there, only a later number is added.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        return sum(_load(by, data, now) for data in forms)


def _load(by: Actor, data: FormData, now: dt.datetime) -> bool:
    form = FormDefinition.objects.select_for_update().filter(code=data.code).first()
    if form is not None and form.versions.filter(number__gte=data.number).exists():
        return False
    with recorded(LOADED, by, data.code, now, new=form is None) as change:
        if form is None:
            form = FormDefinition(code=data.code, name_vi=data.name_vi, name_en=data.name_en)
            change.add(form)
        change.add(
            FormVersion(
                form=form,
                number=data.number,
                status=FormVersion.Status.PUBLISHED,
                valid_from=data.valid_from,
                fields=as_data(data.fields),
            )
        )
    return True
