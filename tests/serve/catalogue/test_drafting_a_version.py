"""The next version of a procedure on its page and by program: all of it is typed, faults stand at their fields."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from lxml import html
from tests.web.api.test_api import Program

from motcua.record.accounts.models import User
from motcua.record.organisation.errors import NotAllowed
from motcua.record.organisation.models import Agency, Post
from motcua.serve.catalogue.draft_forms import data_from, sent_rows
from motcua.serve.catalogue.models import Competence, ProcedureVersion
from motcua.serve.catalogue.publication import actions as publication
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.queries import version_on
from motcua.serve.catalogue.reading import content_of

pytestmark = pytest.mark.django_db
CODE = "1.001193"
URL = f"/catalogue/procedures/{CODE}/draft/"
DAY = dt.timedelta(days=1)


@pytest.fixture
def browser() -> Browser:
    found = Browser(headers={"Accept-Language": "en"})
    found.force_login(User.objects.get(username="quantri"))
    return found


@pytest.fixture
def draft(actor_of: Any) -> ProcedureVersion:
    today = timezone.localdate()
    version = version_on(CODE, today)
    assert version is not None
    return draft_next_version(
        by=actor_of("quantri"), version_id=version.pk, valid_from=today + 10 * DAY, now=timezone.now()
    )


def typed(page: bytes) -> dict[str, str]:
    """Return what the page's form would send as it stands."""
    form = next(form for form in html.fromstring(page.decode()).forms if "seen" in form.fields)
    return {name: value.lstrip("\n") for name, value in form.form_values()}


def parts(version: ProcedureVersion) -> dict[str, Any]:
    """Return all that hangs on a version, without its keys of rows."""
    hidden = {"id", "version_id", "case_id"}
    names = ("cases", "methods", "components", "fees", "results")
    rows = {
        name: [{k: v for k, v in row.items() if k not in hidden} for row in getattr(version, name).values()]
        for name in names
    }
    changing = {"id", "status", "number", "valid_from", "valid_to", "limits_by_channel"}
    own = {k: v for k, v in ProcedureVersion.objects.values().get(pk=version.pk).items() if k not in changing}
    return rows | own


def test_the_page_offers_to_draft_the_next_version_and_opens_it(browser: Browser) -> None:
    assert b"Draft the next version" in browser.get(URL).content
    assert browser.post(URL, {"what": "open", "valid_from": "nonsense"}).status_code == 422
    answer = browser.post(URL, {"what": "open", "valid_from": str(timezone.localdate() + DAY)})
    assert answer.status_code == 302
    assert b"Draft of version" in browser.get(URL).content


def test_saving_what_the_page_shows_changes_nothing(browser: Browser, draft: ProcedureVersion) -> None:
    before = parts(draft)
    answer = browser.post(URL, typed(browser.get(URL).content))
    assert answer.status_code == 302, answer.content
    assert parts(ProcedureVersion.objects.get(pk=draft.pk)) == before


def test_names_limits_fees_papers_law_and_form_are_changed(browser: Browser, draft: ProcedureVersion) -> None:
    sent = typed(browser.get(URL).content)
    fees, papers = int(sent["fee-rows"]), int(sent["component-rows"])
    sent |= {"name_vi": "Đăng ký khai sinh mới", "limit_amount": "3", "limit_unit": "wd", "form": "birth-registration"}
    sent |= {"legal_bases": "60/2014/QH13 | Luật Hộ tịch\n1/2026/NĐ-CP | Nghị định mới", "service_level": "4"}
    sent |= {
        f"fee-name-{fees}": "Lệ phí",
        f"fee-amount-{fees}": "8.000",
        f"fee-per-{fees}": "dossier",
        f"fee-when-{fees}": "before",
    }
    sent |= {f"component-name-{papers}": "Giấy mới", f"component-originals-{papers}": "1", "component-name-1": ""}
    answer = browser.post(URL, sent)
    assert answer.status_code == 302, answer.content
    new = ProcedureVersion.objects.get(pk=draft.pk)
    assert (new.name_vi, new.limit_amount, new.form) == ("Đăng ký khai sinh mới", 3, "birth-registration")
    assert new.legal_bases[1] == {"number": "1/2026/NĐ-CP", "name": "Nghị định mới"}
    assert new.fees.get(name_vi="Lệ phí").amount == 8000
    assert new.components.get(name_vi="Giấy mới").originals == 1
    assert new.components.count() == draft.components.count(), "one came, one fell away"
    assert "dang ky khai sinh moi" in new.folded_text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("fee-amount-1", "-75000", "must not be negative"),
        ("fee-amount-1", "nhiều", "whole number"),
        ("name_vi", " ", "Give the name"),
        ("limit_amount", "-1", "from 0 to 10,000"),
        ("form", "none-such", "no form with this code"),
        ("legal_bases", "| Luật không số", "Legal basis 1"),
        ("component-originals-1", "-1", "whole number from 0"),
        ("cut_off", "25:00", "hour"),
        ("valid_from", "31/02", "date"),
    ],
)
def test_what_does_not_do_is_refused_at_its_field_and_nothing_is_lost(
    field: str, value: str, words: str, browser: Browser, draft: ProcedureVersion
) -> None:
    sent = typed(browser.get(URL).content)
    if field.startswith("fee"):
        sent |= {"fee-name-1": "Lệ phí", "fee-per-1": "dossier", "fee-when-1": "before"}
    before = parts(draft)
    answer = browser.post(URL, sent | {field: value, "name_en": "Kept as typed"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Kept as typed" in answer.content.decode()
    assert f'href="#{field}"' in answer.content.decode()
    assert parts(ProcedureVersion.objects.get(pk=draft.pk)) == before


def test_english_words_of_papers_fees_and_results_are_changed_on_the_page(
    browser: Browser, draft: ProcedureVersion
) -> None:
    page = browser.get(URL).content
    sent, fees = typed(page), typed(page)["fee-rows"]
    assert sent["component-name_en-1"] == draft.components.all()[0].name_en != ""
    sent |= {
        "component-name_en-1": "Declaration, new form",
        "component-note_en-1": "",
        "result-name_en-1": "Certificate",
    }
    sent |= {"component-note-1": "Theo mẫu", f"fee-name-{fees}": "Lệ phí", f"fee-name_en-{fees}": "Charge"}
    sent |= {f"fee-terms-{fees}": "Nộp trực tiếp", f"fee-terms_en-{fees}": "At the counter"}
    sent |= {f"fee-amount-{fees}": "8.000", f"fee-per-{fees}": "dossier", f"fee-when-{fees}": "before"}
    answer = browser.post(URL, sent)
    assert answer.status_code == 302, answer.content
    paper, fee = draft.components.all()[0], draft.fees.get(name_vi="Lệ phí")
    assert (paper.name_en, paper.note_vi, paper.note_en) == ("Declaration, new form", "Theo mẫu", "")
    assert (fee.name_en, fee.terms_en, draft.results.all()[0].name_en) == ("Charge", "At the counter", "Certificate")


def test_a_program_that_sends_no_english_words_keeps_them(draft: ProcedureVersion) -> None:
    sent = {name: words for name, words in typed_rows(draft).items() if "_en-" not in name}
    data = data_from(sent, content_of(draft), sent_rows(sent))
    before = content_of(draft)
    assert (data.components, data.fees, data.results, data.methods) == (
        before.components, before.fees, before.results, before.methods,
    )  # fmt: skip


def typed_rows(draft: ProcedureVersion) -> dict[str, str]:
    """Return a draft as its page would send it."""
    client = Browser(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="quantri"))
    assert draft.pk
    return typed(client.get(URL).content)


def test_a_note_that_is_too_long_is_told_not_cut(browser: Browser, draft: ProcedureVersion) -> None:
    answer = browser.post(URL, typed(browser.get(URL).content) | {"component-note_en-1": "x" * 501})
    assert answer.status_code == 422
    assert 'id="component-note-1-error"' in answer.content.decode()


def test_a_stale_page_does_not_overwrite_what_somebody_else_saved(browser: Browser, draft: ProcedureVersion) -> None:
    first = typed(browser.get(URL).content)
    assert browser.post(URL, first | {"name_en": "One"}).status_code == 302
    stale = browser.post(URL, first | {"name_en": "Two"})
    assert (stale.status_code, "Somebody else saved" in stale.content.decode()) == (409, True)
    assert ProcedureVersion.objects.get(pk=draft.pk).name_en == "One"


def test_a_draft_in_its_check_is_not_changed(browser: Browser, draft: ProcedureVersion, actor_of: Any) -> None:
    by, now = actor_of("quantri"), timezone.now()
    opened = publication.open_decision(by=by, title="Công bố", agency_code="H15", now=now)
    law = timezone.localdate()
    publication.add_item(
        by=by, decision_id=opened.pk, kind="amended", version_id=draft.pk, law_effective_on=law, now=now
    )
    publication.ask_for_check(by=by, decision_id=opened.pk, now=now)
    answer = browser.post(URL, typed(browser.get(URL).content))
    assert (answer.status_code, "past its draft" in answer.content.decode()) == (409, True)


def test_a_program_drafts_and_revises_a_version(actor_of: Any) -> None:
    program = Program(actor_of("quantri"), scopes=("catalogue:write",)).browser
    path = f"/api/v1/catalogue/{CODE}/draft"

    def send(method: str, body: Any) -> Any:
        return program.generic(method, path, json.dumps(body, default=str), content_type="application/json")

    opened = send("POST", {"valid_from": timezone.localdate() + DAY})
    assert opened.status_code == 201, opened.content
    assert send("POST", {"valid_from": timezone.localdate() + DAY}).status_code == 409
    fields = {
        "name_vi": "Đăng ký khai sinh",
        "limit_amount": "2",
        "service_level": "3",
        "valid_from": opened.json()["valid_from"],
    }
    fee = {"name": "Lệ phí", "amount": "-1", "per": "dossier", "when": "before"}
    body = {"seen": opened.json()["seen"], "fields": fields, "tables": {"fee": [fee]}}
    refused = send("PUT", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "fee-amount-1")
    fee["amount"] = "5000"
    saved = send("PUT", body)
    assert saved.status_code == 200, saved.content
    assert (saved.json()["record"]["fees"][0]["amount"], saved.json()["record"]["components"]) == (5000, [])
    assert send("PUT", body).status_code == 409, "the digest is that of before"
    assert Program(actor_of("xa.lanhdao"), scopes=("catalogue:write",)).browser.get(path).status_code == 200


# --- agencies send drafts for publication themselves


@pytest.fixture
def department_head(actor_of: Any) -> Any:
    """The head of a unit of a department, and the one procedure that it decides."""
    admin = actor_of("quantri")
    today = timezone.localdate()
    department = (
        Agency.objects.on(today)
        .filter(level="department")
        .exclude(units=None)
        .exclude(pk=admin.agency_id)
        .order_by("code")
        .first()
    )
    assert department is not None
    post = Post.objects.select_related("unit__agency", "person").get(person__account__username="xa.lanhdao")
    Post.objects.filter(pk=post.pk).update(unit=department.units.first())
    version = version_on(CODE, today)
    assert version is not None
    Competence.objects.create(procedure=version.procedure, level="department", agency=department, valid_from=today)
    return actor_of("xa.lanhdao")


def test_a_departments_leader_drafts_what_it_decides_and_sends_it_to_the_check(department_head: Any) -> None:
    now, today = timezone.now(), timezone.localdate()
    version = version_on(CODE, today)
    draft = draft_next_version(by=department_head, version_id=version.pk, valid_from=today + DAY, now=now)
    opened = publication.open_decision(by=department_head, title="Công bố", agency_code="H15", now=now)
    assert opened.prepared_by_id == department_head.agency_id
    publication.add_item(
        by=department_head, decision_id=opened.pk, kind="amended", version_id=draft.pk, law_effective_on=today, now=now
    )
    assert publication.ask_for_check(by=department_head, decision_id=opened.pk, now=now).state == "checking"


def test_it_touches_neither_others_procedures_nor_others_decisions(department_head: Any, actor_of: Any) -> None:
    now, today = timezone.now(), timezone.localdate()
    other = version_on("1.001612", today)
    with pytest.raises(NotAllowed):
        draft_next_version(by=department_head, version_id=other.pk, valid_from=today + DAY, now=now)
    opened = publication.open_decision(by=actor_of("quantri"), title="Công bố", agency_code="H15", now=now)
    with pytest.raises(NotAllowed):
        publication.ask_for_check(by=department_head, decision_id=opened.pk, now=now)
    own = publication.open_decision(by=department_head, title="Công bố", agency_code="H15", now=now)
    with pytest.raises(NotAllowed):
        publication.add_item(
            by=department_head, decision_id=own.pk, kind="abolished", version_id=other.pk,
            law_effective_on=today, ends_on=today, now=now,
        )  # fmt: skip


def test_a_communes_leader_drafts_nothing(actor_of: Any) -> None:
    with pytest.raises(NotAllowed):
        publication.open_decision(by=actor_of("xa.lanhdao"), title="X", agency_code="H15", now=timezone.now())
