"""A measure: its words, its source, and one expression."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from motcua.measure.metrics.questions import Question

Expression = Callable[[Any, Question], Any]
"""From the counted rows and the question to one aggregated Ibis value."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, defined once.

    Args:
        code: how reports, indices and the API call it.
        name_vi, name_en: its short name.
        words_vi, words_en: what exactly is counted.
        source: the decree, article or form that asks for it.
        expression: over the counted rows; see `questions.counted`.
        unit: dossiers, minutes, share (0–1), đồng, posts, procedures.
        better: "up", "down" or "" where neither is better.
        adds_up: whether the whole is the sum over any cut.
        over: "counted" rows, "all" (those resolved before the period too), or rows beside dossiers: "posts",
            "procedures", "published" (see `beside`).
        opens: which of the counted rows stand behind it, for the list; None: no list of dossiers stands behind it.
        ratio_of: the codes of numerator and denominator, where it is a share.
    """

    code: str
    name_vi: str
    name_en: str
    words_vi: str
    words_en: str
    source: str
    expression: Expression
    unit: str = "dossiers"
    better: str = ""
    adds_up: bool = True
    over: str = "counted"
    opens: Expression | None = None
    ratio_of: tuple[str, str] | None = None
    version: int = 1
    owner: str = "one-stop"


MEASURES: dict[str, Measure] = {}


def measure(**values: Any) -> Measure:
    """Define a measure and put it on the list.

    Raises:
        ValueError: the code is taken.
    """
    made = Measure(**values)
    if made.code in MEASURES:
        raise ValueError(f"two measures are called {made.code}")
    MEASURES[made.code] = made
    return made


def counts(rows_that: Expression, **values: Any) -> Measure:
    """Define a measure that counts the dossiers for which `rows_that` holds, and so can be opened."""
    return measure(expression=lambda rows, q: rows.count(where=rows_that(rows, q)), opens=rows_that, **values)


def share(numerator: Measure, denominator: Measure, **values: Any) -> Measure:
    """Define a share (0–1) of two counts over the same rows; empty where the denominator is zero."""

    def expression(rows: Any, q: Question) -> Any:
        below = denominator.expression(rows, q).nullif(0)
        return numerator.expression(rows, q).cast("float64") / below.cast("float64")

    return measure(
        expression=expression,
        unit=values.pop("unit", "share"),
        adds_up=False,
        over=numerator.over,
        opens=numerator.opens,
        ratio_of=(numerator.code, denominator.code),
        **values,
    )
