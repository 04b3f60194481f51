"""Pages of groups of linked procedures: which there are, and the next version of one as a table."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.record.organisation.policies import ADMINISTERS
from motcua.serve.catalogue.queries import versions_on
from motcua.serve.dossiers.actions.linked_groups import MOST_PARTS, publish_group
from motcua.serve.dossiers.linked_files import GroupData, PartData
from motcua.serve.dossiers.models import LinkedGroup

CELLS = ("key", "procedure", "agency", "waits_for", "takes", "optional")
NEW = "new"


@dataclass(frozen=True)
class PartRow:
    """A part as typed, with its number from 1."""

    number: int
    typed: Mapping[str, str]
    errors: Mapping[str, str]


@access(ADMINISTERS)
def groups(request: HttpRequest) -> HttpResponse:
    """List the groups with their versions, the newest first."""
    found = LinkedGroup.objects.order_by("code", "-number").prefetch_related("parts__procedure")
    return render(request, "dossiers/linked_groups.html", {"groups": found, "today": timezone.localdate()})


@access(ADMINISTERS)
def group(request: HttpRequest, code: str) -> HttpResponse:
    """Show the newest version of a group as a table; publish the next one. `new` begins another group."""
    newest = LinkedGroup.objects.filter(code=code).order_by("-number").prefetch_related("parts__procedure").first()
    if newest is None and code != NEW:
        raise Http404
    if request.method != "POST":
        return _show(request, newest, _typed(newest), {})
    try:
        data = group_from(request.POST, newest)
        made = publish_group(by=request.actor, data=data, now=timezone.now())
    except Invalid as invalid:
        return _show(request, newest, request.POST, {e.field: e.message for e in invalid.errors}, invalid.status)
    except Conflict as conflict:
        return _show(request, newest, request.POST, {conflict.field: conflict.message}, conflict.status)
    messages.success(request, _("Version %(n)d is published.") % {"n": made.number})
    return redirect("dossiers:linked_groups")


def group_from(sent: Mapping[str, str], newest: LinkedGroup | None) -> GroupData:
    """Return the group that was typed.

    Raises:
        Invalid: a date that is none.
    """
    try:
        since = dt.date.fromisoformat(sent.get("valid_from", ""))
    except ValueError:
        raise Invalid([Refused("linked.valid_from", _("Give a date."), field="valid_from")]) from None
    rows = [{name: sent.get(f"part-{name}-{n}", "").strip()[:400] for name in CELLS} for n in range(1, MOST_PARTS + 2)]
    lines = [line.partition("|") for line in sent.get("legal_bases", "")[:20_000].splitlines() if line.strip()]
    return GroupData(
        code=newest.code if newest else sent.get("code", "").strip()[:50],
        number=0,
        name_vi=" ".join(sent.get("name_vi", "").split()),
        name_en=" ".join(sent.get("name_en", "").split()),
        sample=False,
        valid_from=since,
        valid_to=None,
        legal_bases=tuple((number.strip(), name.strip()) for number, _bar, name in lines),
        parts=tuple(_part(row) for row in rows if row["key"] or row["procedure"]),
    )


def _part(row: Mapping[str, str]) -> PartData:
    takes = [one.partition("=") for one in row["takes"].split(",") if one.strip()]
    return PartData(
        key=row["key"],
        procedure=row["procedure"],
        agency=row["agency"],
        waits_for=tuple(key.strip() for key in row["waits_for"].split(",") if key.strip()),
        takes=tuple((key.strip(), paper.strip()) for key, _sign, paper in takes),
        optional=bool(row["optional"]),
    )


def _typed(newest: LinkedGroup | None) -> dict[str, str]:
    if newest is None:
        return {}
    typed = {"name_vi": newest.name_vi, "name_en": newest.name_en, "valid_from": ""}
    typed["legal_bases"] = "\n".join(f"{one['number']} | {one['name']}" for one in newest.legal_bases)
    for n, part in enumerate(newest.parts.all(), 1):
        cells = {"key": part.key, "procedure": part.procedure.code, "agency": part.agency_code}
        cells |= {"waits_for": ", ".join(part.waits_for), "optional": "1" if part.optional else ""}
        cells["takes"] = ", ".join(f"{key} = {paper}" for key, paper in part.takes.items())
        typed |= {f"part-{name}-{n}": value for name, value in cells.items()}
    return typed


def _show(
    request: HttpRequest,
    newest: LinkedGroup | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    used = max((n for n in range(1, MOST_PARTS + 1) if typed.get(f"part-key-{n}")), default=0)
    rows = [
        PartRow(
            n,
            {name: typed.get(f"part-{name}-{n}", "") for name in CELLS},
            {name: errors.get(f"part-{name}-{n}", "") for name in CELLS},
        )
        for n in range(1, min(used + 3, MOST_PARTS) + 1)
    ]
    context: dict[str, Any] = {"group": newest, "typed": typed, "errors": errors, "rows": rows}
    context["procedures"] = versions_on(timezone.localdate()).order_by("procedure__code")
    return render(request, "dossiers/linked_group.html", context, status=status)
