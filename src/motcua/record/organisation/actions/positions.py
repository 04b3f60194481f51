"""Job positions: an agency's scheme as approved, the posts that fill it; units merged or cut."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actions.loading import agency_chain
from motcua.record.organisation.actions.tree import check_name
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.record.organisation.models import Agency
from motcua.record.organisation.people_models import JobPosition, PositionGroup, StaffingScheme, Streamlining
from motcua.record.organisation.policies import ADMINISTERS

CODE = re.compile(r"[\w.-]{1,30}")
MOST_HEADS, MOST_POSITIONS = 100_000, 500
LONGEST_NUMBER, LONGEST_NAME = 100, 300


@dataclass(frozen=True)
class PositionInput:
    """A job position as typed; `place` is the number of its row, for messages."""

    place: int
    code: str
    name_vi: str
    group: str
    head_count: int | None


def approve_scheme(
    *,
    by: Actor,
    agency: Agency,
    number: str,
    signed_on: dt.date,
    issuer: str,
    valid_from: dt.date,
    positions: Sequence[PositionInput],
    now: dt.datetime,
) -> StaffingScheme:
    """Enter an agency's approved scheme of job positions; the one before it ends on the day on which it begins.

    Raises:
        NotAllowed: not an administrator.
        Invalid: positions without code, name, group or head-count, or a code twice; each error names its row.
        Refused: no number, no issuer, or a day before the agency's own first day.
        Conflict: a scheme begins on that day or later already.
    """
    ADMINISTERS.check(by)
    _check_decision(number, issuer)
    if valid_from < agency.valid_from:
        raise Refused("scheme.early", _("The agency does not exist on that day yet."), field="valid_from")
    _check_positions(positions)
    scheme = StaffingScheme(
        agency=agency, number=number.strip(), signed_on=signed_on, issuer=issuer.strip(), valid_from=valid_from
    )
    with (
        transaction.atomic(),
        record_change(
            chain_id=agency_chain(agency.code, agency.valid_from),
            subject="agency",
            kind="agency.scheme_approved",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
        ) as change,
    ):
        before = StaffingScheme.objects.filter(agency=agency, valid_to=None).first()
        if before is not None and before.valid_from >= valid_from:
            raise Conflict("scheme.order", _("A later scheme is entered already."), field="valid_from")
        if before is not None:
            change.set(before, valid_to=valid_from)
        change.add(scheme)
        change.add_all([_position(scheme, order, position) for order, position in enumerate(positions, 1)])
    return scheme


def _position(scheme: StaffingScheme, order: int, given: PositionInput) -> JobPosition:
    return JobPosition(
        scheme=scheme,
        order=order,
        code=given.code.strip(),
        name_vi=" ".join(given.name_vi.split()),
        group=given.group,
        head_count=given.head_count or 0,
    )


def _check_decision(number: str, issuer: str) -> None:
    if not number.strip() or len(number) > LONGEST_NUMBER or "\0" in number:
        raise Refused("decision.number", _("Give the number of the decision, 100 characters at most."), field="number")
    if not issuer.strip() or len(issuer) > LONGEST_NAME or "\0" in issuer:
        raise Refused("decision.issuer", _("Say who approved it, in 300 characters at most."), field="issuer")


def _check_positions(positions: Sequence[PositionInput]) -> None:
    if not positions or len(positions) > MOST_POSITIONS:
        raise Refused("scheme.empty", _("A scheme has from 1 to 500 job positions."), field="positions")
    errors, seen = [], set()
    for position in positions:
        if message := _fault_of(position):
            errors.append(Refused("position.wrong", message, params={"row": position.place}))
        elif position.code.strip() in seen:
            text = _("Row %(row)d: the code %(code)s stands there twice.")
            errors.append(Refused("position.twice", text, params={"row": position.place, "code": position.code}))
        seen.add(position.code.strip())
    if errors:
        raise Invalid(errors)


def _fault_of(position: PositionInput) -> "str | Lazy":
    """Return what is wrong with a position, "" if nothing is."""
    if not CODE.fullmatch(position.code.strip()):
        return _("Row %(row)d: a code has up to thirty letters, digits, dots and hyphens.")
    if not position.name_vi.strip() or len(position.name_vi) > LONGEST_NAME or "\0" in position.name_vi:
        return _("Row %(row)d: give the name of the job position, 300 characters at most.")
    if position.group not in PositionGroup.values:
        return _("Row %(row)d: choose the group.")
    if position.head_count is None or not 0 <= position.head_count <= MOST_HEADS:
        return _("Row %(row)d: the head-count is a whole number from 0.")
    return ""


def note_streamlining(
    *,
    by: Actor,
    agency: Agency,
    kind: str,
    name_vi: str,
    units_before: int,
    units_after: int,
    heads_cut: int,
    number: str,
    signed_on: dt.date,
    effective_on: dt.date,
    now: dt.datetime,
) -> Streamlining:
    """Enter units of an agency that a decision merged or cut.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name or number, an unknown kind, not fewer units than before, or a negative head-count.
    """
    ADMINISTERS.check(by)
    if kind not in Streamlining.Kind.values:
        raise Refused("streamlining.kind", _("Say whether units were merged or cut."), field="kind")
    _check_decision(number, "-")
    if not 0 <= units_after < units_before <= 10_000:
        message = _("There must be fewer units after than before.")
        raise Refused("streamlining.units", message, field="units_after")
    if not 0 <= heads_cut <= MOST_HEADS:
        raise Refused("streamlining.heads", _("The head-count is a whole number from 0."), field="heads_cut")
    row = Streamlining(
        agency=agency,
        kind=kind,
        name_vi=check_name(name_vi),
        units_before=units_before,
        units_after=units_after,
        heads_cut=heads_cut,
        number=number.strip(),
        signed_on=signed_on,
        effective_on=effective_on,
    )
    with record_change(
        chain_id=agency_chain(agency.code, agency.valid_from),
        subject="agency",
        kind="agency.streamlined",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.add(row)
    return row


def withdraw_streamlining(*, by: Actor, row: Streamlining, now: dt.datetime) -> None:
    """Take back an entry that was made by mistake; it stays in the record and counts no more.

    Raises:
        NotAllowed: not an administrator.
        Conflict: it was taken back before.
    """
    ADMINISTERS.check(by)
    with (
        transaction.atomic(),
        record_change(
            chain_id=agency_chain(row.agency.code, row.agency.valid_from),
            subject="agency",
            kind="agency.streamlining_withdrawn",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
        ) as change,
    ):
        row.refresh_from_db()
        if row.withdrawn_at is not None:
            raise Conflict("streamlining.withdrawn", _("This entry was taken back already."))
        change.set(row, withdrawn_at=now)
