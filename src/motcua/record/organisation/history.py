"""Reads of the tree at a date: who was there, what it was called, below whom it stood, who followed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from motcua.record.organisation.decision_models import AgencyStanding, Decision, DecisionLine, LineKind
from motcua.record.organisation.models import Agency
from motcua.rules.succession import Change, Node, RollUp, Succession, Term, closure, replay

IN_FORCE = (Decision.Status.COMMITTED, Decision.Status.CARRIED_OUT)


def agencies_on(on: dt.date) -> list[Agency]:
    """Return the agencies of a local date by code, each with the name and the agency above it of that date."""
    return dated(Agency.objects.on(on).select_related("parent").order_by("code"), on)


def dated(agencies: Iterable[Agency], on: dt.date) -> list[Agency]:
    """Return agencies with the name and the agency above them as of a date; the rows are not to be saved.

    One that was not there on that date has the name of its first or last day.
    """
    found = list(agencies)
    standings = _standings([agency.pk for agency in found])
    for agency in found:
        standing = _standing_at(standings.get(agency.pk, []), on)
        if standing is not None:
            agency.name_vi, agency.name_en = standing.name_vi, standing.name_en
            agency.parent = standing.parent
    return found


def name_on(agency: Agency, on: dt.date) -> str:
    """Return what an agency was called on a local date, in the language of the page."""
    standing = _standing_at(_standings([agency.pk]).get(agency.pk, []), on)
    return standing.name if standing else agency.name


def parent_on(agency: Agency, on: dt.date) -> Agency | None:
    """Return the agency above another on a local date."""
    standing = _standing_at(_standings([agency.pk]).get(agency.pk, []), on)
    return standing.parent if standing else agency.parent


def _standings(agency_ids: Iterable[int]) -> dict[int, list[AgencyStanding]]:
    rows = AgencyStanding.objects.filter(agency_id__in=agency_ids).select_related("parent").order_by("valid_from")
    found: dict[int, list[AgencyStanding]] = defaultdict(list)
    for row in rows:
        found[row.agency_id].append(row)
    return found


def _standing_at(standings: list[AgencyStanding], on: dt.date) -> AgencyStanding | None:
    """Return the standing of a date; the first before all of them."""
    past = [row for row in standings if row.valid_from <= on]
    return past[-1] if past else next(iter(standings), None)


def tree_on(on: dt.date) -> dict[int, Node]:
    """Return the tree of a local date as the rows say: agency → Vietnamese name and the agency above it."""
    return {agency.pk: Node(agency.name_vi, agency.parent_id) for agency in agencies_on(on)}


def replayed_on(on: dt.date) -> dict[int, Node]:
    """Return the tree of a local date as the decisions say: what was loaded, then every decision up to that date."""
    lines = list(
        DecisionLine.objects.filter(decision__status__in=IN_FORCE, removed=False)
        .select_related("decision")
        .order_by("decision__effective_on", "decision__committed_at", "order")
    )
    made = {r["agency"] for line in lines for r in line.results if r.get("code")}
    ended = {a for line in lines for a in _ended(line)}
    first = {row.agency_id: Node(row.name_vi, row.parent_id) for row in AgencyStanding.objects.order_by("-valid_from")}
    loaded = Agency.objects.exclude(pk__in=made).filter(valid_from__lte=on)
    loaded = loaded.filter(Q(valid_to=None) | Q(valid_to__gt=on) | Q(pk__in=ended))
    opening = {a.pk: first.get(a.pk) or Node(a.name_vi, a.parent_id) for a in loaded}
    return replay(opening, [_as_change(line) for line in lines], on)


def _ended(line: DecisionLine) -> set[int]:
    if line.kind not in (LineKind.MERGED, LineKind.SPLIT, LineKind.DISSOLVED) or line.continues:
        return set()
    return set(line.sources) - {result["agency"] for result in line.results}


def _as_change(line: DecisionLine) -> Change:
    return Change(
        effective_on=line.decision.effective_on,
        kind=line.kind,
        sources=tuple(line.sources),
        results=tuple((result["agency"], _node(line.kind, result)) for result in line.results),
        continues=line.continues,
    )


def _node(kind: str, result: Mapping[str, Any]) -> Node | None:
    there = kind in (LineKind.MERGED, LineKind.SPLIT, LineKind.DISSOLVED) and not result.get("code")
    return None if there else Node(result.get("name_vi", ""), result.get("parent"))


def terms() -> list[Term]:
    """Return who stood below whom from when to when, over all time."""
    standings: dict[int, list[AgencyStanding]] = defaultdict(list)
    for row in AgencyStanding.objects.order_by("valid_from"):
        standings[row.agency_id].append(row)
    found: list[Term] = []
    for agency in Agency.objects.all():
        own = standings.get(agency.pk)
        if own is None:
            found.append(Term(agency.pk, agency.parent_id, agency.valid_from, agency.valid_to))
        else:
            # A standing of the agency's last day is kept for a day more, so that it is not empty; the agency is gone.
            found += [Term(agency.pk, row.parent_id, row.valid_from, _until(row, agency)) for row in own]
    return found


def _until(standing: AgencyStanding, agency: Agency) -> dt.date | None:
    ends = [day for day in (standing.valid_to, agency.valid_to) if day is not None]
    return min(ends, default=None)


def check_tree() -> None:
    """Check that no agency stands above itself on any day.

    Raises:
        SuccessionError: one does.
    """
    closure(terms())


def succession() -> Succession:
    """Return who followed whom, for many roll-ups with three queries."""
    followers: dict[int, list[int]] = defaultdict(list)
    link = Agency.predecessors.through
    for new, old in link.objects.order_by("pk").values_list("from_agency_id", "to_agency_id"):
        followers[old].append(new)
    lines = DecisionLine.objects.filter(decision__status__in=IN_FORCE, removed=False, kind=LineKind.SPLIT)
    heirs = {line.sources[0]: line.results[0]["agency"] for line in lines if line.sources and line.results}
    return Succession(dict(Agency.objects.values_list("pk", "valid_to")), followers, heirs)


def successors_of(agency_id: int, on: dt.date) -> RollUp:
    """Return who has taken over from an agency by a local date; splits on the way are named."""
    return succession().roll_up(agency_id, on)


def successor_on(agency_id: int, on: dt.date) -> int | None:
    """Return the agency that the figures of another roll up to by a local date; None where it was split."""
    return succession().roll_up(agency_id, on).one


def roll_up_map(agency_ids: Iterable[int], on: dt.date) -> dict[int, RollUp]:
    """Return for each agency who has taken over from it by a local date."""
    known = succession()
    return {agency_id: known.roll_up(agency_id, on) for agency_id in agency_ids}


def rolled_up_to(agency_id: int, on: dt.date) -> frozenset[int]:
    """Return the agency and all whose figures roll up to it as a whole by a local date.

    Agencies that were split without a named heir are in none; `successors_of` names them.
    """
    known = succession()
    return frozenset(pk for pk in known.ends if known.roll_up(pk, on).one == agency_id) | {agency_id}


def decisions_about(agency_id: int) -> QuerySet[Decision]:
    """Return the decisions in force that concern an agency, as source or result, in the order of their days."""
    about = Q(lines__sources__contains=[agency_id]) | Q(lines__results__contains=[{"agency": agency_id}])
    found = Decision.objects.filter(about, status__in=IN_FORCE, lines__removed=False)
    return found.distinct().order_by("effective_on", "committed_at")
