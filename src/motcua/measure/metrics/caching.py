"""Figures fast: SQL compiled once for each shape of a question, answers kept in the process by question and position.

Compiling an Ibis expression takes longer than most answers. A question's shape is compiled once, with marks where the
dates, the position and the keys stand; the marks become parameters of the statement, so no value is ever part of it.
An answer as known at a position never changes; it is thrown away after some minutes all the same, since a procedure
may change its field or an agency its level.
"""

import datetime as dt
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from motcua.measure.metrics.counting import column, list_of, measure_of, same_rows, sql_of, table_of
from motcua.measure.metrics.questions import TEXT_CUTS, Question
from motcua.measure.metrics.tables import TABLES

FIRST, LAST = dt.date(1111, 1, 1), dt.date(1111, 1, 2)
KNOWN_AT, KEYS = 7_111_000_000_000_000_001, 7_111_000_000_000_000_100
MARK = re.compile(r"MAKE_DATE\(111\d|'111\d-|7111\d{15}|'mark-")
KEPT, KEPT_SECONDS = 512, 300
Key = tuple[Any, ...]
Figures = dict[Key, dict[str, Any]]


class NotCompiled(ValueError):
    """A mark stands where no parameter can: the statement was not made for this shape."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a question changes the statement: whether agencies are named, and which cuts, with nothing among them."""

    agencies: bool
    where: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, question: Question) -> "Shape":
        """Return the shape of a question."""
        return cls(question.agencies is not None, tuple((name, None in values) for name, values in question.where))

    def marked(self) -> Question:
        """Return a question of this shape with marks for values."""
        marks = [(_mark(i, name), None) for i, (name, _nothing) in enumerate(self.where, start=1)]
        where = tuple(
            (name, mark if nothing else mark[:1]) for (name, nothing), mark in zip(self.where, marks, strict=True)
        )
        return Question(FIRST, LAST, KNOWN_AT, frozenset({KEYS}) if self.agencies else None, where)


def _mark(index: int, name: str) -> Any:
    return f"mark-{index}" if name in TEXT_CUTS else KEYS + index


def parameters(question: Question) -> dict[str, Any]:
    """Return the values of a statement's parameters."""
    keys = {"keys0": sorted(question.agencies)} if question.agencies is not None else {}
    named = {
        f"keys{i}": [value for value in values if value is not None]
        for i, (_name, values) in enumerate(question.where, start=1)
    }
    return {"first": question.first, "last": question.last, "known_at": question.known_at, **keys, **named}


def with_parameters(sql: str, shape: Shape) -> str:
    """Return a statement with parameters in the place of marks.

    Raises:
        NotCompiled: a mark is left over.
    """
    text = sql.replace("%", "%%")
    text = text.replace("MAKE_DATE(1111, 1, 1)", "%(first)s::date").replace("MAKE_DATE(1111, 1, 2)", "%(last)s::date")
    text = text.replace(str(KNOWN_AT), "%(known_at)s::bigint")
    text = text.replace(f"IN ({KEYS})", "= ANY(%(keys0)s::bigint[])")
    for i, (name, _nothing) in enumerate(shape.where, start=1):
        mark, kind = (f"'mark-{i}'", "text") if name in TEXT_CUTS else (str(KEYS + i), "bigint")
        text = text.replace(f"IN ({mark})", f"= ANY(%(keys{i})s::{kind}[])")
    if MARK.search(text):
        raise NotCompiled(text)
    return text


@lru_cache(maxsize=512)
def _table_sql(shape: Shape, measures: tuple[str, ...], by: tuple[str, ...]) -> str:
    return with_parameters(lean(sql_of(table_of(shape.marked(), measures, by, apart=True), "postgres")), shape)


@lru_cache(maxsize=512)
def list_sql(shape: Shape, measure: str) -> str:
    """Return the statement of the dossiers behind a figure: columns `dossier_id` and `received_on`.

    Raises:
        UnknownMeasure: no such measure, or no dossiers stand behind it.
    """
    return with_parameters(lean(sql_of(list_of(shape.marked(), measure, apart=True), "postgres")), shape)


def lean(sql: str) -> str:
    """Return a statement in which no inner part selects a column that nothing outside it reads.

    Ibis names every column in each part; PostgreSQL then has to read whole rows where an index holds all that counts.
    """
    # Loaded when needed: a process starts without it.
    import sqlglot
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify import qualify

    schema = {table.name: dict.fromkeys(table.columns, "unknown") for table in TABLES}
    parsed = sqlglot.parse_one(sql, dialect="postgres")
    statement = qualify(parsed, schema=schema, dialect="postgres", quote_identifiers=True)
    return pushdown_projections(statement).sql(dialect="postgres")


class Kept:
    """Answers of this process, the least used thrown away first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the answer kept for a key, or make and keep it."""
        now = time.monotonic()
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None and now - kept[0] < KEPT_SECONDS:
                self._answers.move_to_end(key)
                return kept[1]
        made = make()
        with self._lock:
            self._answers[key] = (now, made)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return made

    def clear(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._answers.clear()


ANSWERS = Kept()


def quick_figures(question: Question, measures: Sequence[str], by: Sequence[str] = ()) -> Figures:
    """Return what `counting.figures` returns on PostgreSQL, without compiling or counting anything twice.

    Args:
        question: its answer is kept by all that it asks, the position included.
        measures, by: see `counting.figures`.

    Raises:
        UnknownMeasure: no such measure.
    """
    asked = tuple(measures), tuple(by)
    kept: Figures = ANSWERS.get((question, *asked), lambda: _figures(question, *asked))
    return {key: dict(values) for key, values in kept.items()}


def _figures(question: Question, measures: tuple[str, ...], by: tuple[str, ...]) -> Figures:
    found: Figures = {}
    for group in same_rows(measures):
        for row in fetched(_table_sql(Shape.of(question), tuple(group), by), question):
            key = tuple(row[name] for name in by)
            found.setdefault(key, {}).update({code: row[column(code)] for code in group})
    return {key: {code: row.get(code) for code in measures} for key, row in found.items()}


def fetched(sql: str, question: Question) -> list[dict[str, Any]]:
    """Return the rows of a compiled statement for a question."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(question))
        names = [described.name for described in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def opens(code: str) -> bool:
    """Tell whether a list of dossiers stands behind a measure."""
    return measure_of(code).opens is not None
