"""Reads of dossiers: one access function, lists by question; `searching` finds them by words."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from motcua.record.ledger.models import Event
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Role
from motcua.rules.identifiers import read_dossier_code
from motcua.serve.dossiers.actions.common import RELATED, local_day, not_found
from motcua.serve.dossiers.models import (
    Consultation,
    Dossier,
    Draft,
    GroupMember,
    ImportRun,
    LinkedDossier,
    LinkedGroup,
    LinkedPart,
    Participant,
    Party,
    PostalItem,
    PostalList,
    ReturnMethod,
    State,
    Task,
)
from motcua.serve.dossiers.models.posting import at_the_desk_again
from motcua.serve.dossiers.policies import READS
from motcua.serve.dossiers.states import OPEN, RUNNING, STANDING


def access_dossier(*, by: Actor, dossier_id: uuid.UUID) -> Dossier:
    """Return a dossier that the actor may read.

    Raises:
        NotFound: there is none, or it is another agency's; the two are not told apart.
    """
    dossier = Dossier.objects.select_related(*RELATED, "linked").filter(pk=dossier_id).first()
    if dossier is None or not READS.allows(by, dossier):
        raise not_found()
    return named_as_then(dossier)


def named_as_then(dossier: Dossier) -> Dossier:
    """Return a dossier that is at its end with its agencies called what they were called then."""
    ended_at = dossier.returned_at or dossier.ended_at
    if ended_at is not None:
        dated([dossier.agency_received, dossier.agency_competent, dossier.agency_helped], local_day(ended_at))
    return dossier


def access_dossier_by_code(*, by: Actor, code: str) -> Dossier:
    """Return a dossier by its code; see `access_dossier`."""
    pk = Dossier.objects.filter(of_code(code)).values_list("pk", flat=True).first()
    if pk is None:
        raise not_found()
    return access_dossier(by=by, dossier_id=pk)


def readable(by: Actor) -> QuerySet[Dossier]:
    """Return the dossiers that the actor may read."""
    dossiers = Dossier.objects.select_related("version__procedure", "agency_competent", "agency_received")
    if reads_all(by):
        return dossiers
    if reads_none(by):
        return dossiers.none()
    return dossiers.filter(named_in(by.scope) | Q(pk__in=taken_part_in(by.scope)))


def reads_all(by: Actor) -> bool:
    """Tell whether the actor may read every dossier."""
    return by.is_system or by.role == Role.AUDITOR


def reads_none(by: Actor) -> bool:
    """Tell whether the actor may read no dossier, whatever its agency."""
    return not by.is_system and by.role in ("", Role.ADMINISTRATOR)


def named_in(scope: Iterable[int]) -> Q:
    """Return the condition of the dossiers that name one of these agencies."""
    return (
        Q(agency_received_id__any_of=scope) | Q(agency_competent_id__any_of=scope) | Q(agency_helped_id__any_of=scope)
    )


def taken_part_in(scope: Iterable[int]) -> QuerySet[Participant]:
    """Return the keys of the dossiers of which one of these agencies holds or held a part."""
    return Participant.objects.filter(agency_id__any_of=scope).values("dossier_id")


def in_order(by: Actor, keys: Iterable[uuid.UUID]) -> list[Dossier]:
    """Return readable dossiers with what is shown of them, in the order of their keys.

    Whoever shows a hundred of thousands sorts keys alone and loads these: joined first, each of the thousands would
    carry its procedure and its agencies through the sort.
    """
    wanted = list(keys)
    # A hundred dossiers are of few procedures and agencies: loaded once each, not with every dossier.
    related = ("version__procedure", "agency_competent", "agency_received")
    found = readable(by).select_related(None).defer("search").prefetch_related(*related).in_bulk(wanted)
    return [found[key] for key in wanted if key in found]


def of_code(text: str) -> Q:
    """Return the condition of the dossier with a code, as people type it."""
    code = read_dossier_code(text)
    return Q(code__in={code, code.upper(), code.lower()})


def inbox(*, by: Actor) -> QuerySet[Task]:
    """Return the open tasks in the actor's hands, what is due first on top."""
    tasks = Task.objects.filter(closed_at=None, unit_id=by.unit_id).select_related(
        "dossier__version__procedure", "dossier__agency_competent", "step", "assignee__person"
    )
    if by.role == Role.CENTRE_MANAGER:
        tasks = tasks.filter(role__in=[Role.CLERK, Role.CENTRE_MANAGER])
    else:
        tasks = tasks.filter(role=by.role).filter(Q(assignee=None) | Q(assignee=by.post))
    return tasks.order_by(F("due_at").asc(nulls_last=True), "opened_at")


def unit_tasks(*, by: Actor) -> QuerySet[Task]:
    """Return every open task of the actor's unit (a leader: of the agency), for those who assign."""
    tasks = Task.objects.filter(closed_at=None).select_related(
        "dossier__version__procedure", "dossier__agency_competent", "step", "assignee__person", "unit"
    )
    mine = {"agency_id": by.agency_id} if by.role == Role.LEADER else {"unit_id": by.unit_id}
    return tasks.filter(**mine).order_by(F("due_at").asc(nulls_last=True), "opened_at")


def group_of(dossier: Dossier) -> list[Dossier]:
    """Return the dossiers on one receipt with this one, itself among them, in order; none without a group."""
    member = GroupMember.objects.filter(dossier=dossier).first()
    if member is None:
        return []
    found = Dossier.objects.filter(membership__group_id=member.group_id)
    return list(
        found.select_related("version__procedure", "agency_competent").order_by(
            "membership__joined_at", "membership__pk"
        )
    )


def opinions_asked(*, by: Actor) -> QuerySet[Consultation]:
    """Return the questions that the actor's unit (a leader: the agency) has to answer, what is due first on top."""
    if by.role not in (Role.OFFICER, Role.HEAD, Role.LEADER):
        return Consultation.objects.none()
    mine = {"agency_id": by.agency_id} if by.role == Role.LEADER else {"unit_id": by.unit_id}
    asked = Consultation.objects.filter(answered_at=None, cancelled_at=None, **mine)
    return asked.select_related("dossier__version__procedure", "dossier__agency_competent").order_by("due_at")


def drafts_to_approve(*, by: Actor) -> QuerySet[Draft]:
    """Return the drafts whose next hand the actor is, the oldest first."""
    waiting = Draft.objects.filter(status=Draft.Status.WAITING, agency_id=by.agency_id, hands__0=by.role)
    return waiting.select_related("dossier__version__procedure", "written_by__person").order_by("written_at")


def due_within(dossiers: QuerySet[Dossier], *, today: dt.date, until: dt.date) -> QuerySet[Dossier]:
    """Return running dossiers whose due date is from `today` to `until`."""
    return dossiers.filter(state__in=RUNNING, due_on__gte=today, due_on__lte=until).order_by("due_at")


def open_late(today: dt.date) -> Q:
    """Return what makes an open dossier late: past its due date, or past it already when its clock was stopped."""
    running = Q(state__in=RUNNING, due_on__lt=today)
    return running | Q(state__in=STANDING, paused_since__date__gt=F("due_on"))


def late(dossiers: QuerySet[Dossier], *, today: dt.date) -> QuerySet[Dossier]:
    """Return open dossiers past their due date: late from 00:00 of the day after. Asking for a paper hides none."""
    return dossiers.filter(open_late(today)).order_by("due_at")


def apology_owed(dossiers: QuerySet[Dossier], *, today: dt.date) -> QuerySet[Dossier]:
    """Return late dossiers, open or finished late, with no apology of either kind."""
    finished_late = Q(finished_on__gt=F("due_on"))
    return dossiers.filter(
        open_late(today) | finished_late, extended_at=None, apologised_at=None, voided_at=None
    ).order_by("due_at")


def results_to_call_about(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Return dossiers whose result waits at the desk, the longest waiting first."""
    return dossiers.filter(state=State.FINISHED).order_by("finished_at")


def supplements_expired(*, today: dt.date) -> QuerySet[Dossier]:
    """Return dossiers whose time to supplement is over."""
    return Dossier.objects.filter(
        state=State.SUPPLEMENT, supplements__due_on__lt=today, supplements__arrived_at=None
    ).distinct()


def earlier_parties(identity_number: str) -> QuerySet[Party]:
    """Return how an applicant filed before, newest first: offered to the clerk, never filled in unasked."""
    return Party.objects.filter(identity_number=identity_number.replace(" ", "")).order_by("-pk")


def arrivals(*, by: Actor) -> QuerySet[Dossier]:
    """Return what came by post or online to the actor's desk and is not received yet, the oldest first."""
    found = readable(by).filter(agency_received_id=by.agency_id, state=State.NEW)
    waiting = LinkedDossier.objects.filter(started_at=None).values("dossier_id")
    return found.exclude(pk__in=waiting).order_by("received_at")


def for_the_post(*, by: Actor) -> QuerySet[Dossier]:
    """Return the results at the actor's desk that go by post and are on no list: ready ones, and what came back."""
    mine = readable(by).filter(agency_received_id=by.agency_id)
    ready = Q(state=State.FINISHED, return_method=ReturnMethod.POST)
    back = Q(state=State.RETURNED, pk__in=at_the_desk_again().values("dossier_id"))
    under_way = PostalItem.objects.filter(status__in=["listed", "posted"]).values("dossier_id")
    return mine.filter(ready | back).exclude(pk__in=under_way).order_by("finished_at")


def postal_lists(*, by: Actor) -> QuerySet[PostalList]:
    """Return the lists for the post of the actor's agency, newest first, each with how many items are where."""
    count = {name: Count("items", filter=Q(items__status=name)) for name in ("listed", "posted", "arrived", "back")}
    return PostalList.objects.filter(agency_id=by.agency_id).annotate(**count).order_by("-made_at")


def events_of(dossier: Dossier) -> list[Event]:
    """Return the dossier's events in order."""
    return list(Event.objects.filter(chain_id=dossier.pk).order_by("number"))


def rows_told(events: Iterable[Event]) -> set[str]:
    """Return the names of the rows that events tell of (`pause`, `attachment`): of other kinds a dossier has none."""
    return {key.partition(":")[0] for event in events for key in event.payload.get("rows", {})}


def receipt_event(dossier: Dossier, events: Sequence[Event] | None = None) -> Event | None:
    """Return the event that promised the time: the receipt, or the supplement that completed it.

    Args:
        events: all of the dossier, asked of the record if not given.
    """
    kinds = ("dossier.received", "dossier.supplement_arrived", "dossier.started")
    known = Event.objects.filter(chain_id=dossier.pk, kind__in=kinds).order_by("number") if events is None else events
    return next((e for e in known if e.kind in kinds and "first_due_at" in _dossier_row(e, dossier)), None)


def _dossier_row(event: Event, dossier: Dossier) -> dict[str, Any]:
    return event.payload["rows"].get(dossier.ledger_key(), {})


def open_count(by: Actor) -> int:
    """Return how many readable dossiers are open."""
    return readable(by).filter(state__in=OPEN).count()


@dataclass(frozen=True)
class LinkedPartLine:
    """A part of a linked filing as pages show it: its dossier, when it is due, and what it waits for."""

    dossier: Dossier
    part: LinkedPart
    due_at: dt.datetime | None
    waits: bool


@dataclass(frozen=True)
class LinkedWhole:
    """A linked filing as the applicant sees it: one date, the latest of all parts.

    `promised_at` is what the one receipt said; `due_at` is what holds now; `finished_at` is empty until every part that
    goes on has its result.
    """

    group: LinkedGroup
    lines: tuple[LinkedPartLine, ...]
    promised_at: dt.datetime | None
    due_at: dt.datetime | None
    finished_at: dt.datetime | None


def linked_of(dossier: Dossier) -> LinkedWhole | None:
    """Return the linked filing that a dossier is a part of; None where it is none."""
    mine = GroupMember.objects.filter(dossier=dossier).values("group_id")
    rows = LinkedDossier.objects.filter(dossier__membership__group_id__in=mine)
    related = ("part__group", "dossier__version__procedure", "dossier__agency_competent", "dossier__desk")
    found = list(rows.select_related(*related).order_by("part__order"))
    if not found:
        return None
    lines = tuple(_line(row) for row in found)
    going = [line for line in lines if line.dossier.ended_at is None]
    done = [line.dossier.finished_at for line in going]
    return LinkedWhole(
        group=found[0].part.group,
        lines=lines,
        promised_at=max((row.expected_at for row in found if row.expected_at), default=None),
        due_at=max((line.due_at for line in going if line.due_at), default=None),
        finished_at=max((at for at in done if at), default=None) if done and None not in done else None,
    )


def _line(row: LinkedDossier) -> LinkedPartLine:
    waits = row.started_at is None and row.dossier.ended_at is None
    return LinkedPartLine(row.dossier, row.part, row.expected_at if waits else row.dossier.due_at, waits)


def other_imports_of(source: str, name: str) -> list[str]:
    """Return the names of what was imported of a source under another name than this one."""
    runs = ImportRun.objects.filter(source=source, written__gt=0).exclude(name=name)
    return list(runs.order_by("pk").values_list("name", flat=True))
