"""A file's bytes as sheets of raw cells; whatever is no honest table is refused before it is unpacked."""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from motcua.formats.tables.columns import normal
from motcua.formats.tables.limits import MOST_BYTES, MOST_CELLS, MOST_PARTS, MOST_UNPACKED

CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,4})(\d{1,9})"')
SHARED = re.compile(rb"<(?:\w+:)?si[\s>]")
NAMED = re.compile(rb't="s"[^>]*>\s*<(?:\w+:)?v>(\d{1,9})<')
OLE = b"\xd0\xcf\x11\xe0"
MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/activex/", "xl/dialogsheets/")
DELIMITERS = ",;\t"


class NoTable(ValueError):
    """A file that is not read; `code` says why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Opened:
    """The sheets of a file with their rows, how a CSV file was written, and how many rows a workbook has in all."""

    sheets: Sequence[tuple[str, Iterator[Sequence[Any]]]]
    encoding: str = ""
    delimiter: str = ""
    is_csv: bool = field(default=False)
    rows: int = 0


LONGEST_FIELD = 131_072


def open_table(name: str, content: bytes, heads: Sequence[str]) -> Opened:
    """Return the sheets of a file by the ending of its name: .xlsx or .csv.

    Args:
        heads: heads that may stand in the first line; they tell the delimiter.

    Raises:
        NoTable: it is none, or one that may not be read.
    """
    if len(content) > MOST_BYTES:
        raise NoTable("large", most=f"{MOST_BYTES // 1_000_000}")
    ending = name.lower().rpartition(".")[2]
    if ending in ("xlsm", "xltm", "xlsb", "xlam"):
        raise NoTable("macro")
    if content.startswith(OLE):
        raise NoTable("old_workbook" if ending == "xls" else "encrypted")
    if ending == "xlsx":
        return _open_workbook(content)
    if ending in ("csv", "tsv", "txt"):
        return _open_csv(content, heads)
    raise NoTable("ending")


def _open_workbook(content: bytes) -> Opened:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _check_parts(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except NoTable:
        raise
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, zlib.error, NotImplementedError, RuntimeError) as e:
        raise NoTable("workbook") from e
    return Opened([(name, _rows(sheet)) for name, sheet in sheets], rows=sum(sheet.height for _name, sheet in sheets))


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows of the sheet from 1 on, one after another, columns counted from A."""
    if sheet.start is None:
        return
    indent: list[Any] = [None] * sheet.start[1]
    for row in sheet.iter_rows():
        yield [*indent, *row]


def _check_parts(content: bytes) -> None:
    """Refuse a workbook with macros, one that grows without end, and one with a cell too far out."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise NoTable("bomb")
        if any(macro in part.filename.lower() for part in parts for macro in MACROS):
            raise NoTable("macro")
        named = {part.filename.lower(): part for part in parts}
        shared = _lengths(_unpacked(packed, named.get("xl/sharedstrings.xml")))
        for name, part in named.items():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = _unpacked(packed, part)
                if max(_span(sheet), sheet.count(b"</c>")) > MOST_CELLS or _text(sheet, shared) > MOST_UNPACKED:
                    raise NoTable("bomb")


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo | None) -> bytes:
    if part is None:
        return b""
    with packed.open(part) as stream:
        content = stream.read(MOST_UNPACKED + 1)  # the header may lie about the size
    if len(content) > MOST_UNPACKED:
        raise NoTable("bomb")
    return content


def _lengths(strings: bytes) -> list[int]:
    """Return how long each shared text is, with its marks."""
    return [len(one) for one in SHARED.split(strings)[1:]]


def _text(sheet: bytes, shared: list[int]) -> int:
    """Return how much text the cells hold that name a shared one: each of them holds the whole."""
    if len(shared) == 0 or max(shared) * sheet.count(b"<v>") < MOST_UNPACKED:
        return 0
    return sum(shared[int(found[1])] for found in NAMED.finditer(sheet) if int(found[1]) < len(shared))


def _span(sheet: bytes) -> int:
    """Return how many cells lie between the first one and the farthest row and column that are named."""
    columns, deepest = set(), 0
    for found in CELL.finditer(sheet):
        columns.add(found[1])
        deepest = max(deepest, int(found[2]))
    widest = max((sum((char - 64) * 26**place for place, char in enumerate(reversed(c))) for c in columns), default=0)
    return widest * deepest


def _open_csv(content: bytes, heads: Sequence[str]) -> Opened:
    text, encoding = decode(content)
    delimiter = delimiter_of(text, heads)
    return Opened([("", _csv_rows(text, delimiter))], encoding, delimiter, is_csv=True)


def _csv_rows(text: str, delimiter: str) -> Iterator[Sequence[Any]]:
    try:
        # The limit is the process's, and another reader may have raised it.
        csv.field_size_limit(LONGEST_FIELD)
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise NoTable("csv") from error


def decode(content: bytes) -> tuple[str, str]:
    """Return a text and its encoding: UTF-8 with or without mark, UTF-16 with mark, else Windows-1258.

    Windows-1258 writes the tone after the vowel; the text is returned in composed form.

    Raises:
        NoTable: it is none of these.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        tries = [("utf-8-sig", "UTF-8-BOM")]
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = [("utf-16", "UTF-16")]
    else:
        tries = [("utf-8", "UTF-8"), ("cp1258", "Windows-1258")]
    for codec, called in tries:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text), called
    raise NoTable("encoding")


def delimiter_of(text: str, heads: Sequence[str]) -> str:
    """Return the delimiter under which the first line has most of the known heads."""
    first = text.lstrip("\r\n").partition("\n")[0]
    known = {normal(head) for head in heads}

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(normal(cell) in known for cell in cells), len(cells)

    return max(DELIMITERS, key=score)
