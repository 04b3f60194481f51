"""How many due times a second, beside `numpy.busday_offset` in the same run. Prints JSON.

    python benchmarks/working_time.py [--starts 1000000] [--rounds 3]

`busday_offset` counts whole days with holidays: no shifts, no clock times, no hours, months, pauses or proofs. It is
the floor that a counted day costs in NumPy. Each figure is the best of the rounds.
"""

import argparse
import datetime as dt
import json
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from motcua.rules.working_time import LOCAL, Calendar, Duration
from motcua.web.cli.due import Lines, shipped_calendar

LIMITS = (Duration(20, "wh"), Duration(5, "wd"), Duration(20, "d"), Duration(1, "m"))
SCALARS = 20_000
NEEDED = 50_000


def rate(count: int, rounds: int, work: Callable[[], object]) -> int:
    """Return how many a second, in the fastest of the rounds."""
    seconds = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return round(count / min(seconds))


def starts_of(count: int) -> NDArray[np.datetime64]:
    """Return instants of receipt in 2018–2026, at any minute; the same ones each time."""
    first, last = np.datetime64("2018-01-01", "m"), np.datetime64("2026-10-01", "m")
    return first + np.random.default_rng(2026).integers(0, int((last - first).astype(int)), count)


def scalar(calendar: Calendar, instants: list[dt.datetime], limit: Duration, rounds: int) -> dict[str, int]:
    """Return the rates of one due time at a time: bare, with its proof, and as a line of `motcua due`."""

    def lines() -> None:
        writer = Lines(calendar, None)
        for at in instants:
            writer.of(at, limit)

    count = len(instants)
    return {
        "add": rate(count, rounds, lambda: [calendar.add(at, limit.amount, limit.unit) for at in instants]),
        "promise_with_proof": rate(count, rounds, lambda: [calendar.promise(at, limit) for at in instants]),
        "line_of_json": rate(count, rounds, lines),
    }


def busday_offset(calendar: Calendar, starts: NDArray[np.datetime64], rounds: int) -> int:
    """Return the rate of NumPy's own counting of days."""
    days = starts.astype("datetime64[D]")
    off = np.array(sorted(calendar.days_off), dtype="datetime64[D]")
    return rate(len(days), rounds, lambda: np.busday_offset(days, 5, roll="forward", holidays=off))


def measure(count: int, rounds: int) -> dict[str, object]:
    """Return all figures."""
    calendar, starts = shipped_calendar(), starts_of(count)
    instants = [at.replace(tzinfo=LOCAL) for at in starts[:SCALARS].tolist()]
    by_limit = {
        str(limit): {
            "add_many": rate(count, rounds, lambda: calendar.add_many(starts, limit.amount, limit.unit)),  # noqa: B023
            **scalar(calendar, instants, limit, rounds),
        }
        for limit in LIMITS
    }
    numpy_rate = busday_offset(calendar, starts, rounds)
    slowest = min(figures["add"] for figures in by_limit.values())
    return {
        "starts": count,
        "due_times_a_second": by_limit,
        "busday_offset_a_second": numpy_rate,
        "add_many_5wd_to_busday_offset": round(by_limit["5wd"]["add_many"] / numpy_rate, 3),
        "calendars_read_and_compiled_a_second": rate(1, rounds, shipped_calendar),
        "needed_a_second": NEEDED,
        "reached": slowest >= NEEDED,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    print(json.dumps(measure(args.starts, args.rounds), indent=2))


if __name__ == "__main__":
    main()
