"""From a question and measures to one statement, and to figures."""

from collections.abc import Sequence
from typing import Any

import ibis

from motcua.measure.metrics.definitions import MEASURES
from motcua.measure.metrics.questions import Question, counted, cut


class UnknownMeasure(KeyError):
    """There is no measure or cut of this name."""


def table_of(question: Question, measures: Sequence[str], by: Sequence[str] = ()) -> Any:
    """Return the Ibis expression of measures over a question: a row for each value of the cut, a column each.

    Raises:
        UnknownMeasure: no such measure.
    """
    if missing := [code for code in measures if code not in MEASURES]:
        raise UnknownMeasure(", ".join(missing))
    wanted = {code: MEASURES[code] for code in measures}
    rows = counted(question, also_done_before=any(m.over == "all" for m in wanted.values()))
    rows = cut(rows, tuple(by))
    values = {column(code): m.expression(rows, question).name(column(code)) for code, m in wanted.items()}
    return rows.aggregate(list(values.values()), by=list(by))


def list_of(question: Question, measure: str) -> Any:
    """Return the Ibis expression of the dossiers behind a figure: their keys.

    Raises:
        UnknownMeasure: no such measure, or one that is not a count of dossiers.
    """
    found = MEASURES.get(measure)
    if found is None or found.opens is None:
        raise UnknownMeasure(measure)
    rows = counted(question, also_done_before=found.over == "all")
    rows = rows.filter(found.opens(rows, question))
    return rows.select("dossier_id", "received_on")


def column(code: str) -> str:
    """Return a measure's column in an answer."""
    return code.replace(".", "_")


def sql_of(expression: Any, dialect: str) -> str:
    """Return the SQL of an expression in an engine's dialect."""
    return str(ibis.to_sql(expression, dialect=dialect))
