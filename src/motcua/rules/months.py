"""Adding months to dates; the end of the month is clipped (31 January and one month: 28 or 29 February)."""

import calendar
import datetime as dt

import numpy as np
from numpy.typing import NDArray


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_months_many(days: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Return `add_months` for days since 1970-01-01."""
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.timedelta64(months, "M")
    last = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    result: NDArray[np.int64] = target.astype("datetime64[D]").astype(np.int64) + np.minimum(of_month, last - 1)
    return result
