"""Titles, numbers, dates and sentences of forms."""

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from motcua.formats.papers.eras import form_on

HERE = Path(__file__).parent.parent


@cache
def _data(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def title_of(form: str, day: dt.date) -> tuple[str, str]:
    """Return a form's title and its mark ("Mẫu số 06 (TT 03/2025/TT-VPCP)") on a day.

    Args:
        form: its number in the set of TT 03/2025 ("01" to "07").

    Returns:
        The mark is empty where the set of that day has no such form (a stop notice before 15/9/2025). Papers older
        than the first set get the first set.

    Raises:
        KeyError: no such form.
    """
    chosen = form_on(form, day)
    return chosen.title, chosen.mark


def sentence(name: str, **values: str) -> tuple[str, str]:
    """Return a sentence in Vietnamese and in English, with values filled in; braces in a value stay as they are."""
    texts = _data("sentences.json")[name]
    return texts["vi"].format(**values), texts["en"].format(**values)


def sentences(*pairs: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the Vietnamese sentences and the English ones."""
    return tuple(vi for vi, _ in pairs), tuple(en for _, en in pairs)


def written(moment: dt.datetime) -> str:
    """Return a local instant as forms write it: 15 giờ 30 phút, ngày 05/02/2020."""
    return f"{moment:%H} giờ {moment:%M} phút, ngày {moment:%d/%m/%Y}"


def dated(place: str, day: dt.date) -> str:
    """Return place and date (NĐ 30/2020): Đắk Lắk, ngày 05 tháng 02 năm 2020; day and month below 10 and 3 get a 0."""
    month = f"{day:%m}" if day.month < 3 else str(day.month)
    date = f"ngày {day:%d} tháng {month} năm {day.year}"
    return f"{place}, {date}" if place else date


def grouped(text: str, size: int = 8) -> str:
    """Return a long code in groups, so that people can compare it by eye."""
    return " ".join(text[i : i + size] for i in range(0, len(text), size))


def checkable(code: str) -> str:
    """Return a check code as slips print it: in groups of four; one already grouped stays."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4)) if code.isalnum() else code


def national(phone: str) -> str:
    """Return a Vietnamese phone as people write it (+84905123456 → 0905 123 456); any other stays."""
    digits = "0" + phone[3:] if re.fullmatch(r"\+84[0-9]{9,10}", phone) else phone
    return f"{digits[:-6]} {digits[-6:-3]} {digits[-3:]}" if re.fullmatch(r"0[0-9]{9,10}", digits) else phone


def numbered(lines: list[tuple[str, str]], *, start: int = 1) -> tuple[tuple[str, str], ...]:
    """Return the lines that say something, numbered ("2. Số lượng hồ sơ")."""
    told = [line for line in lines if line[1]]
    return tuple((f"{n}. {label}", value) for n, (label, value) in enumerate(told, start=start))


def told(*lines: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the lines that say something."""
    return tuple(line for line in lines if line[1])
