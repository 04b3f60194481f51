"""Internal processes: what the checker names, and that whatever it accepts can be run to its end."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.processes import Step, check, forerunners, longest_way, successors, time_of, waits_for
from motcua.rules.working_time import Duration

LIMIT = Duration(10, "wd")
RECEIVE = Step("receive", "receive")
RETURN = Step("return", "return")


def codes(*steps: Step, limit: Duration = LIMIT) -> list[tuple[str, str]]:
    """Return the faults of a table as pairs of code and step."""
    return [(fault.code, fault.step) for fault in check(steps, limit)]


def three_agencies() -> list[Step]:
    """Two opinions in parallel, joined before the signature."""
    return [
        RECEIVE,
        Step("examine", amount=8),
        Step("fire", "consult", after=("examine",), amount=24, where="named", agency="H15.1"),
        Step("land", "consult", after=("examine",), amount=16, where="named", agency="H15.2"),
        Step("sign", "sign", after=("fire", "land"), may_return_to=("examine",), amount=4),
        RETURN,
    ]


def test_a_process_of_three_agencies_is_sound() -> None:
    assert codes(*three_agencies()) == []


def test_parallel_steps_open_together_and_the_join_waits_for_all() -> None:
    steps = three_agencies()
    assert successors(steps, []) == ["receive"]
    assert successors(steps, ["receive", "examine"]) == ["fire", "land"]
    assert successors(steps, ["receive", "examine", "land"]) == ["fire"]
    assert successors(steps, ["receive", "examine", "land", "fire"]) == ["sign"]


def test_the_longest_way_counts_parallel_steps_once() -> None:
    assert longest_way(three_agencies()) == ["receive", "examine", "fire", "sign", "return"]
    assert time_of(three_agencies()) == (8 + 24 + 4) * 60


def test_a_loop_without_a_way_out_is_named_with_all_its_steps() -> None:
    steps = [RECEIVE, Step("a", after=("c",)), Step("b"), Step("c"), RETURN]
    faults = check(steps, LIMIT)
    assert [(f.code, f.step) for f in faults] == [("loop", "a"), ("unreachable", "return")]
    assert faults[0].params["keys"] == "a, b, c"


def test_a_step_that_waits_for_itself_is_a_loop() -> None:
    assert ("loop", "a") in codes(RECEIVE, Step("a", after=("a",)), RETURN)


def test_a_parallel_block_that_never_joins_is_named() -> None:
    steps = three_agencies()
    steps[4] = replace(steps[4], after=("fire",))
    assert codes(*steps) == [("never_joins", "land")]


def test_a_step_may_not_wait_for_a_row_below() -> None:
    steps = [RECEIVE, Step("a", after=("b",)), Step("b", after=("receive",)), Step("return", "return", after=("a",))]
    assert codes(*steps) == [("after_below", "a")]


def test_keys_that_no_step_has_are_named() -> None:
    steps = [RECEIVE, Step("a", after=("receive", "x")), Step("return", "return", may_return_to=("y",))]
    assert codes(*steps) == [("after_unknown", "a"), ("return_unknown", "return")]


def test_a_key_given_twice_or_not_at_all_is_named_first() -> None:
    assert codes(RECEIVE, Step("a"), Step("a"), RETURN) == [("key_twice", "a")]
    assert check([RECEIVE, Step(""), RETURN], LIMIT)[0].params == {"row": "2"}


def test_it_begins_with_receiving_and_ends_with_returning() -> None:
    assert codes(Step("a"), Step("b")) == [("first_not_receive", "a"), ("last_not_return", "b")]
    middle = [RECEIVE, Step("r", "return"), Step("q", "receive"), RETURN]
    assert codes(*middle) == [("receive_again", "q"), ("return_early", "r")]


def test_an_empty_table_is_no_process() -> None:
    assert codes() == [("empty", "")]


def test_the_steps_take_no_longer_than_the_law_gives() -> None:
    steps = [RECEIVE, Step("a", amount=2, unit="wd"), RETURN]
    assert codes(*steps, limit=Duration(2, "wd")) == []
    faults = check(steps, Duration(14, "wh"))
    assert [(f.code, f.params["taken"], f.params["allowed"]) for f in faults] == [("over_limit", "15", "14")]


def test_a_limit_of_the_same_day_is_one_working_day() -> None:
    assert codes(RECEIVE, Step("a", amount=7), RETURN, limit=Duration(0, "wd")) == []
    assert codes(RECEIVE, Step("a", amount=8), RETURN, limit=Duration(0, "wd")) == [("over_limit", "")]


def test_a_step_is_sent_back_only_to_what_came_before_it() -> None:
    steps = three_agencies()
    steps[3] = replace(steps[3], may_return_to=("fire",))
    assert codes(*steps) == [("return_not_before", "land")]


def test_a_row_at_fault_is_named() -> None:
    wrong = [
        RECEIVE,
        Step("a", amount=-1),
        Step("b", unit="year"),
        Step("c", where="named"),
        Step("d", agency="H15.1"),
        Step("return", "return", optional=True),
    ]
    assert codes(*wrong) == [
        ("time_negative", "a"),
        ("time_unit", "b"),
        ("agency_missing", "c"),
        ("agency_not_asked", "d"),
        ("must_not_skip", "return"),
    ]


@st.composite
def any_tables(draw: st.DrawFn) -> list[Step]:
    """Any table at all: rows that wait for any rows, themselves and unknown ones too."""
    keys = [f"s{n}" for n in range(draw(st.integers(1, 7)))]
    some = st.lists(st.sampled_from([*keys, "unknown"]), max_size=3, unique=True).map(tuple)
    kinds = ["receive", *["handle"] * (len(keys) - 2), "return"][-len(keys) :]
    return [Step(key, kind, draw(some), draw(some)) for key, kind in zip(keys, kinds, strict=True)]


@st.composite
def ordered_tables(draw: st.DrawFn) -> list[Step]:
    """Tables whose rows wait for rows above, and whose last row joins whatever is open: nearly always accepted."""
    steps = [Step("s0", "receive")]
    for number in range(1, draw(st.integers(1, 9))):
        above = st.lists(st.sampled_from([s.key for s in steps]), max_size=3, unique=True).map(tuple)
        step = Step(f"s{number}", after=draw(above), amount=draw(st.integers(0, 4)))
        before = sorted(forerunners([*steps, step], step.key))
        back = draw(st.lists(st.sampled_from(before), max_size=2, unique=True)) if before else []
        steps.append(replace(step, may_return_to=tuple(back)))
    awaited = {key for keys in waits_for(steps).values() for key in keys}
    return [*steps, Step("end", "return", tuple(s.key for s in steps if s.key not in awaited))]


def walk(steps: list[Step], seed: int) -> set[str]:
    """Do open steps at random, send back at random a few times; return what is done when nothing is open any more."""
    chance = random.Random(seed)
    by_key = {step.key: step for step in steps}
    done: set[str] = set()
    backs = 5
    while open_now := successors(steps, done):
        key = chance.choice(open_now)
        targets = [target for target in by_key[key].may_return_to if target in by_key]
        if backs and targets and chance.random() < 0.3:
            target = chance.choice(targets)
            done -= {target, *(other for other in by_key if target in forerunners(steps, other))}
            backs -= 1
        else:
            done.add(key)
    return done


@given(any_tables() | ordered_tables(), st.integers(0, 10_000))
def test_any_process_that_the_checker_accepts_is_run_to_its_end_by_a_random_walker(
    steps: list[Step], seed: int
) -> None:
    if check(steps, LIMIT) == []:
        assert walk(steps, seed) == {step.key for step in steps}


@given(any_tables(), st.integers(0, 10_000))
def test_where_a_walker_is_stuck_the_checker_names_a_step(steps: list[Step], seed: int) -> None:
    if walk(steps, seed) != {step.key for step in steps}:
        assert any(f.code in ("loop", "unreachable", "after_unknown", "after_below") for f in check(steps, LIMIT))


@given(ordered_tables())
def test_a_table_that_joins_what_it_splits_is_accepted(steps: list[Step]) -> None:
    assert check(steps, Duration(100, "wd")) == []


@given(ordered_tables(), st.integers(0, 10_000))
def test_the_last_step_opens_only_when_all_others_are_done(steps: list[Step], seed: int) -> None:
    chance = random.Random(seed)
    done: list[str] = []
    while open_now := successors(steps, done):
        assert "end" not in open_now or len(done) == len(steps) - 1
        done.append(chance.choice(open_now))
