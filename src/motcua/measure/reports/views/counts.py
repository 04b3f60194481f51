"""Second counts: what they found, and which dossiers the ledger tells otherwise."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from motcua.measure.reports.asking import period_of
from motcua.measure.reports.counts import count_period
from motcua.measure.reports.models import SecondCount
from motcua.measure.reports.policies import SEES_COUNTS
from motcua.record.accounts.access import access
from motcua.serve.dossiers.models import Dossier

FIELD_WORDS = {
    "": gettext_lazy("whether it counts at all"),
    "state": gettext_lazy("state"),
    "received_on": gettext_lazy("day of receipt"),
    "resolved_on": gettext_lazy("day of the result"),
    "due_on": gettext_lazy("promised day"),
    "channel": gettext_lazy("how it was filed"),
    "agency_competent_id": gettext_lazy("deciding agency"),
}


@require_http_methods(["GET", "POST"])
@access(SEES_COUNTS)
def counts(request: HttpRequest) -> HttpResponse:
    """List the second counts; count the current month anew on demand, or the period of an earlier count (`of`)."""
    if request.method == "POST":
        return redirect("reports:count", count_period(*_period(request.POST.get("of", ""))).pk)
    page = Paginator(SecondCount.objects.order_by("-counted_at", "-pk"), 50).get_page(request.GET.get("page"))
    return render(request, "reports/counts.html", {"page": page})


def _period(of: str) -> tuple[dt.date, dt.date]:
    if not of.isdecimal():
        return period_of("month", timezone.localdate())
    earlier = get_object_or_404(SecondCount, pk=int(of[:18]))
    return earlier.first, earlier.last


@access(SEES_COUNTS)
def count(request: HttpRequest, count_id: int) -> HttpResponse:
    """Show one count and the dossiers in question: what the figures say, what the ledger says."""
    found = get_object_or_404(SecondCount, pk=count_id)
    keys = [example["id"] for example in found.examples]
    codes = {str(pk): code for pk, code in Dossier.objects.filter(pk__in=keys).values_list("pk", "code")}
    rows = [
        {
            **example,
            "code": codes.get(example["id"], ""),
            "field": str(FIELD_WORDS.get(example["field"], example["field"])),
            "spans": _told(example["spans"]),
            "ledger": _told(example["ledger"]),
        }
        for example in found.examples
    ]
    return render(request, "reports/count.html", {"count": found, "rows": rows})


def _told(value: str | None) -> str:
    if value is None:
        return _("nothing")
    return _("it counts") if value == "there" else value
