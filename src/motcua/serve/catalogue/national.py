"""A record of the national catalogue as a version of ours: what it says is taken, what it does not know is kept.

The catalogue speaks Vietnamese and knows nothing of cut-off hours, supplements or which papers are asked for only at
times. Where a version is there already, these and the English texts of what did not change come from it.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from motcua.formats.national import Fee, Method, Record
from motcua.rules.processes import working_minutes
from motcua.rules.text import fold
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import (
    NOTHING,
    CaseData,
    ComponentData,
    FeeData,
    LegalBasis,
    LevelData,
    MethodData,
    NamedAgency,
    ProcedureData,
    ResultData,
    Words,
)
from motcua.serve.catalogue.models import Fee as StoredFee
from motcua.serve.catalogue.models import ServiceLevel

NO_LIMIT = Duration(0, "wd")


def content_from(
    record: Record, base: ProcedureData | None, field_code: str, number: int, valid_from: dt.date
) -> ProcedureData:
    """Return the version that a record describes.

    Args:
        base: the newest version of the procedure, if there is one.
        field_code: code of the field in this catalogue.
        number: number of the version.
        valid_from: local date from which it is to hold, where the record gives none.
    """
    start = replace(base, competences=(), processes=()) if base else _blank(record)
    same_field = base is not None and fold(base.field.vi) == fold(record.field_name)
    found = replace(
        start,
        number=number,
        sample=False,
        valid_from=record.valid_from or valid_from,
        valid_to=record.valid_to,
        field=start.field if same_field or base else Words(record.field_name, ""),
        field_code=start.field_code if base else field_code,
        name=_kept([start.name], record.name),
        kind=record.kind,
        announced_by=record.announced_by or start.announced_by,
        announced_in=record.announced_in,
        service_level=record.online or start.service_level,
        subjects=record.subjects,
        subjects_note=record.subjects_note,
        levels=tuple(LevelData(*level) for level in record.levels),
        agencies=tuple(NamedAgency(*agency) for agency in record.agencies),
        results=tuple(_result(code, name, start.results) for code, name in record.results),
    )
    return found if record.outline else _whole(found, start, record)


def _blank(record: Record) -> ProcedureData:
    return ProcedureData(
        code=record.code,
        number=1,
        field_code="",
        field=Words(record.field_name, ""),
        name=Words(record.name, ""),
        sample=False,
        valid_from=dt.date.min,
        valid_to=None,
        limit=NO_LIMIT,
        limits_by_channel={},
        cut_off=None,
        at_once=False,
        counts_copies=False,
        supplement_limit=1,
        supplement_days=30,
        supplement_recomputes=False,
        service_level=ServiceLevel.INFORMATION,
        e_result=True,
        result_required=False,
        subjects=(),
        requirements=NOTHING,
        order=NOTHING,
        legal_bases=(),
        competences=(),
        components=(),
        fees=(),
        results=(),
        processes=(),
        outline=True,
    )


def _whole(found: ProcedureData, base: ProcedureData, record: Record) -> ProcedureData:
    """Return a version with the times, fees, papers and texts of a full record."""
    cases = _cases(record, base)
    limit, by_channel = _limits(record.methods, base)
    orders = {order.case: "\n".join(order.steps) for order in record.orders}
    return replace(
        found,
        outline=False,
        limit=limit,
        limits_by_channel=by_channel,
        methods=tuple(_methods(record.methods, base)),
        fees=tuple(_fees(record.methods, base)),
        cases=cases,
        components=tuple(_components(record, base, cases)),
        order=_kept([base.order], orders.get("", "")),
        requirements=_kept([base.requirements], record.requirements),
        legal_bases=tuple(LegalBasis(number, name) for number, name in record.legal_bases),
    )


def _kept(known: Iterable[Words], text: str) -> Words:
    """Return a text with the English of a known one that says the same."""
    return next((words for words in known if words.vi.split() == text.split()), Words(text, ""))


def _result(code: str, name: str, known: Sequence[ResultData]) -> ResultData:
    same = next((result for result in known if result.name.vi.split() == name.split()), None)
    return (
        ResultData(same.name, same.electronic, code or same.code) if same else ResultData(Words(name, ""), True, code)
    )


def _limits(methods: Sequence[Method], base: ProcedureData) -> tuple[Duration, dict[str, str]]:
    """Return the time limit of the counter, and those of other channels that differ from it.

    Where a channel has several, the longest: which of them holds depends on the case, and no promise is broken.
    """
    longest: dict[int, Duration] = {}
    for method in methods:
        for time in method.times:
            before = longest.get(method.channel)
            if time.limit and (before is None or working_minutes(time.limit) > working_minutes(before)):
                longest[method.channel] = time.limit
    if not longest:
        return base.limit, dict(base.limits_by_channel)
    limit = longest.get(1) or max(longest.values(), key=working_minutes)
    return limit, {str(channel): str(own) for channel, own in sorted(longest.items()) if own != limit}


def _methods(methods: Sequence[Method], base: ProcedureData) -> Iterable[MethodData]:
    known = [method.note for method in base.methods]
    for method in methods:
        for time in method.times:
            # A fee without an amount is a sentence ("as the province decides"); it stands with the time it belongs to.
            words = [time.note, *(fee.note for fee in time.fees if fee.amount is None)]
            yield MethodData(method.channel, time.limit, _kept(known, "\n".join(text for text in words if text)))
        if not method.times:
            yield MethodData(method.channel, None)


def _fees(methods: Sequence[Method], base: ProcedureData) -> Iterable[FeeData]:
    """Return what is paid; a fee that is the same on every channel stands once, without a channel."""
    by_channel: dict[int, list[Fee]] = {method.channel: [] for method in methods}
    for method in methods:
        found = [fee for time in method.times for fee in time.fees if fee.amount]
        by_channel[method.channel] += [fee for fee in found if fee not in by_channel[method.channel]]
    asked: dict[tuple[str, int, str, str], list[int]] = {}
    for channel, fees in by_channel.items():
        for fee in fees:
            channels = asked.setdefault((fee.code, fee.amount or 0, fee.per, fee.note), [])
            if channel not in channels:
                channels.append(channel)
    for (code, amount, per, note), channels in asked.items():
        for channel in [None] if len(channels) == len(by_channel) else channels:
            yield _fee(code, amount, per, note, channel, base)


def _fee(code: str, amount: int, per: str, note: str, channel: int | None, base: ProcedureData) -> FeeData:
    is_charge = fold(note).startswith("le phi") or fold(code).startswith("lp")
    name = note if 0 < len(note) <= 500 else ("Lệ phí" if is_charge else "Phí")
    same = next((fee for fee in base.fees if (code and fee.code == code) or fold(fee.name.vi) == fold(name)), None)
    return FeeData(
        name=_kept([same.name], name) if same and note else (same.name if same else Words(name, "")),
        kind=same.kind if same else ("charge" if is_charge else "fee"),
        amount=amount,
        per=per,
        when=same.when if same else StoredFee.When.BEFORE,
        code=code,
        channel=channel,
        terms=_kept([same.terms] if same else [], note if len(note) > 500 else (same.terms.vi if same else "")),
    )


def _cases(record: Record, base: ProcedureData) -> tuple[CaseData, ...]:
    """Return the circumstances that papers or orders of work name, in order; one alone is no case."""
    orders = {order.case: "\n".join(order.steps) for order in record.orders}
    names = dict.fromkeys([*(paper.case for paper in record.papers), *orders])
    named = [name for name in names if name]
    known = {case.name.vi: case for case in base.cases}
    keys: list[str] = [case.key for case in base.cases]
    found = []
    for name in named:
        same = known.get(name)
        key = same.key if same else free_key(name, keys, 40)
        keys.append(key)
        order = _kept([same.order] if same else [], orders.get(name, ""))
        found.append(CaseData(key, same.name if same else Words(name, ""), order))
    return tuple(found)


def _components(record: Record, base: ProcedureData, cases: Sequence[CaseData]) -> Iterable[ComponentData]:
    case_keys = {case.name.vi: case.key for case in cases}
    left = list(base.components)
    keys = [component.key for component in base.components]
    for paper in record.papers:
        case = case_keys.get(paper.case, "")
        same = _same_paper(paper.code, paper.name, case, left)
        if same:
            left.remove(same)
        key = same.key if same else free_key(paper.code or paper.name, keys, 60)
        keys.append(key)
        yield ComponentData(
            key=key,
            name=_kept([same.name] if same else [], paper.name),
            # A paper without a number is asked for once.
            originals=paper.originals if paper.originals + paper.copies else 1,
            certified=same.certified if same else 0,
            copies=paper.copies,
            required=same.required if same else True,
            form_name=paper.form_name,
            note=same.note if same else NOTHING,
            case=case,
            code=paper.code,
            url=paper.url,
        )


def _same_paper(code: str, name: str, case: str, known: Sequence[ComponentData]) -> ComponentData | None:
    """Return the paper that this one was: by its code, else by its name, of the same case first."""
    by_case = sorted(known, key=lambda component: component.case != case)
    by_code = next((component for component in by_case if code and component.code == code), None)
    return by_code or next((component for component in by_case if fold(component.name.vi) == fold(name)), None)


def free_key(text: str, taken: Sequence[str], most: int) -> str:
    """Return a key made of the first words of a text that is not taken yet."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") or "x"
    key = slug[:most].rstrip("-")
    number = 1
    while key in taken:
        number += 1
        key = f"{slug[: most - 4].rstrip('-')}-{number}"
    return key


def code_of_field(name: str) -> str:
    """Return a code for a field that comes without one: its words, shortened by a digest where they are many."""
    slug = re.sub(r"[^A-Z0-9]+", "-", fold(name).upper()).strip("-")
    if len(slug) <= 30:
        return slug
    return f"{slug[:21].rstrip('-')}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"
