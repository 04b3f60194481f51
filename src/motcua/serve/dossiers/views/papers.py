"""Papers as PDF and XLSX: slips and letters of a dossier, the register, the hand-over list."""

import datetime as dt
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.formats.papers import Sheet, forms
from motcua.formats.papers import render as render_pdf
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Agency
from motcua.serve.dossiers.actions import print_paper
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.policies import READS, RECEIVES, SERVES
from motcua.serve.dossiers.printing import control_slip, local, register_rows, sheets_of, superior_of
from motcua.serve.dossiers.queries import access_dossier, readable
from motcua.serve.dossiers.views import parsing

REGISTER_LIMIT = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf(*sheets: Sheet, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows."""
    answer = HttpResponse(render_pdf(*sheets), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@access(READS)
def paper(request: HttpRequest, dossier_id: uuid.UUID, paper_id: int) -> HttpResponse:
    """Print a paper; the print is counted, and marked from the second on."""
    printed = print_paper(by=request.actor, dossier_id=dossier_id, paper_id=paper_id)
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    sheets = sheets_of(printed, dossier, request.actor.post.person.full_name)
    return pdf(*sheets, name=f"{dossier.code}-{printed.form}")


@access(READS)
def control(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Print the control slip (form 06)."""
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    return pdf(control_slip(dossier, timezone.now()), name=f"{dossier.code}-06")


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
    """Show the register of a period; give it as PDF or XLSX."""
    since, until = _period(request)
    rows = register_rows(_registered(request, since, until))
    kind = request.GET.get("as", "")
    agency = request.actor.post.unit.agency
    period = f"Từ ngày {since:%d/%m/%Y} đến ngày {until:%d/%m/%Y}"
    if kind == "xlsx":
        content = forms.register_workbook(agency=agency.name_vi, period=period, day=timezone.localdate(), rows=rows)
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="register-{since}-{until}.xlsx"'
        return answer
    if kind == "pdf":
        if len(rows) > forms.REGISTER_PDF_ROWS:
            raise Refused("register.too_long", _("The register is too long for one PDF: choose fewer days, or XLSX."))
        sheet = forms.register(
            agency=agency.name_vi,
            superior=superior_of(agency),
            place=agency.place,
            period=period,
            day=timezone.localdate(),
            rows=rows,
        )
        return pdf(sheet, name=f"register-{since}-{until}")
    # Each cell with its head: on a phone a row is a stack of them.
    stacked = [list(zip(forms.REGISTER_HEADS, row, strict=True)) for row in rows[:500]]
    context = {"rows": stacked, "heads": forms.REGISTER_HEADS, "since": since, "until": until, "count": len(rows)}
    return render(request, "dossiers/register.html", context)


@access(RECEIVES)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Print the lists with which the desk hands the day's papers to each competent agency."""
    day = parsing.date(request.GET, "day") or timezone.localdate()
    own = request.actor.post.unit.agency
    rows = (
        readable(request.actor)
        .filter(agency_received=own, received_on=day, voided_at=None, first_due_at__isnull=False)
        .select_related("version", "agency_competent")
        .prefetch_related("components")
        .order_by("agency_competent__code", "code")
    )
    by_agency: dict[Agency, list[Dossier]] = {}
    for dossier in rows:
        by_agency.setdefault(dossier.agency_competent, []).append(dossier)
    if not by_agency:
        raise Http404
    return pdf(*[_list_for(own, agency, found, day) for agency, found in by_agency.items()], name=f"hand-over-{day}")


def _list_for(own: Agency, to: Agency, dossiers: list[Dossier], day: dt.date) -> Sheet:
    rows = [
        (str(n), d.code, d.summary, d.owner_name, str(len(d.components.all())), f"{local(d.due_at):%d/%m/%Y}")
        for n, d in enumerate(dossiers, start=1)
        if d.due_at
    ]
    return forms.hand_over(
        agency=own.name_vi, superior=superior_of(own), place=own.place, day=day, to=to.name_vi, rows=rows
    )
