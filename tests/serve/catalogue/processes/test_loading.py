"""Processes that come with a data file: a step that nobody could do is refused, once there are people."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from motcua.formats.datafiles import datasets_folder
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Post, Role
from motcua.serve.catalogue.actions import load_procedure, load_procedures
from motcua.serve.catalogue.content import ProcedureData
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.parsing import parse_procedure

pytestmark = pytest.mark.django_db
HOUSEHOLD = datasets_folder() / "provinces" / "dak-lak" / "procedures" / "household-business.yaml"


@pytest.fixture
def later(today: dt.date) -> ProcedureData:
    """Return the next version of a procedure, as a file would bring it."""
    return replace(parse_procedure(HOUSEHOLD), number=9, valid_from=today + dt.timedelta(days=30))


def test_a_process_whose_roles_are_held_is_loaded(actor_of: Any, later: ProcedureData) -> None:
    loaded = load_procedure(by=actor_of("quantri"), data=later, now=timezone.now())
    assert loaded is not None
    assert loaded.processes.get(level="commune").steps.count() == 6


def test_a_step_that_nobody_holds_is_refused_with_its_place(actor_of: Any, later: ProcedureData) -> None:
    by = actor_of("quantri")
    Post.objects.filter(role=Role.LEADER).delete()
    with pytest.raises(Refused) as refusal:
        load_procedures(by=by, procedures=[later], now=timezone.now())
    assert refusal.value.field == "process.commune.sign"
    assert "1.001612" in str(refusal.value.message)
    assert not ProcedureVersion.objects.filter(procedure__code="1.001612", number=9).exists()


def test_before_people_are_entered_a_process_is_loaded_all_the_same(actor_of: Any, later: ProcedureData) -> None:
    by = actor_of("quantri")
    Post.objects.all().update(valid_to="2020-01-01", valid_from="2019-01-01")
    assert load_procedure(by=by, data=later, now=timezone.now()) is not None
