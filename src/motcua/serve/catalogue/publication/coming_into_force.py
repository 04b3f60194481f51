"""What publication does to a procedure: which versions it may touch, and the change itself on the procedure's chain."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.rules.publication import overlaps
from motcua.serve.catalogue.models import ProcedureVersion, Process, Step
from motcua.serve.catalogue.publication.models import Offering, PublicationDecision, PublicationItem

IN_FORCE = "procedure.version_in_force"
ABOLISHED = "procedure.abolished"
Kind = PublicationItem.Kind
Status = ProcedureVersion.Status


def check_item(item: PublicationItem) -> None:
    """Refuse an item that cannot come into force; the sentence names the procedure and the version in the way.

    Raises:
        Refused: the version is of the wrong kind, overlaps one in force, or lies on another open decision.
    """
    if item.version.status == Status.DISCARDED:
        _refuse(item, "discarded", _("%(code)s, version %(number)s, was discarded; choose another draft."))
    _check_not_elsewhere(item)
    if item.kind == Kind.ABOLISHED:
        _check_abolished(item)
    else:
        _check_draft(item)


def replaced_by(item: PublicationItem) -> ProcedureVersion | None:
    """Return the version in force that an amended one takes the place of: it ends when the new one begins."""
    return replaced_of(item, list(_published(item.version)))


def replaced_of(item: PublicationItem, published: Iterable[ProcedureVersion]) -> ProcedureVersion | None:
    """Do what `replaced_by` does among published versions that were read before."""
    if item.kind != Kind.AMENDED:
        return None
    since = item.version.valid_from
    held = [v for v in published if v.valid_from < since and (v.valid_to is None or since < v.valid_to)]
    return max(held, key=lambda version: version.valid_from, default=None)


def published_of(procedures: Iterable[int]) -> dict[int, list[ProcedureVersion]]:
    """Return the published versions of procedures, by the procedure's key."""
    found: dict[int, list[ProcedureVersion]] = {}
    for version in ProcedureVersion.objects.filter(procedure__in=list(procedures), status=Status.PUBLISHED):
        found.setdefault(version.procedure_id, []).append(version)
    return found


def put_in_force(by: Actor, decision: PublicationDecision, item: PublicationItem, now: dt.datetime) -> None:
    """Carry out one item under the lock of its procedure; checked again, for others may have published meanwhile.

    Raises:
        Refused: as in `check_item`.
    """
    with record_change(
        chain_id=chain_of("procedure", item.version.procedure.code),
        subject="procedure",
        kind=ABOLISHED if item.kind == Kind.ABOLISHED else IN_FORCE,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        facts={"decision": str(decision.pk), "number": decision.number, "kind": item.kind},
    ) as change:
        item.version.refresh_from_db(fields=["status", "valid_from", "valid_to"])
        check_item(item)
        if item.kind == Kind.ABOLISHED:
            _end(change, item.version, item.ends_on)
            return
        old = replaced_by(item)
        if old is not None:
            _end(change, old, item.version.valid_from)
            _carry_processes(change, old, item.version)
        change.set(item.version, status=Status.PUBLISHED)
        _mark_restructured(change, decision, item.version)


def _published(version: ProcedureVersion) -> QuerySet[ProcedureVersion]:
    others = ProcedureVersion.objects.filter(procedure_id=version.procedure_id, status=Status.PUBLISHED)
    return others.exclude(pk=version.pk)


def _check_not_elsewhere(item: PublicationItem) -> None:
    open_items = PublicationItem.objects.filter(version__procedure_id=item.version.procedure_id, removed=False)
    open_items = open_items.exclude(decision__state=PublicationDecision.State.PUBLISHED).exclude(pk=item.pk)
    other = open_items.select_related("decision").first()
    if other is not None:
        _refuse(item, "elsewhere", _("%(code)s already lies on the decision “%(decision)s”."), decision=other.decision)


def _check_abolished(item: PublicationItem) -> None:
    version, ends_on = item.version, item.ends_on
    if version.status != Status.PUBLISHED:
        _refuse(item, "not_in_force", _("%(code)s, version %(number)s, is a draft: it cannot be abolished."))
    if (
        ends_on is None
        or ends_on <= version.valid_from
        or (version.valid_to is not None and version.valid_to <= ends_on)
    ):
        _refuse(item, "not_in_force", _("%(code)s, version %(number)s, is not in force on %(day)s."), day=ends_on)
    later = _published(version).filter(valid_from__gte=version.valid_from).first()
    if later is not None:
        _refuse_overlap(item, later)


def _check_draft(item: PublicationItem) -> None:
    version = item.version
    if version.status != Status.DRAFT:
        _refuse(item, "not_a_draft", _("%(code)s, version %(number)s, is published already; choose a draft."))
    replaced = replaced_by(item)
    for other in _published(version).order_by("valid_from"):
        until = version.valid_from if replaced and other.pk == replaced.pk else other.valid_to
        if overlaps(version.valid_from, version.valid_to, other.valid_from, until):
            _refuse_overlap(item, other)
    if item.kind == Kind.AMENDED and not _published(version).exists():
        _refuse(item, "nothing_to_amend", _("%(code)s has no version in force that could be amended: it is new."))


def _refuse_overlap(item: PublicationItem, other: ProcedureVersion) -> None:
    words = _(
        "%(code)s, version %(number)s, overlaps version %(other)s “%(name)s”, which is in force from %(since)s to "
        "%(until)s."
    )
    until = f"{other.valid_to:%d/%m/%Y}" if other.valid_to else "…"
    _refuse(item, "overlap", words, other=other.number, name=other.name, since=other.valid_from, until=until)


def _refuse(item: PublicationItem, code: str, words: str | Lazy, **params: object) -> None:
    said = {key: f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value) for key, value in params.items()}
    said |= {"code": item.version.procedure.code, "number": str(item.version.number)}
    raise Refused(f"publication.{code}", words, field="version", params=said)


def _end(change: Change, version: ProcedureVersion, day: dt.date | None) -> None:
    """End a version and what of its processes would go on."""
    change.set(version, valid_to=day)
    for process in Process.objects.filter(version=version, status=Process.Status.APPROVED, valid_from__lt=day):
        if process.valid_to is None or process.valid_to > day:
            change.set(process, valid_to=day)


def _carry_processes(change: Change, old: ProcedureVersion, new: ProcedureVersion) -> None:
    """Let the new version go by the processes of the old one where it has none of its own: no desk stands still."""
    own = set(Process.objects.filter(version=new, status="approved").values_list("level", "case"))
    carried = Process.objects.filter(version=old, status=Process.Status.APPROVED, valid_to=new.valid_from)
    for process in carried.prefetch_related("steps"):
        if (process.level, process.case) in own:
            continue
        steps = list(process.steps.all())
        process.pk, process.version = None, new
        process.valid_from, process.valid_to = new.valid_from, new.valid_to
        process._state.adding = True
        change.add(process)
        for step in steps:
            step.pk, step.process = None, process
            step._state.adding = True
        Step.objects.bulk_create(steps)


def _mark_restructured(change: Change, decision: PublicationDecision, version: ProcedureVersion) -> None:
    """Mark what a review restructured for online filing, from the day its version is in force; other marks stay."""
    review = getattr(version, "made_by_review", None)
    if review is None or not review.restructures:
        return
    day = version.valid_from
    before = Offering.objects.on(day).filter(procedure_id=version.procedure_id).first()
    later = (
        Offering.objects.filter(procedure_id=version.procedure_id, valid_from__gt=day).order_by("valid_from").first()
    )
    if before is not None and before.valid_from == day:
        change.set(before, restructured=True)
        return
    if before is not None:
        change.set(before, valid_to=day)
    change.add(
        Offering(
            procedure_id=version.procedure_id,
            wholly_at_centre=bool(before and before.wholly_at_centre),
            on_portal=bool(before and before.on_portal),
            restructured=True,
            decision=decision.number,
            valid_from=day,
            valid_to=later.valid_from if later else None,
        )
    )
