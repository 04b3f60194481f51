"""Promises made again after a calendar changed: what would move, and how far a run has come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import NotAllowed, NotFound, Refused
from motcua.record.organisation.policies import ADMINISTERS
from motcua.serve.dossiers.models import RepromiseRun
from motcua.serve.dossiers.repromising import ask_repromising, plan_repromising


@access(ADMINISTERS)
def repromise(request: HttpRequest) -> HttpResponse:
    """Show which promises would move, old and new; a press of the button starts the run."""
    asked = request.POST if request.method == "POST" else request.GET
    code, source, error, status = asked.get("code", "default"), request.POST.get("source", ""), "", 200
    if request.method == "POST":
        try:
            run = ask_repromising(by=request.actor, code=code, source=source, now=timezone.now())
            return redirect("dossiers:repromise_run", run.pk)
        except (NotAllowed, NotFound):
            raise
        except Refused as refusal:
            error, status = refusal.message, refusal.status
    plan = plan_repromising(by=request.actor, code=code)
    runs = RepromiseRun.objects.filter(calendar=plan.calendar).order_by("-asked_at")[:10]
    context = {"plan": plan, "runs": runs, "source": source, "error": error}
    return render(request, "dossiers/repromise.html", context, status=status)


@access(ADMINISTERS)
def repromise_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show how far a run has come; the part that changes asks for itself every second."""
    run = get_object_or_404(RepromiseRun.objects.select_related("calendar"), pk=run_id)
    part = bool(request.headers.get("HX-Request"))
    return render(request, "dossiers/_run.html" if part else "dossiers/repromise_run.html", {"run": run})
