"""A dossier's papers as the desk gets them: what the record holds is what the paper says."""

import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from python_calamine import load_workbook
from tests.formats.paper_samples import text_of
from tests.samples import birth, household

from motcua.formats.papers import forms, render
from motcua.record.accounts.models import User
from motcua.record.ledger.hashing import check_code
from motcua.serve.dossiers import actions, printing
from motcua.serve.dossiers.queries import receipt_event
from motcua.serve.dossiers.views.track import paper_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(actor_of):
    return actor_of("xa.tiepnhan")


@pytest.fixture
def desk(client):
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    return client


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def test_the_slip_tells_the_promise_and_the_check_code_of_the_ledger(clerk):
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    sheets = printing.sheets_of(dossier.papers.get(), dossier, "Lê Thị Mai")
    said = text_of(render(*sheets), page=1)
    code = check_code(bytes(receipt_event(dossier).hash))

    assert forms.written(printing.local(dossier.due_at)) in said
    assert f"Mã kiểm tra: {code[:4]}-{code[4:]}" in said
    assert paper_check(dossier, f"{code[:4]}-{code[4:]}")["agrees"]
    assert not paper_check(dossier, "0000-0000")["agrees"]


def test_a_receipt_says_its_amount_in_words(clerk):
    dossier = actions.receive_dossier(by=clerk, filing=household())
    sheets = printing.sheets_of(dossier.papers.get(form="receipt"), dossier, "Lê Thị Mai")

    assert re.search(r"Bằng chữ: \w+ .*đồng", text_of(render(*sheets)))


def test_the_control_slip_lists_each_hand_over(clerk):
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
    said = text_of(render(printing.control_slip(dossier, timezone.now())))

    assert "Giao:" in said
    assert "Nhận:" in said
    assert dossier.tracking_secret not in said


def test_the_register_is_the_same_on_paper_and_in_the_workbook(desk, clerk):
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    paper = text_of(body(desk.get("/register/?as=pdf")))
    cells = load_workbook(io.BytesIO(body(desk.get("/register/?as=xlsx")))).get_sheet_by_index(0).to_python()

    assert dossier.code in paper
    assert [row[1] for row in cells[5:]] == [dossier.code]
    assert tuple(cells[4]) == forms.REGISTER_HEADS


def test_a_register_too_long_for_a_pdf_says_what_to_do(desk, clerk, monkeypatch):
    actions.receive_dossier(by=clerk, filing=birth())
    monkeypatch.setattr(forms, "REGISTER_PDF_ROWS", 0)
    answer = desk.get("/register/?as=pdf")

    assert answer.status_code == 422
    assert "XLSX" in answer.content.decode()


def test_the_hand_over_list_has_the_days_dossiers(desk, clerk):
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    day = timezone.localdate()

    assert dossier.code in text_of(body(desk.get(f"/hand-over/?day={day}")))
    empty = desk.get(f"/hand-over/?day={day - dt.timedelta(days=400)}")
    assert (empty.status_code, empty["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert dossier.code not in empty.content.decode()


def test_the_second_print_is_marked(desk, clerk):
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    address = f"/dossiers/{dossier.pk}/papers/{dossier.papers.get().pk}.pdf"
    first, second = body(desk.get(address)), body(desk.get(address))

    assert "BẢN IN LẠI" not in text_of(first)
    assert "BẢN IN LẠI lần 1" in text_of(second)
