"""Who may do what with dossiers: predicates over the actor's post and the dossier's agencies and open task."""

from typing import Any

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import Policy, roles
from motcua.serve.dossiers.models import Consultation, Dossier, Draft, Task

DESK_ROLES = (Role.CLERK, Role.CENTRE_MANAGER)
HANDLING_ROLES = (Role.OFFICER, Role.HEAD, Role.LEADER, Role.DOCUMENT_CLERK)
SERVING_ROLES = (*DESK_ROLES, *HANDLING_ROLES, Role.CASHIER)


def _sits_at_desk(actor: Actor, dossier: Dossier | None) -> bool:
    if actor.role not in DESK_ROLES or actor.post is None:
        return False
    return dossier is None or dossier.agency_received_id == actor.agency_id


def _takes_money(actor: Actor, dossier: Dossier | None) -> bool:
    if actor.role not in (*DESK_ROLES, Role.CASHIER):
        return False
    return dossier is None or dossier.agency_received_id == actor.agency_id


def _answers_for(actor: Actor, dossier: Dossier | None) -> bool:
    if actor.role not in (Role.HEAD, Role.LEADER):
        return False
    return dossier is None or dossier.agency_competent_id == actor.agency_id


def _voids(actor: Actor, dossier: Dossier | None) -> bool:
    if actor.role not in (Role.CENTRE_MANAGER, Role.HEAD, Role.LEADER):
        return False
    return dossier is None or dossier.agency_received_id == actor.agency_id


def _reads(actor: Actor, dossier: Dossier | None) -> bool:
    if actor.is_system or actor.role == Role.AUDITOR:
        return True
    if actor.role not in SERVING_ROLES:
        return False
    if dossier is None:
        return True
    agencies = {dossier.agency_received_id, dossier.agency_competent_id, dossier.agency_helped_id}
    # The own agency first: asking for all below it, or for those who take part, costs a query.
    if actor.agency_id in agencies or not agencies.isdisjoint(actor.scope):
        return True
    return bool(dossier.participants.filter(agency_id__in=actor.scope).exists())


def holds_task(actor: Actor, task: Task | None) -> bool:
    """Tell whether the task lies in the actor's hands: its unit and role, and nobody else is assigned."""
    if task is None or actor.post is None or task.closed_at is not None:
        return False
    if task.unit_id != actor.unit_id:
        return False
    if actor.role == Role.CENTRE_MANAGER and task.role == Role.CLERK:
        return True
    return task.role == actor.role and task.assignee_id in (None, actor.post.pk)


def heads_task(actor: Actor, task: Task | None) -> bool:
    """Tell whether the actor may assign the task: head of its unit, or a leader of its agency."""
    if task is None or task.closed_at is not None:
        return False
    if actor.role in (Role.HEAD, Role.CENTRE_MANAGER):
        return task.unit_id == actor.unit_id
    return actor.role == Role.LEADER and task.agency_id == actor.agency_id


def _opines(actor: Actor, asked: Consultation | None) -> bool:
    if actor.role not in (Role.OFFICER, Role.HEAD, Role.LEADER):
        return False
    if asked is None:
        return True
    return asked.unit_id == actor.unit_id or (actor.role == Role.LEADER and asked.agency_id == actor.agency_id)


def _approves(actor: Actor, draft: Draft | None) -> bool:
    if draft is None:
        return actor.role in HANDLING_ROLES
    return actor.agency_id == draft.agency_id and bool(draft.hands) and draft.hands[0] == actor.role


def _moves(actor: Actor, dossier: Dossier | None) -> bool:
    return _sits_at_desk(actor, dossier) or _answers_for(actor, dossier)


def _handed_on(actor: Actor, task: Task | None) -> bool:
    return task is not None and actor.post is not None and task.closed_by_id == actor.post.pk


def _mends(actor: Actor, dossier: Dossier | None) -> bool:
    if actor.role not in SERVING_ROLES or dossier is None:
        return actor.role in SERVING_ROLES
    if actor.agency_id in (dossier.agency_received_id, dossier.agency_competent_id):
        return True
    return bool(dossier.participants.filter(agency_id=actor.agency_id).exists())


def _reveals(actor: Actor, dossier: Dossier | None) -> bool:
    return not actor.is_system and actor.post is not None and _reads(actor, dossier)


def _serves(actor: Actor, _thing: Any) -> bool:
    return actor.role in SERVING_ROLES


RECEIVES = Policy("dossiers.receives", _sits_at_desk)
RETURNS = Policy("dossiers.returns", _sits_at_desk)
CORRECTS = Policy("dossiers.corrects", _sits_at_desk)
TAKES_MONEY = Policy("dossiers.takes_money", _takes_money)
READS = Policy("dossiers.reads", _reads)
REVEALS = Policy("dossiers.reveals", _reveals)
SERVES = Policy("dossiers.serves", _serves)
ANSWERS = Policy("dossiers.answers_for_lateness", _answers_for)
STOPS = Policy("dossiers.stops", _answers_for)
VOIDS = Policy("dossiers.voids", _voids)
HOLDS = Policy("dossiers.holds_task", holds_task)
ASSIGNS = Policy("dossiers.assigns", heads_task)
OPINES = Policy("dossiers.opines", _opines)
APPROVES = Policy("dossiers.approves", _approves)
MOVES = Policy("dossiers.moves", _moves)
RECALLS = Policy("dossiers.recalls", _handed_on)
MENDS = Policy("dossiers.mends", _mends)
IMPORTS = roles("dossiers.imports", Role.ADMINISTRATOR)
POSTS = Policy(
    "dossiers.posts",
    lambda actor, made: _sits_at_desk(actor, None) and (made is None or made.agency_id == actor.agency_id),
)
COMPENSATES = Policy(
    "dossiers.compensates",
    lambda actor, mishap: actor.role == Role.LEADER and (mishap is None or mishap.agency_id == actor.agency_id),
)
STARTS = Policy("dossiers.starts_part", lambda actor, dossier: actor.is_system or _sits_at_desk(actor, dossier))
EXPIRES = Policy("dossiers.expires", lambda actor, dossier: actor.is_system or _sits_at_desk(actor, dossier))
