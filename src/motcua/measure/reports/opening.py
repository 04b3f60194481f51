"""Opening a cell: the dossiers behind a figure, as far as the actor may read them."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from motcua.formats.reportforms import Column, Form
from motcua.measure.metrics.caching import Shape, fetched, list_sql
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.making import question_for
from motcua.measure.reports.policies import sees_all
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.queries import readable

NUMBERS = frozenset({"agency", "received_by", "unit", "channel", "state", "service_level", "month"})
AT_ONCE = 1_000
COUNT = "SELECT count(*) AS found FROM ({inner}) AS found"
PAGE = "SELECT dossier_id FROM ({inner}) AS found ORDER BY received_on, dossier_id LIMIT {limit} OFFSET {offset}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a report: the form's column, and what its row is of."""

    form: Form
    column: Column
    question: Question
    key: Mapping[str, Any]

    @property
    def asked(self) -> Question:
        """Return the question of this cell alone."""
        asked = question_for(self.question, self.column)
        return replace(asked, where=(*asked.where, *((axis, (value,)) for axis, value in self.key.items())))


def row_key(form: Form, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row is of, read from an address; what is no value of its cut is taken for none."""
    return {axis: _value(axis, values[f"row.{axis}"]) for axis in form.rows if f"row.{axis}" in values}


def _value(axis: str, text: str) -> Any:
    if text == "":
        return None
    if axis in NUMBERS:
        return int(text) if text.isdecimal() and len(text) < 19 else -1
    return text


def within_reach(question: Question, by: Actor) -> Question:
    """Return the question over those agencies alone whose dossiers the actor may read."""
    if by.is_system or by.role == Role.AUDITOR:
        return question
    if sees_all(by):
        # Whoever administers sees figures, and no dossier.
        return replace(question, agencies=frozenset({0}))
    agencies = by.scope if question.agencies is None else question.agencies & by.scope
    return replace(question, agencies=agencies or frozenset({0}))


class DossiersBehind:
    """The dossiers behind a cell, in the order of receipt; counted and cut by the engine, for a paginator."""

    ordered = True

    def __init__(self, cell: Cell, by: Actor) -> None:
        self.by = by
        self.question = within_reach(cell.asked, by)
        self.sql = list_sql(Shape.of(self.question), cell.column.measure)

    def count(self) -> int:
        """Return how many there are."""
        return self._count

    @cached_property
    def _count(self) -> int:
        return int(fetched(COUNT.format(inner=self.sql), self.question)[0]["found"])

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: slice) -> list[Dossier]:
        start = part.start or 0
        return self._dossiers(self.keys(start, part.stop - start))

    def keys(self, offset: int, limit: int) -> list[uuid.UUID]:
        """Return keys from an offset."""
        sql = PAGE.format(inner=self.sql, limit=int(limit), offset=int(offset))
        return [row["dossier_id"] for row in fetched(sql, self.question)]

    def every(self) -> Iterator[Dossier]:
        """Yield all of them, a thousand at a time; memory stays flat but for their keys."""
        keys = self.keys(0, self._count)
        for start in range(0, len(keys), AT_ONCE):
            yield from self._dossiers(keys[start : start + AT_ONCE])

    def _dossiers(self, keys: list[uuid.UUID]) -> list[Dossier]:
        found = readable(self.by).filter(pk__in=keys).in_bulk()
        return [found[key] for key in keys if key in found]
