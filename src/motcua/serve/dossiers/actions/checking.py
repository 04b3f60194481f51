"""Before a receipt: everything looked up, every input checked, the promise worked out; nothing is written."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, Refused
from motcua.record.organisation.models import Agency, Desk
from motcua.record.organisation.queries import agency_by_code
from motcua.rules.identifiers import read_agency_code
from motcua.rules.working_time import Promise
from motcua.serve.catalogue.models import Component, Fee, ProcedureVersion, Process
from motcua.serve.catalogue.queries import (
    cases_of,
    competent_agencies,
    components_of,
    fees_on,
    process_for,
    version_for_receipt,
)
from motcua.serve.dossiers.actions.common import calendar_at, instant, local_day
from motcua.serve.dossiers.actions.declaring import Declared, check_answers
from motcua.serve.dossiers.actions.phases import first_limit
from motcua.serve.dossiers.filing import (
    ComponentInput,
    Filing,
    PartyInput,
    clean_components,
    clean_numbers,
    clean_party,
    fee_total,
    received_at,
)
from motcua.serve.dossiers.models import PaidHow, Party
from motcua.serve.dossiers.policies import RECEIVES


@dataclass(frozen=True)
class Checked:
    """A filing that may become a dossier: everything looked up, normalised and promised."""

    filing: Filing
    version: ProcedureVersion
    process: Process | None
    case: str
    competent: Agency
    helped: Agency
    desk: Desk
    received_at: dt.datetime
    promise: Promise | None
    papers: list[tuple[Component | None, ComponentInput]]
    parties: list[tuple[str, PartyInput]]
    fees: list[Fee]
    fee_before: int
    fee_after: int
    warnings: tuple[str, ...]
    declared: Declared | None = None


def check_filing(
    *, by: Actor, filing: Filing, now: dt.datetime | None = None, complete: bool = True, arriving: bool = False
) -> Checked:
    """Check a filing and work out its promise, without writing anything.

    Args:
        by: who receives; a post at a desk.
        filing: what was handed in.
        now: the present.
        complete: whether missing papers and unpaid fees are errors (they are not before a refusal).
        arriving: whether it is only noted: answers may be missing, but those that are given are kept, so must be right.

    Raises:
        NotAllowed: the post does not receive dossiers.
        Invalid: one error for each input at fault.
    """
    RECEIVES.check(by)
    moment = instant(now)
    errors: list[Refused] = []
    at = received_at(filing, moment, errors)
    desk, version = _desk(by), _version(filing, local_day(at), errors)
    competent = _competent(filing, version, by, local_day(at), errors)
    parties, warnings = _parties(filing, errors)
    case = _case(filing, version, local_day(at), errors if complete else [])
    papers = clean_components(filing, components_of(version, case), errors if complete else [])
    clean_numbers(filing, version, errors)
    told = errors if complete or arriving else []
    declared = check_answers(version, filing.answers, local_day(at), told, may_lack=arriving)
    fees = fees_on(version, filing.channel)
    before = fee_total(fees, Fee.When.BEFORE, filing)
    if complete:
        _check_payment(filing, before, errors)
    if errors or competent is None:
        raise Invalid(errors)
    process = _process(version, competent, local_day(at), case)
    return Checked(
        filing=filing,
        version=version,
        process=process,
        case=case,
        competent=competent,
        helped=_helped(filing, by, local_day(at)),
        desk=desk,
        received_at=at,
        promise=None if version.at_once else promise_for(version, competent, filing.channel, at, process, case),
        papers=papers,
        parties=parties,
        fees=fees,
        fee_before=before,
        fee_after=fee_total(fees, Fee.When.AFTER, filing),
        warnings=warnings,
        declared=declared,
    )


def _desk(by: Actor) -> Desk:
    if by.desk is None:
        raise Invalid([Refused("desk.missing", _("Your post has no desk; the administrator can give it one."))])
    return by.desk


def _version(filing: Filing, day: dt.date, errors: list[Refused]) -> ProcedureVersion:
    """Return the version in force on a local date; without one nothing else of the filing can be checked."""
    version = version_for_receipt(filing.procedure, day)
    if version is None:
        unknown = _("There is no such procedure in force on that day.")
        raise Invalid([*errors, Refused("procedure.unknown", unknown, field="procedure")])
    return version


def _process(version: ProcedureVersion, competent: Agency, day: dt.date, case: str) -> Process | None:
    """Return the internal process that the dossier will follow; none where the result is given at once."""
    process = process_for(version, competent.level, day, case)
    if process is None and not version.at_once:
        missing = _("No internal process is in force for this procedure at this agency.")
        raise Invalid([Refused("process.missing", missing)])
    return process


def promise_for(
    version: ProcedureVersion,
    competent: Agency,
    channel: int,
    at: dt.datetime,
    process: Process | None = None,
    case: str = "",
) -> Promise:
    """Return the promised time of a procedure received at an instant, with its proof; of the first phase of several."""
    calendar = calendar_at(competent, local_day(at))
    return calendar.promise(at, first_limit(version, process, channel, case), cut_off=version.cut_off)


def _case(filing: Filing, version: ProcedureVersion, day: dt.date, errors: list[Refused]) -> str:
    """Return the case that a filing falls under: the one it names, or the only one."""
    cases = cases_of(version, day)
    if filing.case and not cases.has(filing.case):
        errors.append(Refused("case.unknown", _("The procedure has no such case."), field="case"))
        return ""
    if cases.needed and not filing.case:
        errors.append(Refused("case.missing", _("Choose the case: papers and process depend on it."), field="case"))
    return filing.case or cases.only


def _competent(
    filing: Filing, version: ProcedureVersion, by: Actor, day: dt.date, errors: list[Refused]
) -> Agency | None:
    agencies = competent_agencies(version, day).select_related("parent")
    if filing.agency:
        found = agencies.filter(code=read_agency_code(filing.agency)).first()
    else:
        own = agencies.filter(pk=by.agency_id).first() if by.agency_id else None
        found = own or (agencies[0] if len(agencies[:2]) == 1 else None)
    if found is None:
        errors.append(
            Refused("agency.not_competent", _("Choose the agency that decides this procedure."), field="agency")
        )
        return None
    desk = by.desk
    if desk and not desk.whole_province and found.pk not in by.scope:
        errors.append(Refused("desk.not_served", _("This desk does not receive for that agency."), field="agency"))
    return found


def _helped(filing: Filing, by: Actor, day: dt.date) -> Agency:
    assert by.post is not None
    own = by.post.unit.agency
    return (agency_by_code(filing.agency_helped, day) if filing.agency_helped else None) or own


def _parties(filing: Filing, errors: list[Refused]) -> tuple[list[tuple[str, PartyInput]], tuple[str, ...]]:
    given = [
        (Party.Part.OWNER, filing.owner),
        (Party.Part.SUBMITTER, filing.submitter),
        (Party.Part.AUTHORISED, filing.authorised),
    ]
    parties: list[tuple[str, PartyInput]] = []
    warnings: list[str] = []
    for part, party in given:
        if party is not None:
            cleaned, found = clean_party(party, str(part), errors)
            parties.append((str(part), cleaned))
            warnings += found
    return parties, tuple(warnings)


def _check_payment(filing: Filing, before: int, errors: list[Refused]) -> None:
    payment = filing.payment
    if before and payment is None:
        errors.append(
            Refused(
                "fee.unpaid",
                _("The fee is paid before receipt: take it or record the exemption."),
                field="fee",
            )
        )
    if payment and payment.how not in PaidHow.values[1:]:
        errors.append(Refused("fee.how", _("Say how the fee was paid."), field="fee"))
    if payment and payment.how == PaidHow.EXEMPT and not payment.exempt_reason.strip():
        errors.append(Refused("fee.exempt_reason", _("An exemption needs its reason."), field="exempt_reason"))
