"""Results by public post when an agency ends: none is lost on the way to the successor.

A list that still waits for the carrier is made anew at the successor, under its number; a list that the carrier signed
stays as it was signed, and the successor follows it to its end. Results that are with the post, or that it brought
back, are returned already: they go to the successor's desk, so that somebody can note what becomes of them.
"""

import datetime as dt
import uuid
from contextlib import AbstractContextManager

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.ledger.models import Event, new_id
from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency
from motcua.record.organisation.succession import SHOWN, Fault, Handing, Mover, Plan, register_mover
from motcua.serve.dossiers.actions.common import local_day
from motcua.serve.dossiers.actions.posting import next_number
from motcua.serve.dossiers.actions.routing import take_part
from motcua.serve.dossiers.models import Dossier, PostalItem, PostalList
from motcua.serve.dossiers.models.posting import at_the_desk_again
from motcua.serve.dossiers.succession import MOVED, first_desk

SUCCEEDED = "postal_list.succeeded"
Status = PostalItem.Status


def signed_for(made: PostalList) -> Agency:
    """Return the agency that a list names, called what it was called when it was handed over or made.

    A list that the carrier signed before a merger is the old agency's, also when the successor prints it again.
    """
    event = Event.objects.filter(chain_id=made.pk, kind=SUCCEEDED).order_by("number").first()
    agency = Agency.objects.select_related("parent").get(pk=event.payload["facts"]["old"]) if event else made.agency
    return dated([agency], local_day(made.handed_at or made.made_at))[0]


def waiting_items(agency_id: int) -> QuerySet[PostalItem]:
    """Return the results of an agency that are on a list, with the post, or back at the desk."""
    concerned = Q(status__in=[Status.LISTED, Status.POSTED]) | Q(pk__in=at_the_desk_again())
    mine = Q(postal_list__agency=agency_id) | Q(dossier__agency_received=agency_id)
    return PostalItem.objects.filter(concerned, mine, dossier__voided_at=None).order_by("pk")


def plan_post(handing: Handing) -> Plan:
    """Return which results would move, and those returned ones that nobody at the successor would follow."""
    rows = list(waiting_items(handing.old.pk).select_related("dossier", "postal_list"))
    why = _why_orphaned(handing)
    # Results that are not returned yet are open dossiers, and named as such.
    faults = [Fault(row.dossier.code, why) for row in rows if why and row.dossier.returned_at]
    return Plan(len(rows), [f"{row.postal_list.number}: {row.dossier.code}" for row in rows[:SHOWN]], faults)


def _why_orphaned(handing: Handing) -> str:
    if handing.new is None:
        message = _("Its result is with the post, and nobody takes over from %(agency)s.")
        return message % {"agency": handing.old.name}
    if first_desk(handing) is None:
        return _("%(agency)s has no desk.") % {"agency": handing.new.name}
    return ""


def move_post(by: Actor, handing: Handing, now: dt.datetime) -> int:
    """Bring every result that waits, is on its way or came back to the successor's desk and lists."""
    new, desk = handing.new, first_desk(handing)
    if new is None or desk is None:
        return 0
    rows = list(waiting_items(handing.old.pk))
    returned = Dossier.objects.filter(pk__in=[r.dossier_id for r in rows], agency_received=handing.old)
    for dossier in returned.exclude(returned_at=None).order_by("pk"):
        with _event(by, handing, dossier.pk, MOVED, now) as change:
            change.set(dossier, agency_received_id=new.pk, desk_id=desk.pk)
            take_part(change, dossier, handing.old.pk, now)
    lists = PostalList.objects.filter(pk__in=[r.postal_list_id for r in rows], agency=handing.old).order_by("made_at")
    for old in lists.select_related("made_by"):
        if old.handed_at is not None:
            with _event(by, handing, old.pk, SUCCEEDED, now) as change:
                change.set(old, agency_id=new.pk, desk_id=desk.pk)
        else:
            _make_anew(by, handing, old, desk.pk, now)
    return len(rows)


def _make_anew(by: Actor, handing: Handing, old: PostalList, desk_id: int, now: dt.datetime) -> None:
    """Put what waits on an unsigned list on one of the successor's; the old one is closed."""
    assert handing.new is not None
    items = list(old.items.filter(status=Status.LISTED).order_by("order"))
    made_by = handing.posts.get(old.made_by_id or 0, old.made_by_id)
    number = next_number(handing.new.pk, now)
    made = PostalList(
        id=new_id(),
        number=number,
        agency_id=handing.new.pk,
        desk_id=desk_id,
        carrier=old.carrier,
        made_at=now,
        made_by_id=made_by,
    )
    with _event(by, handing, made.pk, "postal_list.made", now, new=True, items=len(items), of=old.number) as change:
        change.add(made)
    for item in items:
        with _event(by, handing, item.dossier_id, "dossier.list_succeeded", now, list=number) as change:
            change.set(item, postal_list_id=made.pk)
    with _event(by, handing, old.pk, SUCCEEDED, now, into=number) as change:
        change.set(old, cancelled_at=now)


def _event(
    by: Actor, handing: Handing, pk: uuid.UUID, kind: str, now: dt.datetime, *, new: bool = False, **facts: object
) -> AbstractContextManager[Change]:
    """Return the context in which rows of a chain are written, with an event that names the decision."""
    assert handing.new is not None
    named = {"decision": handing.decision.pk, "old": handing.old.pk, "new": handing.new.pk}
    return record_change(
        chain_id=pk,
        subject=kind.partition(".")[0],
        kind=kind,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=new,
        facts={**named, **facts},
    )


register_mover(Mover("parcels", gettext_lazy("results by public post"), 35, plan_post, move_post))
