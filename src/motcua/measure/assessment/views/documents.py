"""What goes out of a round as documents: the decision's draft, slides for the conference, score cards on paper."""

import uuid
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from motcua.measure.assessment.models import Round, Stage
from motcua.measure.assessment.policies import READS_ROUNDS, sees_round
from motcua.measure.assessment.publication import content_of
from motcua.measure.assessment.publishing.cards import card_pdf as write_card
from motcua.measure.assessment.publishing.told import ToldGroup, told_groups
from motcua.measure.assessment.queries import language
from motcua.measure.assessment.views.public import published
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict
from motcua.record.organisation.policies import ANYONE
from motcua.record.organisation.queries import province_on

STATIC = Path(__file__).parents[1] / "static" / "assessment"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_LOST = 8


@access(READS_ROUNDS)
def decision(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Hand out the draft of the decision: of what was published, or of what the council would publish now."""
    from motcua.measure.assessment.publishing.decision import Issuer, write_decision

    found = get_object_or_404(Round, pk=round_id)
    if not sees_round(request.actor, found) and found.published_at is None:
        raise Http404
    if found.published_at is None and found.stage != Stage.COUNCIL:
        raise Conflict("assessment.no_decision", _("The decision is drafted when the round is before the council."))
    content = found.content if found.published_at is not None else content_of(found)
    province = province_on(timezone.localdate())
    issuer = Issuer(province.name_vi, province.place) if province else Issuer("Ủy ban nhân dân", "")
    answer = HttpResponse(write_decision(content, issuer, timezone.localdate(), found.sha256), content_type=DOCX)
    answer["Content-Disposition"] = f'attachment; filename="quyet-dinh-{found.last.year}.docx"'
    return answer


@access(ANYONE)
def slides(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Show a published round as slides; `?file=1` hands them out as one file that needs nothing else."""
    found = published(round_id)
    whole = "file" in request.GET
    groups = [{**vars(group), **_more(group, found.content)} for group in told_groups(found.content, language())]
    context: dict[str, Any] = {"round": found, "groups": groups, "whole": whole, "language": language()}
    if whole:
        # Both are files of this house; nothing that anybody typed is in them.
        context |= {
            "css": mark_safe((STATIC / "slides.css").read_text(encoding="utf-8")),
            "js": mark_safe((STATIC / "slides.js").read_text(encoding="utf-8")),
        }
    answer = render(request, "assessment/slides.html", context)
    if whole:
        answer["Content-Disposition"] = f'attachment; filename="slides-{found.last.year}.html"'
    return answer


def _more(group: ToldGroup, content: dict[str, Any]) -> dict[str, Any]:
    held = next(each for each in content["groups"] if each["name"] == group.name)
    return {
        "ranked": group.ranked,
        "risers": group.risers,
        "fallers": group.fallers,
        "weakest": group.weakest,
        "lost": _lost(group, held),
    }


def _lost(group: ToldGroup, held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the leaves at which the group lost most points on average, as a share of what can be reached."""
    found = []
    for leaf in group.framework.root.leaves():
        pairs = [unit["nodes"][leaf.code] for unit in held["units"]]
        known = [(points or 0.0, most) for points, most in pairs if most]
        if known and not leaf.adjustment:
            most = sum(most for _points, most in known) / len(known)
            lost = most - sum(points for points, _most in known) / len(known)
            found.append({"name": leaf.name(language()), "lost": lost, "most": most, "share": 100 * lost / most})
    return sorted((line for line in found if line["lost"] > 0.005), key=lambda line: -line["lost"])[:MOST_LOST]


@access(ANYONE)
def card_pdf(request: HttpRequest, round_id: uuid.UUID, code: str) -> HttpResponse:
    """Hand a unit's score card out as one page."""
    found = published(round_id)
    address = request.build_absolute_uri(f"/rankings/{found.pk}/")
    try:
        made = write_card(found.content, code, found.sha256, address)
    except KeyError:
        raise Http404 from None
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{code}.pdf"'
    return answer
