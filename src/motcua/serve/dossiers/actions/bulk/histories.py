"""What another record tells of a dossier, in plain values."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple


class Moment(NamedTuple):
    """Something that happened after receipt; `kind` is the event's name without `dossier.`.

    Kinds: forwarded, supplement_requested, supplement_arrived, paused_for_fee, fee_settled, extended, apologised,
    finished, returned, withdrawn, stopped, refused (then it is the only one, and nothing was received).

    Args:
        at: aware instant.
        due_at: the promise in force from then on, where the source tells it.
        text: a reason, or the number of a paper.
    """

    kind: str
    at: dt.datetime
    due_at: dt.datetime | None = None
    text: str = ""


class PaperHandedIn(NamedTuple):
    """A paper of a dossier, as far as it is counted."""

    name: str = ""
    digitised: bool = False
    reused: bool = False
    from_store: bool = False


@dataclass(slots=True)
class History:
    """A dossier's story. Instants are aware; codes are as the source writes them.

    Args:
        row: the place in the file, for what is told of faults.
        code: the source's code of the dossier; it is kept.
        agency: who decides. `agency_received`, `agency_helped`: the same, or the Centre, if not given.
        promised_at: the promise on the slip; counted by the procedure's limit if not given.
        recorded_at: when the source recorded it.
        e_result: whether an electronic result was issued; as the procedure says if not given.
    """

    code: str
    procedure: str
    agency: str
    received_at: dt.datetime
    name: str
    moments: tuple[Moment, ...] = ()
    row: str = ""
    agency_received: str = ""
    agency_helped: str = ""
    channel: int = 1
    promised_at: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    kind: str = "person"
    identity_number: str = ""
    tax_code: str = ""
    born_on: dt.date | None = None
    sex: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    authenticated: bool = False
    summary: str = ""
    note: str = ""
    papers: tuple[PaperHandedIn, ...] = ()
    fee_due: int = 0
    fee_paid: int = 0
    paid_how: str = ""
    e_result: bool | None = None
    synchronised_at: dt.datetime | None = None


class Fault(NamedTuple):
    """Why a history is not taken in: its place and code at the source, a stable name, a sentence."""

    row: str
    code: str
    reason: str
    message: str
