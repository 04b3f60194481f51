"""Results by public post (BCCI): lists handed to the carrier, and what became of each item.

Source: Decision 45/2016/QĐ-TTg (receipt and return by public post); handing a result to the carrier returns it.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.series.actions import take_number
from motcua.serve.dossiers.actions.common import changing, instant, local_day, need
from motcua.serve.dossiers.actions.returning import return_result
from motcua.serve.dossiers.models import Delivery, Dossier, Party, PostalItem, PostalList, ReturnMethod, State
from motcua.serve.dossiers.models.posting import at_the_desk_again
from motcua.serve.dossiers.policies import POSTS, RECEIVES, RETURNS

Status = PostalItem.Status
MOST_ITEMS = 200
DEFAULT_CARRIER = "Bưu điện (dịch vụ bưu chính công ích)"


def make_postal_list(
    *,
    by: Actor,
    items: Sequence[tuple[uuid.UUID, str]],
    carrier: str = "",
    now: dt.datetime | None = None,
) -> PostalList:
    """Put results on a list for the carrier, all or none; they leave the desk when the list is handed over.

    Args:
        by: the desk that received the dossiers.
        items: dossier and tracking number ("" while it has none), in the order of the rows.
        carrier: the post's name as printed.

    Raises:
        NotAllowed: not a desk.
        Refused: nothing is listed, or too much.
        Invalid: a dossier has no result to send or is under way already, by its code; nothing is listed.
    """
    RECEIVES.check(by)
    moment = instant(now)
    if not 1 <= len(items) <= MOST_ITEMS:
        raise Refused("post.items", _("Tick between 1 and 200 results for the list."), field="dossier")
    assert by.post is not None
    if by.desk is None:
        raise Refused("desk.missing", _("Your post has no desk; the administrator can give it one."))
    with transaction.atomic():
        made = PostalList(
            id=new_id(),
            number=next_number(by.post.unit.agency_id, moment),
            agency_id=by.post.unit.agency_id,
            desk=by.desk,
            carrier=(carrier.strip() or DEFAULT_CARRIER)[:200],
            made_at=moment,
            made_by=by.post,
        )
        with record_change(
            chain_id=made.pk,
            subject="postal_list",
            kind="postal_list.made",
            actor=by.key,
            occurred_at=moment,
            recorded_at=moment,
            new=True,
            facts={"items": len(items)},
        ) as change:
            change.add(made)
        _list_all(by, made, items, moment)
    return made


def next_number(agency_id: int, now: dt.datetime) -> str:
    """Take the next number of an agency's lists of the year."""
    serial = take_number(kind="postal_list", owner=f"agency:{agency_id}", period=str(local_day(now).year))
    return f"{serial:02d}/{local_day(now).year}/BCCI"


def _list_all(by: Actor, made: PostalList, items: Sequence[tuple[uuid.UUID, str]], now: dt.datetime) -> None:
    errors: list[Refused] = []
    for order, (dossier_id, tracking) in enumerate(items, 1):
        try:
            _list_one(by, made, order, dossier_id, tracking, now)
        except Refused as refusal:
            code = Dossier.objects.filter(pk=dossier_id).values_list("code", flat=True).first() or "?"
            words = f"{code}: {refusal.message}"
            errors.append(Refused(refusal.code, "%(words)s", field=f"items.{order}", params={"words": words}))
    if errors:
        raise Invalid(errors)


def _list_one(by: Actor, made: PostalList, order: int, dossier_id: uuid.UUID, tracking: str, now: dt.datetime) -> None:
    with changing(dossier_id, by=by, kind="listed_for_post", now=now, facts={"list": made.number}) as (change, dossier):
        RETURNS.check(by, dossier)
        under_way = dossier.postal_items.filter(status__in=[Status.LISTED, Status.POSTED]).exists()
        came_back = at_the_desk_again().filter(dossier=dossier).exists()
        if under_way:
            raise Conflict("post.under_way", _("It is on another list or with the post already."))
        if dossier.state != State.FINISHED and not (dossier.state == State.RETURNED and came_back):
            raise Conflict("post.no_result", _("There is no result to send."))
        change.add(
            PostalItem(
                dossier=dossier,
                postal_list=made,
                order=order,
                tracking_number=tracking.strip()[:40],
                address=_address(dossier)[:500],
            )
        )


def _address(dossier: Dossier) -> str:
    if dossier.return_place:
        return dossier.return_place
    party = dossier.parties.filter(part__in=[Party.Part.OWNER, Party.Part.SUBMITTER]).exclude(address="").first()
    return party.address if party else dossier.owner_address


def access_list(*, by: Actor, list_id: uuid.UUID) -> PostalList:
    """Return a list of the actor's own desk or agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    found = PostalList.objects.select_related("agency__parent", "desk", "made_by__person").filter(pk=list_id).first()
    if found is None or not POSTS.allows(by, found):
        raise NotFound("post.list_not_found", _("There is no such list."))
    return found


@contextmanager
def _changing_list(by: Actor, list_id: uuid.UUID, kind: str, now: dt.datetime) -> Iterator[tuple[Change, PostalList]]:
    access_list(by=by, list_id=list_id)
    with (
        transaction.atomic(),
        record_change(
            chain_id=list_id,
            subject="postal_list",
            kind=f"postal_list.{kind}",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
        ) as change,
    ):
        yield change, PostalList.objects.get(pk=list_id)


def hand_to_post(*, by: Actor, list_id: uuid.UUID, carried_by: str, now: dt.datetime | None = None) -> PostalList:
    """Record that the carrier took the list over and signed: every result on it is returned, all or none.

    Args:
        carried_by: the person of the post who signed.

    Raises:
        NotFound: not a list of this desk's agency.
        Conflict: it was handed over or cancelled, or nothing is left on it.
        Refused: nobody is named.
        Invalid: a result cannot be returned (its fee is not paid, say), by the dossier's code.
    """
    moment = instant(now)
    who = need(carried_by, "carried_by")
    with _changing_list(by, list_id, "handed_over", moment) as (change, made):
        _check_open(made)
        items = list(made.items.filter(status=Status.LISTED).select_related("dossier").order_by("order"))
        if not items:
            raise Conflict("post.empty", _("Nothing is left on this list."))
        _hand_all(by, made, items, moment)
        change.set(made, handed_at=moment, carried_by=who[:200])
    return made


def _check_open(made: PostalList) -> None:
    if made.cancelled_at is not None:
        raise Conflict("post.cancelled", _("This list was cancelled."))
    if made.handed_at is not None:
        raise Conflict("post.handed", _("This list was handed over already."))


def _hand_all(by: Actor, made: PostalList, items: Sequence[PostalItem], now: dt.datetime) -> None:
    errors = []
    for item in items:
        try:
            _hand_one(by, made, item, now)
        except Refused as refusal:
            words = f"{item.dossier.code}: {refusal.message}"
            errors.append(Refused(refusal.code, "%(words)s", field=f"items.{item.order}", params={"words": words}))
    if errors:
        raise Invalid(errors)


def _hand_one(by: Actor, made: PostalList, item: PostalItem, now: dt.datetime) -> None:
    if item.dossier.state == State.FINISHED:
        return_result(
            by=by,
            dossier_id=item.dossier_id,
            taken_by=made.carrier,
            method=ReturnMethod.POST,
            tracking_number=item.tracking_number,
            now=now,
        )
    with changing(item.dossier_id, by=by, kind="posted", now=now, facts={"list": made.number}) as (change, dossier):
        RETURNS.check(by, dossier)
        change.set(item, status=Status.POSTED, posted_at=now)


def cancel_list(*, by: Actor, list_id: uuid.UUID, now: dt.datetime | None = None) -> PostalList:
    """Give up a list that was not handed over: its results are at the desk again.

    Raises:
        NotFound, Conflict: see `hand_to_post`.
    """
    moment = instant(now)
    with _changing_list(by, list_id, "cancelled", moment) as (change, made):
        _check_open(made)
        for item in made.items.filter(status=Status.LISTED):
            _move(by, item, Status.REMOVED, "taken_off_list", moment)
        change.set(made, cancelled_at=moment)
    return made


def take_off_list(*, by: Actor, item_id: int, now: dt.datetime | None = None) -> PostalItem:
    """Take a result off a list before it is handed over.

    Raises:
        NotFound: no such item of this desk's agency.
        Conflict: it has left already.
    """
    return _move(by, _item(by, item_id, Status.LISTED), Status.REMOVED, "taken_off_list", instant(now))


def note_post_arrived(*, by: Actor, item_id: int, now: dt.datetime | None = None) -> PostalItem:
    """Record that the post delivered an item.

    Raises:
        NotFound, Conflict: it is not with the post.
    """
    moment = instant(now)
    return _move(by, _item(by, item_id, Status.POSTED), Status.ARRIVED, "post_arrived", moment, arrived_at=moment)


def note_post_back(*, by: Actor, item_id: int, reason: str, now: dt.datetime | None = None) -> PostalItem:
    """Record that an item came back: it may be put on a list again, or given at the counter.

    Raises:
        NotFound, Conflict: it is not with the post.
        Refused: it does not say why.
    """
    moment = instant(now)
    why = need(reason, "reason")[:500]
    item = _item(by, item_id, Status.POSTED)
    return _move(by, item, Status.BACK, "post_came_back", moment, came_back_at=moment, reason=why)


def set_tracking(*, by: Actor, item_id: int, tracking_number: str, now: dt.datetime | None = None) -> PostalItem:
    """Enter or correct the tracking number that the post gave an item; the citizen sees it at once.

    Raises:
        NotFound, Conflict: the item has arrived, came back or was taken off.
        Refused: no number.
    """
    number = tracking_number.strip()[:40]
    if not number:
        raise Refused("tracking.missing", _("Type the tracking number."), field="tracking_number")
    item = _item(by, item_id, Status.LISTED, Status.POSTED)
    return _move(by, item, Status(item.status), "tracking_noted", instant(now), tracking_number=number)


def give_after_post(
    *, by: Actor, dossier_id: uuid.UUID, taken_by: str, identity_number: str = "", now: dt.datetime | None = None
) -> Delivery:
    """Give at the counter a result that the post brought back.

    Raises:
        NotAllowed: not the desk that received the dossier.
        Conflict: nothing came back.
        Refused: nobody is named.
    """
    moment = instant(now)
    who = need(taken_by, "taken_by")
    with changing(dossier_id, by=by, kind="given_after_post", now=moment) as (change, dossier):
        RETURNS.check(by, dossier)
        under_way = dossier.postal_items.filter(status__in=[Status.LISTED, Status.POSTED]).exists()
        item = at_the_desk_again().filter(dossier=dossier).first()
        if item is None or under_way or dossier.state != State.RETURNED:
            raise Conflict("post.nothing_back", _("No result of this dossier came back from the post."))
        delivery = Delivery(
            dossier=dossier,
            method=ReturnMethod.COUNTER,
            given_at=moment,
            given_by=by.post,
            taken_by=who[:200],
            identity_number=identity_number.strip()[:20],
        )
        change.add(delivery)
        change.set(item, status=Status.REMOVED)
    return delivery


def _item(by: Actor, item_id: int, *allowed: str) -> PostalItem:
    found = PostalItem.objects.select_related("postal_list", "dossier").filter(pk=item_id).first()
    if found is None or not POSTS.allows(by, found.postal_list):
        raise NotFound("post.item_not_found", _("There is no such item."))
    if found.status not in allowed:
        raise Conflict(
            "post.status",
            _("%(code)s is “%(status)s”; this is not possible now."),
            params={"code": found.dossier.code, "status": found.get_status_display()},
        )
    return found


def _move(by: Actor, item: PostalItem, status: str, kind: str, now: dt.datetime, **fields: object) -> PostalItem:
    with changing(item.dossier_id, by=by, kind=kind, now=now) as (change, dossier):
        RETURNS.check(by, dossier)
        change.set(item, status=status, **fields)
    return item
