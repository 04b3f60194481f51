"""How pages, papers and the API show a declaration: questions and answers in words, in the order of the form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.formats.papers.forms import national
from motcua.record.organisation.actor import Actor
from motcua.rules.answers import Field, shown_fields
from motcua.rules.working_time import to_local_date
from motcua.serve.dossiers.models import Declaration, Dossier, Party
from motcua.serve.dossiers.policies import CORRECTS
from motcua.serve.forms.rendering import in_language

PERSONAL = {"citizen_id"}
# Which answers are taken from the applicant: a form names them so.
REUSED: Mapping[str, str] = {
    "declarer_name": "name",
    "declarer_id": "identity_number",
    "declarer_phone": "phone",
    "declarer_email": "email",
    "declarer_address": "address",
    "declarer_tax_code": "tax_code",
    "declarer_born_on": "born_on",
    "declarer_sex": "sex",
}


@dataclass(frozen=True)
class Line:
    """A question with its answer; a heading has none. `private` answers are masked on pages."""

    label: str
    value: str
    heading: bool = False
    private: bool = False


def lines_of(declaration: Declaration, language: str = "") -> list[Line]:
    """Return what was asked and answered; questions that were not shown or not answered are left out.

    Args:
        language: of the words, that of the page if not given.
    """
    if language:
        with override(language):
            return lines_of(declaration)
    fields, answers = declaration.form.definition, declaration.answers
    shown = shown_fields(fields, answers, to_local_date(declaration.dossier.received_at))
    lines = [line for one in shown for line in _lines(one, answers.get(one.key))]
    # A heading with nothing under it says nothing.
    return [a for a, b in zip(lines, [*lines[1:], None], strict=True) if not a.heading or (b and not b.heading)]


def _lines(one: Field, value: Any) -> list[Line]:
    label = in_language(one.label_vi, one.label_en)
    if one.kind == "heading":
        return [Line(label, "", heading=True)]
    if value in (None, "", [], {}):
        return []
    if one.kind != "rows":
        return [Line(label, said(one, value), private=one.kind in PERSONAL)]
    return [line for number, row in enumerate(value, 1) for line in _row(one, f"{label} {number}", row)]


def _row(one: Field, label: str, row: Mapping[str, Any]) -> list[Line]:
    """Return a row of a table as one line, and its personal numbers on lines of their own."""
    open_cells = [c for c in one.columns if c.key in row and c.kind not in PERSONAL]
    parts = [f"{in_language(c.label_vi, c.label_en)}: {said(c, row[c.key])}" for c in open_cells]
    private = [
        Line(f"{label} · {in_language(c.label_vi, c.label_en)}", said(c, row[c.key]), private=True)
        for c in one.columns
        if c.key in row and c.kind in PERSONAL
    ]
    return [Line(label, "; ".join(parts)), *private]


def said(one: Field, value: Any) -> str:
    """Return an answer as people write it."""
    speak = SPOKEN.get(one.kind)
    return speak(one, value) if speak else str(value)


def _choice(one: Field, value: Any) -> str:
    labels = {c.value: in_language(c.label_vi, c.label_en) for c in one.choices}
    return ", ".join(labels.get(v, v) for v in (value if isinstance(value, list) else [value]))


def _address(one: Field, value: Any) -> str:
    return ", ".join(part for part in (value.get("line", ""), value.get("unit", "")) if part)


def _date(one: Field, value: Any) -> str:
    year, month, day = str(value).split("-")
    return f"{day}/{month}/{year}"


SPOKEN: Mapping[str, Callable[[Field, Any], str]] = {
    "yes_no": lambda one, value: _("Yes") if value else _("No"),
    "choice": _choice,
    "choices": _choice,
    "address": _address,
    "date": _date,
    "phone": lambda one, value: national(str(value)),
    "money": lambda one, value: f"{value:,}".replace(",", ".") + " đồng",
    "number": lambda one, value: str(value).replace(".", ","),
}


def reused(fields: tuple[Field, ...], answers: Mapping[str, Any], applicant: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers with what is still blank taken from the applicant, by `REUSED`."""
    taken = dict(answers)
    for one in fields:
        value = applicant.get(REUSED.get(one.key, ""), "")
        if value and not _typed(taken.get(one.key)):
            taken[one.key] = {"line": value, "unit": ""} if one.kind == "address" else value
    return taken


def _typed(value: Any) -> bool:
    return any(value.values()) if isinstance(value, Mapping) else bool(value)


def applicant_of(party: Party) -> dict[str, str]:
    """Return what a party gives a form."""
    return {name: str(getattr(party, name) or "") for name in REUSED.values()}


def with_kept_numbers(fields: tuple[Field, ...], sent: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return corrected answers with the stored number where a number's input was left empty: pages hide it."""
    taken = dict(sent)
    for one in fields:
        if one.kind in PERSONAL and not taken.get(one.key):
            taken[one.key] = kept.get(one.key, "")
        elif one.kind == "rows":
            taken[one.key] = _kept_rows(one, taken.get(one.key) or [], kept.get(one.key) or [])
    return taken


def _kept_rows(one: Field, rows: list[Any], kept: list[Any]) -> list[Any]:
    private = {c.key for c in one.columns if c.kind in PERSONAL}
    found = []
    for number, row in enumerate(rows):
        stands = number < len(kept) and any(value for key, value in row.items() if key not in private)
        old = {key: kept[number].get(key, "") for key in private} if stands else {}
        found.append(row | {key: value for key, value in old.items() if not row.get(key)})
    return found


def without_numbers(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers for a page to show again, personal numbers left out."""
    private = {one.key for one in fields if one.kind in PERSONAL}
    shown = {key: value for key, value in answers.items() if key not in private}
    for one in fields:
        if one.kind == "rows" and one.key in shown:
            columns = {c.key for c in one.columns if c.kind in PERSONAL}
            shown[one.key] = [{k: v for k, v in row.items() if k not in columns} for row in shown[one.key]]
    return shown


def declaration_context(dossier: Dossier, by: Actor) -> dict[str, Any]:
    """Return what the page of a dossier shows of its declaration; nothing where there is none."""
    found = Declaration.objects.select_related("form__form", "dossier").filter(dossier=dossier).first()
    if found is None:
        return {}
    return {"declared": found, "declared_lines": lines_of(found), "may_correct": CORRECTS.allows(by, dossier)}
