"""What arrived incomplete is completed at the desk before it is received: people, papers, case, declaration.

Nothing is promised and nothing runs yet (NĐ 61/2018/NĐ-CP, art. 16–17); what was noted first stays in the ledger.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.catalogue.models import Component, Fee
from motcua.serve.catalogue.queries import cases_of, fees_on, process_for
from motcua.serve.dossiers.actions.arriving import accept_arrival, check_arrived
from motcua.serve.dossiers.actions.common import changing, instant, local_day
from motcua.serve.dossiers.actions.declaring import (
    Declared,
    clean_answers,
    declaration_of,
    form_of,
    issue_if_whole,
)
from motcua.serve.dossiers.actions.writing import component_row, party_row, search_vector
from motcua.serve.dossiers.filing import (
    Completion,
    ComponentInput,
    Filing,
    PartyInput,
    PaymentInput,
    clean_components,
    clean_numbers,
    clean_party,
    fee_total,
)
from motcua.serve.dossiers.models import Declaration, Dossier, DossierComponent, Party

NOTHING = "completion.nothing"
PARTY_FIELDS = (
    "kind", "name", "folded_name", "identity_kind", "identity_number", "tax_code", "born_on", "sex", "phone", "email",
    "address", "authenticated",
)  # fmt: skip
COUNTS = ("originals", "certified", "copies")
NUMBERS = ("sets", "pages", "copies")
Given = Sequence[tuple[Component | None, ComponentInput]]


def complete_arrival(
    *, by: Actor, dossier_id: uuid.UUID, completion: Completion, now: dt.datetime | None = None
) -> Dossier:
    """Put what was missing to a filing that arrived and is not received yet. Papers and answers may still be missing.

    Args:
        by: the desk to which it came.
        completion: what is there now.

    Raises:
        NotAllowed: not the desk to which it came.
        Conflict: it was received or refused already, or waits for a linked part.
        Invalid: one error for each input at fault; nothing is changed.
        Refused: nothing differs from what was noted.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="arrival_completed", now=moment) as (change, dossier):
        check_arrived(by, dossier)
        errors: list[Refused] = []
        parties = {part: clean_party(party, part, errors)[0] for part, party in completion.parties.items()}
        fields = _fields(dossier, completion, errors)
        given = _papers(dossier, completion, errors)
        declared = _declared(dossier, completion, errors)
        if errors:
            raise Invalid(errors)
        _write_parties(change, dossier, parties)
        _write_papers(change, dossier, given)
        _write_declaration(change, dossier, declared, moment)
        _write_dossier(change, dossier, fields)
        if not change.rows:
            raise Refused(NOTHING, _("Nothing was changed."))
        names = list(dossier.parties.values_list("name", flat=True))
        Dossier.objects.filter(pk=dossier.pk).update(search=search_vector(dossier, names))
    return dossier


def receive_completed(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    completion: Completion,
    payment: PaymentInput | None = None,
    now: dt.datetime | None = None,
) -> Dossier:
    """Complete what arrived and receive it, both or neither; see `complete_arrival` and `accept_arrival`."""
    moment = instant(now)
    with transaction.atomic():
        try:
            complete_arrival(by=by, dossier_id=dossier_id, completion=completion, now=moment)
        except Refused as refusal:
            if refusal.code != NOTHING:
                raise
        return accept_arrival(by=by, dossier_id=dossier_id, payment=payment, now=moment)


def _fields(dossier: Dossier, completion: Completion, errors: list[Refused]) -> dict[str, Any]:
    """Return the dossier's own fields as they are to be; what they mean for process and fees too."""
    typed = {name: getattr(completion, name) for name in (*NUMBERS, "return_method")}
    fields: dict[str, Any] = {name: value for name, value in typed.items() if value is not None}
    texts = {"return_place": 300, "summary": 500, "note": 1000}
    for name, longest in texts.items():
        if (text := getattr(completion, name)) is not None:
            fields[name] = text.strip()[:longest]
    if fields.get("summary") == "":
        fields["summary"] = dossier.version.name_vi[:500]
    if set(NUMBERS) & set(fields):
        fields["fee_due"] = _fee_due(dossier, fields, errors)
    if completion.case is not None and completion.case != dossier.case:
        fields |= _case(dossier, completion.case, errors)
    return fields


def _fee_due(dossier: Dossier, fields: dict[str, Any], errors: list[Refused]) -> int:
    """Return what is to be paid for so many pages and copies (đồng)."""
    numbers = {name: fields.get(name, getattr(dossier, name)) for name in NUMBERS}
    filing = Filing(procedure="", owner=PartyInput(name=""), **numbers)
    clean_numbers(filing, dossier.version, errors)
    fees = fees_on(dossier.version, dossier.channel)
    return sum(fee_total(fees, when, filing) for when in (Fee.When.BEFORE, Fee.When.AFTER))


def _case(dossier: Dossier, case: str, errors: list[Refused]) -> dict[str, Any]:
    """Return another case with the internal process that it goes by."""
    version, day = dossier.version, dossier.received_on
    if case and not cases_of(version, day).has(case):
        errors.append(Refused("case.unknown", _("The procedure has no such case."), field="case"))
        return {}
    process = process_for(version, dossier.agency_competent.level, day, case)
    if process is None and not version.at_once:
        missing = _("No internal process is in force for this procedure at this agency.")
        errors.append(Refused("process.missing", missing, field="case"))
        return {}
    return {"case": case, "process_id": process.pk if process else None}


def _papers(dossier: Dossier, completion: Completion, errors: list[Refused]) -> Given | None:
    """Return the papers that are there, each with what the procedure asks; missing ones are not wrong yet."""
    if completion.components is None:
        return None
    filing = Filing(procedure="", owner=PartyInput(name=""), components=completion.components)
    found: list[Refused] = []
    # Papers of another case may have been noted before the case was known.
    given = clean_components(filing, dossier.version.components.all(), found)
    errors += [error for error in found if error.code != "component.missing"]
    return given


def _declared(dossier: Dossier, completion: Completion, errors: list[Refused]) -> Declared | None:
    if completion.answers is None:
        return None
    kept, day = declaration_of(dossier), local_day(dossier.received_at)
    form = kept.form if kept else form_of(dossier.version, day)
    if form is None:
        errors.append(Refused("answers.no_form", _("This procedure has no form to fill in."), field="answers"))
        return None
    clean, found = clean_answers(form, completion.answers, day, may_lack=True)
    errors += found
    return form, clean


def _write_parties(change: Change, dossier: Dossier, parties: dict[str, PartyInput]) -> None:
    if not parties:
        return
    known = {party.part: party for party in dossier.parties.all()}
    for part, typed in parties.items():
        row = party_row(dossier, part, typed)
        if part not in known:
            change.add(row)
            continue
        values = {name: getattr(row, name) for name in PARTY_FIELDS}
        differing = {name: value for name, value in values.items() if getattr(known[part], name) != value}
        if differing:
            change.set(known[part], **differing)
    owner = parties.get(Party.Part.OWNER)
    own = {"owner_name": owner.name, "owner_address": owner.address} if owner else {}
    read = {part: party.authenticated for part, party in known.items()}
    authenticated = any((read | {part: party.authenticated for part, party in parties.items()}).values())
    _write_dossier(change, dossier, own | {"identity_authenticated": authenticated})


def _write_papers(change: Change, dossier: Dossier, given: Given | None) -> None:
    if given is None:
        return
    known = {(row.component_id, row.name): row for row in dossier.components.order_by("-pk")}
    for component, item in given:
        row = component_row(dossier, component, item)
        kept = known.pop((row.component_id, row.name), None)
        if kept is None:
            change.add(row)
        else:
            _change_paper(change, kept, row)
    for gone in known.values():
        # The row stays for the record, with nothing in it; a scan that was added stays a scan.
        _change_paper(change, gone, DossierComponent())


def _change_paper(change: Change, kept: DossierComponent, new: DossierComponent) -> None:
    values: dict[str, Any] = {name: getattr(new, name) for name in (*COUNTS, "reused")}
    values |= {name: getattr(kept, name) or getattr(new, name) for name in ("digitised", "from_store")}
    if differing := {name: value for name, value in values.items() if getattr(kept, name) != value}:
        change.set(kept, **differing)


def _write_declaration(change: Change, dossier: Dossier, declared: Declared | None, now: dt.datetime) -> None:
    if declared is None:
        return
    form, answers = declared
    kept = declaration_of(dossier)
    if kept is not None and kept.answers == answers:
        return
    if kept is None:
        change.add(Declaration(dossier=dossier, form=form, answers=answers, filled_at=now))
    else:
        change.set(kept, answers=answers, corrected_at=now)
    issue_if_whole(change, dossier, declared, now)


def _write_dossier(change: Change, dossier: Dossier, fields: dict[str, Any]) -> None:
    if differing := {name: value for name, value in fields.items() if getattr(dossier, name) != value}:
        change.set(dossier, **differing)


def as_noted(party: Party) -> PartyInput:
    """Return a party as it is noted, for whoever changes some of it."""
    empty = PartyInput(name=party.name)
    names = ("kind", "identity_number", "tax_code", "born_on", "sex", "phone", "email", "address", "authenticated")
    return replace(empty, **{name: getattr(party, name) for name in names})
