"""The page that says how sure the ranks of a group are, and the part of it that the worker computes."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from motcua.measure.assessment import actions
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Entry, Firmness, Group, Step
from motcua.measure.assessment.policies import READS_ROUNDS, sees_round
from motcua.measure.assessment.scoring import inputs_at, score_inputs
from motcua.measure.firmness.asking import seed_asked, with_seed
from motcua.measure.firmness.computing import digest_of, sureness_of
from motcua.measure.firmness.telling import moves_told, told
from motcua.record.accounts.access import access


def _group(request: HttpRequest, group_id: uuid.UUID) -> Group:
    """Return a group whose ranks the actor may see: of a round that they see whole, or that is published."""
    group = get_object_or_404(Group.objects.select_related("round"), pk=group_id, taken_out_at=None)
    if group.round.published_at is None and not sees_round(request.actor, group.round):
        raise Http404
    return group


def _names(group: Group) -> dict[str, str]:
    rows = group.members.filter(taken_out_at=None).select_related("agency")
    return {str(member.pk): member.agency.name for member in rows}


def _moves(group: Group, names: dict[str, str]) -> dict[str, Any]:
    held = Firmness.objects.filter(pk=group.pk).first()
    address = reverse("assessment:firmness_moves", args=[group.pk])
    return {"moves_address": address, **moves_told(held, framework_of(group.text), names, timezone.now())}


@access(READS_ROUNDS)
def firmness(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Show the intervals of ranks, who cannot be told apart, and what moves ranks as far as it is computed."""
    group, seed = _group(request, group_id), seed_asked(request.GET)
    framework, names = framework_of(group.text), _names(group)
    inputs = inputs_at(sorted(names), Entry.objects.filter(member__group=group), Step.COUNCIL)
    found = sureness_of(score_inputs(framework, inputs), seed) if names else None
    context = {
        "group": group,
        "round": group.round,
        "seed": seed,
        "digest": digest_of(group.text, inputs, seed),
        **(told(found, names) if found else {}),
        **_moves(group, names),
    }
    return render(request, "assessment/firmness.html", context)


@access(READS_ROUNDS)
def moves(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Return the part of the page that the worker computes: its progress, then its tables."""
    group = _group(request, group_id)
    return render(request, "firmness/_moves.html", _moves(group, _names(group)))


@access(READS_ROUNDS)
@require_POST
def ask(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Ask the worker what moves the ranks."""
    seed = seed_asked(request.POST)
    actions.ask_what_moves(by=request.actor, group_id=group_id, now=timezone.now(), seed=seed)
    return redirect(with_seed(reverse("assessment:firmness", args=[group_id]), seed))
