"""The list behind a figure as a table for spreadsheets: no text of it is carried out as a formula."""

from collections.abc import Iterable, Iterator
from typing import Any

from motcua.formats.tables import Column, Sheet
from motcua.serve.dossiers.actions.common import local_day
from motcua.serve.dossiers.models import Dossier

DOSSIERS = Sheet(
    "dossiers",
    "Hồ sơ",
    "Dossiers",
    (
        Column("code", "Mã hồ sơ", "Code", width=30),
        Column("procedure", "Mã thủ tục", "Procedure code"),
        Column("name", "Tên thủ tục", "Procedure", width=50),
        Column("owner", "Chủ hồ sơ", "Owner", width=28),
        Column("received_at", "Nơi tiếp nhận", "Received at", width=32),
        Column("decides", "Cơ quan giải quyết", "Decides", width=32),
        Column("channel", "Hình thức nộp", "Channel"),
        Column("received_on", "Ngày tiếp nhận", "Received", kind="date"),
        Column("due_on", "Hạn trả", "Due", kind="date"),
        Column("finished_on", "Ngày có kết quả", "Finished", kind="date"),
        Column("state", "Trạng thái", "State"),
    ),
)


def dossier_rows(dossiers: Iterable[Dossier]) -> Iterator[dict[str, Any]]:
    """Yield a row for each dossier, as it stands today."""
    for dossier in dossiers:
        ended = dossier.finished_at or dossier.ended_at
        yield {
            "code": dossier.code,
            "procedure": dossier.version.procedure.code,
            "name": dossier.version.name,
            "owner": dossier.owner_name,
            "received_at": dossier.agency_received.name,
            "decides": dossier.agency_competent.name,
            "channel": str(dossier.get_channel_display()),
            "received_on": dossier.received_on,
            "due_on": dossier.due_on,
            "finished_on": local_day(ended) if ended else None,
            "state": str(dossier.get_state_display()),
        }
