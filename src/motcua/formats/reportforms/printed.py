"""A report as PDF: Typst with the house's own fonts."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

import motcua.formats.papers
from motcua.formats.papers.render import cleaned
from motcua.formats.reportforms.paper import Paper

HERE = Path(__file__).parent
FONTS = Path(motcua.formats.papers.__file__).parent / "fonts"


def write_pdf(paper: Paper) -> bytes:
    """Return the report as PDF: A4 landscape, tagged, the heads repeated on each page."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    data = {**asdict(paper), "shares": sorted(paper.shares), "font": "Tinos"}
    data["lines"] = [{"kind": line.kind, "texts": texts_of(paper, n)} for n, line in enumerate(paper.lines)]
    compiler = typst.Compiler(input=str(HERE / "report.typ"), root=str(HERE), font_paths=fonts)
    made = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(cleaned(data), ensure_ascii=False)})
    if not isinstance(made, bytes):
        raise TypeError("the compiler gave no single file")
    return made


def texts_of(paper: Paper, n: int) -> list[str]:
    """Return the texts of a line, one for each column."""
    line = paper.lines[n]
    return [
        {"index": line.index, "name": line.name}.get(role, line.shown.get(number, ""))
        for number, role, _adds in paper.columns
    ]
