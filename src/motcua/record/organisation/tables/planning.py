"""What a file would change: rows added, changed from old to new, closed; and what stands in the way, at its cell."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from motcua.formats.tables import MOST_FAULTS, CellFault, Row, TablesRead
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.people_models import JobPosition
from motcua.record.organisation.tables import checks
from motcua.record.organisation.tables.sheets import BY_KEY, SHEETS
from motcua.record.organisation.tables.state import KEYS, Key, Known, Values, rows_of
from motcua.rules.identifiers import read_agency_code

# What a file may change in a row that is there; the rest changes by other actions.
CHANGEABLE = {
    "agencies": ("name_vi", "name_en", "kind", "unit_code", "address", "phone", "place"),
    "units": ("name_vi", "name_en", "fields_served", "valid_to"),
    "people": ("full_name", "email", "phone", "active"),
    "posts": ("title", "position", "valid_to"),
}
DEFAULTS = {"kind": "administrative", "active": True, "acting": False}
ADDED, CHANGED, CLOSED = "added", "changed", "closed"


@dataclass(frozen=True)
class Difference:
    """One row that would change. `old` holds only the fields that differ, `new` the same ones or a whole new row."""

    sheet: str
    what: str
    key: Key
    new: Values
    old: Values = field(default_factory=dict)
    stored: Any = None

    @property
    def name(self) -> str:
        """Return what the row is known by, in words."""
        return " · ".join(f"{part:%d/%m/%Y}" if isinstance(part, dt.date) else str(part) for part in self.key)


@dataclass(frozen=True)
class ImportPlan:
    """What a file would change; nothing may be applied while there are faults."""

    differences: tuple[Difference, ...]
    faults: tuple[CellFault, ...]
    same: int = 0

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many rows of each table are added, changed and closed."""
        found = {sheet.key: Counter({ADDED: 0, CHANGED: 0, CLOSED: 0}) for sheet in SHEETS}
        for difference in self.differences:
            found[difference.sheet][difference.what] += 1
        return found

    @property
    def digest(self) -> str:
        """Return a digest of the changes, so that what is applied is what was shown."""
        told = [[d.sheet, d.what, d.key, d.old, d.new] for d in self.differences]
        return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


AGENCY_CODES = {"agencies": ("code", "parent"), "units": ("agency",), "posts": ("agency",)}


def _in_one_order(read: TablesRead) -> TablesRead:
    """Return a file with its agencies' codes in the canonical order, whichever of the two they are written in."""

    def canonical(sheet: str, row: Row) -> Row:
        codes = {name: row.values.get(name) for name in AGENCY_CODES.get(sheet, ())}
        return replace(row, values={**row.values, **{n: read_agency_code(str(c)) for n, c in codes.items() if c}})

    rows = {sheet: tuple(canonical(sheet, row) for row in found) for sheet, found in read.rows.items()}
    return replace(read, rows=rows)


class Planner:
    """Compares a file with what is stored, table after table."""

    def __init__(self, by: Actor, read: TablesRead) -> None:
        self.by, self.read = by, _in_one_order(read)
        self.faults: list[CellFault] = list(read.faults)
        self.differences: list[Difference] = []
        self.same = 0
        self.stored = {sheet.key: rows_of(sheet.key) for sheet in SHEETS}
        self.known, self.people = Known(), {v["staff_code"] for _row, v in self.stored["people"]}
        self.positions = self._positions()

    def plan(self) -> ImportPlan:
        """Return what would change."""
        if not self.faults:
            self._make_known()
            for sheet in SHEETS:
                self._compare(sheet.key)
        shown = () if self.faults else tuple(self.differences)
        return ImportPlan(shown, tuple(self.faults[:MOST_FAULTS]), self.same)

    def _positions(self) -> set[tuple[str, str]]:
        return set(JobPosition.objects.values_list("scheme__agency__code", "code"))

    def _make_known(self) -> None:
        """Let rows of a file refer to each other, whatever stands first."""
        for sheet, add in (("agencies", self.known.add_agency), ("units", self.known.add_unit)):
            there = {KEYS[sheet](values): values for _row, values in self.stored[sheet]}
            for row in self.read.rows.get(sheet, ()):
                key = KEYS[sheet](dict(row.values))
                there[key] = there.get(key, {}) | dict(row.values)
            for values in there.values():
                add(values)
        self.people |= {str(row.values["staff_code"]) for row in self.read.rows.get("people", ())}

    def _compare(self, sheet: str) -> None:
        there = {KEYS[sheet](values): (stored, values) for stored, values in self.stored[sheet]}
        seen: dict[Key, Row] = {}
        for row in self.read.rows.get(sheet, ()):
            values = {column.key: row.values.get(column.key) for column in BY_KEY[sheet].columns}
            key = KEYS[sheet](values)
            if key in seen:
                first = BY_KEY[sheet].columns[0].key
                self.faults.append(row.fault(first, "row_twice", other=str(seen[key].number)))
            elif key in there:
                seen[key] = row
                self._compare_row(sheet, row, key, *there[key])
            else:
                seen[key] = row
                self._add_row(sheet, row, key, values)

    def _add_row(self, sheet: str, row: Row, key: Key, values: Values) -> None:
        full = values | {name: value for name, value in DEFAULTS.items() if name in values and values[name] is None}
        self._check(sheet, row, full)
        self.differences.append(Difference(sheet, ADDED, key, full))

    def _compare_row(self, sheet: str, row: Row, key: Key, stored: Any, old: Values) -> None:
        given: Values = {name: value for name, value in row.values.items() if name in old}
        given |= {name: DEFAULTS[name] for name, value in given.items() if value is None and name in DEFAULTS}
        new = {name: value for name, value in given.items() if value != old[name]}
        for name in new:
            if name not in CHANGEABLE[sheet]:
                self.faults.append(row.fault(name, "decision" if sheet == "agencies" else "fixed"))
        if not new:
            self.same += 1
            return
        self._check(sheet, row, old | new, stored=stored, changed=frozenset(new))
        closes = ("valid_to" in new and old["valid_to"] is None) or new.get("active") is False
        what = CLOSED if closes else CHANGED
        self.differences.append(Difference(sheet, what, key, new, {name: old[name] for name in new}, stored))

    def _check(
        self, sheet: str, row: Row, values: Values, stored: Any = None, changed: frozenset[str] | None = None
    ) -> None:
        about = checks.About(self.by, self.known, self.people, self.positions, values, stored, changed)
        check: Callable[[checks.About], list[checks.Wrong]] = checks.CHECKS[sheet]
        self.faults += [row.fault(name, code, **params) for name, code, params in check(about)]


def plan_import(by: Actor, read: TablesRead) -> ImportPlan:
    """Return what a file would change, or every fault with its cell."""
    return Planner(by, read).plan()
