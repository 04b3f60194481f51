"""Entering and appraising: a unit's leaves, a leaf across units; how a score came about; evidence."""

import contextlib
import re
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput
from motcua.measure.assessment.actions.entering import OPEN, PARTS, UNITS_STEPS
from motcua.measure.assessment.asking import Asked
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Assignment, Entry, Evidence, Group, Member, Step
from motcua.measure.assessment.policies import (
    ENTERS,
    READS_ROUNDS,
    SEES,
    SUBMITS,
    check_appraiser,
    covers,
    own_agencies,
    parts_of,
    sees_round,
)
from motcua.measure.assessment.queries import LeafLine, Section, Sheet, language
from motcua.measure.assessment.scoring import score_group
from motcua.record.accounts.access import access
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.serve.dossiers.uploads import stored_path

KEPT = "assessment.evidence"


def member_seen(member_id: uuid.UUID, actor: Actor) -> Member:
    """Return a unit of a round that the actor may see; 404 for any other."""
    rows = Member.objects.select_related("round", "group", "agency", "submitted_by__person")
    member = get_object_or_404(rows, pk=member_id, taken_out_at=None)
    if not SEES.allows(actor, member):
        raise Http404
    return member


@access(READS_ROUNDS)
def unit(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Show a unit's leaves with every step side by side; who may enters at the present step."""
    member = member_seen(member_id, request.actor)
    failed: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        failed, status = _save(request, [member])
        if not failed:
            return redirect(request.get_full_path() + _anchor(request, member))
    sheet = Sheet(member.round, member.group)
    member = next(each for each in sheet.members if each.pk == member.pk) if sheet.members else member
    asked = _asked(request.actor, sheet, member)
    sections = sheet.sections(member, asked)
    _put_back(request, [line for section in sections for line in section.lines], failed)
    whole = "all" in request.GET
    enters = _enters(request.actor, sheet, member)
    unsaved = "" if enters or not failed else _typed(request)
    own = member.agency_id == request.actor.agency_id
    context = {
        "member": member,
        "round": sheet.round,
        "group": sheet.group,
        "sections": list(zip(sections, [*sections[1:], None], strict=True)),
        "asked": asked,
        "whole": whole,
        "unfolded": unfolded(sections, whole),
        "totals": sheet.totals(member),
        "root": sheet.framework.root.code,
        "most": sheet.framework.root.points,
        "enters": enters,
        "own": own,
        "submits": own and SUBMITS.allows(request.actor, member) and sheet.step == Step.SELF,
        "step": sheet.step,
        "values": sheet.step != Step.EXPLANATION,
        "appraises": sheet.step in PARTS,
        "unsaved": unsaved,
        **_limits(),
        "errors": list(failed.values()),
        "kept": Evidence.objects.filter(agency_id=member.agency_id).order_by("-at")[:100] if own else [],
    }
    return render(request, "assessment/unit.html", context, status=status)


def unfolded(sections: list[Section], whole: bool) -> frozenset[str]:
    """Return the codes of the parts to show unfolded: those with an error, else the first unfinished one.

    Args:
        whole: all of them are asked for. A part that is the only one is never folded.
    """
    if whole or len(sections) == 1:
        return frozenset(section.node.code for section in sections)
    wrong = frozenset(section.node.code for section in sections if section.wrong)
    first = next((section.node.code for section in sections if section.asked.left), None)
    return wrong or frozenset({first} if first else ())


def _asked(actor: Actor, sheet: Sheet, member: Member) -> Asked:
    """Return what the stage asks: of an appraiser, the leaves that they were assigned to."""
    found = sheet.asked(member)
    if sheet.step not in (Step.APPRAISAL, Step.REAPPRAISAL):
        return found
    parts = [each for each in parts_of(actor, member.round_id) if each.part == Assignment.Part.APPRAISER]
    own = [leaf for leaf in found.leaves if any(covers(each, member, leaf) for each in parts)]
    return found.within(own) if parts else found


def _anchor(request: HttpRequest, member: Member) -> str:
    """Return where on the page to go on: at the part that the pressed button names."""
    at = request.POST.get("at", "")
    codes = {node.code for node in framework_of(member.group.text).root.walk()}
    return f"#s-{quote(at)}" if at in codes else ""


def _limits() -> dict[str, int]:
    most: int = settings.UPLOAD_LIMIT_BYTES
    return {"most_bytes": most, "most_megabytes": most // 1_048_576}


def _typed(request: HttpRequest) -> str:
    """Return what a refused form says, as text to be copied, where the form itself is not shown any more."""
    said = []
    for name, text in request.POST.items():
        kind, _sign, place = name.partition(":")
        if kind in ("v", "note", "disputed") and text.strip():
            said.append(f"{place.partition(':')[2]}: {text.strip()}")
    return "\n".join(said)


def _enters(actor: Actor, sheet: Sheet, member: Member) -> bool:
    """Tell whether the actor may enter at the present step; which leaves an appraiser has the action checks."""
    if not sheet.step:
        return False
    if sheet.step in UNITS_STEPS:
        open_ = sheet.step != Step.SELF or member.submitted_at is None
        return open_ and ENTERS.allows(actor, member)
    try:
        parts = parts_of(actor, member.round_id)
        leaves = [leaf for part in parts for leaf in part.leaves] or [""]
        check_appraiser(actor, member, leaves[0], PARTS[Step(sheet.step)], parts)
    except NotAllowed:
        return False
    return True


@access(READS_ROUNDS)
def leaf(request: HttpRequest, group_id: uuid.UUID, code: str) -> HttpResponse:
    """Show one leaf across the units of a group: how appraisers work."""
    group = get_object_or_404(Group.objects.select_related("round"), pk=group_id, taken_out_at=None)
    source = group.sources.get(code, {})
    leads = source.get("kind") == "lead" and source.get("agency") == request.actor.agency_id
    if not leads and not sees_round(request.actor, group.round):
        raise Http404
    failed: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        failed, status = _save(request, list(group.members.filter(taken_out_at=None)))
        if not failed:
            following = request.POST.get("next", "")
            return redirect("assessment:leaf", group.pk, following) if following else redirect(request.get_full_path())
    sheet = Sheet(group.round, group)
    if leads and group.round.stage in OPEN[Step.SOURCE]:
        sheet.step = Step.SOURCE
    leaves = list(sheet.framework.root.leaves())
    node = next((each for each in leaves if each.code == code), None)
    if node is None:
        raise Http404
    lines = [sheet.line(member, node) for member in sheet.members]
    _put_back(request, lines, failed)
    place = leaves.index(node)
    parts = parts_of(request.actor, group.round_id)
    own = own_agencies(request.actor)
    pairs = [(line, _may(sheet, line, parts, own)) for line in lines]
    some_may = any(may for _line, may in pairs)
    context = {
        "some_may": some_may,
        "appraises": sheet.step in PARTS,
        "done": sum(line.mine is not None for line in lines),
        "total": len(lines),
        "unsaved": "" if some_may or not failed else _typed(request),
        "round": group.round,
        "group": group,
        "node": node,
        "name": node.name(language()),
        "lines": pairs,
        "before": leaves[place - 1] if place else None,
        "after": leaves[place + 1] if place + 1 < len(leaves) else None,
        "step": sheet.step,
        "errors": list(failed.values()),
    }
    return render(request, "assessment/leaf.html", context, status=status)


def _may(sheet: Sheet, line: LeafLine, parts: Any, own: frozenset[int]) -> bool:
    """Tell whether a line may be typed into; `own` are the actor's agencies, none of which they appraise."""
    if sheet.step == Step.SOURCE:
        return True
    if line.measured or not sheet.step or sheet.step in UNITS_STEPS or line.member.agency_id in own:
        return False
    part = PARTS[Step(sheet.step)]
    return any(each.part == part and covers(each, line.member, line.leaf.code) for each in parts)


def _save(request: HttpRequest, members: list[Member]) -> tuple[dict[str, str], int]:
    """Save what a form sends; return its errors by place, and the status to answer with.

    Files are kept first: a value that is refused does not lose them.
    """
    try:
        rows = [_row(request, key, members) for key in request.POST.getlist("row")]
        step = request.POST.get("step", "")
        if step not in Step.values:
            raise Refused("assessment.step", _("The round has moved on meanwhile; look at the page again."))
        written = actions.save_entries(by=request.actor, step=step, entries=rows, now=timezone.now())
    except (NotAllowed, NotFound):
        raise
    except Invalid as invalid:
        return {error.field: error.message for error in invalid.errors}, 422
    except Refused as refusal:
        return {"page": refusal.message}, refusal.status
    messages.success(request, _("Saved: %(count)d.") % {"count": len(written)})
    return {}, 200


def _row(request: HttpRequest, key: str, members: list[Member]) -> EntryInput:
    member_key, _sign, code = key.partition(":")
    member = next((each for each in members if str(each.pk) == member_key), None)
    if member is None:
        raise NotFound("assessment.no_unit", _("This unit is not assessed in this round."))
    start = f"v:{key}:"
    values = {name.removeprefix(start): text for name, text in request.POST.items() if name.startswith(start)}
    evidence = [each for each in request.POST.getlist(f"evidence:{key}") if each]
    # Filled in place: where a later value is refused, the page shows what was kept of the files.
    request.META.setdefault(KEPT, {})[key] = evidence
    for file in request.FILES.getlist(f"file:{key}"):
        note = request.POST.get(f"file_note:{key}", "")
        kept = actions.add_evidence(
            by=request.actor, agency=request.actor.post.unit.agency, file=file, note=note, now=timezone.now()
        )
        evidence.append(str(kept.pk))
    disputed = re.split(r"[\s,;]+", request.POST.get(f"disputed:{key}", "").strip())
    note = request.POST.get(f"note:{key}", "").replace("\r\n", "\n")
    return EntryInput(
        member_id=member.pk,
        leaf=code,
        values=values,
        note=note,
        evidence=list(dict.fromkeys(evidence)),
        disputed=[each for each in disputed if each],
        recognised=request.POST.get(f"recognised:{key}") == "1",
        checked=[int(place) for place in request.POST.getlist(f"check:{key}") if place.isdecimal()],
    )


def _put_back(request: HttpRequest, lines: list[LeafLine], failed: dict[str, str]) -> None:
    """Put what was typed back into the fields of a form that was refused."""
    if not failed:
        return
    held = request.META.get(KEPT, {})
    kept = {str(row.pk): row for row in Evidence.objects.filter(pk__in=_keys(held))}
    for line in lines:
        if line.key not in request.POST.getlist("row"):
            continue
        line.evidence = [kept[key] for key in dict.fromkeys(held.get(line.key, ())) if key in kept]
        line.typed = {
            "note": request.POST.get(f"note:{line.key}", ""),
            "disputed": request.POST.get(f"disputed:{line.key}", ""),
        }
        line.error = "; ".join(text for place, text in failed.items() if f"{place}:".startswith(f"{line.key}:"))
        for place, each in enumerate(line.fields):
            typed = request.POST.get(f"v:{line.key}:{each.code}", "")
            line.fields[place] = replace(each, value=typed)


def _keys(held: dict[str, list[str]]) -> list[uuid.UUID]:
    found = []
    for text in {text for texts in held.values() for text in texts}:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


@access(READS_ROUNDS)
@require_POST
def unit_act(request: HttpRequest, member_id: uuid.UUID, name: str) -> HttpResponse:
    """Sign a self-assessment off, take that back, comment on a leaf."""
    member = member_seen(member_id, request.actor)
    now = timezone.now()
    try:
        if name in ("submit", "take_back"):
            back = name == "take_back"
            actions.submit_self_assessment(by=request.actor, member_id=member.pk, now=now, back=back)
            messages.success(request, _("Taken back.") if back else _("The self-assessment is signed off."))
        elif name == "comment":
            post = request.POST
            text, code = post.get("comment", ""), post.get("leaf", "")
            actions.add_comment(by=request.actor, member_id=member.pk, leaf=code, text=text, now=now)
            messages.success(request, _("Your comment is there."))
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("assessment:unit", member.pk)


@access(READS_ROUNDS)
def derivation(request: HttpRequest, member_id: uuid.UUID, code: str) -> HttpResponse:
    """Show how a unit's score came about, down to the inputs, at the step that is asked for."""
    member = member_seen(member_id, request.actor)
    step = request.GET.get("step", Step.COUNCIL)
    scored = score_group(member.group, step if step in Step.values else Step.COUNCIL)
    try:
        found = scored.derivation(member.pk, code, language())
    except KeyError:
        raise Http404 from None
    recipes = Entry.objects.filter(member=member, step=Step.SOURCE).exclude(recipe={})
    context = {
        "member": member,
        "lines": list(_flat(found)),
        "name": found.name,
        "recipes": {entry.leaf: entry.recipe for entry in recipes},
    }
    return render(request, "assessment/derivation.html", context)


def _flat(found: Any, depth: int = 0) -> Any:
    yield depth, found
    for part in found.parts:
        yield from _flat(part, depth + 1)


@access(READS_ROUNDS)
def evidence(request: HttpRequest, evidence_id: uuid.UUID) -> HttpResponse:
    """Hand a file of evidence out to those who see the unit that it proves something of."""
    row = get_object_or_404(Evidence, pk=evidence_id)
    if row.agency_id != request.actor.agency_id:
        members = Member.objects.filter(entries__evidence__contains=[str(row.pk)]).distinct()
        if not any(SEES.allows(request.actor, member) for member in members):
            raise Http404
    path = stored_path(row.stored_name)
    if not path.is_file():
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=row.original_name)
    answer["Content-Type"] = row.content_type
    return answer
