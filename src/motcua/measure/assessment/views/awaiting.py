"""The page of all that running rounds ask of a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from motcua.measure.assessment.awaiting import works_of
from motcua.measure.assessment.policies import READS_ROUNDS
from motcua.record.accounts.access import access


@access(READS_ROUNDS)
def mine(request: HttpRequest) -> HttpResponse:
    """Show what awaits the actor, leaf by leaf or part by part, with the days that are left."""
    return render(request, "assessment/mine.html", {"works": works_of(request.actor, timezone.localdate())})


@access(READS_ROUNDS)
def mine_short(request: HttpRequest) -> HttpResponse:
    """Return what awaits the actor in short, for the first page of their day; nothing where nothing does."""
    return render(request, "assessment/_awaits.html", {"works": works_of(request.actor, timezone.localdate())})
