"""Mending mistakes without hiding them: typing errors, and receipts that should not be."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.rules.text import fold
from motcua.serve.dossiers.actions.clock import end_dossier
from motcua.serve.dossiers.actions.common import changing, instant, need
from motcua.serve.dossiers.actions.writing import search_vector
from motcua.serve.dossiers.filing import PartyInput, clean_party
from motcua.serve.dossiers.models import Dossier, Party, State
from motcua.serve.dossiers.policies import CORRECTS, VOIDS
from motcua.serve.dossiers.states import OPEN

PARTY_FIELDS = ("name", "identity_number", "tax_code", "born_on", "sex", "phone", "email", "address")
DOSSIER_FIELDS = ("summary", "return_method", "return_place", "note")


def correct_dossier(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    reason: str,
    parties: Mapping[str, PartyInput] | None = None,
    fields: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> Dossier:
    """Correct typing errors in what was filed; procedure, times and promise cannot be corrected.

    Args:
        reason: why; kept with the event's facts only as a flag, since it may hold names.
        parties: part → its corrected values.
        fields: summary, return_method, return_place, note.

    Raises:
        NotAllowed: not the desk that received it.
        Conflict: the dossier has ended.
        Invalid: a corrected value is wrong.
    """
    moment = instant(now)
    need(reason, "reason")
    with changing(dossier_id, by=by, kind="corrected", now=moment) as (change, dossier):
        CORRECTS.check(by, dossier)
        if dossier.state not in (*OPEN, State.NEW, State.FINISHED):
            raise Conflict("correct.ended", _("An ended dossier is not corrected; make a new one."))
        errors: list[Refused] = []
        cleaned = {part: clean_party(p, part, errors)[0] for part, p in (parties or {}).items()}
        if errors:
            raise Invalid(errors)
        for party in dossier.parties.filter(part__in=cleaned):
            values = cleaned[party.part]
            new = {name: getattr(values, name) for name in PARTY_FIELDS}
            differing = {name: value for name, value in new.items() if getattr(party, name) != value}
            if differing:
                change.set(party, folded_name=fold(values.name), **differing)
        own = {k: v for k, v in (fields or {}).items() if k in DOSSIER_FIELDS and getattr(dossier, k) != v}
        owner = cleaned.get(Party.Part.OWNER)
        if owner:
            own |= {"owner_name": owner.name, "owner_address": owner.address}
        if own:
            change.set(dossier, **own)
        if not change.rows:
            raise Refused("correct.nothing", _("Nothing was changed."))
        names = list(dossier.parties.values_list("name", flat=True))
        Dossier.objects.filter(pk=dossier.pk).update(search=search_vector(dossier, names))
    return dossier


def void_receipt(*, by: Actor, dossier_id: uuid.UUID, reason: str, now: dt.datetime | None = None) -> Dossier:
    """Void a mistaken receipt: the code stays used, the dossier ends and counts nowhere.

    Raises:
        NotAllowed: only the centre's manager, or a head or leader of the receiving agency.
        Conflict: it has a result, or has ended.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="voided", now=moment) as (change, dossier):
        VOIDS.check(by, dossier)
        if dossier.state not in OPEN:
            raise Conflict("void.not_open", _("Only an open dossier can be voided."))
        state = State.WITHDRAWN if dossier.state in (State.SUPPLEMENT, State.FEE) else State.STOPPED
        end_dossier(change, dossier, state, by=by, now=moment, note=why)
        change.set(dossier, voided_at=moment)
    return dossier
