"""The administrator edits a form as a table: nothing typed is lost, every fault stands at its field."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from tests.rules.test_answers import definitions

from motcua.record.accounts.models import User
from motcua.rules.answers import Choice, Condition, Field, as_data
from motcua.serve.forms import actions
from motcua.serve.forms.editing import parse_rows, rearrange, rows_of
from motcua.serve.forms.models import FormVersion

pytestmark = pytest.mark.django_db

RELATION = Field("relation", "choice", "Quan hệ", required=True, choices=(Choice("other", "Khác", "Other"),))
OTHER = Field("other", "text", "Ghi rõ", show_if=(Condition("relation", "is", "other"),))
CHILDREN = Field("children", "rows", "Các con", most="5", columns=(Field("name", "text", "Tên", required=True),))


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="quantri"))
    return client


@pytest.fixture
def draft(actor_of: Any) -> FormVersion:
    by = actor_of("quantri")
    made = actions.make_form(by=by, code="sample", name_vi="Tờ khai mẫu", now=timezone.now())
    fields = [RELATION, OTHER, CHILDREN]
    return actions.save_draft(by=by, version_id=made.pk, fields=fields, seen=[], now=timezone.now())


def page_of(client: Client, draft: FormVersion) -> dict[str, str]:
    """Return what the editor's page would send as it stands."""
    response = client.get(reverse("forms:edit", args=[draft.pk]))
    return sent_by(response)


def sent_by(response: Any) -> dict[str, str]:
    rows = response.context["rows"]
    sent = {"seen": response.context["seen"], "rows": str(len(rows))}
    for row in rows:
        sent |= {f"{name}-{row.number}": value for name, value in row.typed.items()}
        sent |= {f"required-{row.number}": "on"} if row.required else {}
    return sent


def post(client: Client, draft: FormVersion, sent: dict[str, str], what: str) -> Any:
    return client.post(reverse("forms:edit", args=[draft.pk]), sent | {"what": what})


def test_saving_what_the_page_shows_changes_nothing(client: Client, draft: FormVersion) -> None:
    response = post(client, draft, page_of(client, draft), "save")
    assert response.status_code == 302
    assert FormVersion.objects.get(pk=draft.pk).fields == as_data([RELATION, OTHER, CHILDREN])


def test_the_buttons_move_add_and_remove_without_saving_and_lose_nothing(client: Client, draft: FormVersion) -> None:
    sent = page_of(client, draft) | {"label_vi-2": "Chưa lưu <b>"}
    response = post(client, draft, sent, "up-2")
    assert [r.typed["key"] for r in response.context["rows"]] == ["other", "relation", "children", "name"]
    assert "Chưa lưu &lt;b&gt;" in response.content.decode()
    response = post(client, draft, sent_by(response), "add-1")
    assert [r.typed["key"] for r in response.context["rows"]] == ["other", "", "relation", "children", "name"]
    response = post(client, draft, sent_by(response), "remove-2")
    response = post(client, draft, sent_by(response), "down-1")
    assert response.context["rows"][1].typed["label_vi"] == "Chưa lưu <b>"
    assert FormVersion.objects.get(pk=draft.pk).fields == draft.fields
    assert post(client, draft, sent_by(response), "save").status_code == 302
    assert FormVersion.objects.get(pk=draft.pk).definition[1].label_vi == "Chưa lưu <b>"


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [
        ({"show_if-2": "nobody is other"}, "show_if-2", "nobody"),
        ({"show_if-1": "other filled", "show_if-2": "relation filled"}, "show_if-1", "circle"),
        ({"choices-1": "mother = Mẹ"}, "show_if-2", "can never be"),
        ({"kind-2": "spell"}, "kind-2", "kind"),
        ({"key-4": "Name"}, "key-4", "small letter"),
        ({"most-3": "many"}, "most-3", "number"),
    ],
)
def test_a_fault_is_told_at_its_field_and_keeps_the_form_from_being_published(
    client: Client, draft: FormVersion, today: dt.date, typed: dict[str, str], place: str, words: str
) -> None:
    client.cookies["django_language"] = "en"
    assert post(client, draft, page_of(client, draft) | typed, "save").status_code == 302
    shown = client.get(reverse("forms:edit", args=[draft.pk]))
    name, _dash, number = place.rpartition("-")
    assert words in shown.context["rows"][int(number) - 1].errors[name]
    assert f'href="#{place}"' in shown.content.decode()
    sent = {"seen": shown.context["seen"], "valid_from": today.isoformat()}
    response = client.post(reverse("forms:publish", args=[draft.pk]), sent)
    assert response.status_code == 422
    assert FormVersion.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.parametrize(
    ("typed", "place"), [({"show_if-2": "relation"}, (2, "show_if")), ({"within-4": "nobody"}, (4, "within"))]
)
def test_what_cannot_be_read_is_not_saved_and_stays_typed(
    client: Client, draft: FormVersion, typed: dict[str, str], place: tuple[int, str]
) -> None:
    response = post(client, draft, page_of(client, draft) | typed, "save")
    assert response.status_code == 422
    row = response.context["rows"][place[0] - 1]
    assert row.errors[place[1]]
    assert row.typed[place[1]] == next(iter(typed.values()))
    assert FormVersion.objects.get(pk=draft.pk).fields == draft.fields


def test_a_draft_that_somebody_else_saved_is_not_written_over(
    client: Client, draft: FormVersion, actor_of: Any
) -> None:
    sent = page_of(client, draft)
    by = actor_of("quantri")
    actions.save_draft(by=by, version_id=draft.pk, fields=[RELATION], seen=draft.fields, now=timezone.now())
    response = post(client, draft, sent | {"label_vi-1": "Của tôi"}, "save")
    assert response.status_code == 409
    assert response.context["rows"][0].typed["label_vi"] == "Của tôi"
    assert len(FormVersion.objects.get(pk=draft.pk).fields) == 1


def test_a_huge_definition_is_refused_whole(client: Client, draft: FormVersion) -> None:
    sent = {"seen": page_of(client, draft)["seen"], "rows": "205"}
    sent |= {f"{name}-{n}": f"f{n}" for n in range(1, 206) for name in ("key", "label_vi")}
    sent |= {f"kind-{n}": "text" for n in range(1, 206)}
    assert post(client, draft, sent, "save").status_code == 422
    letters = page_of(client, draft) | {"hint_vi-1": "á" * 500_000}
    assert post(client, draft, letters, "save").status_code == 422
    assert len(FormVersion.objects.get(pk=draft.pk).fields) == 3


def test_the_preview_is_drawn_from_what_is_typed_and_markup_stays_text(client: Client, draft: FormVersion) -> None:
    sent = page_of(client, draft) | {"label_vi-1": "<script>alert(1)</script>", "least-1": "wrong"}
    html = client.post(reverse("forms:preview", args=[draft.pk]), sent).content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert 'name="p-relation"' in html


def test_a_form_is_made_published_copied_compared_and_a_draft_discarded(
    client: Client, draft: FormVersion, today: dt.date
) -> None:
    seen = page_of(client, draft)["seen"]
    response = client.post(reverse("forms:publish", args=[draft.pk]), {"seen": seen, "valid_from": today.isoformat()})
    assert response.status_code == 302
    response = client.post(reverse("forms:draft", args=["sample"]), {"copy": "1"})
    second = FormVersion.objects.get(form__code="sample", number=2)
    assert response["Location"] == reverse("forms:edit", args=[second.pk])
    assert post(client, second, page_of(client, second), "remove-2").status_code == 200
    sent = sent_by(post(client, second, page_of(client, second), "remove-2"))
    assert post(client, second, sent | {"label_vi-1": "Quan hệ với trẻ"}, "save").status_code == 302
    client.cookies["django_language"] = "en"
    lines = client.get(reverse("forms:compare", args=[second.pk])).context["lines"]
    assert [(line.key, line.what) for line in lines] == [
        ("other", "field removed"),
        ("relation", "Question (Vietnamese)"),
    ]
    seen = page_of(client, second)["seen"]
    assert client.post(reverse("forms:discard", args=[second.pk]), {"seen": seen}).status_code == 302
    assert FormVersion.objects.get(pk=second.pk).status == "discarded"
    client.post(reverse("forms:draft", args=["sample"]))
    assert FormVersion.objects.get(form__code="sample", number=3).fields == draft.fields


def test_trying_a_version_checks_answers_and_keeps_nothing(client: Client, draft: FormVersion) -> None:
    url = reverse("forms:version", args=[draft.pk])
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"p-relation": "other"}).status_code == 200


@given(definitions())
def test_the_table_says_every_definition_back(fields: tuple[Field, ...]) -> None:
    rows = rows_of(fields)
    assert tuple(parse_rows(rows)) == fields
    again = rearrange(rearrange(rearrange(rows, "add-1"), "remove-2"), "up-1")
    assert tuple(parse_rows(again)) == fields


def test_a_forms_name_is_changed_on_its_page_and_its_code_stays(client: Client) -> None:
    page = "/forms/birth-registration/"
    answer = client.post(page, {"name_vi": "Tờ khai khai sinh mới", "name_en": "New"})
    assert answer.status_code == 302
    assert "Tờ khai khai sinh mới" in client.get(page).content.decode()
    refused = client.post(page, {"name_vi": " "})
    assert refused.status_code == 422
    assert FormVersion.objects.filter(form__code="birth-registration", form__name_vi="Tờ khai khai sinh mới").exists()
