"""Every write of forms: a form is made, its draft saved as often as needed, and published from a date."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.answers import Fault, Field, as_data, check_definition, read_definition
from motcua.rules.working_time import LOCAL
from motcua.serve.forms.models import FormDefinition, FormVersion
from motcua.serve.forms.words import fault_with_place

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,20}")
MOST_LETTERS = 400_000
MADE = "form.made"
DRAFTED = "form.drafted"
SAVED = "form.saved"
PUBLISHED = "form.published"
DISCARDED = "form.discarded"
RENAMED = "form.renamed"
LOADED = "form.loaded"


def make_form(*, by: Actor, code: str, name_vi: str, name_en: str = "", now: dt.datetime) -> FormVersion:
    """Make a form with an empty draft.

    Raises:
        NotAllowed: not an administrator.
        Invalid: the code or the name does not do.
        Conflict: a form has this code.
    """
    ADMINISTERS.check(by)
    _check_names(code, name_vi, name_en)
    taken = Conflict("form.code_taken", _("Another form has this code."), field="code")
    if FormDefinition.objects.filter(code=code).exists():
        raise taken
    try:
        with transaction.atomic():
            return _add_form(by, code, name_vi.strip(), name_en.strip(), now)
    except IntegrityError:
        # Of two at once, the second meets the chain that the first opened.
        raise taken from None


def _add_form(by: Actor, code: str, name_vi: str, name_en: str, now: dt.datetime) -> FormVersion:
    form = FormDefinition(code=code, name_vi=name_vi, name_en=name_en)
    draft = FormVersion(form=form, number=1)
    with recorded(MADE, by, code, now, new=True) as change:
        change.add(form)
        draft.form = form
        change.add(draft)
    return draft


def rename_form(*, by: Actor, code: str, name_vi: str, name_en: str = "", now: dt.datetime) -> FormDefinition:
    """Change what a form is called; its code stays, since procedures name it, and so does what it asks.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such form.
        Invalid: the name does not do.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        form = FormDefinition.objects.select_for_update().filter(code=code).first()
        if form is None:
            raise NotFound("form.none", _("There is no such form."))
        _check_names(code, name_vi, name_en)
        with recorded(RENAMED, by, code, now) as change:
            change.set(form, name_vi=name_vi.strip(), name_en=name_en.strip())
    return form


def _check_names(code: str, name_vi: str, name_en: str) -> None:
    errors = []
    if not CODE.fullmatch(code) or len(code) > 60:
        words = _("A code has small letters without marks, digits and hyphens, at most 60.")
        errors.append(Refused("form.code", words, field="code"))
    if not name_vi.strip() or max(len(name_vi), len(name_en)) > 500 or "\x00" in name_vi + name_en:
        errors.append(Refused("form.name", _("Give the form a name, at most 500 characters."), field="name_vi"))
    if errors:
        raise Invalid(errors)


@contextmanager
def recorded(kind: str, by: Actor, code: str, now: dt.datetime, *, new: bool = False) -> Iterator[Change]:
    """Write an event of a form's chain around a change; `new` opens the chain."""
    with record_change(
        chain_id=chain_of("form", code),
        subject="form",
        kind=kind,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=new,
    ) as change:
        yield change


def open_draft(*, by: Actor, code: str, now: dt.datetime, copy: int = 0) -> FormVersion:
    """Return the draft of a form; without one, open it as a copy of a version.

    Args:
        copy: the number of the version to copy; 0 for the newest that was not discarded.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such form, or no version of this number.
        Conflict: there is a draft, and another version was to be copied.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        form = FormDefinition.objects.select_for_update().filter(code=code).first()
        if form is None:
            raise NotFound("form.none", _("There is no such form."))
        versions = list(form.versions.order_by("-number"))
        draft = next((v for v in versions if v.status == FormVersion.Status.DRAFT), None)
        if draft is not None:
            return _draft_there(draft, copy)
        source = _to_copy(versions, copy)
        number = versions[0].number + 1 if versions else 1
        draft = FormVersion(form=form, number=number, fields=source.fields if source else [])
        with recorded(DRAFTED, by, code, now) as change:
            change.add(draft)
    return draft


def _draft_there(draft: FormVersion, copy: int) -> FormVersion:
    if copy and copy != draft.number:
        raise Conflict("form.has_draft", _("There is a draft already; publish or discard it first."))
    return draft


def _to_copy(versions: Sequence[FormVersion], number: int) -> FormVersion | None:
    if not number:
        return next((v for v in versions if v.status != FormVersion.Status.DISCARDED), None)
    found = next((v for v in versions if v.number == number), None)
    if found is None:
        raise NotFound("form.no_version", _("There is no such form."))
    return found


def discard_draft(*, by: Actor, version_id: int, seen: Sequence[object], now: dt.datetime) -> FormVersion:
    """Give a draft up: it stays readable and can be copied, and is never asked.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such version.
        Conflict: it is no draft, or somebody else saved it meanwhile.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        draft = _draft_locked(version_id, seen)
        with recorded(DISCARDED, by, draft.form.code, now) as change:
            change.set(draft, status=FormVersion.Status.DISCARDED)
    return draft


def save_draft(
    *, by: Actor, version_id: int, fields: Sequence[Field], seen: Sequence[object], now: dt.datetime
) -> FormVersion:
    """Put these fields in the place of a draft's; it may still be unsound, what is wrong is shown beside it.

    Args:
        seen: the stored fields as the editor saw them.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such version.
        Conflict: it is no draft, or somebody else saved it meanwhile.
        Invalid: more than a form may hold.
    """
    ADMINISTERS.check(by)
    _check_size(fields)
    with transaction.atomic():
        draft = _draft_locked(version_id, seen)
        with recorded(SAVED, by, draft.form.code, now) as change:
            change.set(draft, fields=as_data(fields))
    return draft


def _check_size(fields: Sequence[Field]) -> None:
    faults = read_definition(as_data(fields))[1]
    if len(json.dumps(as_data(fields))) > MOST_LETTERS:
        faults = [*faults, Fault("too_long", "fields", {"most": str(MOST_LETTERS)})]
    if faults:
        raise Invalid([Refused(f"form.{f.code}", fault_with_place(f), field=f.place) for f in faults])


def publish(
    *, by: Actor, version_id: int, valid_from: dt.date, seen: Sequence[object], now: dt.datetime
) -> FormVersion:
    """Publish a draft: from a local date on it is what the form asks, and it never changes again.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such version.
        Conflict: it is published already, or somebody else saved it meanwhile.
        Invalid: the date does not do, or the definition is not sound; the sentences name each field.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        draft = _draft_locked(version_id, seen)
        _check_publication(draft, valid_from, now)
        with recorded(PUBLISHED, by, draft.form.code, now) as change:
            change.set(draft, status=FormVersion.Status.PUBLISHED, valid_from=valid_from)
    return draft


def _draft_locked(version_id: int, seen: Sequence[object]) -> FormVersion:
    draft = FormVersion.objects.select_for_update(of=("self",)).select_related("form").filter(pk=version_id).first()
    if draft is None:
        raise NotFound("form.no_version", _("There is no such form."))
    if draft.status == FormVersion.Status.DISCARDED:
        raise Conflict("form.discarded", _("This draft was discarded. Open a new one."))
    if draft.status != FormVersion.Status.DRAFT:
        raise Conflict("form.published", _("This version is published and never changes. Open a new draft."))
    if draft.fields != list(seen):
        raise Conflict("form.changed", _("Somebody else saved this form meanwhile. Load it again."))
    return draft


def _check_publication(draft: FormVersion, valid_from: dt.date, now: dt.datetime) -> None:
    errors = [
        Refused(f"form.{fault.code}", fault_with_place(fault), field=fault.place)
        for fault in check_definition(draft.definition)
    ]
    if valid_from < now.astimezone(LOCAL).date():
        words = _("A form holds from today at the earliest: what was filed before keeps its own.")
        errors.append(Refused("form.valid_from", words, field="valid_from"))
    later = draft.form.versions.filter(status=FormVersion.Status.PUBLISHED, valid_from__gt=valid_from)
    if later.exists():
        words = _("A published version holds from a later date.")
        errors.append(Refused("form.overlaps", words, field="valid_from"))
    if errors:
        raise Invalid(errors)
