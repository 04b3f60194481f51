"""Linked procedures: one filing, one receipt, several dossiers, each at its own agency with its own clock.

A part that waits for the result of another is filed (state 1) and starts when that result is there: the result becomes
its paper, its promise counts from then. Source: NĐ 63/2024/NĐ-CP (birth with residence and insurance, death with
removal of residence and funeral allowance); NĐ 61/2018/NĐ-CP art. 19 (joint handling: the papers go between agencies).
"""

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor, system
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.organisation.models import Agency
from motcua.serve.catalogue.models import Competence, Component, ProcedureVersion
from motcua.serve.catalogue.queries import process_for, steps_of, versions_on
from motcua.serve.dossiers.actions.checking import Checked, check_filing, promise_for
from motcua.serve.dossiers.actions.common import calendar_of, changing, close_task, instant, issue_paper, local_day
from motcua.serve.dossiers.actions.intake import receive_checked
from motcua.serve.dossiers.actions.phases import begin_phases, first_limit
from motcua.serve.dossiers.actions.routing import keys_after, open_step, tasks_of
from motcua.serve.dossiers.actions.writing import filing_event, new_dossier, write_filing
from motcua.serve.dossiers.filing import ComponentInput, Filing
from motcua.serve.dossiers.models import (
    Attachment,
    Dossier,
    DossierComponent,
    GroupMember,
    IdempotencyKey,
    LinkedDossier,
    LinkedGroup,
    LinkedPart,
    State,
    Task,
)
from motcua.serve.dossiers.policies import RECEIVES, STARTS
from motcua.serve.dossiers.states import ENDED, check_transition
from motcua.serve.dossiers.uploads import copy_stored

logger = logging.getLogger("motcua.dossiers")


@dataclass(frozen=True)
class Planned:
    """A part before it is filed: which version, who decides, when it would start and be done."""

    part: LinkedPart
    version: ProcedureVersion
    agency: Agency
    starts_at: dt.datetime
    due_at: dt.datetime


def group_on(code: str, day: dt.date) -> LinkedGroup | None:
    """Return the group of linked procedures of a code that is in force on a local date."""
    found: LinkedGroup | None = LinkedGroup.objects.on(day).filter(code=code).order_by("-number").first()
    return found


def plan_linked(
    group: LinkedGroup, *, by: Actor, channel: int, now: dt.datetime, without: Collection[str] = ()
) -> list[Planned]:
    """Return the parts of a filing in order with the times that would be promised now.

    A part that waits starts when the last of those it waits for is due.

    Args:
        channel: how it is filed; limits may differ.
        without: keys of optional parts that are left out.

    Raises:
        Refused: a part may not be left out, its procedure is not in force, or no single agency decides it.
    """
    parts = list(group.parts.select_related("procedure"))
    for part in parts:
        if part.key in without:
            _check_optional(part)
    kept = [part for part in parts if part.key not in without]
    versions = _versions(kept, local_day(now))
    agencies = _agencies(kept, versions, by, local_day(now))
    due: dict[str, dt.datetime] = {}
    planned = []
    for part in kept:
        version, agency = versions[part.key], agencies[part.key]
        starts = max((due[key] for key in part.waits_for if key in due), default=now)
        promise = None if version.at_once else promise_for(version, agency, channel, starts)
        due[part.key] = promise.due_at if promise else starts
        planned.append(Planned(part, version, agency, starts, due[part.key]))
    return planned


def _versions(parts: Sequence[LinkedPart], day: dt.date) -> dict[str, ProcedureVersion]:
    """Return the version in force of each part, by the part's key, with what pages show of it."""
    found = versions_on(day).filter(procedure__in=[part.procedure_id for part in parts])
    by_procedure = {v.procedure_id: v for v in found.prefetch_related("components", "fees", "results", "cases")}
    for part in parts:
        if part.procedure_id not in by_procedure:
            raise _at(part, "procedure.unknown", _("The procedure %(code)s is not in force."), part.procedure.code)
    return {part.key: by_procedure[part.procedure_id] for part in parts}


def _agencies(
    parts: Sequence[LinkedPart], versions: Mapping[str, ProcedureVersion], by: Actor, day: dt.date
) -> dict[str, Agency]:
    """Return who decides each part: the agency that the group names, the desk's own, or the only one."""
    rows = list(Competence.objects.on(day).filter(procedure__in=[part.procedure_id for part in parts]))
    wanted = Q(code__in=[p.agency_code for p in parts]) | Q(pk__in=[r.agency_id for r in rows if r.agency_id])
    near = list(Agency.objects.on(day).filter(wanted | Q(pk=by.agency_id or 0)).select_related("parent"))
    found: dict[str, Agency] = {}
    for part in parts:
        own_rows = [row for row in rows if row.procedure_id == part.procedure_id]
        able = [a for a in near if any(_decides(row, a) for row in own_rows)]
        named = [a for a in able if a.code == part.agency_code]
        own = [a for a in able if a.pk == by.agency_id]
        only = able if len(able) == 1 and all(row.agency_id for row in own_rows) else []
        chosen = named if part.agency_code else own or only
        if not chosen:
            words = _("No single agency decides %(code)s here.")
            raise _at(part, "agency.not_competent", words, versions[part.key].procedure.code)
        found[part.key] = chosen[0]
    return found


def _decides(row: Competence, agency: Agency) -> bool:
    return row.agency_id == agency.pk if row.agency_id else row.level == agency.level


def _check_optional(part: LinkedPart) -> None:
    if not part.optional:
        raise _at(part, "linked.not_optional", _("The part %(code)s may not be left out."), part.procedure.code)


def _at(part: LinkedPart, code: str, words: object, procedure: str) -> Refused:
    return Refused(code, words, field=f"{part.key}.procedure", params={"code": procedure})  # type: ignore[arg-type]


def receive_linked(
    *,
    by: Actor,
    code: str,
    filings: Mapping[str, Filing],
    without: Collection[str] = (),
    key: str = "",
    now: dt.datetime | None = None,
) -> list[Dossier]:
    """Receive a linked filing, all parts or none: one receipt, a dossier for each part, the waiting ones filed.

    Args:
        code: of the group.
        filings: what was handed in for each part, by the part's key; the owner is the same in all.
        without: keys of optional parts that are left out.
        key: the caller's idempotency key; see `receive_dossier`.

    Returns:
        The dossiers in the order of the parts.

    Raises:
        NotAllowed: not a desk.
        NotFound: no such group is in force.
        Invalid: what is wrong, each with the part's key before the field (`residence.components.form`).
        Conflict: the key came with other content.
    """
    RECEIVES.check(by)
    moment = instant(now)
    digest = _digest(code, filings, without)
    if key and (again := _same_key(by, key, digest)):
        return again
    group = group_on(code, local_day(moment))
    if group is None:
        raise NotFound("linked.not_found", _("There are no such linked procedures in force today."))
    channel = next(iter(filings.values())).channel if filings else 1
    planned = plan_linked(group, by=by, channel=channel, now=moment, without=without)
    checked = _check_all(by, planned, filings, moment)
    with transaction.atomic():
        dossiers = _receive_all(by, planned, checked, moment)
        if key:
            IdempotencyKey.objects.create(
                caller=by.key, key=key, content_sha256=digest, dossier=dossiers[0], made_at=moment
            )
    return dossiers


def _digest(code: str, filings: Mapping[str, Filing], without: Collection[str]) -> str:
    text = "|".join([code, *sorted(without), *(f"{key}={filings[key].sha256()}" for key in sorted(filings))])
    return hashlib.sha256(text.encode()).hexdigest()


def _same_key(by: Actor, key: str, digest: str) -> list[Dossier]:
    known = IdempotencyKey.objects.filter(caller=by.key, key=key).first()
    if known is None:
        return []
    if known.content_sha256 != digest:
        raise Conflict("idempotency.other_content", _("This key was used for another content."), field="key")
    return list(Dossier.objects.filter(membership__group_id=known.dossier_id).order_by("linked__part__order"))


def _check_all(by: Actor, planned: Sequence[Planned], filings: Mapping[str, Filing], now: dt.datetime) -> list[Checked]:
    """Check every part before the first is written; the papers that other parts will give count as handed in."""
    errors: list[Refused] = []
    found: list[Checked] = []
    here = {plan.part.key for plan in planned}
    for plan in planned:
        filing = filings.get(plan.part.key)
        if filing is None:
            errors.append(_at(plan.part, "linked.missing", _("Nothing was filed for %(code)s."), plan.version.name))
            continue
        coming = {paper for key, paper in plan.part.takes.items() if key in here}
        whole = replace(
            filing,
            procedure=plan.part.procedure.code,
            agency=filing.agency or plan.agency.code,
            components=(
                *(item for item in filing.components if item.key not in coming),
                *(ComponentInput(key=paper, from_store=True) for paper in sorted(coming)),
            ),
        )
        try:
            checked = check_filing(by=by, filing=whole, now=now)
        except Invalid as refusal:
            errors += [_inside(plan.part, error) for error in refusal.errors]
            continue
        kept = [(component, item) for component, item in checked.papers if item.key not in coming]
        found.append(replace(checked, papers=kept))
    _check_one_owner(found, errors)
    if errors:
        raise Invalid(errors)
    return found


def _inside(part: LinkedPart, error: Refused) -> Refused:
    return Refused(error.code, error.template, field=f"{part.key}.{error.field}", params=error.params)


def _check_one_owner(found: Sequence[Checked], errors: list[Refused]) -> None:
    if len({c.parties[0][1].name for c in found}) > 1:
        errors.append(Refused("linked.owner", _("One filing is for one applicant; the owners differ."), field="owner"))


def _receive_all(by: Actor, planned: Sequence[Planned], checked: Sequence[Checked], now: dt.datetime) -> list[Dossier]:
    made: dict[str, Dossier] = {}
    for plan, ready in zip(planned, checked, strict=True):
        waits = [key for key in plan.part.waits_for if key in made]
        made[plan.part.key] = _file_waiting(ready, by, now) if waits else receive_checked(ready, by, now)
    group_id = next(iter(made.values())).pk
    for plan in planned:
        _join(by, made[plan.part.key], group_id, plan, made, now)
    for dossier in made.values():
        if dossier.finished_at is not None:
            start_linked(dossier, now)
    return list(made.values())


def _file_waiting(checked: Checked, by: Actor, now: dt.datetime) -> Dossier:
    with filing_event("filed", by, checked.received_at, now) as change:
        dossier = new_dossier(checked, by, State.NEW, change.chain.id)
        write_filing(change, dossier, checked, now)
    return dossier


def _join(
    by: Actor, dossier: Dossier, group_id: uuid.UUID, plan: Planned, made: Mapping[str, Dossier], now: dt.datetime
) -> None:
    waits = [str(made[key].pk) for key in plan.part.waits_for if key in made]
    facts = {"group": str(group_id), "part": plan.part.key}
    with changing(dossier.pk, by=by, kind="linked", now=now, facts=facts) as (change, fresh):
        change.add(GroupMember(dossier=fresh, group_id=group_id, joined_at=now))
        change.add(
            LinkedDossier(
                dossier=fresh,
                part=plan.part,
                waits_for=waits,
                expected_at=plan.due_at,
                started_at=None if waits else now,
            )
        )


def start_linked(finished: Dossier, now: dt.datetime) -> list[Dossier]:
    """Start the parts that waited for this dossier's result and wait for no other; return them.

    A part that cannot start (its agency has no unit for the step, say) does not undo the result it waited for: it
    stays on the desk's list and can be started there.
    """
    waiting = LinkedDossier.objects.filter(started_at=None, waits_for__contains=str(finished.pk))
    started = []
    for dossier_id in list(waiting.values_list("dossier_id", flat=True)):
        try:
            with transaction.atomic():
                started.append(start_part(by=system(local_day(now)), dossier_id=dossier_id, now=now))
        except Refused as refusal:
            logger.info("linked dossier %s not started: %s", dossier_id, refusal.code)
    return started


def start_part(*, by: Actor, dossier_id: uuid.UUID, paper: str = "", now: dt.datetime | None = None) -> Dossier:
    """Start a part of a linked filing: the results it waited for become its papers, its clock counts from now.

    Args:
        by: the system, or the desk that received it.
        paper: what was brought in place of a result, where a part it waited for ended without one.

    Raises:
        NotAllowed: another desk.
        Conflict: it has started, or a part it waits for is still open.
        Refused: a part ended without a result and nothing was brought.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="started", now=moment) as (change, dossier):
        STARTS.check(by, dossier)
        linked = LinkedDossier.objects.select_related("part").filter(dossier=dossier).first()
        if linked is None or linked.started_at is not None:
            raise Conflict("linked.started", _("This dossier waits for nothing."))
        awaited = _awaited(linked)
        _check_ready(awaited, paper)
        change.set(linked, started_at=moment)
        for key, source in awaited.items():
            if _has_result(source):
                _take_paper(change, dossier, source, linked.part.takes.get(key, ""), moment)
        if paper.strip():
            change.add(DossierComponent(dossier=dossier, name=paper.strip()[:500], originals=1))
        _promise(change, dossier, moment)
        _open_first(change, dossier, by, moment)
        issue_paper(change, dossier, "01", moment)
    return dossier


def _awaited(linked: LinkedDossier) -> dict[str, Dossier]:
    """Return the dossiers that a part waits for, by the key of their part."""
    found = Dossier.objects.filter(pk__in=linked.waits_for).select_related("linked__part", "version")
    return {dossier.linked.part.key: dossier for dossier in found}


def _has_result(dossier: Dossier) -> bool:
    return dossier.state in (State.FINISHED, State.RETURNED)


def _check_ready(awaited: Mapping[str, Dossier], paper: str) -> None:
    for dossier in awaited.values():
        if not _has_result(dossier) and dossier.state not in ENDED:
            raise Conflict(
                "linked.waits",
                _("It waits for the result of %(code)s (%(name)s)."),
                params={"code": dossier.code, "name": dossier.version.name},
            )
        if dossier.state in ENDED and not _has_result(dossier) and not paper.strip():
            raise Refused(
                "linked.no_result",
                _("%(code)s ended without a result: say which paper the applicant brought in its place."),
                field="paper",
                params={"code": dossier.code},
            )


def _take_paper(change: Change, dossier: Dossier, source: Dossier, paper: str, now: dt.datetime) -> None:
    """Enter the result of another part as a paper of this dossier, with its files."""
    component = Component.objects.filter(version_id=dossier.version_id, key=paper).first() if paper else None
    kind = source.version.results.first()
    name = f"{kind.name_vi if kind else source.version.name_vi} ({source.code})"
    change.add(
        DossierComponent(
            dossier=dossier,
            component=component,
            name="" if component else name[:500],
            originals=1,
            digitised=True,
            from_store=True,
        )
    )
    for file in source.attachments.filter(purpose=Attachment.Purpose.RESULT):
        change.add(
            Attachment(
                dossier=dossier,
                component=component,
                purpose=Attachment.Purpose.SCAN,
                stored_name=copy_stored(file.stored_name),
                original_name=file.original_name,
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
                added_at=now,
            )
        )


def _promise(change: Change, dossier: Dossier, now: dt.datetime) -> None:
    """Receive what was filed: the time of receipt is now, and the promise counts from it."""
    check_transition(dossier.state, State.RECEIVED)
    dossier.received_on = local_day(now)
    level, day = dossier.agency_competent.level, local_day(now)
    process = process_for(dossier.version, level, day, dossier.case) or dossier.process
    limit = first_limit(dossier.version, process, dossier.channel, dossier.case)
    due = calendar_of(dossier).promise(now, limit, cut_off=dossier.version.cut_off).due_at
    change.set(
        dossier,
        state=State.RECEIVED,
        process_id=process.pk if process else None,
        received_at=now,
        received_on=local_day(now),
        due_at=due,
        due_on=local_day(due),
        first_due_at=due,
    )
    dossier.process = process
    begin_phases(change, dossier, now)


def _open_first(change: Change, dossier: Dossier, by: Actor, now: dt.datetime) -> None:
    """Pass the desk, which looked at the papers when they were filed, and open the step after it."""
    if dossier.process is None:
        return
    steps = steps_of(dossier.process)
    receipt = open_step(change, dossier, steps[0], number=1, now=now)
    tasks = tasks_of(dossier)
    following = keys_after(steps, tasks, tasks[0])
    close_task(change, receipt, outcome=Task.Outcome.FORWARDED, by=by, now=now)
    for number, step in enumerate([s for s in steps if s.key in following], 2):
        open_step(change, dossier, step, number=number, now=now)
    change.set(dossier, state=State.PROCESSING)
