"""Posting at the desk (niêm yết): the list of a field's procedures, and each in full, as sheets to print.

Source: NĐ 61/2018/NĐ-CP, art. 15 (duties of guidance); NĐ 63/2010/NĐ-CP, art. 17 (public posting where received).
"""

import datetime as dt
from collections.abc import Sequence

from motcua.formats.papers import Sheet, Table
from motcua.formats.papers.forms import dated
from motcua.serve.catalogue.lists.words import CHANNELS, LEVELS, fees_vi, limit_vi
from motcua.serve.catalogue.models import Channel, Component, Field, ProcedureVersion

SUPERIOR_FOOT = "Quét mã QR để xem đầy đủ nội dung và bản đang có hiệu lực."


def field_list(
    *, agency: str, place: str, field: Field, day: dt.date, url: str, versions: Sequence[ProcedureVersion]
) -> Sheet:
    """Return the list of a field: code, name, time limit, fees, online level; its QR code leads to the field's page."""
    rows = tuple(
        (str(n), v.procedure.code, v.name_vi, limit_vi(v), fees_vi(v), LEVELS[v.service_level])
        for n, v in enumerate(versions, 1)
    )
    return Sheet(
        title="Niêm yết danh mục thủ tục hành chính",
        subtitle=f"Lĩnh vực {field.name_vi} · {len(rows)} thủ tục",
        agency=agency,
        place_and_date=dated(place, day),
        qr=url,
        table=Table(
            ("STT", "Mã thủ tục", "Tên thủ tục", "Thời hạn", "Phí, lệ phí", "Trực tuyến"),
            ("32pt", "66pt", "1.6fr", "74pt", "1fr", "60pt"),
            rows,
            ("center", "left", "left", "left", "left", "center"),
        ),
        foot=SUPERIOR_FOOT,
        size="a4",
    )


def in_full(
    *, agency: str, place: str, day: dt.date, url: str, version: ProcedureVersion, deciding: Sequence[str]
) -> Sheet:
    """Return one procedure with all its constituent parts; its QR code leads to its page."""
    return Sheet(
        title=version.name_vi,
        subtitle=f"Mã thủ tục {version.procedure.code} · Lĩnh vực {version.procedure.field.name_vi}",
        agency=agency,
        place_and_date=dated(place, day),
        qr=url,
        facts=_facts(version, deciding),
        strong=("Thời hạn giải quyết", "Phí, lệ phí"),
        table_title="Thành phần, số lượng hồ sơ" if version.components.all() else "",
        table=_papers(list(version.components.all())),
        paragraphs=_paragraphs(version),
        foot=SUPERIOR_FOOT,
        size="a4",
    )


def _facts(version: ProcedureVersion, deciding: Sequence[str]) -> tuple[tuple[str, str], ...]:
    results = "; ".join(result.name_vi for result in version.results.all())
    bases = "; ".join(f"{basis['number']} {basis['name']}".strip() for basis in version.legal_bases)
    channels = dict.fromkeys(CHANNELS[Channel(method.channel)] for method in version.methods.all())
    facts = (
        ("Cơ quan thực hiện", "; ".join(deciding)),
        ("Đối tượng thực hiện", "; ".join(version.subjects) or version.subjects_note),
        ("Cách thức thực hiện", "; ".join(channels)),
        ("Thời hạn giải quyết", limit_vi(version)),
        ("Phí, lệ phí", fees_vi(version)),
        ("Dịch vụ công trực tuyến", LEVELS[version.service_level]),
        ("Kết quả thực hiện", results),
        ("Yêu cầu, điều kiện", version.requirements_vi),
        ("Căn cứ pháp lý", bases),
    )
    return tuple((name, value) for name, value in facts if value)


def _papers(components: Sequence[Component]) -> Table | None:
    if not components:
        return None
    rows = tuple(
        (str(n), c.name_vi, *(str(count or "") for count in (c.originals, c.certified, c.copies)), c.form_name)
        for n, c in enumerate(components, 1)
    )
    return Table(
        ("STT", "Tên giấy tờ", "Bản chính", "Bản chứng thực", "Bản sao", "Mẫu"),
        ("32pt", "1.6fr", "40pt", "54pt", "40pt", "1fr"),
        rows,
        ("center", "left", "center", "center", "center", "left"),
    )


def _paragraphs(version: ProcedureVersion) -> tuple[str, ...]:
    return tuple(line.strip() for line in version.order_vi.splitlines() if line.strip())
