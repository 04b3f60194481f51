"""A dossier of each everyday procedure walks from receipt to return through the hands of the demo's people."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.record.accounts.models import User
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid
from motcua.record.organisation.queries import posts_of
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.queries import version_on
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput
from motcua.serve.dossiers.models import Attachment, Dossier, State

pytestmark = pytest.mark.django_db

# A Monday without holidays near, first thing in the morning.
RECEIVED = dt.datetime(2026, 3, 2, 7, 45, tzinfo=LOCAL)
LAND = ("dat.truongphong", "dat.canbo", "dat.canbo", "dat.lanhdao", "dat.vanthu")
# The land office works beside the examination; the check waits for both.
TOGETHER = ("xd.truongphong", "xd.canbo", "dat.canbo", "xd.truongphong", "xd.lanhdao", "xd.vanthu")
WARD = ("xa.truongphong", "xa.kinhte", "xa.truongphong", "xa.lanhdao", "xa.vanthu")
WALKS = [
    ("1.001193", "H15.136", "tiepnhan1", ("xa.canbo", "xa.lanhdao"), dt.datetime(2026, 3, 2, 17, 0)),
    ("1.001193", "H15.135", "xa2.tiepnhan", ("xa2.canbo", "xa2.lanhdao"), dt.datetime(2026, 3, 2, 17, 0)),
    (
        "1.001612",
        "H15.136",
        "xa.tiepnhan",
        ("xa.truongphong", "xa.kinhte", "xa.lanhdao", "xa.vanthu"),
        dt.datetime(2026, 3, 5, 7, 45),
    ),
    ("1.009994", "H15.136", "xa.tiepnhan", WARD, dt.datetime(2026, 3, 23, 17, 0)),
    ("1.009994", "H15.24", "xd.tiepnhan", TOGETHER, dt.datetime(2026, 3, 23, 17, 0)),
    ("1.012790", "H15.23", "dat.tiepnhan", LAND, dt.datetime(2026, 3, 16, 7, 45)),
    (
        "1.002809",
        "H15.28",
        "tiepnhan2",
        ("ca.truongphong", "ca.canbo", "ca.lanhdao"),
        dt.datetime(2026, 3, 9, 7, 45),
    ),
    ("1.000656", "H15.136", "xa.tiepnhan", ("xa.canbo", "xa.lanhdao"), dt.datetime(2026, 3, 2, 17, 0)),
    ("1.000894", "H15.136", "xa.tiepnhan", ("xa.canbo", "xa.lanhdao"), dt.datetime(2026, 3, 2, 17, 0)),
    ("1.001776", "H15.136", "xa.tiepnhan", ("xa.xahoi", "xa.lanhdao"), dt.datetime(2026, 3, 11, 7, 45)),
    ("1.001776", "H15.135", "xa2.tiepnhan", ("xa2.xahoi", "xa2.lanhdao"), dt.datetime(2026, 3, 11, 7, 45)),
    ("1.010041", "H15.28", "tiepnhan2", ("cu.canbo", "ca.lanhdao"), dt.datetime(2026, 3, 2, 13, 45)),
    (
        "2.002043",
        "H15.22",
        "tiepnhan1",
        ("tc.canbo", "tc.truongphong", "tc.lanhdao"),
        dt.datetime(2026, 3, 5, 7, 45),
    ),
    (
        "1.009398",
        "H15.14",
        "tiepnhan1",
        ("vh.canbo", "vh.truongphong", "vh.lanhdao"),
        dt.datetime(2026, 3, 9, 7, 45),
    ),
]


def actor(username: str) -> Actor:
    """Return the actor of a demo account."""
    post = posts_of(User.objects.get(username=username).person_id, RECEIVED.date())[0]
    return Actor(post=post, on=RECEIVED.date())


def filing(code: str, agency: str) -> Filing:
    """Return a filing with every paper that the procedure requires, the fee paid in cash."""
    version = version_on(code, RECEIVED.date())
    assert version is not None
    case = version.cases.first()
    papers = tuple(
        ComponentInput(key=c.key, originals=c.originals, certified=c.certified, copies=c.copies)
        for c in version.components.all()
        if c.required and c.case in (None, case)
    )
    owner = PartyInput(name="Người Mẫu Nộp", identity_number="066190000001", phone="0905123456")
    return Filing(
        procedure=code,
        agency=agency,
        case=case.key if case else "",
        owner=owner,
        components=papers,
        pages=3,
        copies=2,
        payment=PaymentInput(how="cash"),
    )


def handle(dossier: Dossier, username: str, *, last: bool, now: dt.datetime) -> None:
    """Do one step: forward, or attach the result and finish."""
    by = actor(username)
    if not last:
        actions.forward_dossier(by=by, dossier_id=dossier.pk, now=now)
        return
    scan = SimpleUploadedFile("ket-qua.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    result = Attachment.Purpose.RESULT
    actions.add_attachment(by=by, dossier_id=dossier.pk, file=scan, purpose=result, now=now)
    actions.finish_dossier(by=by, dossier_id=dossier.pk, now=now)


@pytest.mark.parametrize(("code", "agency", "clerk", "hands", "due"), WALKS)
def test_a_dossier_walks_through_the_hands_of_the_demo(settings, tmp_path, code, agency, clerk, hands, due):
    settings.UPLOADS = tmp_path
    dossier = actions.receive_dossier(by=actor(clerk), filing=filing(code, agency), now=RECEIVED)
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(LOCAL).replace(tzinfo=None) == due
    now = RECEIVED + dt.timedelta(minutes=5)
    actions.forward_dossier(by=actor(clerk), dossier_id=dossier.pk, now=now)
    for step, username in enumerate(hands, start=1):
        now += dt.timedelta(minutes=10)
        handle(dossier, username, last=step == len(hands), now=now)
    now += dt.timedelta(minutes=10)
    payment = PaymentInput(how="cash")
    actions.return_result(by=actor(clerk), dossier_id=dossier.pk, taken_by="Người Mẫu Nộp", payment=payment, now=now)
    dossier.refresh_from_db()
    assert dossier.state == State.RETURNED
    assert dossier.agency_competent.code == agency


@pytest.mark.parametrize(
    ("case", "due"), [("plain", dt.datetime(2026, 3, 2, 17, 0)), ("verified", dt.datetime(2026, 3, 9, 7, 45))]
)
def test_a_marriage_that_must_be_verified_is_promised_within_five_working_days(case, due):
    """Law on Civil Status 60/2014/QH13, Article 18."""
    given = replace(filing("1.000894", "H15.136"), case=case)
    dossier = actions.receive_dossier(by=actor("xa.tiepnhan"), filing=given, now=RECEIVED)
    assert dossier.case == case
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(LOCAL).replace(tzinfo=None) == due


def test_the_clerk_says_whether_a_marriage_must_be_verified():
    given = replace(filing("1.000894", "H15.136"), case="")
    with pytest.raises(Invalid) as refusal:
        actions.receive_dossier(by=actor("xa.tiepnhan"), filing=given, now=RECEIVED)
    assert [error.field for error in refusal.value.errors] == ["case"]


def test_certified_copies_are_given_at_once_and_paid_by_the_page():
    dossier = actions.receive_dossier(by=actor("xa.tiepnhan"), filing=filing("2.000815", "H15.136"), now=RECEIVED)
    assert (dossier.state, dossier.due_at) == (State.RETURNED, None)
    # Two copies of three pages: from the third page on a page costs half (TT 226/2016/TT-BTC, art. 4).
    assert dossier.fee_paid == 2 * (2 * 2_000 + 1_000)


@pytest.mark.parametrize(("channel", "due"), [(1, 150_000), (2, 100_000), (3, 150_000)])
def test_a_fee_of_one_channel_is_taken_there_only(channel, due):
    by = actor("tiepnhan1")
    given = replace(filing("2.002043", "H15.22"), channel=channel)
    dossier = actions.receive_dossier(by=by, filing=given, now=RECEIVED)
    assert (dossier.fee_due, dossier.fee_paid) == (due, due)
