"""The list of dossiers behind any figure."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from motcua.measure.metrics.definitions import Measure
from motcua.measure.metrics.opening import Figure, figure_of
from motcua.record.accounts.access import access
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.policies import READS
from motcua.serve.dossiers.presenting import clock_of

ROWS_A_PAGE = 100
NAMED = 3


class Behind(Sequence[Dossier]):
    """The dossiers behind a figure as a sequence: only the page that is looked at is read."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.found = figure.count()

    def __len__(self) -> int:
        return self.found

    def __getitem__(self, wanted: Any) -> Any:
        return self.figure.dossiers(wanted.start or 0, (wanted.stop or self.found) - (wanted.start or 0))


def name_of(measure: Measure) -> str:
    """Return a measure's name in the language of the page."""
    return measure.name_en if get_language() == "en" else measure.name_vi


def words_of(measure: Measure) -> str:
    """Return what a measure counts, in the language of the page."""
    return measure.words_en if get_language() == "en" else measure.words_vi


@access(READS)
def dossiers(request: HttpRequest) -> HttpResponse:
    """Show the dossiers behind a figure that the actor may read."""
    figure = figure_of(request.actor, dict(request.GET.lists()))
    page = Paginator(Behind(figure), ROWS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    now = timezone.now()
    for dossier in page.object_list:
        dossier.clock = clock_of(dossier, now)
    keys = sorted(figure.question.agencies or ())
    named = dated(Agency.objects.filter(pk__in=keys[:NAMED]), figure.question.last)
    context = {
        "page": page,
        "figure": figure,
        "question": figure.question,
        "name": name_of(figure.measure),
        "words": words_of(figure.measure),
        "agencies": named,
        "more_agencies": max(len(keys) - NAMED, 0),
        "export_query": figure.address.partition("?")[2],
        "one_day": figure.question.first == figure.question.last,
    }
    return render(request, "metrics/dossiers.html", context)
