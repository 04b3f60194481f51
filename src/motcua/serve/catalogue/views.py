"""Procedure pages for anyone, and the search behind the intake page."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from motcua.record.accounts.access import access
from motcua.record.organisation.policies import ANYONE, HAS_POST
from motcua.serve.catalogue.models import Process
from motcua.serve.catalogue.queries import search_versions, steps_of, version_on, versions_on


@access(ANYONE)
def procedure_list(request: HttpRequest) -> HttpResponse:
    """List the procedures in force, by field; search without diacritics."""
    today = timezone.localdate()
    words = request.GET.get("q", "")[:200]
    rows = search_versions(words, today) if words else versions_on(today).order_by("folded_name")
    rows = sorted(rows[:500], key=lambda v: (v.procedure.field.name, v.folded_name))
    return render(request, "catalogue/list.html", {"versions": rows, "q": words})


@access(ANYONE)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a procedure asks, costs and promises."""
    today = timezone.localdate()
    version = version_on(code, today)
    if version is None:
        raise Http404
    in_force = Process.objects.on(today).filter(version=version, status__in=Process.SERVING)
    context = {
        "version": version,
        "processes": [(process, steps_of(process)) for process in in_force],
        "is_staff": HAS_POST.allows(request.actor),
    }
    return render(request, "catalogue/procedure.html", context)


@access(ANYONE)
def options(request: HttpRequest) -> JsonResponse:
    """Answer the combobox: procedures whose name or code holds every word."""
    found = search_versions(request.GET.get("q", "")[:200], timezone.localdate())[:12]
    return JsonResponse(
        [
            {"value": v.procedure.code, "label": v.name, "hint": f"{v.procedure.code} · {v.procedure.field.name}"}
            for v in found
        ],
        safe=False,
    )
