"""From a question and measures to one statement, and to figures."""

from collections.abc import Callable, Sequence
from typing import Any

from motcua.measure.metrics.definitions import MEASURES, Measure
from motcua.measure.metrics.questions import Question, counted, cut

Run = Callable[[Any], list[dict[str, Any]]]
"""An engine: from an Ibis expression to its rows."""


class UnknownMeasure(KeyError):
    """There is no measure or cut of this name."""


def table_of(question: Question, measures: Sequence[str], by: Sequence[str] = (), *, apart: bool = False) -> Any:
    """Return the Ibis expression of measures over a question: a row for each value of the cut, a column each.

    Args:
        measures: codes of measures over the same rows (see `Measure.over`).
        by: names of cuts.
        apart: see `questions.counted`.

    Raises:
        UnknownMeasure: no such measure.
        ValueError: the measures look at different rows; ask once for each.
    """
    wanted = [measure_of(code) for code in measures]
    over = {m.over for m in wanted}
    if len(over) > 1:
        raise ValueError("these measures look at different rows: " + ", ".join(measures))
    rows = cut(counted(question, over.pop(), apart=apart), tuple(by))
    values = [m.expression(rows, question).name(column(m.code)) for m in wanted]
    return rows.aggregate(values, by=list(by))


def figures(
    run: Run, question: Question, measures: Sequence[str], by: Sequence[str] = ()
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the figures of measures: values of the cut → measure → figure (None where there is nothing).

    Args:
        run: an engine (`engines.live.rows`, …): from an expression to its rows.

    Raises:
        UnknownMeasure: no such measure.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for group in same_rows(measures):
        for row in run(table_of(question, group, by)):
            key = tuple(row[name] for name in by)
            found.setdefault(key, {}).update({code: row[column(code)] for code in group})
    return {key: {code: row.get(code) for code in measures} for key, row in found.items()}


def same_rows(measures: Sequence[str]) -> list[list[str]]:
    """Return the measures in groups that look at the same rows."""
    groups: dict[str, list[str]] = {}
    for code in measures:
        groups.setdefault(measure_of(code).over, []).append(code)
    return list(groups.values())


def list_of(question: Question, measure: str, *, apart: bool = False) -> Any:
    """Return the Ibis expression of the dossiers behind a figure: their keys.

    Raises:
        UnknownMeasure: no such measure, or no dossiers stand behind it.
    """
    found = measure_of(measure)
    if found.opens is None:
        raise UnknownMeasure(measure)
    rows = counted(question, found.over, apart=apart)
    rows = rows.filter(found.opens(rows, question))
    return rows.select("dossier_id", "received_on")


def measure_of(code: str) -> Measure:
    """Return a measure by its code.

    Raises:
        UnknownMeasure: there is none.
    """
    if code not in MEASURES:
        raise UnknownMeasure(code)
    return MEASURES[code]


def column(code: str) -> str:
    """Return a measure's column in an answer."""
    return code.replace(".", "_")


def sql_of(expression: Any, dialect: str) -> str:
    """Return the SQL of an expression in an engine's dialect."""
    import ibis

    return str(ibis.to_sql(expression, dialect=dialect))
