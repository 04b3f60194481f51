"""The walk through parallel steps, pure: what opens next, what is done again."""

import random
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.processes import followers, waits_for
from motcua.rules.walking import Visit, done, to_open, waited_for


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
