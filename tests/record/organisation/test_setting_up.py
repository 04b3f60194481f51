"""A province from the country's units by its code: complete, once, and refused whole where codes collide."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from motcua.formats.datafiles import DataFault, datasets_folder
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actions.country import load_administrative_units
from motcua.record.organisation.actions.setting_up import SINCE, setup_province
from motcua.record.organisation.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.record.organisation.identity_codes import province_codes, read_codes
from motcua.record.organisation.models import Agency, CalendarUse, Desk, Level, Unit
from motcua.record.organisation.queries import subtree
from motcua.record.organisation.unit_files import read_units

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def units() -> list[Any]:
    return read_units(datasets_folder() / "units")


@pytest.fixture
def country(units: list[Any], actor_of: Any) -> Any:
    by = actor_of("quantri")
    load_administrative_units(by=by, units=units, now=timezone.now())
    return by


def set_up(by: Any, code: str, **more: Any) -> Any:
    identity = more.pop("identity_code", province_codes().get(code, ""))
    return setup_province(by=by, unit_code=code, identity_code=identity, now=timezone.now(), **more)


def test_a_province_stands_with_its_centre_and_communes_each_with_one_unit_of_every_kind(country):
    done = set_up(country, "04")
    below = Agency.objects.filter(pk__in=subtree(done.province.pk, SINCE))
    assert (done.province.code, done.added, done.kept) == ("H14", 58, 0)
    assert below.filter(level=Level.COMMUNE).count() == 56
    assert below.filter(level=Level.CENTRE).count() == 1
    for agency in below.filter(level=Level.COMMUNE):
        kinds = Unit.objects.on(SINCE).filter(agency=agency).values_list("kind", flat=True)
        assert set(kinds) == {"desk", "room", "leadership", "office"}
        assert Desk.objects.on(SINCE).filter(unit__agency=agency).count() == 1
    report = verify()
    assert report.ok, report.first


def test_setting_up_again_adds_nothing_and_a_loaded_province_is_known_by_its_units(country):
    set_up(country, "04")
    assert set_up(country, "04").added == 0
    done = set_up(country, "66")
    assert (done.province.code, done.added) == ("H15", 0)


def test_communes_take_the_codes_that_the_province_brings_in_either_order(country):
    own = {"01273": "000.00.88.H14", "01279": "H14.31"}
    set_up(country, "04", codes=own)
    assert Agency.objects.get(unit_code="01273", level=Level.COMMUNE, valid_from=SINCE).code == "H14.88"
    assert Agency.objects.get(unit_code="01279", level=Level.COMMUNE, valid_from=SINCE).code == "H14.31"


def test_new_agencies_work_by_the_calendar_that_is_named(country):
    set_up(country, "04", calendar="default")
    assert CalendarUse.objects.filter(agency__code__startswith="H14", calendar__code="default").count() == 58


@pytest.mark.parametrize(
    ("code", "more", "error", "name"),
    [
        ("99", {}, NotFound, "province.unknown"),
        ("54", {}, NotFound, "province.old"),
        ("04", {"identity_code": "Cao Bằng"}, Refused, "agency.code"),
        ("04", {"identity_code": "H14.01"}, Refused, "province.code"),
        ("04", {"identity_code": "H15"}, Conflict, "province.code_taken"),
        ("04", {"calendar": "moon"}, NotFound, "calendar.unknown"),
        ("04", {"codes": {"24133": "H14.05"}}, Refused, "codes.unknown_unit"),
        ("04", {"codes": {"01273": "H14.05", "01279": "H14.05"}}, Refused, "codes.twice"),
    ],
)
def test_what_cannot_be_set_up_is_refused_whole(country, code, more, error, name):
    before = Agency.objects.count()
    with pytest.raises(error) as refusal, transaction.atomic():
        set_up(country, code, **more)
    assert refusal.value.code == name
    assert Agency.objects.count() == before


def test_only_an_administrator_sets_up_a_province(country, actor_of):
    with pytest.raises(NotAllowed):
        set_up(actor_of("xa.lanhdao"), "04")


def test_without_units_it_says_what_to_load(actor_of):
    with pytest.raises(NotFound) as refusal:
        set_up(actor_of("quantri"), "04")
    assert "motcua units load" in refusal.value.message


def test_a_table_of_codes_with_a_fault_is_refused_with_its_line(tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("unit_code,identity_code\n01273,H14.05\n01273,H14.06\n", encoding="utf-8")
    with pytest.raises(DataFault) as fault:
        read_codes(file)
    assert fault.value.line == 3
    assert len(set(province_codes().values())) == 34
