"""A dossier while its events are told: what each moment changes in its rows, in what is counted, in the ledger."""

import datetime as dt
import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from motcua.serve.dossiers.actions.bulk.checking import Checked, is_refused, local_date, state_after
from motcua.serve.dossiers.actions.bulk.histories import Moment
from motcua.serve.dossiers.actions.bulk.lines import (
    APOLOGY,
    COMPONENT,
    DOSSIER,
    PARTY,
    PAUSE,
    PLACE_OF,
    SEARCH,
    SUPPLEMENT,
    TASK,
    Note,
    cell,
    encode,
    folded,
    fresh_id,
    plain_line,
    secret,
)
from motcua.serve.dossiers.actions.bulk.reference import Reference, Setting
from motcua.serve.dossiers.actions.bulk.telling import Frame, Ids, Told, stamp
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
TEXTS = ("code", "summary", "note", "owner_name", "owner_address")
NOTES = {model: Note(model) for model in (Party, DossierComponent, Pause, Supplement, Apology, Task)}
IDENTITY_KINDS = {12: "cccd", 9: "cmnd"}
# What is counted of a state: the state, whether the citizen is waited for, where the dossier stands.
STATE, IS_WAITING, STANDING = (PLACE_OF[name] for name in ("state", "waiting", "standing"))
RESOLVED_STATES = frozenset(int(state) for state in (*DONE, *ENDED))


class Shape:
    """What the dossiers of one setting have alike: columns, what is counted, the note of the ledger."""

    def __init__(self, setting: Setting) -> None:
        self.row, self.facts = _alike(setting), _counted_alike(setting)
        self.note = Note(Dossier, self.row)


shape_of = lru_cache(maxsize=8_192)(Shape)


class Teller:
    """Tells dossiers into a batch."""

    def __init__(self, frame: Frame, reference: Reference, ids: Ids) -> None:
        self.frame, self.reference, self.ids = frame, reference, ids
        self.told, self.now = Told(), stamp(frame.now)

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
        self.checked, self.setting, self.now = checked, checked.setting, teller.now
        self.id = fresh_id()
        self.salt = os.urandom(16)
        self.number, self.head = 0, GENESIS_HEX
        # What the event that is being told notes: whole rows as JSON, changes of a row by column.
        self.rows: dict[str, str | dict[str, Any]] = {}
        self.shape = shape_of(checked.setting)
        self.row = _first_row(checked, self.id, self.shape)
        self.facts = _first_facts(checked, self.row, self.shape)
        self.pauses: list[dict[str, Any]] = []
        self.supplements: list[dict[str, Any]] = []
        self.clock: list[tuple[dt.datetime, dt.datetime | None]] = []
        self.sent_on = False
        # What is settled at once, or refused, has no promise, whatever the source says.
        self.due_at = checked.due_at if self.row["due_at"] else None
        self.resolved_at: dt.datetime | None = None
        self.judged_by: tuple[object, ...] = ()
        self.last_facts, self.span_number = "", 0
        self.open_span: tuple[str, str] = ("", "")
        self.open_place = 0
        self.folded_name = ""

    # --- rows --------------------------------------------------------------------------------------------

    def digest(self, name: str, value: Any) -> str:
        """Return what `hashing.digest` gives, as JSON."""
        if value is None or value == "":
            return "null"
        text = encode_basestring(value) if type(value) is str else encode(value)
        return f'"{hmac.digest(self.salt, f"""["{name}",{text}]""".encode(), "sha256").hex()[:32]}"'

    def note(self, name: str, key: object, row: dict[str, Any], model: Any) -> None:
        """Note a new row in the event that is being told."""
        self.rows[f"{name}:{key}"] = NOTES[model].text(row, self.digest)

    def changes(self, name: str) -> dict[str, Any]:
        """Return what the event that is being told changes in a row noted before."""
        found = self.rows.setdefault(name, {})
        assert isinstance(found, dict)
        return found

    def set(self, **values: Any) -> None:
        """Change the dossier's row and note it."""
        self.row.update(values)
        self.changes(f"dossier:{self.id}").update(values)

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
        kind, at = "dossier.received", checked.received_at
        if is_refused(history):
            kind, self.row["state"] = "dossier.refused", int(State.REFUSED)
            self.row["ended_at"] = stamp(history.moments[0].at.astimezone(dt.UTC))
        elif self.setting.version.at_once and not history.moments:
            kind = "dossier.given_at_once"
            self.row |= {"state": int(State.RETURNED), "finished_at": stamp(at), "returned_at": stamp(at)}
            self.row["finished_on"] = self.row["received_on"]
            self.resolved_at = at
            self.fact(returned_on=self.row["finished_on"])
        self.rows[f"dossier:{self.id}"] = self.shape.note.text(self.row, self.digest)
        self._write_party()
        self._write_papers()
        facts = {"source": self.frame.source, "source_code": history.code}
        if history.recorded_at:
            facts["source_recorded_at"] = stamp(history.recorded_at.astimezone(dt.UTC))
        if not history.moments:
            self._open_task(at)
        self._state(self.row["state"])
        self.event(kind, at, encode(facts))

    def _write_party(self) -> None:
        owner, key = self.checked.owner, self.ids.next("dossiers_party")
        number = owner.identity_number
        self.folded_name = folded(owner.name)
        row = {
            "id": key, "dossier_id": self.id, "part": "owner", "kind": str(owner.kind), "name": owner.name,
            "folded_name": self.folded_name, "identity_number": number,
            "identity_kind": IDENTITY_KINDS.get(len(number), "other") if number else "",
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
        kind = moment.kind
        if kind == "refused":
            return
        at = moment.at.astimezone(dt.UTC)
        self.sent_on = self.sent_on or kind == "forwarded"
        _DO[kind](self, moment, at)
        state = state_after(kind, self.sent_on)
        if state is not None:
            self.set(state=int(state))
            self._state(int(state))
        if moment is self.checked.history.moments[-1]:
            self._open_task(at)
        self.event(f"dossier.{kind}", at, "{}")

    def _state(self, state: int) -> None:
        resolved = state in RESOLVED_STATES
        standing = Standing.RESOLVED if resolved else Standing.BEFORE if state == State.REFUSED else Standing.OPEN
        self.facts[STATE], self.facts[IS_WAITING] = str(state), str(state in WAITING)
        self.facts[STANDING] = str(int(standing))
        if resolved:
            self._resolve()

    def _resolve(self) -> None:
        at = self.resolved_at
        assert at is not None
        # A result that is handed over is judged as it was when it was ready.
        judged_by = (at, self.due_at, len(self.clock))
        if judged_by == self.judged_by:
            return
        self.judged_by = judged_by
        resolved_on, due_on = local_date(at), local_date(self.due_at) if self.due_at else None
        waited = self._waited(at)
        self.fact(
            resolved_on=resolved_on.isoformat(),
            judged=judge(due_on, resolved_on),
            worked_minutes=self._minutes(self.checked.received_at, at) - waited,
            waited_minutes=waited,
        )

    def _minutes(self, a: dt.datetime, b: dt.datetime) -> int:
        return self.reference.calendar(self.setting.competent.pk, local_date(a)).between(a, b)

    def _waited(self, until: dt.datetime | None) -> int:
        spans = [(a, b or until) for a, b in self.clock]
        return sum(self._minutes(a, b) for a, b in spans if b is not None)

    def event(self, kind: str, at: dt.datetime, facts: str) -> None:
        """End the event: its payload, its hash, the span that begins with it."""
        self.number += 1
        number, actor, told = self.number, self.frame.actor, self.told
        occurred = stamp(at)
        recorded = occurred if self.frame.as_story else self.now
        rows = [f'"{k}":{v if type(v) is str else encode(v)}' for k, v in sorted(self.rows.items())]
        payload = f'{{"facts":{facts},"rows":{{{",".join(rows)}}}}}'
        head, chain = self.head, self.id
        fields = f'["{chain}",{number},"{kind}","{actor}","{occurred}","{recorded}",{payload},"{head}"]'
        digest = hashlib.sha256(fields.encode()).hexdigest()
        # JSON holds no tab and no end of line.
        escaped = payload.replace("\\", "\\\\")
        text = f"{chain}\t{number}\t{kind}\t{actor}\t{occurred}\t{recorded}\t{escaped}\t\\\\x{head}\t\\\\x{digest}\n"
        told.events.append((recorded, text, digest))
        day = local_date(at)
        told.tallies[self.setting.received.pk, day, kind] += 1
        self.head, self.rows = digest, {}
        self._span(day.isoformat(), occurred)

    def _span(self, day: str, occurred: str) -> None:
        facts = "\t".join(self.facts)
        if facts == self.last_facts:
            return
        place = len(self.told.events) - 1
        if self.span_number:
            began, began_on = self.open_span
            self.told.spans.append(
                f"{self.id}\t{self.span_number - 1}\t%d\t%d\t\\N\t{began}\t{occurred}\t{began_on}\t{day}\t"
                f"{self.last_facts}\n"
            )
            self.told.places += (self.open_place, place)
        self.open_span, self.open_place, self.last_facts = (occurred, day), place, facts
        self.span_number += 1

    def close(self) -> None:
        """Write the rows as they are at the end."""
        told, checked, history = self.told, self.checked, self.checked.history
        began, began_on = self.open_span
        told.spans.append(
            f"{self.id}\t{self.span_number - 1}\t%d\t\\N\t\\N\t{began}\t\\N\t{began_on}\t\\N\t{self.last_facts}\n"
        )
        told.places.append(self.open_place)
        told.rows.setdefault("ledger_chain", []).append(
            f"{self.id}\tdossier\t\\\\x{self.salt.hex()}\t{self.number}\t\\\\x{self.head}\n"
        )
        for row in self.pauses:
            told.add("dossiers_pause", [row[name] for name in PAUSE])
        for row in self.supplements:
            told.add("dossiers_supplement", [row[name] for name in SUPPLEMENT])
        recorded = stamp(history.recorded_at.astimezone(dt.UTC)) if history.recorded_at else None
        told.add("dossiers_origin", (self.id, self.frame.run_id, self.frame.source, history.code, recorded))
        self._write_dossier()
        if checked.serial is not None and checked.serial.agency == self.setting.received.code:
            key = (self.setting.received.pk, checked.serial.day.isoformat())
            told.serials[key] = max(told.serials.get(key, 0), checked.serial.serial)

    def _write_dossier(self) -> None:
        row = self.row
        code = folded(self.checked.code)
        self.told.texts.append(f"{code} {code.rsplit('-', 1)[-1]} {self.folded_name} {folded(row['summary'])}")
        for name in TEXTS:
            row[name] = cell(row[name])
        self.told.rows.setdefault("dossiers_dossier", []).append(plain_line([row[column] for column in DOSSIER]))

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
            self.changes(f"pause:{row['id']}")["ends_at"] = row["ends_at"]

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
        due, version = self.due_at, self.setting.version
        if due is None or local_date(began) > local_date(due):
            return due
        calendar = self.setting.calendar
        if self.pauses[-1]["cause"] == "supplement" and version.supplement_recomputes:
            limit = self.reference.limit_of(version, self.setting.process, self.checked.history.channel)
            return calendar.promise(at, limit, cut_off=version.cut_off).due_at.astimezone(dt.UTC)
        return calendar.add_minutes(due, calendar.between(began, at)).astimezone(dt.UTC)

    def request_supplement(self, moment: Moment, at: dt.datetime) -> None:
        """The applicant is asked for papers."""
        key, number = self.ids.next("dossiers_supplement"), len(self.supplements) + 1
        days = self.setting.version.supplement_days
        row = {
            "id": key, "dossier_id": self.id, "number": number, "before_receipt": False, "asked_at": stamp(at),
            "asked_by_id": None, "due_on": (local_date(at) + dt.timedelta(days=days)).isoformat(),
            "items": [moment.text] if moment.text else [], "reason": moment.text, "arrived_at": None,
            "expired_at": None,
        }  # fmt: skip
        self.note("supplement", key, row, Supplement)
        self.supplements.append(row | {"items": encode(row["items"])})
        self._stop_clock("supplement", at)
        self.set(supplements_asked=number)
        self.fact(supplements=number)

    def supplement_arrived(self, moment: Moment, at: dt.datetime) -> None:
        """The papers have come."""
        row = self.supplements[-1]
        row["arrived_at"] = stamp(at)
        self.changes(f"supplement:{row['id']}")["arrived_at"] = row["arrived_at"]
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
        setting = self.setting
        if self.resolved_at is not None or setting.process is None or is_refused(self.checked.history):
            return
        field_code = setting.version.procedure.field.code
        place = self.reference.place_of(
            setting.process, setting.desk, setting.competent.pk, field_code, local_date(at), not self.sent_on
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


def _alike(setting: Setting) -> dict[str, Any]:
    """Return the columns of a dossier that its setting gives, and those that nothing here changes."""
    version = setting.version
    return {
        "version_id": version.pk, "process_id": setting.process.pk if setting.process else None, "case": "",
        "agency_helped_id": setting.helped.pk, "agency_received_id": setting.received.pk,
        "agency_competent_id": setting.competent.pk, "desk_id": setting.desk.pk, "voided_at": None,
        "service_level": version.service_level, "sets": 1, "pages": 0, "copies": 0, "return_method": "counter",
        "return_place": "",
    }  # fmt: skip


def _first_row(checked: Checked, pk: str, shape: Shape) -> dict[str, Any]:
    """Return the dossier's columns at receipt, instants and dates as the ledger writes them."""
    history, version = checked.history, checked.setting.version
    due = None if version.at_once or is_refused(history) else checked.due_at
    due_at, due_on = (stamp(due), local_date(due).isoformat()) if due else (None, None)
    return shape.row | {
        "id": pk, "code": checked.code, "state": int(State.RECEIVED), "channel": history.channel,
        "received_at": stamp(checked.received_at), "received_on": local_date(checked.received_at).isoformat(),
        "due_at": due_at, "due_on": due_on, "first_due_at": due_at, "paused_since": None, "finished_at": None,
        "finished_on": None, "returned_at": None, "supplements_asked": 0, "extended_at": None, "apologised_at": None,
        "ended_at": None, "e_result": version.e_result if history.e_result is None else history.e_result,
        "identity_authenticated": checked.owner.authenticated,
        "synchronised_at": stamp(history.synchronised_at.astimezone(dt.UTC)) if history.synchronised_at else None,
        "fee_due": history.fee_due, "fee_paid": history.fee_paid, "paid_how": history.paid_how,
        "summary": (history.summary or version.name_vi)[:500], "note": history.note[:1000],
        "owner_name": checked.owner.name, "owner_address": checked.owner.address,
        "tracking_secret": secret(), "search": SEARCH,
    }  # fmt: skip


def _counted_alike(setting: Setting) -> list[str]:
    """Return what is counted of a setting's dossiers at receipt, in the order of `COUNTED`, as cells."""
    facts: dict[str, Any] = {
        "standing": 0, "state": 0, "waiting": False, "resolved_on": None, "returned_on": None, "judged": None,
        "extended": False, "apologised_on": None, "version_id": setting.version.pk,
        "agency_helped_id": setting.helped.pk, "agency_received_id": setting.received.pk,
        "agency_competent_id": setting.competent.pk, "unit_id": None,
        "service_level": setting.version.service_level, "worked_minutes": None, "waited_minutes": 0, "supplements": 0,
        "components": 0, "digitised": 0, "reused": 0, "from_store": 0,
    }  # fmt: skip
    return [cell(facts.get(name)) for name in COUNTED]


# What is counted at receipt as it stands in the dossier's row.
AS_IN_ROW = tuple(
    (PLACE_OF[name], column)
    for name, column in {
        "received_on": "received_on", "due_on": "due_on", "first_due_on": "due_on", "channel": "channel",
        "fee_due": "fee_due", "fee_paid": "fee_paid", "paid_how": "paid_how", "e_result": "e_result",
        "authenticated": "identity_authenticated",
    }.items()
)  # fmt: skip
OF_PAPERS = tuple(PLACE_OF[name] for name in ("components", "digitised", "reused", "from_store"))


def _first_facts(checked: Checked, row: dict[str, Any], shape: Shape) -> list[str]:
    """Return what is counted at receipt, in the order of `COUNTED`, as cells."""
    facts = shape.facts.copy()
    for place, column in AS_IN_ROW:
        facts[place] = cell(row[column])
    facts[PLACE_OF["synchronised"]] = str(row["synchronised_at"] is not None)
    papers = checked.history.papers
    if papers:
        flags = ((p.digitised, p.reused, p.from_store) for p in papers)
        counts = (len(papers), *(sum(column) for column in zip(*flags, strict=True)))
        for place, count in zip(OF_PAPERS, counts, strict=True):
            facts[place] = str(count)
    return facts
