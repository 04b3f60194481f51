"""The shares of Decision 766, group 1: counted by hand for a small year, each number with what stands behind it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from motcua.record.accounts.models import User
from motcua.record.organisation.models import Agency
from motcua.rules.publication import PARTS
from motcua.serve.catalogue.models import Method, ProcedureVersion
from motcua.serve.catalogue.publication.models import PublicationDeadline, PublicationDecision, PublicationItem
from motcua.serve.catalogue.publication.queries import Period, complete_lines, publication_shares
from motcua.serve.catalogue.queries import version_on, versions_on

pytestmark = pytest.mark.django_db
BIRTH, LICENCE, PERMIT = "1.001193", "1.001612", "1.009994"
# Monday to Friday of three ordinary weeks, no day off among them.
MONDAY = dt.date(2026, 6, 1)
DAY = dt.timedelta(days=1)
JUNE = Period(dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def published(code, *, signed, law, public=None, agency="H15"):
    """Store a decision with one procedure as it stands after signature."""
    version = version_on(code, dt.date(2026, 6, 1))
    decision = PublicationDecision.objects.create(
        title=f"{code} {signed}",
        agency=Agency.objects.on(signed).get(code=agency),
        state="published" if public else "signed",
        opened_at=timezone.now(),
        number=f"{signed:%d%m}-{code}/QĐ",
        signed_on=signed,
        signer="x",
        published_on=public,
    )
    PublicationItem.objects.create(decision=decision, kind="amended", version=version, law_effective_on=law)
    return decision


def shares(period=JUNE, agencies=None, today=dt.date(2026, 6, 30)):
    return publication_shares(period, agencies, today)


def test_a_decision_is_on_time_when_signed_five_working_days_before_its_legal_basis():
    law = MONDAY + 14 * DAY
    published(BIRTH, signed=MONDAY + 7 * DAY, law=law, public=MONDAY + 8 * DAY)
    published(LICENCE, signed=MONDAY + 8 * DAY, law=law, public=MONDAY + 9 * DAY)
    share = shares().published
    assert (share.numerator, share.denominator, str(share.percent)) == (1, 2, "50.00")
    lines = {line.code: line for line in share.lines}
    assert lines[BIRTH].good
    assert not lines[LICENCE].good
    assert {line.due_on for line in share.lines} == {MONDAY + 7 * DAY}


def test_a_procedure_in_two_decisions_counts_once_and_a_late_one_makes_it_late():
    published(BIRTH, signed=MONDAY, law=MONDAY + 30 * DAY)
    late = published(BIRTH, signed=MONDAY + 3 * DAY, law=MONDAY + 3 * DAY)
    share = shares().published
    assert (share.numerator, share.denominator) == (0, 1)
    assert share.lines[0].decision_id == late.pk, "the line shows the decision that made it late"


def test_it_is_made_public_in_time_within_five_working_days_of_the_signature():
    law = MONDAY + 90 * DAY
    published(BIRTH, signed=MONDAY, law=law, public=MONDAY + 7 * DAY)
    published(LICENCE, signed=MONDAY, law=law, public=MONDAY + 8 * DAY)
    still = published(PERMIT, signed=MONDAY, law=law)
    share = shares().updated
    assert {line.code: line.good for line in share.lines} == {BIRTH: True, LICENCE: False, PERMIT: False}
    assert next(line for line in share.lines if line.decision_id == still.pk).done_on is None


def test_what_was_made_public_after_the_period_was_still_to_be_made_public_in_it():
    published(BIRTH, signed=dt.date(2026, 6, 29), law=MONDAY + 90 * DAY, public=dt.date(2026, 7, 2))
    assert (shares().updated.numerator, shares().updated.denominator) == (0, 1)
    july = shares(Period(dt.date(2026, 7, 1), dt.date(2026, 7, 31)), today=dt.date(2026, 7, 31)).updated
    assert (july.numerator, july.denominator) == (1, 1)


def test_only_what_was_signed_in_the_period_counts_as_published_in_it():
    published(BIRTH, signed=dt.date(2026, 5, 29), law=MONDAY + 90 * DAY, public=MONDAY)
    assert shares().published.denominator == 0
    assert shares().published.percent is None
    assert shares().updated.denominator == 1


def test_a_deadline_is_data_with_a_date():
    law = MONDAY + 14 * DAY
    published(BIRTH, signed=MONDAY + 8 * DAY, law=law)
    assert shares().published.numerator == 0
    PublicationDeadline.objects.filter(key="publish").update(valid_to=MONDAY)
    PublicationDeadline.objects.create(key="publish", amount=1, unit="wd", source="Thử", valid_from=MONDAY)
    assert shares().published.numerator == 1


def test_an_agency_answers_for_its_own_decisions_only():
    department = Agency.objects.on(MONDAY).filter(level="department").first()
    published(BIRTH, signed=MONDAY, law=MONDAY + 90 * DAY)
    published(LICENCE, signed=MONDAY, law=MONDAY + 90 * DAY, agency=department.code)
    assert [line.code for line in shares(agencies={department.pk}).published.lines] == [LICENCE]
    assert shares().published.denominator == 2


def test_content_is_complete_when_every_constituent_part_is_there(today):
    version = version_on(BIRTH, today)
    Method.objects.filter(version=version).delete()
    assert "channels" in {line.code: line for line in complete_lines(today)}[BIRTH].missing
    Method.objects.create(version=version, order=1, channel=1, amount=1)
    line = {line.code: line for line in complete_lines(today)}[BIRTH]
    assert (line.good, line.missing) == (True, ())


@pytest.mark.parametrize(
    ("part", "gone"),
    [
        ("order", {"order_vi": ""}),
        ("subjects", {"subjects": [], "subjects_note": ""}),
        ("limit", {"outline": True}),
        ("name", {"name_vi": ""}),
    ],
)
def test_a_part_that_is_missing_is_named(today, part, gone):
    version = version_on(BIRTH, today)
    version.cases.all().delete()
    Method.objects.get_or_create(version=version, order=1, channel=1)
    ProcedureVersion.objects.filter(pk=version.pk).update(**gone)
    assert {line.code: line for line in complete_lines(today)}[BIRTH].missing == (part,)
    assert part in PARTS


def test_shares_ask_few_questions_however_many_procedures_there_are(today, django_assert_max_num_queries):
    for n in range(12):
        published(BIRTH, signed=MONDAY + n * DAY, law=MONDAY + 90 * DAY)
    with django_assert_max_num_queries(9):
        shares()


def test_each_number_of_the_page_opens_to_its_list():
    law = MONDAY + 14 * DAY
    good = published(BIRTH, signed=MONDAY + 7 * DAY, law=law)
    bad = published(LICENCE, signed=MONDAY + 8 * DAY, law=law)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="kiemtra"))
    where = "/publication/shares/?from=2026-06-01&to=2026-06-30&share=published"
    links = {only: client.get(f"{where}&only={only}").content.decode() for only in ("good", "bad")}
    assert f"/publication/{good.pk}/" in links["good"]
    assert f"/publication/{bad.pk}/" not in links["good"]
    assert f"/publication/{bad.pk}/" in links["bad"]
    whole = client.get(where).content.decode()
    assert "from=2026-06-01&amp;to=2026-06-30&amp;share=published&amp;only=good" in whole


def test_complete_counts_what_is_in_force_and_no_draft(draft, today):
    assert {line.code for line in complete_lines(today)} == {v.procedure.code for v in versions_on(today)}
    assert draft.pk not in {line.version_id for line in complete_lines(today)}
