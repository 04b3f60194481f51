"""From a file's records to histories: values by their columns, moments in order; what is wrong is told by its row."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from motcua.borders.exchange.columns import ColumnNames
from motcua.borders.exchange.dates import BEGIN, END, BadTime, read_time
from motcua.borders.exchange.files import records_of
from motcua.borders.exchange.progress import Reading
from motcua.formats.tables.cells import UNFIT
from motcua.formats.tables.columns import normal
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers.actions.bulk import Fault, History, Moment, PaperHandedIn

PORTION = 4_000
TRUE = frozenset({"1", "true", "x", "co", "yes", "dung"})
SEXES = {"nam": "m", "nu": "f", "male": "m", "female": "f"}
KINDS = {"1": "person", "2": "organisation", "3": "household", "congdan": "person", "doanhnghiep": "organisation"}
CHANNELS = {"tructiep": 1, "tructuyen": 2, "buuchinh": 3, "counter": 1, "online": 2, "post": 3}
SIMPLE = ("extended", "apologised", "finished", "returned", "withdrawn", "stopped", "refused")
TEXTS = ("tax_code", "phone", "email", "address", "summary", "note", "identity_number")
# States that say how a dossier ended without a column for it.
ENDS = {"7": "withdrawn", "8": "stopped"}
# What must have happened to a dossier in a state, one of them: without its time it would be taken for an open one.
LED_BY = {
    "3": ("refused",),
    "5": ("supplement_requested",),
    "6": ("paused_for_fee",),
    "7": ("withdrawn",),
    "8": ("stopped",),
    "9": ("finished", "returned"),
    "10": ("returned", "finished"),
}
# States as other records call them, beside the national numbers.
STATES = {
    "khongduoctiepnhan": "3", "khongtiepnhan": "3", "tuchoi": "3", "tuchoitiepnhan": "3", "refused": "3",
    "yeucaubosunggiayto": "5", "yeucaubosung": "5", "chobosung": "5", "waitingforasupplement": "5",
    "yeucauthuchiennghiavutaichinh": "6", "chothuchiennghiavutaichinh": "6", "chonopphi": "6",
    "congdanyeucauruthoso": "7", "ruthoso": "7", "daruthoso": "7", "withdrawn": "7",
    "dungxuly": "8", "stopped": "8",
    "daxulyxong": "9", "dacoketqua": "9", "chotraketqua": "9", "finished": "9",
    "datraketqua": "10", "returned": "10",
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """A portion: histories that were read, in a form that another process can take."""

    rows: tuple[History, ...]

    def histories(self) -> Sequence[History]:
        """Return them."""
        return self.rows


class BadRecord(ValueError):
    """A record that is no dossier: the rule's name and a sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


def read_portions(
    paths: Sequence[Path], names: ColumnNames, faults: list[Fault], reading: Reading | None = None
) -> Iterator[Rows]:
    """Yield the histories of files in portions; append what cannot be read to `faults`.

    Args:
        reading: is told how far the files are read.

    Raises:
        BadFile: a file is not read; those before it were.
    """
    waiting: list[History] = []
    for path in paths:
        for place, record in records_of(path, names, reading):
            try:
                waiting.append(history_of(place, record, names))
            except BadRecord as bad:
                faults.append(Fault(place, str(record.get("code", "")), bad.reason, bad.message))
            if len(waiting) >= PORTION:
                yield Rows(tuple(waiting))
                waiting = []
    yield Rows(tuple(waiting))


def history_of(place: str, given: Mapping[str, Any], names: ColumnNames) -> History:
    """Return the history that a record tells.

    Raises:
        BadRecord: a value cannot be read, or one that is needed is missing.
    """
    record = {**names.defaults, **given}
    _check_texts(record)
    for key, known in names.values.items():
        if str(record.get(key, "")) in known:
            record[key] = known[str(record[key])]
    received_at = _time(record, "received_at", BEGIN)
    if received_at is None:
        raise BadRecord("received_at.missing", _("The time of receipt is missing."))
    agency, procedure = _text(record, "agency"), _text(record, "procedure")
    received = _text(record, "agency_received")
    return History(
        code=_text(record, "code"),
        procedure=names.procedures.get(procedure, procedure),
        agency=names.agencies.get(agency or received, agency or received),
        received_at=received_at,
        name=_text(record, "name"),
        row=place,
        agency_received=names.agencies.get(received, received),
        agency_helped=names.agencies.get(_text(record, "agency_helped"), _text(record, "agency_helped")),
        channel=_channel(record),
        promised_at=_time(record, "promised_at"),
        recorded_at=_time(record, "recorded_at"),
        synchronised_at=_time(record, "synchronised_at"),
        kind=_kind(record),
        born_on=_date(record, "born_on"),
        sex=SEXES.get(normal(_text(record, "sex")), _text(record, "sex")),
        authenticated=_flag(record, "authenticated") or False,
        e_result=_flag(record, "e_result"),
        fee_due=_amount(record, "fee_due"),
        fee_paid=_amount(record, "fee_paid"),
        paid_how=_paid_how(record),
        papers=_papers(record),
        moments=_moments(record, received_at),
        **{name: _text(record, name) for name in TEXTS},
    )


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _time(record: Mapping[str, Any], key: str, without_time: dt.time = dt.time(17)) -> dt.datetime | None:
    try:
        return read_time(record.get(key), without_time)
    except BadTime as bad:
        raise BadRecord(f"time.{bad.reason}", f"{key}: {WHY[bad.reason]()} {bad.text[:40]!r}") from bad


WHY = {
    "form": lambda: _("not a time such as 20200122153000, 2020-01-22T15:30 or 22/01/2020 15:30:"),
    "year": lambda: _("a year of two digits may be of either century:"),
    "month_first": lambda: _("the month stands before the day:"),
    "day": lambda: _("there is no such day or hour:"),
}


def _flag(record: Mapping[str, Any], key: str) -> bool | None:
    value = record.get(key)
    return None if value in (None, "") else normal(str(value)) in TRUE


def _date(record: Mapping[str, Any], key: str) -> dt.date | None:
    moment = _time(record, key)
    return moment.date() if moment else None


def _paid_how(record: Mapping[str, Any]) -> str:
    told = "online" if _flag(record, "paid_online") else "cash" if _amount(record, "fee_paid") else ""
    return _text(record, "paid_how") or told


def _list(record: Mapping[str, Any], key: str) -> list[Mapping[str, Any]] | None:
    """Return the objects of a list, also of one that stands in a table's cell as JSON; None where there is none."""
    rows = record.get(key)
    if isinstance(rows, str):
        try:
            rows = json.loads(rows)
        except (ValueError, RecursionError) as error:
            raise BadRecord("list", f"{key}: {_('not a list in JSON:')} {rows[:40]!r}") from error
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None
    for row in found or ():
        _check_texts(row)
    return found


def _check_texts(record: Mapping[str, Any]) -> None:
    if UNFIT.search("".join(value for value in record.values() if isinstance(value, str))):
        raise BadRecord("text.character", _("A text holds a character that cannot be stored."))


def _amount(record: Mapping[str, Any], key: str) -> int:
    text = _text(record, key).replace(".", "").replace(",", "")
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 15:
        raise BadRecord("fee", f"{key}: {_('not an amount in đồng:')} {text[:40]!r}")
    return int(text)


def _channel(record: Mapping[str, Any]) -> int:
    text = _text(record, "channel") or "1"
    return int(text) if text.isdecimal() else CHANNELS.get(normal(text), 0)


def _kind(record: Mapping[str, Any]) -> str:
    text = _text(record, "kind") or "person"
    return KINDS.get(normal(text), text)


def _papers(record: Mapping[str, Any]) -> tuple[PaperHandedIn, ...]:
    return tuple(
        PaperHandedIn(
            str(row.get("TenTepDinhKem", "")),
            digitised=bool(_flag(row, "DuocSoHoa")),
            reused=bool(_flag(row, "DuocTaiSuDung")),
            from_store=bool(_flag(row, "DuocLayTuKhoDMQG")),
        )
        for row in _list(record, "papers") or ()
        if not _flag(row, "IsDeleted")
    )


# --- moments ---------------------------------------------------------------------------------------------------


def _moments(record: Mapping[str, Any], received_at: dt.datetime) -> tuple[Moment, ...]:
    """Return what happened after receipt, in order of time; at the same instant in the order of a dossier's life."""
    told = _list(record, "moments")
    if told is not None:
        return tuple(_moment(row) for row in told)
    state = _state(record)
    if refused_at := _time(record, "refused_at") or (_first_end(record) if state == "3" else None):
        return (Moment("refused", max(refused_at, received_at)),)
    found = [*_supplements(record)]
    for kind in SIMPLE[:-1]:
        at = _time(record, f"{kind}_at")
        if at is not None:
            found.append(Moment(kind, at, _time(record, "extended_until") if kind == "extended" else None))
    forwarded = _time(record, "forwarded_at") or _first_progress(record)
    if forwarded is not None:
        found.append(Moment("forwarded", forwarded))
    found = [_within_its_day(moment, found, record) for moment in found]
    ends = [m for m in found if m.kind in ("finished", "returned")]
    if state in ENDS and not any(m.kind == ENDS[state] for m in found):
        at = min((m.at for m in ends), default=None)
        found = [m for m in found if m not in ends] + ([Moment(ENDS[state], at)] if at else [])
    _check_led(state, found)
    if forwarded is None and (state == "4" or any(m.kind != "withdrawn" for m in found)):
        found.append(Moment("forwarded", received_at))
    found = [m._replace(at=max(m.at, received_at)) if m.kind == "forwarded" else m for m in found]
    return tuple(sorted(found, key=lambda m: (m.at, ORDER.index(m.kind))))


def _within_its_day(moment: Moment, found: Sequence[Moment], record: Mapping[str, Any]) -> Moment:
    """Return what has a day only no later than what follows it with its hour on the same day."""
    key = f"{moment.kind}_at"
    if moment.at.time() != END or key not in record or _time(record, key, BEGIN) == moment.at:
        return moment
    day, place = moment.at.astimezone(LOCAL).date(), ORDER.index(moment.kind)
    after = [m.at for m in found if ORDER.index(m.kind) > place and m.at.astimezone(LOCAL).date() == day]
    return moment._replace(at=min(moment.at, *after)) if after else moment


def _first_end(record: Mapping[str, Any]) -> dt.datetime | None:
    return min(filter(None, (_time(record, key) for key in ("finished_at", "returned_at"))), default=None)


def _state(record: Mapping[str, Any]) -> str:
    """Return the national number of the state; what is no state that is known, as it stands."""
    text = _text(record, "state")
    state = STATES.get(normal(text), text)
    if state == "1":
        raise BadRecord("state.not_received", _("It was filed but not received yet."))
    return state


def _check_led(state: str, found: Sequence[Moment]) -> None:
    """Refuse a dossier that waits or has ended by its state while nothing says since when."""
    kinds = LED_BY.get(state)
    if kinds is None or any(moment.kind in kinds for moment in found):
        return
    if state in ("5", "6"):
        raise BadRecord("waiting.missing", _("By its state it waits, but the time since when is missing."))
    raise BadRecord("ended_at.missing", _("By its state it has ended, but the time is missing."))


def _moment(row: Mapping[str, Any]) -> Moment:
    """Return a moment as an export of ours tells it, in the order in which it stands there."""
    at = _time(row, "at")
    if at is None:
        raise BadRecord("moment.at", _("Something happened, but the time is missing."))
    return Moment(_text(row, "kind"), at, _time(row, "due_at"), str(row.get("text", ""))[:500])


ORDER = (
    "forwarded", "supplement_requested", "supplement_arrived", "extended", "finished", "apologised", "withdrawn",
    "stopped", "returned",
)  # fmt: skip


def _supplements(record: Mapping[str, Any]) -> Iterator[Moment]:
    rows = _list(record, "supplements")
    if rows is not None:
        for row in rows:
            yield from _supplement(
                row, "NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraMoi", row.get("NoiDungBoSung", "")
            )
    else:
        yield from _supplement(record, "supplement_requested_at", "supplement_arrived_at", "promised_after", "")


def _supplement(row: Mapping[str, Any], asked: str, arrived: str, promised: str, text: Any) -> Iterator[Moment]:
    at, back = _time(row, asked), _time(row, arrived)
    if at is not None:
        yield Moment("supplement_requested", at, text=str(text or "")[:500])
    if back is not None:
        yield Moment("supplement_arrived", back, _time(row, promised))


def _first_progress(record: Mapping[str, Any]) -> dt.datetime | None:
    times = [_time(row, "ThoiDiemXuLy") for row in _list(record, "progress") or ()]
    return min((at for at in times if at is not None), default=None)
