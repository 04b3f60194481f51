"""Figures of job positions: head-count given by the schemes in force and used by posts; units merged or cut."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce

from motcua.record.organisation.models import Post
from motcua.record.organisation.people_models import JobPosition, StaffingScheme, Streamlining


@dataclass(frozen=True)
class PositionFigure:
    """A job position with the head-count it is given, and how many people hold a post that names it."""

    position: JobPosition
    given: int
    used: int

    @property
    def over(self) -> int:
        """Return how many more there are than given."""
        return max(self.used - self.given, 0)


@dataclass(frozen=True)
class StaffingFigure:
    """An agency's head-count on a date. Without a scheme in force nothing is given.

    `unplaced` counts people with a post but without a job position that the scheme names.
    """

    agency_id: int
    has_scheme: bool
    given: int
    used: int
    unplaced: int

    @property
    def over(self) -> bool:
        """Tell whether more people fill job positions than are given."""
        return self.used > self.given


@dataclass(frozen=True)
class StreamliningFigure:
    """Units merged and cut of an agency in a period: how many fewer, and how much head-count went with them."""

    agency_id: int
    units_fewer: int
    heads_cut: int


def staffing_figures(on: dt.date, agencies: Iterable[int]) -> dict[int, StaffingFigure]:
    """Return the head-count of agencies on a local date, given and used, with three queries.

    A person counts once a position, whatever number of posts names it; acting posts fill nothing.
    """
    ids = list(agencies)
    schemes = dict(StaffingScheme.objects.on(on).filter(agency_id__in=ids).values_list("pk", "agency_id"))
    given: dict[int, int] = defaultdict(int)
    codes: dict[int, set[str]] = defaultdict(set)
    rows = JobPosition.objects.filter(scheme_id__in=schemes).values_list("scheme_id", "code", "head_count")
    for scheme_id, code, heads in rows:
        given[schemes[scheme_id]] += heads
        codes[schemes[scheme_id]].add(code)
    used, placed, there = defaultdict(set), defaultdict(set), defaultdict(set)
    for agency_id, person_id, position in _holders(on, ids):
        there[agency_id].add(person_id)
        if position in codes[agency_id]:
            used[agency_id].add((person_id, position))
            placed[agency_id].add(person_id)
    return {
        pk: StaffingFigure(pk, pk in schemes.values(), given[pk], len(used[pk]), len(there[pk] - placed[pk]))
        for pk in ids
    }


def _holders(on: dt.date, agency_ids: Iterable[int]) -> Iterable[tuple[int, int, str]]:
    posts = Post.objects.on(on).filter(unit__agency_id__in=list(agency_ids), acting=False, person__active=True)
    return posts.values_list("unit__agency_id", "person_id", "position")


def position_figures(scheme: StaffingScheme, on: dt.date) -> list[PositionFigure]:
    """Return each job position of a scheme with what is given and what is used on a local date."""
    holders: dict[str, set[int]] = defaultdict(set)
    for _agency, person_id, position in _holders(on, [scheme.agency_id]):
        holders[position].add(person_id)
    return [PositionFigure(p, p.head_count, len(holders[p.code])) for p in scheme.positions.all()]


def streamlining_figures(since: dt.date, until: dt.date, agencies: Iterable[int]) -> dict[int, StreamliningFigure]:
    """Return units merged and cut that took effect from `since` to `until`, both local dates counted."""
    ids = list(agencies)
    rows = (
        Streamlining.objects.filter(agency_id__in=ids, effective_on__range=(since, until), withdrawn_at=None)
        .values_list("agency_id")
        .annotate(
            before=Coalesce(Sum("units_before"), 0),
            after=Coalesce(Sum("units_after"), 0),
            heads=Coalesce(Sum("heads_cut"), 0),
        )
    )
    found = {pk: StreamliningFigure(pk, before - after, heads) for pk, before, after, heads in rows}
    return {pk: found.get(pk, StreamliningFigure(pk, 0, 0)) for pk in ids}
