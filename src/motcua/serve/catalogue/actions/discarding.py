"""A draft version that is not wanted any more is given up: it stays readable, with who did it, when and why."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.serve.catalogue.actions.revising import draft_digest, locked_draft
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication.actions import remove_item
from motcua.serve.catalogue.publication.models import PublicationDecision
from motcua.serve.catalogue.publication.policies import DRAFTS
from motcua.serve.catalogue.publication.queries import open_item_of

DISCARDED = "procedure.version_discarded"
LONGEST_REASON = 4000


def discard_version(*, by: Actor, version_id: int, reason: str, seen: str, now: dt.datetime) -> ProcedureVersion:
    """Give a draft version up. It serves nobody, is changed no more, and can be read and copied.

    One that lies on a decision which is a draft itself is taken off it. One in its quality check, checked or signed
    stays: that decision goes back to its draft first. A published version is never discarded.

    Args:
        reason: why, in words; the ledger keeps its digest, for it may name people.
        seen: digest of the content that was shown (`draft_digest`).

    Raises:
        NotAllowed: the post drafts nothing, or its agency does not decide this procedure.
        NotFound: no such version.
        Conflict: it is published or discarded already, lies on a decision past its draft or on one that others
            prepare, or somebody else saved it meanwhile.
        Refused: no reason, or one that is too long.
    """
    DRAFTS.check(by)
    words = _checked(reason)
    with transaction.atomic():
        # Decisions are locked before procedures, as whoever publishes locks them.
        decision = _taken_off(by, version_id, now)
        draft = locked_draft(version_id)
        DRAFTS.check(by, draft.procedure)
        if draft_digest(draft) != seen:
            raise Conflict("version.changed", _("Somebody else saved this draft meanwhile. Load it again."))
        if open_item_of(version_id) is not None:
            raise Conflict("version.on_decision", _("Somebody put this draft on a decision meanwhile. Load it again."))
        with record_change(
            chain_id=chain_of("procedure", draft.procedure.code),
            subject="procedure",
            kind=DISCARDED,
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"number": draft.number, "content": seen} | ({"decision": str(decision.pk)} if decision else {}),
        ) as change:
            change.set(
                draft,
                status=ProcedureVersion.Status.DISCARDED,
                discarded_at=now,
                discarded_by_id=by.post.pk if by.post else None,
                discard_reason=words,
            )
    return draft


def _checked(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Refused("version.discard_reason", _("Say why it is discarded."), field="reason")
    if len(words) > LONGEST_REASON:
        raise Refused("version.long", _("That is too long."), field="reason")
    return words


def _taken_off(by: Actor, version_id: int, now: dt.datetime) -> PublicationDecision | None:
    """Take a draft off the draft decision that it lies on; return that decision.

    Raises:
        Conflict: others prepare that decision.
    """
    item = open_item_of(version_id)
    if item is None or item.decision.state != PublicationDecision.State.DRAFT:
        return None
    if not DRAFTS.allows(by, item.decision):
        message = _("This draft lies on the decision “%(decision)s”, which others prepare; have it taken off first.")
        raise Conflict("version.others_decision", message, params={"decision": str(item.decision)})
    remove_item(by=by, decision_id=item.decision_id, item_id=item.pk, now=now)
    return item.decision
