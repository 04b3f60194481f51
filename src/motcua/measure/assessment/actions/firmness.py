"""What moves the ranks of a group: asked for on a page, computed by the worker, kept until it is asked for again."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.jobs import compute_what_moves
from motcua.measure.assessment.models import Entry, Firmness, Group, Member, Step
from motcua.measure.assessment.policies import sees_round
from motcua.measure.assessment.scoring import Inputs, inputs_at, score_inputs
from motcua.measure.firmness.computing import SEED, digest_of, work_out
from motcua.measure.firmness.models import asked_anew
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound


def standing_inputs(group: Group) -> Inputs:
    """Return the inputs of a group's units as they stand."""
    keys = map(str, Member.objects.filter(group=group, taken_out_at=None).values_list("pk", flat=True))
    return inputs_at(sorted(keys), Entry.objects.filter(member__group=group), Step.COUNCIL)


def ask_what_moves(*, by: Actor, group_id: uuid.UUID, now: dt.datetime, seed: int = SEED) -> Firmness:
    """Ask the worker what moves the ranks of a group; what is being computed already is not begun again.

    Raises:
        NotFound: no such group, or not one that the actor sees.
        Conflict: there are not two units to rank.
    """
    with transaction.atomic():
        group = Group.objects.select_for_update().filter(pk=group_id, taken_out_at=None).first()
        if group is None or not (sees_round(by, group.round) or group.round.published_at):
            raise NotFound("assessment.no_group", _("There is no such group."))
        held = Firmness.objects.filter(pk=group.pk).first()
        if held is not None and held.running(now):
            return held
        inputs = standing_inputs(group)
        if len(inputs) < 2:
            raise Conflict("assessment.too_few", _("There are not two units to rank."))
        values = asked_anew(digest_of(group.text, inputs, seed), seed, now)
        found, _new = Firmness.objects.update_or_create(group=group, defaults=values)
        compute_what_moves.defer(group_id=str(group.pk), seed=seed)
    return found


def carry_out(*, group_id: uuid.UUID, seed: int, now: dt.datetime) -> bool:
    """Compute what moves the ranks of a group from what stands now, and keep it; False: nothing was asked for."""
    held = Firmness.objects.filter(pk=group_id, finished_at=None)
    group = Group.objects.filter(pk=group_id).first()
    if group is None or not held.exists():
        return False
    framework, inputs = framework_of(group.text), standing_inputs(group)

    def told(done: int, total: int) -> None:
        held.update(done=done, total=total)

    content = work_out(framework, score_inputs(framework, inputs).data, seed, told)
    held.update(content=content, digest=digest_of(group.text, inputs, seed), seed=seed, finished_at=now)
    return True
