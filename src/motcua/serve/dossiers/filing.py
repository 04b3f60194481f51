"""What somebody hands in, before it is a dossier: plain values, checked and normalised."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.hashing import canonical, plain
from motcua.record.organisation.errors import Refused
from motcua.rules.identifiers import IdentifierError, check_citizen_id, check_tax_code, to_e164
from motcua.serve.catalogue.models import Component, Fee, ProcedureVersion
from motcua.serve.catalogue.queries import fee_amount
from motcua.serve.dossiers.models import Channel, Party, ReturnMethod

NAME_LIMIT, EMAIL_LIMIT, NUMBER_LIMIT = 200, 254, 20
MOST_SHEETS = 10_000
BACKDATE_LIMIT = dt.timedelta(days=1)


@dataclass(frozen=True)
class PartyInput:
    """A person or organisation as typed or scanned."""

    name: str
    kind: str = Party.Kind.PERSON
    identity_number: str = ""
    tax_code: str = ""
    born_on: dt.date | None = None
    sex: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    authenticated: bool = False


@dataclass(frozen=True)
class ComponentInput:
    """A paper handed in: by the component's key, or by its own name where the list has none."""

    key: str = ""
    name: str = ""
    originals: int = 0
    certified: int = 0
    copies: int = 0
    digitised: bool = False
    reused: bool = False
    from_store: bool = False


@dataclass(frozen=True)
class PaymentInput:
    """How the fee before receipt is met: cash, transfer, online, or an exemption with its reason."""

    how: str
    exempt_reason: str = ""


@dataclass(frozen=True)
class Filing:
    """Everything that a receipt needs. `received_at` is None for now; `case` is the key of one of the version's.

    `answers` are those to the procedure's form, by key; None where the declaration was handed in on paper.
    """

    procedure: str
    owner: PartyInput
    agency: str = ""
    submitter: PartyInput | None = None
    authorised: PartyInput | None = None
    components: tuple[ComponentInput, ...] = ()
    channel: int = Channel.COUNTER
    return_method: str = ReturnMethod.COUNTER
    return_place: str = ""
    summary: str = ""
    note: str = ""
    sets: int = 1
    pages: int = 0
    copies: int = 0
    payment: PaymentInput | None = None
    agency_helped: str = ""
    received_at: dt.datetime | None = None
    case: str = ""
    answers: Mapping[str, Any] | None = field(default=None, hash=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    def sha256(self) -> str:
        """Return the digest by which the same content is known again."""
        values = asdict(self) | {"warnings": None}
        if not self.case:
            # Keys given before there were cases stay good.
            del values["case"]
        if self.answers is None:
            del values["answers"]
        else:
            # As text: what a program sends may hold numbers that the ledger's form has no place for.
            values["answers"] = json.dumps(self.answers, sort_keys=True)
        return hashlib.sha256(canonical(plain(values))).hexdigest()


@dataclass(frozen=True)
class Completion:
    """What is added to a filing that arrived, or put in its place; None leaves what was noted.

    `parties` are by their part; those left out stay. `components` are all papers that are there: one that was noted
    and is not among them is not there. `answers` are all those to the form, by key; some may still be missing.
    """

    parties: Mapping[str, PartyInput] = field(default_factory=dict)
    components: tuple[ComponentInput, ...] | None = None
    case: str | None = None
    sets: int | None = None
    pages: int | None = None
    copies: int | None = None
    return_method: str | None = None
    return_place: str | None = None
    summary: str | None = None
    note: str | None = None
    answers: Mapping[str, Any] | None = None


def clean_party(party: PartyInput, part: str, errors: list[Refused]) -> tuple[PartyInput, list[str]]:
    """Normalise one party; append what is wrong to `errors`, return it with its warnings (codes)."""
    warnings: list[str] = []
    name = " ".join(party.name.split())
    if not name:
        errors.append(Refused("party.name_missing", _("Give the name."), field=f"{part}.name"))
    if len(name) > NAME_LIMIT:
        errors.append(
            Refused(
                "party.name_too_long",
                _("The name has %(length)d characters; at most %(limit)d fit on the slip."),
                field=f"{part}.name",
                params={"length": len(name), "limit": NAME_LIMIT},
            )
        )
    identity, found = _clean_identity(party, part, errors)
    warnings += found
    too_long = _("That is too long.")
    if len(party.email) > EMAIL_LIMIT:
        errors.append(Refused("party.email_too_long", too_long, field=f"{part}.email"))
    if party.kind != Party.Kind.PERSON and len(identity) > NUMBER_LIMIT:
        errors.append(Refused("party.number_too_long", too_long, field=f"{part}.identity_number"))
    return (
        replace(
            party,
            name=name,
            identity_number=identity,
            tax_code=_clean_tax_code(party, part, errors),
            phone=_clean_phone(party, part, errors),
            address=" ".join(party.address.split())[:500],
        ),
        warnings,
    )


def _clean_identity(party: PartyInput, part: str, errors: list[Refused]) -> tuple[str, list[str]]:
    number = party.identity_number.replace(" ", "")
    if not number or party.kind != Party.Kind.PERSON:
        return number, []
    year = party.born_on.year if party.born_on else None
    try:
        result = check_citizen_id(number, birth_year=year, sex=party.sex or None)
    except IdentifierError:
        errors.append(
            Refused(
                "party.identity_number",
                _("An identity number has 12 digits (or 9 on the old card), without letters."),
                field=f"{part}.identity_number",
            )
        )
        return number, []
    return result.normalised, list(result.warnings)


def _clean_tax_code(party: PartyInput, part: str, errors: list[Refused]) -> str:
    if not party.tax_code:
        return ""
    try:
        return check_tax_code(party.tax_code).normalised
    except IdentifierError:
        errors.append(Refused("party.tax_code", _("This tax code's check digit is wrong."), field=f"{part}.tax_code"))
        return party.tax_code


def _clean_phone(party: PartyInput, part: str, errors: list[Refused]) -> str:
    if not party.phone:
        return ""
    try:
        return to_e164(party.phone)
    except IdentifierError:
        errors.append(
            Refused(
                "party.phone",
                _("This is not a Vietnamese phone number, such as 0905 123 456."),
                field=f"{part}.phone",
            )
        )
        return party.phone


def clean_components(
    filing: Filing, components: Iterable[Component], errors: list[Refused]
) -> list[tuple[Component | None, ComponentInput]]:
    """Match what was handed in with what the procedure asks; a missing required paper is an error."""
    known = {c.key: c for c in components}
    given = [(known.get(item.key), item) for item in filing.components if _has_paper(item)]
    for component, item in given:
        if component is None and not item.name:
            errors.append(
                Refused(
                    "component.unknown",
                    _("The procedure has no paper “%(key)s”."),
                    field=f"components.{item.key}",
                    params={"key": item.key},
                )
            )
    errors += [
        _too_many(item) for _component, item in given if max(item.originals, item.certified, item.copies) > MOST_SHEETS
    ]
    have = {component.key for component, _item in given if component}
    for component in known.values():
        if component.required and component.key not in have:
            errors.append(
                Refused(
                    "component.missing",
                    _("A required paper is missing: %(name)s."),
                    field=f"components.{component.key}",
                    params={"name": component.name},
                )
            )
    return given


def _too_many(item: ComponentInput) -> Refused:
    message = _("At most %(most)d of one paper.")
    return Refused("component.count", message, field=f"components.{item.key}", params={"most": MOST_SHEETS})


def _has_paper(item: ComponentInput) -> bool:
    return bool(item.originals or item.certified or item.copies or item.reused or item.from_store or item.digitised)


def received_at(filing: Filing, now: dt.datetime, errors: list[Refused]) -> dt.datetime:
    """Return the instant of receipt: now, or a given one that is neither in the future nor long ago."""
    given = filing.received_at
    if given is None:
        return now
    if given > now:
        errors.append(Refused("received_at.future", _("The time of receipt lies in the future."), field="received_at"))
    elif now - given > BACKDATE_LIMIT:
        errors.append(
            Refused(
                "received_at.past",
                _("The time of receipt lies more than a day back; record it with today's date and a note."),
                field="received_at",
            )
        )
    return given


def fee_total(fees: Iterable[Fee], when: str, filing: Filing) -> int:
    """Return what is to be paid (đồng) at one moment: per dossier, page or copy."""
    return sum(fee_amount(fee, filing.pages, filing.copies) for fee in fees if fee.when == when)


def clean_numbers(filing: Filing, version: ProcedureVersion, errors: list[Refused]) -> None:
    """Check sets, pages and copies."""
    if not 1 <= filing.sets <= 99:
        errors.append(Refused("sets", _("Between 1 and 99 sets."), field="sets"))
    if version.counts_copies and not (1 <= filing.pages <= 10_000 and 1 <= filing.copies <= 1_000):
        errors.append(Refused("copies", _("Say how many pages and how many copies."), field="copies"))
