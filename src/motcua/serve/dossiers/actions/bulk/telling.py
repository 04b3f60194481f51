"""From checked histories to the lines of `COPY`: rows, events with their hashes, spans.

What is written here is what the desk's actions would have left: `Recorded` rows noted in events, spans as `spans_of`
gives them, hashes as `event_hash` makes them. Tests hold each of these to the slow way.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from motcua.record.ledger.models import new_id
from motcua.rules.text import fold
from motcua.serve.dossiers.actions.bulk.checking import Checked, is_refused, local_date, state_after
from motcua.serve.dossiers.actions.bulk.histories import Moment
from motcua.serve.dossiers.actions.bulk.reference import Reference
from motcua.serve.dossiers.models import (
    Apology,
    Dossier,
    DossierComponent,
    Party,
    Pause,
    Standing,
    State,
    Supplement,
    Task,
)
from motcua.serve.dossiers.models.spans import COUNTED
from motcua.serve.dossiers.spans import DONE, ENDED, WAITING, judge

GENESIS_HEX = "00" * 32
# 32 of 256 values fall on each letter or on one of them twice: a secret of ten letters has 49 bits.
LETTERS = bytes(b"23456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 30] for n in range(256))
SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

CHAIN = ("id", "subject", "salt", "length", "head")
EVENT = ("id", "chain_id", "number", "kind", "actor", "occurred_at", "recorded_at", "payload", "previous", "hash")
DOSSIER = tuple(f.attname for f in Dossier._meta.concrete_fields)
PARTY = tuple(f.attname for f in Party._meta.concrete_fields)
COMPONENT = tuple(f.attname for f in DossierComponent._meta.concrete_fields)
PAUSE = tuple(f.attname for f in Pause._meta.concrete_fields)
SUPPLEMENT = tuple(f.attname for f in Supplement._meta.concrete_fields)
APOLOGY = tuple(f.attname for f in Apology._meta.concrete_fields)
TASK = tuple(f.attname for f in Task._meta.concrete_fields)
ORIGIN = ("dossier_id", "run_id", "source", "code", "recorded_at")
SPAN_CLOCKS = (
    "dossier_id",
    "number",
    "known_from",
    "end_known",
    "retracted",
    "valid_from",
    "valid_to",
    "from_on",
    "to_on",
)
SPAN = (*SPAN_CLOCKS, *COUNTED)
TEXTS = ("code", "summary", "note", "return_place", "owner_name", "owner_address")
PLACE_OF = {name: n for n, name in enumerate(COUNTED)}


def cell(value: Any) -> str:
    """Return a value as a cell of `COPY`."""
    if value is None:
        return "\\N"
    if type(value) is str:
        return SPECIAL.sub(_escaped, value) if SPECIAL.search(value) else value
    return str(value)


def plain_line(values: Iterable[Any]) -> str:
    """Return a line of `COPY` whose texts hold nothing to escape."""
    return "\t".join([v if type(v) is str else "\\N" if v is None else str(v) for v in values]) + "\n"


folded = lru_cache(maxsize=4_000)(fold)


def _escaped(match: re.Match[str]) -> str:
    return ESCAPES[match[0]]


def line(values: Iterable[Any]) -> str:
    """Return a line of `COPY`."""
    return "\t".join(map(cell, values)) + "\n"


def stamp(moment: dt.datetime) -> str:
    """Return an instant in UTC as the ledger writes it."""
    return moment.isoformat(timespec="microseconds")


class Ids:
    """Keys reserved from the tables' sequences: some for each table, none twice."""

    def __init__(self, take: Callable[[str, int], Sequence[int]]) -> None:
        self.take = take
        self.left: dict[str, list[int]] = {}

    def reserve(self, table: str, count: int) -> None:
        """Reserve keys of a table."""
        if count:
            self.left[table] = list(self.take(table, count))[::-1]

    def next(self, table: str) -> int:
        """Return the next key."""
        return self.left[table].pop()


@dataclass
class Told:
    """The lines of a batch by table, and what gets its positions when it is written.

    `spans` has a `%d` for each position, `places` the events (counted from 0) that these positions belong to.
    """

    rows: dict[str, list[str]] = field(default_factory=dict)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    tallies: Counter[tuple[int, dt.date, str]] = field(default_factory=Counter)
    serials: dict[tuple[int, str], int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def add(self, table: str, values: Iterable[Any]) -> None:
        """Add a row."""
        self.rows.setdefault(table, []).append(line(values))


@dataclass(frozen=True)
class Frame:
    """What all dossiers of a run share. `as_story`: the demo's events were recorded when they happened."""

    run_id: int
    source: str
    actor: str
    now: dt.datetime
    as_story: bool = False


class Teller:
    """Tells dossiers into a batch."""

    def __init__(self, frame: Frame, reference: Reference, ids: Ids) -> None:
        self.frame, self.reference, self.ids = frame, reference, ids
        self.told = Told()

    def tell(self, checked: Checked) -> None:
        """Add all lines of a dossier."""
        story = _Story(self, checked)
        story.open()
        for moment in checked.history.moments:
            story.follow(moment)
        story.close()


class _Story:
    """A dossier while its events are told."""

    def __init__(self, teller: Teller, checked: Checked) -> None:
        self.frame, self.told, self.ids, self.reference = teller.frame, teller.told, teller.ids, teller.reference
        self.checked = checked
        self.id = str(new_id())
        self.salt = os.urandom(16)
        self.number, self.head = 0, GENESIS_HEX
        self.rows: dict[str, dict[str, Any]] = {}
        self.row = _first_row(checked, self.id)
        self.pauses: list[dict[str, Any]] = []
        self.supplement: dict[str, Any] | None = None
        self.supplements: list[dict[str, Any]] = []
        self.clock: list[tuple[dt.datetime, dt.datetime | None]] = []
        self.sent_on = False
        self.due_at = checked.due_at
        self.resolved_at: dt.datetime | None = None
        self.facts = _first_facts(checked)
        self.last_facts = ""
        self.span_number = 0
        self.folded_name = ""
        self.open_span, self.open_place = "", 0

    # --- rows --------------------------------------------------------------------------------------------

    def digest(self, name: str, value: Any) -> str | None:
        """Return what `hashing.digest` gives."""
        if value in (None, ""):
            return None
        text = encode_basestring(value) if type(value) is str else encode(value)
        return hmac.digest(self.salt, f'["{name}",{text}]'.encode(), "sha256").hex()[:32]

    def note(self, name: str, key: object, row: dict[str, Any], model: Any) -> None:
        """Note a new row in the event that is being told."""
        noted = {field: row[field] for field in model.LEDGER_FIELDS}
        for field_name in model.DIGEST_FIELDS:
            noted[field_name] = self.digest(field_name, row[field_name])
        self.rows[f"{name}:{key}"] = noted

    def set(self, **values: Any) -> None:
        """Change the dossier's row and note it."""
        self.row.update(values)
        self.rows.setdefault(f"dossier:{self.id}", {}).update(values)

    def set_due(self, due_at: dt.datetime | None) -> None:
        """Change the promise in force."""
        self.due_at = due_at
        self.set(due_at=stamp(due_at) if due_at else None, due_on=local_date(due_at).isoformat() if due_at else None)
        self.fact(due_on=self.row["due_on"])

    def fact(self, **values: Any) -> None:
        """Change what is counted."""
        for name, value in values.items():
            self.facts[PLACE_OF[name]] = cell(value)

    # --- events ------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Tell the receipt, or the refusal."""
        checked, history = self.checked, self.checked.history
        kind, at = "received", checked.received_at
        if is_refused(history):
            kind, self.row["state"] = "refused", int(State.REFUSED)
            self.row["ended_at"] = stamp(history.moments[0].at.astimezone(dt.UTC))
        elif checked.version.at_once:
            kind = "given_at_once"
            self.row |= {"state": int(State.RETURNED), "finished_at": stamp(at), "returned_at": stamp(at)}
            self.row["finished_on"] = local_date(at).isoformat()
            self.resolved_at = at
            self.fact(returned_on=self.row["finished_on"])
        self.note("dossier", self.id, self.row, Dossier)
        self._write_party()
        self._write_papers()
        facts = {"source": self.frame.source, "source_code": history.code}
        if history.recorded_at:
            facts["source_recorded_at"] = stamp(history.recorded_at.astimezone(dt.UTC))
        if not history.moments:
            self._open_task(at)
        self._state(self.row["state"])
        self.event(kind, at, facts)

    def _write_party(self) -> None:
        owner = self.checked.owner
        key = self.ids.next("dossiers_party")
        number = owner.identity_number
        self.folded_name = fold(owner.name)
        row = {
            "id": key, "dossier_id": self.id, "part": "owner", "kind": str(owner.kind), "name": owner.name,
            "folded_name": self.folded_name, "identity_number": number,
            "identity_kind": {12: "cccd", 9: "cmnd"}.get(len(number), "other") if number else "",
            "tax_code": owner.tax_code, "born_on": owner.born_on.isoformat() if owner.born_on else None,
            "sex": owner.sex, "phone": owner.phone, "email": owner.email, "address": owner.address,
            "authenticated": owner.authenticated,
        }  # fmt: skip
        self.note("party", key, row, Party)
        self.told.add("dossiers_party", [row[name] for name in PARTY])

    def _write_papers(self) -> None:
        for paper in self.checked.history.papers:
            key = self.ids.next("dossiers_dossiercomponent")
            row = {
                "id": key, "dossier_id": self.id, "component_id": None, "name": paper.name[:500], "originals": 1,
                "certified": 0, "copies": 0, "digitised": paper.digitised, "reused": paper.reused,
                "from_store": paper.from_store,
            }  # fmt: skip
            self.note("component", key, row, DossierComponent)
            self.told.add("dossiers_dossiercomponent", [row[name] for name in COMPONENT])

    def follow(self, moment: Moment) -> None:
        """Tell what happened next."""
        if moment.kind == "refused":
            return
        at = moment.at.astimezone(dt.UTC)
        self.sent_on = self.sent_on or moment.kind == "forwarded"
        _DO[moment.kind](self, moment, at)
        state = state_after(moment.kind, self.sent_on)
        if state is not None:
            self.set(state=int(state))
            self._state(int(state))
        if moment is self.checked.history.moments[-1]:
            self._open_task(at)
        self.event(moment.kind, at, {})

    def _state(self, state: int) -> None:
        resolved = state in DONE or state in ENDED
        received = Standing.RESOLVED if resolved else Standing.OPEN
        standing = Standing.BEFORE if state == State.REFUSED else received
        self.fact(state=state, waiting=state in WAITING, standing=int(standing))
        if resolved:
            self._resolve()

    def _resolve(self) -> None:
        assert self.resolved_at is not None
        resolved_on = local_date(self.resolved_at)
        due_on = local_date(self.due_at) if self.due_at else None
        waited = self._waited(self.resolved_at)
        worked = self._minutes(self.checked.received_at, self.resolved_at) - waited
        self.fact(
            resolved_on=resolved_on.isoformat(),
            judged=judge(due_on, resolved_on),
            worked_minutes=worked,
            waited_minutes=waited,
        )

    def _minutes(self, a: dt.datetime, b: dt.datetime) -> int:
        return self.reference.calendar(self.checked.competent.pk, local_date(a)).between(a, b)

    def _waited(self, until: dt.datetime | None) -> int:
        spans = [(a, b or until) for a, b in self.clock]
        return sum(self._minutes(a, b) for a, b in spans if b is not None)

    def event(self, kind: str, at: dt.datetime, facts: dict[str, Any]) -> None:
        """End the event: its payload, its hash, the span that begins with it."""
        self.number += 1
        occurred = stamp(at)
        recorded = occurred if self.frame.as_story else stamp(self.frame.now)
        payload = encode({"facts": facts, "rows": self.rows})
        kind = f"dossier.{kind}"
        told = f'"{kind}","{self.frame.actor}","{occurred}","{recorded}"'
        fields = f'["{self.id}",{self.number},{told},{payload},"{self.head}"]'
        digest = hashlib.sha256(fields.encode()).hexdigest()
        text = (
            f"{self.id}\t{self.number}\t{kind}\t{self.frame.actor}\t{occurred}\t{recorded}\t"
            f"{cell(payload)}\t\\\\x{self.head}\t\\\\x{digest}\n"
        )
        self.told.events.append((recorded, text, digest))
        self.told.tallies[self.checked.received.pk, local_date(at), kind] += 1
        self.head, self.rows = digest, {}
        self._span(at, occurred)

    def _span(self, at: dt.datetime, stamped: str) -> None:
        facts = "\t".join(self.facts)
        if facts == self.last_facts:
            return
        place, day = len(self.told.events) - 1, local_date(at).isoformat()
        if self.open_span:
            start, began, rest = self.open_span.split("\0")
            self.told.spans.append(f"{start}%d\t%d\t\\N\t{began}\t{stamped}\t{rest.replace(NO_END, day, 1)}\n")
            self.told.places += [self.open_place, place]
        self.open_span = f"{self.id}\t{self.span_number}\t\0{stamped}\0{day}\t{NO_END}\t{facts}"
        self.open_place = place
        self.span_number += 1
        self.last_facts = facts

    def close(self) -> None:
        """Write the rows as they are at the end."""
        start, began, rest = self.open_span.split("\0")
        self.told.spans.append(f"{start}%d\t\\N\t\\N\t{began}\t\\N\t{rest.replace(NO_END, NULL, 1)}\n")
        self.told.places.append(self.open_place)
        told, checked, history = self.told, self.checked, self.checked.history
        told.add("ledger_chain", (self.id, "dossier", f"\\x{self.salt.hex()}", self.number, f"\\x{self.head}"))
        for row in self.pauses:
            told.add("dossiers_pause", [row[name] for name in PAUSE])
        for row in self.supplements:
            told.add("dossiers_supplement", [row[name] for name in SUPPLEMENT])
        recorded = stamp(history.recorded_at.astimezone(dt.UTC)) if history.recorded_at else None
        told.add("dossiers_origin", (self.id, self.frame.run_id, self.frame.source, history.code, recorded))
        code, name = fold(checked.code), self.folded_name
        told.texts.append(f"{code} {code.rsplit('-', 1)[-1]} {name} {folded(self.row['summary'])}")
        row = self.row | {text: cell(self.row[text]) for text in TEXTS}
        told.rows.setdefault("dossiers_dossier", []).append(plain_line([row[column] for column in DOSSIER]))
        if checked.serial is not None and checked.serial.agency == checked.received.code:
            key = (checked.received.pk, checked.serial.day.isoformat())
            told.serials[key] = max(told.serials.get(key, 0), checked.serial.serial)

    # --- what happens ------------------------------------------------------------------------------------

    def _stop_clock(self, cause: str, at: dt.datetime) -> None:
        key = self.ids.next("dossiers_pause")
        row = {"id": key, "dossier_id": self.id, "cause": cause, "starts_at": stamp(at), "ends_at": None}
        self.pauses.append(row)
        self.clock.append((at, None))
        self.note("pause", key, row, Pause)
        self.set(paused_since=stamp(at))

    def _end_pause(self, at: dt.datetime) -> None:
        if self.clock and self.clock[-1][1] is None:
            self.clock[-1] = (self.clock[-1][0], at)
            row = self.pauses[-1]
            row["ends_at"] = stamp(at)
            self.rows.setdefault(f"pause:{row['id']}", {})["ends_at"] = row["ends_at"]

    def _start_clock(self, moment: Moment, at: dt.datetime) -> None:
        began = self.clock[-1][0]
        self._end_pause(at)
        self.set(paused_since=None)
        self.fact(waited_minutes=self._waited(None))
        if moment.due_at is not None:
            self.set_due(moment.due_at.astimezone(dt.UTC))
        else:
            self.set_due(self._later(began, at))

    def _later(self, began: dt.datetime, at: dt.datetime) -> dt.datetime | None:
        """Return the promise after a pause: as `due_after_pauses` of the desk."""
        due, version = self.due_at, self.checked.version
        if due is None or local_date(began) > local_date(due):
            return due
        calendar = self.checked.calendar
        if self.pauses[-1]["cause"] == "supplement" and version.supplement_recomputes:
            limit = self.reference.limit_of(version, self.checked.process, self.checked.history.channel)
            return calendar.promise(at, limit, cut_off=version.cut_off).due_at.astimezone(dt.UTC)
        return calendar.add_minutes(due, calendar.between(began, at)).astimezone(dt.UTC)

    def request_supplement(self, moment: Moment, at: dt.datetime) -> None:
        """The applicant is asked for papers."""
        key, number = self.ids.next("dossiers_supplement"), len(self.supplements) + 1
        days = self.checked.version.supplement_days
        self.supplement = {
            "id": key, "dossier_id": self.id, "number": number, "before_receipt": False, "asked_at": stamp(at),
            "asked_by_id": None, "due_on": (local_date(at) + dt.timedelta(days=days)).isoformat(),
            "items": [moment.text] if moment.text else [], "reason": moment.text, "arrived_at": None,
            "expired_at": None,
        }  # fmt: skip
        self.note("supplement", key, self.supplement, Supplement)
        self.supplements.append(self.supplement | {"items": encode(self.supplement["items"])})
        self._stop_clock("supplement", at)
        self.set(supplements_asked=number)
        self.fact(supplements=number)

    def supplement_arrived(self, moment: Moment, at: dt.datetime) -> None:
        """The papers have come."""
        row = self.supplements[-1]
        row["arrived_at"] = stamp(at)
        self.rows.setdefault(f"supplement:{row['id']}", {})["arrived_at"] = row["arrived_at"]
        self._start_clock(moment, at)

    def pause_for_fee(self, moment: Moment, at: dt.datetime) -> None:
        """The applicant has to pay first."""
        self._stop_clock("fee", at)

    def forward(self, moment: Moment, at: dt.datetime) -> None:
        """The desk hands it on."""

    def extend(self, moment: Moment, at: dt.datetime) -> None:
        """A second promise is made before the first is over."""
        assert moment.due_at is not None
        self._apologise("extension", moment, at)
        self.set(extended_at=stamp(at))
        self.set_due(moment.due_at.astimezone(dt.UTC))
        self.fact(extended=True)

    def apologise(self, moment: Moment, at: dt.datetime) -> None:
        """The agency says in writing that it is sorry to be late."""
        self._apologise("apology", moment, at)
        self.set(apologised_at=stamp(at))
        self.fact(apologised_on=local_date(at).isoformat())

    def _apologise(self, kind: str, moment: Moment, at: dt.datetime) -> None:
        key = self.ids.next("dossiers_apology")
        row = {
            "id": key, "dossier_id": self.id, "kind": kind, "number": moment.text[:40], "made_at": stamp(at),
            "old_due_at": stamp(self.due_at or self.checked.received_at), "reason": "",
            "new_due_at": stamp(moment.due_at.astimezone(dt.UTC)) if moment.due_at else None,
        }  # fmt: skip
        self.note("apology", key, row, Apology)
        self.told.add("dossiers_apology", [row[name] for name in APOLOGY])

    def finish(self, moment: Moment, at: dt.datetime) -> None:
        """The result is ready."""
        self.set(finished_at=stamp(at), finished_on=local_date(at).isoformat())
        self.resolved_at = at

    def give_back(self, moment: Moment, at: dt.datetime) -> None:
        """The applicant has the result; what was never told to be finished was finished with it."""
        if self.resolved_at is None:
            self.finish(moment, at)
        self.set(returned_at=stamp(at))
        self.fact(returned_on=local_date(at).isoformat())

    def end(self, moment: Moment, at: dt.datetime) -> None:
        """Withdrawn or stopped."""
        self._end_pause(at)
        self.set(ended_at=stamp(at), paused_since=None)
        self.resolved_at = at

    def _open_task(self, at: dt.datetime) -> None:
        """Lay an open dossier into the hands that its process names."""
        checked = self.checked
        if self.resolved_at is not None or checked.process is None or is_refused(checked.history):
            return
        field_code = checked.version.procedure.field.code
        place = self.reference.place_of(
            checked.process, checked.desk, checked.competent.pk, field_code, local_date(at), not self.sent_on
        )
        if place is None:
            return
        key = self.ids.next("dossiers_task")
        row = {
            "id": key, "dossier_id": self.id, "number": 1, "step_id": place.step_id, "agency_id": place.agency_id,
            "unit_id": place.unit_id, "role": place.role, "assignee_id": None, "opened_at": stamp(at),
            "due_at": self.row["due_at"], "closed_at": None, "closed_by_id": None, "outcome": "", "note": "",
        }  # fmt: skip
        self.note("task", key, row, Task)
        self.told.add("dossiers_task", [row[name] for name in TASK])
        self.fact(unit_id=place.unit_id)


NO_END, NULL = "\1", "\\N"
_DO: dict[str, Callable[[_Story, Moment, dt.datetime], None]] = {
    "forwarded": _Story.forward,
    "supplement_requested": _Story.request_supplement,
    "supplement_arrived": _Story.supplement_arrived,
    "paused_for_fee": _Story.pause_for_fee,
    "fee_settled": _Story._start_clock,
    "extended": _Story.extend,
    "apologised": _Story.apologise,
    "finished": _Story.finish,
    "returned": _Story.give_back,
    "withdrawn": _Story.end,
    "stopped": _Story.end,
}


def _first_row(checked: Checked, pk: str) -> dict[str, Any]:
    """Return the dossier's columns at receipt, instants and dates as the ledger writes them."""
    history, version = checked.history, checked.version
    due = None if is_refused(history) or version.at_once else checked.due_at
    due_at, due_on = (stamp(due), local_date(due).isoformat()) if due else (None, None)
    return {
        "id": pk, "code": checked.code, "version_id": version.pk,
        "process_id": checked.process.pk if checked.process else None, "case": "",
        "agency_helped_id": checked.helped.pk, "agency_received_id": checked.received.pk,
        "agency_competent_id": checked.competent.pk, "desk_id": checked.desk.pk, "state": int(State.RECEIVED),
        "channel": history.channel, "received_at": stamp(checked.received_at),
        "received_on": local_date(checked.received_at).isoformat(), "due_at": due_at, "due_on": due_on,
        "first_due_at": due_at, "paused_since": None, "finished_at": None, "finished_on": None, "returned_at": None,
        "supplements_asked": 0, "extended_at": None, "apologised_at": None, "voided_at": None, "ended_at": None,
        "service_level": version.service_level,
        "e_result": version.e_result if history.e_result is None else history.e_result, "sets": 1, "pages": 0,
        "copies": 0, "return_method": "counter", "identity_authenticated": checked.owner.authenticated,
        "synchronised_at": stamp(history.synchronised_at.astimezone(dt.UTC)) if history.synchronised_at else None,
        "fee_due": history.fee_due, "fee_paid": history.fee_paid, "paid_how": history.paid_how, "return_place": "",
        "summary": (history.summary or version.name_vi)[:500], "note": history.note[:1000],
        "owner_name": checked.owner.name, "owner_address": checked.owner.address,
        "tracking_secret": os.urandom(10).translate(LETTERS).decode(), "search": SEARCH,
    }  # fmt: skip


# Stands for the search vector until PostgreSQL has made it.
SEARCH = "\2"


def _first_facts(checked: Checked) -> list[str]:
    """Return what is counted at receipt, in the order of `COUNTED`, as cells."""
    history, version = checked.history, checked.version
    due = None if is_refused(history) or version.at_once else checked.due_at
    due_on = local_date(due).isoformat() if due else None
    papers = history.papers
    facts: dict[str, Any] = {
        "standing": 0, "state": 0, "waiting": False, "received_on": local_date(checked.received_at).isoformat(),
        "due_on": due_on, "first_due_on": due_on, "resolved_on": None, "returned_on": None, "judged": None,
        "extended": False, "apologised_on": None, "version_id": version.pk, "agency_helped_id": checked.helped.pk,
        "agency_received_id": checked.received.pk, "agency_competent_id": checked.competent.pk, "unit_id": None,
        "channel": history.channel, "service_level": version.service_level, "worked_minutes": None,
        "waited_minutes": 0, "supplements": 0, "fee_due": history.fee_due, "fee_paid": history.fee_paid,
        "paid_how": history.paid_how, "components": len(papers), "digitised": sum(p.digitised for p in papers),
        "reused": sum(p.reused for p in papers), "from_store": sum(p.from_store for p in papers),
        "e_result": version.e_result if history.e_result is None else history.e_result,
        "authenticated": checked.owner.authenticated, "synchronised": history.synchronised_at is not None,
    }  # fmt: skip
    return [cell(facts[name]) for name in COUNTED]
