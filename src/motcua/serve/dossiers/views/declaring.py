"""A procedure's form in the flow of intake, and the page that corrects a declaration."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.rules.answers import Wrong, validate
from motcua.rules.working_time import to_local_date
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.queries import version_on
from motcua.serve.dossiers.actions import correct_answers
from motcua.serve.dossiers.actions.declaring import declaration_of, form_of
from motcua.serve.dossiers.declarations import REUSED, reused, with_kept_numbers, without_numbers
from motcua.serve.dossiers.policies import CORRECTS, READS, RECEIVES
from motcua.serve.dossiers.queries import access_dossier
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.rendering import Page, page_of, read_sent

PREFIX = "f-"


def sent_answers(post: QueryDict, day: dt.date) -> dict[str, Any] | None:
    """Return the answers of an intake page; None where the declaration was handed in on paper."""
    if post.get("declare") != "on":
        return None
    version = version_on(post.get("procedure", ""), day)
    form = form_of(version, day) if version else None
    return read_sent(form.definition, post, PREFIX) if form else None


def declaration_context(request: HttpRequest, version: ProcedureVersion, day: dt.date) -> dict[str, Any]:
    """Return what the intake page shows of the procedure's form: nothing where it has none."""
    form = form_of(version, day)
    if form is None:
        return {}
    return {"form": form.form, "form_page": _drawn(form, request.POST, day), "declare": _declares(request.POST)}


def _declares(post: QueryDict) -> bool:
    return post.get("declare") == "on" or post.get("decision") == "prefill"


def _drawn(form: FormVersion, post: QueryDict, day: dt.date) -> Page:
    """Return the form with what was typed; faults only once it was sent to be received."""
    fields = form.definition
    answers = read_sent(fields, post, PREFIX) if post else {}
    wrong: Mapping[str, Wrong] = {}
    if post.get("decision") == "prefill":
        answers = reused(fields, answers, {name: post.get(f"owner_{name}", "") for name in REUSED.values()})
    elif post.get("declare") == "on":
        wrong = validate(fields, answers, day)[1]
    return page_of(fields, answers, wrong, day, PREFIX)


@require_POST
@access(RECEIVES)
def declaration_part(request: HttpRequest) -> HttpResponse:
    """Answer a part of the intake page: the form, what is blank taken from the applicant.

    By POST: names and numbers are personal, and addresses end up in logs.
    """
    today = timezone.localdate()
    version = version_on(request.POST.get("procedure", ""), today)
    context = declaration_context(request, version, today) if version else {}
    if not context:
        raise Http404
    return render(request, "dossiers/_declaration_fields.html", context)


@access(READS)
def declaration(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Correct a declaration: the form with its answers, and the reason."""
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    found = declaration_of(dossier)
    if found is None:
        raise Http404
    CORRECTS.check(request.actor, dossier)
    fields, day = found.form.definition, to_local_date(dossier.received_at)
    wrong: Mapping[str, Wrong] = {}
    answers, reason, refusal = without_numbers(fields, found.answers), "", None
    if request.method == "POST":
        answers, reason = read_sent(fields, request.POST, PREFIX), request.POST.get("reason", "")
        whole = with_kept_numbers(fields, answers, found.answers)
        try:
            correct_answers(by=request.actor, dossier_id=dossier.pk, answers=whole, reason=reason)
            messages.success(request, _("Corrected. Print the declaration and have it signed anew."))
            return redirect("dossiers:dossier", dossier.pk)
        except (NotAllowed, NotFound):
            raise
        except Refused as refused:
            refusal, wrong = refused, validate(fields, whole, day)[1]
    context = {
        "dossier": dossier,
        "form": found.form.form,
        "form_page": page_of(fields, answers, wrong, day, PREFIX),
        "reason": reason,
        "refused": refusal.message if refusal and not isinstance(refusal, Invalid) else "",
    }
    status = refusal.status if refusal else 200
    return render(request, "dossiers/declaration.html", context, status=status)
