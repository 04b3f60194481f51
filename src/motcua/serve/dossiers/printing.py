"""From rows to the sheets of legal papers."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from motcua.formats.papers import forms
from motcua.formats.papers.model import Language, Sheet
from motcua.record.ledger.hashing import check_code
from motcua.record.ledger.models import Event
from motcua.record.organisation.models import Agency, Role
from motcua.record.organisation.queries import holders
from motcua.rules.money import in_words_en, in_words_vi
from motcua.rules.text import fold
from motcua.rules.working_time import LOCAL, Duration
from motcua.serve.catalogue.models import ProcedureVersion, TimeUnit
from motcua.serve.catalogue.queries import limit_of
from motcua.serve.dossiers.declarations import lines_of
from motcua.serve.dossiers.models import Attachment, Declaration, Delivery, Dossier, Paper, Party, ReturnMethod, Task
from motcua.serve.dossiers.models.papers import SOMETHING_IN
from motcua.serve.dossiers.queries import LinkedWhole, events_of, receipt_event
from motcua.serve.dossiers.succession import desk_at

UNITS = {
    "vi": {"wh": "giờ làm việc", "wd": "ngày làm việc", "d": "ngày", "m": "tháng"},
    "en": {"wh": "working hours", "wd": "working days", "d": "days", "m": "months"},
}
SAME_DAY = {"vi": "trong ngày làm việc", "en": "the same working day"}
RETURN = {
    "vi": {"counter": "Tại quầy", "post": "Qua bưu chính công ích", "online": "Trực tuyến"},
    "en": {"counter": "At the counter", "post": "By public post", "online": "Online"},
}
PAID = {
    "vi": {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "online": "Trực tuyến", "exempt": "Miễn"},
    "en": {"cash": "Cash", "transfer": "Bank transfer", "online": "Online", "exempt": "Exempt"},
}
CAPACITY = {
    "owner": {"vi": "Chủ hồ sơ", "en": "Owner of the dossier"},
    "submitter": {"vi": "Người nộp hồ sơ", "en": "Submitter"},
    "authorised": {"vi": "Người được ủy quyền", "en": "Authorised person"},
    "post": {"vi": "Nhân viên bưu chính", "en": "Post carrier"},
    "other": {"vi": "Người nhận thay", "en": "On behalf of the owner"},
}


@dataclass(frozen=True)
class Print:
    """One print of a paper: who prints and signs, how often it was printed before, in which language.

    `copies` is 3 for a receipt that goes to the file, the payer and the accounts; 1 otherwise.
    """

    printer: str
    reprint: int = 0
    language: Language = "vi"
    copies: int = 1

    def both(self, words: dict[str, str]) -> str:
        """Return the Vietnamese words, which are the legal text, followed by the English ones where these are asked."""
        return said_in(self.language, words["vi"], words["en"])

    def of(self, table: dict[str, dict[str, str]], key: str) -> str:
        """Return the words that a table of both languages has for a key."""
        return self.both({language: words.get(key, key) for language, words in table.items()})

    def named(self, thing: Any) -> str:
        """Return a name of the catalogue in Vietnamese, and in English where it is asked and known."""
        return said_in(self.language, thing.name_vi, thing.name_en)


def said_in(language: Language, vi: str, en: str) -> str:
    """Return `vi`, or `vi / en` on a paper in English."""
    return f"{vi} / {en}" if language == "en" and en and en != vi else vi


def local(moment: dt.datetime) -> dt.datetime:
    """Return an instant in local time."""
    return moment.astimezone(LOCAL)


def limit_words(version: ProcedureVersion, channel: int, language: Language = "vi", case: str = "") -> str:
    """Return a time limit as slips say it."""
    limit = limit_of(version, channel, case)
    if not limit.amount:
        return said_in(language, SAME_DAY["vi"], SAME_DAY["en"])
    vi, en = (UNITS[name][TimeUnit(limit.unit)] for name in ("vi", "en"))
    singular = en.removesuffix("s") if limit.amount == 1 else en
    return said_in(language, f"{limit.amount} {vi}", f"{limit.amount} {singular}")


def dong(amount: int) -> str:
    """Return an amount as 1.234.567 đồng."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def superior_of(agency: Agency) -> str:
    """Return the agency above, "" for the province itself."""
    return agency.parent.name_vi if agency.parent else ""


def tracking_url(dossier: Dossier, code: str = "") -> str:
    """Return the address behind the slip's QR code: code, secret, check code."""
    query = {"code": dossier.code, "s": dossier.tracking_secret} | ({"c": code} if code else {})
    return f"{settings.PUBLIC_URL}{reverse('dossiers:track')}?{urlencode(query)}"


def case_of(
    dossier: Dossier, issued_at: dt.datetime, language: Language = "vi", events: Sequence[Event] | None = None
) -> forms.Case:
    """Return what every paper of this dossier says. In English a request that is the procedure's name has both.

    Args:
        events: all of the dossier, asked of the record if not given.
    """
    events = events_of(dossier) if events is None else events
    parties = {p.part: p for p in dossier.parties.all()}
    owner = parties[Party.Part.OWNER]
    submitter = parties.get(Party.Part.SUBMITTER, owner)
    event = receipt_event(dossier, events)
    code = check_code(bytes(event.hash)) if event else ""
    agency, desk = desk_at(dossier, issued_at, events)
    return forms.Case(
        superior=superior_of(agency),
        agency=agency.name_vi,
        place=agency.place,
        desk=desk.name_vi,
        code=dossier.code,
        secret=dossier.tracking_secret,
        check_code=code,
        qr=tracking_url(dossier, code),
        owner=owner.name,
        submitter=submitter.name,
        address=owner.address,
        phone=owner.phone,
        email=owner.email,
        identity=owner.identity_number or owner.tax_code,
        request=_request(dossier, language),
        received_at=local(dossier.received_at),
        due_at=local(dossier.first_due_at) if dossier.first_due_at else None,
        day=local(issued_at).date(),
        guide=f"{dossier.desk.name_vi} {forms.national(dossier.desk.phone)}".strip(),
        language=language,
    )


def _request(dossier: Dossier, language: Language) -> str:
    version = dossier.version
    return said_in(language, dossier.summary, version.name_en if dossier.summary == version.name_vi else "")


def sheets_of(
    paper: Paper, dossier: Dossier, printer: str, *, language: Language = "vi", copies: int = 1
) -> list[Sheet]:
    """Return the sheets of a paper; prints after the first are marked.

    Args:
        printer: name of the person at the desk, who signs.
        language: "en" adds English to the Vietnamese text, which stays the legal one.
        copies: 3 gives a receipt in its three copies.
    """
    builder = BUILDERS[paper.form]
    return builder(dossier, paper, Print(printer, max(paper.prints - 1, 0), language, copies))


def _case_of_phase(dossier: Dossier, paper: Paper, language: Language) -> tuple[forms.Case, str]:
    """Return what a slip says and its limit; the slip of a later phase counts from when that phase began."""
    case = case_of(dossier, paper.issued_at, language)
    number = paper.facts.get("phase")
    phase = dossier.phases.filter(number=number or 1).first()
    if phase is None or phase.opened_at is None:
        return case, limit_words(dossier.version, dossier.channel, language, dossier.case)
    words = said_in(language, *(said_limit(Duration.parse(phase.limit), name) for name in ("vi", "en")))
    if not number:
        return case, words
    again = said_in(language, f"{case.request} (hẹn lần {number})", f"appointment {number}")
    times = {"received_at": local(phase.opened_at), "due_at": local(phase.due_at)}
    # The check code proves the first receipt; the tracking page shows both appointments.
    return replace(case, request=again, check_code="", qr=tracking_url(dossier), **times), words


def said_limit(limit: Duration, language: str) -> str:
    """Return a limit in one language: `5 ngày làm việc`, `1 working day`."""
    words = UNITS[language][limit.unit]
    return f"{limit.amount} {words.removesuffix('s') if language == 'en' and limit.amount == 1 else words}"


def _slip(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    case, limit = _case_of_phase(dossier, paper, prints.language)
    papers = [
        (prints.named(row.component) if row.component else row.name, row.originals, row.certified, row.copies)
        for row in dossier.components.filter(SOMETHING_IN).select_related("component").order_by("pk")
    ]
    place = dossier.return_place
    back = prints.of(RETURN, ReturnMethod(dossier.return_method)) + (f": {place}" if place else "")
    return forms.slip(
        case,
        papers=papers,
        sets=dossier.sets,
        limit=limit,
        return_at=back,
        fee=_fee(dossier, prints),
        clerk=prints.printer,
        reprint=prints.reprint,
    )


def _fee(dossier: Dossier, prints: Print) -> str:
    if not dossier.paid_how:
        return ""
    how = prints.of(PAID, dossier.paid_how)
    return how if dossier.paid_how == "exempt" else f"{dong(dossier.fee_paid)} ({how})"


def _supplement(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    row = dossier.supplements.get(pk=paper.facts["supplement"])
    return [
        forms.supplement(
            case_of(dossier, paper.issued_at, prints.language),
            items=row.items,
            reason=row.reason,
            until=row.due_on,
            officer=prints.printer,
            reprint=prints.reprint,
        )
    ]


def _refusal(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    case = case_of(dossier, paper.issued_at, prints.language)
    return [forms.refusal(case, reason=dossier.note, clerk=prints.printer, reprint=prints.reprint)]


def _signer(dossier: Dossier, day: dt.date) -> str:
    units = dossier.agency_competent.units.filter(kind="leadership")
    for unit in units:
        for post in holders(unit.pk, Role.LEADER, day):
            return post.person.full_name
    return ""


def _apology(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    row = dossier.apologies.get(number=paper.number)
    case = case_of(dossier, paper.issued_at, prints.language)
    return [
        forms.apology(
            case,
            number=paper.number,
            responsible=dossier.agency_competent.name_vi,
            promised=local(row.old_due_at),
            reason=row.reason,
            again=local(row.new_due_at) if row.new_due_at else None,
            signer=_signer(dossier, case.day),
            extension=row.kind == row.Kind.EXTENSION,
            reprint=prints.reprint,
        )
    ]


def _stop(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    case = case_of(dossier, paper.issued_at, prints.language)
    signer = _signer(dossier, case.day)
    return [forms.stop_notice(case, number=paper.number, reason=dossier.note, signer=signer, reprint=prints.reprint)]


def _receipt(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    row = dossier.payments.select_related("fee").get(receipt_number=paper.number)
    case = case_of(dossier, paper.issued_at, prints.language)
    sheet = forms.receipt(
        case,
        number=paper.number,
        amount=dong(row.amount),
        words=prints.both({"vi": in_words_vi(row.amount), "en": in_words_en(row.amount)}),
        what=prints.named(row.fee) if row.fee else case.request,
        how=prints.of(PAID, row.how),
        cashier=prints.printer,
        reprint=prints.reprint,
    )
    return forms.in_copies(sheet, *forms.RECEIPT_COPIES) if prints.copies > 1 else [sheet]


def _declaration(dossier: Dossier, paper: Paper, prints: Print) -> list[Sheet]:
    declared = Declaration.objects.select_related("form__form", "dossier").get(dossier=dossier)
    lines = [(line.label, line.value, line.heading) for line in lines_of(declared, "vi")]
    return forms.declaration(
        case_of(dossier, paper.issued_at, prints.language),
        title=declared.form.form.name_vi,
        to=dossier.agency_competent.name_vi,
        lines=lines,
        reprint=prints.reprint,
    )


BUILDERS: dict[str, Callable[[Dossier, Paper, Print], list[Sheet]]] = {
    "01": _slip,
    "02": _supplement,
    "03": _refusal,
    "04": _apology,
    "05": _stop,
    "receipt": _receipt,
    "declaration": _declaration,
}


def control_slip(dossier: Dossier, now: dt.datetime, language: Language = "vi") -> Sheet:
    """Return form 06 (05 of TT 01/2018): every hand-over so far, and the agencies that had a hand in it.

    It is marked from the second print on: each print is an event of the dossier, this one among them.
    """
    rows, events = [], events_of(dossier)
    printed = [e for e in events if e.kind == "dossier.paper_printed" and e.payload["facts"].get("form") == "06"]
    tasks = list(dossier.tasks.select_related("step", "unit__agency", "closed_by__person").order_by("number"))
    own = {dossier.agency_competent_id, dossier.agency_received_id}
    others = dict.fromkeys(task.unit.agency.name_vi for task in tasks if task.agency_id not in own)
    for task in tasks:
        giver = f"Nhận: {task.unit.name_vi} ({task.step.name_vi})"
        rows.append((giver, forms.written(local(task.opened_at)), "", ""))
        if task.closed_at:
            name = task.closed_by.person.full_name if task.closed_by else ""
            rows.append((f"Giao: {task.unit.name_vi}", forms.written(local(task.closed_at)), _result(task), name))
    return forms.control_slip(
        case_of(dossier, now, language, events),
        competent=dossier.agency_competent.name_vi,
        cooperating=", ".join(others),
        rows=rows,
        reprint=max(len(printed) - 1, 0),
    )


def delivery_sheet(dossier: Dossier, delivery: Delivery, prints: Print) -> Sheet:
    """Return the sheet that whoever took the result signs: what was given, to whom, as what, how.

    Without a result's file the procedure's results are named, their numbers left to be written in by hand.
    """
    case = case_of(dossier, delivery.given_at, prints.language)
    return forms.delivery(
        case,
        results=_results(dossier, prints),
        taken_by=delivery.taken_by,
        capacity=prints.both(CAPACITY[_capacity(dossier, delivery)]),
        identity=delivery.identity_number,
        taken_at=local(delivery.given_at),
        how=prints.of(RETURN, delivery.method) + (f" ({delivery.tracking_number})" if delivery.tracking_number else ""),
        clerk=prints.printer,
        reprint=prints.reprint,
    )


def _results(dossier: Dossier, prints: Print) -> list[tuple[str, str]]:
    kinds = [(prints.named(kind), "") for kind in dossier.version.results.all()]
    files = dossier.attachments.filter(purpose=Attachment.Purpose.RESULT).values_list("original_name", flat=True)
    return kinds or [(name, "") for name in files] or [(_request(dossier, prints.language), "")]


def _capacity(dossier: Dossier, delivery: Delivery) -> str:
    if delivery.method == ReturnMethod.POST:
        return "post"
    known = {fold(p.name): str(p.part) for p in sorted(dossier.parties.all(), key=lambda p: p.part == "owner")}
    return known.get(fold(delivery.taken_by), "other")


def result_rows(dossiers: Iterable[Dossier]) -> list[tuple[str, ...]]:
    """Return the rows of a list of results: a mark where a fee is owed, and where the result goes by post."""
    return [
        (
            str(number),
            d.code,
            d.summary,
            "; ".join(kind.name_vi for kind in d.version.results.all()) or "Kết quả giải quyết",
            d.owner_name,
            d.owner_address,
            "x" if d.fee_open and d.paid_how != "exempt" else "",
            "x" if d.return_method == ReturnMethod.POST else "",
        )
        for number, d in enumerate(dossiers, start=1)
    ]


def _result(task: Task) -> str:
    if not task.due_at or not task.closed_at:
        return ""
    due, closed = local(task.due_at).date(), local(task.closed_at).date()
    return "Trước hạn" if closed < due else "Đúng hạn" if closed == due else "Quá hạn"


def register_rows(dossiers: Iterable[Dossier]) -> list[tuple[str, ...]]:
    """Return the rows of the register (form 07); `parties` should be prefetched."""

    def day(value: dt.datetime | None) -> str:
        return f"{local(value):%d/%m/%Y}" if value else ""

    rows = []
    for number, d in enumerate(dossiers, start=1):
        owner = next((p for p in d.parties.all() if p.part == Party.Part.OWNER), None)
        how = {1: "Trực tiếp", 2: "Trực tuyến", 3: "BCCI"}[d.channel]
        note = "Hủy" if d.voided_at else ""
        phone = forms.national(owner.phone) if owner else ""
        rows.append(
            (str(number), d.code, d.summary, str(d.sets), d.owner_name, d.owner_address, phone,
             day(d.received_at), day(d.due_at), day(d.returned_at), how, note)
        )  # fmt: skip
    return rows


def group_receipt(dossiers: Sequence[Dossier], clerk: str, whole: LinkedWhole | None = None) -> Sheet:
    """Return the one receipt of dossiers that were received together: each with its promise and its secret.

    Args:
        whole: where they are linked procedures of one filing: one date is promised for all, and one code leads to all.
    """
    first = dossiers[0]
    due = {line.dossier.pk: line.due_at for line in whole.lines} if whole else {d.pk: d.due_at for d in dossiers}
    agency = first.agency_received
    rows = [
        (
            str(number),
            dossier.code,
            dossier.version.name_vi,
            dossier.agency_competent.name_vi,
            _hour(due.get(dossier.pk)),
            dossier.tracking_secret,
        )
        for number, dossier in enumerate(dossiers, 1)
    ]
    return forms.group_receipt(
        agency=agency.name_vi,
        superior=superior_of(agency),
        place=agency.place,
        day=first.received_on,
        owner=first.owner_name,
        clerk=clerk,
        url=f"{settings.PUBLIC_URL}{reverse('dossiers:track')}",
        rows=rows,
        together=_hour(whole.promised_at) if whole else "",
        group=whole.group.name_vi if whole else "",
        qr=tracking_url(first) if whole else "",
    )


def _hour(moment: dt.datetime | None) -> str:
    return f"{local(moment):%H:%M %d/%m/%Y}" if moment else ""
