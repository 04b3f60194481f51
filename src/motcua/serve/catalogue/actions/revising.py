"""A draft version of a procedure is worked on: its whole content is put in the place of what it held."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.serve.catalogue.actions.importing import REVISED, revised
from motcua.serve.catalogue.actions.loading import add_parts, content_digest
from motcua.serve.catalogue.content import ProcedureData, Words
from motcua.serve.catalogue.models import Channel, Fee, Procedure, ProcedureVersion, ServiceLevel, TimeUnit
from motcua.serve.catalogue.previewing import held_drafts
from motcua.serve.catalogue.publication.policies import DRAFTS
from motcua.serve.catalogue.reading import content_of, with_parts
from motcua.serve.forms.models import FormDefinition

MOST_ROWS, MOST_AMOUNT, MOST_MONEY, MOST_SHEETS = 300, 10_000, 10**12, 999
LONGEST_NAME, LONGEST_PART, LONGEST_TEXT = 500, 2000, 40_000


def draft_digest(version: ProcedureVersion) -> str:
    """Return a digest of what a draft holds, so that nobody overwrites what somebody else saved."""
    return content_digest(content_of(version))


def revise_draft(*, by: Actor, version_id: int, data: ProcedureData, seen: str, now: dt.datetime) -> ProcedureVersion:
    """Put a content in the place of a draft's. Code, number and field stay; so do versions that are published.

    Args:
        data: the whole content.
        seen: digest of the content that was shown (`draft_digest`).

    Raises:
        NotAllowed: the post drafts nothing, or its agency does not decide this procedure.
        NotFound: no such version.
        Conflict: it is published or discarded, lies on a decision past its draft, or somebody else saved it meanwhile.
        Invalid: what is missing or wrong, each by its field: `fee-amount-2` is the amount of the second fee.
    """
    DRAFTS.check(by)
    with transaction.atomic():
        draft = locked_draft(version_id)
        DRAFTS.check(by, draft.procedure)
        before = content_of(draft)
        if content_digest(before) != seen:
            raise Conflict("version.changed", _("Somebody else saved this draft meanwhile. Load it again."))
        new = replace(data, code=before.code, number=before.number, field=before.field, field_code=before.field_code)
        if errors := list(faults_of(new)):
            raise Invalid(errors)
        with record_change(
            chain_id=chain_of("procedure", before.code),
            subject="procedure",
            kind=REVISED,
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"number": before.number, "content": content_digest(new)},
        ) as change:
            version = revised(change, draft, new)
            add_parts(version, new)
    return version


def locked_draft(version_id: int) -> ProcedureVersion:
    """Return a draft whose procedure nobody else writes, for the transaction that is open.

    Raises:
        NotFound, Conflict: as in `revise_draft`.
    """
    if not list(Procedure.objects.select_for_update().filter(versions=version_id)):
        raise NotFound("version.none", _("There is no such version."))
    found = with_parts(ProcedureVersion.objects.filter(pk=version_id)).get()
    if found.status == ProcedureVersion.Status.DISCARDED:
        raise Conflict("version.discarded", _("This draft was discarded. Draft the next version afresh."))
    if found.status != ProcedureVersion.Status.DRAFT:
        raise Conflict("version.published", _("This version is published and never changes. Draft the next one."))
    if held := held_drafts([found.pk]):
        message = _("This draft lies on the decision “%(decision)s”, which is past its draft; return that one first.")
        raise Conflict("version.held", message, params={"decision": held[found.pk]})
    return found


def faults_of(data: ProcedureData) -> Iterator[Refused]:
    """Yield what keeps a content from being saved, each by its field."""
    yield from _head(data)
    groups = (data.cases, data.methods, data.components, data.fees, data.results, data.legal_bases)
    if max(len(group) for group in groups) > MOST_ROWS:
        yield Refused("version.rows", _("A table has at most 300 rows."), field="components")
        return
    yield from _cases_and_methods(data)
    yield from _papers(data)
    yield from _fees_and_results(data)


def _head(data: ProcedureData) -> Iterator[Refused]:
    yield from _name(data.name, "name_vi", LONGEST_NAME)
    if not 0 <= data.limit.amount <= MOST_AMOUNT or data.limit.unit not in TimeUnit.values:
        yield Refused("version.limit", _("Give a whole number from 0 to 10,000."), field="limit_amount")
    if data.service_level not in ServiceLevel.values:
        yield Refused("version.level", _("Choose an online level."), field="service_level")
    if data.form and not FormDefinition.objects.filter(code=data.form).exists():
        yield Refused("version.form", _("There is no form with this code."), field="form")
    for field, words in (("requirements_vi", data.requirements), ("order_vi", data.order)):
        if _too_long(words, LONGEST_TEXT):
            yield Refused("version.long", _("That is too long."), field=field)
    for n, basis in enumerate(data.legal_bases, 1):
        if not basis.number.strip() or _too_long(Words(basis.number, basis.name), LONGEST_NAME):
            message = _("Legal basis %(n)d: give its number, then its name.")
            yield Refused("version.basis", message, field="legal_bases", params={"n": n})


def _cases_and_methods(data: ProcedureData) -> Iterator[Refused]:
    for n, case in enumerate(data.cases, 1):
        yield from _name(case.name, f"case-name-{n}", LONGEST_NAME)
        if case.own_limit and not 0 <= case.own_limit.amount <= MOST_AMOUNT:
            message = _("Give a whole number from 0 to 10,000.")
            yield Refused("version.limit", message, field=f"case-amount-{n}")
    for n, method in enumerate(data.methods, 1):
        if method.channel not in Channel.values:
            yield Refused("version.channel", _("Choose a way of handing in."), field=f"method-channel-{n}")
        if method.time and not 0 <= method.time.amount <= MOST_AMOUNT:
            message = _("Give a whole number from 0 to 10,000.")
            yield Refused("version.limit", message, field=f"method-amount-{n}")


def _papers(data: ProcedureData) -> Iterator[Refused]:
    cases = {case.key for case in data.cases}
    keys: set[str] = set()
    for n, paper in enumerate(data.components, 1):
        yield from _name(paper.name, f"component-name-{n}", LONGEST_PART)
        for name in ("originals", "certified", "copies"):
            if not 0 <= getattr(paper, name) <= MOST_SHEETS:
                yield Refused("version.count", _("Give a whole number from 0."), field=f"component-{name}-{n}")
        if _too_long(paper.note, LONGEST_NAME):
            yield Refused("version.long", _("That is too long."), field=f"component-note-{n}")
        if paper.case and paper.case not in cases:
            message = _("There is no case “%(case)s” any more.")
            yield Refused("version.case", message, field=f"component-case-{n}", params={"case": paper.case})
        if not paper.key or paper.key in keys:
            yield Refused("version.key", _("Two papers have the same key."), field=f"component-name-{n}")
        keys.add(paper.key)


def _fees_and_results(data: ProcedureData) -> Iterator[Refused]:
    for n, fee in enumerate(data.fees, 1):
        yield from _name(fee.name, f"fee-name-{n}", LONGEST_NAME)
        if fee.amount < 0:
            yield Refused("version.fee_negative", _("A fee must not be negative."), field=f"fee-amount-{n}")
        elif fee.amount > MOST_MONEY:
            yield Refused("version.fee", _("Give the amount in đồng as a whole number."), field=f"fee-amount-{n}")
        if min(fee.later_amount, fee.most or 0) < 0:
            yield Refused("version.fee_negative", _("A fee must not be negative."), field=f"fee-later_amount-{n}")
        if not 0 <= fee.later_from <= MOST_SHEETS:
            yield Refused("version.count", _("Give a whole number from 0."), field=f"fee-later_from-{n}")
        if fee.per not in Fee.Per.values or fee.when not in Fee.When.values:
            yield Refused("version.fee_per", _("Say what the fee is counted by, and when."), field=f"fee-per-{n}")
        if fee.channel is not None and fee.channel not in Channel.values:
            yield Refused("version.channel", _("Choose a way of handing in."), field=f"fee-channel-{n}")
    for n, result in enumerate(data.results, 1):
        yield from _name(result.name, f"result-name-{n}", LONGEST_PART)


def _name(words: Words, field: str, longest: int) -> Iterator[Refused]:
    if not words.vi.strip():
        yield Refused("version.name", _("Give the name."), field=field)
    elif _too_long(words, longest):
        yield Refused("version.long", _("That is too long."), field=field)


def _too_long(words: Words, longest: int) -> bool:
    return max(len(words.vi), len(words.en)) > longest or "\0" in words.vi + words.en
