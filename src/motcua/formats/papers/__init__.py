"""Legal papers as PDF: frozen data in, bytes out.

`forms` says what each form of TT 01/2018 and TT 03/2025 holds and makes a `Sheet` of it; `render` lays sheets out
with Typst and the fonts of this folder. Text goes in as data, never as markup, so that no name can change a layout.
"""

from motcua.formats.papers.model import Person, Sheet, Table
from motcua.formats.papers.render import render

__all__ = ["Person", "Sheet", "Table", "render"]
