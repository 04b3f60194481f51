"""Each history held to the rules of the desk; promises of many are counted at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Agency
from motcua.rules.identifiers import DossierCode, IdentifierError
from motcua.rules.working_time import Calendar, Duration, OutOfCalendar, from_wall, to_wall
from motcua.serve.dossiers.actions.bulk.histories import Fault, History
from motcua.serve.dossiers.actions.bulk.reference import KEPT, Reference, Setting
from motcua.serve.dossiers.filing import PartyInput, clean_party
from motcua.serve.dossiers.models import Channel, PaidHow, Party, State
from motcua.serve.dossiers.states import TRANSITIONS

MOMENTS = {
    "forwarded": gettext_lazy("handed on"),
    "supplement_requested": gettext_lazy("supplement asked for"),
    "supplement_arrived": gettext_lazy("supplement arrived"),
    "paused_for_fee": gettext_lazy("waiting for a payment duty"),
    "fee_settled": gettext_lazy("payment duty met"),
    "extended": gettext_lazy("extended"),
    "apologised": gettext_lazy("apology sent"),
    "finished": gettext_lazy("result ready"),
    "returned": gettext_lazy("result returned"),
    "withdrawn": gettext_lazy("withdrawn by the applicant"),
    "stopped": gettext_lazy("handling stopped"),
    "refused": gettext_lazy("not accepted"),
}
# Viet Nam has had one offset since 1975; calendars begin in 1976.
OFFSET = dt.timedelta(hours=7)
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LONGEST_CODE = 50
CHANNELS, PAID_HOW, KINDS = (frozenset(c.values) for c in (Channel, PaidHow, Party.Kind))
# The states that each moment leads from; it leads to the last one.
LEADS_TO = {
    "forwarded": State.PROCESSING,
    "supplement_requested": State.SUPPLEMENT,
    "supplement_arrived": State.PROCESSING,
    "paused_for_fee": State.FEE,
    "fee_settled": State.PROCESSING,
    "extended": None,
    "apologised": None,
    "finished": State.FINISHED,
    "returned": State.RETURNED,
    "withdrawn": State.WITHDRAWN,
    "stopped": State.STOPPED,
    "refused": State.REFUSED,
}


@dataclass(slots=True)
class Checked:
    """A history with what it refers to. Instants are in UTC."""

    history: History
    code: str
    serial: DossierCode | None
    setting: Setting
    owner: PartyInput
    received_at: dt.datetime
    due_at: dt.datetime | None


class Wrong(ValueError):
    """A history that is not taken in: the rule's name and a sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


def local_date(moment: dt.datetime) -> dt.date:
    """Return the local date of an instant in UTC."""
    return (moment + OFFSET).date()


def check_all(
    histories: Sequence[History], reference: Reference, now: dt.datetime
) -> tuple[list[Checked], list[Fault]]:
    """Return the histories that may be written, with their promises, and the faults of the others."""
    good: list[Checked] = []
    faults: list[Fault] = []
    for history in histories:
        try:
            good.append(_check(history, reference, now))
        except Wrong as wrong:
            faults.append(Fault(history.row, history.code, wrong.reason, wrong.message))
    late = _promise(good, reference)
    faults += [Fault(c.history.row, c.history.code, "calendar", late[id(c)]) for c in good if id(c) in late]
    return [c for c in good if id(c) not in late], faults


def _check(history: History, reference: Reference, now: dt.datetime) -> Checked:
    code, serial = _code(history)
    received_at = _instant(history.received_at, "received_at")
    if not EARLIEST <= received_at <= now:
        raise Wrong("received_at", _("The time of receipt lies in the future or before 2000."))
    day = local_date(received_at)
    setting = _setting(history, day, reference)
    _check_moments(history, received_at, now)
    if history.channel not in CHANNELS:
        raise Wrong("channel", _("The channel is none of 1, 2, 3."))
    if history.paid_how not in PAID_HOW or history.fee_due < 0 or history.fee_paid < 0:
        raise Wrong("fee", _("The fee is negative, or paid in a way that is not known."))
    due_at = _instant(history.promised_at, "promised_at") if history.promised_at else None
    if due_at is not None and due_at < received_at:
        raise Wrong("promised_at", _("The promised time lies before the receipt."))
    return Checked(history, code, serial, setting, _owner(history), received_at, due_at)


def _setting(history: History, day: dt.date, reference: Reference) -> Setting:
    """Return what the history refers to; asked for once for all of one procedure, agency and day."""
    key = (history.procedure, history.agency, history.agency_received, history.agency_helped, day)
    found = reference.settings.get(key)
    if found is None:
        if len(reference.settings) >= KEPT:
            reference.settings.clear()
        found = reference.settings[key] = reference.alike(_look_up(history, day, reference))
    return found


def _look_up(history: History, day: dt.date, reference: Reference) -> Setting:
    version = reference.version_of(history.procedure, day)
    if version is None:
        raise Wrong(
            "procedure.unknown", _("There is no procedure of this code: %(code)s") % {"code": history.procedure}
        )
    competent = _agency(history.agency, reference, day)
    received = _agency(history.agency_received, reference, day) if history.agency_received else competent
    desk = reference.desk_of(received.pk, day)
    if desk is None:
        raise Wrong(
            "desk.missing", _("No desk received for this agency on that day: %(code)s") % {"code": history.agency}
        )
    helped = _agency(history.agency_helped, reference, day) if history.agency_helped else competent
    return Setting(
        version=version,
        process=reference.process_of(version.pk, competent.level, day),
        competent=competent,
        received=desk.unit.agency,
        helped=helped,
        desk=desk,
        calendar=reference.calendar(competent.pk, day),
    )


def _code(history: History) -> tuple[str, DossierCode | None]:
    """Return the code that the dossier keeps: in our form where it is one, else as the source writes it."""
    code = history.code.strip()
    if not code:
        raise Wrong("code.missing", _("The dossier has no code."))
    if len(code) > LONGEST_CODE or not code.isprintable():
        raise Wrong("code", _("The dossier's code has more than 50 characters, or some that cannot be printed."))
    try:
        serial = DossierCode.parse(code)
    except IdentifierError:
        return code, None
    return str(serial), serial


def _instant(moment: dt.datetime, field: str) -> dt.datetime:
    if moment.tzinfo is None:
        raise Wrong(field, _("A time without its time zone: %(field)s") % {"field": field})
    return moment.astimezone(dt.UTC)


def _agency(code: str, reference: Reference, day: dt.date) -> Agency:
    found = reference.agency_of(code, day)
    if found is not None:
        return found
    if reference.has_code(code):
        message = _("This agency was not there on that day, and no one took over from it as a whole: %(code)s")
        raise Wrong("agency.not_there", message % {"code": code})
    raise Wrong("agency.unknown", _("There is no agency of this code: %(code)s") % {"code": code})


def _owner(history: History) -> PartyInput:
    errors: list[Refused] = []
    if history.kind not in KINDS:
        raise Wrong("owner.kind", _("The owner is neither a person nor an organisation nor a household business."))
    owner, _warnings = clean_party(
        PartyInput(
            name=history.name,
            kind=history.kind,
            identity_number=history.identity_number,
            tax_code=history.tax_code,
            born_on=history.born_on,
            sex=history.sex,
            phone=history.phone,
            email=history.email,
            address=history.address,
            authenticated=history.authenticated,
        ),
        "owner",
        errors,
    )
    if errors:
        raise Wrong(errors[0].code, str(errors[0].message))
    if "\0" in f"{owner.name}{owner.address}{history.summary}{history.note}":
        raise Wrong("text.character", _("A text holds a character that cannot be stored."))
    return owner


def _check_moments(history: History, received_at: dt.datetime, now: dt.datetime) -> None:
    """Check that moments follow each other in time and that each state may follow the one before."""
    state, last, sent_on = State.RECEIVED, received_at, False
    for moment in history.moments:
        told = {"kind": MOMENTS.get(moment.kind, moment.kind)}
        if moment.kind not in LEADS_TO:
            raise Wrong(
                "moment.kind",
                _("This is nothing that happens to a dossier: %(kind)s") % told,
            )
        at = _instant(moment.at, moment.kind)
        if at < last or at > now:
            raise Wrong(
                "moment.order",
                _("It lies before what it follows, or in the future: %(kind)s") % told,
            )
        sent_on = sent_on or moment.kind == "forwarded"
        target = state_after(moment.kind, sent_on)
        if moment.kind == "refused":
            if len(history.moments) > 1:
                raise Wrong(
                    "moment.state", _("What was refused was not received: nothing else can have happened to it.")
                )
        elif (
            target is not None
            and target != state
            and (state, target) not in TRANSITIONS
            and not _at_once(state, target)
        ):
            raise Wrong(
                "moment.state",
                _("This cannot happen in the state it was in: %(kind)s") % told,
            )
        if moment.kind in ("supplement_arrived", "fee_settled") and state != WAITS_IN[moment.kind]:
            raise Wrong(
                "moment.state",
                _("This cannot happen in the state it was in: %(kind)s") % told,
            )
        if moment.kind == "extended" and moment.due_at is None:
            raise Wrong("moment.due", _("An extension needs its new promise."))
        state, last = (target or state), at


WAITS_IN = {"supplement_arrived": State.SUPPLEMENT, "fee_settled": State.FEE}


def _at_once(state: State, target: State) -> bool:
    """What was received and returned without a time of finishing was finished when it was returned."""
    return target == State.RETURNED and state in (State.RECEIVED, State.PROCESSING)


def state_after(kind: str, sent_on: bool) -> State | None:
    """Return the state that a moment leads to, None where it changes none."""
    if kind in WAITS_IN and not sent_on:
        return State.RECEIVED
    return LEADS_TO[kind]


# --- promises --------------------------------------------------------------------------------------------------


def _promise(checked: Sequence[Checked], reference: Reference) -> Mapping[int, str]:
    """Count the promises that the source does not tell; return those that no calendar can, by identity."""
    groups: dict[tuple[int, Duration], list[Checked]] = defaultdict(list)
    calendars: dict[int, Calendar] = {}
    wrong: dict[int, str] = {}
    for one in checked:
        if one.due_at is None and not one.setting.version.at_once and not is_refused(one.history):
            limit = reference.limit_of(one.setting.version, one.setting.process, one.history.channel)
            calendars[id(one.setting.calendar)] = one.setting.calendar
            groups[id(one.setting.calendar), limit].append(one)
    for (calendar_id, limit), members in groups.items():
        calendar = calendars[calendar_id]
        try:
            _promise_group(calendar, limit, members)
        except OutOfCalendar:
            wrong |= _promise_each(calendar, limit, members)
    return wrong


def is_refused(history: History) -> bool:
    """Tell whether the filing was refused before receipt."""
    return bool(history.moments) and history.moments[0].kind == "refused"


def _promise_group(calendar: Calendar, limit: Duration, members: Sequence[Checked]) -> None:
    starts = np.array([_start(calendar, one) for one in members], dtype=np.int64).astype("datetime64[s]")
    ends = calendar.add_many(starts, limit.amount, limit.unit).astype(np.int64).tolist()
    for one, end in zip(members, ends, strict=True):
        one.due_at = max(from_wall(end).astimezone(dt.UTC), one.received_at)


def _promise_each(calendar: Calendar, limit: Duration, members: Sequence[Checked]) -> dict[int, str]:
    wrong = {}
    for one in members:
        try:
            _promise_group(calendar, limit, [one])
        except OutOfCalendar as error:
            wrong[id(one)] = str(error)
    return wrong


def _start(calendar: Calendar, one: Checked) -> int:
    """Return when the clock starts, in seconds of the local wall clock: only a cut-off has to be looked at here."""
    cut_off = one.setting.version.cut_off
    at = one.received_at + OFFSET
    if cut_off is None or at.time() < cut_off:
        return to_wall(one.received_at)
    return to_wall(calendar.starts_counting(one.received_at, cut_off)[0])
