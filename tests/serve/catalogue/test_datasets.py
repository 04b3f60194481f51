"""What ships: Đắk Lắk in both eras, its six procedures, the demo's people. Read as files, without a database."""

import csv
import datetime as dt
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from motcua.formats.datafiles import DataFault, datasets_folder
from motcua.record.organisation.parsing import AgencyData, parse_agencies, parse_calendar, parse_demo
from motcua.rules.working_time import LOCAL, Calendar, Duration, WeeklyShifts
from motcua.serve.catalogue.parsing import parse_procedure, parse_procedures

DATASETS = datasets_folder()
DAK_LAK = DATASETS / "provinces" / "dak-lak"
LAST_OLD_DAY, FIRST_NEW_DAY = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
IDENTITY_CODE = re.compile(r"^[A-Z]\d{2}(\.[A-Z0-9]{2,3})*$")


@pytest.fixture(scope="module")
def agencies() -> list[AgencyData]:
    return parse_agencies(DAK_LAK)


@pytest.fixture(scope="module")
def procedures():
    return parse_procedures(DAK_LAK)


def on(agencies: list[AgencyData], day: dt.date) -> list[AgencyData]:
    """Return the agencies in force on a day."""
    return [a for a in agencies if a.valid_from <= day and (a.valid_to is None or day < a.valid_to)]


def below(agencies: list[AgencyData], root: str) -> list[AgencyData]:
    """Return the agencies below one, at any depth."""
    parents = {a.code: a.parent for a in agencies}

    def stands_below(code: str) -> bool:
        return bool(parents[code]) and (parents[code] == root or stands_below(parents[code]))

    return [a for a in agencies if stands_below(a.code)]


def test_the_old_province_has_fifteen_districts_and_180_communes_until_30_june_2025(agencies):
    levels = Counter(a.level for a in below(on(agencies, LAST_OLD_DAY), "H15"))
    assert (levels["district"], levels["commune"]) == (15, 180)


def test_the_new_province_has_102_communes_and_no_district_since_1_july_2025(agencies):
    levels = Counter(a.level for a in below(on(agencies, FIRST_NEW_DAY), "H15"))
    assert (levels["district"], levels["commune"]) == (0, 102)


def test_phu_yen_stands_beside_the_old_province_and_is_a_predecessor_of_the_new_one(agencies):
    before = below(on(agencies, LAST_OLD_DAY), "H45")
    assert Counter(a.level for a in before) == {"district": 9, "commune": 106}
    assert "H45" not in {a.code for a in on(agencies, FIRST_NEW_DAY)}
    assert next(a for a in agencies if a.code == "H15").predecessors == ("H45",)


def test_units_are_those_of_the_country_tables(agencies):
    with (DATASETS / "units" / "vn_communes_2025.csv").open(encoding="utf-8", newline="") as file:
        new = {r["commune_code"]: r["full_name"] for r in csv.DictReader(file) if r["province_code"] == "66"}
    communes = [a for a in on(agencies, FIRST_NEW_DAY) if a.level == "commune"]
    assert {a.unit_code for a in communes} == set(new)
    assert all(a.name_vi.lower() == f"ubnd {new[a.unit_code]}".lower() for a in communes)


def test_identity_codes_are_well_formed_and_never_given_twice(agencies):
    assert all(IDENTITY_CODE.match(a.code) for a in agencies)
    assert max(Counter(a.code for a in agencies).values()) == 1


def test_departments_merge_on_1_march_2025(agencies):
    ministries_own = {"H15.28", "H15.29", "H15.30"}
    for day, count in ((dt.date(2025, 2, 28), 20), (dt.date(2025, 3, 1), 14)):
        departments = {a.code for a in on(agencies, day) if a.level == "department"} - ministries_own
        assert len(departments) == count


def test_every_agency_that_ended_but_a_merged_commune_has_a_successor_in_force(agencies):
    ended = [a for a in agencies if a.valid_to and a.level != "commune"]
    for agency in ended:
        successors = [a for a in on(agencies, agency.valid_to) if agency.code in a.predecessors]
        assert successors, agency.code


def test_every_commune_of_today_names_a_commune_and_its_district_before_it(agencies):
    by_code = {a.code: a for a in agencies}
    for commune in (a for a in on(agencies, FIRST_NEW_DAY) if a.level == "commune"):
        commune_before, district = (by_code[code] for code in commune.predecessors)
        assert (commune_before.level, commune_before.parent) == ("commune", district.code)


def test_every_name_is_there_in_both_languages(agencies):
    assert all(a.name_vi and a.name_en and a.place for a in agencies)
    assert all(u.name_vi and u.name_en for a in agencies for u in a.units)


def test_what_was_not_verified_says_so(agencies, procedures):
    departments = [a for a in agencies if a.level in ("department", "centre")]
    assert {a.evidence for a in departments} == {"memory"}
    assert all(p.sample for p in procedures)


# The six of the first release; what a birth and a death start; one in two phases; six more of every day.
PROCEDURES = {
    "1.001193", "2.000815", "1.001612", "1.009994", "1.012790", "1.002809",
    "1.004222", "1.013314", "1.000656", "1.003197", "1.001731", "1.013949",
    "1.000894", "2.002043", "1.001776", "1.010041", "1.009398",
}  # fmt: skip


def test_everyday_procedures_are_written_out_in_full(procedures):
    in_force = [p for p in procedures if p.valid_to is None]
    assert {p.code for p in in_force} >= PROCEDURES
    assert all(p.order.vi and p.requirements.en and p.legal_bases and p.subjects for p in in_force)


def test_versions_of_a_procedure_follow_each_other_without_gap(procedures):
    for earlier, later in pairwise(procedures):
        if earlier.code == later.code:
            assert (later.number, later.valid_from) == (earlier.number + 1, earlier.valid_to)


def compiled() -> Calendar:
    """Return the shipped calendar, compiled."""
    data = parse_calendar(DAK_LAK)
    week: dict[int, tuple] = {}
    for _since, weekday, shift in data.shifts:
        week[weekday] = (*week.get(weekday, ()), shift)
    days = {kind: {d.date: d.name_vi for d in data.days if d.kind == kind} for kind in ("off", "work")}
    return Calendar(data.code, [WeeklyShifts(data.shifts[0][0], week)], days["off"], days["work"])


def finished(process, calendar: Calendar, start: dt.datetime) -> dt.datetime:
    """Return when the last step ends: a step without ``after`` follows the one above it."""
    ends: dict[str, dt.datetime] = {}
    above = start
    for step in process.steps:
        at = max((ends[key] for key in step.after), default=above)
        ends[step.key] = above = calendar.add(at, step.time.amount, step.time.unit) if step.time.amount else at
    return max(ends.values())


def test_the_longest_way_through_a_process_ends_within_the_promise(procedures):
    """Checked with the calendar itself: received first thing on a Monday without holidays near."""
    calendar, start = compiled(), dt.datetime(2026, 3, 2, 7, 30, tzinfo=LOCAL)
    checked = 0
    for procedure in procedures:
        limits = [procedure.limit, *map(Duration.parse, procedure.limits_by_channel.values())]
        for process in procedure.processes:
            at = finished(process, calendar, start)
            for limit in limits:
                assert at <= calendar.promise(start, limit, cut_off=procedure.cut_off).due_at, procedure.code
                checked += 1
    assert checked >= 10


def test_the_swapped_days_of_january_2026_are_in_the_calendar():
    days = {d.date: d.kind for d in parse_calendar(DAK_LAK).days}
    assert days[dt.date(2026, 1, 2)] == "off"
    assert days[dt.date(2026, 1, 10)] == "work"


def test_the_demo_has_invented_people_only():
    demo = parse_demo(DAK_LAK)
    assert all(" Mẫu " in post.full_name for post in demo.posts)
    assert len({post.username for post in demo.posts}) == len(demo.posts)
    assert len({post.full_name for post in demo.posts}) == len(demo.posts)


WHOLE = (DAK_LAK / "procedures" / "household-business.yaml").read_text(encoding="utf-8")
FAULTS = [
    ("limit: 3wd", "limit: 3 days", "limit: must be a time such as"),
    (
        "limit: 3wd",
        "limit: 2wd",
        "process.commune.steps: The longest way (receive, assign, handle, sign, issue, return) takes 20 working hours",
    ),
    ("name_en: Registration of a household business\n", "", "'name_en' is missing"),
    (
        "may_return_to: [sign]",
        "may_return_to: [return]",
        "steps[5]: It cannot be sent back to “return”, which does not come before it.",
    ),
    ("role: leader, unit_kind: leadership", "role: leader, unit_kind: room", "sits in a unit of the kind leadership"),
    ("{key: assign,", "{key: receive,", "steps[2]: Another row has the same key"),
    ("kind: return,", "kind: handle,", "steps[6]: The last step must be of the kind “return”."),
    ("level: commune}", "level: district}", "no process for the level district"),
    ("level: commune}", "level: village}", "competence[1].level: 'village' is none of"),
    ("amount: 100000", "amount: 100.000", "fees[1].amount: must be a whole number"),
    ("per: dossier", "per: person", "fees[1].per: 'person' is none of: copy, dossier, page"),
    ("key: minutes", "key: identity", "components[3].key: 'identity' is given twice"),
    ("service_level: 4", "service_level: 5", "service_level: must be 2"),
    ("e_result: true", "e_results: true", "e_results: unknown key"),
    ("valid_from: 2025-07-01", "valid_from: tomorrow", "valid_from: must be a date"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_wrong_procedure_is_refused_with_file_and_place(tmp_path: Path, old, new, message):
    assert old in WHOLE
    file = tmp_path / "wrong.yaml"
    file.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFault) as fault:
        parse_procedure(file)
    assert re.search(r"wrong\.yaml:\d+: ", str(fault.value))
    assert message in str(fault.value)


def test_the_same_version_in_two_files_is_refused(tmp_path: Path):
    (tmp_path / "procedures").mkdir()
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / "procedures" / name).write_text(WHOLE, encoding="utf-8")
    with pytest.raises(DataFault, match=r"b\.yaml:\d+: code: version 2 of 1\.001612 is in another file too"):
        parse_procedures(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("code: H15.04,", "code: H15.07,", "the code H15.07 is used twice"),
        ("predecessors: [H15.08, H15.11]", "predecessors: [H15.99]", "unknown predecessors of H15.23: H15.99"),
        ("    parent: H15\n", "    parent: H99\n", "the parent H99 of H15.01 is not known before it"),
        ("evidence: table", "evidence: hearsay", "evidence: 'hearsay' is none of"),
    ],
)
def test_a_wrong_agency_is_refused_with_file_and_place(tmp_path: Path, old, new, message):
    for file in DAK_LAK.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (DAK_LAK / "agencies.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "agencies.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFault) as fault:
        parse_agencies(tmp_path)
    assert re.search(r"agencies\.yaml:\d+: ", str(fault.value))
    assert message in str(fault.value)
