"""The next version of a procedure as a draft: a copy of one, with what is to change."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound
from motcua.serve.catalogue.models import Case, Component, Fee, Method, Procedure, ProcedureVersion, ResultKind
from motcua.serve.catalogue.publication.policies import DRAFTS

DRAFTED = "procedure.version_drafted"
MOST_SOURCES = 10
Status = ProcedureVersion.Status


def draft_next_version(
    *, by: Actor, version_id: int, valid_from: dt.date, now: dt.datetime, dropped: Collection[int] = (), **changes: Any
) -> ProcedureVersion:
    """Copy a version with its papers, fees, results, cases and ways to hand in; the copy is a draft.

    Args:
        valid_from: local date from which the draft is to hold, once it is published.
        dropped: keys of rows of components that the copy leaves out.
        changes: fields of the version that differ.

    Raises:
        NotAllowed: the post drafts nothing, or its agency does not decide this procedure.
        NotFound: no such version.
        Conflict: the procedure has a draft already.
    """
    DRAFTS.check(by)
    procedure = Procedure.objects.filter(versions=version_id).first()
    if procedure is not None:
        DRAFTS.check(by, procedure)
    return copy_as_draft(by=by, version_id=version_id, valid_from=valid_from, now=now, dropped=dropped, **changes)


def sources_of(procedure: Procedure) -> list[ProcedureVersion]:
    """Return what the next version may begin as a copy of: the newest published one, then discarded drafts."""
    published = procedure.versions.filter(status=Status.PUBLISHED).order_by("-number")[:1]
    return [*published, *procedure.versions.filter(status=Status.DISCARDED).order_by("-number")[:MOST_SOURCES]]


def copy_as_draft(
    *, by: Actor, version_id: int, valid_from: dt.date, now: dt.datetime, dropped: Collection[int] = (), **changes: Any
) -> ProcedureVersion:
    """Do what `draft_next_version` does for an action that has checked its own policy."""
    source = ProcedureVersion.objects.select_related("procedure").filter(pk=version_id).first()
    if source is None:
        raise NotFound("version.none", _("There is no such version."))
    procedure = source.procedure
    with (
        transaction.atomic(),
        record_change(
            chain_id=chain_of("procedure", procedure.code),
            subject="procedure",
            kind=DRAFTED,
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"copied": source.number},
        ) as change,
    ):
        if procedure.versions.filter(status=Status.DRAFT).exists():
            words = _("%(code)s has a draft version already; publish it, change it or discard it.")
            raise Conflict("version.draft_open", words, params={"code": procedure.code})
        return _copy(change, source, dropped, valid_from=valid_from, valid_to=None, **changes)


def _copy(change: Change, source: ProcedureVersion, dropped: Collection[int], **changes: Any) -> ProcedureVersion:
    newest = source.procedure.versions.aggregate(newest=Max("number"))["newest"]
    copy = ProcedureVersion.objects.get(pk=source.pk)
    copy.pk = None
    copy.number, copy.status = newest + 1, Status.DRAFT
    copy.discarded_at, copy.discarded_by, copy.discard_reason = None, None, ""
    for name, value in changes.items():
        setattr(copy, name, value)
    copy._state.adding = True
    change.add(copy)
    cases = {case.key: case for case in _copied(Case, source, copy)}
    for component in _copied(Component, source, copy, dropped):
        if component.case_id:
            component.case = cases[Case.objects.get(pk=component.case_id).key]
            component.save(update_fields=["case"])
    for model in (Fee, Method, ResultKind):
        _copied(model, source, copy)
    return copy


def _copied(model: type[Model], source: ProcedureVersion, copy: ProcedureVersion, without: Collection[int] = ()) -> Any:
    """Copy the rows that hang on a version, and return them."""
    rows: list[Any] = list(model._default_manager.filter(version=source).exclude(pk__in=without))
    for row in rows:
        row.pk, row.version = None, copy
        row._state.adding = True
    return model._default_manager.bulk_create(rows)
