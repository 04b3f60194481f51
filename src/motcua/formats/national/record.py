"""A procedure of the national catalogue, typed: what `LayThuTuc` answers, by the catalogue's own division."""

import datetime as dt
from dataclasses import dataclass

from motcua.formats.national.values import Node
from motcua.rules.text import fold
from motcua.rules.working_time import Duration

TIERS = {
    "0": "ministry", "cap bo": "ministry", "bo": "ministry",
    "1": "province", "cap tinh": "province", "tinh": "province",
    "2": "district", "cap huyen": "district", "huyen": "district",
    "3": "commune", "cap xa": "commune", "xa": "commune",
    "4": "other", "co quan khac": "other",
}  # fmt: skip
CHANNELS = {
    "1": "1", "truc tiep": "1", "2": "2", "truc tuyen": "2", "3": "3", "dich vu buu chinh": "3",
    "buu chinh cong ich": "3", "qua dich vu buu chinh cong ich": "3", "bcci": "3",
}  # fmt: skip
# Unit and how many of ours one of theirs is.
TIME_UNITS = {
    "ngay lam viec": ("wd", 1), "ngay": ("d", 1), "gio lam viec": ("wh", 1), "gio": ("wh", 1), "thang": ("m", 1),
    "nam": ("m", 12),
}  # fmt: skip
CURRENCIES = ("dong", "vnd", "vnđ", "d", "")
PER = {"": "dossier", "ho so": "dossier", "lan": "dossier", "giay phep": "dossier", "trang": "page", "ban": "copy"}
ONLINE = {
    "2": "2", "chi cung cap thong tin": "2", "cung cap thong tin": "2", "3": "3", "mot phan": "3", "4": "4",
    "toan trinh": "4",
}  # fmt: skip


@dataclass(frozen=True)
class Fee:
    """What is paid on a channel: đồng, or None where the record gives words only."""

    code: str
    amount: int | None
    per: str
    note: str
    place: str


@dataclass(frozen=True)
class Time:
    """A time limit on a channel with its fees; None where the record gives words only."""

    limit: Duration | None
    note: str
    fees: tuple[Fee, ...]


@dataclass(frozen=True)
class Method:
    """A channel (1 counter, 2 online, 3 post) with its times."""

    channel: int
    times: tuple[Time, ...]


@dataclass(frozen=True)
class Paper:
    """A paper of a case; the case is empty where there is only one."""

    case: str
    code: str
    name: str
    originals: int
    copies: int
    form_name: str
    url: str
    place: str


@dataclass(frozen=True)
class CaseOrder:
    """The order of work of a case."""

    case: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """One procedure. Texts are Vietnamese, as the catalogue holds them; `place` leads to its code in the file."""

    place: str
    code: str
    name: str
    kind: str
    announced_by: str
    announced_in: str
    field_code: str
    field_name: str
    online: int | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    agencies: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str, str], ...]
    orders: tuple[CaseOrder, ...]
    methods: tuple[Method, ...]
    papers: tuple[Paper, ...]
    subjects: tuple[str, ...]
    subjects_note: str
    results: tuple[tuple[str, str], ...]
    legal_bases: tuple[tuple[str, str], ...]
    requirements: str

    @property
    def outline(self) -> bool:
        """Whether times, fees and papers are all missing: a table of names rather than the full record."""
        return not (self.methods or self.papers)


def record_of(node: Node) -> Record:
    """Return the record of a node; what is wrong in it is noted in the node's faults."""
    since, until = node.get("HIEULUCTU").date(), node.get("HIEULUCDEN").date()
    if since and until and until <= since:
        node.get("HIEULUCDEN").fault("dates")
    field_code, field_name = _field(node)
    return Record(
        place=node.get("MATTHC").place,
        code=_code(node.get("MATTHC")),
        name=node.get("TENTTHC").needed(500),
        kind=node.get("LOAITTHC").text(300),
        announced_by=node.get("MACOQUANCONGBO").text(300),
        announced_in=node.get("IDQUYETDINHCONGBO").text(300),
        field_code=field_code,
        field_name=field_name,
        online=int(found) if (found := node.get("MUCDO").choice(ONLINE)) else None,
        valid_from=since,
        valid_to=until,
        agencies=tuple(_pairs(node.get("COQUANTHUCHIEN"), "MADONVI", "TENDONVI", 40, 300)),
        levels=tuple(_levels(node.get("CAPTHUCHIEN"))),
        orders=tuple(_orders(node.get("TRINHTUTHUCHIEN"))),
        methods=tuple(_methods(node.get("CACHTHUCTHUCHIEN"))),
        papers=tuple(_papers(node.get("THANHPHANHOSO"))),
        subjects=tuple(name for _none, name in _pairs(node.get("DOITUONGTHUCHIEN"), "", "TENDOITUONG", 0, 300)),
        subjects_note=node.get("MOTADOITUONGTHUCHIEN").text(),
        results=tuple(_pairs(node.get("KETQUATHUCHIEN"), "MAKETQUA", "TENKETQUA", 60, 2000)),
        legal_bases=tuple(_pairs(node.get("CANCUPHAPLY"), "SOVANBAN", "TENVANBAN", 100, 1000)),
        requirements=node.get("YEUCAU").text(),
    )


def _code(node: Node) -> str:
    code = node.needed(40)
    if code and not all(char.isalnum() or char in ".-_" for char in code):
        node.fault("code", value=code[:40])
    return code


def _field(node: Node) -> tuple[str, str]:
    fields = node.get("LINHVUCTHUCHIEN").items()
    if not fields:
        node.get("LINHVUCTHUCHIEN").fault("missing")
        return "", ""
    return fields[0].get("MALINHVUC").text(30), fields[0].get("TENLINHVUC").needed(500)


def _pairs(node: Node, code: str, name: str, most_code: int, most: int) -> list[tuple[str, str]]:
    """Return codes with names; a plain text stands for a name without a code."""
    found = []
    for item in node.items():
        if isinstance(item.value, dict):
            found.append((item.get(code).text(most_code) if code else "", item.get(name).needed(most)))
        else:
            found.append(("", item.text(most)))
    return found


def _levels(node: Node) -> list[tuple[str, str, str]]:
    found = []
    for item in node.items():
        level = item.get("CAPTHUCHIEN") if isinstance(item.value, dict) else item
        if level.empty:
            level.fault("missing")
        place = item.get("DIACHITIEPNHAN").text() if isinstance(item.value, dict) else ""
        who = item.get("MOTACOQUANTHUCHIEN").text() if isinstance(item.value, dict) else ""
        found.append((level.choice(TIERS), who, place))
    return found


def _orders(node: Node) -> list[CaseOrder]:
    found = []
    for item in node.items():
        steps = item.get("TRINHTU").items()
        texts = [step.get("TENTRINHTU").text() if isinstance(step.value, dict) else step.text() for step in steps]
        found.append(CaseOrder(item.get("TRUONGHOP").text(500), tuple(text for text in texts if text)))
    return found


def _methods(node: Node) -> list[Method]:
    found = []
    for item in node.items():
        channel = item.get("KENH")
        if channel.empty:
            channel.fault("missing")
        times = tuple(_time(time) for time in item.get("THOIGIAN").items())
        found.append(Method(int(channel.choice(CHANNELS) or 1), times))
    return found


def _time(node: Node) -> Time:
    amount, unit = node.get("THOIGIANGIAIQUYET").amount(), node.get("DONVITINH")
    limit = None
    if amount is not None:
        known = TIME_UNITS.get(fold(unit.text()))
        if known is None:
            unit.fault("choice", value=unit.text()[:60], known="ngày làm việc, ngày, giờ làm việc, tháng, năm")
        else:
            limit = Duration(amount * known[1], known[0])
    fees = tuple(_fee(fee) for fee in node.get("PHILEPHI").items())
    return Time(limit, node.get("MOTA").text(), fees)


def _fee(node: Node) -> Fee:
    currency, _slash, per = fold(node.get("DONVI").text()).partition("/")
    if currency.strip() not in CURRENCIES or per.strip() not in PER:
        node.get("DONVI").fault("choice", value=node.get("DONVI").text()[:60], known="đồng, đồng/trang, đồng/bản")
    amount = node.get("SOTIEN").amount()
    code, note = node.get("MAPHILEPHI").text(60), node.get("MOTA").text()
    return Fee(code, amount, PER.get(per.strip(), "dossier"), note, node.get("SOTIEN").place)


def _papers(node: Node) -> list[Paper]:
    found = []
    for case in node.items():
        name = case.get("TRUONGHOP").text(500)
        found += [_paper(name, paper) for paper in case.get("GIAYTO").items()]
    return found


def _paper(case: str, node: Node) -> Paper:
    return Paper(
        case=case,
        code=node.get("MAGIAYTO").text(60),
        name=node.get("TENGIAYTO").needed(2000),
        originals=node.get("SOBANCHINH").count(),
        copies=node.get("SOBANSAO").count(),
        form_name=node.get("TENMAUDON").text(200),
        url=node.get("URL").text(1000),
        place=node.get("TENGIAYTO").place,
    )
