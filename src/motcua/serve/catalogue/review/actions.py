"""Every write of reviews: opened, saved as often as needed, proposed, approved into a draft version, or rejected."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.organisation.policies import Policy
from motcua.rules.processes import MINUTES_PER
from motcua.rules.working_time import LOCAL, Duration
from motcua.serve.catalogue.models import Method, ProcedureVersion, ServiceLevel, TimeUnit
from motcua.serve.catalogue.publication.drafting import copy_as_draft
from motcua.serve.catalogue.queries import totals_of, version_on
from motcua.serve.catalogue.review.costing import LineData, costing_of
from motcua.serve.catalogue.review.models import CostLine, DroppedPaper, Review, WageRate
from motcua.serve.catalogue.review.policies import APPROVES_REVIEWS, REVIEWS
from motcua.serve.catalogue.review.words import FIRST_LINES

State = Review.State
OPENED = "review.opened"
SAVED = "review.saved"
PROPOSED = "review.proposed"
APPROVED = "review.approved"
REJECTED = "review.rejected"
REOPENED = "review.reopened"
MOST_LINES = 40


@dataclass(frozen=True)
class ReviewData:
    """All that one saves of a review at once.

    `dropped` gives the reason by key of a component's row; `limit_amount` None and `service_level` None keep what is.
    """

    times_a_year: int = 0
    wage_an_hour: int = 0
    lines: Sequence[LineData] = ()
    dropped: Mapping[int, str] = field(default_factory=dict)
    limit_amount: int | None = None
    limit_unit: str = "wd"
    service_level: int | None = None
    restructures: bool = False
    findings: str = ""


def open_review(*, by: Actor, code: str, now: dt.datetime) -> Review:
    """Begin the examination of the version of a procedure that is in force; its fees are filled in.

    Raises:
        NotAllowed: the post examines nothing.
        Refused: no such procedure in force, or one that is being examined already.
    """
    REVIEWS.check(by)
    day = now.astimezone(LOCAL).date()
    version = version_on(code.strip(), day)
    if version is None or by.post is None:
        words = _("No procedure with this code is in force today.")
        raise Refused("review.no_procedure", words, field="code")
    with transaction.atomic():
        ProcedureVersion.objects.select_for_update().get(pk=version.pk)
        if Review.objects.filter(version=version, state__in=(State.OPEN, State.PROPOSED)).exists():
            raise Refused("review.open_already", _("This procedure is being examined already."), field="code")
        wage = WageRate.objects.on(day).order_by("-valid_from").first()
        review = Review(
            version=version,
            agency_id=by.post.unit.agency_id,
            opened_at=now,
            wage_an_hour=wage.amount_an_hour if wage else 0,
            limit_unit=version.limit_unit,
        )
        with _event(OPENED, by, review, now, new=True) as change:
            change.add(review)
            CostLine.objects.bulk_create(_first_lines(review))
    return review


def save_review(*, by: Actor, review_id: uuid.UUID, data: ReviewData, now: dt.datetime) -> Review:
    """Put these findings, costs and proposals in the place of what a review held.

    Raises:
        NotAllowed, NotFound: the post examines nothing; no such review.
        Conflict: it is proposed, approved or rejected.
        Invalid: a negative number, a time limit that is not shorter, an online level that is lower, a paper of
            another version, by field (`hours_before-3`); nothing is saved.
    """
    with _locked(SAVED, by, review_id, State.OPEN, now, REVIEWS) as (change, review):
        if errors := list(_faults(review, data)):
            raise Invalid(errors)
        names = ("times_a_year", "wage_an_hour", "limit_amount", "limit_unit", "service_level", "restructures")
        change.set(review, findings=data.findings.strip()[:8000], **{name: getattr(data, name) for name in names})
        review.lines.all().delete()
        CostLine.objects.bulk_create(_line(review, order, item) for order, item in enumerate(data.lines, 1))
        review.dropped.all().delete()
        DroppedPaper.objects.bulk_create(
            DroppedPaper(review=review, component_id=key, reason=reason.strip()[:500])
            for key, reason in data.dropped.items()
        )
        costing = costing_of(review, data.lines)
        change.facts.update(before=costing.before.a_year, after=costing.after.a_year, dropped=sorted(data.dropped))
    return review


def propose_review(*, by: Actor, review_id: uuid.UUID, now: dt.datetime) -> Review:
    """Hand the proposals of a review to whoever approves them.

    Raises:
        NotAllowed, NotFound, Conflict: as in `save_review`.
        Refused: nothing is proposed: no paper goes, the time and the level stay.
    """
    with _locked(PROPOSED, by, review_id, State.OPEN, now, REVIEWS) as (change, review):
        if not proposes(review):
            words = _("Propose something first: a paper that goes, a shorter time, a higher online level.")
            raise Refused("review.nothing", words)
        change.set(review, state=State.PROPOSED, reason="")
    return review


def approve_review(
    *, by: Actor, review_id: uuid.UUID, decision: str, decided_on: dt.date, valid_from: dt.date, now: dt.datetime
) -> ProcedureVersion:
    """Approve the proposals: they become the next draft version, which a publication decision puts in force.

    Args:
        decision: number of the decision that approves the plan of simplification.
        decided_on: its local date.
        valid_from: local date from which the draft is to hold.

    Raises:
        NotAllowed, NotFound: the post approves nothing; no such review.
        Conflict: it is not proposed, or the procedure has a draft already.
        Invalid: no decision, a date in the future, a version that would begin before the one examined, by field.
    """
    with _locked(APPROVED, by, review_id, State.PROPOSED, now, APPROVES_REVIEWS) as (change, review):
        if errors := list(_decision_faults(review, decision, decided_on, valid_from, now.astimezone(LOCAL).date())):
            raise Invalid(errors)
        draft = _draft(by, review, valid_from, now)
        change.set(
            review, state=State.APPROVED, decision=decision.strip()[:200], decided_on=decided_on, draft_id=draft.pk
        )
    return draft


def reject_review(*, by: Actor, review_id: uuid.UUID, reason: str, now: dt.datetime) -> Review:
    """Reject the proposals of a review, with the reason.

    Raises:
        NotAllowed, NotFound, Conflict: as in `approve_review`.
        Refused: no reason.
    """
    return _answer(by, review_id, reason, now, REJECTED, State.REJECTED)


def reopen_review(*, by: Actor, review_id: uuid.UUID, reason: str, now: dt.datetime) -> Review:
    """Send the proposals back to be worked on, with the reason.

    Raises:
        NotAllowed, NotFound, Conflict, Refused: as in `reject_review`.
    """
    return _answer(by, review_id, reason, now, REOPENED, State.OPEN)


def proposes(review: Review) -> bool:
    """Tell whether a review would change anything."""
    changes = review.limit_amount is not None or review.service_level is not None or review.restructures
    return bool(changes or review.dropped.exists())


def _answer(by: Actor, review_id: uuid.UUID, reason: str, now: dt.datetime, kind: str, state: str) -> Review:
    APPROVES_REVIEWS.check(by)
    if not reason.strip():
        raise Refused("review.reason", _("Say why."), field="reason")
    with _locked(kind, by, review_id, State.PROPOSED, now, APPROVES_REVIEWS) as (change, review):
        change.set(review, state=state, reason=reason.strip()[:4000])
    return review


@contextmanager
def _event(kind: str, by: Actor, review: Review, now: dt.datetime, *, new: bool = False) -> Iterator[Change]:
    with record_change(
        chain_id=review.pk,
        subject="review",
        kind=kind,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=new,
    ) as change:
        yield change


@contextmanager
def _locked(
    kind: str, by: Actor, review_id: uuid.UUID, state: str, now: dt.datetime, policy: Policy
) -> Iterator[tuple[Change, Review]]:
    """Give a review under the lock of its chain, in this state, to whom the policy lets."""
    policy.check(by)
    found = Review.objects.select_related("version__procedure").filter(pk=review_id).first()
    if found is None:
        raise NotFound("review.none", _("There is no such review."))
    policy.check(by, found)
    with transaction.atomic(), _event(kind, by, found, now) as change:
        found.refresh_from_db()
        if found.state != state:
            words = _("The review is at another stage now: %(state)s.")
            raise Conflict("review.state", words, params={"state": State(found.state).label})
        yield change, found


def _first_lines(review: Review) -> list[CostLine]:
    """Return the lines that a review begins with: the steps of those who ask, and the fees of the dearest way."""
    fees = max(totals_of(review.version))
    lines = [CostLine(review=review, order=n, name_vi=vi, name_en=en) for n, (vi, en) in enumerate(FIRST_LINES, 1)]
    lines[-1].fee_before = lines[-1].fee_after = fees
    return lines


def _line(review: Review, order: int, item: LineData) -> CostLine:
    english = dict(FIRST_LINES).get(item.name, "")
    return CostLine(
        review=review,
        order=order,
        name_vi=item.name[:500],
        name_en=english,
        **{name: getattr(item, name) for name in NUMBERS},
    )


NUMBERS = ("hours_before", "hours_after", "money_before", "money_after", "fee_before", "fee_after")


def _faults(review: Review, data: ReviewData) -> Iterator[Refused]:
    if len(data.lines) > MOST_LINES:
        yield Refused("review.too_long", _("A review has at most 40 lines."), field="lines")
    for number, line in enumerate(data.lines, 1):
        if not line.name.strip():
            yield Refused("review.line_name", _("Name the step."), field=f"name-{number}")
        for name in NUMBERS:
            if getattr(line, name) < 0:
                yield Refused("review.negative", _("A cost is not negative."), field=f"{name}-{number}")
    version = review.version
    own = set(version.components.values_list("pk", flat=True))
    if set(data.dropped) - own:
        yield Refused("review.paper", _("A paper is not of this procedure."), field="dropped")
    if data.limit_amount is not None and _minutes(data.limit_amount, data.limit_unit) >= _minutes(
        version.limit_amount, version.limit_unit
    ):
        yield Refused("review.limit", _("The proposed time is not shorter than the present one."), field="limit_amount")
    if data.service_level is not None and data.service_level <= version.service_level:
        words = _("The proposed online level is not higher than the present one.")
        yield Refused("review.level", words, field="service_level")


def _minutes(amount: int, unit: str) -> float:
    return amount * MINUTES_PER[TimeUnit(unit)]


def _decision_faults(
    review: Review, decision: str, decided_on: dt.date, valid_from: dt.date, today: dt.date
) -> Iterator[Refused]:
    if not decision.strip():
        yield Refused("review.decision", _("Give the number of the decision."), field="decision")
    if decided_on > today:
        yield Refused("review.decided_on", _("The decision is dated in the future."), field="decided_on")
    if valid_from <= review.version.valid_from:
        words = _("The next version begins after the one that was examined.")
        yield Refused("review.valid_from", words, field="valid_from")


def _draft(by: Actor, review: Review, valid_from: dt.date, now: dt.datetime) -> ProcedureVersion:
    changes: dict[str, object] = {}
    if review.limit_amount is not None:
        changes |= {"limit_amount": review.limit_amount, "limit_unit": review.limit_unit}
        changes["limits_by_channel"] = _shorter_channels(review)
    if review.service_level is not None:
        changes["service_level"] = ServiceLevel(review.service_level)
    dropped = list(review.dropped.values_list("component_id", flat=True))
    draft = copy_as_draft(
        by=by, version_id=review.version_id, valid_from=valid_from, now=now, dropped=dropped, **changes
    )
    if review.limit_amount is not None:
        _shorten_methods(draft, review.limit_amount, review.limit_unit)
    return draft


def _shorter_channels(review: Review) -> dict[str, str]:
    """Return the limits of single channels that are shorter still than the one proposed."""
    proposed = _minutes(review.limit_amount or 0, review.limit_unit)
    limits = {channel: Duration.parse(text) for channel, text in review.version.limits_by_channel.items()}
    return {channel: str(limit) for channel, limit in limits.items() if _minutes(limit.amount, limit.unit) < proposed}


def _shorten_methods(draft: ProcedureVersion, amount: int, unit: str) -> None:
    """Let no way to hand in take longer than the new limit; what is shorter stays."""
    for method in Method.objects.filter(version=draft, amount__isnull=False):
        if _minutes(method.amount or 0, method.unit) > _minutes(amount, unit):
            method.amount, method.unit = amount, unit
            method.save(update_fields=["amount", "unit"])
