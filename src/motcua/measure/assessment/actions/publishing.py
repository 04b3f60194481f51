"""Publication: what the round came to, frozen; its digest enters the ledger."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from motcua.measure.assessment.actions.changing import changing_round
from motcua.measure.assessment.actions.stages import change_stage, signs_off
from motcua.measure.assessment.models import Round, Stage
from motcua.measure.assessment.publication import content_of, digest
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotAllowed


def publish_round(*, by: Actor, round_id: uuid.UUID, now: dt.datetime) -> Round:
    """Publish a round that the council has decided; from then on nothing of it changes.

    Raises:
        NotAllowed: not a member of the round's council.
        Conflict: the round is not before the council, or a unit has no score.
    """
    with changing_round(round_id, "published", by, now) as (change, found):
        if found.stage != Stage.COUNCIL:
            raise Conflict("assessment.not_council", _("A round is published out of the stage of the council."))
        if not signs_off(by, found):
            raise NotAllowed("assessment.signs_off", _("This stage is not yours to sign off."))
        # Whoever enters a value holds a share of the round's lock: while this is held, nobody does.
        content = content_of(found)
        _complete(content)
        change_stage(change, found, Stage.PUBLISHED, "", by, now)
        change.set(found, published_at=now, content=content, sha256=digest(content))
    return found


def _complete(content: dict) -> None:  # type: ignore[type-arg]
    without = [u["name"]["vi"] for group in content["groups"] for u in group["units"] if u["score"] is None]
    if without:
        message = _("No score yet: %(units)s.")
        raise Conflict("assessment.unscored", message, params={"units": ", ".join(without)})
