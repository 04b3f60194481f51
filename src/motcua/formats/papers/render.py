"""Laying sheets out: Typst, the fonts of this folder only, a warm compiler."""

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import segno
import typst

from motcua.formats.barcodes import code128_svg
from motcua.formats.papers.model import Sheet

HERE = Path(__file__).parent
_warm = threading.local()


def compiler() -> typst.Compiler:
    """Return this thread's compiler with its fonts loaded."""
    if not hasattr(_warm, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])
        _warm.compiler = typst.Compiler(input=str(HERE / "sheet.typ"), root=str(HERE), font_paths=fonts)
    found: typst.Compiler = _warm.compiler
    return found


def render(*sheets: Sheet) -> bytes:
    """Return the sheets, one after another, as one PDF.

    Raises:
        ValueError: no sheet.
    """
    if not sheets:
        raise ValueError("nothing to print")
    data = json.dumps([_with_pictures(sheet) for sheet in sheets], ensure_ascii=False)
    pdf = compiler().compile(format="pdf", sys_inputs={"data": data})
    assert isinstance(pdf, bytes)
    return pdf


def _with_pictures(sheet: Sheet) -> dict[str, Any]:
    values = asdict(sheet)
    values["qr_svg"] = qr_svg(sheet.qr) if sheet.qr else ""
    values["barcode_svg"] = code128_svg(sheet.code) if sheet.code else ""
    return values


def qr_svg(text: str) -> str:
    """Return a QR code (error correction M) as SVG."""
    picture: str = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2)
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def pages_of(sheets: Sequence[Sheet]) -> bytes:
    """Return many sheets as one PDF (a bulk of slips)."""
    return render(*sheets)
