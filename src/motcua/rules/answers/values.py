"""One answer, as typed or as stored, put into its canonical form.

Cleaning what is clean changes nothing: an answer that was stored may be validated again.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from motcua.rules.answers.fields import Field
from motcua.rules.identifiers import IdentifierError, check_citizen_id, check_tax_code, to_e164

MOST_LETTERS = {"text": 200, "long_text": 5000}
MONEY = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(?:[., ][0-9]{3}){1,4}")
NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
GROUPED = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,6})?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VIETNAMESE_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
UNIT_CODE = re.compile(r"[0-9]{5}")
TRUE, FALSE = {"yes", "true", "on", "1"}, {"no", "false", "0"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with an answer: the rule's code, and the bound or text for the sentence."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class Unfit(ValueError):
    """An answer that the definition does not allow."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.wrong = Wrong(code, params)


def is_blank(value: Any) -> bool:
    """Return whether nothing was answered; `False` and 0 are answers."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_blank(part) for part in value.values())
    return value is None or value == []


def clean_value(one: Field, value: Any, today: dt.date) -> Any:
    """Return an answer in its canonical form: text, int, bool, ISO date, list or mapping.

    Args:
        value: not blank.
        today: the local date that a bound `today` means.

    Raises:
        Unfit: not an answer to this field.
    """
    try:
        return CLEANERS[one.kind](one, value, today)
    except IdentifierError as error:
        raise Unfit(error.code, **error.params) from None


def _typed(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unfit("shape")
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise Unfit("shape")
    return text


def _text(one: Field, value: Any, today: dt.date) -> str:
    text = _typed(value)
    if one.kind == "text":
        text = " ".join(text.split())
    most = int(one.most or MOST_LETTERS[one.kind])
    if len(text) > most:
        raise Unfit("longer", most=str(most))
    if one.least and len(text) < int(one.least):
        raise Unfit("shorter", least=one.least)
    return text


def _number(one: Field, value: Any, today: dt.date) -> int | str:
    text = _typed(value).replace(" ", "")
    # In Vietnamese 1.000 is a thousand, and 1,5 one and a half.
    if GROUPED.fullmatch(text):
        text = text.replace(".", "")
    if not NUMBER.fullmatch(text):
        raise Unfit("number")
    number = Decimal(text.replace(",", "."))
    _bounded(one, number)
    return _canonical(number)


def _canonical(number: Decimal) -> int | str:
    """Return a fraction as decimal text, since binary floats would change what was typed.

    Three decimals get a fourth: read again, 1.125 would be a thousand and more.
    """
    if number == number.to_integral_value():
        return int(number)
    text = format(number.normalize(), "f")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _money(one: Field, value: Any, today: dt.date) -> int:
    text = _typed(value).removesuffix("đ").removesuffix("₫").strip()
    if not MONEY.fullmatch(text):
        raise Unfit("money")
    amount = int(re.sub(r"[., ]", "", text))
    _bounded(one, Decimal(amount))
    return amount


def _bounded(one: Field, number: Decimal) -> None:
    if one.least and number < Decimal(one.least):
        raise Unfit("less", least=one.least)
    if one.most and number > Decimal(one.most):
        raise Unfit("more", most=one.most)


def read_date(text: str) -> dt.date:
    """Return a date typed as 21/11/2026 or 2026-11-21.

    Raises:
        Unfit: no such date.
    """
    try:
        if found := VIETNAMESE_DATE.fullmatch(text):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        if ISO_DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Unfit("date")


def _date(one: Field, value: Any, today: dt.date) -> str:
    day = read_date(_typed(value))
    least, most = (today if b == "today" else dt.date.fromisoformat(b) if b else None for b in (one.least, one.most))
    if least and day < least:
        raise Unfit("before", least=f"{least:%d/%m/%Y}")
    if most and day > most:
        raise Unfit("after", most=f"{most:%d/%m/%Y}")
    return day.isoformat()


def _yes_no(one: Field, value: Any, today: dt.date) -> bool:
    if isinstance(value, bool):
        return value
    text = _typed(value).casefold()
    if text not in TRUE | FALSE:
        raise Unfit("yes_no")
    return text in TRUE


def _choice(one: Field, value: Any, today: dt.date) -> str:
    text = _typed(value)
    if text not in {choice.value for choice in one.choices}:
        raise Unfit("choice")
    return text


def _choices(one: Field, value: Any, today: dt.date) -> list[str]:
    """Return what was chosen, each once, in the order of the definition."""
    chosen = {_choice(one, single, today) for single in (value if isinstance(value, list) else [value])}
    if one.least and len(chosen) < int(one.least):
        raise Unfit("fewer_choices", least=one.least)
    if one.most and len(chosen) > int(one.most):
        raise Unfit("more_choices", most=one.most)
    return [choice.value for choice in one.choices if choice.value in chosen]


def _citizen_id(one: Field, value: Any, today: dt.date) -> str:
    return check_citizen_id(_typed(value)).normalised


def _tax_code(one: Field, value: Any, today: dt.date) -> str:
    return check_tax_code(_typed(value)).normalised


def _phone(one: Field, value: Any, today: dt.date) -> str:
    return to_e164(_typed(value))


def _email(one: Field, value: Any, today: dt.date) -> str:
    name, _, place = _typed(value).rpartition("@")
    text = f"{name}@{place.casefold()}"
    if not EMAIL.fullmatch(text):
        raise Unfit("email")
    return text


def _unit_code(one: Field, value: Any, today: dt.date) -> str:
    text = _typed(value)
    if not UNIT_CODE.fullmatch(text):
        raise Unfit("unit_code")
    return text


def _address(one: Field, value: Any, today: dt.date) -> dict[str, str]:
    """Return the line and, where given, the commune's code; only the line can stand alone."""
    parts = value if isinstance(value, Mapping) else {"line": value}
    line = " ".join(_typed(parts.get("line") or "").split())
    if not line:
        raise Unfit("address")
    if len(line) > MOST_LETTERS["text"]:
        raise Unfit("longer", most=str(MOST_LETTERS["text"]))
    unit = parts.get("unit") or ""
    return {"line": line, "unit": _unit_code(one, unit, today)} if not is_blank(unit) else {"line": line}


CLEANERS: Mapping[str, Callable[[Field, Any, dt.date], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "citizen_id": _citizen_id,
    "tax_code": _tax_code,
    "phone": _phone,
    "email": _email,
    "unit_code": _unit_code,
    "address": _address,
}
