"""What running rounds ask of one person: what is left, by when, and what comes next. Reads only."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.measure.assessment.asking import Asked, asked_of
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Assignment, Entry, Group, Member, Round, Stage, Step
from motcua.measure.assessment.policies import ENTERS, SUBMITS, covers, own_agencies
from motcua.measure.assessment.queries import language
from motcua.record.organisation.actor import Actor
from motcua.rules.scoring import Node

APPRAISING = (Stage.APPRAISAL, Stage.REAPPRAISAL)
OF_UNITS = (Stage.SELF, Stage.EXPLANATION)
# While a lead agency may still give values.
GIVING = (Stage.SELF, *APPRAISING)
# What a round may refuse once the stage's days are over; a lead agency's values and the publication it takes.
CLOSED = ("self", "sign", "explain", "appraise")
RUNNING = (Stage.SELF, Stage.APPRAISAL, Stage.EXPLANATION, Stage.REAPPRAISAL, Stage.COUNCIL)


@dataclass(frozen=True)
class Pile:
    """One page to work on: a leaf across units (`of` of them), or a part of one unit with `of` leaves."""

    label: str
    group: str
    address: str
    left: int
    of: int


@dataclass(frozen=True)
class Work:
    """What one round asks of a person at its present stage.

    `kind`: self (give values), sign (sign them off), explain, appraise, give (as lead agency), decide. `left` of
    `asked` values of `units` units are to do; `last` is the stage's last day, `days` from today to it, and once it is
    past, `refused` tells that the round takes nothing any more.
    """

    round: Round
    kind: str
    left: int
    asked: int
    units: int
    last: dt.date | None
    days: int | None
    refused: bool
    piles: tuple[Pile, ...]
    first: Pile

    @property
    def done(self) -> int:
        """Return how many are done."""
        return self.asked - self.left

    @property
    def late_by(self) -> int:
        """Return how many days the stage's last day is past."""
        return max(-(self.days or 0), 0)


def works_of(actor: Actor, today: dt.date) -> list[Work]:
    """Return what awaits a person in the rounds that run, the nearest end first; none where nothing is left to do.

    Args:
        today: local date from which days are counted.
    """
    if actor.post is None:
        return []
    groups = Group.objects.filter(taken_out_at=None, round__stage__in=RUNNING, round__published_at=None)
    found = list(groups.select_related("round").defer("round__content").order_by("name"))
    works = list(_Desk(actor, today, found).works()) if found else []
    return sorted(works, key=lambda work: (work.last or dt.date.max, work.round.name, work.kind))


class _Desk:
    """The groups of the rounds that run, with what of them is one person's, in a few queries."""

    def __init__(self, actor: Actor, today: dt.date, groups: list[Group]) -> None:
        self.actor, self.today, self.groups = actor, today, groups
        assert actor.post is not None
        rounds = {group.round_id: group.round for group in groups}
        self.rounds = list(rounds.values())
        self.parts = list(Assignment.objects.filter(round__in=rounds, post=actor.post, ended_at=None))
        self.whole = [group for group in groups if self._appraises(group) or self._leads(group)]
        of_own = [group for group in groups if group.round.stage in OF_UNITS and ENTERS.allows(actor)]
        wanted = Q(group__in=self.whole) | Q(group__in=of_own, agency_id=actor.agency_id)
        self.members = list(Member.objects.filter(wanted, taken_out_at=None).order_by("agency__code"))
        self.entries: dict[object, list[Entry]] = {}
        if self.members:
            kept = Entry.objects.filter(member__in=self.members).only("member_id", "leaf", "step", "values")
            for entry in kept:
                self.entries.setdefault(entry.member_id, []).append(entry)
        self.own = own_agencies(actor) if any(self._appraises(group) for group in groups) else frozenset()

    def _appraises(self, group: Group) -> bool:
        if group.round.stage not in APPRAISING:
            return False
        return any(
            each.part == Assignment.Part.APPRAISER
            and each.round_id == group.round_id
            and each.group_id in (None, group.pk)
            for each in self.parts
        )

    def _leads(self, group: Group) -> bool:
        return group.round.stage in GIVING and any(self._led(group)) and ENTERS.allows(self.actor)

    def _led(self, group: Group) -> Iterator[str]:
        for leaf, source in group.sources.items():
            if source.get("kind") == "lead" and source.get("agency") == self.actor.agency_id:
                yield leaf

    def works(self) -> Iterator[Work]:
        """Yield what each round asks for."""
        for found in self.rounds:
            groups = [group for group in self.groups if group.round_id == found.pk]
            if found.stage in OF_UNITS:
                yield from self._of_unit(found, groups)
            if found.stage in APPRAISING:
                yield from self._across(found, "appraise", [g for g in groups if self._appraises(g)], self._to_appraise)
            yield from self._across(found, "give", [g for g in groups if self._leads(g)], self._to_give)
            if found.stage == Stage.COUNCIL and any(self._decides(each, found) for each in self.parts):
                page = Pile(_("Decide and publish"), "", reverse("assessment:round", args=[found.pk]), 0, 0)
                yield self._work(found, "decide", 0, 0, 0, (), page)

    def _decides(self, part: Assignment, found: Round) -> bool:
        return part.round_id == found.pk and part.part == Assignment.Part.COUNCIL

    def _of_unit(self, found: Round, groups: list[Group]) -> Iterator[Work]:
        """Yield what the person's own unit has to enter, to sign off or to explain."""
        member = next((each for each in self.members if self._enters(found, each)), None)
        if member is None:
            return
        group = next(group for group in groups if group.pk == member.group_id)
        asked = self._asked(group, member)
        page, piles = reverse("assessment:unit", args=[member.pk]), tuple(self._parts_of_unit(group, member, asked))
        kind = "self" if found.stage == Stage.SELF else "explain"
        if piles:
            yield self._work(found, kind, len(asked.left), len(asked.leaves), 1, piles, piles[0])
        elif kind == "self" and SUBMITS.allows(self.actor, member):
            sign = Pile(_("Sign the self-assessment off"), group.name, page, 0, 0)
            yield self._work(found, "sign", 0, len(asked.leaves), 1, (), sign)

    def _enters(self, found: Round, member: Member) -> bool:
        signed = found.stage == Stage.SELF and member.submitted_at is not None
        return member.round_id == found.pk and not signed and ENTERS.allows(self.actor, member)

    def _asked(self, group: Group, member: Member) -> Asked:
        return asked_of(framework_of(group.text), group.sources, self.entries.get(member.pk, ()), group.round.stage)

    def _parts_of_unit(self, group: Group, member: Member, asked: Asked) -> Iterator[Pile]:
        root, page = framework_of(group.text).root, reverse("assessment:unit", args=[member.pk])
        holder = {child.code: node for node in root.walk() for child in node.children if not child.children}
        parts = dict.fromkeys(holder[leaf.code].code for leaf in root.leaves())
        for code in parts:
            leaves = [leaf for leaf in holder if holder[leaf].code == code]
            own = asked.within(leaves)
            if own.left:
                node = holder[leaves[0]]
                yield Pile(_label(node), group.name, f"{page}#s-{code}", len(own.left), len(own.leaves))

    def _across(
        self,
        found: Round,
        kind: str,
        groups: list[Group],
        to_do: Callable[[Group, Member], Asked],
    ) -> Iterator[Work]:
        """Yield what is to do leaf by leaf across the units of some groups."""
        piles: list[Pile] = []
        left, asked, units = 0, 0, 0
        for group in groups:
            of_each = [to_do(group, member) for member in self.members if member.group_id == group.pk]
            left += sum(len(each.left) for each in of_each)
            asked += sum(len(each.leaves) for each in of_each)
            units += sum(bool(each.left) for each in of_each)
            piles += _leaves_across(group, of_each)
        if piles:
            yield self._work(found, kind, left, asked, units, tuple(piles), piles[0])

    def _to_appraise(self, group: Group, member: Member) -> Asked:
        if member.agency_id in self.own:
            return Asked()
        asked = self._asked(group, member)
        mine = [p for p in self.parts if p.part == Assignment.Part.APPRAISER and p.round_id == member.round_id]
        return asked.within(leaf for leaf in asked.leaves if any(covers(each, member, leaf) for each in mine))

    def _to_give(self, group: Group, member: Member) -> Asked:
        led = frozenset(self._led(group))
        given = {entry.leaf for entry in self.entries.get(member.pk, ()) if entry.step == Step.SOURCE}
        return Asked(led, led - given)

    def _work(
        self, found: Round, kind: str, left: int, asked: int, units: int, piles: tuple[Pile, ...], first: Pile
    ) -> Work:
        days = found.calendar.get(found.stage)
        last = dt.date.fromisoformat(days[1]) if days else None
        until = (last - self.today).days if last else None
        refused = until is not None and until < 0 and found.late == Round.Late.REFUSED and kind in CLOSED
        return Work(found, kind, left, asked, units, last, until, refused, piles, first)


def _label(node: Node) -> str:
    return f"{node.code} {node.name(language())}"


def _leaves_across(group: Group, of_each: list[Asked]) -> Iterator[Pile]:
    for leaf in framework_of(group.text).root.leaves():
        left = sum(leaf.code in each.left for each in of_each)
        if left:
            page = reverse("assessment:leaf", args=[group.pk, leaf.code])
            yield Pile(_label(leaf), group.name, page, left, sum(leaf.code in each.leaves for each in of_each))
