"""Who may prepare a round, enter, sign off, appraise, decide and read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from motcua.measure.assessment.models import Assignment, Member, Round
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotAllowed
from motcua.record.organisation.models import Post, Role
from motcua.record.organisation.policies import HAS_POST, Policy, roles

READS_ROUNDS = HAS_POST
PREPARES = roles("assessment.prepares", Role.ADMINISTRATOR)

ENTERING = (Role.OFFICER, Role.HEAD, Role.LEADER, Role.DOCUMENT_CLERK, Role.CENTRE_MANAGER)
SIGNING = (Role.HEAD, Role.LEADER, Role.CENTRE_MANAGER)


def _own(actor: Actor, member: Any) -> bool:
    return member is None or member.agency_id == actor.agency_id


ENTERS = Policy("assessment.enters", lambda actor, member: actor.role in ENTERING and _own(actor, member))
# Who is ever asked for something: units' people enter, appraisers and the council are chosen among them.
IS_ASKED = Policy("assessment.is_asked", lambda actor, _thing: actor.role in ENTERING)
SUBMITS = Policy("assessment.submits", lambda actor, member: actor.role in SIGNING and _own(actor, member))


def _sees(actor: Actor, member: Any) -> bool:
    """An assessed unit sees its own pages; whoever prepares, audits, appraises or decides sees all of the round."""
    if actor.is_system or actor.role in (Role.ADMINISTRATOR, Role.AUDITOR) or member.agency_id == actor.agency_id:
        return actor.post is not None or actor.is_system
    return bool(parts_of(actor, member.round_id))


SEES = Policy("assessment.sees", _sees)


def parts_of(actor: Actor, round_id: object) -> list[Assignment]:
    """Return what the actor's post was assigned to in a round."""
    if actor.post is None:
        return []
    return list(Assignment.objects.filter(round_id=round_id, post_id=actor.post.pk, ended_at=None))


def sees_round(actor: Actor, found: Round) -> bool:
    """Tell whether the actor sees every unit of a round."""
    return actor.role in (Role.ADMINISTRATOR, Role.AUDITOR) or bool(parts_of(actor, found.pk))


def own_agencies(actor: Actor) -> frozenset[int]:
    """Return the agencies that a person belongs to by any post of today: none of them may they appraise."""
    if actor.post is None:
        return frozenset()
    people = {post.person_id for post in (actor.post, actor.stand_in) if post is not None}
    agencies = Post.objects.on(actor.on).filter(person_id__in=people).values_list("unit__agency_id", flat=True)
    return frozenset(agencies)


def check_appraiser(actor: Actor, member: Member, leaf: str, part: str, parts: list[Assignment]) -> None:
    """Refuse whoever was not assigned to a leaf of a unit, and whoever belongs to that unit.

    Raises:
        NotAllowed: either.
    """
    if member.agency_id in own_agencies(actor):
        raise NotAllowed("assessment.own_unit", _("Nobody appraises their own unit."))
    if not any(each.part == part and covers(each, member, leaf) for each in parts):
        raise NotAllowed("assessment.not_assigned", _("You were not assigned to this leaf of this unit."))


def covers(each: Assignment, member: Member, leaf: str) -> bool:
    """Tell whether an assignment takes a leaf of a unit in."""
    return each.group_id in (None, member.group_id) and (not each.leaves or leaf in each.leaves)
