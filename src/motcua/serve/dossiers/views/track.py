"""For anyone with a slip: where the dossier is, when it is due, and whether the paper agrees with the ledger."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from motcua.record.accounts.access import access
from motcua.record.ledger.hashing import check_code
from motcua.record.ledger.models import Event
from motcua.record.organisation.policies import ANYONE
from motcua.serve.dossiers.actions.routing import steps_of_dossier, tasks_of
from motcua.serve.dossiers.models import Dossier, PostalItem, State, Supplement
from motcua.serve.dossiers.presenting import clock_of, proof_of, soon_day, timeline_of
from motcua.serve.dossiers.progress import step_lines
from motcua.serve.dossiers.queries import LinkedPartLine, LinkedWhole, events_of, linked_of, of_code, receipt_event

# What an applicant hears of; prints, corrections and assignments stay inside.
PUBLIC_KINDS = (
    "received", "given_at_once", "refused", "forwarded", "supplement_requested", "supplement_arrived",
    "supplement_expired", "paused_for_fee", "fee_settled", "extended", "apologised", "finished", "returned",
    "withdrawn", "stopped", "voided", "filed", "started", "first_result_ready", "first_result_returned",
    "phase_started", "posted", "post_arrived", "post_came_back", "given_after_post",
    "mishap_recorded", "mishap_repaired", "compensation_asked", "compensation_decided", "compensation_paid",
)  # fmt: skip


@access(ANYONE)
def track(request: HttpRequest) -> HttpResponse:
    """Show a dossier to who holds its code and its secret; a wrong pair does not tell which half is wrong."""
    code, secret = request.GET.get("code", "").strip(), request.GET.get("s", "").strip().upper()
    if not code or not secret:
        return render(request, "dossiers/track_form.html", {"code": code})
    dossier = (
        Dossier.objects.select_related("version__procedure", "process", "agency_competent", "agency_received", "desk")
        .filter(of_code(code))
        .first()
    )
    if dossier is None or not constant_time_compare(dossier.tracking_secret, secret):
        return render(request, "dossiers/track_form.html", {"code": code, "wrong": True}, status=404)
    if whole := linked_of(dossier):
        return render(request, "dossiers/track_linked.html", _whole_context(dossier, whole))
    return render(request, "dossiers/track.html", _context(request, dossier))


def _whole_context(dossier: Dossier, whole: LinkedWhole) -> dict[str, Any]:
    """Return what the applicant of a linked filing sees: one date, and each part with what happened to it."""
    names = {line.dossier.pk: line.dossier.version.name for line in whole.lines}
    # All parts were filed in one hour; what counts for each is when it was received.
    kinds = [f"dossier.{kind}" for kind in PUBLIC_KINDS if kind != "filed"]
    events = list(Event.objects.filter(chain_id__in=names, kind__in=kinds).order_by("occurred_at", "id"))
    return {
        "dossier": dossier,
        "whole": whole,
        "parts": [(line, _word(line)) for line in whole.lines],
        "postal": posted_items(*names),
        "ready": [line for line in whole.lines if line.dossier.state == State.FINISHED],
        "supplements": Supplement.objects.filter(dossier__in=list(names), arrived_at=None, expired_at=None),
        "timeline": [(line, names[event.chain_id]) for line, event in zip(timeline_of(events), events, strict=True)],
    }


def _word(line: LinkedPartLine) -> str:
    """Return the class of a part in the list: done, now, or ahead."""
    if line.waits:
        return "ahead"
    return "" if line.dossier.finished_at or line.dossier.ended_at else "now"


def _context(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    now = timezone.now()
    tasks, steps = tasks_of(dossier), steps_of_dossier(dossier)
    phases = list(dossier.phases.order_by("number"))
    running = next((phase for phase in reversed(phases) if phase.opened_at), None)
    events = [e for e in events_of(dossier) if e.kind.removeprefix("dossier.") in PUBLIC_KINDS]
    done = dossier.finished_at is not None or dossier.ended_at is not None
    lines = step_lines(steps, tasks, ended=dossier.ended_at is not None)
    return {
        "dossier": dossier,
        "clock": clock_of(dossier, now, soon_day(dossier, now)),
        "proof": proof_of(dossier, list(dossier.pauses.order_by("starts_at")), running),
        "phases": phases,
        "postal": posted_items(dossier.pk),
        "mishaps": dossier.mishaps.select_related("agency").order_by("pk"),
        "timeline": timeline_of(events),
        "steps": [(x.step, x.state == "now", done or x.state in ("done", "skipped")) for x in lines],
        "paper": paper_check(dossier, request.GET.get("c", "")),
        "supplement": dossier.supplements.filter(arrived_at=None, expired_at=None).first(),
    }


def posted_items(*dossier_ids: uuid.UUID) -> list[PostalItem]:
    """Return what the post carries or carried of dossiers: the applicant follows it by its tracking number."""
    items = PostalItem.objects.filter(dossier__in=dossier_ids).exclude(posted_at=None).exclude(status="removed")
    return list(items.select_related("postal_list").order_by("pk"))


def paper_check(dossier: Dossier, code: str) -> dict[str, Any]:
    """Compare the slip with the ledger: its check code with the hash of the event that promised the time.

    Returns:
        `known`: whether a code was given; `agrees`: whether it is that event's; `received_at` as the ledger has it;
        `row_agrees`: whether the dossier still shows the time that the ledger holds.
    """
    # Slips print the code in groups ("7ZK3-MQ9A").
    typed = code.replace("-", "").replace(" ", "").upper()
    event = receipt_event(dossier)
    if event is None:
        return {"known": False, "agrees": False, "received_at": None, "row_agrees": True}
    fields = event.payload["rows"][dossier.ledger_key()]
    received_at = parse_datetime(fields["received_at"])
    return {
        "known": bool(typed),
        "agrees": constant_time_compare(check_code(bytes(event.hash)), typed),
        "received_at": received_at,
        "row_agrees": received_at == dossier.received_at,
    }
