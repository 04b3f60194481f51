"""Showing and giving away personal data: an identity number in full, a print, an export. Each leaves an event."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import chain_of, lock_timeout, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotFound, Refused
from motcua.record.organisation.models import Agency
from motcua.serve.dossiers.actions.common import changing, instant
from motcua.serve.dossiers.models import Delivery, Dossier, Party
from motcua.serve.dossiers.policies import READS, REVEALS, SERVES

# A reason is one of a list: a free text could hold the very name or number that the ledger must not hold.
REASONS = {
    "counter": _("to compare with the card shown at the counter"),
    "register": _("to look the person up in another register"),
    "mistake": _("to correct a typing error"),
    "complaint": _("to answer a complaint or an inspection"),
    "authority": _("asked for by a court, the police or another authority"),
}


def reveal_identity(*, by: Actor, dossier_id: uuid.UUID, reason: str, now: dt.datetime | None = None) -> list[Party]:
    """Return the parties of a dossier with their identity numbers in full, and write down who asked and why.

    Args:
        reason: a key of `REASONS`.

    Raises:
        Refused: no reason, or one that is not on the list.
        NotFound: no such dossier, or the actor may not read it.

    Source: NĐ 13/2023/NĐ-CP art. 26 (protection of personal data: who processed what, and why, is kept).
    """
    moment = instant(now)
    REVEALS.check(by)
    if reason not in REASONS:
        raise Refused("reveal.reason", _("Choose why the number is needed: it is written down."), field="reason")
    facts = {"reason": reason}
    with changing(dossier_id, by=by, kind="identity_revealed", now=moment, facts=facts) as (_change, dossier):
        REVEALS.check(by, dossier)
        return list(dossier.parties.all())


def print_delivery(*, by: Actor, dossier_id: uuid.UUID, now: dt.datetime | None = None) -> tuple[Delivery, int]:
    """Write down a print of the delivery sheet; return the delivery and how often its sheet was printed before.

    Raises:
        NotFound: no result of this dossier was given.
    """
    moment = instant(now)
    facts = {"form": "delivery"}
    with changing(dossier_id, by=by, kind="paper_printed", now=moment, facts=facts) as (_change, dossier):
        READS.check(by, dossier)
        delivery: Delivery | None = dossier.deliveries.order_by("-pk").first()
        if delivery is None:
            raise NotFound("delivery.not_found", _("No result of this dossier was given yet."))
        return delivery, _prints_of(dossier, "delivery")


def print_control_slip(*, by: Actor, dossier_id: uuid.UUID, now: dt.datetime | None = None) -> Dossier:
    """Write down a print of the control slip; return the dossier.

    Raises:
        NotFound: no such dossier, or the actor may not read it.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="paper_printed", now=moment, facts={"form": "06"}) as (_change, dossier):
        READS.check(by, dossier)
    return dossier


def _prints_of(dossier: Dossier, form: str) -> int:
    printed = Event.objects.filter(chain_id=dossier.pk, kind="dossier.paper_printed", payload__facts__form=form)
    return printed.count()


def note_export(
    *, by: Actor, what: str, form: str, since: dt.date, until: dt.date, rows: int, now: dt.datetime | None = None
) -> None:
    """Write down that an agency's list left the system: which, of what days, as what, with how many rows.

    Args:
        what: "register", "hand_over" or "result_list".
        form: "pdf" or "xlsx".
        since, until: local dates, both included.
        rows: how many dossiers it held.
    """
    moment = instant(now)
    SERVES.check(by)
    assert by.post is not None
    agency: Agency = by.post.unit.agency
    with transaction.atomic():
        lock_timeout()
        with record_change(
            chain_id=chain_of("agency", f"{agency.code}@{agency.valid_from.isoformat()}"),
            subject="agency",
            kind=f"agency.{what}_exported",
            actor=by.key,
            occurred_at=moment,
            recorded_at=moment,
            facts={"as": form, "from": since.isoformat(), "to": until.isoformat(), "rows": rows},
        ):
            pass
