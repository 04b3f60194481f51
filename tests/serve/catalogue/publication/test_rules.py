"""Deadlines, checklist, wage and offerings are set on pages, from a date, with a source; what was before ends there."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.serve.catalogue.publication import actions, setting
from motcua.serve.catalogue.publication.models import Offering, PublicationDeadline
from motcua.serve.catalogue.review.models import WageRate

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SOURCE = "QĐ 10/2026/QĐ-UBND"


def test_a_deadline_ends_where_its_successor_begins_and_an_event_tells_it(admin, today):
    setting.set_deadline(
        by=admin, key="check", amount=3, unit="wd", source=SOURCE, valid_from=today, now=timezone.now()
    )
    old, new = PublicationDeadline.objects.filter(key="check").order_by("valid_from")
    assert (old.valid_to, new.amount, new.source) == (today, 3, SOURCE)
    event = Event.objects.filter(kind="catalogue.rule_set").latest("pk")
    assert event.payload["facts"]["deadline"] == "check"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"amount": 0}, "amount"), ({"unit": "m"}, "amount"), ({"source": " "}, "source"), ({"key": "x"}, "key"),
     ({"valid_from": dt.date(2018, 1, 1)}, "valid_from")],
)  # fmt: skip
def test_a_wrong_deadline_is_refused_by_field(admin, today, wrong, field):
    said = {"key": "check", "amount": 3, "unit": "wd", "source": SOURCE, "valid_from": today} | wrong
    with pytest.raises(Invalid) as refused:
        setting.set_deadline(by=admin, now=timezone.now(), **said)
    assert [e.field for e in refused.value.errors] == [field]
    assert PublicationDeadline.objects.filter(key="check").count() == 1


def test_a_question_is_asked_from_its_date_replaced_by_its_key_and_ended(admin, today):
    said = {"source": SOURCE, "order": 2, "name_en": "", "valid_from": today, "now": timezone.now()}
    added = setting.set_question(by=admin, key="online", name_vi="Đủ điều kiện trực tuyến", **said)
    assert added in actions.checklist_on(today)
    assert added not in actions.checklist_on(today - DAY)
    setting.set_question(by=admin, key="fees", name_vi="Phí đúng mức", **said)
    assert [q.name_vi for q in actions.checklist_on(today) if q.key == "fees"] == ["Phí đúng mức"]
    setting.end_question(by=admin, item_id=added.pk, valid_to=today + DAY, now=timezone.now())
    assert added not in actions.checklist_on(today + DAY)
    with pytest.raises(Refused, match="no_question"):
        setting.end_question(by=admin, item_id=added.pk, valid_to=today + DAY, now=timezone.now())


def test_a_wage_holds_from_its_date(admin, today):
    setting.set_wage(by=admin, amount_an_hour=60_000, source=SOURCE, valid_from=today, now=timezone.now())
    assert WageRate.objects.on(today).get().amount_an_hour == 60_000
    assert WageRate.objects.on(today - DAY).get().amount_an_hour == 54_000


def test_others_set_no_rules(checker, today):
    with pytest.raises(NotAllowed):
        setting.set_wage(by=checker, amount_an_hour=1, source=SOURCE, valid_from=today, now=timezone.now())


@pytest.fixture
def client(db: None) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(User.objects.get(username="quantri"))
    return found


def test_the_page_sets_a_deadline_and_keeps_what_was_typed_when_it_is_wrong(client, today):
    sent = {"what": "deadline", "key": "update", "amount": "3", "unit": "wd", "source": "", "valid_from": f"{today}"}
    refused = client.post("/publication/settings/", sent)
    assert refused.status_code == 422
    assert "Say which rule says so." in refused.content.decode()
    assert client.post("/publication/settings/", sent | {"source": SOURCE}).status_code == 302
    assert PublicationDeadline.objects.on(today).get(key="update").amount == 3


def test_the_page_records_how_a_procedure_is_offered(client, today):
    sent = {"code": "1.001193", "on_portal": "1", "decision": "15/QĐ-UBND", "valid_from": f"{today}"}
    assert client.post("/publication/offerings/", sent).status_code == 302
    offering = Offering.objects.filter(procedure__code="1.001193").latest("valid_from")
    assert (offering.on_portal, offering.wholly_at_centre, offering.valid_from) == (True, False, today)
    assert client.post("/publication/offerings/", sent).status_code == 422
    unknown = client.post("/publication/offerings/", sent | {"code": "9.9"})
    assert "There is no such procedure." in unknown.content.decode()
