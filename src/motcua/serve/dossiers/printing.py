"""From rows to the sheets of legal papers."""

import datetime as dt
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from motcua.formats.papers import forms
from motcua.formats.papers.model import Sheet
from motcua.record.ledger.hashing import check_code
from motcua.record.organisation.models import Agency, Role
from motcua.record.organisation.queries import holders
from motcua.rules.money import in_words_vi
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import ProcedureVersion, TimeUnit
from motcua.serve.catalogue.queries import limit_of
from motcua.serve.dossiers.models import Dossier, Paper, Party, ReturnMethod, Task
from motcua.serve.dossiers.queries import receipt_event

UNITS_VI = {"wh": "giờ làm việc", "wd": "ngày làm việc", "d": "ngày", "m": "tháng"}
RETURN_VI = {"counter": "Tại quầy", "post": "Qua bưu chính công ích", "online": "Trực tuyến"}
PAID_VI = {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "online": "Trực tuyến", "exempt": "Miễn"}


def local(moment: dt.datetime) -> dt.datetime:
    """Return an instant in local time."""
    return moment.astimezone(LOCAL)


def limit_words(version: ProcedureVersion, channel: int) -> str:
    """Return a time limit as slips say it."""
    limit = limit_of(version, channel)
    if not limit.amount:
        return "trong ngày làm việc"
    return f"{limit.amount} {UNITS_VI[TimeUnit(limit.unit)]}"


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


def case_of(dossier: Dossier, issued_at: dt.datetime) -> forms.Case:
    """Return what every paper of this dossier says."""
    parties = {p.part: p for p in dossier.parties.all()}
    owner = parties[Party.Part.OWNER]
    submitter = parties.get(Party.Part.SUBMITTER, owner)
    event = receipt_event(dossier)
    code = check_code(bytes(event.hash)) if event else ""
    agency = dossier.agency_received
    return forms.Case(
        superior=superior_of(agency),
        agency=agency.name_vi,
        place=agency.place,
        desk=dossier.desk.name_vi,
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
        request=dossier.summary,
        received_at=local(dossier.received_at),
        due_at=local(dossier.first_due_at) if dossier.first_due_at else None,
        day=local(issued_at).date(),
        guide=f"{dossier.desk.name_vi} {forms.national(dossier.desk.phone)}".strip(),
    )


def sheets_of(paper: Paper, dossier: Dossier, printer: str) -> list[Sheet]:
    """Return the sheets of a paper; prints after the first are marked.

    Args:
        printer: name of the person at the desk, who signs.
    """
    builder = BUILDERS[paper.form]
    return builder(dossier, paper, printer, max(paper.prints - 1, 0))


def _slip(dossier: Dossier, paper: Paper, printer: str, reprint: int) -> list[Sheet]:
    papers = [
        (row.component.name_vi if row.component else row.name, row.originals, row.certified, row.copies)
        for row in dossier.components.select_related("component").order_by("pk")
    ]
    place = dossier.return_place
    back = RETURN_VI[ReturnMethod(dossier.return_method)] + (f": {place}" if place else "")
    fee = ""
    if dossier.paid_how:
        fee = "Miễn" if dossier.paid_how == "exempt" else f"{dong(dossier.fee_paid)} ({PAID_VI[dossier.paid_how]})"
    return forms.slip(
        case_of(dossier, paper.issued_at),
        papers=papers,
        sets=dossier.sets,
        limit=limit_words(dossier.version, dossier.channel),
        return_at=back,
        fee=fee,
        clerk=printer,
        reprint=reprint,
    )


def _supplement(dossier: Dossier, paper: Paper, printer: str, reprint: int) -> list[Sheet]:
    row = dossier.supplements.get(pk=paper.facts["supplement"])
    case = case_of(dossier, paper.issued_at)
    sheet = forms.supplement(
        case, items=row.items, reason=row.reason, until=row.due_on, officer=printer, reprint=reprint
    )
    return [sheet]


def _refusal(dossier: Dossier, paper: Paper, printer: str, reprint: int) -> list[Sheet]:
    return [forms.refusal(case_of(dossier, paper.issued_at), reason=dossier.note, clerk=printer, reprint=reprint)]


def _signer(dossier: Dossier, day: dt.date) -> str:
    units = dossier.agency_competent.units.filter(kind="leadership")
    for unit in units:
        for post in holders(unit.pk, Role.LEADER, day):
            return post.person.full_name
    return ""


def _apology(dossier: Dossier, paper: Paper, printer: str, reprint: int) -> list[Sheet]:
    row = dossier.apologies.get(number=paper.number)
    case = case_of(dossier, paper.issued_at)
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
            reprint=reprint,
        )
    ]


def _stop(dossier: Dossier, paper: Paper, printer: str, reprint: int) -> list[Sheet]:
    case = case_of(dossier, paper.issued_at)
    signer = _signer(dossier, case.day)
    return [forms.stop_notice(case, number=paper.number, reason=dossier.note, signer=signer, reprint=reprint)]


def _receipt(dossier: Dossier, paper: Paper, printer: str, reprint: int) -> list[Sheet]:
    row = dossier.payments.select_related("fee").get(receipt_number=paper.number)
    return [
        forms.receipt(
            case_of(dossier, paper.issued_at),
            number=paper.number,
            amount=dong(row.amount),
            words=in_words_vi(row.amount),
            what=row.fee.name_vi if row.fee else dossier.summary,
            how=PAID_VI.get(row.how, row.how),
            cashier=printer,
            reprint=reprint,
        )
    ]


BUILDERS: dict[str, Callable[[Dossier, Paper, str, int], list[Sheet]]] = {
    "01": _slip,
    "02": _supplement,
    "03": _refusal,
    "04": _apology,
    "05": _stop,
    "receipt": _receipt,
}


def control_slip(dossier: Dossier, now: dt.datetime) -> Sheet:
    """Return form 06: every hand-over so far."""
    rows = []
    tasks = dossier.tasks.select_related("step", "unit", "closed_by__person").order_by("number")
    for task in tasks:
        giver = f"Nhận: {task.unit.name_vi} ({task.step.name_vi})"
        rows.append((giver, forms.written(local(task.opened_at)), "", ""))
        if task.closed_at:
            name = task.closed_by.person.full_name if task.closed_by else ""
            rows.append((f"Giao: {task.unit.name_vi}", forms.written(local(task.closed_at)), _result(task), name))
    return forms.control_slip(case_of(dossier, now), competent=dossier.agency_competent.name_vi, rows=rows)


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
