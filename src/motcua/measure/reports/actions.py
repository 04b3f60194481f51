"""Issuing a report: made, checked, signed and numbered; corrected by a new edition."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.formats.reportforms.form import Form
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.asking import question_of
from motcua.measure.reports.closing import opening_against
from motcua.measure.reports.entering import entered_values
from motcua.measure.reports.making import as_json, form_of, make
from motcua.measure.reports.models import Issue
from motcua.measure.reports.policies import CHECKS, MAKES, READS_REPORTS, SIGNS, covers, sees_all
from motcua.record.ledger.models import Chain, new_id
from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotAllowed, NotFound
from motcua.record.organisation.models import Agency
from motcua.record.series.actions import take_number


def draft_report(
    *,
    by: Actor,
    form: str,
    first: dt.date,
    last: dt.date,
    agency: Agency | None = None,
    replaces: Issue | None = None,
    now: dt.datetime | None = None,
) -> Issue:
    """Make a report and keep it, to be checked and signed; its figures are frozen at the present position.

    Args:
        first, last: the period, local dates, both included.
        agency: whose; it and all below it on the last day. None: the own one, or the whole province for those who
            see all of it.
        replaces: the issue whose place it takes, as the next edition; the agency is that one's.

    Raises:
        NotAllowed: the post does not make reports, or not of this agency.
        UnknownForm: no such form.
        Conflict: the replaced issue is not issued, or has a successor.
    """
    MAKES.check(by, replaces)
    moment = now or timezone.now()
    agency = _whose(by, agency, replaces)
    _check_replaceable(replaces)
    chosen = form_of(form)
    question = question_of(first, last, agency, catch_up())
    content = _content(chosen, question, agency)
    issue = Issue(
        id=new_id(),
        form=chosen.code,
        form_version=chosen.version,
        agency=agency,
        first=first,
        last=last,
        position=question.known_at,
        edition=replaces.edition + 1 if replaces else 1,
        replaces=replaces,
        content=content,
        sha256=digest(content),
        made_at=moment,
        made_by=by.post,
    )
    with record_change(
        chain_id=issue.id,
        subject="report",
        kind="report.made",
        actor=by.key,
        occurred_at=moment,
        recorded_at=moment,
        new=True,
    ) as change:
        change.add(issue)
    return issue


def _check_replaceable(replaces: Issue | None) -> None:
    if replaces is not None and (replaces.status != Issue.Status.ISSUED or hasattr(replaces, "replaced_by")):
        raise Conflict("report.not_replaceable", _("Only the newest issued edition can be replaced."))


def _content(form: Form, question: Question, agency: Agency | None) -> dict[str, Any]:
    """Return what the report says: its figures with what was typed in, held against the report before it."""
    typed = entered_values(form, agency, question.first, question.last, question.known_at)
    content: dict[str, Any] = as_json(make(form, question, anew=True, entered=typed))
    content["opening"] = opening_against(form, agency, question.first, content)
    return content


def _whose(by: Actor, agency: Agency | None, replaces: Issue | None) -> Agency | None:
    if replaces is not None:
        return replaces.agency
    if agency is None and by.post is not None and not sees_all(by):
        return by.post.unit.agency
    if agency is not None and not covers(by, agency.pk):
        raise NotAllowed("policy.reports.makes", _("Your post does not make reports of this agency."))
    return agency


def digest(content: Mapping[str, Any]) -> str:
    """Return the digest of a report's content: SHA-256 of its JSON with sorted keys."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


@contextmanager
def _changing(issue_id: uuid.UUID, kind: str, by: Actor, now: dt.datetime) -> Iterator[tuple[Change, Issue]]:
    try:
        with (
            transaction.atomic(),
            record_change(
                chain_id=issue_id,
                subject="report",
                kind=f"report.{kind}",
                actor=by.key,
                occurred_at=now,
                recorded_at=now,
            ) as change,
        ):
            yield change, Issue.objects.select_related("agency").get(pk=issue_id)
    except (Chain.DoesNotExist, Issue.DoesNotExist):
        raise NotFound("report.not_found", _("There is no such report.")) from None


def check_report(*, by: Actor, issue_id: uuid.UUID, now: dt.datetime | None = None) -> Issue:
    """Say that somebody has looked at a report, another one than who made it.

    Raises:
        NotAllowed: the post does not check reports.
        Conflict: it is not waiting for a check, a check of the form fails, or the same post made it.
    """
    CHECKS.check(by)
    moment = now or timezone.now()
    with _changing(issue_id, "checked", by, moment) as (change, issue):
        CHECKS.check(by, issue)
        if issue.status != Issue.Status.MADE:
            raise Conflict("report.not_made", _("The report does not wait for a check."))
        if by.post is not None and issue.made_by_id == by.post.pk:
            raise Conflict("report.own", _("Somebody else than its maker checks a report."))
        if not all(check["holds"] for check in issue.content["checks"]):
            raise Conflict("report.check_fails", _("A check of the form fails; see the rows it names."))
        change.set(issue, status=Issue.Status.CHECKED, checked_at=moment, checked_by_id=by.post.pk if by.post else None)
    return issue


def sign_report(*, by: Actor, issue_id: uuid.UUID, now: dt.datetime | None = None) -> Issue:
    """Sign and number a report; from then on nothing of it changes.

    Raises:
        NotAllowed: the post does not sign reports.
        Conflict: it was not checked.
    """
    SIGNS.check(by)
    moment = now or timezone.now()
    with _changing(issue_id, "issued", by, moment) as (change, issue):
        SIGNS.check(by, issue)
        if issue.status != Issue.Status.CHECKED:
            raise Conflict("report.not_checked", _("The report was not checked yet."))
        year = str(timezone.localdate(moment).year)
        number = take_number(kind="report", owner=f"agency:{by.agency_id or 0}", period=year)
        change.set(
            issue,
            status=Issue.Status.ISSUED,
            number=f"{number:02d}/BC-{year}",
            signed_at=moment,
            signed_by_id=by.post.pk if by.post else None,
        )
    return issue


def discard_report(*, by: Actor, issue_id: uuid.UUID, now: dt.datetime | None = None) -> Issue:
    """Take a report back that was not issued.

    Raises:
        NotAllowed: the post does not make reports.
        Conflict: it was issued; a new edition takes its place.
    """
    MAKES.check(by)
    moment = now or timezone.now()
    with _changing(issue_id, "discarded", by, moment) as (change, issue):
        MAKES.check(by, issue)
        if issue.status not in (Issue.Status.MADE, Issue.Status.CHECKED):
            raise Conflict("report.issued", _("An issued report stays; a new edition takes its place."))
        change.set(issue, status=Issue.Status.DISCARDED)
    return issue


def note_list(*, by: Actor, form: str, column: int, kind: str, rows: int, now: dt.datetime | None = None) -> None:
    """Write down that the dossiers behind a figure left the system as a file.

    Args:
        form, column: which figure.
        kind: "csv" or "xlsx".
        rows: how many dossiers it held.

    Raises:
        NotAllowed: nobody's post acts.
    """
    READS_REPORTS.check(by)
    if by.post is None:
        raise NotAllowed("policy.reports.reads", _("Your post does not allow this."))
    agency: Agency = by.post.unit.agency
    moment = now or timezone.now()
    with (
        transaction.atomic(),
        record_change(
            chain_id=chain_of("agency", f"{agency.code}@{agency.valid_from.isoformat()}"),
            subject="agency",
            kind="agency.report_cell_exported",
            actor=by.key,
            occurred_at=moment,
            recorded_at=moment,
            facts={"as": kind, "form": form, "column": column, "rows": rows},
        ),
    ):
        pass
