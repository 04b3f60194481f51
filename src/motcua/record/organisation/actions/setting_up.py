"""A province from the country's units: its agency, its Centre and a people's committee for each commune."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actions.history.drafting import canonical_code
from motcua.record.organisation.actions.loading import agency_chain, load_agencies
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.record.organisation.models import (
    AdministrativeUnit,
    Agency,
    CalendarUse,
    Era,
    Level,
    UnitKind,
    WorkCalendar,
)
from motcua.record.organisation.parsing import AgencyData, UnitData
from motcua.record.organisation.policies import ADMINISTERS

SINCE = dt.date(2025, 7, 1)
FIRST_COMMUNE = 101
PROVINCE_CODE = re.compile(r"[A-Z][0-9]{2}")
ENGLISH_KINDS = {"Phường": "Ward", "Xã": "Commune", "Đặc khu": "Special Zone", "Tỉnh": "Province", "Thành phố": "City"}

COMMITTEE = (
    UnitData("desk", UnitKind.DESK, "Trung tâm Phục vụ hành chính công", "Public Administration Service Centre"),
    UnitData("room", UnitKind.ROOM, "Phòng chuyên môn", "Specialised unit"),
    UnitData("leadership", UnitKind.LEADERSHIP, "Lãnh đạo UBND", "Leadership"),
    UnitData("office", UnitKind.OFFICE, "Văn phòng HĐND và UBND", "Office of the committee"),
)
CENTRE = (
    UnitData("desk", UnitKind.DESK, "Bộ phận tiếp nhận và trả kết quả", "Receiving and returning desk"),
    UnitData("room", UnitKind.ROOM, "Bộ phận nghiệp vụ", "Operations"),
    UnitData("leadership", UnitKind.LEADERSHIP, "Ban Giám đốc", "Board of directors"),
    UnitData("office", UnitKind.OFFICE, "Bộ phận Hành chính – Tổng hợp", "Administration"),
)
PROVINCE = (
    UnitData("room", UnitKind.ROOM, "Bộ phận chuyên môn", "Specialised unit"),
    UnitData("leadership", UnitKind.LEADERSHIP, "Lãnh đạo UBND tỉnh", "Leadership"),
    UnitData("office", UnitKind.OFFICE, "Văn phòng UBND tỉnh", "Office of the committee"),
)


@dataclass(frozen=True)
class SetUp:
    """What a set-up did: the province's agency, how many agencies were added and how many were there already."""

    province: Agency
    added: int
    kept: int


def setup_province(
    *,
    by: Actor,
    unit_code: str,
    identity_code: str,
    codes: Mapping[str, str] | None = None,
    calendar: str = "",
    now: dt.datetime,
) -> SetUp:
    """Set up a province of the two-tier era; what is there already by its unit's code is left as it is.

    Args:
        unit_code: the province's code in the table of units, "66" for Đắk Lắk.
        identity_code: its identity code, "H15" (Decision 20/2020/QĐ-TTg).
        codes: unit code of a commune → its identity code; the others are numbered from 101 in the order of their
            unit codes, below the province's (the Ministry's list was not at hand).
        calendar: code of the calendar that the new agencies work by; "" for the common one.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such province or calendar.
        Refused: a code of a wrong form, or for a commune of another province.
        Conflict: another agency has one of the codes; nothing is set up.
    """
    ADMINISTERS.check(by)
    unit = _province_unit(unit_code)
    root = canonical_code(identity_code)
    if not PROVINCE_CODE.fullmatch(root):
        message = _("A province's identity code is a letter and two digits, such as H15.")
        raise Refused("province.code", message, field="identity_code")
    works_by = _calendar(calendar)
    with transaction.atomic():
        communes = list(unit.children.filter(level=Level.COMMUNE).order_by("code"))
        wanted = _wanted(unit, communes, root, _own_codes(communes, codes or {}))
        new = [data for data in wanted if not _is_there(data)]
        _check_free(new)
        load_agencies(by=by, agencies=new, now=now)
        if works_by is not None:
            _work_by(by, new, works_by, now)
        province = Agency.objects.on(max(SINCE, by.on)).get(code=root)
    return SetUp(province, len(new), len(wanted) - len(new))


def _province_unit(code: str) -> AdministrativeUnit:
    units = AdministrativeUnit.objects.filter(level=Level.PROVINCE)
    if not units.exists():
        raise NotFound("province.no_units", _("Load the country's units first: motcua units load."))
    unit = units.filter(era=Era.TWO_TIERS, code=code).first()
    if unit is not None:
        return unit
    old = units.filter(era=Era.THREE_TIERS, code=code).first()
    if old is not None:
        raise NotFound(
            "province.old",
            _("%(name)s was a province until 30 June 2025; choose the one that it went into."),
            field="unit_code",
            params={"name": old.name_vi},
        )
    raise NotFound(
        "province.unknown", _("There is no province with the code %(code)s."), field="unit_code", params={"code": code}
    )


def _calendar(code: str) -> WorkCalendar | None:
    if not code:
        return None
    found = WorkCalendar.objects.filter(code=code).first()
    if found is None:
        raise NotFound("calendar.unknown", _("There is no calendar with this code."), field="calendar")
    return found


def _own_codes(communes: Sequence[AdministrativeUnit], codes: Mapping[str, str]) -> dict[str, str]:
    """Return the given identity codes in canonical order.

    Raises:
        Refused: a unit that is not of this province, or a code given twice.
    """
    known = {commune.code for commune in communes}
    for unit_code in codes:
        if unit_code not in known:
            raise Refused(
                "codes.unknown_unit",
                _("The province has no commune with the unit code %(code)s."),
                field="codes",
                params={"code": unit_code},
            )
    own = {unit_code: canonical_code(code) for unit_code, code in codes.items()}
    twice = sorted(code for code in set(own.values()) if list(own.values()).count(code) > 1)
    if twice:
        message = _("The identity code %(code)s is given twice.")
        raise Refused("codes.twice", message, field="codes", params={"code": twice[0]})
    return own


def _wanted(
    unit: AdministrativeUnit, communes: Sequence[AdministrativeUnit], root: str, own: Mapping[str, str]
) -> list[AgencyData]:
    """Return the agencies of a province, the one above first."""
    name = _inside(unit.name_vi)
    english = _english(unit.name_vi)
    province = AgencyData(
        code=root,
        level=Level.PROVINCE,
        name_vi=f"Ủy ban nhân dân {name}",
        name_en=f"People's Committee of {english}",
        valid_from=SINCE,
        unit_code=unit.code,
        place=_place(unit.name_vi),
        evidence="table",
        units=PROVINCE,
    )
    centre = AgencyData(
        code=f"{root}.01",
        level=Level.CENTRE,
        name_vi=f"Trung tâm Phục vụ hành chính công {name}",
        name_en=f"Public Administration Service Centre of {english}",
        valid_from=SINCE,
        parent=root,
        place=_place(unit.name_vi),
        evidence="table",
        units=CENTRE,
    )
    return [province, centre, *_committees(communes, root, own)]


def _committees(communes: Sequence[AdministrativeUnit], root: str, own: Mapping[str, str]) -> list[AgencyData]:
    given = set(own.values())
    numbers = (f"{root}.{number}" for number in range(FIRST_COMMUNE, FIRST_COMMUNE + len(communes) + len(given)))
    free = (code for code in numbers if code not in given)
    return [
        AgencyData(
            code=own.get(commune.code) or next(free),
            level=Level.COMMUNE,
            name_vi=f"UBND {_inside(commune.name_vi)}",
            name_en=f"People's Committee of {_english(commune.name_vi)}",
            valid_from=SINCE,
            parent=root,
            unit_code=commune.code,
            place=_place(commune.name_vi),
            evidence="table" if commune.code in own else "sample",
            units=COMMITTEE,
        )
        for commune in communes
    ]


def _inside(name: str) -> str:
    """Return a unit's name within a sentence: `Phường Tân Lập` → `phường Tân Lập`."""
    return name[0].lower() + name[1:]


def _kind(name: str) -> str:
    return next((kind for kind in ENGLISH_KINDS if name.startswith(f"{kind} ")), "")


def _place(name: str) -> str:
    """Return the place name on papers: without the kind, but a numbered ward keeps it (NĐ 30/2020, annex I)."""
    own = name.removeprefix(_kind(name)).strip()
    return name if own.isdigit() else own


def _english(name: str) -> str:
    kind = _kind(name)
    return f"{name.removeprefix(kind).strip()} {ENGLISH_KINDS[kind]}" if kind else name


def _is_there(data: AgencyData) -> bool:
    """Tell whether the agency was set up before: by its unit, for the Centre by its place below the province."""
    found = Agency.objects.on(SINCE).filter(level=data.level)
    if data.level == Level.CENTRE:
        return found.filter(code=data.code).exists()
    return found.filter(unit_code=data.unit_code).exists()


def _check_free(new: Sequence[AgencyData]) -> None:
    """Refuse codes that another agency has."""
    taken = Agency.objects.on(SINCE).filter(code__in=[data.code for data in new]).order_by("code").first()
    if taken is not None:
        wanted = next(data for data in new if data.code == taken.code)
        raise Conflict(
            "province.code_taken",
            _("%(agency)s has the code %(code)s, which %(wanted)s should have. Give other codes."),
            field="identity_code",
            params={"agency": taken.name, "code": taken.code, "wanted": wanted.name_vi},
        )


def _work_by(by: Actor, new: Sequence[AgencyData], calendar: WorkCalendar, now: dt.datetime) -> None:
    """Let the new agencies work by a calendar of their own, each with its event."""
    for agency in Agency.objects.filter(code__in=[data.code for data in new], valid_from=SINCE).order_by("code"):
        with record_change(
            chain_id=agency_chain(agency.code, agency.valid_from),
            subject="agency",
            kind="agency.calendar_set",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"calendar": calendar.code},
        ):
            CalendarUse.objects.create(agency=agency, calendar=calendar, valid_from=SINCE)
