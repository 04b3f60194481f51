"""Papers as PDF and XLSX: slips and letters of a dossier, the register, the hand-over list."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.formats.papers import Sheet, forms
from motcua.formats.papers import render as render_pdf
from motcua.formats.papers.model import Language
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Agency
from motcua.serve.dossiers.actions import print_paper
from motcua.serve.dossiers.actions.revealing import note_export, print_control_slip, print_delivery
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.policies import READS, RECEIVES, SERVES
from motcua.serve.dossiers.printing import (
    Print,
    control_slip,
    delivery_sheet,
    group_receipt,
    local,
    register_rows,
    result_rows,
    sheets_of,
    superior_of,
)
from motcua.serve.dossiers.queries import access_dossier, group_of, linked_of, named_as_then, readable
from motcua.serve.dossiers.views import parsing

REGISTER_LIMIT = 20_000
# Columns of the register (from 1) that stay on one line: code, phone, dates.
UNBROKEN = (2, 7, 8, 9, 10)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf(*sheets: Sheet, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows."""
    answer = HttpResponse(render_pdf(*sheets), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def language_of(request: HttpRequest) -> Language:
    """Return the language that is asked for with `?language=en`: English beside the Vietnamese text."""
    return "en" if request.GET.get("language") == "en" else "vi"


@access(READS)
def paper(request: HttpRequest, dossier_id: uuid.UUID, paper_id: int) -> HttpResponse:
    """Print a paper; the print is counted, and marked from the second on. `?copies=3` gives a receipt three times."""
    printed = print_paper(by=request.actor, dossier_id=dossier_id, paper_id=paper_id)
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    sheets = sheets_of(
        printed,
        dossier,
        request.actor.post.person.full_name,
        language=language_of(request),
        copies=3 if request.GET.get("copies") == "3" else 1,
    )
    return pdf(*sheets, name=f"{dossier.code}-{printed.form}")


@access(READS)
def group_slip(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Print the one receipt of the dossiers that were received together."""
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    together = group_of(dossier)
    if not together:
        raise Http404
    return pdf(
        group_receipt(together, request.actor.post.person.full_name, linked_of(dossier)), name=f"{dossier.code}-group"
    )


@access(READS)
def control(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Print the control slip (form 06); the print is written down, and marked from the second on."""
    dossier = named_as_then(print_control_slip(by=request.actor, dossier_id=dossier_id))
    return pdf(control_slip(dossier, timezone.now(), language_of(request)), name=f"{dossier.code}-06")


@access(READS)
def delivery(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Print the sheet that whoever took the result signs."""
    given, before = print_delivery(by=request.actor, dossier_id=dossier_id)
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    prints = Print(request.actor.post.person.full_name, before, language_of(request))
    return pdf(delivery_sheet(dossier, given, prints), name=f"{dossier.code}-delivery")


def _period(request: HttpRequest) -> tuple[dt.date, dt.date]:
    today = timezone.localdate()
    since = parsing.date(request.GET, "from") or today
    until = parsing.date(request.GET, "to") or today
    return (since, until) if since <= until else (until, since)


def _registered(request: HttpRequest, since: dt.date, until: dt.date) -> list[Dossier]:
    rows = readable(request.actor).filter(agency_received_id=request.actor.agency_id)
    rows = rows.filter(received_on__range=(since, until)).prefetch_related("parties")
    return list(rows.order_by("received_at", "code")[:REGISTER_LIMIT])


@access(SERVES)
def register(request: HttpRequest) -> HttpResponse:
    """Show the register of a period; give it as PDF or XLSX, which the ledger of the agency remembers."""
    since, until = _period(request)
    rows = register_rows(_registered(request, since, until))
    kind = request.GET.get("as", "")
    if kind in REGISTER_AS:
        answer = REGISTER_AS[kind](request, since, until, rows)
        note_export(by=request.actor, what="register", form=kind, since=since, until=until, rows=len(rows))
        return answer
    # Each cell with its head: on a phone a row is a stack of them.
    stacked = [list(zip(forms.REGISTER_HEADS, row, strict=True)) for row in rows[:500]]
    context = {"rows": stacked, "heads": forms.REGISTER_HEADS, "since": since, "until": until, "count": len(rows)}
    context["whole"] = UNBROKEN
    return render(request, "dossiers/register.html", context)


Rows = list[tuple[str, ...]]


def _said_period(since: dt.date, until: dt.date) -> str:
    return f"Từ ngày {since:%d/%m/%Y} đến ngày {until:%d/%m/%Y}"


def _register_xlsx(request: HttpRequest, since: dt.date, until: dt.date, rows: Rows) -> HttpResponse:
    agency = request.actor.post.unit.agency
    content = forms.register_workbook(
        agency=agency.name_vi, period=_said_period(since, until), day=timezone.localdate(), rows=rows
    )
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="register-{since}-{until}.xlsx"'
    return answer


def _register_pdf(request: HttpRequest, since: dt.date, until: dt.date, rows: Rows) -> HttpResponse:
    if len(rows) > forms.REGISTER_PDF_ROWS:
        raise Refused("register.too_long", _("The register is too long for one PDF: choose fewer days, or XLSX."))
    agency = request.actor.post.unit.agency
    sheet = forms.register(
        agency=agency.name_vi,
        superior=superior_of(agency),
        place=agency.place,
        period=_said_period(since, until),
        day=timezone.localdate(),
        rows=rows,
    )
    return pdf(replace(sheet, language=language_of(request)), name=f"register-{since}-{until}")


REGISTER_AS: dict[str, Callable[[HttpRequest, dt.date, dt.date, Rows], HttpResponse]] = {
    "pdf": _register_pdf,
    "xlsx": _register_xlsx,
}


def _by_agency(dossiers: list[Dossier], other: Callable[[Dossier], Agency]) -> dict[Agency, list[Dossier]]:
    groups: dict[Agency, list[Dossier]] = {}
    for dossier in dossiers:
        groups.setdefault(other(dossier), []).append(dossier)
    return groups


def _lists(request: HttpRequest, what: str, day: dt.date, sheets: list[Sheet], rows: int) -> HttpResponse:
    language = language_of(request)
    answer = pdf(*[replace(sheet, language=language) for sheet in sheets], name=f"{what.replace('_', '-')}-{day}")
    note_export(by=request.actor, what=what, form="pdf", since=day, until=day, rows=rows)
    return answer


@access(RECEIVES)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Print the lists with which the desk hands the day's papers to each competent agency."""
    day = parsing.date(request.GET, "day") or timezone.localdate()
    own = request.actor.post.unit.agency
    found = list(
        readable(request.actor)
        .filter(agency_received=own, received_on=day, voided_at=None, first_due_at__isnull=False)
        .select_related("version", "agency_competent")
        .prefetch_related("components")
        .order_by("agency_competent__code", "code")
    )
    if not found:
        words = _("Your desk received no papers on %(day)s that it hands over.")
        return _nothing(request, _("Hand-over list"), words, day)
    groups = _by_agency(found, lambda d: d.agency_competent)
    sheets = [_hand_over_to(own, to, dossiers, day) for to, dossiers in groups.items()]
    return _lists(request, "hand_over", day, sheets, len(found))


def _nothing(request: HttpRequest, heading: str, words: str, day: dt.date) -> HttpResponse:
    """Say that a day has nothing to print, and offer another one."""
    context = {"heading": heading, "words": words % {"day": f"{day:%d/%m/%Y}"}, "day": day}
    return render(request, "dossiers/nothing_to_print.html", context)


def _hand_over_to(own: Agency, to: Agency, dossiers: list[Dossier], day: dt.date) -> Sheet:
    rows = [
        (
            str(n),
            d.code,
            d.summary,
            d.owner_name,
            str(sum(paper.is_in for paper in d.components.all())),
            f"{local(d.due_at):%d/%m/%Y}",
        )
        for n, d in enumerate(dossiers, start=1)
        if d.due_at
    ]
    return forms.hand_over(
        agency=own.name_vi, superior=superior_of(own), place=own.place, day=day, to=to.name_vi, rows=rows
    )


@access(SERVES)
def result_list(request: HttpRequest) -> HttpResponse:
    """Print the lists with which the results that an agency finished on a day go to the desks that received them."""
    day = parsing.date(request.GET, "day") or timezone.localdate()
    own = request.actor.post.unit.agency
    found = list(
        readable(request.actor)
        .filter(agency_competent=own, finished_on=day, voided_at=None, first_due_at__isnull=False)
        .select_related("version", "agency_received")
        .prefetch_related("version__results")
        .order_by("agency_received__code", "code")
    )
    if not found:
        return _nothing(request, _("Result list"), _("Your agency finished no result on %(day)s."), day)
    groups = _by_agency(found, lambda d: d.agency_received)
    sheets = [
        forms.result_list(
            agency=own.name_vi,
            superior=superior_of(own),
            place=own.place,
            day=day,
            to=to.name_vi,
            rows=result_rows(dossiers),
        )
        for to, dossiers in groups.items()
    ]
    return _lists(request, "result_list", day, sheets, len(found))
