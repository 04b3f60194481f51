"""From the events of a dossier to its spans: pure, so that keeping, counting again and rebuilding are one thing.

Spans are written when events are sealed, in the order of positions (decision 0006): a reader who knows a position
knows every span that stands on what was sealed by then.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers.models.dossier import State
from motcua.serve.dossiers.models.papers import WAYS_IN
from motcua.serve.dossiers.models.spans import Standing

Minutes = Callable[[int, dt.datetime, dt.datetime], int]
"""Working minutes of an agency (its key) from one instant to another."""

WAITING = (State.SUPPLEMENT, State.FEE)
DONE = (State.FINISHED, State.RETURNED)
ENDED = (State.WITHDRAWN, State.STOPPED)
NEVER_RECEIVED = (State.NEW, State.REFUSED)


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """What spans need of a sealed event: its place over all chains, when it happened, the rows it wrote."""

    position: int
    kind: str
    occurred_at: dt.datetime
    rows: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A span on both clocks, with what is counted (`facts`, by the names of `COUNTED`)."""

    known_from: int
    valid_from: dt.datetime
    facts: Mapping[str, Any]
    valid_to: dt.datetime | None = None
    end_known: int | None = None
    retracted: int | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns of the stored span."""
        return {
            **self.facts,
            "known_from": self.known_from,
            "end_known": self.end_known,
            "retracted": self.retracted,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "from_on": local_date(self.valid_from),
            "to_on": local_date(self.valid_to) if self.valid_to else None,
        }


def local_date(moment: dt.datetime) -> dt.date:
    """Return the local date of an instant."""
    return moment.astimezone(LOCAL).date()


def spans_of(events: Iterable[SealedEvent], minutes: Minutes) -> list[SpanRow]:
    """Return the spans that the events of one dossier leave, in the order in which they became known.

    Args:
        events: of one chain, in order.
        minutes: the working time of an agency.

    Returns:
        Spans whose place in the list is their number, from 0. Those that are not taken back follow each other on
        the valid clock without gap.
    """
    story, spans = _Story(), _Spans()
    for event in events:
        story.take(event)
        if story.dossier:
            spans.now(event, None if story.voided else story.facts(minutes))
    return spans.rows


@dataclass
class _Spans:
    """Spans while they grow."""

    rows: list[SpanRow] = field(default_factory=list)

    def now(self, event: SealedEvent, facts: Mapping[str, Any] | None) -> None:
        """Let `facts` hold from the event on; none: the dossier never was."""
        standing = [n for n, row in enumerate(self.rows) if row.retracted is None]
        if facts is None:
            for n in standing:
                self._change(n, retracted=event.position)
            return
        if standing and self.rows[standing[-1]].facts == facts:
            return
        # An event of an earlier time than the last one takes back what was said of later times.
        while len(standing) > 1 and self.rows[standing[-1]].valid_from > event.occurred_at:
            self._change(standing.pop(), retracted=event.position)
        at = event.occurred_at
        if standing:
            at = max(at, self.rows[standing[-1]].valid_from)
            self._end(standing[-1], at, event.position)
        self.rows.append(SpanRow(event.position, at, dict(facts)))

    def _end(self, n: int, at: dt.datetime, position: int) -> None:
        row = self.rows[n]
        if row.valid_to is None:
            self._change(n, valid_to=at, end_known=position)
        elif row.valid_to != at:
            # Its end was known otherwise; what was known then must stay readable.
            self._change(n, retracted=position)
            self.rows.append(replace(row, known_from=position, valid_to=at, end_known=position))

    def _change(self, n: int, **values: Any) -> None:
        self.rows[n] = replace(self.rows[n], **values)


@dataclass
class _Story:
    """A dossier's rows as its events leave them, as far as they are counted."""

    dossier: dict[str, Any] = field(default_factory=dict)
    components: dict[str, dict[str, Any]] = field(default_factory=dict)
    pauses: dict[str, dict[str, Any]] = field(default_factory=dict)
    apologised_on: dt.date | None = None
    unit_id: int | None = None
    received: bool = False
    before_receipt: bool = False

    @property
    def voided(self) -> bool:
        return bool(self.dossier.get("voided_at"))

    def take(self, event: SealedEvent) -> None:
        """Take in what an event wrote."""
        opened = 0
        for key, fields in event.rows.items():
            name, _, pk = key.partition(":")
            if name == "dossier":
                self.dossier.update(fields)
            elif name == "component":
                self.components.setdefault(pk, {}).update(fields)
            elif name == "pause":
                self.pauses.setdefault(pk, {}).update(fields)
            elif name == "task" and "unit_id" in fields and (fields.get("number") or 0) >= opened:
                opened, self.unit_id = fields.get("number") or 0, fields["unit_id"]
            elif name == "apology" and fields.get("made_at") and fields.get("kind") == "apology":
                self.apologised_on = local_date(_instant(fields["made_at"]))
        state = self.dossier.get("state")
        # A supplement asked for before receipt is state 5 with no receipt before it.
        if state in (State.RECEIVED, State.PROCESSING, State.FEE, *DONE):
            self.received = True

    def facts(self, minutes: Minutes) -> dict[str, Any]:
        """Return what is counted now."""
        row = self.dossier
        state = row["state"]
        received_at = _instant(row["received_at"])
        resolved_at = self._resolved_at()
        waited = self._waited(minutes, resolved_at)
        due_on = _date(row.get("due_on"))
        resolved_on = local_date(resolved_at) if resolved_at else None
        worked = minutes(row["agency_competent_id"], received_at, resolved_at) - waited if resolved_at else None
        return {
            "standing": self._standing(resolved_at),
            "state": state,
            "waiting": state in WAITING,
            "received_on": _date(row["received_on"]),
            "due_on": due_on,
            "first_due_on": _day_of(row.get("first_due_at")),
            "resolved_on": resolved_on,
            "returned_on": _day_of(row.get("returned_at")),
            "judged": judge(due_on, resolved_on),
            "extended": bool(row.get("extended_at")),
            "apologised_on": self.apologised_on,
            "version_id": row["version_id"],
            "agency_helped_id": row["agency_helped_id"],
            "agency_received_id": row["agency_received_id"],
            "agency_competent_id": row["agency_competent_id"],
            "unit_id": self.unit_id,
            "channel": row["channel"],
            "service_level": row["service_level"],
            "worked_minutes": worked,
            "waited_minutes": waited,
            "supplements": row.get("supplements_asked") or 0,
            "fee_due": row.get("fee_due") or 0,
            "fee_paid": row.get("fee_paid") or 0,
            "paid_how": row.get("paid_how") or "",
            "components": sum(any(fields.get(name) for name in WAYS_IN) for fields in self.components.values()),
            **{name: self._components(name) for name in ("digitised", "reused", "from_store")},
            "e_result": bool(row.get("e_result")),
            "authenticated": bool(row.get("identity_authenticated")),
            "synchronised": bool(row.get("synchronised_at")),
        }

    def _standing(self, resolved_at: dt.datetime | None) -> int:
        if resolved_at is not None:
            return Standing.RESOLVED
        return Standing.OPEN if self.received and self.dossier["state"] not in NEVER_RECEIVED else Standing.BEFORE

    def _resolved_at(self) -> dt.datetime | None:
        """Withdrawn or stopped after receipt is resolved that day; before receipt it was never counted."""
        state = self.dossier["state"]
        if state in DONE and self.dossier.get("finished_at"):
            return _instant(self.dossier["finished_at"])
        if state in ENDED and self.received and self.dossier.get("ended_at"):
            return _instant(self.dossier["ended_at"])
        return None

    def _waited(self, minutes: Minutes, until: dt.datetime | None) -> int:
        agency = self.dossier["agency_competent_id"]
        ended = [(p["starts_at"], p.get("ends_at") or until) for p in self.pauses.values()]
        return sum(minutes(agency, _instant(a), _instant(b)) for a, b in ended if b is not None)

    def _components(self, name: str) -> int:
        return sum(bool(fields.get(name)) for fields in self.components.values())


def judge(due_on: dt.date | None, resolved_on: dt.date | None) -> int | None:
    """Return -1 early, 0 on time, 1 late by local dates; no promise is on time; None while open."""
    if resolved_on is None:
        return None
    if due_on is None or due_on == resolved_on:
        return 0
    return -1 if resolved_on < due_on else 1


def _instant(value: Any) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _day_of(value: Any) -> dt.date | None:
    return local_date(_instant(value)) if value else None
