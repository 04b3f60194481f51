"""How sure ranks are, as pages tell it: the finding in a sentence, rows for the chart, what moves ranks in words."""

import datetime as dt
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from motcua.measure.firmness.computing import Held, Sureness
from motcua.measure.firmness.models import WorkedOut
from motcua.measure.firmness.templatetags.firmness import figure
from motcua.rules.scoring import Framework

MOST_SHOWN = 12
NEARLY = 1e-9
Names = dict[str, str]
"""Unit → what people call it."""


def told(found: Sureness, names: Names) -> dict[str, Any]:
    """Return what `firmness/_intervals.html` shows: the finding, a row for each unit, the bands."""
    most = max(row.high for row in found.rows)
    return {
        "found": found,
        "title": _title(found, names),
        "rows": [_row(row, names, most) for row in found.rows],
        "bands": [[names[row.unit] for row in band] for band in found.bands],
        "most": most,
    }


def _title(found: Sureness, names: Names) -> str:
    """Return the finding: how many ranks hold, and which is the least sure."""
    firm, all_, widest = len(found.firm), len(found.rows), found.widest
    if firm == all_:
        return _("Every rank holds in nine of ten runs")
    words = {"name": names[widest.unit], "low": widest.low, "high": widest.high, "firm": firm, "all": all_}
    return (
        ngettext(
            "%(firm)d of %(all)d ranks holds; %(name)s may stand anywhere from %(low)d to %(high)d",
            "%(firm)d of %(all)d ranks hold; %(name)s may stand anywhere from %(low)d to %(high)d",
            firm,
        )
        % words
    )


def _row(row: Held, names: Names, most: int) -> dict[str, Any]:
    """Return a row with its places on a scale from 0 to 100 for the chart: the middle of each rank's column."""

    def x(rank: float) -> float:
        return 100 * (rank - 0.5) / most

    span = {"x": x(row.low) - 40 / most, "width": x(row.high) - x(row.low) + 80 / most, "dot": x(row.rank)}
    return {"held": row, "name": names[row.unit], **span}


def moves_told(
    held: WorkedOut | None, framework: Framework, names: Names, now: dt.datetime, *, codes: bool = True
) -> dict[str, Any]:
    """Return what `firmness/_moves.html` shows: the progress, or the ranks without each leaf and Sobol's indices.

    Args:
        codes: whether people know nodes by their codes, which then stand before the names.
    """
    context: dict[str, Any] = {"held": held, "running": held is not None and held.running(now)}
    if held is None or held.finished_at is None or not held.content:
        return context
    language = "en" if get_language() == "en" else "vi"
    words = {
        node.code: f"{node.code} {node.name(language)}" if codes else node.name(language)
        for node in framework.root.walk()
    }
    without = [
        {**row, "name": words.get(row["code"], row["code"]), "far": _far(row["far"], names)}
        for row in held.content["without"]
    ]
    widest = max([row["shift"] for row in without], default=0) or 1
    sobol = [
        {**row, "words": _varied(row["name"], words), **_bar(row)} for row in held.content["sobol"] if row["total"] > 0
    ]
    return context | {
        "without": [{**row, "share": 100 * row["shift"] / widest} for row in without],
        "sobol": sobol,
        "without_title": _without_title(without),
        "sobol_title": _sobol_title(sobol),
        "shown": MOST_SHOWN,
    }


def _far(far: dict[str, Any] | None, names: Names) -> dict[str, Any] | None:
    return {**far, "name": names.get(far["unit"], "–")} if far else None


def _varied(name: str, words: dict[str, str]) -> str:
    """Return what varies in words: a node's weight, a survey's margin, or the method."""
    kind, _space, code = name.partition(" ")
    if kind == "weight":
        return words.get(code, code)
    if kind == "margin":
        return _("%(leaf)s: margin of the survey") % {"leaf": words.get(code, code)}
    return _("way of normalising") if kind == "normalise" else _("way of aggregating")


def _bar(row: dict[str, Any]) -> dict[str, float]:
    """Return the places of the bars, 0 to 100: indices are shares, but their estimates may leave 0 to 1."""
    ends = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    places = {f"{end}_x": 100 * min(max(row[end], 0.0), 1.0) for end in ends}
    return places | {"width": places["total_high_x"] - places["total_low_x"]}


def _without_title(rows: list[dict[str, Any]]) -> str:
    if not rows or rows[0]["shift"] == 0:
        return _("No rank depends on a single leaf")
    alike = sum(row["shift"] > rows[0]["shift"] - NEARLY for row in rows)
    words = {"name": rows[0]["name"], "shift": figure(rows[0]["shift"]), "count": alike}
    if alike > 1:
        return _("%(count)d leaves matter most: without any one of them, ranks move by %(shift)s on average") % words
    return _("Most depends on “%(name)s”: without it, ranks move by %(shift)s on average") % words


def _sobol_title(rows: list[dict[str, Any]]) -> str:
    if not rows or rows[0]["total"] <= 0:
        return _("No weight moves ranks by itself")
    words = {"name": rows[0]["words"], "percent": round(100 * min(rows[0]["total"], 1))}
    if len(rows) > 1 and rows[0]["total_low"] <= rows[1]["total_high"]:
        return (
            _("No single weight decides: the largest part, %(percent)d %%, is that of “%(name)s”, and others come near")
            % words
        )
    return (
        _("The weight that moves ranks most is that of “%(name)s”: it has a part in %(percent)d %% of the changes")
        % words
    )
