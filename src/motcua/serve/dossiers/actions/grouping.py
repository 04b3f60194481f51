"""One receipt for several dossiers: linked procedures that one filing starts, or a bundle of many."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.serve.dossiers.actions.common import changing, instant
from motcua.serve.dossiers.actions.intake import receive_dossier
from motcua.serve.dossiers.filing import Filing
from motcua.serve.dossiers.models import Dossier, GroupMember, Party
from motcua.serve.dossiers.policies import RETURNS
from motcua.serve.dossiers.queries import access_dossier


def receive_with(
    *, by: Actor, first_id: uuid.UUID, filing: Filing, key: str = "", now: dt.datetime | None = None
) -> Dossier:
    """Receive one more dossier on the receipt of an earlier one, both or neither.

    Args:
        first_id: a dossier that this desk received today.
        filing, key: see `receive_dossier`.

    Raises:
        NotAllowed, Invalid, Conflict: see `receive_dossier` and `join_group`.
    """
    moment = instant(now)
    with transaction.atomic():
        dossier = receive_dossier(by=by, filing=filing, key=key, now=moment)
        join_group(by=by, first_id=first_id, dossier_id=dossier.pk, now=moment)
    return dossier


def join_group(
    *, by: Actor, first_id: uuid.UUID, dossier_id: uuid.UUID, now: dt.datetime | None = None
) -> list[GroupMember]:
    """Put two dossiers on one receipt; the first may have others with it already.

    Raises:
        NotAllowed: not the desk that received both.
        Refused: the same dossier, another day, or another applicant.
        Conflict: the second is on another receipt.
    """
    moment = instant(now)
    first = access_dossier(by=by, dossier_id=first_id)
    if first_id == dossier_id:
        raise Refused("group.same", _("Choose another dossier."), field="with")
    with transaction.atomic():
        known = GroupMember.objects.filter(dossier=first).first()
        group_id = known.group_id if known else first.pk
        joined = [] if known else [_join(by, first.pk, group_id, moment)]
        added = _join(by, dossier_id, group_id, moment, beside=first)
    return [*joined, added]


def _join(
    by: Actor, dossier_id: uuid.UUID, group_id: uuid.UUID, now: dt.datetime, beside: Dossier | None = None
) -> GroupMember:
    with changing(dossier_id, by=by, kind="grouped", now=now, facts={"group": str(group_id)}) as (change, dossier):
        RETURNS.check(by, dossier)
        known = GroupMember.objects.filter(dossier=dossier).first()
        if known is not None and known.group_id != group_id:
            raise Conflict("group.other", _("This dossier is on another receipt already."))
        if beside is not None:
            _check_fits(beside, dossier)
        if known is not None:
            return known
        member = GroupMember(dossier=dossier, group_id=group_id, joined_at=now)
        change.add(member)
    return member


def _check_fits(first: Dossier, second: Dossier) -> None:
    """One receipt is for one applicant, at one desk, on one day."""
    if (first.desk_id, first.received_on) != (second.desk_id, second.received_on):
        raise Refused("group.day", _("One receipt is for what one desk received on one day."), field="with")
    owners = {_owner(dossier) for dossier in (first, second)}
    if len(owners) != 1:
        raise Refused("group.owner", _("One receipt is for one applicant; the owners differ."), field="with")


def _owner(dossier: Dossier) -> str:
    owner = dossier.parties.get(part=Party.Part.OWNER)
    return owner.identity_number or owner.tax_code or owner.folded_name
