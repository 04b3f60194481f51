"""The lines of a decision in sentences, with each agency as it was called on the eve or the day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from motcua.record.organisation.decision_models import Decision, DecisionLine, LineKind
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency


@dataclass(frozen=True)
class Line:
    """A line as it is shown."""

    order: int
    kind: str
    sentence: str
    taker: str = ""


def lines_of(decision: Decision) -> list[Line]:
    """Return the lines of a decision in words."""
    rows = list(decision.lines.filter(removed=False).order_by("order"))
    keys = {pk for row in rows for pk in row.sources}
    keys |= {result.get(name) or 0 for row in rows for result in row.results for name in ("agency", "parent")}
    eve = decision.effective_on - dt.timedelta(days=1)
    names = {a.pk: f"{a.name} ({a.code})" for a in dated(Agency.objects.filter(pk__in=keys), eve)}
    return [_line(row, names) for row in rows]


def _line(row: DecisionLine, names: Mapping[int, str]) -> Line:
    sources = ", ".join(names.get(pk, "?") for pk in row.sources)
    results = [_result(result, names) for result in row.results]
    taker = results[0] if row.kind == LineKind.SPLIT and not row.continues else ""
    return Line(row.order, row.get_kind_display(), _sentence(row, sources, results, names), taker)


def _result(result: Mapping[str, Any], names: Mapping[int, str]) -> str:
    if result.get("code"):
        return f"{result['name_vi']} ({result['code']})"
    return names.get(result.get("agency", 0), "?")


def _sentence(row: DecisionLine, sources: str, results: Sequence[str], names: Mapping[int, str]) -> str:
    first = row.results[0] if row.results else {}
    above = names.get(first.get("parent") or 0, "–")
    words = {"sources": sources, "results": ", ".join(results), "name": first.get("name_vi", ""), "above": above}
    sentence = {
        LineKind.CREATED: _("%(results)s is created below %(above)s."),
        LineKind.RENAMED: _("%(sources)s is called %(name)s."),
        LineKind.MOVED: _("%(sources)s is placed below %(above)s."),
        LineKind.MERGED: _("%(sources)s merge into %(results)s."),
        LineKind.SPLIT: _("%(sources)s is split into %(results)s."),
        LineKind.DISSOLVED: _("%(sources)s is dissolved."),
    }[LineKind(row.kind)]
    if row.kind == LineKind.SPLIT and row.continues:
        sentence = _("%(results)s is made of a part of %(sources)s, which goes on.")
    if row.kind == LineKind.DISSOLVED and results:
        sentence = _("%(sources)s is dissolved; %(results)s takes over.")
    return sentence % words
