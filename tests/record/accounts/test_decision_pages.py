"""The pages of decisions in a browser: two wards merged by keyboard, previewed, committed; on a phone too."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html
from playwright.sync_api import Browser, Page
from tests.samples import birth
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in

from motcua.record.accounts.models import User
from motcua.record.organisation.actions.history import LineInput, Outcome, add_line, draft_decision
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.models import Agency
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier

HEAD = {"number": "1660/NQ-UBTVQH15", "legal_basis": "Luật 72/2025/QH15", "issuer": "UBTVQH", "series": "anew"}


def head(today: dt.date) -> dict[str, str]:
    return HEAD | {"signed_on": (today - dt.timedelta(days=9)).isoformat(), "effective_on": today.isoformat()}


@pytest.fixture
def client() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="quantri"))
    return client


@pytest.fixture
def decision(actor_of: Any, today: dt.date) -> Decision:
    now = timezone.now()
    return draft_decision(
        by=actor_of("quantri"), number="5/NQ", signed_on=today, effective_on=today, legal_basis="Luật", now=now
    )


def begin(page: Page, today: dt.date) -> None:
    page.goto("/decisions/")
    for name, value in head(today).items():
        field = page.locator(f"[name={name}]")
        field.select_option(value) if name == "series" else field.fill(value)
    page.locator("[name=issuer]").press("Enter")
    page.wait_for_url("**/decisions/*-*/")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_two_wards_are_merged_by_keyboard(site: str, browser: Browser, actor_of: Any, today: dt.date) -> None:
    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    page = new_page(browser, site)
    sign_in(page, "quantri")
    begin(page, today)
    page.locator("a[href='?kind=merged']").press("Enter")
    page.wait_for_selector("#source-1")
    page.keyboard.type("H15.136 UBND")
    page.locator("#source-2").fill("000.00.135.H15")
    page.locator("#code").fill("H15.901")
    page.locator("#name_vi").fill("UBND phường Hợp Nhất")
    page.locator("#name_vi").press("Enter")
    page.wait_for_url("**/decisions/*-*/")
    assert "UBND phường Hợp Nhất (H15.901)" in page.inner_text("main")
    page.locator("button[value=preview]").press("Enter")
    page.wait_for_selector("#preview")
    assert axe_violations(page) == []
    screenshot(page, "merge-preview-1440")
    page.locator("button[value=commit]").press("Enter")
    page.wait_for_selector("button[value=commit]", state="detached")
    assert Decision.objects.get(number=HEAD["number"]).status == "carried_out"
    assert Dossier.objects.get(pk=dossier.pk).agency_competent.code == "H15.901"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_a_decision_is_readable_and_accessible(
    site: str, browser: Browser, actor_of: Any, today: dt.date, width: int
) -> None:
    by, now = actor_of("quantri"), timezone.now()
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    begin(page, today)
    here = page.url
    found = Decision.objects.get(number=HEAD["number"])
    wards = [actor_of(name).agency_id for name in ("xa.tiepnhan", "xa2.tiepnhan")]
    line = LineInput("merged", wards, [Outcome(agency=Agency.objects.get(code="H15.04").pk)])
    add_line(by=by, decision_id=found.pk, line=line, now=now)
    kinds = ("created", "renamed", "moved", "merged", "split", "dissolved")
    for name, url in [("decisions", "/decisions/"), ("setup", "/agencies/setup/"), ("agencies", "/agencies/")] + [
        (kind, f"{here}?kind={kind}") for kind in kinds
    ]:
        page.goto(url)
        assert axe_violations(page) == []
        assert not overflows(page), name
        screenshot(page, f"decision-{name}-{width}")
    page.goto(here)
    page.click("button[value=preview]")
    page.wait_for_selector("#preview")
    assert page.locator("button[value=commit]").count() == 0
    assert axe_violations(page) == []
    assert not overflows(page)
    screenshot(page, f"decision-preview-{width}")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [360, 1440])
def test_more_lines_are_asked_for_by_keyboard(site: str, browser: Browser, today: dt.date, width: int) -> None:
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    begin(page, today)
    here = page.url
    for kind, first, last in (("merged", "#source-1", "#source-12"), ("split", "#pc-1", "#pc-8")):
        page.goto(f"{here}?kind={kind}")
        page.locator(first).fill("H15.136")
        page.locator("button[value=more]").press("Enter")
        page.wait_for_selector(last)
        assert page.input_value(first) == "H15.136"
        assert page.evaluate("document.activeElement.id") == first.removeprefix("#").replace("1", "2")
        assert axe_violations(page) == []
        assert not overflows(page)
        screenshot(page, f"decision-more-{kind}-{width}")


@pytest.mark.django_db
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, decision):
    typed = {"what": "add", "kind": "merged", "source": ["H15.136", "H15.99999"], "code": "H15.902", "name_vi": "Mới"}
    got = client.post(f"/decisions/{decision.pk}/", typed)
    text = got.content.decode()
    assert got.status_code == 422
    assert "There is no agency “H15.99999” on that date" in text
    assert 'value="H15.136"' in text
    assert 'value="H15.902"' in text
    assert not decision.lines.exists()


def places(page: bytes, name: str) -> list[str]:
    """Return what stands in the inputs of a name."""
    return [
        str(one.get("value", "")) for one in html.fromstring(page.decode()).iter("input") if one.get("name") == name
    ]


@pytest.mark.django_db
def test_more_lines_for_a_merger_keep_what_was_typed_and_add_nothing(client, decision):
    url = f"/decisions/{decision.pk}/"
    assert len(places(client.get(f"{url}?kind=merged").content, "source")) == 6
    typed = {
        "what": "more",
        "kind": "merged",
        "source": ["H15.136", "", "nonsense", "", "", ""],
        "name_vi": "Mới",
        "parent": "H15",
    }
    got = client.post(url, typed)
    assert got.status_code == 200
    assert places(got.content, "source") == ["H15.136", "nonsense", *[""] * 10]
    assert (places(got.content, "name_vi"), places(got.content, "parent")) == (["Mới"], ["H15"])
    focused = [one for one in html.fromstring(got.content.decode()).iter("input") if "autofocus" in one.attrib]
    assert [one.get("id") for one in focused] == ["source-3"], "one types on where the blank ones begin"
    assert not decision.lines.exists()
    again = client.post(url, typed | {"source": places(got.content, "source")})
    assert len(places(again.content, "source")) == 18


@pytest.mark.django_db
def test_more_lines_for_a_split_keep_their_rows_together(client, decision):
    rows = {
        "part_agency": ["", "H15.135", "", ""],
        "part_code": ["H15.902", "", "", ""],
        "part_name": ["A", "", "", ""],
    }
    typed = {"what": "more", "kind": "split", "source": "H15.136", "continues": "1", **rows}
    got = client.post(f"/decisions/{decision.pk}/", typed)
    assert places(got.content, "part_agency") == ["", "H15.135", *[""] * 6]
    assert places(got.content, "part_code") == ["H15.902", *[""] * 7]
    assert places(got.content, "part_name") == ["A", *[""] * 7]
    assert places(got.content, "source") == ["H15.136"]
    assert 'name="continues" value="1" checked' in got.content.decode()


@pytest.mark.django_db
def test_a_line_with_more_than_six_agencies_is_refused_with_all_of_its_places(client, decision):
    source = ["H15.136", *["H15.99999"] * 8, "", "", ""]
    got = client.post(f"/decisions/{decision.pk}/", {"what": "add", "kind": "merged", "source": source})
    assert got.status_code == 422
    assert places(got.content, "source") == source


@pytest.mark.django_db
def test_seven_wards_become_one_on_one_form(client, decision):
    wards = list(Agency.objects.filter(level="commune").order_by("code").values_list("code", flat=True)[:7])
    typed = {"what": "add", "kind": "merged", "source": wards, "code": "H15.905", "name_vi": "UBND phường Bảy"}
    assert client.post(f"/decisions/{decision.pk}/", typed).status_code == 302
    assert len(decision.lines.get().sources) == 7


@pytest.mark.django_db
def test_there_are_no_more_lines_than_a_line_may_name(client, decision):
    got = client.post(f"/decisions/{decision.pk}/", {"what": "more", "kind": "merged", "source": [""] * 98})
    assert len(places(got.content, "source")) == 100
    assert 'value="more"' not in got.content.decode()


@pytest.mark.django_db
def test_a_decision_without_its_number_is_refused_and_the_rest_stays(client, today):
    got = client.post("/decisions/", head(today) | {"number": " "})
    assert got.status_code == 422
    assert "Give the number of the decision." in got.content.decode()
    assert HEAD["legal_basis"] in got.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "status", "kind"),
    [
        ({"kind": "created", "code": "000.00.78.H15", "name_vi": "Sở Thử", "level": "department", "parent": "H15"}, 302, "created"),
        ({"kind": "renamed", "source": "H15.136", "name_vi": "UBND phường Mới"}, 302, "renamed"),
        ({"kind": "moved", "source": "H15.136", "parent": "H15.135"}, 302, "moved"),
        ({"kind": "split", "source": "H15.136", "part_code": ["H15.902", "H15.903"], "part_name": ["A", "B"], "part_agency": ["", ""]}, 302, "split"),
        ({"kind": "dissolved", "source": "H15.136", "result": "H15.135"}, 302, "dissolved"),
        ({"kind": "split", "source": "H15.136", "part_code": ["H15.902"], "part_name": ["A"], "part_agency": [""]}, 422, ""),
        ({"kind": "melted"}, 422, ""),
    ],
)  # fmt: skip
def test_a_line_of_each_kind_is_typed(client, decision, typed, status, kind):
    got = client.post(f"/decisions/{decision.pk}/", {"what": "add", **typed})
    assert got.status_code == status
    assert list(decision.lines.values_list("kind", flat=True)) == ([kind] if kind else [])
    assert client.get(f"/decisions/{decision.pk}/").status_code == 200


@pytest.mark.django_db
def test_a_draft_is_changed_and_discarded_on_its_page(client, decision, today):
    address = f"/decisions/{decision.pk}/"
    assert client.post(address, {"what": "change", **head(today)}).status_code == 302
    assert client.post(address, {"what": "discard"}).status_code == 302
    decision.refresh_from_db()
    assert (decision.number, decision.status) == (HEAD["number"], "discarded")
    assert client.post(address, {"what": "commit"}).status_code == 422


@pytest.mark.django_db
def test_an_agency_is_found_by_its_code_in_either_order(client):
    for words in ("H15.136", "000.00.136.H15", "h15.136"):
        assert "H15.136" in client.get("/agencies/", {"q": words}).content.decode().split("<tbody>")[1]


@pytest.mark.django_db
def test_a_province_is_set_up_from_the_page_once_the_units_are_loaded(client):
    assert "not loaded yet" in client.get("/agencies/setup/").content.decode()
    client.post("/agencies/setup/", {"what": "load"})
    got = client.post("/agencies/setup/", {"unit_code": "04"}, follow=True)
    assert "58 agencies were added" in got.content.decode()
    assert client.post("/agencies/setup/", {"unit_code": "99"}).status_code == 422
