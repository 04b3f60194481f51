"""Import and export of agencies, units, people and posts: one action, all or nothing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from motcua.formats.tables import TablesRead, write_csv, write_xlsx
from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import Change, chain_of, lock_timeout, record_change
from motcua.record.organisation.actions.loading import agency_chain, rebuild_paths
from motcua.record.organisation.actions.people import DESK_ROLES, person_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.record.organisation.models import Agency, Desk, Person, Post, Unit, UnitKind
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.tables.planning import ADDED, CLOSED, Difference, ImportPlan, plan_import
from motcua.record.organisation.tables.sheets import BY_KEY, SHEETS
from motcua.record.organisation.tables.state import rows_of
from motcua.record.organisation.tables.words import place_of, say
from motcua.rules.text import fold

EXPORTS = chain_of("organisation", "tables")


def preview_import(*, by: Actor, read: TablesRead) -> ImportPlan:
    """Return what a file would change, with every fault at its cell; nothing is written.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    return plan_import(by, read)


def apply_import(*, by: Actor, read: TablesRead, now: dt.datetime, digest: str = "") -> ImportPlan:
    """Do what a file says, all or nothing: one event for each agency and each person that changes.

    Args:
        digest: of the plan that was shown; where another one would be carried out now, nothing is.

    Raises:
        NotAllowed: not an administrator.
        Invalid: the file has faults; each error names its cell.
        Conflict: something changed since the plan was shown.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        lock_timeout(10)
        plan = plan_import(by, read)
        if plan.faults:
            raise Invalid([Refused(f"table.{f.code}", f"{place_of(f)}: {say(f)}".lstrip(": ")) for f in plan.faults])
        if digest and plan.digest != digest:
            raise Conflict("table.changed", _("Something has changed since you saw this. Look at it again."))
        _Import(by, now).carry_out(plan.differences)
    return plan


class _Import:
    """One import under way: which rows belong to which chain, and what was made."""

    def __init__(self, by: Actor, now: dt.datetime) -> None:
        self.by, self.now = by, now

    def carry_out(self, differences: Sequence[Difference]) -> None:
        """Write the differences: agencies before their units, people with their posts, one event a chain."""
        of: dict[str, list[Difference]] = defaultdict(list)
        for difference in differences:
            of[difference.sheet].append(difference)
        self._agencies(of["agencies"])
        self._by_chain("agency", of["units"], self._unit_chain, self._write_unit)
        new = {d.key[0] for d in of["people"] if d.what == ADDED}
        people = [*of["people"], *of["posts"]]
        self._by_chain("person", people, lambda d: person_chain(d.key[0]), self._write_person, opened_by=new)

    def _agencies(self, differences: Sequence[Difference]) -> None:
        for difference in _parents_first(differences):
            code, since = difference.key
            with self._event(agency_chain(code, since), "agency", new=difference.what == ADDED) as change:
                values = _stored_values(difference.new)
                if difference.what == ADDED:
                    parent = _agency_at(values.pop("parent"), since)
                    change.add(Agency(**values, parent=parent))
                else:
                    change.set(difference.stored, **values)
                    self._correct_name(change, difference.stored, values)
        if any(difference.what == ADDED for difference in differences):
            rebuild_paths()

    def _correct_name(self, change: Change, agency: Agency, values: Mapping[str, Any]) -> None:
        """Write a corrected name into the standing of today too; a renaming is a decision."""
        names = {name: value for name, value in values.items() if name in ("name_vi", "name_en")}
        for standing in agency.standings.on(localdate(self.now)) if names else ():
            change.set(standing, **names)

    def _event(self, chain: UUID, subject: str, *, new: bool = False) -> Any:
        return record_change(
            chain_id=chain,
            subject=subject,
            kind=f"{subject}.imported",
            actor=self.by.key,
            occurred_at=self.now,
            recorded_at=self.now,
            new=new,
        )

    def _by_chain(
        self, subject: str, differences: Sequence[Difference], chain_of_row: Any, write: Any, opened_by: Any = ()
    ) -> None:
        groups: dict[UUID, list[Difference]] = defaultdict(list)
        for difference in differences:
            groups[chain_of_row(difference)].append(difference)
        for chain, rows in groups.items():
            new = rows[0].sheet == "people" and rows[0].key[0] in opened_by
            with self._event(chain, subject, new=new) as change:
                for row in rows:
                    write(change, row)

    def _unit_chain(self, difference: Difference) -> UUID:
        code, _key, since = difference.key
        agency = difference.stored.agency if difference.stored else _agency_at(code, since)
        assert agency is not None  # the plan saw to it
        return agency_chain(agency.code, agency.valid_from)

    def _write_unit(self, change: Change, difference: Difference) -> None:
        values = _stored_values(difference.new)
        if "fields_served" in values:
            values["fields_served"] = [part.strip() for part in values["fields_served"].split(";") if part.strip()]
        if difference.what != ADDED:
            change.set(difference.stored, **values)
            return
        agency = _agency_at(values.pop("agency"), difference.key[2])
        unit = Unit(**values, agency=agency)
        change.add(unit)
        if unit.kind == UnitKind.DESK:
            change.add(_desk(unit))

    def _write_person(self, change: Change, difference: Difference) -> None:
        if difference.sheet == "posts":
            self._write_post(change, difference)
            return
        values = _stored_values(difference.new)
        if "full_name" in values:
            values |= {"full_name": " ".join(values["full_name"].split())}
            values["folded_name"] = fold(values["full_name"])
        if difference.what == ADDED:
            change.add(Person(**values))
            return
        change.set(difference.stored, **values)
        if difference.what == CLOSED:
            self._end_posts(change, difference.stored)

    def _end_posts(self, change: Change, person: Person) -> None:
        """End every post of a person who has left, after today."""
        day = dt.timedelta(days=1)
        for post in person.posts.filter(valid_to=None):
            change.set(post, valid_to=max(self.by.on, post.valid_from) + day)

    def _write_post(self, change: Change, difference: Difference) -> None:
        values = _stored_values(difference.new)
        if difference.what != ADDED:
            change.set(difference.stored, **values)
            return
        person = Person.objects.get(staff_code=values.pop("staff_code"))
        agency, key = values.pop("agency"), values.pop("unit")
        unit = _unit_at(agency, key, values["valid_from"])
        desk = None
        if values["role"] in DESK_ROLES:
            desk = Desk.objects.on(values["valid_from"]).filter(unit=unit).order_by("pk").first()
        change.add(Post(**values, person=person, unit=unit, desk=desk))


def _stored_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return cells as they are stored: an empty text is "", an open end stays None."""
    return {k: "" if v is None and k not in ("valid_to", "parent") else v for k, v in values.items()}


def _parents_first(differences: Sequence[Difference]) -> list[Difference]:
    """Return agencies with those above them before them; the plan saw to it that none stands above itself."""
    by_code: dict[str, list[Difference]] = defaultdict(list)
    for difference in differences:
        by_code[difference.key[0]].append(difference)
    found: list[Difference] = []
    waiting = list(reversed(differences))
    done: set[int] = set()
    while waiting:
        one = waiting[-1]
        above = [d for d in by_code.get(one.new.get("parent") or "", []) if id(d) not in done and d is not one]
        if above and id(one) not in done:
            waiting += above
            continue
        waiting.pop()
        if id(one) not in done:
            done.add(id(one))
            found.append(one)
    return found


def _agency_at(code: str | None, on: dt.date) -> Agency | None:
    if code is None:
        return None
    found = Agency.objects.filter(code=code).order_by("valid_from")
    held: Agency | None = found.on(on).last()
    return held or found.get()


def _unit_at(agency: str, key: str, on: dt.date) -> Unit:
    found = Unit.objects.filter(agency__code=agency, key=key).order_by("valid_from")
    held: Unit | None = found.on(on).last()
    return held or found.get()


def _desk(unit: Unit) -> Desk:
    """Return the desk of a new unit, called after it and its agency."""
    agency = unit.agency
    return Desk(
        unit=unit,
        name_vi=f"{unit.name_vi} · {agency.name_vi}"[:500],
        name_en=f"{unit.name_en or unit.name_vi} · {agency.name_en or agency.name_vi}"[:500],
        address=agency.address,
        phone=agency.phone,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )


def export_tables(*, by: Actor, sheet: str = "", language: str = "vi", now: dt.datetime) -> bytes:
    """Return the tables as they stand: all four as XLSX, or one of them as CSV; the export leaves an event.

    Args:
        sheet: "agencies", "units", "people" or "posts" for CSV; "" for the workbook.

    Raises:
        NotAllowed: not an administrator.
        Refused: there is no such table.
    """
    ADMINISTERS.check(by)
    if sheet and sheet not in BY_KEY:
        raise Refused("table.sheet", _("There is no such table."), field="sheet")
    chosen = [BY_KEY[sheet]] if sheet else list(SHEETS)
    rows = {one.key: [values for _stored, values in rows_of(one.key)] for one in chosen}
    with record_change(
        chain_id=EXPORTS,
        subject="organisation",
        kind="organisation.exported",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=not Chain.objects.filter(pk=EXPORTS).exists(),
        facts={"rows": {key: len(found) for key, found in rows.items()}, "form": "csv" if sheet else "xlsx"},
    ):
        pass
    if sheet:
        return write_csv(BY_KEY[sheet], rows[sheet], language)
    return write_xlsx([(one, rows[one.key]) for one in chosen], language)
