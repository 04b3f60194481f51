"""One cell: read as its column's kind, written so that no spreadsheet takes it for a formula."""

import datetime as dt
import re
import unicodedata
from typing import Any

from motcua.formats.tables.columns import Column, Value, normal

# An apostrophe before what a spreadsheet would carry out (OWASP, CSV injection); one more where one is there already.
ACTIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
LOCAL_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
INTEGER = re.compile(r"-?\d{1,18}(?:\.0+)?")
THOUSANDS = re.compile(r"-?\d{1,3}(?:[., ]\d{3}){1,5}")
TRUE = frozenset({"1", "x", "co", "yes", "true", "dung"})
FALSE = frozenset({"0", "khong", "no", "false", "sai"})
WORDS = {True: ("Có", "Yes"), False: ("Không", "No")}


class CellWrong(ValueError):
    """A cell cannot be read as its kind; `code` says why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def guard(text: str) -> str:
    """Return a text that no spreadsheet carries out."""
    return f"'{text}" if ACTIVE.match(text) else text


def unguard(text: str) -> str:
    """Return a text as it was before it was guarded."""
    return text[1:] if GUARDED.match(text) else text


def shown(value: Any) -> str:
    """Return a cell as a person sees it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}" if value.time() == dt.time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def read_cell(column: Column, raw: Any) -> Value:
    """Return a cell's value; text on outer spaces cut and in composed form, None where nothing stands.

    Raises:
        CellWrong: it is not of the column's kind, or missing.
    """
    text = unguard(unicodedata.normalize("NFC", shown(raw)).strip(" \u00a0\n"))
    if not text:
        if column.required:
            raise CellWrong("required")
        return None
    if UNFIT.search(text):
        raise CellWrong("character")
    if len(text) > column.longest:
        raise CellWrong("long", most=str(column.longest))
    return _READERS[column.kind](column, text, raw)


def _text(column: Column, text: str, raw: Any) -> Value:
    return text


def _integer(column: Column, text: str, raw: Any) -> Value:
    if INTEGER.fullmatch(text):
        return int(text.partition(".")[0])
    if THOUSANDS.fullmatch(text):
        return int(re.sub(r"[., ]", "", text))
    raise CellWrong("integer")


def _date(column: Column, text: str, raw: Any) -> Value:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    parts: tuple[str, ...] | None = None
    if found := ISO_DATE.fullmatch(text):
        parts = found.groups()
    elif found := LOCAL_DATE.fullmatch(text):
        parts = found.groups()[::-1]
    try:
        year, month, day = (int(part) for part in parts or ())
        return dt.date(year, month, day)
    except ValueError as error:
        raise CellWrong("date") from error


def _boolean(column: Column, text: str, raw: Any) -> Value:
    word = normal(text)
    if word not in TRUE | FALSE:
        raise CellWrong("boolean")
    return word in TRUE


def _choice(column: Column, text: str, raw: Any) -> Value:
    word = normal(text)
    for value, names in column.choices.items():
        if text == value or word in {normal(value), *(normal(name) for name in names)}:
            return str(value)
    raise CellWrong("choice", known=", ".join(names[0] for names in column.choices.values()))


_READERS = {"text": _text, "integer": _integer, "date": _date, "boolean": _boolean, "choice": _choice}


def written(column: Column, value: Value, language: str) -> str:
    """Return what is written for a value: dates as 2026-01-31, choices by their name, everything as guarded text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return WORDS[value][1 if language == "en" else 0]
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, int):
        return str(value)
    if column.choices and value in column.choices:
        return guard(column.choices[value][1 if language == "en" else 0])
    return guard(value)
