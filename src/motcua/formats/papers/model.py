"""What a paper holds, before it is laid out."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """A table: heads with widths (Typst tracks such as `auto`, `1fr`, `20pt`), rows of text."""

    heads: tuple[str, ...]
    widths: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Person:
    """Who signs: a line above (who), a remark in brackets, a name where it is known."""

    who: str
    remark: str = "(Ký, ghi rõ họ tên)"
    name: str = ""


@dataclass(frozen=True)
class Sheet:
    """One page or more of a legal paper.

    `size` is a5, a4 or a4-landscape. `facts` are numbered or plain lines (label, value). `code` gets a barcode and
    `qr` a QR code. `reprint` counts prints from the second on.
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
    table_title: str = ""
    table: Table | None = None
    paragraphs: tuple[str, ...] = ()
    highlights: tuple[tuple[str, str], ...] = ()
    signatures: tuple[Person, ...] = ()
    foot: str = ""
    reprint: int = 0
    size: str = "a5"
    receivers: tuple[str, ...] = field(default=())
