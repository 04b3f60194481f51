"""The catalogue as tables: one sheet of procedures, sheets of what hangs on them, each row with the code.

| sheet | columns |
|---|---|
| the first (TTHC) | MATTHC, TENTTHC, TENLINHVUC …; several values in a cell are parted |
| CACHTHUCTHUCHIEN | MATTHC, KENH, THOIGIANGIAIQUYET, DONVITINH, MOTA |
| PHILEPHI | MATTHC, KENH, MAPHILEPHI, SOTIEN, DONVI, MOTA |
| THANHPHANHOSO | MATTHC, TRUONGHOP, MAGIAYTO, TENGIAYTO, SOBANCHINH, SOBANSAO, TENMAUDON, URL |
| TRINHTUTHUCHIEN | MATTHC, TRUONGHOP, TENTRINHTU |
| KETQUATHUCHIEN | MATTHC, MAKETQUA, TENKETQUA |
| CANCUPHAPLY | MATTHC, SOVANBAN, TENVANBAN |
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from motcua.formats.national.values import Fault, Node, listed, split_outside_brackets
from motcua.rules.text import fold

MOST_ROWS = 20_000
# What a workbook may hold when unpacked: a small file that grows without end is no catalogue.
MOST_UNPACKED = 300_000_000
MOST_CELLS = 5_000_000
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,4})(\d{1,9})"')
MAIN = (
    "MATTHC", "TENTTHC", "LOAITTHC", "TRANGTHAI", "MACOQUANCONGBO", "IDQUYETDINHCONGBO", "MALINHVUC", "TENLINHVUC",
    "MADONVI", "TENDONVI", "CAPTHUCHIEN", "TENDOITUONG", "MOTADOITUONGTHUCHIEN", "TENKETQUA", "YEUCAU", "MUCDO",
    "HIEULUCTU", "HIEULUCDEN", "SOTHANHPHAN",
)  # fmt: skip
NEEDED = ("MATTHC", "TENTTHC", "TENLINHVUC")
SHEETS = {
    "CACHTHUCTHUCHIEN": ("MATTHC", "KENH", "THOIGIANGIAIQUYET", "DONVITINH", "MOTA"),
    "PHILEPHI": ("MATTHC", "KENH", "MAPHILEPHI", "SOTIEN", "DONVI", "MOTA"),
    "THANHPHANHOSO": (
        "MATTHC", "TRUONGHOP", "MAGIAYTO", "TENGIAYTO", "SOBANCHINH", "SOBANSAO", "TENMAUDON", "URL",
    ),
    "TRINHTUTHUCHIEN": ("MATTHC", "TRUONGHOP", "TENTRINHTU"),
    "KETQUATHUCHIEN": ("MATTHC", "MAKETQUA", "TENKETQUA"),
    "CANCUPHAPLY": ("MATTHC", "SOVANBAN", "TENVANBAN"),
}  # fmt: skip
# Heads as people write them, folded and without spaces.
ALIASES = {
    "ten": "TENTTHC", "tenthutuc": "TENTTHC", "mathutuc": "MATTHC", "linhvuc": "TENLINHVUC", "loai": "LOAITTHC",
    "loaithutuc": "LOAITTHC", "quyetdinh": "IDQUYETDINHCONGBO", "quyetdinhcongbo": "IDQUYETDINHCONGBO",
    "coquancongbo": "MACOQUANCONGBO", "doituong": "TENDOITUONG", "doituongthuchien": "TENDOITUONG",
    "coquanthuchien": "TENDONVI", "ketqua": "TENKETQUA", "ketquathuchien": "TENKETQUA", "yeucaudieukien": "YEUCAU",
    "nthanhphan": "SOTHANHPHAN", "mucdodichvucong": "MUCDO",
}  # fmt: skip
Row = dict[str, Node]


def normal(head: str) -> str:
    """Return a head without marks, spaces and case."""
    return re.sub(r"[^a-z0-9]", "", fold(head))


def sheets_of_xlsx(content: bytes, faults: list[Fault]) -> list[tuple[str, Iterator[Sequence[Any]]]]:
    """Return the sheets of a workbook with their rows; a file that is none is a fault."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if not _small_enough(content):
            faults.append(Fault("", "large"))
            return []
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, zlib.error, NotImplementedError):
        faults.append(Fault("", "workbook"))
        return []
    return [(name, iter(sheet.to_python(skip_empty_area=False))) for name, sheet in sheets]


def _small_enough(content: bytes) -> bool:
    """Tell whether a workbook can be unpacked and laid out: one cell far out would make a sheet of billions."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            return False
        names = [name for name in packed.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return all(_cells_spanned(packed.read(name)) <= MOST_CELLS for name in names)


def _cells_spanned(sheet: bytes) -> int:
    """Return how many cells lie between the first one and the farthest row and column that are named."""
    columns = {found[1] for found in CELL.finditer(sheet)}
    rows = (int(found[2]) for found in CELL.finditer(sheet))
    widest = max((sum((char - 64) * 26**place for place, char in enumerate(reversed(c))) for c in columns), default=0)
    return widest * max(rows, default=0)


def sheets_of_csv(content: bytes, faults: list[Fault]) -> list[tuple[str, Iterator[Sequence[Any]]]]:
    """Return a CSV file as one sheet."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.append(Fault("", "utf8"))
        return []
    return [("TTHC", iter(csv.reader(io.StringIO(text, newline=""))))]


def column(number: int) -> str:
    """Return the letters of a column that is counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def rows_of(title: str, rows: Iterator[Sequence[Any]], known: Sequence[str], faults: list[Fault]) -> list[Row]:
    """Return the rows of a sheet by column; wrong heads or too many rows are faults, and nothing is read."""
    heads = _heads(title, next(rows, ()), known, faults)
    if heads is None:
        return []
    found: list[Row] = []
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            faults.append(Fault(f"{title}!A{number}", "rows", {"most": f"{MOST_ROWS:,}"}))
            return []
        if any(value not in (None, "") for value in row):
            found.append(_row(title, number, heads, row, faults))
    return found


def _row(title: str, number: int, heads: Sequence[str], row: Sequence[Any], faults: list[Fault]) -> Row:
    values = [*row, *[None] * (len(heads) - len(row))]
    return {
        head: Node(values[index], f"{title}!{column(index)}{number}", faults)
        for index, head in enumerate(heads)
        if head
    }


def _heads(title: str, row: Sequence[Any], known: Sequence[str], faults: list[Fault]) -> list[str] | None:
    by_normal = {normal(name): name for name in known} | {k: v for k, v in ALIASES.items() if v in known}
    heads: list[str] = []
    before = len(faults)
    for index, cell in enumerate(row):
        text = "" if cell is None else str(cell).strip()
        head = by_normal.get(normal(text), "") if text else ""
        place = f"{title}!{column(index)}1"
        if text and not head:
            faults.append(Fault(place, "head", {"value": text[:60], "known": ", ".join(known)}))
        elif head and head in heads:
            faults.append(Fault(place, "head_twice", {"value": text[:60]}))
        heads.append(head)
    needed = NEEDED if known is MAIN else known[:1]
    for name in needed:
        if name not in heads:
            faults.append(Fault(f"{title}!1", "head_missing", {"value": name}))
    return heads if len(faults) == before else None


def nodes_of_tables(sheets: Iterable[tuple[str, Iterator[Sequence[Any]]]], faults: list[Fault]) -> list[Node]:
    """Return one node for each procedure, of the same shape as the JSON gives."""
    main: list[Row] = []
    parts: dict[str, dict[str, list[Row]]] = {}
    for order, (title, lines) in enumerate(sheets):
        if order == 0:
            main = rows_of(title, lines, MAIN, faults)
            continue
        name = next((name for name in SHEETS if normal(name) == normal(title)), "")
        if not name:
            faults.append(Fault(title, "sheet", {"known": ", ".join(SHEETS)}))
        else:
            parts[name] = _by_code(rows_of(title, lines, SHEETS[name], faults))
    if faults:
        return []
    known = {row["MATTHC"].text() for row in main}
    for rows_by_code in parts.values():
        for code, rows in rows_by_code.items():
            if code not in known:
                rows[0]["MATTHC"].fault("no_procedure", value=code[:40])
    return [
        _node(row, {name: by_code.get(row["MATTHC"].text(), []) for name, by_code in parts.items()}) for row in main
    ]


def _by_code(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["MATTHC"].text(), []).append(row)
    return found


def _node(row: Row, parts: dict[str, list[Row]]) -> Node:
    """Return a row with what hangs on it, as a block of the JSON's shape."""
    code = row["MATTHC"]
    faults, place = code.faults, code.place

    def block(**values: Node) -> Node:
        return Node(values, place, faults)

    def many(rows: Sequence[Node]) -> Node:
        return listed(rows, place, faults)

    value: dict[str, Node] = dict(row)
    field = {key: row[key] for key in ("MALINHVUC", "TENLINHVUC") if key in row}
    value["LINHVUCTHUCHIEN"] = many([block(**field)])
    value["CAPTHUCHIEN"] = many(_split(row.get("CAPTHUCHIEN"), ",;\n"))
    value["DOITUONGTHUCHIEN"] = many(_subjects(row.get("TENDOITUONG")))
    value["COQUANTHUCHIEN"] = many(_agencies(row))
    value["KETQUATHUCHIEN"] = many(
        [Node(dict(found), place, faults) for found in parts.get("KETQUATHUCHIEN", [])]
        or _split(row.get("TENKETQUA"), "\n")
    )
    value["CANCUPHAPLY"] = many([Node(dict(found), place, faults) for found in parts.get("CANCUPHAPLY", [])])
    value["TRINHTUTHUCHIEN"] = many(_cases(parts.get("TRINHTUTHUCHIEN", []), "TRINHTU"))
    value["THANHPHANHOSO"] = many(_cases(parts.get("THANHPHANHOSO", []), "GIAYTO"))
    value["CACHTHUCTHUCHIEN"] = many(_methods(parts.get("CACHTHUCTHUCHIEN", []), parts.get("PHILEPHI", [])))
    return Node(value, place, faults)


def _split(node: Node | None, marks: str) -> list[Node]:
    if node is None or node.empty:
        return []
    return [Node(part, node.place, node.faults) for part in split_outside_brackets(node.text(), marks)]


def _subjects(node: Node | None) -> list[Node]:
    """Return the subjects of a cell; a part in small letters belongs to the one before (“Cán bộ, công chức”)."""
    found: list[Node] = []
    for part in _split(node, ",;\n"):
        if found and part.value[:1].islower():
            found[-1] = Node(f"{found[-1].value}, {part.value}", part.place, part.faults)
        else:
            found.append(part)
    return found


def _agencies(row: Row) -> list[Node]:
    """Return agencies with codes where there is one code for each name."""
    names, codes = _split(row.get("TENDONVI"), ";\n"), _split(row.get("MADONVI"), ";,\n")
    if codes and len(codes) != len(names):
        codes[0].fault("pairs", value="MADONVI")
        return []
    blocks = [{"TENDONVI": name} for name in names]
    for block, code in zip(blocks, codes, strict=False):
        block["MADONVI"] = code
    return [Node(block, block["TENDONVI"].place, block["TENDONVI"].faults) for block in blocks]


def _cases(rows: Sequence[Row], inner: str) -> list[Node]:
    """Return rows gathered by their case, in the order of the sheet."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["TRUONGHOP"].text() if "TRUONGHOP" in row else "", []).append(row)
    nodes = []
    for group in found.values():
        first = group[0]["MATTHC"]
        blocks = [Node(dict(row), row["MATTHC"].place, first.faults) for row in group]
        value = {inner: listed(blocks, first.place, first.faults)}
        if "TRUONGHOP" in group[0]:
            value["TRUONGHOP"] = group[0]["TRUONGHOP"]
        nodes.append(Node(value, first.place, first.faults))
    return nodes


def _methods(times: Sequence[Row], fees: Sequence[Row]) -> list[Node]:
    """Return each row of times with the fees of its channel; fees of a channel without a time stand alone."""
    found = []
    left = list(fees)
    for row in times:
        own = [fee for fee in left if _same_channel(fee, row)]
        left = [fee for fee in left if not _same_channel(fee, row)]
        found.append(_method(row, own))
    for fee in left:
        found.append(_method({"MATTHC": fee["MATTHC"], **({"KENH": fee["KENH"]} if "KENH" in fee else {})}, [fee]))
    return found


def _same_channel(fee: Row, row: Row) -> bool:
    return "KENH" in fee and "KENH" in row and fold(fee["KENH"].text()) == fold(row["KENH"].text())


def _method(row: Row, fees: Sequence[Row]) -> Node:
    place, faults = row["MATTHC"].place, row["MATTHC"].faults
    time: Row = {key: row[key] for key in ("THOIGIANGIAIQUYET", "DONVITINH", "MOTA") if key in row}
    time["PHILEPHI"] = listed([Node(dict(fee), fee["MATTHC"].place, faults) for fee in fees], place, faults)
    value: Row = {"THOIGIAN": listed([Node(time, place, faults)], place, faults)}
    if "KENH" in row:
        value["KENH"] = row["KENH"]
    return Node(value, place, faults)
