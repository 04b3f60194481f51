"""The walk through parallel steps, pure: what opens next, what is done again."""

import random
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.test_processes import any_tables, ordered_tables

from motcua.rules.processes import Step, check, followers, waits_for
from motcua.rules.walking import Visit, done, to_open, waited_for
from motcua.rules.working_time import Duration


@dataclass
class Place:
    key: str
    after: list[str] = field(default_factory=list)


LINE = [Place("a"), Place("b"), Place("c")]
FORK = [Place("a"), Place("b", ["a"]), Place("c", ["a"]), Place("d", ["b", "c"]), Place("e")]


def test_without_after_a_step_follows_the_one_before():
    assert waits_for(LINE) == {"a": (), "b": ("a",), "c": ("b",)}
    assert to_open(LINE, [Visit("a", 1, is_done=True)]) == ["b"]


def test_steps_after_the_same_one_open_side_by_side_and_a_join_waits_for_both():
    begun = [Visit("a", 1, is_done=True)]
    assert to_open(FORK, begun) == ["b", "c"]
    one_left = [*begun, Visit("b", 2, is_done=True), Visit("c", 3, is_open=True)]
    assert to_open(FORK, one_left) == []
    assert waited_for(FORK, one_left, "b") == ["c"]
    assert to_open(FORK, [*begun, Visit("b", 2, is_done=True), Visit("c", 3, is_done=True)]) == ["d"]


def test_what_came_after_a_step_that_was_opened_again_is_done_again():
    visits = [Visit(key, n, is_done=True) for n, key in enumerate("abcd", 1)]
    again = [*visits, Visit("b", 5, is_done=True)]
    assert done(FORK, again) == {"a", "b", "c"}
    assert to_open(FORK, again) == ["d"]


def test_followers_are_near_and_far_but_not_beside():
    assert followers(FORK, "b") == {"d", "e"}
    assert followers(FORK, "a") == {"b", "c", "d", "e"}


@st.composite
def processes(draw: st.DrawFn) -> list[Place]:
    """Processes whose steps wait for any earlier ones, all joined by the last."""
    size = draw(st.integers(2, 9))
    places = [Place("s0")]
    for n in range(1, size):
        waits = draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=3))
        places.append(Place(f"s{n}", [f"s{i}" for i in sorted(waits)]))
    waited = {key for place in places for key in place.after}
    places.append(Place("end", [p.key for p in places if p.key not in waited]))
    return places


@given(processes(), st.randoms(use_true_random=False))
def test_any_process_is_walked_to_its_end_whatever_order_hands_take(places: list[Place], rng: random.Random):
    visits: dict[str, Visit] = {}
    for turn in range(1, len(places) + 1):
        openable = to_open(places, list(visits.values()))
        assert openable, "a walker stands still"
        key = rng.choice(openable)
        before = waits_for(places)[key]
        assert all(visits[k].is_done for k in before), "a step opened before its forerunners were done"
        visits[key] = Visit(key, turn, is_done=True)
    assert to_open(places, list(visits.values())) == []
    assert done(places, visits.values()) == {p.key for p in places}


class Walker:
    """Hands that work in any order: several steps lie open at once; some are sent back, some are skipped."""

    def __init__(self, steps: list[Step], chance: random.Random) -> None:
        self.steps, self.chance = steps, chance
        self.by_key = {step.key: step for step in steps}
        self.visits: list[Visit] = []
        self.backs = 5
        self._open()

    def _open(self) -> None:
        for key in to_open(self.steps, self.visits):
            self.visits.append(Visit(key, len(self.visits) + 1, is_open=True))

    def _close(self, number: int, *, is_done: bool) -> None:
        self.visits[number - 1] = Visit(self.visits[number - 1].key, number, is_done=is_done)

    def go(self) -> bool:
        """Let one open step be worked; False if none is open."""
        held = [visit for visit in self.visits if visit.is_open]
        if not held:
            return False
        visit = self.chance.choice(held)
        back = [key for key in self.by_key[visit.key].may_return_to if key in self.by_key]
        if back and self.backs and self.chance.random() < 0.3:
            self.backs -= 1
            self._send_back(self.chance.choice(back))
        else:
            self._close(visit.number, is_done=True)
            self._open()
        return True

    def _send_back(self, to: str) -> None:
        later = followers(self.steps, to)
        for visit in [v for v in self.visits if v.is_open and v.key in later]:
            self._close(visit.number, is_done=False)
        self.visits.append(Visit(to, len(self.visits) + 1, is_open=True))


@given(any_tables() | ordered_tables(), st.randoms(use_true_random=False))
def test_whatever_the_checker_accepts_is_walked_to_its_end_by_hands_side_by_side(
    steps: list[Step], chance: random.Random
) -> None:
    if check(steps, Duration(100, "wd")):
        return
    walker = Walker(steps, chance)
    waiting = waits_for(steps)
    for _turn in range(400):
        held = [visit for visit in walker.visits if visit.is_open]
        assert len({visit.key for visit in held}) == len(held), "a step lies open twice"
        for visit in held:
            later = followers(steps, visit.key)
            assert not any(other.key in later for other in held), "a step lies open beside one that it waits for"
        if not walker.go():
            break
    assert done(steps, walker.visits) == {step.key for step in steps}
    assert all(key in waiting for key in walker.by_key)


@given(st.integers(2, 6), st.integers(0, 5))
def test_a_loop_with_no_way_out_is_refused_wherever_it_stands(size: int, before: int) -> None:
    """A ring of steps that wait for each other, behind any number of sound ones."""
    ahead = [Step("receive", "receive"), *(Step(f"a{n}") for n in range(before))]
    ring = [Step(f"r{n}", after=(f"r{(n + 1) % size}",)) for n in range(size)]
    table = [*ahead, *ring, Step("return", "return", after=(ahead[-1].key, "r0"))]
    faults = check(table, Duration(100, "wd"))
    assert ("loop", "r0") in {(fault.code, fault.step) for fault in faults}
    loop = next(fault for fault in faults if fault.code == "loop")
    assert loop.params["keys"] == ", ".join(step.key for step in ring)
    assert Walker(table, random.Random(0)).go()
    walker = Walker(table, random.Random(0))
    while walker.go():
        pass
    assert not done(table, walker.visits) & {step.key for step in ring}
