"""A province's data set as plain data: agencies of every era, their units and desks, the calendar, the demo's people.

The files are those of `datasets/provinces/<name>/`; `datasets/README.md` describes them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from motcua.formats.datafiles import Block, DataFault, Value, read_block, read_rows
from motcua.record.organisation.models import Level, Role, UnitKind
from motcua.rules.working_time import Shift

EVIDENCE = ("law", "press", "table", "memory", "sample")
COLUMNS = ("agency_code", "parent", "level", "kind", "unit_code", "name_vi", "name_en", "predecessors")
KINDS = ("city", "urban_district", "town", "district", "township", "ward", "commune")
DAY_KINDS = ("off", "work")


@dataclass(frozen=True)
class DeskData:
    """A one-stop desk; without names it is called after its unit and agency."""

    name_vi: str = ""
    name_en: str = ""
    address: str = ""
    whole_province: bool = True


@dataclass(frozen=True)
class UnitData:
    """A part of an agency; `fields_served` are field codes, empty for all."""

    key: str
    kind: str
    name_vi: str
    name_en: str = ""
    fields_served: tuple[str, ...] = ()
    desks: tuple[DeskData, ...] = ()


@dataclass(frozen=True)
class AgencyData:
    """An agency; validity is half-open."""

    code: str
    level: str
    name_vi: str
    valid_from: dt.date
    name_en: str = ""
    valid_to: dt.date | None = None
    parent: str = ""
    unit_code: str = ""
    place: str = ""
    address: str = ""
    evidence: str = ""
    predecessors: tuple[str, ...] = ()
    units: tuple[UnitData, ...] = ()


@dataclass(frozen=True)
class DayData:
    """A day off or a made-up working day, with its source."""

    date: dt.date
    kind: str
    name_vi: str
    name_en: str
    source: str


@dataclass(frozen=True)
class CalendarData:
    """A calendar: shifts as (valid from, weekday, shift), and dated exceptions."""

    code: str
    name_vi: str
    name_en: str
    shifts: tuple[tuple[dt.date, int, Shift], ...]
    days: tuple[DayData, ...]


@dataclass(frozen=True)
class DemoPost:
    """An invented person with an account and a post; `does_*` say in one sentence what to try with it."""

    username: str
    full_name: str
    role: str
    agency: str
    unit: str
    title: str
    does_vi: str
    does_en: str


@dataclass(frozen=True)
class Demo:
    """The demo's people and their one password."""

    password: str
    posts: tuple[DemoPost, ...]


Scheme = tuple[UnitData, ...]


@dataclass
class _Agencies:
    """What is being read: the agencies so far, and the units that each kind of agency has."""

    schemes: Mapping[str, Scheme]
    found: dict[str, AgencyData] = field(default_factory=dict)
    places: dict[str, DataFault] = field(default_factory=dict)

    def add(self, agency: AgencyData, place: DataFault) -> None:
        """Keep an agency; a code is given once for all time, and parents come first."""
        if agency.code in self.found:
            raise _again(place, f"the code {agency.code} is used twice")
        if agency.parent and agency.parent not in self.found:
            raise _again(place, f"the parent {agency.parent} of {agency.code} is not known before it")
        self.found[agency.code] = agency
        self.places[agency.code] = place

    def check_predecessors(self) -> None:
        """Refuse predecessors that are not in the files."""
        for code, agency in self.found.items():
            if unknown := sorted(set(agency.predecessors) - set(self.found)):
                raise _again(self.places[code], f"unknown predecessors of {code}: {', '.join(unknown)}")


def _again(place: DataFault, message: str) -> DataFault:
    return DataFault(place.file, place.line, place.path, message)


def parse_agencies(folder: Path) -> list[AgencyData]:
    """Return every agency of a province in both eras, parents before children.

    Raises:
        DataFault: the first thing in `agencies.yaml` or its tables that cannot be loaded.
    """
    top = read_block(folder / "agencies.yaml")
    schemes = {name: _scheme(value) for name, value in top.named("unit_schemes")}
    reading = _Agencies(schemes)
    for block in top["provinces"].blocks():
        reading.add(_agency(block, Level.PROVINCE, schemes), block.value.fault(""))
    for block in top["agencies"].blocks():
        reading.add(_agency(block, block["level"].choice(Level.values), schemes), block.value.fault(""))
    for block in top.blocks("territory"):
        for agency, place in _territory(block, folder, schemes):
            reading.add(agency, place)
    top.end()
    reading.check_predecessors()
    return list(reading.found.values())


def _scheme(value: Value) -> Scheme:
    return tuple(_unit(block) for block in value.blocks())


def _unit(block: Block) -> UnitData:
    unit = UnitData(
        key=block["key"].text(),
        kind=block["kind"].choice(UnitKind.values),
        name_vi=block["name_vi"].text(),
        name_en=block["name_en"].text(),
        fields_served=block.texts("fields"),
        desks=tuple(_desk(desk) for desk in block.blocks("desks")),
    )
    block.end()
    return unit


def _desk(block: Block) -> DeskData:
    desk = DeskData(
        name_vi=block.text("name_vi"),
        name_en=block.text("name_en"),
        address=block.text("address"),
        whole_province=block.flag("whole_province", default=True),
    )
    block.end()
    return desk


def _agency(block: Block, level: str, schemes: Mapping[str, Scheme]) -> AgencyData:
    since, until = block.dates()
    evidence = block.get("evidence")
    agency = AgencyData(
        code=block["code"].text(),
        level=level,
        name_vi=block["name_vi"].text(),
        name_en=block["name_en"].text(),
        valid_from=since,
        valid_to=until,
        parent=block.text("parent"),
        unit_code=block.text("unit_code"),
        place=block.text("place"),
        address=block.text("address"),
        evidence=evidence.choice(EVIDENCE) if evidence else "",
        predecessors=block.texts("predecessors"),
        units=_merged(schemes.get(str(level), ()), [_unit(unit) for unit in block.blocks("units")]),
    )
    block.end()
    return agency


def _merged(scheme: Scheme, own: Sequence[UnitData]) -> Scheme:
    """Return the units of a scheme; an agency's own unit of the same key takes its place, others are added."""
    by_key = {unit.key: unit for unit in (*scheme, *own)}
    return tuple(by_key.values())


def _territory(block: Block, folder: Path, schemes: Mapping[str, Scheme]) -> Iterator[tuple[AgencyData, DataFault]]:
    """Yield the people's committees of one table of units."""
    since, until = block.dates()
    file = folder / block["table"].text()
    use = {kind: value.choice(schemes) for kind, value in block.named("schemes")}
    block.end()
    for line, row in enumerate(read_rows(file, COLUMNS), start=2):
        place = DataFault(file, line, row["agency_code"], "")
        if row["kind"] not in KINDS or row["level"] not in Level.values:
            raise _again(place, f"unknown kind or level: {row['kind']}, {row['level']}")
        committee = _committee(row, schemes[use.get(row["kind"], row["level"])])
        yield replace(committee, valid_from=since, valid_to=until), place


def _committee(row: Mapping[str, str], units: Scheme) -> AgencyData:
    name = row["name_vi"]
    return AgencyData(
        code=row["agency_code"],
        level=row["level"],
        name_vi=f"UBND {name[0].lower()}{name[1:]}",
        name_en=f"People's Committee of {row['name_en']}",
        valid_from=dt.date.min,
        parent=row["parent"],
        unit_code=row["unit_code"],
        place=_place(row),
        evidence="table",
        predecessors=tuple(row["predecessors"].split()),
        units=units,
    )


def _place(row: Mapping[str, str]) -> str:
    """Return the place name on papers: without the kind, but a numbered ward keeps it (NĐ 30/2020, annex I)."""
    words = 2 if row["kind"] in ("city", "town", "township") else 1
    own = row["name_vi"].split(" ", words)[-1]
    return row["name_vi"] if own.isdigit() else own


def parse_calendar(folder: Path) -> CalendarData:
    """Return the province's common calendar with its dated exceptions.

    Raises:
        DataFault: the first thing in `calendar.yaml` or its table of days that cannot be loaded.
    """
    top = read_block(folder / "calendar.yaml")
    days = top["days"]
    calendar = CalendarData(
        code=top["code"].text(),
        name_vi=top["name_vi"].text(),
        name_en=top["name_en"].text(),
        shifts=tuple(shift for week in top["shifts"].blocks() for shift in _week(week)),
        days=tuple(_days((folder / days.text()).resolve())),
    )
    top.end()
    return calendar


def _week(block: Block) -> Iterator[tuple[dt.date, int, Shift]]:
    since = block["valid_from"].date()
    hours = [_shift(value) for value in block["hours"].items()]
    for weekday in block["weekdays"].items():
        number = weekday.number()
        if number > 6:
            raise weekday.fault("must be a weekday, 0 (Monday) to 6")
        yield from ((since, number, shift) for shift in hours)
    block.end()


def _shift(value: Value) -> Shift:
    try:
        opens, closes = (dt.time.fromisoformat(part) for part in value.text().split("-"))
    except ValueError:
        raise value.fault('must be hours such as "07:30-11:30"') from None
    if closes <= opens:
        raise value.fault("closes before it opens")
    return Shift(opens, closes)


def _days(file: Path) -> Iterator[DayData]:
    for line, row in enumerate(read_rows(file, ("date", "kind", "name_vi", "name_en", "source")), start=2):
        try:
            date = dt.date.fromisoformat(row["date"])
        except ValueError:
            raise DataFault(file, line, "date", f"{row['date']!r} is not a date") from None
        if row["kind"] not in DAY_KINDS:
            raise DataFault(file, line, "kind", f"{row['kind']!r} is neither off nor work")
        yield DayData(date, row["kind"], row["name_vi"], row["name_en"], row["source"])


def parse_demo(folder: Path) -> Demo:
    """Return the demo's invented people.

    Raises:
        DataFault: the first thing in `demo.yaml` that cannot be loaded.
    """
    top = read_block(folder / "demo.yaml")
    demo = Demo(top["password"].text(), tuple(_demo_post(block) for block in top["people"].blocks()))
    top.end()
    return demo


def _demo_post(block: Block) -> DemoPost:
    post = DemoPost(
        username=block["username"].text(),
        full_name=block["name"].text(),
        role=block["role"].choice(Role.values),
        agency=block["agency"].text(),
        unit=block["unit"].text(),
        title=block["title"].text(),
        does_vi=block["does_vi"].text(),
        does_en=block["does_en"].text(),
    )
    block.end()
    return post
