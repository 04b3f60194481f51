"""The shipped data set in the database: loaded once, loaded again, read on dates of both eras."""

import datetime as dt
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.models import Agency, Desk, Post, Role, WorkCalendar
from motcua.record.organisation.queries import calendar_for, holders, subtree, unit_for
from motcua.serve.catalogue.models import Process
from motcua.serve.catalogue.queries import competent_agencies, process_for, steps_of, version_on

LAST_OLD_DAY, FIRST_NEW_DAY = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
TODAY = dt.date(2026, 11, 20)

pytestmark = pytest.mark.django_db


def call(*arguments: str) -> str:
    """Run a management command and return what it prints."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def loaded(db, settings):
    """The tests' database holds the province and its demo already."""
    settings.DEMO = True


def counts() -> dict[str, int]:
    """Return how many rows each of our tables has."""
    rooms = ("ledger", "organisation", "accounts", "catalogue")
    return {m._meta.label: m.objects.count() for room in rooms for m in apps.get_app_config(room).get_models()}


def test_loading_twice_changes_nothing(loaded):
    before, newest = counts(), Event.objects.latest("id").hash
    assert before["organisation.Agency"] == 444
    assert before["catalogue.ProcedureVersion"] == 19
    again = call("load_province", "dak-lak") + call("load_demo", "dak-lak")
    assert counts() == before
    assert bytes(Event.objects.latest("id").hash) == bytes(newest)
    assert "  0 agencies" in again
    assert "  0 people" in again


def test_a_version_that_was_changed_in_its_file_is_told_and_left_as_it_was(loaded, settings, tmp_path):
    settings.DATASETS = Path(shutil.copytree(settings.DATASETS, tmp_path / "datasets"))
    file = settings.DATASETS / "provinces" / "dak-lak" / "procedures" / "household-business.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("amount: 100000", "amount: 50000"), encoding="utf-8")
    told = call("load_province", "dak-lak")
    assert "1.001612: version 2 was changed after it was loaded; make it version 3" in told
    assert told.count("was changed") == 1
    assert {fee.amount for fee in version_on("1.001612", TODAY).fees.all()} == {100_000}


def test_the_ledger_tells_of_every_row_that_was_loaded(loaded):
    assert verify().ok


def test_a_day_added_to_the_table_later_comes_in_and_a_set_day_stays(loaded):
    calendar = WorkCalendar.objects.get(code="default")
    calendar.days.filter(date=dt.date(2026, 1, 2)).delete()
    calendar.days.filter(date=dt.date(2026, 1, 10)).update(name_vi="do quản trị đặt")
    assert "  1 dated exceptions" in call("load_province", "dak-lak")
    assert calendar.days.get(date=dt.date(2026, 1, 10)).name_vi == "do quản trị đặt"
    calendar.refresh_from_db()
    assert calendar.revision == 2


def test_the_tree_of_the_province_changes_on_1_july_2025(loaded):
    root = Agency.objects.get(code="H15")
    for day, districts, communes in ((LAST_OLD_DAY, 15, 180), (FIRST_NEW_DAY, 0, 102)):
        tree = Agency.objects.filter(pk__in=subtree(root.pk, day))
        assert tree.filter(level="district").count() == districts
        assert tree.filter(level="commune").count() == communes


@pytest.mark.parametrize(
    ("code", "day", "level", "number"),
    [
        ("1.001612", LAST_OLD_DAY, "district", 15 + 9),
        ("1.001612", FIRST_NEW_DAY, "commune", 102),
        ("1.001193", LAST_OLD_DAY, "commune", 180 + 106),
        ("1.001193", FIRST_NEW_DAY, "commune", 102),
    ],
)
def test_who_decides_depends_on_the_day(loaded, code, day, level, number):
    version = version_on(code, day)
    assert version is not None
    agencies = competent_agencies(version, day)
    assert ({a.level for a in agencies}, len(agencies)) == ({level}, number)


def test_driving_licences_go_from_transport_to_the_police_on_1_march_2025(loaded):
    for day, code, number in ((dt.date(2025, 2, 28), "H15.09", 1), (dt.date(2025, 3, 1), "H15.28", 2)):
        version = version_on("1.002809", day)
        assert version is not None
        assert version.number == number
        assert [a.code for a in competent_agencies(version, day)] == [code]


def test_every_step_of_every_process_in_force_can_be_done_by_somebody_of_the_demo(loaded):
    served = Agency.objects.filter(units__posts__isnull=False).distinct()
    clerks = Post.objects.on(TODAY).filter(role=Role.CLERK)
    walked = set()
    for process in Process.objects.on(TODAY).filter(version__valid_to=None).exclude(level="district"):
        field = process.version.procedure.field.code
        competent = competent_agencies(process.version, TODAY).filter(level=process.level)
        for agency in competent.filter(pk__in=served):
            assert clerks.filter(unit__agency=agency).exists() or clerks.filter(unit__agency__code="H15.01").exists()
            for step in (s for s in steps_of(process) if s.role != Role.CLERK):
                unit = unit_for(agency.pk, step.unit_kind, TODAY, field)
                assert unit is not None
                assert holders(unit.pk, step.role, TODAY), f"{process.version.procedure.code} {agency.code} {step.key}"
            walked.add((process.version.procedure.code, agency.code))
    assert walked == {
        ("1.001193", "H15.135"), ("1.001193", "H15.136"), ("1.001612", "H15.135"), ("1.001612", "H15.136"),
        ("1.009994", "H15.135"), ("1.009994", "H15.136"), ("1.009994", "H15.24"),
        ("1.012790", "H15.23"), ("1.002809", "H15.28"), ("1.013949", "H15.23"), ("1.013314", "H15.30"),
        ("1.004222", "H15.28"), ("1.003197", "H15.28"), ("1.010041", "H15.28"), ("2.002043", "H15.22"),
        ("1.009398", "H15.14"),
        *((code, ward) for code in ("1.000656", "1.000894", "1.001731", "1.001776") for ward in ("H15.135", "H15.136")),
    }  # fmt: skip


def test_every_clerk_of_the_demo_sits_at_a_desk(loaded):
    at_desks = Post.objects.filter(role__in=(Role.CLERK, Role.CASHIER, Role.CENTRE_MANAGER))
    assert at_desks.exists()
    assert not at_desks.filter(desk=None).exists()


def test_a_desk_of_the_old_era_received_for_its_own_agency_only(loaded):
    assert not Desk.objects.on(LAST_OLD_DAY).filter(whole_province=True).exclude(unit__agency__level="centre").exists()
    assert not Desk.objects.on(FIRST_NEW_DAY).filter(whole_province=False).exists()


def test_the_loaded_calendar_knows_the_swapped_days(loaded):
    calendar = calendar_for(Agency.objects.get(code="H15.01").pk, TODAY)
    assert dt.date(2026, 1, 2) in calendar.days_off
    assert dt.date(2026, 1, 10) in calendar.working_days


def test_a_process_goes_with_the_version_and_the_level(loaded):
    version = version_on("1.009994", TODAY)
    assert version is not None
    assert process_for(version, "commune", TODAY) is not None
    assert process_for(version, "centre", TODAY) is None


def test_the_demo_is_refused_where_it_is_not_switched_on(loaded, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="MOTCUA_DEMO=1"):
        call("load_demo", "dak-lak")
    assert call("demo_accounts") == ""


def test_the_accounts_are_printed_one_a_line_with_what_to_do(loaded):
    lines = [line.split("\t") for line in call("demo_accounts", "--plain").splitlines()]
    assert {len(parts) for parts in lines} == {4}
    assert lines[0][:2] == ["tiepnhan1", "motcua-demo-2026"]
    vietnamese = call("demo_accounts", "--plain", "--language", "vi")
    assert "nhận hồ sơ khai sinh cho phường" in vietnamese


def test_an_unknown_province_is_told_with_those_that_are_known():
    with pytest.raises(CommandError, match=r"no data set 'lao-cai'.*known are: dak-lak"):
        call("load_province", "lao-cai")
