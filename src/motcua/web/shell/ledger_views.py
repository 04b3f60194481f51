"""Pages over the ledger, the lowest room: roots by day, what is sealed, the day sheet."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from motcua.formats.papers import forms
from motcua.formats.papers import render as render_pdf
from motcua.record.accounts.access import access
from motcua.record.ledger.models import Pending, Root
from motcua.record.ledger.sealing import last_position
from motcua.record.ledger.verifying import export_roots
from motcua.record.organisation.models import Agency
from motcua.record.organisation.policies import AUDITS


@access(AUDITS)
def roots(request: HttpRequest) -> HttpResponse:
    """Show the daily roots, newest first."""
    page = Paginator(Root.objects.order_by("-number"), 50).get_page(request.GET.get("page"))
    for root in page:
        root.hex = bytes(root.root).hex()
    context = {"page": page, "last": last_position(), "pending": Pending.objects.count()}
    return render(request, "shell/roots.html", context)


@access(AUDITS)
def roots_file(request: HttpRequest) -> JsonResponse:
    """Give the roots as a file, to be kept where nobody here can write."""
    answer = JsonResponse({"roots": export_roots()})
    answer["Content-Disposition"] = 'attachment; filename="motcua-roots.json"'
    return answer


@access(AUDITS)
def day_sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Print a root, to be signed and kept on paper."""
    root = get_object_or_404(Root, number=number)
    province = Agency.objects.filter(parent=None).order_by("pk").first()
    sheet = forms.day_sheet(
        agency=province.name_vi if province else "Motcua",
        place=province.place if province else "",
        day=root.day,
        number=root.number,
        first=root.first_position,
        last=root.last_position,
        root=bytes(root.root).hex(),
        previous=bytes(root.previous).hex(),
    )
    answer = HttpResponse(render_pdf(sheet), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="root-{root.number}.pdf"'
    return answer
