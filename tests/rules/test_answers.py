"""Forms: definitions are checked with the place of each fault, answers against the definition."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.answers import Choice, Condition, Field, as_data, check_definition, read_definition, validate
from motcua.rules.answers.fields import KINDS

TODAY = dt.date(2026, 11, 21)
AB = (Choice("a", "A"), Choice("b", "B"))


def asked(key: str, kind: str = "text", **more: Any) -> Field:
    return Field(key, kind, key, **more)


def places(*fields: Field) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in check_definition(fields)]


def clean(one: Field, value: Any) -> Any:
    found, wrong = validate([one], {one.key: value}, TODAY)
    return wrong[one.key].code if wrong else found.get(one.key)


def test_a_condition_on_a_missing_field_is_refused_with_its_place() -> None:
    assert places(asked("a"), asked("b", show_if=(Condition("a", "filled"), Condition("gone", "filled")))) == [
        ("condition_missing", "2.show_if.2")
    ]


def test_a_condition_on_a_later_field_is_refused() -> None:
    assert places(asked("a", show_if=(Condition("b", "filled"),)), asked("b")) == [("condition_later", "1.show_if.1")]


def test_conditions_in_a_circle_are_named_as_a_circle() -> None:
    a = asked("a", show_if=(Condition("b", "filled"),))
    b = asked("b", show_if=(Condition("a", "filled"),))
    assert places(a, b) == [("condition_circle", "1.show_if.1")]
    assert places(asked("a", show_if=(Condition("a", "filled"),))) == [("condition_circle", "1.show_if.1")]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition("c", "is", "z"), "condition_value"),
        (Condition("c", "lt", "a"), "operator"),
        (Condition("c", "has", "a"), "operator"),
        (Condition("n", "gt", "many"), "condition_value"),
        (Condition("y", "is", "perhaps"), "condition_value"),
        (Condition("c", "like", "a"), "operator"),
    ],
)
def test_a_condition_that_cannot_be_compared_is_refused(condition: Condition, code: str) -> None:
    fields = (asked("c", "choice", choices=AB), asked("n", "number"), asked("y", "yes_no"))
    assert places(*fields, asked("x", show_if=(condition,))) == [(code, "4.show_if.1")]


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (asked("A b"), ("key", "1.key")),
        (asked("a", "picture"), ("kind", "1.kind")),
        (Field("a", "text", " "), ("label", "1.label_vi")),
        (asked("a", least="5", most="4"), ("bounds_turned", "1.most")),
        (asked("a", least="1e9"), ("bound", "1.least")),
        (asked("a", "date", most="20260101"), ("bound_date", "1.most")),
        (asked("a", "email", least="1"), ("no_bounds", "1.least")),
        (asked("a", "choice"), ("choices_missing", "1.choices")),
        (asked("a", choices=AB), ("choices_unused", "1.choices")),
        (asked("a", "choice", choices=(*AB, Choice("a", "again"))), ("choice_twice", "1.choices")),
        (asked("a", "rows"), ("columns_missing", "1.columns")),
        (asked("a", "rows", columns=(asked("b", "address"),)), ("column_kind", "1.1.kind")),
        (asked("a", "heading"), ("nothing_asked", "fields")),
    ],
)
def test_an_unsound_field_is_named(field: Field, fault: tuple[str, str]) -> None:
    assert places(field) == [fault]


def test_a_key_stands_once() -> None:
    assert places(asked("a"), asked("a")) == [("key_twice", "2.key")]


@pytest.mark.parametrize("data", [None, {}, "x", [1], [{"key": 5}], [{"key": "a", "show_if": "b"}], [{}] * 201])
def test_data_of_another_form_is_a_fault_and_no_crash(data: Any) -> None:
    assert read_definition(data)[1]


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("text", "  Nguyễn   Văn A ", "Nguyễn Văn A"),
        ("number", "1.000", 1000),
        ("number", "12,5", "12.5"),
        ("number", "12.5", "12.5"),
        ("number", "many", "number"),
        ("money", "1.250.000 đ", 1250000),
        ("money", "1.5", "money"),
        ("money", "-5", "money"),
        ("date", "5/9/2026", "2026-09-05"),
        ("date", "31/02/2026", "date"),
        ("yes_no", "no", False),
        ("yes_no", "perhaps", "yes_no"),
        ("citizen_id", "079 090 000 001", "079090000001"),
        ("citizen_id", "12", "citizen_id_length"),
        ("tax_code", "0100109106", "0100109106"),
        ("phone", "0905 123 456", "+84905123456"),
        ("email", "An@Example.VN", "An@example.vn"),
        ("email", "an@", "email"),
        ("unit_code", "24133", "24133"),
        ("unit_code", "x", "unit_code"),
        ("address", {"line": "12 Y Jút", "unit": "24133"}, {"line": "12 Y Jút", "unit": "24133"}),
        ("address", {"unit": "24133"}, "address"),
        ("text", ["list"], "shape"),
        ("text", True, "shape"),
    ],
)
def test_an_answer_is_put_into_its_form_or_its_fault_is_named(kind: str, typed: Any, stored: Any) -> None:
    assert clean(asked("a", kind), typed) == stored


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (asked("a", required=True), " ", "required"),
        (asked("a", most="3"), "abcd", "longer"),
        (asked("a", least="3"), "ab", "shorter"),
        (asked("a", "number", least="0"), "-1", "less"),
        (asked("a", "money", most="100"), "101", "more"),
        (asked("a", "date", most="today"), "22/11/2026", "after"),
        (asked("a", "date", least="2026-01-01"), "2025-12-31", "before"),
        (asked("a", "choice", choices=AB), "c", "choice"),
        (asked("a", "choices", choices=AB, least="2"), ["a", "a"], "fewer_choices"),
        (asked("a", "choices", choices=AB, most="1"), ["a", "b"], "more_choices"),
        (asked("a", "rows", columns=(asked("b"),), required=True), [{"b": ""}], "fewer_rows"),
        (asked("a", "rows", columns=(asked("b"),), most="1"), [{"b": "1"}, {"b": "2"}], "more_rows"),
        (asked("a", "rows", columns=(asked("b"),)), "text", "shape"),
    ],
)
def test_bounds_are_kept(field: Field, typed: Any, code: str) -> None:
    assert clean(field, typed) == code


def test_a_fault_in_a_table_names_its_row_and_column() -> None:
    table = asked("t", "rows", columns=(asked("name", required=True), asked("born", "date")))
    _, wrong = validate([table], {"t": [{"name": "An"}, {"name": ""}, {"born": "soon"}]}, TODAY)
    assert {place: fault.code for place, fault in wrong.items()} == {"t.3.name": "required", "t.3.born": "date"}


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    fields = (
        asked("married", "yes_no", required=True),
        asked("spouse", required=True, show_if=(Condition("married", "is", "yes"),)),
        asked("wedding", "date", show_if=(Condition("spouse", "filled"),)),
    )
    sent = {"married": "no", "spouse": "Lan", "wedding": "2020-01-01"}
    assert validate(fields, sent, TODAY) == ({"married": False}, {})
    assert set(validate(fields, sent | {"married": "yes"}, TODAY)[0]) == {"married", "spouse", "wedding"}


def test_any_and_all_conditions() -> None:
    both = (Condition("n", "ge", "18"), Condition("c", "has", "b"))
    base = (asked("n", "number"), asked("c", "choices", choices=AB))
    for match, expected in (("all", False), ("any", True)):
        fields = (*base, asked("x", show_if=both, match=match))
        assert ("x" in validate(fields, {"n": "20", "c": ["a"], "x": "here"}, TODAY)[0]) is expected


KEYS = "abcdef"
SIMPLE = [kind for kind in KINDS if kind not in ("choice", "choices", "rows", "heading")]


@st.composite
def definitions(draw: st.DrawFn) -> tuple[Field, ...]:
    """Sound definitions whose conditions look upwards."""
    fields: list[Field] = []
    for key in KEYS[: draw(st.integers(1, 6))]:
        kind = draw(st.sampled_from([*SIMPLE, "choice", "choices", "rows"]))
        more: dict[str, Any] = {"required": draw(st.booleans())}
        if kind in ("choice", "choices"):
            more["choices"] = AB
        if kind == "rows":
            more["columns"] = (asked("x", draw(st.sampled_from(["text", "number", "date"]))),)
        if fields and draw(st.booleans()):
            above = st.sampled_from([one.key for one in fields])
            conditions = st.builds(Condition, above, st.sampled_from(["filled", "empty"]))
            more["show_if"] = tuple(draw(st.lists(conditions, min_size=1, max_size=2)))
            more["match"] = draw(st.sampled_from(["all", "any"]))
        fields.append(asked(key, kind, **more))
    return tuple(fields)


LIKELY = st.sampled_from(
    ["1", "1,125", "-0,5", "1.000", "21/11/2026", "a", ["a"], ["b", "a"], "yes", "0905123456", "079090000001", "24133"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | LIKELY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "line", "unit"]), inner),
    max_leaves=6,
)
ANSWERS = st.dictionaries(st.sampled_from([*KEYS, "stranger"]), JSON)


@given(definitions(), ANSWERS)
def test_what_was_validated_is_valid_again_and_the_same(fields: tuple[Field, ...], answers: dict[str, Any]) -> None:
    assert check_definition(fields) == []
    found, wrong = validate(fields, answers, TODAY)
    assert set(found) <= {one.key for one in fields}
    again, still_wrong = validate(fields, found, TODAY)
    assert again == found
    # What is wrong the second time is only what is missing because it was wrong the first time.
    assert {place for place in still_wrong if "." not in place} <= {place.split(".")[0] for place in wrong}


@given(definitions(), ANSWERS, ANSWERS)
def test_answers_to_hidden_fields_change_nothing(
    fields: tuple[Field, ...], answers: dict[str, Any], noise: dict[str, Any]
) -> None:
    found, wrong = validate(fields, answers, TODAY)
    taken = {*found, *(place.split(".")[0] for place in wrong)}
    shown = [one for one in fields if one.key in taken]
    silent = {key: value for key, value in answers.items() if key in {one.key for one in shown}}
    assert validate(fields, silent | {"stranger": noise}, TODAY)[0] == found


@given(definitions())
def test_a_definition_is_read_back_as_it_was_stored(fields: tuple[Field, ...]) -> None:
    assert read_definition(as_data(fields)) == (fields, [])


@given(st.recursive(JSON, lambda inner: st.lists(st.dictionaries(st.sampled_from(["key", "kind", "show_if"]), inner))))
def test_no_data_makes_the_reader_or_the_checker_fail(data: Any) -> None:
    fields, _ = read_definition(data)
    check_definition(fields)
