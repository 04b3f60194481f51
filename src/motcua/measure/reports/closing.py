"""One period's opening is the last one's closing: what was carried over against what the last issue left open."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from motcua.formats.reportforms import Form
from motcua.measure.reports.models import Issue
from motcua.record.organisation.models import Agency


def issue_before(form: Form, agency: Agency | None, first: dt.date) -> Issue | None:
    """Return the newest issued edition of a form for an agency whose period ended the day before."""
    found = Issue.objects.filter(
        form=form.code, agency=agency, last=first - dt.timedelta(days=1), status=Issue.Status.ISSUED
    )
    # The period of the same length would be ideal; any that closes the day before tells the same remaining dossiers.
    return found.order_by("-edition", "-signed_at").first()


def opening_against(
    form: Form, agency: Agency | None, first: dt.date, content: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Compare a report's opening with the last issue's closing.

    Returns:
        The issue before (`issue`, `number`), `opening`, `remaining`, whether it `holds`; None where there is none.
    """
    if form.opening is None:
        return None
    before = issue_before(form, agency, first)
    if before is None:
        return None
    opening, remaining = form.opening
    carried, left = content["totals"][str(opening)], before.content["totals"].get(str(remaining), 0)
    return {
        "check": f"{opening} = {remaining}",
        "issue": str(before.pk),
        "number": before.number,
        "opening": carried,
        "remaining": left,
        "holds": carried == left,
    }


def overlapping(form: Form, agency: Agency | None, first: dt.date, last: dt.date) -> list[Issue]:
    """Return issues of a form for an agency whose period overlaps without being the same one."""
    found = Issue.objects.filter(form=form.code, agency=agency, first__lte=last, last__gte=first, replaced_by=None)
    standing = found.exclude(status=Issue.Status.DISCARDED).exclude(first=first, last=last)
    return list(standing.order_by("first")[:5])
