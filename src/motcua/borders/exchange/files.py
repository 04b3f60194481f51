"""Files of dossiers as records: JSON, CSV, XLSX, Parquet. One record after another; a CSV file of any size is flat.

What cannot be a whole file (cut in half, another encoding, a workbook that unpacks without end) is refused before its
first record.
"""

import codecs
import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from motcua.borders.exchange.columns import REQUIRED, ColumnNames, keys_of
from motcua.borders.exchange.progress import Reading
from motcua.formats.tables.cells import unguard
from motcua.formats.tables.limits import MOST_BYTES
from motcua.formats.tables.opening import NoTable, open_table

Record = tuple[str, dict[str, Any]]
CHUNK = 1 << 20
LISTS = ("data", "hoSo", "HoSo", "items", "dossiers")
# Windows-1258 writes tones as characters of their own.
TONES_APART = "cp1258"
LONGEST_RECORD = 20 * CHUNK


class BadFile(ValueError):
    """A file that is not read; the sentence says why."""


def _bad(sentence: str, path: Path, **values: str) -> BadFile:
    return BadFile(sentence % {"file": path.name, **values})


def records_of(path: Path, names: ColumnNames, reading: Reading | None = None) -> Iterator[Record]:
    """Yield each record with its place, by the keys of `columns.COLUMNS`.

    Args:
        reading: is told how far the file is read.

    Raises:
        BadFile: it is no whole file of a known format, or a column that is needed is missing.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise _bad(_("%(file)s: the ending is none of %(known)s."), path, known=", ".join(READERS))
    reading = reading or Reading([])
    try:
        for record in reader(path, names, reading):
            reading.records += 1
            yield record
        reading.end()
    except OSError as error:
        raise _bad(_("%(file)s cannot be read: %(why)s."), path, why=str(error.strerror)) from error


# --- CSV -------------------------------------------------------------------------------------------------------


def _csv(path: Path, names: ColumnNames, reading: Reading) -> Iterator[Record]:
    encoding = encoding_of(path)
    csv.field_size_limit(CHUNK)
    with path.open("rb") as bytes_read, io.TextIOWrapper(bytes_read, encoding, newline="") as file:
        reading.begin(path, bytes_read.tell)
        first = file.readline()
        delimiter = _delimiter(first, names)
        heads = next(csv.reader([first], delimiter=delimiter), [])
        keys = checked_keys(path, heads, names)
        _check_end(path, encoding, len(heads), delimiter)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for row in reader:
                if row:
                    cells = [unguard(cell) for cell in row]
                    if encoding == TONES_APART:
                        cells = [unicodedata.normalize("NFC", cell) for cell in cells]
                    yield _row(f"{path.name}:{reader.line_num + 1}", keys, cells)
        except csv.Error as error:
            line = str(reader.line_num + 1)
            raise _bad(_("%(file)s, line %(line)s is no row of a CSV file."), path, line=line) from error


def _delimiter(first: str, names: ColumnNames) -> str:
    """Return the delimiter under which the first line has most of the known heads."""

    def known(delimiter: str) -> int:
        return sum(map(bool, keys_of(next(csv.reader([first], delimiter=delimiter), []), names)))

    return max(",;\t", key=known)


def encoding_of(path: Path) -> str:
    """Return a text file's encoding: UTF-8, UTF-16 with its mark, else Windows-1258.

    Raises:
        BadFile: it is none of these.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(path, "utf-16") or _refuse_encoding(path)
    if start.startswith(b"\xef\xbb\xbf"):
        return _decodes(path, "utf-8-sig") or _refuse_encoding(path)
    return _decodes(path, "utf-8") or _decodes(path, TONES_APART) or _refuse_encoding(path)


def _decodes(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if "\0" in decoder.decode(chunk):
                    return ""
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ""
    return encoding


def _refuse_encoding(path: Path) -> str:
    raise _bad(_("%(file)s is no text in UTF-8, UTF-16 or Windows-1258: save it as CSV UTF-8."), path)


def _check_end(path: Path, encoding: str, columns: int, delimiter: str) -> None:
    """Refuse a file whose last line stops in the middle."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(0)
        if encoding == "utf-16":
            encoding = "utf-16-le" if file.read(2) == codecs.BOM_UTF16_LE else "utf-16-be"
        file.seek(max(size - CHUNK, 0) // 2 * 2)
        tail = file.read().decode(encoding, errors="ignore")
    if tail.endswith(("\n", "\r")):
        return
    last = next(csv.reader([tail.rpartition("\n")[2]], delimiter=delimiter), [])
    if len(last) < columns:
        told = _("%(file)s is cut off: its last line has %(here)s cells of %(columns)s; nothing was read of it.")
        raise _bad(told, path, here=str(len(last)), columns=str(columns))


def checked_keys(path: Path, heads: Sequence[Any], names: ColumnNames) -> list[str]:
    """Return the keys of a table's columns.

    Raises:
        BadFile: one stands twice, or one that is needed is missing.
    """
    keys = keys_of(heads, names)
    twice = {key for key in keys if key and keys.count(key) > 1}
    if twice:
        told = _("%(file)s: two columns are read as %(names)s; name one in the mapping file.")
        raise _bad(told, path, names=", ".join(sorted(twice)))
    missing = [key for key in REQUIRED if key not in keys and key not in names.defaults]
    if missing:
        told = _("%(file)s has no column for %(names)s; name it in a mapping file.")
        raise _bad(told, path, names=", ".join(missing))
    return keys


def _row(place: str, keys: Sequence[str], cells: Sequence[Any]) -> Record:
    return place, {key: cell for key, cell in zip(keys, cells, strict=False) if key and cell not in (None, "")}


# --- workbooks and Parquet ----------------------------------------------------------------------------------------


def _xlsx(path: Path, names: ColumnNames, reading: Reading) -> Iterator[Record]:
    if path.stat().st_size > MOST_BYTES:
        told = _("%(file)s is larger than %(most)s MB: save it as CSV, which is read line by line.")
        raise _bad(told, path, most=str(MOST_BYTES // 1_000_000))
    try:
        opened = open_table(path.name, path.read_bytes(), ())
        passed = reading.of_rows(path, opened.rows)
        for title, rows in opened.sheets:
            filled = _filled(rows, passed)
            _first, heads = next(filled, (0, ()))
            if not heads:
                continue
            keys = checked_keys(path, heads, names)
            for number, row in filled:
                cells = [unguard(cell) if isinstance(cell, str) else cell for cell in row]
                yield _row(f"{path.name}:{title}!{number}", keys, cells)
    except NoTable as refused:
        raise _bad(WHY_NO_TABLE.get(refused.code, WHY_NO_TABLE["workbook"])(), path) from refused


def _filled(rows: Iterable[Sequence[Any]], passed: Callable[[], None]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the rows that hold something, with their numbers; each row is told to have been passed."""
    for number, row in enumerate(rows, 1):
        passed()
        if any(cell not in (None, "") for cell in row):
            yield number, row


WHY_NO_TABLE: dict[str, Callable[[], str]] = {
    "bomb": lambda: _("%(file)s would unpack to far more than a table."),
    "macro": lambda: _("%(file)s holds macros and is not opened."),
    "encrypted": lambda: _("%(file)s is encrypted."),
    "old_workbook": lambda: _("%(file)s is a workbook of before 2007: save it as .xlsx."),
    "workbook": lambda: _("%(file)s is no whole workbook: cut off, or another format."),
}


def _parquet(path: Path, names: ColumnNames, reading: Reading) -> Iterator[Record]:
    import duckdb

    with duckdb.connect() as connection:
        try:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.Error as error:
            raise _bad(_("%(file)s is no whole Parquet file."), path) from error
        keys = checked_keys(path, [column[0] for column in found.description or ()], names)
        counted = connection.cursor().execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
        passed = reading.of_rows(path, counted[0] if counted else 0)
        number = 0
        while rows := found.fetchmany(5_000):
            for row in rows:
                passed()
                number += 1
                yield _row(f"{path.name}:{number}", keys, row)


# --- JSON ------------------------------------------------------------------------------------------------------


def _json(path: Path, names: ColumnNames, reading: Reading) -> Iterator[Record]:
    """Yield the objects of a list, of the national call's `data`, or one on each line; the text is read in pieces."""
    encoding = encoding_of(path)
    if encoding == TONES_APART:
        raise _bad(_("%(file)s is no JSON in UTF-8."), path)
    _check_json_end(path)
    for number, item in enumerate(_objects(path, encoding, reading), start=1):
        values = ((names.key_of(head), value) for head, value in item.items())
        yield f"{path.name}#{number}", {key: value for key, value in values if key and value not in (None, "")}


def _check_json_end(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(file.tell() - 100, 0))
        tail = file.read().rstrip(b" \r\n\t\0")
    if not tail.endswith((b"]", b"}")):
        raise _bad(_("%(file)s is cut off: it does not end as JSON does; nothing was read of it."), path)


def _objects(path: Path, encoding: str, reading: Reading) -> Iterator[dict[str, Any]]:
    decoder, text, at = json.JSONDecoder(), "", 0
    with path.open("rb") as bytes_read, io.TextIOWrapper(bytes_read, encoding) as file:
        # What is read and not yet taken apart is still to come; most characters are one byte.
        reading.begin(path, lambda: bytes_read.tell() - (len(text) - at))
        text = file.read(CHUNK)
        at = _first_object(text)
        more = True
        while True:
            at = NOTHING.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
            if text[at : at + 1] == "]":
                return
            if at >= len(text):
                text, at = file.read(CHUNK), 0
                if not text:
                    return
                continue
            try:
                found, end = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                piece = file.read(CHUNK) if more else ""
                more = bool(piece)
                if not more or len(text) - at > LONGEST_RECORD:
                    raise _bad(_("%(file)s is no JSON near %(text)s."), path, text=repr(text[at : at + 40])) from error
                text, at = text[at:] + piece, 0
                continue
            except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists in lists
                raise _bad(_("%(file)s is no JSON near %(text)s."), path, text=repr(text[at : at + 40])) from error
            if not isinstance(found, dict):
                told = _("%(file)s: where a dossier should stand there is %(text)s.")
                raise _bad(told, path, text=repr(str(found)[:40]))
            at = end
            yield found


NOTHING = re.compile(r"[ \r\n\t,]*")
WRAPPED = re.compile(r'\s*\{\s*(?:"[^"]*"\s*:\s*(?:"[^"]*"|\d+|true|false|null)\s*,\s*)*"(\w+)"\s*:\s*\[')


def _first_object(text: str) -> int:
    """Return where the first object of a list may stand: in the list of an answer, in a list, or at the start."""
    begun = WRAPPED.match(text)
    if begun and begun[1] in LISTS:
        return begun.end()
    start = len(text) - len(text.lstrip())
    return start + 1 if text[start : start + 1] == "[" else start


READERS: dict[str, Callable[[Path, ColumnNames, Reading], Iterator[Record]]] = {
    ".json": _json,
    ".jsonl": _json,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
}
