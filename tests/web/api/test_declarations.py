"""The API of forms and declarations: file with answers, read them, correct them; a form's definition on a date."""

import json

import pytest
from tests.serve.dossiers.test_declarations import ANSWERS
from tests.web.api.test_api import BIRTH
from tests.web.api.test_side_paths import Side

from motcua.serve.dossiers.models import Dossier

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(actor_of):
    return Side(actor_of("xa.tiepnhan"))


@pytest.fixture
def code(clerk):
    answer = clerk.ask("/dossiers", BIRTH | {"answers": ANSWERS})
    assert answer.status_code == 201, answer.content
    return answer.json()["code"]


def test_answers_are_filed_and_read(clerk, code):
    read = clerk.ask(f"/dossiers/{code}/declaration")
    assert read.status_code == 200
    assert (read.json()["form"], read.json()["answers"]["born_on"]) == ("birth-registration", "2026-11-01")


def test_a_dossier_on_paper_has_no_declaration(clerk):
    code = clerk.ask("/dossiers", BIRTH).json()["code"]
    assert clerk.ask(f"/dossiers/{code}/declaration").status_code == 404
    assert clerk.ask("/dossiers/H15-261121-9999/declaration").status_code == 404


DEEP = json.loads("[" * 200 + "]" * 200)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"copies": 1.5}, "answers.copies"),
        ({"born_on": None}, "answers.born_on"),
        ({"born_on": {"line": "x"}}, "answers.born_on"),
        ({"stranger": "x"}, "answers"),
        ({"copies": DEEP}, "answers"),
        ({"child_name": "a\x00b"}, "answers.child_name"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_received(clerk, wrong, field):
    before = Dossier.objects.count()
    answer = clerk.ask("/dossiers", BIRTH | {"answers": ANSWERS | wrong})
    assert answer.status_code == 422
    assert field in [e["field"] for e in answer.json()["errors"]]
    assert Dossier.objects.count() == before


def test_a_correction_is_checked_and_read_back(clerk, code):
    path = f"/dossiers/{code}/correct-answers"
    assert clerk.ask(path, {"answers": ANSWERS | {"child_name": ""}, "reason": "x"}).status_code == 422
    assert clerk.ask(path, {"answers": ANSWERS | {"child_name": "Nguyễn Bình"}, "reason": ""}).status_code == 422
    done = clerk.ask(path, {"answers": ANSWERS | {"child_name": "Nguyễn Bình"}, "reason": "gõ nhầm"})
    assert done.status_code == 200
    assert done.json()["answers"]["child_name"] == "Nguyễn Bình"


def test_a_form_is_read_on_a_date(clerk):
    assert clerk.ask("/forms/birth-registration?on=2026-11-21").json()["number"] == 1
    assert clerk.ask("/forms/birth-registration?on=2020-01-01").status_code == 404
    assert clerk.ask("/forms/nothing").status_code == 404
    assert clerk.ask("/forms/birth-registration?on=soon").status_code == 422
