"""The demo's people at work: the dossiers of the last weeks at every stage, by the same actions as on the pages.

    done = work(until=timezone.now(), dossiers=120, days=20)

A population that is brought in (`making`) has histories and no hands: nobody's inbox holds it. Here invented clerks,
officers and leaders receive, hand on, wait for papers, finish, apologise and return, each in their own post, up to the
present. The same seed and the same instant give the same dossiers.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from motcua.borders.exchange.scenarios.people import address, person
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Level, Post, Role
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import Calendar, to_local_date
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.queries import cases_of, components_of, versions_on
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.checking import check_filing
from motcua.serve.dossiers.actions.clock import is_late
from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput
from motcua.serve.dossiers.models import Channel, Dossier, Pause, State

STAFF_CODE = "DEMO-"
CASH = PaymentInput(how="cash")
# Of a hundred dossiers so many lack a paper, end after their date, come in by post or online and lie unread.
LACK_A_PAPER, LATE, UNREAD = 6, 8, 8
MINUTE = dt.timedelta(minutes=1)


class NobodyToWork(Exception):
    """There is no clerk of the demo with a procedure to receive."""


@dataclass
class Weeks:
    """The people, what each clerk can receive, and what was done so far."""

    until: dt.datetime
    rng: random.Random
    posts: dict[tuple[int, str], Post]
    done: Counter[str] = field(default_factory=Counter)

    def actor(self, post: Post, moment: dt.datetime) -> Actor:
        """Return a person as of an instant."""
        return Actor(post=post, on=to_local_date(moment))


def work(
    *,
    until: dt.datetime,
    dossiers: int = 120,
    days: int = 20,
    seed: int = 7,
    tell: Callable[[int], None] = lambda count: None,
) -> Counter[str]:
    """Let the demo's people work through the last days.

    Args:
        until: the present, aware; nothing happens after it.
        dossiers: how many are filed.
        days: calendar days before `until` over which they are filed.
        seed: of the random choices.
        tell: is told after each dossier how many there are.

    Returns:
        How often each thing was done: "received", "unread", "handed on", "asked", "returned", "apologised".

    Raises:
        NobodyToWork: the demo's people are not there.
    """
    posts = Post.objects.on(to_local_date(until)).filter(person__staff_code__startswith=STAFF_CODE)
    posts = posts.select_related("person", "unit__agency", "desk").order_by("pk")
    weeks = Weeks(until, random.Random(seed), {(post.unit_id, post.role): post for post in posts})
    desks = _desks(weeks)
    if not desks:
        raise NobodyToWork
    for number, moment in enumerate(_moments(weeks, desks[0][0], dossiers, days), start=1):
        clerk, filings = weeks.rng.choices(desks, weights=[_weight(clerk) for clerk, _filings in desks])[0]
        _live(weeks, clerk, _filled(weeks, clerk, weeks.rng.choice(filings)), moment)
        tell(number)
    return weeks.done


def _moments(weeks: Weeks, clerk: Post, dossiers: int, days: int) -> list[dt.datetime]:
    """Return instants of filing in working hours, more of them lately: what is under way is what people look at."""
    calendar, found = calendar_for(clerk.unit.agency_id, to_local_date(weeks.until)), []
    for _try in range(50 * dossiers):
        drawn = weeks.until - dt.timedelta(days=days) * weeks.rng.random() ** 1.5
        if len(found) < dossiers and (at := _within_hours(calendar, drawn)) < weeks.until:
            found.append(at)
    return sorted(found)


def _weight(clerk: Post) -> int:
    """Most people go to their commune."""
    return 3 if clerk.unit.agency.level == Level.COMMUNE else 1


def _desks(weeks: Weeks) -> list[tuple[Post, list[Filing]]]:
    """Return the demo's clerks with a complete filing of each procedure that they can receive."""
    found = []
    for (_unit, role), post in weeks.posts.items():
        if role == Role.CLERK:
            day = to_local_date(weeks.until)
            filings = [f for v in versions_on(day).order_by("pk") if (f := _complete(weeks, post, v))]
            found += [(post, filings)] if filings else []
    return found


def _complete(weeks: Weeks, clerk: Post, version: ProcedureVersion) -> Filing | None:
    """Return a filing that this clerk can receive at this desk, or None."""
    day = to_local_date(weeks.until)
    by, cases = weeks.actor(clerk, weeks.until), cases_of(version, day)
    for case in ["", *(choice.key for choice in cases.choices)]:
        papers = tuple(ComponentInput(key=c.key, originals=1) for c in components_of(version, case) if c.required)
        owner = PartyInput(name="A", identity_number="066090012345")
        filing = Filing(procedure=version.procedure.code, owner=owner, components=papers, case=case)
        if version.counts_copies:
            filing = replace(filing, pages=2, copies=2)
        for payment in (None, CASH):
            try:
                checked = check_filing(by=by, filing=replace(filing, payment=payment), now=weeks.until)
            except Refused:
                continue
            if version.at_once or (checked.process is not None and not version.result_required):
                return replace(filing, payment=payment)
    return None


def _filled(weeks: Weeks, clerk: Post, filing: Filing) -> Filing:
    """Return a filing of somebody else."""
    name, number = person(weeks.rng)
    phone = f"0905{weeks.rng.randrange(10**6):06d}"
    place = clerk.unit.agency.name_vi.removeprefix("UBND ")
    owner = PartyInput(name=name, identity_number=number, phone=phone, address=address(weeks.rng, place))
    return replace(filing, owner=owner)


def _live(weeks: Weeks, clerk: Post, filing: Filing, moment: dt.datetime) -> None:
    """File a dossier and let it go on as far as time allows."""
    calendar = calendar_for(clerk.unit.agency_id, to_local_date(moment))
    by = weeks.actor(clerk, moment)
    if weeks.rng.randrange(100) < UNREAD and weeks.until - moment < dt.timedelta(days=4):
        channel = weeks.rng.choice([Channel.ONLINE, Channel.POST])
        actions.record_arrival(by=by, filing=replace(filing, channel=channel, payment=None), now=moment)
        weeks.done["unread"] += 1
        return
    dossier = actions.receive_dossier(by=by, filing=filing, now=moment)
    weeks.done["received"] += 1
    for at in _plan(weeks, dossier, calendar):
        if at > weeks.until or not _next_step(weeks, dossier, clerk, at):
            break
    dossier.refresh_from_db()
    if dossier.state == State.FINISHED:
        _end(weeks, dossier, clerk, calendar)


def _plan(weeks: Weeks, dossier: Dossier, calendar: Calendar) -> Iterator[dt.datetime]:
    """Yield when somebody next takes a dossier in hand: mostly so that it is ready before its date."""
    steps = dossier.process.steps.count() if dossier.process else 1
    due = dossier.due_at or dossier.received_at + dt.timedelta(days=1)
    late = weeks.rng.randrange(100) < LATE
    part = weeks.rng.uniform(1.1, 2.5) if late else weeks.rng.uniform(0.2, 0.85)
    moment = dossier.received_at
    for number in range(1, 3 * steps):
        planned = dossier.received_at + (due - dossier.received_at) * part * min(1, number / max(1, steps - 1))
        waited = dt.timedelta(days=weeks.rng.uniform(0.5, 6)) if _waits(dossier) else 0 * MINUTE
        moment = _within_hours(calendar, max(planned, moment + waited + weeks.rng.randint(3, 40) * MINUTE))
        yield moment


def _waits(dossier: Dossier) -> bool:
    """Tell whether a paper is waited for."""
    return dossier.pauses.filter(ends_at=None, cause=Pause.Cause.SUPPLEMENT).exists()


def _next_step(weeks: Weeks, dossier: Dossier, clerk: Post, moment: dt.datetime) -> bool:
    """Let whoever holds a dossier do what comes next; tell whether there is more to do."""
    if _waits(dossier):
        actions.record_supplement(by=weeks.actor(clerk, moment), dossier_id=dossier.pk, now=moment)
        return True
    task = dossier.tasks.filter(closed_at=None).order_by("pk").first()
    post = weeks.posts.get((task.unit_id, task.role)) if task else None
    if task is None or post is None:
        return False
    by = weeks.actor(post, moment)
    if post.role != Role.CLERK and weeks.rng.randrange(100) < LACK_A_PAPER and _ask(weeks, dossier, by, moment):
        return True
    return _go_on(weeks, dossier, by, moment)


def _ask(weeks: Weeks, dossier: Dossier, by: Actor, moment: dt.datetime) -> bool:
    """Ask for a paper, where the procedure still allows it; tell whether it was asked for."""
    items, reason = ["Bản sao giấy tờ tùy thân"], "Bản nộp bị mờ, không đọc được số."
    try:
        actions.request_supplement(by=by, dossier_id=dossier.pk, items=items, reason=reason, now=moment)
    except Refused:
        return False
    weeks.done["asked"] += 1
    return True


def _go_on(weeks: Weeks, dossier: Dossier, by: Actor, moment: dt.datetime) -> bool:
    """Hand on, or finish at the last step; tell whether there is more to do."""
    gone, refused = actions.forward_many(by=by, dossier_ids=[dossier.pk], now=moment)
    weeks.done["handed on"] += len(gone)
    return not refused and Dossier.objects.get(pk=dossier.pk).state != State.FINISHED


def _end(weeks: Weeks, dossier: Dossier, clerk: Post, calendar: Calendar) -> None:
    """Apologise for a result that is late, and give it to who comes for it."""
    ready = dossier.finished_at or dossier.received_at
    moment = _within_hours(calendar, ready + dt.timedelta(hours=weeks.rng.uniform(1, 50)))
    if moment > weeks.until:
        return
    leader = next((p for p in weeks.posts.values() if _leads(p, dossier.agency_competent_id)), None)
    if leader and is_late(dossier, moment):
        reason = "Nhiều hồ sơ dồn vào một tuần, kết quả có chậm."
        actions.apologise(by=weeks.actor(leader, moment), dossier_id=dossier.pk, reason=reason, now=moment)
        weeks.done["apologised"] += 1
    for payment in (None, CASH):
        try:
            actions.return_result(
                by=weeks.actor(clerk, moment), dossier_id=dossier.pk, taken_by=dossier.owner_name,
                payment=payment, now=moment,
            )  # fmt: skip
        except Refused:
            continue
        weeks.done["returned"] += 1
        return


def _leads(post: Post, agency_id: int) -> bool:
    return post.role == Role.LEADER and post.unit.agency_id == agency_id


def _within_hours(calendar: Calendar, moment: dt.datetime) -> dt.datetime:
    """Return an instant itself in working hours, else a little after they begin again."""
    opening = calendar.add(moment, 0, "wh")
    return moment if opening <= moment else opening + (moment.microsecond % 50) * MINUTE
