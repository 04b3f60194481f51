"""Writes: entering a leaf's figures, computing and storing standings."""

import datetime as dt

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.measure.live.models import Entered, Kind, Standing
from motcua.measure.live.periods import Period, period_of
from motcua.measure.live.policies import COMPUTES, ENTERS
from motcua.measure.live.scoring import Scored, Unit, ratings, score_period, share_scored, standing_ranks
from motcua.measure.live.sources import NAME, can_be_entered, framework, leaf_of
from motcua.measure.metrics.positions import catch_up
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.organisation.models import Agency

LARGEST = 10**12


def enter_value(
    *,
    by: Actor,
    leaf: str,
    kind: str,
    on: dt.date,
    numerator: int,
    denominator: int,
    agency_id: int | None = None,
    note: str = "",
    now: dt.datetime | None = None,
) -> Entered:
    """Enter the figures of a leaf whose source does not exist yet; an earlier entry of the period is kept and outdone.

    Args:
        leaf: code of a leaf of Decision 766, such as PUBLISH_ON_TIME.
        kind, on: month, quarter or year, and a local date in it.
        agency_id: whose; None for the province.

    Raises:
        NotAllowed: the post does not enter figures of this unit.
        NotFound: no such leaf or agency.
        Conflict: the record is the source of this leaf; a measured figure cannot be typed over.
        Invalid: not a whole number from 0, or more above than below.
    """
    ENTERS.check(by, agency_id)
    _check_leaf(leaf, agency_id)
    _check_figures(kind, numerator, denominator)
    moment, period = now or timezone.now(), period_of(kind, on)
    made = Entered(
        id=new_id(),
        framework=NAME,
        leaf=leaf,
        agency_id=agency_id,
        kind=kind,
        first=period.first,
        last=period.last,
        numerator=numerator,
        denominator=denominator,
        note=note.strip()[:300],
        entered_at=moment,
        entered_by=by.post,
    )
    with record_change(
        chain_id=made.id,
        subject="index",
        kind="index.entered",
        actor=by.key,
        occurred_at=moment,
        recorded_at=moment,
        new=True,
    ) as change:
        change.add(made)
    return made


def _check_figures(kind: str, numerator: int, denominator: int) -> None:
    if kind not in Kind.values:
        raise Invalid([Refused("index.kind", _("A period is a month, a quarter or a year."), field="kind")])
    if not 0 <= numerator <= LARGEST or not 0 <= denominator <= LARGEST:
        raise Invalid([Refused("index.number", _("Give whole numbers from 0."), field="numerator")])
    if numerator > denominator:
        raise Invalid([Refused("index.part", _("The part is larger than the whole."), field="numerator")])


def _check_leaf(leaf: str, agency_id: int | None) -> None:
    if leaf_of(leaf) is None:
        raise NotFound("index.no_leaf", _("There is no such criterion."), field="leaf")
    if not can_be_entered(leaf):
        raise Conflict(
            "index.measured", _("This criterion is measured from the record; correct the dossiers."), field="leaf"
        )
    if agency_id is not None and not Agency.objects.filter(pk=agency_id).exists():
        raise NotFound("index.no_agency", _("There is no such agency."), field="agency")


def compute_standings(
    *, by: Actor, kind: str, on: dt.date, until: dt.date | None = None, now: dt.datetime | None = None
) -> int:
    """Score a period for the province and every agency, and keep the result as the day's; return how many units.

    Args:
        kind, on: month, quarter or year, and a local date in it; a period that lasts is counted up to today.
        until: a day of the period that is past: counted up to its end, and kept as that day's result.

    Raises:
        NotAllowed: nobody is signed in.
        Invalid: the period lies ahead, or `until` lies outside it.
    """
    COMPUTES.check(by)
    moment = now or timezone.now()
    today, period = timezone.localdate(moment), period_of(kind, on)
    if period.first > today:
        raise Invalid([Refused("index.ahead", _("This period has not begun."), field="on")])
    if until is not None and not period.first <= until <= period.until(today):
        raise Invalid([Refused("index.until", _("This day lies outside the period."), field="until")])
    scored = score_period(period, until or today, catch_up())
    rows = _rows(scored, period, moment, until or today)
    with transaction.atomic():
        Standing.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["framework", "kind", "first", "agency", "computed_on"],
            update_fields=[
                *("digest", "position", "last", "total", "applicable", "rating", "rank", "of", "content"),
                "computed_at",
            ],
        )
    return len(rows)


def _rows(scored: Scored, period: Period, moment: dt.datetime, day: dt.date) -> list[Standing]:
    keys = [unit for unit in scored.units if unit is not None]
    levels = dict(Agency.objects.filter(pk__in=keys).values_list("pk", "level"))
    places, classed = standing_ranks(scored, levels), ratings(scored)
    made = []
    for place, unit in enumerate(scored.units):
        total = float(scored.result.top.score[place])
        rank, of = places.get(unit, (None, None))
        made.append(
            Standing(
                framework=NAME,
                digest=framework()[1],
                position=scored.position,
                kind=period.kind,
                first=period.first,
                last=scored.last,
                agency_id=unit,
                total=None if np.isnan(total) else total,
                applicable=share_scored(scored, unit),
                rating=classed[place],
                rank=rank,
                of=of,
                content=_content(scored, place, unit),
                computed_on=day,
                computed_at=moment,
            )
        )
    return made


def _content(scored: Scored, place: int, unit: Unit) -> dict[str, object]:
    nodes = {
        code: None if np.isnan(found.score[place]) else round(float(found.score[place]), 6)
        for code, found in scored.result.nodes.items()
    }
    pairs = {code: [pair.numerator, pair.denominator, pair.source] for code, pair in scored.pairs[unit].items()}
    return {"nodes": nodes, "inputs": pairs}
