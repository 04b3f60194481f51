"""The parts of a dossier's page that several agencies share: opinions, moves, mishaps, choices of the next step."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Agency, Post, Role
from motcua.record.organisation.queries import agency_by_code
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Step, Where
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.clock import hands_for
from motcua.serve.dossiers.actions.common import calendar_of, need
from motcua.serve.dossiers.actions.routing import keys_after
from motcua.serve.dossiers.models import Attachment, Consultation, Dossier, Draft, PostalItem, Task
from motcua.serve.dossiers.policies import APPROVES, HOLDS, OPINES, SERVES, STARTS
from motcua.serve.dossiers.queries import LinkedWhole, access_dossier, group_of, linked_of
from motcua.serve.dossiers.states import RUNNING
from motcua.serve.dossiers.views import parsing

Handler = Callable[[Actor, uuid.UUID, HttpRequest], object]


def joint_context(
    dossier: Dossier,
    steps: Sequence[Step],
    tasks: Sequence[Task],
    task: Task | None,
    actor: Actor,
    kinds: Collection[str],
) -> dict[str, Any]:
    """Return what the page shows of other agencies, and what the next hand asks to choose.

    Args:
        kinds: the kinds of the dossier's events; what never happened is not looked for.
    """
    asked = list(_asked(dossier)) if "dossier.consulted" in kinds else []
    mishaps = dossier.mishaps.select_related("agency")
    holds = HOLDS.allows(actor, task)
    following = _following(dossier, steps, tasks, task) if task and holds else []
    whole = linked_of(dossier) if "dossier.linked" in kinds else None
    return {
        "whole": whole,
        "may_start": whole is not None and STARTS.allows(actor, dossier) and _waits(whole, dossier),
        "postal": _postal(dossier) if "dossier.listed_for_post" in kinds else [],
        "phases": list(dossier.phases.order_by("number")) if _has_phases(steps) else [],
        "asked": [(question, _may_answer(actor, question), holds and _is_open(question)) for question in asked],
        "compensates": actor.role == Role.LEADER,
        "mishaps": list(mishaps) if "dossier.mishap_recorded" in kinds else [],
        "together": group_of(dossier) if "dossier.grouped" in kinds else [],
        "drafts": _drafts(dossier, actor) if "dossier.draft_written" in kinds else [],
        "following": following,
        "choose_agency": [s for s in following if s.where == Where.CHOSEN],
        "may_skip": [s for s in following if s.optional],
        "next_people": _next_people(task, following) if task else [],
    }


def _waits(whole: LinkedWhole, dossier: Dossier) -> bool:
    return any(line.waits and line.dossier.pk == dossier.pk for line in whole.lines)


def _postal(dossier: Dossier) -> list[PostalItem]:
    return list(dossier.postal_items.select_related("postal_list").order_by("pk"))


def _has_phases(steps: Sequence[Step]) -> bool:
    return any(switches_of(step.switches).first_result for step in steps)


def _drafts(dossier: Dossier, actor: Actor) -> list[tuple[Draft, str, bool]]:
    """Return the drafts with whose turn it is, and whether it is the actor's."""
    rows = []
    for draft in dossier.drafts.select_related("written_by__person", "attachment").order_by("-pk"):
        turn = str(Role(draft.hands[0]).label) if draft.status == Draft.Status.WAITING and draft.hands else ""
        rows.append((draft, turn, bool(turn) and APPROVES.allows(actor, draft)))
    return rows


def _asked(dossier: Dossier) -> QuerySet[Consultation]:
    return dossier.consultations.select_related("agency", "unit", "asked_by__person", "answered_by__person")


def _is_open(question: Consultation) -> bool:
    return question.answered_at is None and question.cancelled_at is None


def _may_answer(actor: Actor, question: Consultation) -> bool:
    return _is_open(question) and OPINES.allows(actor, question)


def _following(dossier: Dossier, steps: Sequence[Step], tasks: Sequence[Task], task: Task) -> list[Step]:
    if dossier.state not in RUNNING:
        return []
    keys = keys_after(steps, tasks, task)
    return [step for step in steps if step.key in keys]


def _next_people(task: Task, following: Sequence[Step]) -> list[Post]:
    """Return the people of the own agency who can do the next step, where the holder must choose one."""
    if not switches_of(task.step.switches).must_choose_person or not following:
        return []
    step = following[0]
    posts = Post.objects.on(timezone.localdate()).filter(
        unit__agency_id=task.agency_id, unit__kind=step.unit_kind, role=step.role
    )
    return list(posts.select_related("person", "unit").order_by("unit_id", "pk"))


@access(SERVES)
def agency_options(request: HttpRequest) -> HttpResponse:
    """Give the agencies of today as options of a list to type into; pages ask for it when it is needed."""
    agencies = Agency.objects.on(timezone.localdate()).order_by("level", "name_vi")
    return render(request, "dossiers/_agency_options.html", {"agencies": agencies})


def _agency(text: str) -> int:
    """Return the agency of a typed code, or of "name (code)".

    Raises:
        Refused: there is none today.
    """
    code = text.strip().rpartition("(")[2].rstrip(")") if text.strip().endswith(")") else text.strip()
    agency = agency_by_code(code, timezone.localdate())
    if agency is None:
        raise Refused("agency.unknown", _("Choose an agency of the list."), field="agency")
    return int(agency.pk)


def chosen_agencies(post: QueryDict) -> Mapping[str, int]:
    """Return the agencies chosen for the next steps: fields named `agency-<step key>`."""
    chosen = {name.removeprefix("agency-"): post[name] for name in post if name.startswith("agency-")}
    return {key: _agency(text) for key, text in chosen.items() if text.strip()}


def _consult(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    return actions.consult_agency(
        by=by,
        dossier_id=pk,
        agency_id=_agency(request.POST.get("agency", "")),
        question=request.POST.get("question", ""),
        days=parsing.number(request.POST, "days", 3),
    )


def _move(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    agency_id = _agency(request.POST.get("agency", ""))
    return actions.move_to_agency(by=by, dossier_id=pk, agency_id=agency_id, reason=request.POST.get("reason", ""))


def write_or(kind: str, at_once: Handler) -> Handler:
    """Return a handler that writes a draft where the process wants approval, else issues the paper at once."""

    def handle(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
        """Write the draft that the form holds, or do what is done at once."""
        dossier = access_dossier(by=by, dossier_id=pk)
        if not hands_for(dossier, kind):
            return at_once(by, pk, request)
        return actions.write_draft(
            by=by,
            dossier_id=pk,
            kind=kind,
            reason=request.POST.get("reason", ""),
            items=request.POST.get("items", "").splitlines(),
            days=parsing.number(request.POST, "days") or None,
            new_due_at=closing_on(dossier, parsing.date(request.POST, "new_due_on")),
            legal_basis=request.POST.get("legal_basis", ""),
        )

    return handle


def closing_on(dossier: Dossier, day: dt.date | None) -> dt.datetime | None:
    """Return the last closing of a local day by the dossier's calendar."""
    if day is None:
        return None
    return calendar_of(dossier).add(dt.datetime.combine(day, dt.time(0), tzinfo=LOCAL), 0, "d")


def _refuse(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    reason, basis = request.POST.get("reason", ""), request.POST.get("legal_basis", "")
    return actions.refuse_arrival(by=by, dossier_id=pk, reason=reason, legal_basis=basis)


def _draft_result(by: Actor, pk: uuid.UUID, request: HttpRequest) -> object:
    """Take the file in and write the draft, both or neither."""
    need(request.POST.get("reason", ""), "reason")
    file = request.FILES.get("file")
    if file is None:
        raise Refused("file.missing", _("Attach the draft of the result."), field="file")
    with transaction.atomic():
        purpose = Attachment.Purpose.DRAFT
        attached = actions.add_attachment(by=by, dossier_id=pk, file=file, purpose=purpose)
        reason = request.POST.get("reason", "")
        return actions.write_draft(by=by, dossier_id=pk, kind="result", reason=reason, attachment_id=attached.pk)


JOINT_HANDLERS: dict[str, Handler] = {
    "approve_draft": lambda by, pk, r: actions.approve_draft(
        by=by, dossier_id=pk, draft_id=parsing.number(r.POST, "draft")
    ),
    "reject_draft": lambda by, pk, r: actions.reject_draft(
        by=by, dossier_id=pk, draft_id=parsing.number(r.POST, "draft"), remark=r.POST.get("remark", "")
    ),
    "accept": lambda by, pk, r: actions.accept_arrival(by=by, dossier_id=pk, payment=parsing.payment(r.POST)),
    "ask_before": lambda by, pk, r: actions.ask_before_receipt(
        by=by, dossier_id=pk, items=r.POST.get("items", "").splitlines(), reason=r.POST.get("reason", "")
    ),
    "refuse": write_or("refusal", _refuse),
    "draft_result": _draft_result,
    "claim": lambda by, pk, r: actions.claim_compensation(
        by=by,
        dossier_id=pk,
        mishap_id=parsing.number(r.POST, "mishap"),
        damage=r.POST.get("damage", ""),
        amount=parsing.number(r.POST, "amount"),
    ),
    "compensate": lambda by, pk, r: actions.decide_compensation(
        by=by,
        dossier_id=pk,
        mishap_id=parsing.number(r.POST, "mishap"),
        amount=parsing.number(r.POST, "amount"),
        decision=r.POST.get("decision", ""),
    ),
    "pay_compensation": lambda by, pk, r: actions.pay_compensation(
        by=by, dossier_id=pk, mishap_id=parsing.number(r.POST, "mishap")
    ),
    "give_after_post": lambda by, pk, r: actions.give_after_post(
        by=by,
        dossier_id=pk,
        taken_by=r.POST.get("taken_by", ""),
        identity_number=r.POST.get("identity_number", ""),
    ),
    "start_part": lambda by, pk, r: actions.start_part(by=by, dossier_id=pk, paper=r.POST.get("paper", "")),
    "start_phase": lambda by, pk, r: actions.start_phase(by=by, dossier_id=pk),
    "consult": _consult,
    "move": _move,
    "answer": lambda by, pk, r: actions.answer_consultation(
        by=by,
        dossier_id=pk,
        consultation_id=parsing.number(r.POST, "consultation"),
        answer=r.POST.get("answer", ""),
    ),
    "cancel_question": lambda by, pk, r: actions.cancel_consultation(
        by=by, dossier_id=pk, consultation_id=parsing.number(r.POST, "consultation")
    ),
    "mishap": lambda by, pk, r: actions.record_mishap(
        by=by, dossier_id=pk, kind=r.POST.get("kind", ""), what=r.POST.get("what", "")
    ),
    "repair": lambda by, pk, r: actions.repair_mishap(
        by=by,
        dossier_id=pk,
        mishap_id=parsing.number(r.POST, "mishap"),
        repair=r.POST.get("repair", ""),
        cost=parsing.number(r.POST, "cost"),
    ),
}
