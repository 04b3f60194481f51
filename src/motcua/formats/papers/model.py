"""What a paper holds, before it is laid out."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]
Size = Literal["a5", "a5-landscape", "a4", "a4-landscape"]


@dataclass(frozen=True)
class Table:
    """A table: heads with widths (Typst tracks, `1fr` or `20pt`), rows of text.

    `aligns` says left, center or right for each column; left for those it does not reach.
    """

    heads: tuple[str, ...]
    widths: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Who signs: a line above (who), a remark in brackets, a name where it is known."""

    who: str
    remark: str = "(Ký, ghi rõ họ tên)"
    name: str = ""


@dataclass(frozen=True)
class Sheet:
    """One page or more of a legal paper.

    `facts` are lines (label, value); those whose label is in `strong` stand out. `highlights` follow the table, their
    values bold. `code` gets a barcode and `qr` a QR code. `seals` are long hexadecimal numbers, printed in groups.
    `reprint` counts prints from the second on. `language` "en" adds English in small italics to each label, and
    `translations` in the order of `paragraphs`; the Vietnamese stays, being the legal text.
    """

    title: str
    agency: str
    superior: str = ""
    subtitle: str = ""
    number: str = ""
    place_and_date: str = ""
    form: str = ""
    copy_for: str = ""
    code: str = ""
    check_code: str = ""
    secret: str = ""
    qr: str = ""
    addressee: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    strong: tuple[str, ...] = ()
    table_title: str = ""
    table: Table | None = None
    paragraphs: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    highlights: tuple[tuple[str, str], ...] = ()
    seals: tuple[tuple[str, str], ...] = ()
    signatures: tuple[Person, ...] = ()
    foot: str = ""
    foot_translation: str = ""
    reprint: int = 0
    size: Size = "a5"
    receivers: tuple[str, ...] = ()
    language: Language = "vi"
