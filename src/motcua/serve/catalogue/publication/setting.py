"""What publication and review go by, as data with dates and sources: deadlines, the checklist, the wage of an hour."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.catalogue.models import TimeUnit
from motcua.serve.catalogue.publication.models import ChecklistItem, PublicationDeadline
from motcua.serve.catalogue.publication.policies import SETS_RULES
from motcua.serve.catalogue.review.models import WageRate

Row = TypeVar("Row", PublicationDeadline, ChecklistItem, WageRate)
SET = "catalogue.rule_set"
# Deadlines in hours and months have no last day that one could count back from.
UNITS = (TimeUnit.WORKING_DAY, TimeUnit.DAY)


def set_deadline(
    *, by: Actor, key: str, amount: int, unit: str, source: str, valid_from: dt.date, now: dt.datetime
) -> PublicationDeadline:
    """Set a deadline from a local date on; the one before ends there.

    Args:
        unit: working days or days.
        source: the rule that says so.

    Raises:
        NotAllowed: the post drafts nothing.
        Invalid: no such deadline, a number out of 1–365, no source, a date not after that of the newest, by field.
    """
    SETS_RULES.check(by)
    newest = PublicationDeadline.objects.filter(key=key).order_by("-valid_from").first()
    errors = list(_faults(newest, source, valid_from))
    if key not in PublicationDeadline.Key.values:
        errors.append(Refused("rule.key", _("Choose what is limited."), field="key"))
    if not 1 <= amount <= 365 or unit not in UNITS:
        errors.append(Refused("rule.amount", _("Give 1 to 365 days or working days."), field="amount"))
    row = PublicationDeadline(key=key, amount=amount, unit=unit, source=source.strip()[:300], valid_from=valid_from)
    _put(by, newest, row, errors, {"deadline": key, "amount": amount, "unit": unit}, now)
    return row


def set_question(
    *,
    by: Actor,
    key: str,
    name_vi: str,
    name_en: str,
    source: str,
    order: int,
    valid_from: dt.date,
    now: dt.datetime,
) -> ChecklistItem:
    """Ask a question of the quality check from a local date on, in the place of that of the same key.

    Raises:
        NotAllowed: the post drafts nothing.
        Invalid: no key or words, no source, a date not after that of the newest of this key, by field.
    """
    SETS_RULES.check(by)
    newest = ChecklistItem.objects.filter(key=key).order_by("-valid_from").first()
    errors = list(_faults(newest, source, valid_from))
    if not key or not key.replace("-", "").isalnum() or not key.isascii() or len(key) > 40:
        words = _("Small letters without marks, digits and hyphens, at most 40.")
        errors.append(Refused("rule.question_key", words, field="key"))
    if not name_vi.strip():
        errors.append(Refused("rule.question", _("Write the question."), field="name_vi"))
    row = ChecklistItem(
        key=key,
        order=max(1, min(order, 999)),
        name_vi=name_vi.strip()[:500],
        name_en=name_en.strip()[:500],
        source=source.strip()[:300],
        valid_from=valid_from,
    )
    _put(by, newest, row, errors, {"question": key}, now)
    return row


def end_question(*, by: Actor, item_id: int, valid_to: dt.date, now: dt.datetime) -> None:
    """Ask a question no longer from a local date on; answers that were given stay.

    Raises:
        NotAllowed: the post drafts nothing.
        Refused: no such question, or a date before it was first asked.
    """
    SETS_RULES.check(by)
    with _changing(by, now) as change:
        item = ChecklistItem.objects.select_for_update().filter(pk=item_id, valid_to__isnull=True).first()
        if item is None or valid_to <= item.valid_from:
            raise Refused("rule.no_question", _("No such question is asked on that day."), field="valid_to")
        item.valid_to = valid_to
        item.save(update_fields=["valid_to"])
        change.facts.update(question=item.key, ends=valid_to)


def set_wage(*, by: Actor, amount_an_hour: int, source: str, valid_from: dt.date, now: dt.datetime) -> WageRate:
    """Set what an hour of those who ask is worth, in đồng, from a local date on; reviews that are open keep theirs.

    Raises:
        NotAllowed: the post drafts nothing.
        Invalid: a number out of 1–10,000,000, no source, a date not after that of the newest, by field.
    """
    SETS_RULES.check(by)
    newest = WageRate.objects.order_by("-valid_from").first()
    errors = list(_faults(newest, source, valid_from))
    if not 1 <= amount_an_hour <= 10_000_000:
        errors.append(Refused("rule.wage", _("Give a wage of 1 to 10,000,000 đồng."), field="amount"))
    row = WageRate(amount_an_hour=amount_an_hour, source=source.strip()[:300], valid_from=valid_from)
    _put(by, newest, row, errors, {"wage": amount_an_hour}, now)
    return row


def _faults(newest: Any, source: str, valid_from: dt.date) -> Iterator[Refused]:
    if not source.strip():
        yield Refused("rule.source", _("Say which rule says so."), field="source")
    if newest is not None and valid_from <= newest.valid_from:
        words = _("From %(day)s on something is recorded already; give a later date.")
        yield Refused("rule.later", words, field="valid_from", params={"day": f"{newest.valid_from:%d/%m/%Y}"})


def _put(
    by: Actor, newest: Row | None, row: Row, errors: list[Refused], facts: dict[str, Any], now: dt.datetime
) -> None:
    if errors:
        raise Invalid(errors)
    with _changing(by, now) as change:
        if newest is not None and (newest.valid_to is None or newest.valid_to > row.valid_from):
            newest.valid_to = row.valid_from
            newest.save(update_fields=["valid_to"])
        row.save(force_insert=True)
        change.facts.update(facts, source=row.source, valid_from=row.valid_from)


@contextmanager
def _changing(by: Actor, now: dt.datetime) -> Iterator[Change]:
    """Note a change of these rules on their own chain: it is opened with the first change."""
    chain = chain_of("catalogue", "rules")
    with transaction.atomic():
        new = not Chain.objects.select_for_update().filter(pk=chain).exists()
        with record_change(
            chain_id=chain,
            subject="catalogue",
            kind=SET,
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            new=new,
        ) as change:
            yield change
