"""Laying sheets out: Typst, the fonts of this folder only, a warm compiler."""

import json
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from motcua.formats.barcodes import code128_svg
from motcua.formats.papers.model import Sheet

HERE = Path(__file__).parent
# A word of this length may be wider than a column; such sheets let words break anywhere.
LONG_WORD = re.compile(r"\S{22}")
TITLE_LIMIT = {"a5": 44, "a5-landscape": 60, "a4": 48, "a4-landscape": 80}
# Letters of data from which a paper is large (nine slips, 500 rows): laying it out takes 20 MB and more.
LARGE = 100_000
_warm = threading.local()


def compiler() -> typst.Compiler:
    """Return this thread's compiler with its fonts loaded."""
    if not hasattr(_warm, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])
        _warm.compiler = typst.Compiler(input=str(HERE / "sheet.typ"), root=str(HERE), font_paths=fonts)
    found: typst.Compiler = _warm.compiler
    return found


def render(*sheets: Sheet) -> bytes:
    """Return the sheets, one after another, as one PDF: tagged, with title, language and alternative texts (PDF/UA-1).

    The same sheets give the same bytes. A letter that the fonts lack becomes an empty box.

    Raises:
        ValueError: no sheet.
    """
    if not sheets:
        raise ValueError("nothing to print")
    data = json.dumps([_laid_out(sheet) for sheet in sheets], ensure_ascii=False)
    pdf = _compiled(data)
    if len(data) > LARGE:
        _forget()
    return pdf


def _compiled(data: str) -> bytes:
    inputs = {"data": data}
    try:
        pdf = compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    except typst.TypstError:
        # PDF/UA forbids letters that the fonts lack (a name in Chinese, say); a plain PDF may show boxes for them.
        pdf = compiler().compile(format="pdf", sys_inputs=inputs)
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler gave no single file")
    return pdf


def _forget() -> None:
    """Let the compiler drop what a large paper left in its memory: it keeps the parts of its last ten compilations."""
    tiny = json.dumps([_laid_out(Sheet(title="-", agency="-"))])
    for _ in range(12):
        _compiled(tiny)


def pages_of(sheets: Sequence[Sheet]) -> bytes:
    """Return many sheets as one PDF (a bulk of slips)."""
    return render(*sheets)


def _laid_out(sheet: Sheet) -> dict[str, Any]:
    values: dict[str, Any] = cleaned(asdict(sheet))
    values["qr_svg"] = qr_svg(sheet.qr) if sheet.qr else ""
    values["barcode_svg"] = _barcode(sheet.code)
    values["title_lines"] = balanced(values["title"], TITLE_LIMIT[sheet.size])
    values["agency_lines"] = named(values["agency"])
    values["superior_lines"] = named(values["superior"]) if sheet.superior else []
    values["seals"] = [(label, [value[i : i + 8] for i in range(0, len(value), 8)]) for label, value in sheet.seals]
    values["breaks"] = _has_long_word(values)
    return values


def _barcode(code: str) -> str:
    return code128_svg(code) if code and code.isascii() and code.isprintable() else ""


def _has_long_word(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) >= 22 and LONG_WORD.search(value) is not None
    if isinstance(value, dict):
        return any(_has_long_word(v) for k, v in value.items() if k not in ("qr", "qr_svg", "barcode_svg", "seals"))
    return any(map(_has_long_word, value)) if isinstance(value, list | tuple) else False


def cleaned(value: Any) -> Any:
    """Return texts composed (NFC) and without control and direction marks, which could change how a line reads."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else _clean_text(value)
    if isinstance(value, dict):
        return {key: cleaned(inner) for key, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value


def _clean_text(text: str) -> str:
    spaced = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def balanced(text: str, limit: int) -> list[str]:
    """Return a title in one line or, if longer than `limit` letters, two lines of about the same length."""
    if len(text) <= limit or " " not in text:
        return [text]
    middle = len(text) // 2
    cut = min((m.start() for m in re.finditer(" ", text)), key=lambda place: abs(place - middle))
    return [text[:cut], text[cut + 1 :]]


def named(agency: str) -> list[str]:
    """Return an agency's name in the lines of its letterhead: the kind of body, then of what place."""
    agency = re.sub(r"^UBND(?=\s)", "Ủy ban nhân dân", agency)
    for kind in ("Ủy ban nhân dân ", "Trung tâm Phục vụ hành chính công "):
        if agency.startswith(kind) and len(agency) > 28:
            return [kind.strip(), agency[len(kind) :]]
    return balanced(agency, 34)


@lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """Return a QR code (error correction M) as SVG."""
    picture: str = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2)
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
