"""What a committed decision does to the tree: each line checked against its day, then written, dated."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actions.loading import agency_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.decision_models import AgencyStanding, Decision, DecisionLine, LineKind
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.history import parent_on
from motcua.record.organisation.models import Agency, CalendarUse, Desk, Unit, UnitKind

DAY = dt.timedelta(days=1)
# What an agency needs that comes of nothing: one unit of each kind that internal processes name.
FIRST_UNITS = (
    ("desk", UnitKind.DESK, "Bộ phận Một cửa", "One-stop desk"),
    ("room", UnitKind.ROOM, "Bộ phận chuyên môn", "Specialised unit"),
    ("leadership", UnitKind.LEADERSHIP, "Lãnh đạo", "Leadership"),
    ("office", UnitKind.OFFICE, "Văn phòng", "Office"),
)


@dataclass(frozen=True)
class Ending:
    """An agency that a line ends, and who takes over."""

    old: Agency
    new: Agency | None


@dataclass(frozen=True)
class Applying:
    """One decision at work: who commits it, when it is recorded, from which local date it holds."""

    by: Actor
    decision: Decision
    now: dt.datetime

    @property
    def day(self) -> dt.date:
        """Return the local date from which the decision holds."""
        return self.decision.effective_on

    def change(self, agency: Agency, kind: str, *, new: bool = False, **facts: Any) -> Any:
        """Return the context in which rows of an agency are written with their event."""
        return record_change(
            chain_id=agency_chain(agency.code, agency.valid_from),
            subject="agency",
            kind=f"agency.{kind}",
            actor=self.by.key,
            occurred_at=self.now,
            recorded_at=self.now,
            new=new,
            facts={"decision": self.decision.pk, "effective_on": self.day, **facts},
        )


def apply_line(work: Applying, line: DecisionLine) -> list[Ending]:
    """Write what a line does; return the agencies that it ends. The caller makes the closure again.

    Raises:
        Refused: the line does not fit the tree of its day; the sentence names the agency.
        Conflict: an identity code is taken.
    """
    kind = LineKind(line.kind)
    if kind == LineKind.CREATED:
        _make(work, line.results[0], None)
        return []
    sources = [_concerned(work, pk) for pk in line.sources if pk not in _kept(line)]
    if kind == LineKind.RENAMED:
        _rename(work, sources[0], line.results[0])
        return []
    if kind == LineKind.MOVED:
        _move(work, sources[0], line.results[0]["parent"])
        return []
    results = [_result(work, result, sources, one_of_many=kind == LineKind.SPLIT) for result in line.results]
    if line.continues:
        return []
    _link(sources, results)
    for source in sources:
        _end(work, source, sources, results, kind)
    return [Ending(source, results[0] if results else None) for source in sources]


def _kept(line: DecisionLine) -> set[int]:
    """Return the agencies that a merger takes in and that go on."""
    return {result.get("agency", 0) for result in line.results} if line.kind == LineKind.MERGED else set()


def _there(work: Applying, pk: int) -> Agency:
    """Return an agency that is in force on the decision's day and is not known to end."""
    agency = Agency.objects.get(pk=pk)
    if agency.valid_from > work.day or (agency.valid_to and agency.valid_to <= work.day):
        raise Refused(
            "decision.not_there",
            _("%(agency)s does not exist on %(day)s."),
            params={"agency": agency.name, "day": work.day.strftime("%d/%m/%Y")},
        )
    if agency.valid_to is not None:
        raise Refused(
            "decision.ends",
            _("%(agency)s ends on %(day)s already; a later decision says so."),
            params={"agency": agency.name, "day": agency.valid_to.strftime("%d/%m/%Y")},
        )
    return agency


def _concerned(work: Applying, pk: int) -> Agency:
    """Return an agency that the decision may change: none that is in force changes it later.

    Decisions on one agency are committed in the order of their days; one that comes late would rewrite those after it.
    """
    agency = _there(work, pk)
    later = agency.standings.filter(valid_from__gt=work.day).select_related("decision").first()
    if later is not None:
        raise Refused(
            "decision.later",
            _("%(agency)s is changed later, by decision %(number)s; this one cannot take effect before it."),
            params={"agency": agency.name, "number": later.decision.number if later.decision else "–"},
        )
    return agency


def set_standing(change: Change, work: Applying, agency: Agency, **fields: Any) -> None:
    """Write what an agency is called or stands under from the decision's day on; what was before stays, dated."""
    last = agency.standings.order_by("-valid_from").first()
    if last is None:
        last = AgencyStanding(
            agency=agency,
            name_vi=agency.name_vi,
            name_en=agency.name_en,
            parent_id=agency.parent_id,
            valid_from=agency.valid_from,
        )
        change.add(last)
    if last.valid_from == work.day:
        change.set(last, **fields, decision_id=work.decision.pk)
        return
    change.set(last, valid_to=work.day)
    new = AgencyStanding(
        agency=agency,
        name_vi=last.name_vi,
        name_en=last.name_en,
        parent_id=last.parent_id,
        decision=work.decision,
        valid_from=work.day,
    )
    for name, value in fields.items():
        setattr(new, name, value)
    change.add(new)


def _rename(work: Applying, agency: Agency, result: dict[str, Any]) -> None:
    with work.change(agency, "renamed") as change:
        set_standing(change, work, agency, name_vi=result["name_vi"], name_en=result["name_en"])


def _move(work: Applying, agency: Agency, parent_id: int | None) -> None:
    if parent_id is not None:
        above: Agency | None = _there(work, parent_id)
        while above is not None and above.pk != agency.pk:
            above = parent_on(above, work.day)
        if above is not None:
            raise Refused(
                "decision.cycle",
                _("%(agency)s cannot stand below itself."),
                params={"agency": agency.name},
            )
    with work.change(agency, "moved") as change:
        set_standing(change, work, agency, parent_id=parent_id)


def _result(work: Applying, result: dict[str, Any], sources: Sequence[Agency], *, one_of_many: bool) -> Agency:
    """Return the agency that a line names as its result, made if it is new."""
    if not result.get("code"):
        return _there(work, result["agency"])
    return _make(work, result, sources, one_of_many=one_of_many)


def _make(
    work: Applying, result: dict[str, Any], sources: Sequence[Agency] | None, *, one_of_many: bool = False
) -> Agency:
    """Found an agency with units, desks and calendar: those of the agencies it comes of, else one of each kind."""
    if result["parent"]:
        _there(work, result["parent"])
    if Agency.objects.on(work.day).filter(code=result["code"]).exists():
        raise Conflict(
            "agency.code_taken_named",
            _("An agency has the code %(code)s on that date."),
            params={"code": result["code"]},
        )
    if Agency.objects.filter(code=result["code"], valid_from=work.day).exists():
        raise Conflict("agency.code_again", _("This code was given out on that date before."))
    first = sources[0] if sources else None
    agency = Agency(
        code=result["code"],
        unit_code=result["unit_code"],
        level=result["level"],
        name_vi=result["name_vi"],
        name_en=result["name_en"],
        parent_id=result["parent"],
        place=first.place if first and not one_of_many else "",
        address=first.address if first else "",
        phone=first.phone if first else "",
        evidence="law",
        valid_from=work.day,
        **({"kind": first.kind} if first else {}),
    )
    with work.change(agency, "added", new=True, predecessors=[s.code for s in sources or ()]) as change:
        change.add(agency)
        found_units(change, agency, sources or ())
    result["agency"] = agency.pk
    _take_calendar(agency, sources or (), work.day)
    return agency


def found_units(change: Change, agency: Agency, like: Iterable[Agency]) -> None:
    """Give a new agency the units of others on the eve of its day, each key once; else one of each kind."""
    eve = agency.valid_from - DAY
    models: dict[str, Unit] = {}
    for unit in Unit.objects.on(eve).filter(agency__in=list(like)).order_by("agency_id", "pk"):
        models.setdefault(unit.key, unit)
    rows = [_like(agency, unit) for unit in models.values()]
    rows += [
        Unit(agency=agency, key=key, kind=kind, name_vi=vi, name_en=en, valid_from=agency.valid_from)
        for key, kind, vi, en in (() if models else FIRST_UNITS)
    ]
    change.add_all(rows)
    change.add_all([_desk(agency, row) for row in rows if row.kind == UnitKind.DESK])


def _like(agency: Agency, unit: Unit) -> Unit:
    return Unit(
        agency=agency,
        key=unit.key,
        kind=unit.kind,
        name_vi=unit.name_vi,
        name_en=unit.name_en,
        fields_served=list(unit.fields_served),
        valid_from=agency.valid_from,
    )


def _desk(agency: Agency, unit: Unit) -> Desk:
    return Desk(
        unit=unit,
        name_vi=f"{unit.name_vi} · {agency.name_vi}"[:500],
        name_en=f"{unit.name_en or unit.name_vi} · {agency.name_en or agency.name_vi}"[:500],
        address=agency.address,
        phone=agency.phone,
        valid_from=agency.valid_from,
    )


def _take_calendar(agency: Agency, sources: Sequence[Agency], day: dt.date) -> None:
    """Let a new agency work by the calendar of the first of those it comes of."""
    use = CalendarUse.objects.on(day - DAY).filter(agency__in=list(sources)[:1]).order_by("-valid_from").first()
    if use is not None:
        CalendarUse.objects.create(agency=agency, calendar_id=use.calendar_id, valid_from=day)


def _link(sources: Sequence[Agency], results: Sequence[Agency]) -> None:
    """Link successors with predecessors, the one that takes over what is open first."""
    link = Agency.predecessors.through
    link.objects.bulk_create(
        (link(from_agency=new, to_agency=old) for old in sources for new in results), ignore_conflicts=True
    )


def _end(work: Applying, agency: Agency, sources: Sequence[Agency], results: Sequence[Agency], kind: LineKind) -> None:
    """End an agency with its units and desks on the decision's day; what stood below it goes to the first result."""
    if agency.valid_from >= work.day:
        raise Refused(
            "decision.too_early",
            _("%(agency)s begins on that day; it cannot end before the next."),
            params={"agency": agency.name},
        )
    _hand_children(work, agency, sources, results[0] if results else None)
    said = {LineKind.MERGED: "merged", LineKind.SPLIT: "split", LineKind.DISSOLVED: "dissolved"}[kind]
    with work.change(agency, said, successors=[one.code for one in results]) as change:
        change.set(agency, valid_to=work.day)
        for row in _open_rows(work, agency):
            change.set(row, valid_to=max(work.day, row.valid_from + DAY))
    CalendarUse.objects.filter(agency=agency, valid_to=None, valid_from__lt=work.day).update(valid_to=work.day)


def _open_rows(work: Applying, agency: Agency) -> list[AgencyStanding | Unit | Desk]:
    still = Q(valid_to=None) | Q(valid_to__gt=work.day)
    return [
        *agency.standings.filter(still),
        *Unit.objects.filter(still, agency=agency),
        *Desk.objects.filter(still, unit__agency=agency),
    ]


def _hand_children(work: Applying, agency: Agency, sources: Sequence[Agency], heir: Agency | None) -> None:
    """Place what stands below an agency that ends below its first successor.

    Raises:
        Refused: nobody takes over and somebody stands below it, or a later decision founds or changes one of them.
    """
    ending = {source.pk for source in sources}
    for child in _children(agency, work.day):
        if child.pk in ending:
            continue
        if heir is None:
            raise Refused(
                "decision.below",
                _("%(child)s stands below %(agency)s; say in the same decision where it goes."),
                params={"child": child.name, "agency": agency.name},
            )
        _concerned(work, child.pk)
        if child.pk != heir.pk:
            _move(work, child, heir.pk)
            continue
        # Whoever takes over from the agency above it rises to where that one stood.
        above = parent_on(agency, work.day)
        while above is not None and above.pk in ending:
            above = parent_on(above, work.day)
        _move(work, child, above.pk if above else None)


def _children(agency: Agency, day: dt.date) -> list[Agency]:
    """Return the agencies that stand right below another on a day or later."""
    still = Q(valid_to=None) | Q(valid_to__gt=day)
    placed = AgencyStanding.objects.filter(still, parent=agency).values("agency_id")
    unmoved = Q(parent=agency, standings=None) & still
    return list(Agency.objects.filter(unmoved | Q(pk__in=placed)).distinct().order_by("code"))
