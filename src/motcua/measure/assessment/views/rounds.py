"""Rounds: the list, a round's preparation and stages, its progress."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats.faults import in_language
from motcua.formats.frameworks import BadTable, read_table
from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import GroupInput
from motcua.measure.assessment.actions.stages import signs_off
from motcua.measure.assessment.awaiting import works_of
from motcua.measure.assessment.frameworks import framework_of, shipped, shipped_text
from motcua.measure.assessment.models import Assignment, Group, Member, Reminder, Round, Stage
from motcua.measure.assessment.policies import PREPARES, READS_ROUNDS, sees_round
from motcua.measure.assessment.queries import language, progress_of, waited_for
from motcua.measure.metrics.definitions import MEASURES
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.record.organisation.models import Agency, Level, Post, Role

STAGES = list(Stage)
APPRAISING = (Role.OFFICER, Role.HEAD, Role.LEADER, Role.CENTRE_MANAGER, Role.DOCUMENT_CLERK)


@access(READS_ROUNDS)
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds; an administrator begins one."""
    prepares = PREPARES.allows(request.actor)
    errors: list[str] = []
    if request.method == "POST":
        PREPARES.check(request.actor)
        try:
            found = _open(request)
            messages.success(request, _("The round is begun. Add its groups of agencies."))
            return redirect("assessment:round", found.pk)
        except Refused as refusal:
            errors = [refusal.message]
    context = {
        "works": works_of(request.actor, timezone.localdate()),
        "reminders": _reminders(request),
        "rounds": Round.objects.order_by("-made_at"),
        "prepares": prepares,
        "errors": errors,
        "typed": request.POST,
        "late": Round.Late.choices,
    }
    return render(request, "assessment/rounds.html", context, status=422 if errors else 200)


def _reminders(request: HttpRequest) -> list[Reminder]:
    """Return the newest reminder of each round to the actor's post or unit, of rounds that are still in that stage."""
    actor = request.actor
    if actor.post is None:
        return []
    mine = models.Q(post_id=actor.post.pk) | models.Q(agency_id=actor.agency_id)
    rows = Reminder.objects.filter(mine, stage=models.F("round__stage"), round__published_at=None)
    newest = {row.round_id: row for row in rows.select_related("round").order_by("at")}
    return sorted(newest.values(), key=lambda row: row.until)


def _open(request: HttpRequest) -> Round:
    post = request.POST
    first, last = _date(post.get("first", "")), _date(post.get("last", ""))
    if first is None or last is None:
        raise Refused("assessment.dates", _("Give the first and the last day of the period."), field="first")
    previous = Round.objects.filter(pk=_key(post.get("previous", ""))).first()
    return actions.open_round(
        by=request.actor,
        name=post.get("name", ""),
        first=first,
        last=last,
        late=post.get("late", Round.Late.REFUSED),
        previous=previous,
        now=timezone.now(),
    )


def _date(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@access(READS_ROUNDS)
def round_page(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Show a round: its stages, groups, people; whoever prepares it changes them here."""
    return _show(request, round_id)


def _show(request: HttpRequest, round_id: uuid.UUID, errors: Any = (), status: int = 200) -> HttpResponse:
    found = get_object_or_404(Round.objects.select_related("previous"), pk=round_id)
    prepares = PREPARES.allows(request.actor)
    standing = Member.objects.filter(round=found, taken_out_at=None)
    members = list(standing.select_related("agency").order_by("agency__code"))
    sees = sees_round(request.actor, found)
    visible = [m for m in members if sees or m.agency_id == request.actor.agency_id]
    standing_groups = found.groups.filter(taken_out_at=None).order_by("name")
    groups = [_group_line(group, members, visible, request.actor.agency_id) for group in standing_groups]
    context = {
        "round": found,
        "stages": _stages(found),
        "groups": groups,
        "sees": sees,
        "prepares": prepares and found.published_at is None,
        "decision": sees and found.stage in (Stage.COUNCIL, Stage.PUBLISHED),
        "signs_off": found.published_at is None and signs_off(request.actor, found),
        "earlier": STAGES[: STAGES.index(Stage(found.stage))],
        "changes": found.changes.select_related("by__person").order_by("at"),
        "errors": errors,
        "typed": request.POST,
        "late": Round.Late.choices,
        **(_preparing(found) if prepares else {}),
    }
    return render(request, "assessment/round.html", context, status=status)


def _group_line(group: Group, members: list[Member], visible: list[Member], agency: int | None) -> dict[str, Any]:
    framework = framework_of(group.text)
    return {
        "group": group,
        "framework": framework.names.get(language()) or framework.code,
        "count": sum(member.group_id == group.pk for member in members),
        "members": [member for member in visible if member.group_id == group.pk],
        "leads": [leaf for leaf, source in group.sources.items() if agency and source.get("agency") == agency],
        "leaves": [
            {
                "code": leaf.code,
                "name": leaf.name(language()),
                "source": group.sources.get(leaf.code, {}).get("kind", ""),
            }
            for leaf in framework.root.leaves()
        ],
    }


def _stages(found: Round) -> list[dict[str, Any]]:
    here = STAGES.index(Stage(found.stage))
    lines = []
    for place, stage in enumerate(STAGES):
        days = [dt.date.fromisoformat(day) for day in found.calendar.get(stage, [])]
        state = "done" if place < here else "here" if place == here else "ahead"
        lines.append({"code": stage.value, "label": stage.label, "state": state, "days": days})
    return lines


def _preparing(found: Round) -> dict[str, Any]:
    today = timezone.localdate()
    posts = Post.objects.on(today).filter(role__in=APPRAISING).select_related("person", "unit__agency")
    return {
        "frameworks": shipped(),
        "levels": Level.choices,
        "posts": posts.order_by("unit__agency__code", "person__folded_name")[:400],
        "assignments": found.assignments.filter(ended_at=None).select_related(
            "post__person", "post__unit__agency", "group"
        ),
        "parts": Assignment.Part.choices,
        "measures": sorted(MEASURES),
    }


@access(READS_ROUNDS)
def board(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Show how far every unit is, and whom to remind."""
    found = get_object_or_404(Round, pk=round_id)
    if not sees_round(request.actor, found):
        raise NotAllowed("assessment.board", _("The board is for those who prepare, appraise and decide."))
    lines = progress_of(found)
    context = {
        "round": found,
        "board": lines,
        "waited": waited_for(found, lines),
        "reminded": found.reminders.order_by("-at").values_list("at", flat=True).first(),
        "prepares": PREPARES.allows(request.actor) and found.published_at is None,
    }
    return render(request, "assessment/board.html", context)


@access(READS_ROUNDS)
@require_POST
def act(request: HttpRequest, round_id: uuid.UUID, name: str) -> HttpResponse:
    """Do one thing with a round; where it is refused, show the page again with what was typed."""
    handler = HANDLERS.get(name)
    if handler is None:
        raise Http404
    try:
        said = handler(request, round_id)
    except (NotAllowed, NotFound):
        raise
    except Invalid as invalid:
        return _show(request, round_id, [e.message for e in invalid.errors], invalid.status)
    except Refused as refusal:
        return _show(request, round_id, [refusal.message], refusal.status)
    messages.success(request, said)
    return redirect("assessment:round", round_id)


def _same(request: HttpRequest, round_id: uuid.UUID) -> dict[str, Any]:
    return {"by": request.actor, "round_id": round_id, "now": timezone.now()}


def _move_on(request: HttpRequest, round_id: uuid.UUID) -> str:
    found = actions.move_on(**_same(request, round_id))
    return _("Signed off. The round is now in the stage “%(stage)s”.") % {"stage": found.get_stage_display()}


def _reopen(request: HttpRequest, round_id: uuid.UUID) -> str:
    post = request.POST
    actions.reopen(stage=post.get("stage", ""), reason=post.get("reason", ""), **_same(request, round_id))
    return _("The stage is open again.")


def _publish(request: HttpRequest, round_id: uuid.UUID) -> str:
    actions.publish_round(**_same(request, round_id))
    return _("The round is published; nothing of it changes any more.")


def _set_calendar(request: HttpRequest, round_id: uuid.UUID) -> str:
    calendar = {}
    for stage in Stage.values:
        first, last = (_date(request.POST.get(f"{stage}_{end}", "")) for end in ("first", "last"))
        if first and last:
            calendar[stage] = (first, last)
    late = request.POST.get("late", "")
    actions.set_calendar(calendar=calendar, late=late, **_same(request, round_id))
    return _("The calendar is kept.")


def _add_group(request: HttpRequest, round_id: uuid.UUID) -> str:
    post = request.POST
    PREPARES.check(request.actor)
    codes = post.get("codes", "").replace(",", " ").split()
    today = timezone.localdate()
    agencies = Agency.objects.on(today).order_by("code")
    chosen = list(agencies.filter(code__in=codes) if codes else agencies.filter(level=post.get("level", "")))
    if missing := sorted(set(codes) - {agency.code for agency in chosen}):
        message = _("There is no agency %(codes)s.")
        raise Refused("assessment.no_code", message, field="codes", params={"codes": ", ".join(missing)})
    given = GroupInput(post.get("group_name", ""), _text(request), chosen)
    actions.add_group(group=given, **_same(request, round_id))
    return _("The group is in the round.")


def _text(request: HttpRequest) -> str:
    file = request.FILES.get("framework_file")
    if file is not None:
        try:
            return file.read(2_000_000).decode()
        except UnicodeDecodeError:
            raise Refused(
                "assessment.not_text", _("The framework is not a text file in UTF-8."), field="file"
            ) from None
    try:
        return shipped_text(request.POST.get("framework", ""))
    except KeyError:
        raise Refused("assessment.no_framework", _("Choose a framework."), field="framework") from None


def _group_in(request: HttpRequest, round_id: uuid.UUID) -> Group:
    return get_object_or_404(Group, pk=_key(request.POST.get("group", "")), round_id=round_id, taken_out_at=None)


def _take_out(request: HttpRequest, round_id: uuid.UUID) -> str:
    group = _group_in(request, round_id)
    actions.take_group_out(by=request.actor, group_id=group.pk, now=timezone.now())
    return _("“%(name)s” is out of the round.") % {"name": group.name}


def _set_source(request: HttpRequest, round_id: uuid.UUID) -> str:
    post, group = request.POST, _group_in(request, round_id)
    kind = post.get("kind", "")
    source: dict[str, Any] | None = {"kind": kind} if kind else None
    if source and kind == "measure":
        pairs = (line.partition("=") for line in post.get("inputs", "").replace(",", " ").split())
        source["inputs"] = {code.strip(): measure.strip() for code, _sign, measure in pairs}
    if source and kind == "lead":
        lead = Agency.objects.on(timezone.localdate()).filter(code=post.get("lead", "")).first()
        source["agency"] = lead.pk if lead else 0
    now = timezone.now()
    actions.set_source(by=request.actor, group_id=group.pk, leaf=post.get("leaf", ""), source=source, now=now)
    return _("The source is kept.")


def _assign(request: HttpRequest, round_id: uuid.UUID) -> str:
    post = request.POST
    chosen = get_object_or_404(Post, pk=int(post.get("post", "0") or 0) if post.get("post", "").isdecimal() else 0)
    group = _group_in(request, round_id) if post.get("group") else None
    leaves = post.get("leaves", "").replace(",", " ").split()
    actions.assign(post=chosen, part=post.get("part", ""), group=group, leaves=leaves, **_same(request, round_id))
    return _("Assigned.")


def _unassign(request: HttpRequest, round_id: uuid.UUID) -> str:
    key = _key(request.POST.get("assignment", "")) or round_id
    actions.unassign(by=request.actor, assignment_id=key, now=timezone.now())
    return _("The assignment is ended.")


def _load_table(request: HttpRequest, round_id: uuid.UUID) -> str:
    import tempfile

    PREPARES.check(request.actor)
    group, file = _group_in(request, round_id), request.FILES.get("table")
    if file is None:
        raise Refused("assessment.no_file", _("Choose a file."), field="table")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name or "table.csv").name
        path.write_bytes(file.read())
        try:
            table = read_table(path)
        except BadTable as bad:
            raise Refused(
                "assessment.table", "%(why)s", field="table", params={"why": in_language(language(), bad)}
            ) from bad
    changed = actions.load_table(by=request.actor, group_id=group.pk, table=table, now=timezone.now())
    return _("Leaves with new values: %(count)d.") % {"count": changed}


def _remind(request: HttpRequest, round_id: uuid.UUID) -> str:
    count = actions.remind(**_same(request, round_id))
    return _("Reminders written: %(count)d.") % {"count": count}


def _count(request: HttpRequest, round_id: uuid.UUID) -> str:
    changed = actions.count_measures(**_same(request, round_id))
    return _("Leaves with new values: %(count)d.") % {"count": changed}


HANDLERS: dict[str, Callable[[HttpRequest, uuid.UUID], str]] = {
    "move_on": _move_on,
    "reopen": _reopen,
    "publish": _publish,
    "set_calendar": _set_calendar,
    "add_group": _add_group,
    "take_out": _take_out,
    "set_source": _set_source,
    "assign": _assign,
    "unassign": _unassign,
    "load_table": _load_table,
    "count": _count,
    "remind": _remind,
}
