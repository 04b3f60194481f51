"""The public API of what surrounds dossiers: identity numbers in full, prints, promises after a calendar changed."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Path, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.policies import ADMINISTERS
from motcua.serve.dossiers import queries
from motcua.serve.dossiers.actions.revealing import REASONS, print_control_slip, print_delivery, reveal_identity
from motcua.serve.dossiers.api import PROBLEMS, Short, Text
from motcua.serve.dossiers.api_actions import SCOPE
from motcua.serve.dossiers.models import RepromiseRun
from motcua.serve.dossiers.repromising import ask_repromising, plan_repromising

router = Router(tags=["dossiers"])
repromise_router = Router(tags=["calendars"])


class ReasonIn(Schema):
    """Why the number is needed; it is written down."""

    reason: Annotated[str, Field(pattern=f"^({'|'.join(REASONS)})$")]


class PartyOut(Schema):
    """A party with the identity number in full."""

    role: str
    name: str
    identity_number: str


class PrintedOut(Schema):
    """Which form was noted as printed."""

    code: str
    form: str


@router.post(
    "/{code}/reveal-identity",
    response={200: list[PartyOut], **PROBLEMS},
    summary="Show identity numbers in full",
    url_name="doc_reveal",
)
def reveal(request: HttpRequest, code: Short, body: ReasonIn) -> list[dict[str, Any]]:
    """Return the parties with their numbers; who asked and why stands in the ledger."""
    by = need_scope(request, SCOPE)
    found = queries.access_dossier_by_code(by=by, code=code)
    parties = reveal_identity(by=by, dossier_id=found.pk, reason=body.reason)
    return [{"role": p.part, "name": p.name, "identity_number": p.identity_number} for p in parties]


@router.post(
    "/{code}/print-delivery",
    response={200: PrintedOut, **PROBLEMS},
    summary="Note a print of the delivery sheet",
    url_name="doc_delivery",
)
def delivery(request: HttpRequest, code: Short) -> dict[str, Any]:
    """Note that the delivery sheet is printed; the page of the dossier gives the sheet."""
    by = need_scope(request, SCOPE)
    print_delivery(by=by, dossier_id=queries.access_dossier_by_code(by=by, code=code).pk)
    return {"code": code, "form": "delivery"}


@router.post(
    "/{code}/print-control-slip",
    response={200: PrintedOut, **PROBLEMS},
    summary="Note a print of the control slip",
    url_name="doc_control",
)
def control(request: HttpRequest, code: Short) -> dict[str, Any]:
    """Note that the control slip is printed."""
    by = need_scope(request, SCOPE)
    print_control_slip(by=by, dossier_id=queries.access_dossier_by_code(by=by, code=code).pk)
    return {"code": code, "form": "06"}


class MovingOut(Schema):
    """A dossier whose promise would move; local instants."""

    code: str
    old_due_at: dt.datetime
    new_due_at: dt.datetime


class PlanOut(Schema):
    """What a run would do: how many move, stay the same or were set by hand; the first that move."""

    moving: int
    same: int
    by_hand: int
    days: list[dt.date]
    promises: list[MovingOut]


class RunIn(Schema):
    """The decision that changed the calendar; it stands in the event of each dossier."""

    source: Text


class RunOut(Schema):
    """A run with its progress."""

    id: int
    calendar: str
    source: str
    total: int
    done: int
    moved: int
    busy: int
    finished_at: dt.datetime | None


READ, WRITE = "organisation:read", "organisation:write"


@repromise_router.get("/{code}/promises", response=PlanOut, summary="See which promises move", url_name="cal_promises")
def promises(request: HttpRequest, code: Short) -> dict[str, Any]:
    """Return which open promises would move after the calendar changed; nothing is written."""
    plan = plan_repromising(by=need_scope(request, READ), code=code)
    moving = [
        {"code": one.dossier.code, "old_due_at": one.old_due_at, "new_due_at": one.new_due_at} for one in plan.promises
    ]
    counts = {name: getattr(plan, name) for name in ("moving", "same", "by_hand")}
    return counts | {"days": list(plan.days), "promises": moving}


@repromise_router.post(
    "/{code}/promises", response={202: RunOut}, summary="Make the promises again", url_name="cal_promises"
)
def repromise(request: HttpRequest, code: Short, body: RunIn) -> Any:
    """Ask for the promises to be made again, as a job; ask for its progress."""
    run = ask_repromising(by=need_scope(request, WRITE), code=code, source=body.source, now=timezone.now())
    return Status(202, _run(run))


@repromise_router.get("/{code}/promises/{run_id}", response=RunOut, summary="See how far it is", url_name="cal_run")
def run_read(request: HttpRequest, code: Short, run_id: Annotated[int, Path(ge=1, le=2**62)]) -> dict[str, Any]:
    """Return the progress of a run."""
    ADMINISTERS.check(need_scope(request, READ))
    found = RepromiseRun.objects.select_related("calendar").filter(pk=run_id, calendar__code=code).first()
    if found is None:
        raise NotFound("repromise.none", _("There is no such run."))
    return _run(found)


def _run(run: RepromiseRun) -> dict[str, Any]:
    names = ("id", "source", "total", "done", "moved", "busy", "finished_at")
    return {name: getattr(run, name) for name in names} | {"calendar": run.calendar.code}
