"""Opening a figure: the dossiers behind it, page by page, those that the actor may read.

A figure is named by an address: `measure`, `from`, `to` (local dates), `at` (position of the ledger; without it the
present), `agency` (keys or identity codes of competent agencies), `under` (an agency with all below it), and the
name of any cut with its values.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.measure.metrics.caching import ANSWERS, Shape, fetched, list_sql
from motcua.measure.metrics.counting import UnknownMeasure, measure_of
from motcua.measure.metrics.definitions import Measure
from motcua.measure.metrics.questions import CUTS, TEXT_CUTS, Question
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Agency, Role
from motcua.record.organisation.queries import agency_by_code, subtree
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.span_keeping import spans_position

PAGE = """
    SELECT dossier_id FROM ({inner}) AS found ORDER BY received_on DESC, dossier_id LIMIT {limit} OFFSET {offset}
"""
COUNT = "SELECT count(*) AS found FROM ({inner}) AS found"
AGENCY_CUTS = ("agency", "received_by")
OWN = ("measure", "from", "to", "at", "agency", "under", "page")
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Figure:
    """A measure over a question, and who looks at what stands behind it."""

    measure: Measure
    question: Question
    by: Actor

    @cached_property
    def readable(self) -> tuple[Question, ...]:
        """Return the questions that together ask for what the actor may read, each dossier once."""
        if self.by.is_system or self.by.role == Role.AUDITOR:
            return (self.question,)
        scope = self.by.scope
        asked = self.question.agencies
        if asked is not None and asked <= scope:
            return (self.question,)
        if any(name == "received_by" and set(values) <= scope for name, values in self.question.where):
            return (self.question,)
        competent = replace(self.question, agencies=scope if asked is None else asked & scope)
        if asked is not None and not asked - scope:
            return (competent,)
        received = (*self.question.where, ("received_by", tuple(sorted(scope))))
        others = _all_agencies() if asked is None else asked
        return (competent, replace(self.question, agencies=others - scope, where=received))

    @property
    def restricted(self) -> bool:
        """Tell whether the figure may count dossiers that the actor cannot open."""
        return self.readable != (self.question,)

    def count(self) -> int:
        """Return how many dossiers stand behind it that the actor may read."""
        return sum(self._count(question) for question in self.readable)

    def _count(self, question: Question) -> int:
        sql = COUNT.format(inner=list_sql(Shape.of(question), self.measure.code))
        key = ("count", question, self.measure.code)
        return int(ANSWERS.get(key, lambda: fetched(sql, question)[0]["found"]))

    def keys(self, offset: int, limit: int) -> list[uuid.UUID]:
        """Return keys of dossiers behind it, newest receipt first, from an offset."""
        found: list[uuid.UUID] = []
        for question in self.readable:
            before = self._count(question) if self.restricted else offset + limit
            if offset < before and len(found) < limit:
                found += self._page(question, offset, limit - len(found))
            offset = max(offset - before, 0)
        return found

    def _page(self, question: Question, offset: int, limit: int) -> list[uuid.UUID]:
        sql = PAGE.format(
            inner=list_sql(Shape.of(question), self.measure.code), limit=int(limit), offset=int(max(offset, 0))
        )
        return [row["dossier_id"] for row in fetched(sql, question)]

    def dossiers(self, offset: int, limit: int) -> list[Dossier]:
        """Return dossiers behind it, newest receipt first, from an offset."""
        keys = self.keys(offset, limit)
        related = Dossier.objects.select_related("version__procedure", "agency_competent", "agency_received")
        found = related.in_bulk(keys)
        return [found[key] for key in keys if key in found]

    @property
    def address(self) -> str:
        """Return the address of its list."""
        return address(self.measure.code, self.question)


def _all_agencies() -> frozenset[int]:
    return frozenset(Agency.objects.values_list("pk", flat=True))


def address(measure: str, question: Question, **more: Any) -> str:
    """Return the address of the list behind a measure over a question.

    Args:
        more: values of further cuts, such as `agency=12`; an agency takes the place of the question's own.
    """
    pairs: list[tuple[str, Any]] = [("measure", measure), ("from", question.first), ("to", question.last)]
    pairs.append(("at", question.known_at))
    if question.agencies is not None and "agency" not in more:
        pairs.append(("agency", ",".join(str(key) for key in sorted(question.agencies))))
    for name, values in question.where:
        pairs.append((name, ",".join(str(value) for value in values)))
    pairs += [(name, value) for name, value in more.items() if value is not None]
    return f"{reverse('metrics:dossiers')}?{urlencode(pairs, safe=',')}"


def figure_of(by: Actor, values: Values) -> Figure:
    """Return the figure that an address names.

    Args:
        values: parameters of the address, each with its values (`QueryDict.lists`).

    Raises:
        Refused: a parameter is missing or wrong; names it.
    """
    code = _one(values, "measure")
    try:
        found = measure_of(code)
    except UnknownMeasure:
        found = None
    if found is None or found.opens is None:
        raise Refused("figure.measure", _("No list of dossiers stands behind this figure."), field="measure")
    first, last = _date(values, "from", by.on.replace(day=1)), _date(values, "to", by.on)
    if last < first:
        raise Refused("figure.period", _("The period ends before it begins."), field="to")
    agencies = _agencies(values, last)
    return Figure(found, Question(first, last, _position(values), agencies, _where(values)), by)


def _one(values: Values, name: str) -> str:
    return (list(values.get(name, [])) or [""])[0].strip()


def _date(values: Values, name: str, otherwise: dt.date) -> dt.date:
    text = _one(values, name)
    try:
        return dt.date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise Refused("figure.date", _("Write the day as 2026-01-31."), field=name) from None


def _position(values: Values) -> int:
    text, present = _one(values, "at"), spans_position()
    if text and not text.isdecimal():
        raise Refused("figure.position", _("The position of the ledger is a number."), field="at")
    return min(int(text), present) if text else present


def _words(values: Values, name: str) -> list[str]:
    return [word for text in values.get(name, []) for word in text.split(",") if word]


def _agencies(values: Values, on: dt.date) -> frozenset[int] | None:
    keys = frozenset(_agency(word, on) for word in _words(values, "agency"))
    for word in _words(values, "under"):
        keys |= subtree(_agency(word, on), on)
    return keys or None


def _agency(word: str, on: dt.date) -> int:
    if word.isdecimal() and len(word) < 18:
        return int(word)
    found = agency_by_code(word, on)
    if found is None:
        raise Refused("figure.agency", _("No agency has this code on that day."), field="agency")
    return found.pk


def _where(values: Values) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    found = []
    for name in CUTS:
        words = _words(values, name)
        if name in OWN or name == "dossier_id" or not words:
            continue
        if name not in TEXT_CUTS and not all(word.isdecimal() and len(word) < 18 for word in words):
            raise Refused("figure.cut", _("This part of the address takes numbers."), field=name)
        found.append((name, tuple(words if name in TEXT_CUTS else map(int, words))))
    return tuple(found)
