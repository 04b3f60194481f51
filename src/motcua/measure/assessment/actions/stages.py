"""From stage to stage: signed off forward by whom it falls to, reopened with a reason."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from motcua.measure.assessment.actions.changing import changing_round
from motcua.measure.assessment.models import Assignment, Member, Round, Stage, StageChange
from motcua.measure.assessment.policies import PREPARES, parts_of
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused

STAGES = list(Stage.values)


def signs_off(by: Actor, found: Round) -> bool:
    """Tell whether the actor signs the present stage off: a member of the council its own, else who prepares."""
    if found.stage == Stage.COUNCIL:
        return any(each.part == Assignment.Part.COUNCIL for each in parts_of(by, found.pk))
    return PREPARES.allows(by)


def move_on(*, by: Actor, round_id: uuid.UUID, now: dt.datetime) -> Round:
    """Sign the present stage off: it is locked, and the next one opens.

    Raises:
        NotAllowed: the stage is not the actor's to sign off.
        Conflict: the round has no group, no appraiser or no council where the next stage needs one, or only
            publication is left.
    """
    with changing_round(round_id, "moved_on", by, now) as (change, found):
        if not signs_off(by, found):
            raise NotAllowed("assessment.signs_off", _("This stage is not yours to sign off."))
        following = STAGES[STAGES.index(found.stage) + 1]
        if following == Stage.PUBLISHED:
            raise Conflict("assessment.publish", _("What is left is to publish the round."))
        _ready(found, following)
        change_stage(change, found, following, "", by, now)
    return found


def _ready(found: Round, following: str) -> None:
    if following == Stage.SELF and not Member.objects.filter(round=found, taken_out_at=None).exists():
        raise Conflict("assessment.empty", _("Add at least one group of agencies first."))
    needed = {Stage.APPRAISAL: Assignment.Part.APPRAISER, Stage.COUNCIL: Assignment.Part.COUNCIL}.get(Stage(following))
    if needed and not found.assignments.filter(part=needed, ended_at=None).exists():
        raise Conflict("assessment.nobody", _("Assign at least one %(part)s first."), params={"part": needed.label})


def change_stage(change: Change, found: Round, after: str, reason: str, by: Actor, now: dt.datetime) -> None:
    """Note a move and do it, within the event of the round."""
    row = StageChange(id=new_id(), round=found, before=found.stage, after=after, reason=reason, at=now, by=by.post)
    change.add(row)
    change.set(found, stage=after)


def reopen(*, by: Actor, round_id: uuid.UUID, stage: str, reason: str, now: dt.datetime) -> Round:
    """Go back to an earlier stage; what was entered since stays.

    Raises:
        NotAllowed: not an administrator.
        Refused: no reason, or not an earlier stage.
        Conflict: the round is published.
    """
    PREPARES.check(by)
    if not reason.strip():
        raise Refused("assessment.no_reason", _("Give the reason for reopening."), field="reason")
    with changing_round(round_id, "reopened", by, now) as (change, found):
        if stage not in STAGES or STAGES.index(stage) >= STAGES.index(found.stage):
            raise Refused("assessment.not_earlier", _("Choose an earlier stage."), field="stage")
        change_stage(change, found, stage, reason.strip(), by, now)
    return found
