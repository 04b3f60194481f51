"""One page per dossier: its clock, timeline, papers, and the next allowed actions."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.queries import holders
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.queries import case_name
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.common import task_for
from motcua.serve.dossiers.actions.revealing import REASONS
from motcua.serve.dossiers.actions.routing import is_last_hand, steps_of_dossier, tasks_of
from motcua.serve.dossiers.declarations import declaration_context
from motcua.serve.dossiers.filing import PartyInput
from motcua.serve.dossiers.models import Attachment, Dossier, Party
from motcua.serve.dossiers.models.papers import SOMETHING_IN
from motcua.serve.dossiers.offers import offers
from motcua.serve.dossiers.policies import READS, REVEALS
from motcua.serve.dossiers.presenting import clock_of, proof_of, soon_day, timeline_of
from motcua.serve.dossiers.progress import step_lines
from motcua.serve.dossiers.queries import access_dossier, events_of, rows_told
from motcua.serve.dossiers.uploads import stored_path
from motcua.serve.dossiers.views import parsing
from motcua.serve.dossiers.views.answering import lacking_words
from motcua.serve.dossiers.views.joint import (
    JOINT_HANDLERS,
    Handler,
    chosen_agencies,
    closing_on,
    joint_context,
    write_or,
)


@access(READS)
def dossier_page(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Show a dossier."""
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    return render(request, "dossiers/dossier.html", page_context(request, dossier))


def page_context(request: HttpRequest, dossier: Dossier, failed: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return everything that the page shows, in few queries."""
    now = timezone.now()
    if dossier.case:
        prefetch_related_objects([dossier.version], "cases")
    tasks, steps = tasks_of(dossier), steps_of_dossier(dossier)
    task = task_for(request.actor, tasks)
    last = task is not None and is_last_hand(steps, tasks, task)
    parties = list(dossier.parties.all())
    events = events_of(dossier)
    offered = offers(request.actor, dossier, task, now, last=last, steps=steps, tasks=tasks)
    told = rows_told(events)
    completes = any(o.name == "accept" for o in offered)
    papers_in = list(dossier.components.filter(SOMETHING_IN).select_related("component"))
    declared = declaration_context(dossier, request.actor) if "declaration" in told else {}
    lacks = lacking_words(dossier, papers_in, declared.get("declared")) if completes else []
    joint = joint_context(dossier, steps, tasks, task, request.actor, {e.kind for e in events})
    running = next((phase for phase in reversed(joint["phases"]) if phase.opened_at), None)
    assigns = task is not None and any(o.name == "assign" for o in offered)
    assignees = holders(task.unit_id, task.role, now.astimezone(LOCAL).date()) if task and assigns else []
    return {
        "dossier": dossier,
        "case_name": case_name(dossier.version, dossier.case),
        "clock": clock_of(dossier, now, soon_day(dossier, now)),
        "proof": proof_of(dossier, list(dossier.pauses.order_by("starts_at")) if "pause" in told else [], running),
        "task": task,
        "lacks": lacks,
        "completes": completes,
        "must_attach": task is not None and switches_of(task.step.switches).must_attach_result,
        # What lacks something is completed first.
        "offers": [replace(o, main=False) if lacks and o.name == "accept" else o for o in offered],
        "main_offer": next((o for o in offered if o.main), None),
        "assignees": assignees,
        "return_steps": task.step.may_return_to if task else [],
        "steps": steps,
        "lines": step_lines(steps, tasks),
        **joint,
        "parties": parties,
        "owner": next((p for p in parties if p.part == Party.Part.OWNER), None),
        "papers_in": papers_in,
        "attachments": list(dossier.attachments.all()) if "attachment" in told else [],
        "reveal_reasons": REASONS.items() if REVEALS.allows(request.actor, dossier) else (),
        **declared,
        "papers_out": list(dossier.papers.order_by("pk")),
        "timeline": timeline_of(events),
        "failed": failed,
        "next_week": (now + dt.timedelta(days=7)).astimezone(LOCAL).date(),
        "fresh": request.GET.get("fresh") == "1",
    }


def _closing_on(request: HttpRequest, dossier_id: uuid.UUID, by: Actor, name: str) -> dt.datetime | None:
    """Return the last closing of a day that the form names."""
    return closing_on(access_dossier(by=by, dossier_id=dossier_id), parsing.date(request.POST, name))


def _extend(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    new = _closing_on(request, pk, by, "new_due_on")
    if new is None:
        raise Refused("new_due_at", _("Give the new date."), field="new_due_on")
    return actions.extend_with_apology(by=by, dossier_id=pk, reason=request.POST.get("reason", ""), new_due_at=new)


def _apologise(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    new = _closing_on(request, pk, by, "new_due_on")
    return actions.apologise(by=by, dossier_id=pk, reason=request.POST.get("reason", ""), new_due_at=new)


def _attach_result(by: Actor, pk: uuid.UUID, request: HttpRequest) -> None:
    if file := request.FILES.get("file"):
        actions.add_attachment(by=by, dossier_id=pk, file=file, purpose=Attachment.Purpose.RESULT)


def _forward(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    _attach_result(by, pk, request)
    assignee = parsing.number(request.POST, "assignee") or None
    return actions.forward_dossier(
        by=by,
        dossier_id=pk,
        assignee_id=assignee,
        note=request.POST.get("note", ""),
        agencies=chosen_agencies(request.POST),
        skip=request.POST.getlist("skip"),
    )


def _finish(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    _attach_result(by, pk, request)
    return actions.finish_dossier(by=by, dossier_id=pk, note=request.POST.get("note", ""))


def _attach(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    file = request.FILES.get("file")
    if file is None:
        raise Refused("file.missing", _("Choose a file."), field="file")
    purpose = request.POST.get("purpose", "")
    known = purpose if purpose in Attachment.Purpose.values else Attachment.Purpose.OTHER
    component = parsing.number(request.POST, "component") or None
    return actions.add_attachment(by=by, dossier_id=pk, file=file, purpose=known, component_id=component)


def _return(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    post = request.POST
    return actions.return_result(
        by=by,
        dossier_id=pk,
        taken_by=post.get("taken_by", ""),
        method=post.get("method", "counter"),
        identity_number=post.get("identity_number", ""),
        tracking_number=post.get("tracking_number", ""),
        payment=parsing.payment(post),
    )


def _with_kept_number(pk: uuid.UUID, part: str, typed: PartyInput) -> PartyInput:
    """Return what was typed with the number that is stored where none was: the form does not show it."""
    if typed.identity_number:
        return typed
    stored = Party.objects.filter(dossier_id=pk, part=part).values_list("identity_number", flat=True).first()
    return replace(typed, identity_number=stored or "")


def _correct(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    typed = {part: found for part in Party.Part.values if (found := parsing.party(request.POST, part)) and found.name}
    parties = {part: _with_kept_number(pk, part, found) for part, found in typed.items()}
    fields = {name: request.POST[name] for name in ("summary", "return_place", "note") if name in request.POST}
    return actions.correct_dossier(
        by=by, dossier_id=pk, reason=request.POST.get("reason", ""), parties=parties, fields=fields
    )


def _request_supplement(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    return actions.request_supplement(
        by=by,
        dossier_id=pk,
        items=request.POST.get("items", "").splitlines(),
        reason=request.POST.get("reason", ""),
        days=parsing.number(request.POST, "days") or None,
    )


def _stop(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    return actions.stop_dossier(by=by, dossier_id=pk, reason=request.POST.get("reason", ""))


HANDLERS: dict[str, Handler] = {
    **JOINT_HANDLERS,
    "forward": _forward,
    "finish": _finish,
    "extend": write_or("apology", _extend),
    "apologise": write_or("apology", _apologise),
    "attach": _attach,
    "return_result": _return,
    "correct": _correct,
    "send_back": lambda by, pk, r: actions.send_back_dossier(
        by=by, dossier_id=pk, to_step=r.POST.get("to_step", ""), reason=r.POST.get("reason", "")
    ),
    "recall": lambda by, pk, r: actions.recall_dossier(by=by, dossier_id=pk, reason=r.POST.get("reason", "")),
    "choose_case": lambda by, pk, r: actions.choose_case(
        by=by, dossier_id=pk, case=r.POST.get("case", ""), reason=r.POST.get("reason", "")
    ),
    "assign": lambda by, pk, r: actions.assign_task(
        by=by, dossier_id=pk, assignee_id=parsing.number(r.POST, "assignee")
    ),
    "request_supplement": write_or("supplement", _request_supplement),
    "record_supplement": lambda by, pk, r: actions.record_supplement(
        by=by, dossier_id=pk, payment=parsing.payment(r.POST)
    ),
    "expire_supplement": lambda by, pk, r: actions.expire_supplement(by=by, dossier_id=pk),
    "pause_for_fee": lambda by, pk, r: actions.pause_for_fee(
        by=by, dossier_id=pk, amount=parsing.number(r.POST, "amount"), note=r.POST.get("note", "")
    ),
    "settle_fee": lambda by, pk, r: actions.settle_fee(by=by, dossier_id=pk),
    "withdraw": lambda by, pk, r: actions.withdraw_dossier(by=by, dossier_id=pk, reason=r.POST.get("reason", "")),
    "stop": write_or("stop", _stop),
    "void": lambda by, pk, r: actions.void_receipt(by=by, dossier_id=pk, reason=r.POST.get("reason", "")),
}


@require_POST
@access(READS)
def act(request: HttpRequest, dossier_id: uuid.UUID, name: str) -> HttpResponse:
    """Do one action; a refusal shows the page again with what was typed."""
    handler = HANDLERS.get(name)
    if handler is None:
        raise Http404
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    try:
        handler(request.actor, dossier_id, request)
    except Refused as refusal:
        failed = {"name": name, "message": refusal.message, "v": request.POST}
        context = page_context(request, dossier, failed)
        return render(request, "dossiers/dossier.html", context, status=refusal.status)
    messages.success(request, _("Done."))
    return redirect("dossiers:dossier", dossier_id)


@access(READS)
def attachment(request: HttpRequest, dossier_id: uuid.UUID, attachment_id: int) -> FileResponse:
    """Give a file of a dossier, always as a download."""
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    found = dossier.attachments.filter(pk=attachment_id).first()
    if found is None or not stored_path(found.stored_name).is_file():
        raise Http404
    return FileResponse(
        stored_path(found.stored_name).open("rb"),
        as_attachment=True,
        filename=found.original_name,
        content_type=found.content_type,
    )
