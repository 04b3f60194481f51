"""Pages of forms for administrators: the list, a form's versions, a version tried out, two compared."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.answers import check_definition
from motcua.serve.forms import queries
from motcua.serve.forms.actions import discard_draft, make_form, open_draft, publish, rename_form
from motcua.serve.forms.comparing import differences
from motcua.serve.forms.models import FormDefinition, FormVersion
from motcua.serve.forms.rendering import blank_page, take
from motcua.serve.forms.words import fault_with_place


def digest_of(fields: Sequence[Any]) -> str:
    """Return by what a page knows that a draft is still as it was shown."""
    return hashlib.sha256(json.dumps(list(fields), sort_keys=True).encode()).hexdigest()


def seen_fields(found: FormVersion, digest: str) -> Sequence[Any]:
    """Return the stored fields where the page showed these; otherwise what the action refuses."""
    return found.fields if digest == digest_of(found.fields) else [None]


def version_or_404(version_id: int) -> FormVersion:
    """Return a version with its form."""
    found = queries.version_with_form(version_id)
    if found is None:
        raise Http404
    return found


@access(ADMINISTERS)
def forms(request: HttpRequest) -> HttpResponse:
    """List the forms; make one."""
    status, typed, errors = 200, {"code": "", "name_vi": "", "name_en": ""}, {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:600] for name in typed}
        try:
            made = make_form(by=request.actor, now=timezone.now(), **typed)
            return redirect("forms:edit", made.pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            errors, status = errors_by_field(refusal), refusal.status
    today = timezone.localdate()
    listed = [(one, _summary(one, today)) for one in queries.forms_with_versions()]
    context = {"forms": listed, "typed": typed, "errors": errors}
    return render(request, "forms/list.html", context, status=status)


def errors_by_field(refusal: Refused) -> dict[str, str]:
    """Return what was refused by the field it concerns."""
    every = refusal.errors if isinstance(refusal, Invalid) else [refusal]
    return {error.field or "": error.message for error in every}


def _summary(one: FormDefinition, today: dt.date) -> dict[str, Any]:
    versions = list(one.versions.all())
    held = [v for v in versions if v.status == "published" and v.valid_from and v.valid_from <= today]
    draft = next((v for v in versions if v.status == "draft"), None)
    return {"held": held[0] if held else None, "draft": draft, "count": len(versions)}


@access(ADMINISTERS)
def form(request: HttpRequest, code: str) -> HttpResponse:
    """Show a form's versions, with what can be done to each; change its name."""
    found = queries.form_with_versions(code)
    if found is None:
        raise Http404
    versions = list(found.versions.all())
    typed, errors, status = {"name_vi": found.name_vi, "name_en": found.name_en}, {}, 200
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:600] for name in typed}
        try:
            rename_form(by=request.actor, code=code, now=timezone.now(), **typed)
            messages.success(request, _("The form's name is changed."))
            return redirect("forms:form", code)
        except NotAllowed:
            raise
        except Refused as refusal:
            errors, status = errors_by_field(refusal), refusal.status
    context = {
        "typed": typed,
        "errors": errors,
        "form": found,
        "versions": [(v, digest_of(v.fields)) for v in versions],
        "draft": next((v for v in versions if v.status == "draft"), None),
        "today": timezone.localdate(),
    }
    return render(request, "forms/form.html", context, status=status)


@access(ADMINISTERS)
@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft, as a copy of the newest version or of the one chosen."""
    text = request.POST.get("copy", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    try:
        opened = open_draft(by=request.actor, code=code, copy=number, now=timezone.now())
    except NotFound as none:
        raise Http404 from none
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("forms:form", code)
    return redirect("forms:edit", opened.pk)


@access(ADMINISTERS)
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show a version as the rooms draw it; answers can be tried and are not kept."""
    return show_version(request, version_or_404(version_id))


def show_version(
    request: HttpRequest, found: FormVersion, refusal: Refused | None = None, typed: str = ""
) -> HttpResponse:
    """Show a version, with what was wrong with publishing it."""
    today = timezone.localdate()
    faults = check_definition(found.definition)
    tried = request.method == "POST" and refusal is None and not faults
    page = take(found, request.POST, today, "p-")[1] if tried else blank_page(found.definition, today, "p-")
    context = {
        "version": found,
        "form": found.form,
        "page": page,
        "tried": tried,
        "faults": [fault_with_place(fault) for fault in faults] if found.status == "draft" else [],
        "errors": list(errors_by_field(refusal).values()) if refusal else [],
        "seen": digest_of(found.fields),
        "valid_from": typed or today.isoformat(),
    }
    status = refusal.status if refusal else 422 if tried and page.faults else 200
    return render(request, "forms/version.html", context, status=status)


@access(ADMINISTERS)
@require_POST
def publish_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Publish a draft from a date on."""
    found, typed = version_or_404(version_id), request.POST.get("valid_from", "").strip()[:20]
    try:
        publish(
            by=request.actor,
            version_id=found.pk,
            valid_from=_date(typed),
            seen=seen_fields(found, request.POST.get("seen", "")),
            now=timezone.now(),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return show_version(request, version_or_404(version_id), refusal, typed)
    messages.success(request, _("The version is published; it is asked from its date on."))
    return redirect("forms:form", found.form.code)


def _date(text: str) -> dt.date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Refused("form.valid_from", _("Give a date as day, month and year."), field="valid_from")
    return found


@access(ADMINISTERS)
@require_POST
def discard_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Give a draft up."""
    found = version_or_404(version_id)
    seen = seen_fields(found, request.POST.get("seen", ""))
    try:
        discard_draft(by=request.actor, version_id=found.pk, seen=seen, now=timezone.now())
        messages.success(request, _("The draft is discarded. It stays readable and can be copied."))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("forms:form", found.form.code)


@access(ADMINISTERS)
def compare(request: HttpRequest, version_id: int) -> HttpResponse:
    """Compare a version with another of its form, the one before it if none is chosen."""
    found = version_or_404(version_id)
    others = [v for v in found.form.versions.order_by("-number") if v.pk != found.pk]
    chosen = request.GET.get("with", "")
    before = next((v for v in others if v.number < found.number), others[0] if others else None)
    other = next((v for v in others if str(v.pk) == chosen), before)
    lines = differences(other.definition, found.definition) if other else []
    context = {"version": found, "form": found.form, "others": others, "other": other, "lines": lines}
    return render(request, "forms/compare.html", context)
