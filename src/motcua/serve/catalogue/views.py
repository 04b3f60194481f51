"""Procedure pages for anyone, and the search behind the intake page."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from motcua.record.accounts.access import access
from motcua.record.organisation.models import Agency, Level
from motcua.record.organisation.policies import ANYONE, HAS_POST
from motcua.serve.catalogue.difference_words import level_words
from motcua.serve.catalogue.models import Field, ProcedureVersion, ServiceLevel
from motcua.serve.catalogue.presenting import (
    changes_between,
    deciding_agencies,
    papers_by_case,
    processes_in_force,
    standing_ones,
    standings,
    tiers_of,
    ways_of,
)
from motcua.serve.catalogue.publication.policies import DRAFTS, IMPORTS
from motcua.serve.catalogue.queries import versions_on
from motcua.serve.catalogue.reading import PARTS, content_of
from motcua.serve.catalogue.searching import Filters, Found, When, find_versions

PAGE = 50
# Agencies that decide are named one by one up to this number; communes are counted.
MOST_NAMED = 12
TIERS = ("ministry", *Level.values, "other")


def filters_of(request: HttpRequest) -> Filters:
    """Return what a page's address asks for; `q` are the words."""
    names = ("field", "level", "agency", "online", "subject", "when")
    asked = {name: request.GET.get(name, "").strip()[:200] for name in names}
    if asked["when"] not in When.values:
        asked["when"] = When.IN_FORCE.value
    return Filters(words=request.GET.get("q", "").strip()[:200], **asked)


def list_context(filters: Filters, request: HttpRequest, whens: list[str]) -> dict[str, Any]:
    """Return what a list of procedures shows: a page of versions and the choices of its filters."""
    today = timezone.localdate()
    page = Paginator(Found(filters, today), PAGE).get_page(request.GET.get("page"))
    agencies = Agency.objects.on(today).exclude(level=Level.COMMUNE).order_by("code")
    return {
        "page": page,
        "filters": filters,
        "fields": Field.objects.order_by("name_vi"),
        "tiers": [(tier, level_words(tier)) for tier in TIERS],
        "agencies": agencies,
        "online_levels": ServiceLevel.choices,
        "subjects": subjects(today),
        "whens": [(when.value, when.label) for when in When if when in whens],
    }


def subjects(day: dt.date) -> list[str]:
    """Return the kinds of people and bodies that procedures in force on a day name."""
    rows = versions_on(day).values_list("subjects", flat=True).distinct()
    return sorted({subject for row in rows for subject in row})


@access(ANYONE)
def procedure_list(request: HttpRequest) -> HttpResponse:
    """List the procedures in force, or what a search and filters ask for."""
    context = list_context(filters_of(request), request, [When.IN_FORCE, When.COMING, When.CLOSED])
    if context["filters"].when in (When.DRAFT, When.DISCARDED):
        raise Http404
    return render(request, "catalogue/list.html", context | {"is_staff": HAS_POST.allows(request.actor)})


@access(HAS_POST)
def record_list(request: HttpRequest) -> HttpResponse:
    """List procedures for staff: drafts too, dense, with versions and levels."""
    context = list_context(filters_of(request), request, [*When.values])
    return render(request, "catalogue/record_list.html", context | {"may_draft": IMPORTS.allows(request.actor)})


def _versions(request: HttpRequest, code: str) -> list[ProcedureVersion]:
    """Return the versions of a procedure that this actor may see; nobody outside sees drafts."""
    versions = ProcedureVersion.objects.filter(procedure__code=code)
    versions = versions.select_related("procedure__field", "discarded_by__person", "discarded_by__unit")
    if not HAS_POST.allows(request.actor):
        versions = versions.filter(status=ProcedureVersion.Status.PUBLISHED)
    return list(versions.order_by("valid_from", "number"))


def _chosen(versions: list[ProcedureVersion], number: str, today: dt.date) -> ProcedureVersion:
    """Return a version by its number; without one that in force, else the newest published, else the open draft."""
    published = [version for version in versions if version.status == ProcedureVersion.Status.PUBLISHED]
    if number:
        found = [version for version in versions if str(version.number) == number]
    else:
        begun = [v for v in published if v.valid_from <= today]
        found = begun or published or standing_ones(versions) or versions
    if not found:
        raise Http404
    return found[-1]


@access(ANYONE)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a procedure asks, costs and promises: in force, or a version that the address names."""
    context = _record(request, code)
    return render(request, "catalogue/procedure.html", context)


@access(HAS_POST)
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Show the whole record of a procedure to staff, with codes, drafts and what each version changed."""
    context = _record(request, code)
    context["may_draft"] = DRAFTS.allows(request.actor, context["version"].procedure)
    return render(request, "catalogue/record.html", context)


def _record(request: HttpRequest, code: str) -> dict[str, Any]:
    today = timezone.localdate()
    versions = _versions(request, code)
    version = _chosen(versions, request.GET.get("version", "").strip()[:6], today)
    prefetch_related_objects([version], *PARTS)
    published = version.status == ProcedureVersion.Status.PUBLISHED
    in_force = published and version.valid_from <= today and (version.valid_to is None or version.valid_to > today)
    agencies = deciding_agencies(version, max(today, version.valid_from), MOST_NAMED + 1)
    return {
        "version": version,
        "in_force": in_force,
        "today": today,
        "ways": ways_of(version),
        "fees": [fee for fee in version.fees.all() if fee.channel is None],
        "fees_by_way": any(fee.channel for fee in version.fees.all()),
        "papers": papers_by_case(version),
        "tiers": tiers_of(version),
        "agencies": agencies if len(agencies) <= MOST_NAMED else [],
        "many_agencies": len(agencies) > MOST_NAMED,
        "processes": processes_in_force(version, today),
        "standings": standings(versions, today),
        "is_staff": HAS_POST.allows(request.actor),
    }


@access(ANYONE)
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Say what one version changes against another; without numbers the newest against the one before it."""
    today = timezone.localdate()
    versions = _versions(request, code)
    new = _chosen(versions, request.GET.get("new", "").strip()[:6], today)
    earlier = [v for v in standing_ones(versions) if v.valid_from < new.valid_from] or versions
    old = _chosen(versions, request.GET.get("old", "").strip()[:6] or str(earlier[-1].number), today)
    prefetch_related_objects([old, new], *PARTS)
    context = {
        "old": old,
        "new": new,
        "changes": changes_between(content_of(old), content_of(new)),
        "standings": standings(versions, today),
        "is_staff": HAS_POST.allows(request.actor),
    }
    return render(request, "catalogue/compare.html", context)


@access(ANYONE)
def options(request: HttpRequest) -> JsonResponse:
    """Answer the combobox: procedures whose name or code holds every word."""
    found = find_versions(Filters(words=request.GET.get("q", "")[:200]), timezone.localdate())
    found = found.only(
        "name_vi", "name_en", "procedure__code", "procedure__field__name_vi", "procedure__field__name_en"
    )
    return JsonResponse(
        [
            {"value": v.procedure.code, "label": v.name, "hint": f"{v.procedure.code} · {v.procedure.field.name}"}
            for v in found[:12]
        ],
        safe=False,
    )
