"""How a procedure is offered from a date: wholly at the Centre, on the national portal, restructured for online."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.serve.catalogue.models import Procedure
from motcua.serve.catalogue.publication.models import Offering
from motcua.serve.catalogue.publication.policies import PUBLISHES

OFFERED = "procedure.offered"


def set_offering(
    *,
    by: Actor,
    code: str,
    wholly_at_centre: bool,
    on_portal: bool,
    restructured: bool,
    decision: str,
    valid_from: dt.date,
    now: dt.datetime,
) -> Offering:
    """Say how a procedure is offered from a local date on; what held before ends there.

    Args:
        decision: number of the list that says so (the Centre's list, the portal's plan).

    Raises:
        NotAllowed: the post publishes nothing.
        Refused: no such procedure; something holds from that date or a later one already; the sentence gives the date.
    """
    PUBLISHES.check(by)
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        raise Refused("offering.no_procedure", _("There is no such procedure."), field="code")
    with transaction.atomic(), record_change(
        chain_id=chain_of("procedure", code),
        subject="procedure",
        kind=OFFERED,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:  # fmt: skip
        latest = Offering.objects.filter(procedure=procedure).order_by("-valid_from").first()
        if latest and latest.valid_from >= valid_from:
            words = _("From %(day)s on something is recorded already; give a later date.")
            params = {"day": f"{latest.valid_from:%d/%m/%Y}"}
            raise Refused("offering.later", words, field="valid_from", params=params)
        if latest and (latest.valid_to is None or latest.valid_to > valid_from):
            change.set(latest, valid_to=valid_from)
        offering = Offering(
            procedure=procedure,
            wholly_at_centre=wholly_at_centre,
            on_portal=on_portal,
            restructured=restructured,
            decision=decision.strip()[:200],
            valid_from=valid_from,
        )
        change.add(offering)
    return offering
