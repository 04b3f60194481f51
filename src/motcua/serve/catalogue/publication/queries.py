"""Reads of publication: decisions, and the three shares of Decision 766's first group with what stands behind them."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from motcua.record.organisation.models import Agency
from motcua.rules.publication import PARTS, all_on_time, missing_parts
from motcua.serve.catalogue.models import Competence, Component, Method, ProcedureVersion
from motcua.serve.catalogue.publication.deadlines import Deadlines
from motcua.serve.catalogue.publication.models import PublicationDecision, PublicationItem
from motcua.serve.catalogue.queries import versions_on


@dataclass(frozen=True)
class Period:
    """Local dates from `since` to `until`, both within."""

    since: dt.date
    until: dt.date


@dataclass(frozen=True)
class Line:
    """A procedure behind a share: on time or complete, with what says so."""

    code: str
    name: str
    version_id: int
    good: bool
    decision_id: uuid.UUID | None = None
    decision: str = ""
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """A share with the procedures behind it: one line each."""

    key: str
    lines: tuple[Line, ...]

    @property
    def denominator(self) -> int:
        """Return how many procedures count."""
        return len(self.lines)

    @property
    def numerator(self) -> int:
        """Return how many of them are good."""
        return sum(line.good for line in self.lines)

    @property
    def percent(self) -> Decimal | None:
        """Return the share in per cent with two decimals; none where nothing counts."""
        if not self.lines:
            return None
        share = Decimal(100 * self.numerator) / Decimal(self.denominator)
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class PublicationShares:
    """The shares of a period: published on time (1.1), made public on time (1.2), complete in content (1.3)."""

    period: Period
    published: Share
    updated: Share
    complete: Share

    def of(self, key: str) -> Share | None:
        """Return the share of a key."""
        return {share.key: share for share in (self.published, self.updated, self.complete)}.get(key)


def decisions() -> QuerySet[PublicationDecision]:
    """Return the decisions, the latest first, each with its count of procedures."""
    size = Count("items", filter=Q(items__removed=False))
    return PublicationDecision.objects.select_related("agency").annotate(size=size).order_by("-opened_at")


def decision_with_items(decision_id: uuid.UUID) -> PublicationDecision | None:
    """Return a decision with its procedures and the answers of its checks."""
    items = PublicationItem.objects.filter(removed=False).select_related("version__procedure__field")
    found = PublicationDecision.objects.select_related("agency", "check_asked_by__person")
    return (
        found.prefetch_related(Prefetch("items", items), "answers__item", "answers__post__person")
        .filter(pk=decision_id)
        .first()
    )


def publication_shares(period: Period, agencies: Collection[int] | None, today: dt.date) -> PublicationShares:
    """Return the shares of the first group of Decision 766 with numerators, denominators and what is behind each.

    A procedure counts once in a share; of its changes in the period the latest-coming one is shown, and one late
    change makes it late.

    Args:
        period: local dates.
        agencies: keys of the agencies that decide (1.1, 1.2) and that are competent (1.3); None for all.
        today: local date; content is looked at on the last day of the period, at the latest today.
    """
    deadlines = Deadlines()
    return PublicationShares(
        period=period,
        published=Share("published", _published(period, agencies, deadlines)),
        updated=Share("updated", _updated(period, agencies, deadlines)),
        complete=Share("complete", complete_lines(min(period.until, today), agencies)),
    )


def _items(agencies: Collection[int] | None) -> QuerySet[PublicationItem]:
    items = PublicationItem.objects.filter(removed=False).select_related("decision", "version__procedure")
    return items if agencies is None else items.filter(decision__agency_id__in=agencies)


def _published(period: Period, agencies: Collection[int] | None, deadlines: Deadlines) -> tuple[Line, ...]:
    """Return for each procedure of the decisions signed in the period whether they were signed in time (1.1)."""
    items = _items(agencies).filter(decision__signed_on__range=(period.since, period.until))

    def dates(item: PublicationItem) -> tuple[dt.date | None, dt.date | None]:
        return deadlines.sign_until(item.decision.agency_id, item.law_effective_on), item.decision.signed_on

    return _by_procedure(items, dates)


def _updated(period: Period, agencies: Collection[int] | None, deadlines: Deadlines) -> tuple[Line, ...]:
    """Return for each procedure made public in the period, or still to be, whether that was in time (1.2)."""
    still = Q(decision__published_on__isnull=True) | Q(decision__published_on__gt=period.until)
    done = Q(decision__published_on__range=(period.since, period.until))
    items = _items(agencies).filter(done | still, decision__signed_on__lte=period.until)

    def dates(item: PublicationItem) -> tuple[dt.date | None, dt.date | None]:
        decision = item.decision
        public = decision.published_on if decision.published_on and decision.published_on <= period.until else None
        return deadlines.update_until(decision.agency_id, decision.signed_on), public

    return _by_procedure(items, dates)


Dates = Callable[[PublicationItem], tuple[dt.date | None, dt.date | None]]


def _by_procedure(items: Iterable[PublicationItem], dates: Dates) -> tuple[Line, ...]:
    lines = [_line(item, *dates(item)) for item in items]
    # Late before on time, then the newest: the first of a procedure says why it counts as it does.
    lines.sort(key=lambda line: (line.code, line.good, -(line.done_on or dt.date.max).toordinal()))
    shown = {line.code: line for line in reversed(lines)}
    good = all_on_time((line.code, line.good) for line in lines)
    return tuple(replace(line, good=good[code]) for code, line in sorted(shown.items()))


def _line(item: PublicationItem, due_on: dt.date | None, done_on: dt.date | None) -> Line:
    return Line(
        code=item.version.procedure.code,
        name=item.version.name,
        version_id=item.version_id,
        good=done_on is not None and (due_on is None or done_on <= due_on),
        decision_id=item.decision_id,
        decision=item.decision.number or item.decision.title,
        due_on=due_on,
        done_on=done_on,
    )


def complete_lines(day: dt.date, agencies: Collection[int] | None = None) -> tuple[Line, ...]:
    """Return for each procedure in force on a local date which constituent parts it lacks (1.3)."""
    versions = with_parts(versions_on(day), day)
    if agencies is not None:
        versions = versions.filter(procedure__in=competent_procedures(agencies, day))
    return tuple(_complete(version) for version in versions.order_by("procedure__code"))


def competent_procedures(agencies: Collection[int], day: dt.date) -> QuerySet[Competence]:
    """Return the keys of the procedures that one of these agencies decides on a local date."""
    levels = Agency.objects.filter(pk__in=agencies).values("level")
    rows = Competence.objects.on(day).filter(Q(agency_id__in=agencies) | Q(agency__isnull=True, level__in=levels))
    return rows.values("procedure_id")


def with_parts(versions: QuerySet[ProcedureVersion], day: dt.date) -> QuerySet[ProcedureVersion]:
    """Annotate versions with whether they have papers, ways to hand in, and an agency that decides."""
    own = {"version": OuterRef("pk")}
    return versions.annotate(
        has_papers=Exists(Component.objects.filter(**own)),
        has_methods=Exists(Method.objects.filter(**own)),
        has_cases=Exists(ProcedureVersion.objects.filter(pk=OuterRef("pk"), cases__order_vi__gt="")),
        has_agency=Exists(Competence.objects.on(day).filter(procedure=OuterRef("procedure"))),
    )


def parts_of(version: ProcedureVersion) -> dict[str, bool]:
    """Return which constituent parts an annotated version has (NĐ 63/2010/NĐ-CP, art. 8, clause 2)."""
    return {
        "name": bool(version.name_vi),
        "order": bool(version.order_vi) or version.has_cases,
        "channels": version.has_methods,
        "papers": version.has_papers,
        # No days is a limit too: the same working day.
        "limit": not version.outline,
        "subjects": bool(version.subjects or version.subjects_note),
        "agency": version.has_agency or bool(version.agencies),
    }


def _complete(version: ProcedureVersion) -> Line:
    missing = missing_parts(parts_of(version), PARTS)
    return Line(
        code=version.procedure.code,
        name=version.name,
        version_id=version.pk,
        good=not missing,
        decision=version.announced_in,
        missing=missing,
    )


def open_decision_of(version_id: int) -> PublicationDecision | None:
    """Return the decision that a draft lies on and that is not published yet."""
    item = open_item_of(version_id)
    return item.decision if item else None


def open_item_of(version_id: int) -> PublicationItem | None:
    """Return the place of a draft on a decision that is not published yet, with the decision."""
    items = PublicationItem.objects.filter(version_id=version_id, removed=False).select_related("decision")
    found: PublicationItem | None = items.exclude(decision__state=PublicationDecision.State.PUBLISHED).first()
    return found


def drafts_without_decision() -> QuerySet[ProcedureVersion]:
    """Return the draft versions that lie on no open decision."""
    open_items = PublicationItem.objects.filter(removed=False).exclude(
        decision__state=PublicationDecision.State.PUBLISHED
    )
    drafts = ProcedureVersion.objects.filter(status=ProcedureVersion.Status.DRAFT)
    return (
        drafts.exclude(pk__in=open_items.values("version_id")).select_related("procedure").order_by("procedure__code")
    )
