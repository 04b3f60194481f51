"""When a procedure must be published and made public, and which validities overlap.

Sources: the index of Decision 766/QĐ-TTg, indicators 1.1 (a province signs at the latest five working days before the
legal basis takes effect) and 1.2 (it makes public at the latest five working days after the decision); the numbers of
days are data. NĐ 63/2010/NĐ-CP, art. 8, clause 2: the parts that a procedure must have.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

Works = Callable[[dt.date], bool]
# The constituent parts (bộ phận tạo thành) of clause 2, in its order.
PARTS = ("name", "order", "channels", "papers", "limit", "subjects", "agency")
# No calendar has so many days off in a row; a search that goes on longer would not end.
LONGEST_BREAK = 366
ONE_DAY = dt.timedelta(days=1)


def working_day_before(day: dt.date, count: int, works: Works) -> dt.date:
    """Return the working day that lies `count` working days before a date; the date itself for none.

    Args:
        day: local date; it may be a day off.
        count: working days, not negative.
        works: tells whether a local date is worked.

    Raises:
        ValueError: a negative count, or a year without a working day.
    """
    return _walk(day, count, works, -ONE_DAY)


def working_day_after(day: dt.date, count: int, works: Works) -> dt.date:
    """Return the working day that lies `count` working days after a date; see `working_day_before`."""
    return _walk(day, count, works, ONE_DAY)


def _walk(day: dt.date, count: int, works: Works, step: dt.timedelta) -> dt.date:
    if count < 0:
        raise ValueError("a negative number of working days")
    idle = 0
    while count:
        day += step
        idle = 0 if works(day) else idle + 1
        count -= works(day)
        if idle > LONGEST_BREAK:
            raise ValueError("no working day in a year")
    return day


def overlaps(a_from: dt.date, a_to: dt.date | None, b_from: dt.date, b_to: dt.date | None) -> bool:
    """Tell whether two half-open validities [from, to) share a day; no end means for ever."""
    return (b_to is None or a_from < b_to) and (a_to is None or b_from < a_to)


def missing_parts(present: Mapping[str, bool], asked: Iterable[str] = PARTS) -> tuple[str, ...]:
    """Return the parts that are asked for and not present, in the order in which they are asked."""
    return tuple(part for part in asked if not present.get(part, False))


def all_on_time(done: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """Return for each procedure whether all of its changes were on time.

    A procedure in several decisions of a period counts once; one late change makes it late (indicator 1.1).

    Args:
        done: code of a procedure, and whether a change of it was on time.
    """
    found: dict[str, bool] = {}
    for code, on_time in done:
        found[code] = found.get(code, True) and on_time
    return found
