"""Pages for anyone: lists of procedures, what is posted of a field as a screen and as a paper; QR pictures."""

import datetime as dt
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from motcua.formats.papers import render as render_pdf
from motcua.record.accounts.access import access
from motcua.record.organisation.models import Agency, Level
from motcua.record.organisation.policies import ANYONE
from motcua.record.organisation.queries import agency_by_code
from motcua.serve.catalogue.lists import papers, queries
from motcua.serve.catalogue.lists.words import NAMES
from motcua.serve.catalogue.lists.workbook import workbook
from motcua.serve.catalogue.models import Field

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE_SIZE = 100
# More procedures of one field in full than this are for the list and its links: a paper of 1,000 pages helps nobody.
FULL_LIMIT = 60


@access(ANYONE)
def procedure_lists(request: HttpRequest) -> HttpResponse:
    """Show a list of procedures, narrowed to an agency or a field; `?as=xlsx` gives it as a workbook."""
    today = timezone.localdate()
    asked = {name: request.GET.get(name, "")[:60] for name in ("list", "agency", "field")}
    which = asked["list"] if asked["list"] in NAMES else "all"
    agency = agency_by_code(asked["agency"], today) if asked["agency"] else None
    found = queries.listed(which, today, agency=agency, field_code=asked["field"])
    if request.GET.get("as") == "xlsx":
        return _xlsx(which, today, found, agency)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "which": which,
        "name": NAMES[which],
        "names": [(key, name, _query(asked, list=key)) for key, name in NAMES.items()],
        "page": page,
        "rows": queries.rows_of(page.object_list),
        "agency": agency,
        "agencies": queries.competent_levels(today),
        "field": asked["field"],
        "fields": queries.fields_posted(today),
        "xlsx": _query(asked | {"as": "xlsx"}),
    }
    return render(request, "catalogue/lists/list.html", context)


def _query(asked: dict[str, str], **changed: str) -> str:
    return "?" + urlencode({key: value for key, value in (asked | changed).items() if value})


def _xlsx(which: str, day: dt.date, found: object, agency: Agency | None) -> HttpResponse:
    with translation.override("vi"):
        content = workbook(which, day, queries.rows_of(found), agency.name_vi if agency else "")
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="procedures-{which}-{day}.xlsx"'
    return answer


def _field(code: str) -> Field:
    field = Field.objects.filter(code=code).first()
    if field is None:
        raise Http404
    return field


def _public_url(name: str, *args: str) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)


@access(ANYONE)
def posting(request: HttpRequest) -> HttpResponse:
    """List the fields, each with its screen and its paper."""
    return render(request, "catalogue/lists/posting.html", {"fields": queries.fields_posted(timezone.localdate())})


@access(ANYONE)
def posting_field(request: HttpRequest, field: str) -> HttpResponse:
    """Show what is posted of a field in large type; each procedure has a QR code that leads to its page."""
    found = _field(field)
    versions = queries.posted(found, timezone.localdate())
    shown = [(v, qr_of(_public_url("catalogue:procedure", v.procedure.code))) for v in versions]
    context = {"field": found, "shown": shown, "today": timezone.localdate(), "full": len(shown) <= FULL_LIMIT}
    return render(request, "catalogue/lists/screen.html", context)


def qr_of(url: str) -> str:
    """Return a QR code of an address as SVG that scales with its box."""
    picture = segno.make(url, error="m", micro=False).svg_inline(scale=4, border=2, omitsize=True, light="#fff")
    # segno writes figures only: the address is in the modules, not in the markup.
    return mark_safe(picture.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


@access(ANYONE)
def posting_paper(request: HttpRequest, field: str) -> HttpResponse:
    """Give what is posted of a field as PDF: the list; with `?full=1` each procedure in full after it."""
    today, found = timezone.localdate(), _field(field)
    versions = queries.posted(found, today)
    issuer = Agency.objects.on(today).filter(level=Level.PROVINCE).first()
    same = {"agency": issuer.name_vi if issuer else "", "place": issuer.place if issuer else "", "day": today}
    url = _public_url("catalogue:posting_field", found.code)
    sheets = [papers.field_list(field=found, url=url, versions=versions, **same)]
    if request.GET.get("full") == "1" and len(versions) <= FULL_LIMIT:
        with translation.override("vi"):
            rows = queries.rows_of(versions)
        for row in rows:
            page = _public_url("catalogue:procedure", row.code)
            sheets.append(papers.in_full(version=row.version, deciding=row.agencies, url=page, **same))
    answer = HttpResponse(render_pdf(*sheets), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="posting-{found.code}.pdf"'
    return answer
