"""Every write of internal processes: a draft is opened, saved as often as needed, and approved by a decision."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.organisation.models import Agency, Level, Role
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.identifiers import read_agency_code
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Procedure, ProcedureVersion, Process, Step, StepKind
from motcua.serve.catalogue.parsing import PLACES
from motcua.serve.catalogue.processes.queries import faults_of, role_gaps, rows_in
from motcua.serve.catalogue.processes.rows import KEY, MOST_ROWS, StepRow, digest_of
from motcua.serve.catalogue.processes.words import in_words
from motcua.serve.catalogue.queries import process_for

DRAFTED = "procedure.process_drafted"
SAVED = "procedure.process_saved"
APPROVED = "procedure.process_approved"
DISCARDED = "procedure.process_discarded"
# Papers that may need hands before they go out, and those hands.
DRAFT_PAPERS = ("supplement", "refusal", "apology", "stop", "result")
DRAFT_HANDS = (Role.HEAD.value, Role.LEADER.value, Role.DOCUMENT_CLERK.value)
# What a draft begins with where there is no process to copy.
FIRST_ROWS = (
    StepRow("receive", "Tiếp nhận hồ sơ", "Receive the dossier", StepKind.RECEIVE, Role.CLERK),
    StepRow("handle", "Thẩm định hồ sơ", "Examine the dossier", StepKind.HANDLE, Role.OFFICER),
    StepRow("sign", "Ký kết quả", "Sign the result", StepKind.SIGN, Role.LEADER, may_return_to=("handle",)),
    StepRow("issue", "Vào sổ, đóng dấu", "Number and seal", StepKind.ISSUE, Role.DOCUMENT_CLERK),
    StepRow("return", "Trả kết quả", "Return the result", StepKind.RETURN, Role.CLERK),
)


def create_draft(*, by: Actor, version_id: int, level: str, now: dt.datetime, case: str = "") -> Process:
    """Open a draft for an agency level and case; it begins as a copy of the process in force, if there is one.

    There is one draft at a time: where one is open, it is returned.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such version.
        Refused: no such level, or a case that is no key.
    """
    ADMINISTERS.check(by)
    version = ProcedureVersion.objects.select_related("procedure").filter(pk=version_id).first()
    if version is None:
        raise NotFound("process.no_version", _("There is no such procedure."))
    _check_place(level, case)
    with transaction.atomic():
        # The procedure's row orders two who open a draft at once: the second finds what the first opened.
        Procedure.objects.select_for_update().get(pk=version.procedure_id)
        return _open_draft(version, level, case) or _begin_draft(by, version, level, case, now)


def _check_place(level: str, case: str) -> None:
    if level not in Level.values:
        raise Refused("process.level", _("Choose a level of agencies."), field="level")
    if case and not KEY.fullmatch(case):
        raise Refused("process.case", _("Small letters without marks, digits and hyphens, at most 40."), field="case")


def _open_draft(version: ProcedureVersion, level: str, case: str) -> Process | None:
    found: Process | None = Process.objects.filter(
        version=version, level=level, case=case, status=Process.Status.DRAFT
    ).first()
    return found


def _begin_draft(by: Actor, version: ProcedureVersion, level: str, case: str, now: dt.datetime) -> Process:
    in_force = process_for(version, level, now.astimezone(LOCAL).date(), case)
    draft = Process(
        version=version,
        level=level,
        case=case,
        status=Process.Status.DRAFT,
        drafts=_known_drafts(in_force.drafts) if in_force else {},
        valid_from=version.valid_from,
        valid_to=version.valid_to,
    )
    with _recorded(DRAFTED, by, version, now) as change:
        change.add(draft)
        _write_steps(draft, rows_in(in_force) if in_force else FIRST_ROWS, now)
    return draft


@contextmanager
def _recorded(kind: str, by: Actor, version: ProcedureVersion, now: dt.datetime) -> Iterator[Change]:
    with record_change(
        chain_id=chain_of("procedure", version.procedure.code),
        subject="procedure",
        kind=kind,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        yield change


def save_draft(
    *,
    by: Actor,
    process_id: int,
    rows: Sequence[StepRow],
    drafts: Mapping[str, Sequence[str]],
    seen: str,
    now: dt.datetime,
) -> Process:
    """Put these rows in the place of a draft's; the table may still be unsound, what is wrong is shown beside it.

    Args:
        drafts: whose hands a paper needs before it goes out, by paper.
        seen: the digest of the draft as the editor saw it (`rows.digest_of`).

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such process.
        Conflict: it is approved, or somebody else saved it meanwhile.
        Invalid: an agency that is not known, a key twice, too many rows, by field (`agency-3`); nothing is saved.
    """
    ADMINISTERS.check(by)
    with _draft_locked(SAVED, by, process_id, seen, now) as (change, process):
        _check_rows(rows, now)
        change.set(process, drafts=_known_drafts(drafts))
        process.steps.all().delete()
        _write_steps(process, rows, now)
        change.facts.update(process=process.pk, steps=digest_of(rows, process.drafts))
    return process


def approve_process(
    *, by: Actor, process_id: int, decision: str, decided_on: dt.date, valid_from: dt.date, seen: str, now: dt.datetime
) -> Process:
    """Put a draft in force by a decision: from `valid_from` on it serves new dossiers; running ones keep theirs.

    Args:
        decision: number and symbol of the decision, such as `234/QĐ-UBND`.
        decided_on, valid_from: local dates.
        seen: the digest of the draft as it was read before approval.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such process.
        Conflict: it is approved already, or somebody changed it meanwhile.
        Invalid: the decision or a date does not do, or the table is not sound; the sentences name each step.
    """
    ADMINISTERS.check(by)
    today = now.astimezone(LOCAL).date()
    with _draft_locked(APPROVED, by, process_id, seen, now) as (change, process):
        rows = rows_in(process)
        _check_decision(process, decision, decided_on, valid_from, today)
        if faults := faults_of(process, rows, role_gaps(process, rows, today)):
            raise Invalid([Refused(f"process.{f.code}", _sentence(f.step, in_words(f)), field=f.step) for f in faults])
        until = _end_others(change, process, valid_from)
        change.set(
            process,
            status=Process.Status.APPROVED,
            decision=decision.strip(),
            decided_on=decided_on,
            valid_from=valid_from,
            valid_to=until,
        )
        change.facts.update(process=process.pk, steps=digest_of(rows, process.drafts))
    return process


def discard_draft(*, by: Actor, process_id: int, seen: str, now: dt.datetime) -> Process:
    """Give a draft up: it stays readable, is edited no more, and the next draft begins afresh.

    Args:
        seen: the digest of the draft as it was read before.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such process.
        Conflict: it is no draft, or somebody else saved it meanwhile.
    """
    ADMINISTERS.check(by)
    with _draft_locked(DISCARDED, by, process_id, seen, now) as (change, process):
        change.set(process, status=Process.Status.DISCARDED)
        change.facts.update(process=process.pk)
    return process


def _sentence(step: str, words: str) -> str:
    return f"{step}: {words}" if step else words


@contextmanager
def _draft_locked(
    kind: str, by: Actor, process_id: int, seen: str, now: dt.datetime
) -> Iterator[tuple[Change, Process]]:
    """Give a draft under the lock of its procedure, unchanged since it was seen."""
    found = Process.objects.select_related("version__procedure").filter(pk=process_id).first()
    if found is None:
        raise NotFound("process.none", _("There is no such process."))
    with transaction.atomic(), _recorded(kind, by, found.version, now) as change:
        found.refresh_from_db(fields=["status", "drafts", "valid_from", "valid_to"])
        if found.status != Process.Status.DRAFT:
            raise Conflict("process.approved", _("Only a draft is changed; open a new one."))
        if seen != digest_of(rows_in(found), found.drafts):
            raise Conflict("process.changed", _("Somebody else saved this draft meanwhile. Compare, then save again."))
        yield change, found


def _check_rows(rows: Sequence[StepRow], now: dt.datetime) -> None:
    errors = []
    if len(rows) > MOST_ROWS:
        errors.append(Refused("process.too_long", _("A process has at most 80 steps."), field="rows"))
    known = _agencies(rows, now)
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if row.key in seen:
            words = _("Another row has the same key; each key stands once.")
            errors.append(Refused("process.key_twice", words, field=f"key-{number}"))
        if row.agency and row.agency not in known:
            words = _("No agency has this code today.")
            errors.append(Refused("process.agency_unknown", words, field=f"agency-{number}"))
        seen.add(row.key)
    if errors:
        raise Invalid(errors)


def _agencies(rows: Sequence[StepRow], now: dt.datetime) -> dict[str, Agency]:
    """Return the named agencies by what was typed, in either order of the code."""
    codes = {row.agency: read_agency_code(row.agency) for row in rows if row.agency}
    today = now.astimezone(LOCAL).date()
    found = {a.code: a for a in Agency.objects.on(today).filter(code__in=codes.values())} if codes else {}
    return {typed: found[code] for typed, code in codes.items() if code in found}


def _known_drafts(drafts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the hands as roles, in the order in which a paper passes them; `head` is short for the head of unit."""
    said = {paper: {Role.HEAD.value if hand == "head" else hand for hand in drafts.get(paper, ())} for paper in drafts}
    hands = {paper: [hand for hand in DRAFT_HANDS if hand in said.get(paper, ())] for paper in DRAFT_PAPERS}
    return {paper: held for paper, held in hands.items() if held}


def _write_steps(process: Process, rows: Sequence[StepRow], now: dt.datetime) -> None:
    agencies = _agencies(rows, now)
    Step.objects.bulk_create(
        Step(
            process=process,
            order=order,
            key=row.key,
            name_vi=row.name_vi,
            name_en=row.name_en,
            kind=row.kind,
            role=row.role,
            unit_kind=PLACES[Role(row.role)],
            amount=row.amount,
            unit=row.unit,
            after=list(row.after),
            may_return_to=list(row.may_return_to),
            where=row.where,
            agency=agencies.get(row.agency),
            optional=row.optional,
            switches=dict(row.switches),
        )
        for order, row in enumerate(rows, 1)
    )


def _check_decision(process: Process, decision: str, decided_on: dt.date, valid_from: dt.date, today: dt.date) -> None:
    version = process.version
    errors = []
    if not decision.strip():
        errors.append(Refused("process.decision", _("Give the number of the decision."), field="decision"))
    if decided_on > today:
        words = _("The decision is dated in the future.")
        errors.append(Refused("process.decided_on", words, field="decided_on"))
    if valid_from < today:
        words = _("A process comes into force today at the earliest: what was received before keeps its own.")
        errors.append(Refused("process.valid_from", words, field="valid_from"))
    if valid_from < version.valid_from or (version.valid_to and valid_from >= version.valid_to):
        words = _("On this date the version of the procedure is not in force.")
        errors.append(Refused("process.version_dates", words, field="valid_from"))
    if errors:
        raise Invalid(errors)


def _end_others(change: Change, process: Process, valid_from: dt.date) -> dt.date | None:
    """End the process that this one takes the place of; return until when this one holds."""
    approved = Process.objects.filter(
        version=process.version, level=process.level, case=process.case, status=Process.Status.APPROVED
    )
    for old in approved.on(valid_from):
        change.set(old, status=Process.Status.REPLACED, valid_to=valid_from)
    later = approved.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    until: dt.date | None = later.valid_from if later else process.version.valid_to
    return until
