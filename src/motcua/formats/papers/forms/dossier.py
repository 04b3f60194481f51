"""The papers of one dossier: forms 01 to 06, the receipt of a fee, the delivery of a result."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from motcua.formats.papers.eras import form_on
from motcua.formats.papers.forms.wording import (
    checkable,
    dated,
    national,
    numbered,
    sentence,
    sentences,
    told,
    written,
)
from motcua.formats.papers.model import Language, Person, Sheet, Size, Table

OWNER_LABELS = ("Tiếp nhận hồ sơ của", "Hồ sơ của", "Kèm theo hồ sơ của")
SIGNED_AND_SEALED = "(Ký, đóng dấu)"
RECEIPT_COPIES = ("Lưu", "Giao người nộp", "Kế toán")


@dataclass(frozen=True)
class Case:
    """What every paper of a dossier says. Instants are local; `day` is the paper's date."""

    superior: str
    agency: str
    place: str
    desk: str
    code: str
    secret: str
    check_code: str
    qr: str
    owner: str
    submitter: str
    address: str
    phone: str
    email: str
    identity: str
    request: str
    received_at: dt.datetime
    due_at: dt.datetime | None
    day: dt.date
    guide: str = ""
    language: Language = "vi"

    @property
    def contact(self) -> str:
        """Return telephone and e-mail, those that are known."""
        return " · ".join(part for part in (national(self.phone), self.email) if part)

    @property
    def other_submitter(self) -> str:
        """Return who handed in for the owner, "" for the owner."""
        return self.submitter if self.submitter != self.owner else ""


def _base(case: Case, title: str, mark: str, *, size: Size = "a5", reprint: int = 0) -> Sheet:
    return Sheet(
        title=title,
        agency=case.agency,
        superior=case.superior,
        place_and_date=dated(case.place, case.day),
        form=mark,
        code=case.code,
        secret=case.secret,
        check_code=checkable(case.check_code),
        qr=case.qr,
        strong=OWNER_LABELS,
        size=size,
        reprint=reprint,
        language=case.language,
    )


def _sheet(case: Case, form: str, *, reprint: int = 0) -> Sheet:
    """Return an empty sheet of a form as it is on the paper's day: its title, mark and size."""
    chosen = form_on(form, case.day)
    return _base(case, chosen.title, chosen.mark, size=chosen.size, reprint=reprint)


def _saying(sheet: Sheet, *pairs: tuple[str, str]) -> Sheet:
    paragraphs, english = sentences(*pairs)
    return replace(sheet, paragraphs=paragraphs, translations=english if sheet.language == "en" else ())


def in_copies(sheet: Sheet, *names: str) -> list[Sheet]:
    """Return the sheet once for each copy ("Lưu", "Giao khách hàng")."""
    return [replace(sheet, copy_for=name) for name in names]


def slip(
    case: Case,
    *,
    papers: Sequence[tuple[str, int, int, int]],
    sets: int,
    limit: str,
    return_at: str,
    fee: str,
    clerk: str,
    second_phase: tuple[dt.datetime | None, dt.datetime | None] | None = None,
    reprint: int = 0,
) -> list[Sheet]:
    """Return form 01 in its two copies.

    Args:
        papers: name, originals, certified copies, copies of each paper handed in.
        limit: the time limit in words.
        return_at: how and where the result is returned.
        fee: what was paid, in words; empty if nothing.
        second_phase: for procedures of two phases: when further papers came, when the result is due then; a moment
            not known yet is left to be filled in by hand.
    """
    facts = told(
        ("Bộ phận tiếp nhận và trả kết quả", case.desk),
        ("Tiếp nhận hồ sơ của", case.owner),
        ("Người nộp", case.other_submitter),
        ("Số CCCD/CMND/hộ chiếu", case.identity),
        ("Địa chỉ", case.address),
        ("Điện thoại, email", case.contact),
        ("Nội dung yêu cầu giải quyết", case.request),
    )
    after = [
        ("Số lượng hồ sơ", f"{sets} (bộ)"),
        ("Thời gian giải quyết theo quy định", limit),
        ("Thời gian nhận hồ sơ", written(case.received_at)),
        ("Thời gian trả kết quả", written(case.due_at) if case.due_at else "không hẹn"),
        *_second_phase(second_phase),
        ("Đăng ký nhận kết quả", return_at),
        ("Phí, lệ phí", fee),
    ]
    foot, foot_english = sentence("track")
    sheet = replace(
        _sheet(case, "01", reprint=reprint),
        facts=facts,
        table_title="1. Thành phần hồ sơ nộp gồm",
        table=_papers_table(papers),
        highlights=numbered(after, start=2),
        signatures=(Person("Người nộp hồ sơ", name=case.submitter), Person("Người tiếp nhận hồ sơ", name=clerk)),
        foot=foot,
        foot_translation=foot_english if case.language == "en" else "",
    )
    return in_copies(sheet, "Lưu", "Giao khách hàng")


def _papers_table(papers: Sequence[tuple[str, int, int, int]]) -> Table:
    rows = tuple(
        (str(n), name, *(str(count) if count else "" for count in counts))
        for n, (name, *counts) in enumerate(papers, start=1)
    )
    heads = ("STT", "Tên giấy tờ", "Bản chính", "Chứng thực", "Bản sao")
    return Table(heads, ("26pt", "1fr", "46pt", "46pt", "46pt"), rows, ("center", "left", "center", "center", "center"))


def _second_phase(phase: tuple[dt.datetime | None, dt.datetime | None] | None) -> list[tuple[str, str]]:
    if phase is None:
        return []
    blank = "..... giờ ..... phút, ngày ...../...../20....."
    came, due = (written(moment) if moment else blank for moment in phase)
    return [
        ("Thời gian nhận hồ sơ bổ sung (giai đoạn 2)", came),
        ("Thời gian trả kết quả (giai đoạn 2)", due),
    ]


def _who(case: Case) -> tuple[tuple[str, str], ...]:
    return told(
        ("Hồ sơ của", case.owner),
        ("Người nộp", case.other_submitter),
        ("Địa chỉ", case.address),
        ("Điện thoại, email", case.contact),
        ("Nội dung yêu cầu giải quyết", case.request),
    )


def supplement(
    case: Case, *, items: Sequence[str], reason: str, until: dt.date, officer: str, reprint: int = 0
) -> Sheet:
    """Return form 02: what is missing, said once and completely.

    Args:
        items: each paper or content to add.
        until: last day on which to bring it.
    """
    rows = tuple((str(n), item) for n, item in enumerate(items, start=1))
    sheet = replace(
        _sheet(case, "02", reprint=reprint),
        facts=_who(case),
        table_title="Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau",
        table=Table(("STT", "Giấy tờ, nội dung cần bổ sung"), ("26pt", "1fr"), rows, ("center", "left")),
        highlights=(("Lý do", reason or "hồ sơ chưa đầy đủ"), ("Nộp bổ sung chậm nhất ngày", f"{until:%d/%m/%Y}")),
        signatures=(Person("Người hướng dẫn", name=officer),),
    )
    return _saying(sheet, sentence("supplement_guide", guide=case.guide or case.desk))


def refusal(
    case: Case, *, reason: str, clerk: str, filed_online_at: dt.datetime | None = None, reprint: int = 0
) -> Sheet:
    """Return form 03: the reason and its legal basis.

    Args:
        filed_online_at: local instant, for a dossier that came by the portal; nobody signs as its submitter then.
    """
    clerk_signs = Person("Người tiếp nhận hồ sơ", name=clerk)
    online = (("Thời gian nộp trực tuyến", written(filed_online_at)),) if filed_online_at else ()
    sheet = replace(
        _sheet(case, "03", reprint=reprint),
        facts=(*_who(case), *online),
        highlights=(("Lý do từ chối và căn cứ", reason),),
        signatures=(clerk_signs,) if online else (Person("Người nộp hồ sơ", name=case.submitter), clerk_signs),
    )
    guide = case.guide or case.desk
    return _saying(sheet, sentence("refusal", desk=case.desk), sentence("refusal_guide", guide=guide))


def apology(
    case: Case,
    *,
    number: str,
    responsible: str,
    promised: dt.datetime,
    reason: str,
    again: dt.datetime | None,
    signer: str,
    extension: bool,
    reprint: int = 0,
) -> Sheet:
    """Return form 04: an apology with a new date, before or after the promised one.

    Args:
        responsible: the agency that is late.
        promised: the time promised before, local.
        again: the new time, local; None if the result is ready.
        extension: whether it is made before the promised time passes.
    """
    new = written(again) if again else ""
    sorry = "extend" if extension and again else "sorry_new_date" if again else "sorry_ready"
    sheet = replace(
        _sheet(case, "04", reprint=reprint),
        number=number,
        addressee=case.owner,
        signatures=(Person("Thủ trưởng cơ quan", SIGNED_AND_SEALED, signer),),
        receivers=("Như trên", case.desk, "Lưu: VT"),
    )
    return _saying(
        sheet,
        _received(case),
        sentence("promised", promised=written(promised)),
        sentence("not_yet" if extension else "late", responsible=responsible, reason=reason),
        sentence(sorry, responsible=responsible, again=new),
        sentence("understanding"),
    )


def _received(case: Case) -> tuple[str, str]:
    day = f"{case.received_at:%d/%m/%Y}"
    return sentence("received", received=day, agency=case.agency, request=case.request, code=case.code)


def stop_notice(case: Case, *, number: str, reason: str, signer: str, reprint: int = 0) -> Sheet:
    """Return form 05 of TT 03/2025: handling has stopped."""
    sheet = replace(
        _sheet(case, "05", reprint=reprint),
        number=number,
        addressee=case.owner,
        signatures=(Person("Thủ trưởng cơ quan", SIGNED_AND_SEALED, signer),),
        receivers=("Như trên", case.desk, "Lưu: VT"),
    )
    return _saying(
        sheet,
        _received(case),
        sentence("stop", agency=case.agency, reason=reason),
        sentence("contact", guide=case.guide or case.desk),
    )


def control_slip(
    case: Case,
    *,
    competent: str,
    rows: Sequence[tuple[str, str, str, str]],
    cooperating: str = "",
    reprint: int = 0,
) -> Sheet:
    """Return form 06 (05 of TT 01/2018): a row for each hand-over: giver and taker, time, result, note.

    It stays inside the agencies: it shows neither the applicant's secret nor the address that holds it.
    """
    heads = ("STT", "Giao / Nhận", "Thời gian giao nhận", "Kết quả (trước, đúng, quá hạn)", "Ghi chú, ký")
    numbered_rows = tuple((str(n), *row) for n, row in enumerate(rows, start=1))
    sheet = _sheet(case, "06", reprint=reprint)
    # On A5 the columns of fixed width leave too little for names.
    when, result = ("106pt", "88pt") if sheet.size == "a4" else ("76pt", "58pt")
    return replace(
        sheet,
        secret="",
        qr=case.code,
        facts=told(
            ("Kèm theo hồ sơ của", case.owner),
            ("Nội dung", case.request),
            ("Ngày nhận", written(case.received_at)),
            ("Ngày hẹn trả", written(case.due_at) if case.due_at else "không hẹn"),
            ("Cơ quan giải quyết", competent),
            ("Cơ quan phối hợp", cooperating),
        ),
        table=Table(
            heads, ("26pt", "1.5fr", when, result, "1fr"), numbered_rows, ("center", "left", "center", "center")
        ),
    )


def receipt(
    case: Case,
    *,
    number: str,
    amount: str,
    words: str,
    what: str,
    how: str,
    cashier: str,
    series: str = "",
    reprint: int = 0,
) -> Sheet:
    """Return the receipt of a fee; `in_copies(sheet, *RECEIPT_COPIES)` makes its three copies.

    Args:
        amount: in figures with its unit ("8.000 đồng").
        words: the amount in words.
        what: what the fee is for.
        how: how it was paid.
        series: symbol of the receipt book, where there is one.
    """
    return replace(
        _base(case, "Biên lai thu phí, lệ phí", f"Ký hiệu: {series}" if series else "", size="a5-landscape"),
        number=number,
        facts=told(
            ("Người nộp", case.submitter),
            ("Địa chỉ", case.address),
            ("Lý do thu", what),
            ("Số tiền", amount),
            ("Bằng chữ", words),
            ("Hình thức", how),
        ),
        strong=("Người nộp", "Số tiền", "Bằng chữ"),
        signatures=(Person("Người nộp tiền", name=case.submitter), Person("Người thu tiền", name=cashier)),
        reprint=reprint,
    )


def delivery(
    case: Case,
    *,
    results: Sequence[tuple[str, str]],
    taken_by: str,
    capacity: str,
    identity: str,
    taken_at: dt.datetime,
    how: str,
    clerk: str,
    originals: str = "",
    reprint: int = 0,
) -> Sheet:
    """Return the sheet that whoever takes a result signs.

    Args:
        results: name and number of each paper given.
        taken_by: who took it; `capacity` says as what (owner, authorised person, postman), `identity` by which card.
        taken_at: local instant.
        how: at the counter, by post, online.
        originals: papers of the applicant that were given back.
    """
    rows = tuple((str(n), *row) for n, row in enumerate(results, start=1))
    sheet = replace(
        _base(case, "Phiếu giao nhận kết quả", "", reprint=reprint),
        facts=told(("Hồ sơ của", case.owner), ("Nội dung yêu cầu giải quyết", case.request)),
        table_title="Kết quả",
        table=Table(("STT", "Tên giấy tờ", "Số"), ("26pt", "1fr", "96pt"), rows, ("center", "left", "center")),
        highlights=told(
            ("Người nhận kết quả", taken_by),
            ("Tư cách", capacity),
            ("Số CCCD/CMND/hộ chiếu", identity),
            ("Thời gian nhận", written(taken_at)),
            ("Cách nhận kết quả", how),
            ("Giấy tờ gốc trả lại", originals),
        ),
        signatures=(Person("Người nhận kết quả", name=taken_by), Person("Người trả kết quả", name=clerk)),
    )
    return _saying(sheet, sentence("delivered"))


def declaration(
    case: Case, *, title: str, to: str, lines: Sequence[tuple[str, str, bool]], reprint: int = 0
) -> list[Sheet]:
    """Return a citizen's declaration with its answers, ready to be signed.

    Args:
        title: name of the form in Vietnamese, the legal text.
        to: the agency that decides.
        lines: question, answer, whether it is a heading.
    """
    number, facts, strong = 0, [], []
    for label, value, heading in lines:
        number += heading
        shown = f"{number}. {label}" if heading else label
        facts.append((shown, value))
        strong += [shown] if heading else []
    words, english = sentence("declared")
    sheet = _base(case, title, "", size="a4", reprint=reprint)
    return [
        replace(
            sheet,
            # The citizen writes it: no letterhead, and none of the secrets that the citizen's own slip has.
            agency="",
            superior="",
            qr="",
            secret="",
            check_code="",
            addressee=to,
            facts=tuple(facts),
            strong=tuple(strong),
            paragraphs=(words,),
            translations=(english,) if case.language == "en" else (),
            signatures=(Person("Người khai", "(Ký, ghi rõ họ tên)", ""),),
        )
    ]
