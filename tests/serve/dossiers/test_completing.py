"""What arrived incomplete is completed on its page before it is received; nothing that was typed is lost."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html
from tests.samples import birth
from tests.serve.dossiers.test_declarations import ANSWERS
from tests.web.api.test_api import Program

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.arriving import lacks_of
from motcua.serve.dossiers.actions.declaring import declaration_of
from motcua.serve.dossiers.filing import Completion, ComponentInput, PartyInput
from motcua.serve.dossiers.models import Channel, Dossier, State
from motcua.serve.dossiers.models.papers import SOMETHING_IN
from motcua.serve.dossiers.searching import find_dossiers

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
LATER = MONDAY + dt.timedelta(hours=1)
WHOLE = (ComponentInput(key="declaration", originals=1), ComponentInput(key="birth-certificate", originals=1))


@pytest.fixture
def clerk(actor_of: Any) -> Any:
    return actor_of("xa.tiepnhan")


@pytest.fixture
def bare(clerk: Any) -> Dossier:
    """A birth registration that came by post with nothing but a name."""
    filing = birth(channel=Channel.POST, components=(), owner=PartyInput(name="Nguyễn Văn Thử"))
    return actions.record_arrival(by=clerk, filing=filing, now=MONDAY)


@pytest.fixture
def arrived(clerk: Any) -> Dossier:
    return actions.record_arrival(by=clerk, filing=birth(channel=Channel.POST), now=MONDAY)


def complete(by: Any, dossier: Dossier, **parts: Any) -> Dossier:
    done = actions.complete_arrival(by=by, dossier_id=dossier.pk, completion=Completion(**parts), now=LATER)
    dossier.refresh_from_db()
    return done


def papers_in(dossier: Dossier) -> dict[str, int]:
    rows = dossier.components.filter(SOMETHING_IN).select_related("component")
    return {(row.component.key if row.component else row.name): row.originals for row in rows}


def test_papers_and_people_are_put_to_what_arrived_and_then_it_can_be_received(clerk: Any, bare: Dossier) -> None:
    assert [fault.field for fault in lacks_of(bare)] == ["components.declaration", "components.birth-certificate"]
    owner = PartyInput(
        name="Nguyễn Văn Thử", identity_number="066090012345", phone="0905 123 456", address="12 Lê Duẩn"
    )
    submitter = PartyInput(name="Trần Thị Nộp")
    complete(clerk, bare, components=WHOLE, parties={"owner": owner, "submitter": submitter}, note="Bưu tá để lại")
    assert papers_in(bare) == {"declaration": 1, "birth-certificate": 1}
    kept = bare.parties.get(part="owner")
    assert (kept.identity_number, kept.identity_kind, kept.phone) == ("066090012345", "cccd", "+84905123456")
    assert bare.parties.get(part="submitter").name == "Trần Thị Nộp"
    assert (bare.state, bare.due_at, bare.note, bare.owner_address) == (State.NEW, None, "Bưu tá để lại", "12 Lê Duẩn")
    assert not bare.papers.exists()
    assert lacks_of(bare) == []
    actions.accept_arrival(by=clerk, dossier_id=bare.pk, now=LATER)
    assert Dossier.objects.get(pk=bare.pk).state == State.RECEIVED
    assert verify().ok


def test_the_ledger_tells_that_it_was_completed_without_names(clerk: Any, bare: Dossier) -> None:
    complete(clerk, bare, parties={"submitter": PartyInput(name="Trần Thị Nộp", identity_number="066190054321")})
    event = Event.objects.filter(chain_id=bare.pk).latest("number")
    assert (event.kind, event.actor) == ("dossier.arrival_completed", clerk.key)
    assert "Trần" not in json.dumps(event.payload, ensure_ascii=False)
    assert "066190054321" not in json.dumps(event.payload)


def test_who_was_put_to_it_is_found_by_name(clerk: Any, bare: Dossier) -> None:
    complete(clerk, bare, parties={"submitter": PartyInput(name="Trần Quỳnh Nộp")})
    assert bare.pk in {found.pk for found in find_dossiers(by=clerk, words="quynh nop", most=20)}


def test_a_paper_that_was_noted_by_mistake_is_not_there_any_more(clerk: Any, arrived: Dossier) -> None:
    complete(clerk, arrived, components=WHOLE[:1])
    assert papers_in(arrived) == {"declaration": 1}
    assert [fault.field for fault in lacks_of(arrived)] == ["components.birth-certificate"]
    with pytest.raises(Invalid, match="invalid"):
        actions.accept_arrival(by=clerk, dossier_id=arrived.pk, now=LATER)
    complete(clerk, arrived, components=WHOLE)
    assert arrived.components.count() == 2, "it takes its row again"
    assert verify().ok


def test_papers_outside_the_list_keep_their_row_by_name(clerk: Any, arrived: Dossier) -> None:
    other = ComponentInput(name="Giấy ủy quyền", originals=1)
    complete(clerk, arrived, components=(*WHOLE, other))
    complete(clerk, arrived, components=(*WHOLE, ComponentInput(name="Giấy ủy quyền", copies=2)))
    row = arrived.components.get(component=None)
    assert (row.name, row.originals, row.copies) == ("Giấy ủy quyền", 0, 2)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"parties": {"owner": PartyInput(name=" ")}}, "owner.name"),
        ({"parties": {"owner": PartyInput(name="A", phone="12")}}, "owner.phone"),
        ({"parties": {"submitter": PartyInput(name="A", identity_number="12")}}, "submitter.identity_number"),
        ({"parties": {"owner": PartyInput(name="A", email="a@" + "b" * 300)}}, "owner.email"),
        (
            {"parties": {"owner": PartyInput(name="A", kind="organisation", identity_number="9" * 21)}},
            "owner.identity_number",
        ),
        ({"components": (ComponentInput(key="no-such", originals=1),)}, "components.no-such"),
        ({"components": (ComponentInput(key="declaration", originals=10_001),)}, "components.declaration"),
        ({"case": "no-such"}, "case"),
        ({"sets": 100}, "sets"),
        ({"answers": ANSWERS | {"born_on": "31/02/2026"}}, "answers.born_on"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_changed_by_half(
    clerk: Any, arrived: Dossier, parts: dict[str, Any], field: str
) -> None:
    before = Event.objects.filter(chain_id=arrived.pk).count()
    with pytest.raises(Invalid) as refused:
        complete(clerk, arrived, **({"note": "mới"} | parts))
    assert [error.field for error in refused.value.errors] == [field]
    arrived.refresh_from_db()
    assert (arrived.note, Event.objects.filter(chain_id=arrived.pk).count()) == ("", before)


def test_where_nothing_differs_nothing_is_written(clerk: Any, arrived: Dossier) -> None:
    with pytest.raises(Refused, match=r"completion\.nothing"):
        complete(clerk, arrived, components=WHOLE, sets=1, return_method="counter", summary="")
    assert Event.objects.filter(chain_id=arrived.pk).count() == 1


def test_only_the_desk_to_which_it_came_completes_it(actor_of: Any, arrived: Dossier) -> None:
    with pytest.raises(NotFound):
        complete(actor_of("xa2.tiepnhan"), arrived, note="x")
    with pytest.raises(NotAllowed):
        complete(actor_of("xa.canbo"), arrived, note="x")


def test_what_is_received_is_completed_no_more(clerk: Any, arrived: Dossier) -> None:
    actions.accept_arrival(by=clerk, dossier_id=arrived.pk, now=LATER)
    with pytest.raises(Conflict):
        complete(clerk, arrived, note="x")


def test_it_is_completed_and_received_both_or_neither(clerk: Any, bare: Dossier) -> None:
    half = Completion(components=WHOLE[:1], note="thiếu giấy chứng sinh")
    with pytest.raises(Invalid):
        actions.receive_completed(by=clerk, dossier_id=bare.pk, completion=half, now=LATER)
    bare.refresh_from_db()
    assert (bare.note, papers_in(bare)) == ("", {})
    actions.receive_completed(by=clerk, dossier_id=bare.pk, completion=Completion(components=WHOLE), now=LATER)
    bare.refresh_from_db()
    assert (bare.state, bare.received_at) == (State.RECEIVED, LATER)
    kinds = Event.objects.filter(chain_id=bare.pk).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["dossier.filed", "dossier.arrival_completed", "dossier.received"]
    assert verify().ok


def test_what_is_whole_already_is_received_without_a_completion(clerk: Any, arrived: Dossier) -> None:
    actions.receive_completed(by=clerk, dossier_id=arrived.pk, completion=Completion(components=WHOLE), now=LATER)
    kinds = Event.objects.filter(chain_id=arrived.pk).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["dossier.filed", "dossier.received"]


def test_pages_and_copies_change_what_is_to_be_paid(clerk: Any) -> None:
    filing = birth(procedure="2.000815", components=(), channel=Channel.POST, pages=2, copies=1)
    certified = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
    before = certified.fee_due
    complete(clerk, certified, pages=4, copies=3)
    assert certified.fee_due > before > 0
    with pytest.raises(Invalid):
        complete(clerk, certified, pages=0)


class TestCases:
    @pytest.fixture
    def marriage(self, clerk: Any) -> Dossier:
        filing = birth(procedure="1.000894", channel=Channel.POST, components=())
        return actions.record_arrival(by=clerk, filing=filing, now=MONDAY)

    def test_the_case_is_asked_for_before_receipt_and_only_its_papers(self, clerk: Any, marriage: Dossier) -> None:
        assert "case" in [fault.field for fault in lacks_of(marriage)]
        complete(clerk, marriage, case="plain", components=(ComponentInput(key="declaration", originals=1),))
        assert lacks_of(marriage) == []
        assert marriage.process_id is not None
        actions.accept_arrival(by=clerk, dossier_id=marriage.pk, now=LATER)


class TestDeclarations:
    def test_half_a_declaration_is_kept_and_asked_for_whole_at_receipt(self, clerk: Any) -> None:
        half = {"declarer_name": "Nguyễn Văn Thử", "child_name": "Nguyễn An Thử"}
        filing = birth(channel=Channel.POST, answers=half)
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        kept = declaration_of(dossier)
        assert kept is not None
        assert kept.answers == half
        assert not dossier.papers.exists(), "half of it is not printed"
        with pytest.raises(Invalid) as refused:
            actions.accept_arrival(by=clerk, dossier_id=dossier.pk, now=LATER)
        assert "answers.born_on" in {error.field for error in refused.value.errors}
        complete(clerk, dossier, answers=ANSWERS)
        assert [paper.form for paper in dossier.papers.all()] == ["declaration"]
        actions.accept_arrival(by=clerk, dossier_id=dossier.pk, now=LATER)
        assert verify().ok

    def test_a_wrong_answer_is_told_when_it_is_noted_not_dropped(self, clerk: Any) -> None:
        wrong = birth(channel=Channel.POST, answers={"born_on": "31/02/2026"})
        with pytest.raises(Invalid) as refused:
            actions.record_arrival(by=clerk, filing=wrong, now=MONDAY)
        assert [error.field for error in refused.value.errors] == ["answers.born_on"]

    def test_after_papers_were_asked_for_it_is_not_received_with_half_a_declaration(self, clerk: Any) -> None:
        filing = birth(channel=Channel.POST, components=(), answers={"declarer_name": "Nguyễn Văn Thử"})
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        actions.ask_before_receipt(by=clerk, dossier_id=dossier.pk, items=["Giấy chứng sinh"], reason="x", now=LATER)
        with pytest.raises(Invalid):
            actions.record_supplement(by=clerk, dossier_id=dossier.pk, now=LATER)

    def test_a_procedure_without_a_form_takes_no_answers(self, clerk: Any) -> None:
        filing = birth(procedure="2.000815", components=(), channel=Channel.POST, pages=2, copies=1)
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        with pytest.raises(Invalid) as refused:
            complete(clerk, dossier, answers={"x": "y"})
        assert [error.field for error in refused.value.errors] == ["answers"]


class TestPages:
    @pytest.fixture
    def client(self) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(User.objects.get(username="xa.tiepnhan"))
        return client

    def typed(self, page: bytes) -> dict[str, Any]:
        """Return what the page's form would send as it stands."""
        form = next(form for form in html.fromstring(page.decode()).forms if form.get("id") == "complete")
        return {name: value.lstrip("\n") for name, value in form.form_values()}

    def test_the_dossiers_page_says_what_is_missing_and_leads_there(self, client: Client, bare: Dossier) -> None:
        page = client.get(f"/dossiers/{bare.pk}/").content.decode()
        assert f"/dossiers/{bare.pk}/complete/" in page
        assert "A required paper is missing" in page

    def test_keeping_what_the_page_shows_changes_nothing(self, client: Client, clerk: Any) -> None:
        papers = (*WHOLE, ComponentInput(name="Giấy ủy quyền", originals=1, copies=2))
        submitter = PartyInput(name="Trần Thị Nộp", identity_number="066190054321", email="a@b.vn", address="Xa")
        owner = birth().owner
        filing = birth(channel=Channel.POST, components=papers, submitter=submitter, answers=ANSWERS, owner=owner)
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        url = f"/dossiers/{dossier.pk}/complete/"
        page = client.get(url).content
        assert "066090012345" not in page.decode()
        assert "066190054321" not in page.decode()
        answer = client.post(url, self.typed(page) | {"decision": "save"})
        assert (answer.status_code, "Nothing was changed" in answer.content.decode()) == (422, True)

    def test_what_was_typed_is_kept_and_shown(self, client: Client, bare: Dossier) -> None:
        url = f"/dossiers/{bare.pk}/complete/"
        sent = self.typed(client.get(url).content) | {
            "owner_identity_number": "066090012345", "paper_declaration": "on", "originals_declaration": "1",
            "other_paper": "Giấy ủy quyền", "submitter_name": "Trần Thị Nộp", "decision": "save",
        }  # fmt: skip
        assert client.post(url, sent).status_code == 302
        assert papers_in(bare) == {"declaration": 1, "Giấy ủy quyền": 1}
        page = client.get(url).content.decode()
        assert "Giấy ủy quyền" in page
        assert "•••••••••345" in page
        again = self.typed(page.encode()) | {"decision": "save"}
        unticked = {name: value for name, value in again.items() if not name.startswith("paper_own-")}
        assert client.post(url, unticked).status_code == 302
        assert papers_in(bare) == {"declaration": 1}

    def test_bad_input_loses_nothing(self, client: Client, bare: Dossier) -> None:
        url = f"/dossiers/{bare.pk}/complete/"
        sent = self.typed(client.get(url).content) | {
            "owner_phone": "12", "owner_address": "Số 5 <b>", "owner_identity_number": "066090012345", "declare": "on",
            "f-child_name": "Nguyễn An Thử", "f-born_on": "31/02", "note": "Ghi chú", "other_paper": "Giấy khác",
            "paper_declaration": "on", "copies_declaration": "7", "decision": "save",
        }  # fmt: skip
        answer = client.post(url, sent)
        assert answer.status_code == 422
        shown = self.typed(answer.content)
        for name, value in sent.items():
            assert name in ("decision", "csrfmiddlewaretoken") or shown.get(name) == value, name
        assert 'aria-invalid="true"' in answer.content.decode()
        assert Event.objects.filter(chain_id=bare.pk).count() == 1

    def test_a_date_of_birth_that_is_none_is_told(self, client: Client, bare: Dossier) -> None:
        url = f"/dossiers/{bare.pk}/complete/"
        sent = self.typed(client.get(url).content) | {"owner_born_on": "2026-02-31", "decision": "save"}
        answer = client.post(url, sent)
        assert (answer.status_code, 'id="owner_born_on-error"' in answer.content.decode()) == (422, True)

    def test_it_is_received_from_the_page_and_the_slip_is_at_hand(self, client: Client, bare: Dossier) -> None:
        url = f"/dossiers/{bare.pk}/complete/"
        half = self.typed(client.get(url).content) | {"paper_declaration": "on", "decision": "receive"}
        refused = client.post(url, half)
        assert (refused.status_code, "A required paper is missing" in refused.content.decode()) == (422, True)
        assert papers_in(bare) == {}
        done = client.post(url, half | {"paper_birth-certificate": "on"}, follow=True)
        assert "Print the slip" in done.content.decode()
        assert Dossier.objects.get(pk=bare.pk).state == State.RECEIVED
        gone = client.get(url)
        assert (gone.status_code, gone["Location"]) == (302, f"/dossiers/{bare.pk}/")

    def test_the_papers_of_a_case_are_shown_before_anything_is_kept(self, client: Client, clerk: Any) -> None:
        filing = birth(procedure="1.000894", channel=Channel.POST, components=())
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        url = f"/dossiers/{dossier.pk}/complete/"
        sent = self.typed(client.get(url).content) | {"case": "plain", "note": "giữ lại", "decision": "papers"}
        answer = client.post(url, sent)
        assert answer.status_code == 200
        shown = self.typed(answer.content)
        assert (shown["case"], shown["note"]) == ("plain", "giữ lại")
        assert Dossier.objects.get(pk=dossier.pk).case == ""

    def test_the_declaration_takes_over_what_is_known_of_the_applicant(self, client: Client, bare: Dossier) -> None:
        url = f"/dossiers/{bare.pk}/complete/"
        sent = self.typed(client.get(url).content) | {"owner_address": "12 Lê Duẩn", "decision": "prefill"}
        shown = self.typed(client.post(url, sent).content)
        assert (shown["f-declarer_name"], shown["f-declarer_address.line"]) == ("Nguyễn Văn Thử", "12 Lê Duẩn")
        assert shown["declare"] == "on"

    def test_numbers_in_a_declaration_stay_where_they_are_left_empty(self, client: Client, clerk: Any) -> None:
        filing = birth(channel=Channel.POST, answers=ANSWERS)
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        url = f"/dossiers/{dossier.pk}/complete/"
        sent = self.typed(client.get(url).content) | {"f-child_name": "Nguyễn Bình Thử", "decision": "save"}
        assert client.post(url, sent).status_code == 302
        kept = declaration_of(dossier)
        assert kept is not None
        assert (kept.answers["declarer_id"], kept.answers["child_name"]) == ("066090012345", "Nguyễn Bình Thử")

    def test_the_page_asks_little(self, client: Client, clerk: Any) -> None:
        filing = birth(channel=Channel.POST, answers=ANSWERS)
        dossier = actions.record_arrival(by=clerk, filing=filing, now=MONDAY)
        client.get("/arrivals/")
        for url in (f"/dossiers/{dossier.pk}/complete/", f"/dossiers/{dossier.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            assert len(queries) <= 15, "\n".join(query["sql"][:110] for query in queries)


def test_a_program_completes_and_receives(clerk: Any, bare: Dossier) -> None:
    program = Program(clerk, scopes=("dossiers:act",)).browser

    def send(path: str, **body: Any) -> Any:
        url = f"/api/v1/dossiers/{bare.code}/{path}"
        return program.post(url, json.dumps(body), content_type="application/json")

    assert send("complete", note="Qua bưu chính").json()["state"] == State.NEW
    assert send("complete", owner={"name": ""}).status_code == 422
    assert send("complete-and-accept", components=[{"key": "declaration", "originals": 1}]).status_code == 422
    whole = [{"key": "declaration", "originals": 1}, {"key": "birth-certificate", "originals": 1}]
    done = send("complete-and-accept", components=whole)
    assert (done.status_code, done.json()["state"]) == (200, State.RECEIVED)
    assert send("complete", note="x").status_code == 409
