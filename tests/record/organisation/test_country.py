"""The administrative units of the whole country, both eras: complete, once, and refused with their place."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.formats.datafiles import DataFault, datasets_folder
from motcua.record.ledger.models import Event
from motcua.record.organisation.actions.country import UNITS_CHAIN, load_administrative_units
from motcua.record.organisation.errors import NotAllowed
from motcua.record.organisation.models import AdministrativeUnit
from motcua.record.organisation.queries import count_administrative_units
from motcua.record.organisation.unit_files import BEFORE, read_units


@pytest.fixture(scope="module")
def country() -> list[Any]:
    return read_units(datasets_folder() / "units")


@pytest.mark.django_db
def test_the_whole_country_is_loaded_once_in_both_eras(country, actor_of):
    by, now = actor_of("quantri"), timezone.now()
    assert load_administrative_units(by=by, units=country, now=now) == len(country)
    counts = count_administrative_units()
    assert counts["since-2025-07"] == {"province": 34, "commune": 3321}
    assert counts["before-2025-07"]["province"] == 63
    assert load_administrative_units(by=by, units=country, now=now) == 0
    assert count_administrative_units() == counts
    assert Event.objects.filter(chain_id=UNITS_CHAIN).count() == 1
    ba_dinh = AdministrativeUnit.objects.get(era="before-2025-07", level="commune", code="00001")
    assert [ba_dinh.parent.name_vi, ba_dinh.parent.parent.name_vi] == ["Quận Ba Đình", "Thành phố Hà Nội"]


@pytest.mark.django_db
def test_only_an_administrator_loads_the_country(country, actor_of):
    with pytest.raises(NotAllowed):
        load_administrative_units(by=actor_of("xa.lanhdao"), units=country, now=timezone.now())
    assert not AdministrativeUnit.objects.exists()


def test_a_unit_without_a_name_is_refused_with_its_line(tmp_path: Path):
    head = "province_code,province,district_code,district,ward_code,ward\n"
    (tmp_path / BEFORE).write_text(head + "01,Hà Nội,001,Ba Đình,00001,\n", encoding="utf-8")
    with pytest.raises(DataFault) as fault:
        read_units(tmp_path)
    assert fault.value.line == 2
