"""Forms are drafted and published by the administrator; what is published stays."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed
from motcua.rules.answers import Condition, Field
from motcua.serve.forms import actions, queries
from motcua.serve.forms.models import FormVersion

pytestmark = pytest.mark.django_db
NAME = Field("name", "text", "Họ tên", required=True)


@pytest.fixture
def admin(actor_of: Callable[[str], Any]) -> Any:
    return actor_of("quantri")


@pytest.fixture
def draft(admin: Any) -> FormVersion:
    made = actions.make_form(by=admin, code="survey", name_vi="Khảo sát", now=timezone.now())
    return actions.save_draft(by=admin, version_id=made.pk, fields=[NAME], seen=[], now=timezone.now())


def publish(admin: Any, draft: FormVersion, day: dt.date) -> FormVersion:
    return actions.publish(by=admin, version_id=draft.pk, valid_from=day, seen=draft.fields, now=timezone.now())


def test_a_published_form_is_what_holds_on_a_date(admin: Any, draft: FormVersion, today: dt.date) -> None:
    assert queries.current("survey", today) is None
    publish(admin, draft, today)
    held = queries.current("survey", today)
    assert held is not None
    assert held.definition == (NAME,)
    assert queries.current("survey", today - dt.timedelta(1)) is None
    assert Event.objects.order_by("-id")[0].kind == "form.published"


def test_the_next_version_takes_over_on_its_date_and_the_old_one_stays(
    admin: Any, draft: FormVersion, today: dt.date
) -> None:
    publish(admin, draft, today)
    second = actions.open_draft(by=admin, code="survey", now=timezone.now())
    assert (second.number, second.fields) == (2, draft.fields)
    fields = [NAME, Field("age", "number", "Tuổi")]
    second = actions.save_draft(by=admin, version_id=second.pk, fields=fields, seen=second.fields, now=timezone.now())
    publish(admin, second, today + dt.timedelta(7))
    numbers = [queries.current("survey", today + dt.timedelta(days)).number for days in (0, 6, 7)]  # type: ignore[union-attr]
    assert numbers == [1, 1, 2]


def test_a_published_version_is_refused_every_change_by_action_and_by_database(
    admin: Any, draft: FormVersion, today: dt.date
) -> None:
    publish(admin, draft, today)
    with pytest.raises(Conflict):
        actions.save_draft(by=admin, version_id=draft.pk, fields=[], seen=draft.fields, now=timezone.now())
    for statement in ("UPDATE forms_formversion SET fields = '[]'", "DELETE FROM forms_formversion"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [draft.pk])


def test_a_draft_that_somebody_else_saved_is_not_overwritten(admin: Any, draft: FormVersion) -> None:
    with pytest.raises(Conflict):
        actions.save_draft(by=admin, version_id=draft.pk, fields=[], seen=[], now=timezone.now())
    draft.refresh_from_db()
    assert draft.definition == (NAME,)


def test_an_unsound_draft_is_not_published_and_the_place_is_named(
    admin: Any, draft: FormVersion, today: dt.date
) -> None:
    fields = [NAME, Field("x", "text", "X", show_if=(Condition("gone", "filled"),))]
    draft = actions.save_draft(by=admin, version_id=draft.pk, fields=fields, seen=draft.fields, now=timezone.now())
    with pytest.raises(Invalid) as refusal:
        publish(admin, draft, today)
    assert [error.field for error in refusal.value.errors] == ["2.show_if.1"]
    assert queries.current("survey", today) is None


def test_yesterday_is_no_date_to_publish_from(admin: Any, draft: FormVersion, today: dt.date) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(admin, draft, today - dt.timedelta(1))
    assert [error.field for error in refusal.value.errors] == ["valid_from"]


def test_a_code_is_taken_once_and_must_be_a_code(admin: Any, draft: FormVersion) -> None:
    with pytest.raises(Conflict):
        actions.make_form(by=admin, code="survey", name_vi="Khác", now=timezone.now())
    with pytest.raises(Invalid):
        actions.make_form(by=admin, code="Khảo sát", name_vi=" ", now=timezone.now())


def test_only_an_administrator_writes_forms(
    admin: Any, draft: FormVersion, actor_of: Callable[[str], Any], today: dt.date
) -> None:
    with pytest.raises(NotAllowed):
        publish(actor_of("xa.lanhdao"), draft, today)
    assert publish(admin, draft, today).status == "published"
