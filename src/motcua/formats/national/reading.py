"""A file of the national catalogue, read whole: records, and every fault with its place."""

import json
from dataclasses import dataclass
from typing import Any

from motcua.formats.national.record import Record, record_of
from motcua.formats.national.tables import MOST_ROWS, nodes_of_tables, sheets_of_csv, sheets_of_xlsx
from motcua.formats.national.values import Fault, Node, json_node

MOST_BYTES = 50_000_000
# Faults of one file that are told; a file with more is wrong in its whole.
MOST_FAULTS = 200
# Under which keys services hand over their list.
WRAPPERS = ("data", "result", "results", "DATA", "RESULT", "DSTTHC")


@dataclass(frozen=True)
class Reading:
    """What a file says; nothing may be done with its records while there are faults."""

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]


def read_catalogue(name: str, content: bytes) -> Reading:
    """Return the records of a file by the ending of its name: .json, .xlsx or .csv.

    Never raises for what a file holds: what cannot be read is a fault with its place.
    """
    faults: list[Fault] = []
    if len(content) > MOST_BYTES:
        return Reading((), (Fault("", "large"),))
    ending = name.lower().rpartition(".")[2]
    if ending == "json":
        nodes = _json_nodes(content, faults)
    elif ending == "xlsx":
        nodes = nodes_of_tables(sheets_of_xlsx(content, faults), faults)
    elif ending == "csv":
        nodes = nodes_of_tables(sheets_of_csv(content, faults), faults)
    else:
        return Reading((), (Fault("", "ending"),))
    records = tuple(record_of(node) for node in nodes) if not faults else ()
    if not records and not faults:
        faults.append(Fault("", "empty"))
    _twice(records, faults)
    return Reading(records if not faults else (), tuple(faults[:MOST_FAULTS]))


def _json_nodes(content: bytes, faults: list[Fault]) -> list[Node]:
    try:
        found: Any = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        faults.append(Fault("", "utf8"))
        return []
    except json.JSONDecodeError as error:
        faults.append(Fault(f"{error.lineno}:{error.colno}", "json"))
        return []
    except RecursionError:
        faults.append(Fault("", "json"))
        return []
    place = ""
    for key in WRAPPERS:
        if isinstance(found, dict) and key in found:
            found, place = found[key], key
    rows = found if isinstance(found, list) else [found]
    if len(rows) > MOST_ROWS:
        faults.append(Fault(f"{place}[{MOST_ROWS + 1}]", "rows", {"most": f"{MOST_ROWS:,}"}))
        return []
    nodes = [json_node(row, f"{place}[{number}]", faults) for number, row in enumerate(rows, 1)]
    for node in nodes:
        if not isinstance(node.value, dict):
            node.fault("block")
    return nodes


def _twice(records: tuple[Record, ...], faults: list[Fault]) -> None:
    """Note procedures that are given twice: two versions in one file are told apart by their dates."""
    seen: dict[str, list[Record]] = {}
    for record in records:
        for other in seen.get(record.code, []):
            if _overlap(record, other):
                faults.append(Fault(record.place, "twice", {"value": record.code, "other": other.place}))
                break
        seen.setdefault(record.code, []).append(record)


def _overlap(one: Record, other: Record) -> bool:
    """Tell whether two versions of one procedure hold on the same day; one without dates holds on every day."""
    if one.valid_from is None or other.valid_from is None:
        return True
    first, second = sorted((one, other), key=lambda record: str(record.valid_from))
    return first.valid_to is None or second.valid_from is None or first.valid_to > second.valid_from
