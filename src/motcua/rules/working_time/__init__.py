"""Working time: when something received now is due, and why.

A calendar is compiled to sorted arrays of shifts with a prefix sum of working seconds, so that one due time is a
binary search and many are one NumPy call. Inside, an instant is the number of seconds of the local wall clock since
1970-01-01. `instants` and `terms` hold the words, `timetable` and `many` the arithmetic, `calendar` what is asked
from outside, `proofs` the reasons, `outcomes` early, on time and late.

Sources: NĐ 61/2018 and NĐ 118/2025 (promised time), the national catalogue's units (working day, day).
"""

from motcua.rules.working_time.calendar import Calendar
from motcua.rules.working_time.instants import LOCAL, from_wall, to_local_date, to_wall
from motcua.rules.working_time.outcomes import Outcome, clock_state, outcome
from motcua.rules.working_time.proofs import Promise, ProofLine, Totals, total
from motcua.rules.working_time.terms import (
    UNITS,
    Duration,
    OutOfCalendar,
    Pause,
    Shift,
    Unit,
    WeeklyShifts,
)
from motcua.rules.working_time.timetable import FIRST_DAY, LAST_DAY

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "LOCAL",
    "UNITS",
    "Calendar",
    "Duration",
    "OutOfCalendar",
    "Outcome",
    "Pause",
    "Promise",
    "ProofLine",
    "Shift",
    "Totals",
    "Unit",
    "WeeklyShifts",
    "clock_state",
    "from_wall",
    "outcome",
    "to_local_date",
    "to_wall",
    "total",
]
