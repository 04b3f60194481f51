"""Cases: where a procedure has several, the clerk chooses; papers, process and promise follow, the dossier keeps it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Invalid
from motcua.serve.catalogue.models import Case, Component, ProcedureVersion, Process
from motcua.serve.catalogue.processes.actions import approve_process, create_draft, save_draft
from motcua.serve.catalogue.processes.queries import rows_in
from motcua.serve.catalogue.processes.rows import digest_of
from motcua.serve.catalogue.queries import cases_of, version_on
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import ComponentInput

pytestmark = pytest.mark.django_db
ABROAD = ComponentInput(key="consular", originals=1)


@pytest.fixture
def version(today: dt.date) -> ProcedureVersion:
    """Return the birth registration with two cases; the second asks for one more paper."""
    found = version_on("1.001193", today)
    assert found is not None
    Case.objects.create(version=found, order=1, key="here", name_vi="Sinh trong nước", name_en="Born here")
    abroad = Case.objects.create(version=found, order=2, key="abroad", name_vi="Sinh ở nước ngoài", name_en="Abroad")
    Component.objects.create(
        version=found,
        order=90,
        key="consular",
        name_vi="Giấy lãnh sự",
        name_en="Consular paper",
        originals=1,
        case=abroad,
    )
    return found


@pytest.fixture
def own_process(actor_of: Any, version: ProcedureVersion, today: dt.date) -> Process:
    """Return an approved process for the second case only."""
    by, now = actor_of("quantri"), timezone.now()
    draft = create_draft(by=by, version_id=version.pk, level="commune", case="abroad", now=now)
    rows = [replace(row, name_vi=f"{row.name_vi} (nước ngoài)") for row in rows_in(draft)]
    seen = digest_of(rows_in(draft), draft.drafts)
    save_draft(by=by, process_id=draft.pk, rows=rows, drafts={}, seen=seen, now=now)
    return approve_process(
        by=by,
        process_id=draft.pk,
        decision="12/QĐ",
        decided_on=today,
        valid_from=today,
        seen=digest_of(rows, {}),
        now=now,
    )


def page(client: Client, username: str, **query: str) -> Any:
    client.force_login(User.objects.get(username=username))
    return client.get(reverse("dossiers:intake"), query)


def test_without_a_case_the_filing_is_refused(actor_of: Any, version: ProcedureVersion) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    assert [error.field for error in refusal.value.errors] == ["case"]


def test_a_case_that_is_not_there_is_refused(actor_of: Any, version: ProcedureVersion) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(case="moon"))
    assert "case" in [error.field for error in refusal.value.errors]


def test_papers_of_the_chosen_case_are_asked_for_and_those_of_others_not(actor_of: Any, version: Any) -> None:
    clerk = actor_of("xa.tiepnhan")
    assert actions.receive_dossier(by=clerk, filing=birth(case="here")).case == "here"
    with pytest.raises(Invalid) as refusal:
        actions.receive_dossier(by=clerk, filing=birth(case="abroad"))
    assert [error.field for error in refusal.value.errors] == ["components.consular"]
    filing = birth(case="abroad", components=(*birth().components, ABROAD))
    dossier = actions.receive_dossier(by=clerk, filing=filing)
    assert dossier.components.filter(component__key="consular").exists()


def test_a_case_with_its_own_process_follows_it_and_others_the_general_one(
    actor_of: Any, version: ProcedureVersion, own_process: Process
) -> None:
    clerk = actor_of("xa.tiepnhan")
    abroad = birth(case="abroad", components=(*birth().components, ABROAD))
    assert actions.receive_dossier(by=clerk, filing=abroad).process == own_process
    here = actions.receive_dossier(by=clerk, filing=birth(case="here")).process
    assert here is not None
    assert here.case == ""


def test_the_case_is_in_the_ledger(actor_of: Any, version: ProcedureVersion) -> None:
    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(case="here"))
    event = Event.objects.get(chain_id=dossier.pk, kind="dossier.received")
    assert event.payload["rows"][dossier.ledger_key()]["case"] == "here"


def test_one_case_leaves_no_choice_and_is_kept(actor_of: Any, version: ProcedureVersion, today: dt.date) -> None:
    version.components.filter(case__key="abroad").delete()
    version.cases.filter(key="abroad").delete()
    assert cases_of(version, today).only == "here"
    assert actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth()).case == "here"


def test_a_case_that_only_a_process_names_may_be_chosen_and_need_not(
    actor_of: Any, version: ProcedureVersion, own_process: Process, today: dt.date
) -> None:
    version.components.exclude(case=None).delete()
    version.cases.all().delete()
    clerk = actor_of("xa.tiepnhan")
    assert actions.receive_dossier(by=clerk, filing=birth(case="abroad")).process == own_process
    assert actions.receive_dossier(by=clerk, filing=birth()).case == ""


def test_the_page_asks_for_the_case_first_and_then_shows_its_papers(client: Client, version: Any) -> None:
    asked = page(client, "xa.tiepnhan", procedure="1.001193").content.decode()
    assert "Sinh ở nước ngoài" in asked
    assert 'name="owner_name"' not in asked
    form = page(client, "xa.tiepnhan", procedure="1.001193", case="abroad").content.decode()
    assert 'name="paper_consular"' in form
    assert '<input type="hidden" name="case" value="abroad">' in form
    assert (
        'name="paper_consular"' not in page(client, "xa.tiepnhan", procedure="1.001193", case="here").content.decode()
    )


def test_the_page_takes_the_case_in_and_the_dossier_shows_it(client: Client, version: ProcedureVersion) -> None:
    page(client, "xa.tiepnhan")
    typed = {
        "procedure": "1.001193", "case": "here", "owner_name": "Nguyễn Văn Thử", "form_key": "k1",
        "paper_declaration": "on", "originals_declaration": "1", "paper_birth-certificate": "on",
        "originals_birth-certificate": "1",
    }  # fmt: skip
    answer = client.post(reverse("dossiers:intake"), typed, follow=True)
    assert "Sinh trong nước" in answer.content.decode()
    refused = client.post(reverse("dossiers:intake"), typed | {"case": "moon", "form_key": "k2"})
    assert refused.status_code == 422
    assert 'name="owner_name"' in refused.content.decode()


def test_a_procedure_without_cases_asks_nothing(client: Client) -> None:
    assert 'name="owner_name"' in page(client, "xa.tiepnhan", procedure="1.001612").content.decode()
