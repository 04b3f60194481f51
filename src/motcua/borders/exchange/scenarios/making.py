"""The dossiers of a scenario, day by day: each with its fate, and a life that leads there."""

import datetime as dt
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from motcua.borders.exchange.scenarios.people import address, person
from motcua.borders.exchange.scenarios.plans import DayPlan, Scenario, ScenarioFault, chosen, plan
from motcua.record.organisation.models import Agency
from motcua.record.organisation.queries import DEFAULT_CALENDAR, calendar_by_code
from motcua.rules.identifiers import DossierCode
from motcua.rules.working_time import LOCAL, Calendar, Duration
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.queries import competent_agencies
from motcua.serve.dossiers.actions.bulk import History, Moment, PaperHandedIn
from motcua.serve.dossiers.actions.bulk.reference import Reference

PORTION = 4_000
Serials = Counter[tuple[str, dt.date]]
MINUTE = dt.timedelta(minutes=1)
CLOSING = dt.time(17, 0)
ONLINE, POST, COUNTER = 2, 3, 1


@dataclass(frozen=True)
class ScenarioPortion:
    """Some days of a scenario, or a piece of a busy one."""

    scenario: Scenario
    days: tuple[DayPlan, ...]
    late_over: int

    def histories(self) -> Sequence[History]:
        """Make the dossiers that were received on these days."""
        maker = _maker_of(self)
        return [history for day in self.days for history in maker.day(day)]


def portions(scenario: Scenario) -> Iterator[ScenarioPortion]:
    """Yield the scenario in portions of `PORTION` to twice as many, however many a day has: memory stays flat.

    Raises:
        ScenarioFault: lateness has too few dossiers to fall on, or a procedure has no agency.
    """
    plans = plan(scenario, calendar_by_code(DEFAULT_CALENDAR))
    late_over = sum(day.counts["resolved"] for day in plans if day.may_be_late)
    if scenario.counts["late"] > late_over:
        raise ScenarioFault(f"{scenario.code}: more are late than were received early enough")
    for code in scenario.procedures:
        if not Life(scenario).agencies(code, scenario.first):
            raise ScenarioFault(
                f"{scenario.code}: no agency decides {code} on {scenario.first}; load the province first"
            )
    waiting: list[DayPlan] = []
    for piece in (piece for day in plans for piece in day.in_pieces(PORTION)):
        waiting.append(piece)
        if sum(one.total for one in waiting) >= PORTION:
            yield ScenarioPortion(scenario, tuple(waiting), late_over)
            waiting = []
    if waiting:
        yield ScenarioPortion(scenario, tuple(waiting), late_over)


_MAKERS: dict[str, "Maker"] = {}


def _maker_of(portion: ScenarioPortion) -> "Maker":
    """Return the maker of the portion's scenario, kept with all that it has asked for."""
    name = portion.scenario.run_name
    if name not in _MAKERS:
        _MAKERS.clear()
        _MAKERS[name] = Maker(portion.scenario, portion.late_over)
    return _MAKERS[name]


class Life:
    """Where a scenario's dossiers may lie."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.reference = Reference()
        self._agencies: dict[tuple[str, dt.date], tuple[list[Agency], list[float]]] = {}

    def version(self, code: str, day: dt.date) -> ProcedureVersion:
        """Return a procedure's version of a day.

        Raises:
            ScenarioFault: the catalogue does not know it.
        """
        found = self.reference.version_of(code, day)
        if found is None:
            raise ScenarioFault(f"{self.scenario.code}: the catalogue has no procedure {code}")
        return found

    def agencies(self, code: str, day: dt.date) -> list[Agency]:
        """Return who decides a procedure on a day."""
        return self._weighed(code, day)[0]

    def _weighed(self, code: str, day: dt.date) -> tuple[list[Agency], list[float]]:
        month = day.replace(day=1)
        if (code, month) not in self._agencies:
            version = self.version(code, day)
            on = max(day, self.scenario.competences_on)
            found = [agency for agency in competent_agencies(version, on) if self.reference.agency_of(agency.code, day)]
            # Some communes are five times as busy as others, the same ones in every month.
            weights = [random.Random(f"{self.scenario.seed}:{agency.code}").lognormvariate(0, 0.55) for agency in found]
            self._agencies[code, month] = found, list(accumulate(weights))
        return self._agencies[code, month]

    def pick(self, rng: random.Random, code: str, day: dt.date) -> Agency:
        """Pick an agency."""
        agencies, weights = self._weighed(code, day)
        return agencies[bisect_right(weights, rng.random() * weights[-1])]


class Maker:
    """Makes dossiers of a scenario. The same piece of a day is made the same in every run."""

    def __init__(self, scenario: Scenario, late_over: int) -> None:
        self.scenario, self.late_over = scenario, late_over
        self.life = Life(scenario)
        self.calendar: Calendar = calendar_by_code(DEFAULT_CALENDAR)
        self.codes = list(scenario.procedures)
        self.weights = list(accumulate(scenario.procedures.values()))
        self.last_moment = self._last_closing()

    def _last_closing(self) -> dt.datetime:
        day = self.scenario.last
        while not self.calendar.shifts_on(day):
            day -= dt.timedelta(1)
        return dt.datetime.combine(day, self.calendar.shifts_on(day)[-1].closes, LOCAL)

    def day(self, plan: DayPlan) -> Iterator[History]:
        """Yield the dossiers received on a day, or in a piece of it."""
        piece = f":{plan.piece}" if plan.piece else ""
        rng = random.Random(f"{self.scenario.seed}:{plan.day.isoformat()}{piece}")
        serials: Serials = Counter()
        for fate, count in plan.counts.items():
            for n in range(count):
                yield _Dossier(self, rng, plan, fate, plan.at[fate] + n, serials).history()

    def procedure(self, rng: random.Random, day: dt.date, *, takes_time: bool, quick: bool) -> ProcedureVersion:
        """Pick a procedure; where asked for, one with a promise, or with one of a week at most."""
        for _try in range(200):
            code = self.codes[bisect_right(self.weights, rng.random() * self.weights[-1])]
            version = self.life.version(code, day)
            if (takes_time or quick) and version.at_once:
                continue
            if quick and version.limit_amount > 7:
                continue
            return version
        raise ScenarioFault(f"{self.scenario.code}: no procedure takes time")


class _Dossier:
    """One dossier while it is made."""

    def __init__(
        self,
        maker: Maker,
        rng: random.Random,
        plan: DayPlan,
        fate: str,
        index: int,
        serials: Counter[tuple[str, dt.date]],
    ) -> None:
        self.maker, self.rng, self.plan, self.day, self.fate, self.index = maker, rng, plan, plan.day, fate, index
        self.scenario, self.calendar = maker.scenario, maker.calendar
        self.serials = serials
        counts = self.scenario.counts
        self.late = fate == "resolved" and plan.may_be_late and chosen(index, counts["late"], maker.late_over)
        self.carried = plan.day < self.scenario.first
        takes_time = self.late or self.carried or fate.startswith("open")
        self.version = maker.procedure(rng, plan.day, takes_time=takes_time, quick=fate == "open_overdue")
        self.agency = maker.life.pick(rng, self.version.procedure.code, plan.day)
        self.channel = self._channel()
        self.received_at = self._received_at()
        self.due_at = self._due()

    # --- receipt -----------------------------------------------------------------------------------------

    def _channel(self) -> int:
        at = self.rng.random()
        online, post = self.scenario.channels["online"], self.scenario.channels["post"]
        if self.version.at_once or at >= online + post:
            return COUNTER
        return ONLINE if at < online else POST

    def _received_at(self) -> dt.datetime:
        """Return a time of the day: two humps at the counter, evenings and Sundays online."""
        rng, day = self.rng, self.day
        if self.channel == ONLINE and day != self.maker.last_moment.date():
            if day.weekday() == 0 and rng.random() < 0.2 and day != self.scenario.first:
                day -= dt.timedelta(1)
            minute = min(max(int(rng.gauss(15.5, 4.2) * 60), 0), 1439)
            return dt.datetime.combine(day, dt.time(minute // 60, minute % 60, int(rng.random() * 60)), LOCAL)
        morning = rng.random() < 0.58
        opens, length, peak = (450, 239, 70) if morning else (810, 209, 60)
        minute = opens + int(abs(rng.gauss(peak, 62))) % length
        return dt.datetime.combine(day, dt.time(minute // 60, minute % 60, int(rng.random() * 60)), LOCAL)

    def _due(self) -> dt.datetime | None:
        version = self.version
        if version.at_once or self.fate == "refused":
            return None
        calendar = self.calendar
        begin, _moved = calendar.starts_counting(self.received_at, version.cut_off)
        limit: Duration = self.maker.life.reference.limit_of(
            version,
            self.maker.life.reference.process_of(version.pk, self.agency.level, self.received_at.date()),
            self.channel,
        )
        return calendar.add(begin, limit.amount, limit.unit)

    # --- what happens ------------------------------------------------------------------------------------

    def history(self) -> History:
        """Return the dossier's story."""
        rng = self.rng
        name, identity = person(rng)
        received = self.maker.life.reference.desk_of(self.agency.pk, self.day)
        code = received.unit.agency.code if received else self.agency.code
        on = self.received_at.date()
        # Pieces take turns at the serial numbers of a day.
        serial = self.serials[code, on] * self.plan.pieces + self.plan.piece + 1
        self.serials[code, on] += 1
        flags = self._flags()
        by_chance = self.channel == ONLINE or rng.random() < self.scenario.shares["authenticated"]
        fee = 0 if self.version.at_once or rng.random() < 0.6 else 10_000 * (1 + int(rng.random() * 20))
        return History(
            code=DossierCode.format(code, on, serial),
            procedure=self.version.procedure.code,
            agency=self.agency.code,
            received_at=self.received_at,
            name=name,
            identity_number=identity,
            address=address(rng, self.agency.place or self.agency.name_vi.removeprefix("Ủy ban nhân dân ")),
            authenticated=flags.pop("authenticated", by_chance),
            moments=self._moments(),
            channel=self.channel,
            promised_at=self.due_at,
            fee_due=fee,
            fee_paid=fee,
            paid_how="" if not fee else "online" if self.channel == ONLINE else "cash",
            **flags,
        )

    def _flags(self) -> dict[str, object]:
        """Return what Decision 766 counts, spread over the period's dossiers so that it adds up."""
        counted, of = self.scenario.counted, self.scenario.population
        if self.fate == "refused" or not counted:
            return {}
        place = self.index + {"resolved": 0}.get(self.fate, self.scenario.counts["resolved"])
        place += self.scenario.counts["open_in_time"] if self.fate == "open_overdue" else 0
        e_result = chosen(place, counted["e_result"], of)
        nth = place * counted["e_result"] // of
        digitised = e_result and chosen(nth, counted["digitised"], counted["e_result"])
        reused = chosen(place, counted["reused"], of)
        stored = chosen(place, counted["from_store"], of)
        # Carried-over dossiers stand first, and are synchronised with the period in which they were received.
        before = self.scenario.counts["carried_over"]
        synchronised = not self.carried and chosen(place - before, counted["synchronised"], of - before)
        papers = (
            PaperHandedIn("Tờ khai", digitised=digitised, reused=reused),
            PaperHandedIn("Giấy tờ kèm theo", from_store=stored),
        )
        at = self.received_at + dt.timedelta(minutes=5) if synchronised else None
        connected = chosen(place, counted["authenticated"], of)
        return {"e_result": e_result, "papers": papers, "synchronised_at": at, "authenticated": connected}

    def _moments(self) -> tuple[Moment, ...]:
        if self.fate == "refused":
            return (Moment("refused", self.received_at),)
        if self.version.at_once:
            return ()
        if self.late:
            return self._late()
        if self.fate == "open_overdue":
            return self._overdue()
        if self.fate == "open_in_time":
            return self._open()
        return self._carried() if self.carried else self._in_time()

    def _working(self, at: dt.datetime) -> dt.datetime:
        """Return the instant, or the next opening."""
        return self.calendar.add(at, 0, "wh")

    def _between(self, a: dt.datetime, b: dt.datetime, share: float) -> dt.datetime:
        """Return a working instant between two, at a share of the working time between them."""
        minutes = max(int(self.calendar.between(a, b) * share), 0)
        found = self.calendar.add_minutes(self._working(a), minutes) if a < b else a
        return min(max(found, a), max(a, b))

    def _sent_on(self, until: dt.datetime) -> Moment:
        return Moment("forwarded", self._between(self.received_at, until, 0.02 + 0.1 * self.rng.random()))

    def _given_back(self, finished_at: dt.datetime) -> Moment:
        """Most come for the result on the day or the day after."""
        days = int(self.rng.expovariate(1.1))
        at = self._working(finished_at + dt.timedelta(days=days, minutes=10 + int(self.rng.random() * 90)))
        return Moment("returned", at)

    def _in_time(self) -> tuple[Moment, ...]:
        """Finished before the promise and within the period; now and then after a supplement, or withdrawn."""
        assert self.due_at is not None
        rng, shares = self.rng, self.scenario.shares
        end = min(self.due_at, self.maker.last_moment)
        at = rng.random()
        if at < shares["withdrawn"] + shares["stopped"]:
            sent = self._sent_on(end)
            kind = "withdrawn" if at < shares["withdrawn"] else "stopped"
            return sent, Moment(kind, self._between(sent.at, end, rng.random()))
        if at > 1 - shares["supplements"] and (found := self._with_supplement()):
            return found
        sent = self._sent_on(end)
        # Many are ready well before, a third on the last day.
        share = rng.random() ** 0.6 if rng.random() < 0.7 else 1.0
        finished = self._between(sent.at, end, share)
        return sent, Moment("finished", finished), self._given_back(finished)

    def _with_supplement(self) -> tuple[Moment, ...] | None:
        """Return a story with a supplement; None where it would not end within the period."""
        assert self.due_at is not None
        rng = self.rng
        sent = self._sent_on(self.due_at)
        asked = self._between(sent.at, self.due_at, 0.4 * rng.random())
        back = self._working(asked + dt.timedelta(days=1 + int(rng.expovariate(0.2)), minutes=int(rng.random() * 300)))
        told = self._after_supplement(sent, asked, back)
        return told if told[-2].at <= self.maker.last_moment else None

    def _carried(self) -> tuple[Moment, ...]:
        """Received before the period and finished in it: its promise lies there, or the applicant was waited for."""
        assert self.due_at is not None
        begin = self._working(dt.datetime.combine(self.scenario.first, dt.time(0), LOCAL))
        sent = self._sent_on(self.due_at)
        if self.due_at >= begin:
            finished = self._between(max(begin, sent.at), self.due_at, self.rng.random())
            return sent, Moment("finished", finished), self._given_back(finished)
        asked = self._between(sent.at, self.due_at, 0.5 * self.rng.random())
        back = self._working(
            begin + dt.timedelta(days=int(self.rng.random() * 6), minutes=int(self.rng.random() * 200))
        )
        return self._after_supplement(sent, asked, back)

    def _after_supplement(self, sent: Moment, asked: dt.datetime, back: dt.datetime) -> tuple[Moment, ...]:
        assert self.due_at is not None
        due = self.calendar.add_minutes(self.due_at, self.calendar.between(asked, back))
        finished = self._between(back, due, self.rng.random())
        return (
            sent,
            Moment("supplement_requested", asked, text="Bổ sung giấy tờ còn thiếu"),
            Moment("supplement_arrived", back, due_at=due),
            Moment("finished", finished),
            self._given_back(finished),
        )

    def _late(self) -> tuple[Moment, ...]:
        """Finished one to six working days after the promise; nearly all with an apology."""
        assert self.due_at is not None
        counts, rng = self.scenario.counts, self.rng
        nth = self.index * counts["late"] // self.maker.late_over
        apologised = chosen(nth, counts["apologies"], counts["late"])
        sent = self._sent_on(self.due_at)
        first = self.calendar.next_working_day(self.due_at.date())
        opening = dt.datetime.combine(first, self.calendar.shifts_on(first)[0].opens, LOCAL)
        if self.carried:
            opening = max(opening, self._working(dt.datetime.combine(self.scenario.first, dt.time(0), LOCAL)))
        sorry = opening + int(5 + rng.random() * 100) * MINUTE
        finished = self._working(
            sorry + dt.timedelta(days=int(rng.expovariate(0.6)) % 7, minutes=20 + int(rng.random() * 200))
        )
        told = (Moment("apologised", sorry, due_at=finished, text=f"{1 + nth:05d}/PXL"),) if apologised else ()
        return sent, *told, Moment("finished", finished), self._given_back(finished)

    def _overdue(self) -> tuple[Moment, ...]:
        """Late and still open when the period ends."""
        finished = self._after_the_end()
        return self._sent_on(self.due_at or finished), Moment("finished", finished), self._given_back(finished)

    def _after_the_end(self) -> dt.datetime:
        end = dt.datetime.combine(self.scenario.last + dt.timedelta(1), dt.time(8), LOCAL)
        return self._working(
            end + dt.timedelta(days=int(self.rng.expovariate(0.4)) % 10, minutes=int(self.rng.random() * 200))
        )

    def _open(self) -> tuple[Moment, ...]:
        """Open when the period ends: its promise lies after it, or the applicant is waited for."""
        assert self.due_at is not None
        if self.due_at.date() > self.scenario.last:
            sent = self._sent_on(self.due_at)
            begin = max(sent.at, dt.datetime.combine(self.scenario.last + dt.timedelta(1), dt.time(0), LOCAL))
            finished = self._between(self._working(begin), self.due_at, self.rng.random())
            return sent, Moment("finished", finished), self._given_back(finished)
        sent = self._sent_on(self.due_at)
        asked = self._between(sent.at, min(self.due_at, self.maker.last_moment), 0.5 * self.rng.random())
        return self._after_supplement(sent, asked, self._after_the_end())
