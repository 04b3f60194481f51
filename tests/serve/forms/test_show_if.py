"""The script in the browser shows exactly the fields that the server asks for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from tests.web.browser import new_page, open_browser

import motcua.serve.forms
from motcua.rules.answers import Choice, Condition, Field, check_definition, shown_fields

pytestmark = pytest.mark.browser

SCRIPT = Path(motcua.serve.forms.__file__).parent / "static/forms/show_if.js"
TODAY = dt.date(2026, 11, 21)
LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  window.shown = (await import(url)).shown;
}"""
AB = (Choice("a", "A"), Choice("b", "B"))
X = (Field("x", "text", "X", most="3"), Field("n", "number", "N", most="5"), Field("c", "citizen_id", "C"))
# Fields of every kind, some with limits; and values that a condition may compare them with.
ASKED = (
    Field("text", "text", "t", least="2", most="5"), Field("long_text", "long_text", "l"),
    Field("number", "number", "n", least="-2.5", most="1500"), Field("money", "money", "m", most="2000000"),
    Field("date", "date", "d", least="2000-01-01", most="today"), Field("any_date", "date", "d"),
    Field("yes_no", "yes_no", "y"), Field("choice", "choice", "c", choices=AB),
    Field("choices", "choices", "cs", choices=AB, least="2"), Field("citizen_id", "citizen_id", "i"),
    Field("tax_code", "tax_code", "x"), Field("phone", "phone", "p"), Field("email", "email", "e"),
    Field("address", "address", "a"), Field("unit_code", "unit_code", "u"),
    Field("rows", "rows", "r", least="1", most="2", columns=X),
)  # fmt: skip
COMPARED = {
    "text": ["ab", "An"], "long_text": ["ab"], "number": ["1.5", "1.50", "1000", "-2"], "money": ["1250000", "0"],
    "date": ["2026-11-21", "2000-01-01"], "any_date": ["2026-11-21"], "yes_no": ["yes", "no"], "choice": ["a", "b"],
    "choices": ["a", "b"], "citizen_id": ["066090012345"], "tax_code": ["0100109106"], "phone": ["+84905123456"],
    "email": ["an@example.vn"], "unit_code": ["24133"],
}  # fmt: skip
TYPED = [
    "", " ", "ab", "  An ", "A n", "abcdefg", "Ắn", "1,5", "1.5", "1,50", "1.000", "1000", "-2", "-3", "1 250 000", "1.250.000",
    "1.250.000đ", "0", "2000001", "21/11/2026", "1/1/2000", "2026-11-21", "31/02/2026", "22-11-2026", "066 090 012 345",
    "123456789", "0100109106", "0100109106-001", "0100109106000", "0100109107", "0905 123 456", "+84 905-123-456", "84(0)905123456",
    "an@Example.VN", "an@vn", "24133", "2413", "x" * 201, "１２", "a\u00a0b", "yes", "a",
]  # fmt: skip
ONE = st.sampled_from(TYPED) | st.text("ab01 ./,-đ\u00a0\u0301", max_size=8)


@st.composite
def forms(draw: st.DrawFn) -> tuple[Field, ...]:
    """Sound forms: fields of each kind, then some that are shown only if."""
    base = draw(st.lists(st.sampled_from(ASKED), min_size=1, max_size=6, unique_by=lambda one: one.key))
    fields = list(base)
    for number in range(draw(st.integers(1, 4))):
        conditions = tuple(draw(st.lists(conditions_on(fields), min_size=1, max_size=3)))
        match = draw(st.sampled_from(["all", "any"]))
        fields.append(Field(f"more{number}", "text", "M", show_if=conditions, match=match))
    return tuple(fields)


@st.composite
def conditions_on(draw: st.DrawFn, fields: list[Field]) -> Condition:
    asked = draw(st.sampled_from(fields))
    ops = ["filled", "empty"]
    if asked.key in COMPARED:
        ops += ["has"] if asked.kind == "choices" else ["is", "is_not"]
    if asked.kind in ("number", "money", "date"):
        ops += ["lt", "le", "gt", "ge"]
    op = draw(st.sampled_from(ops))
    return Condition(asked.key, op, "" if op in ("filled", "empty") else draw(st.sampled_from(COMPARED[asked.key])))


@st.composite
def filled(draw: st.DrawFn) -> tuple[tuple[Field, ...], dict[str, Any]]:
    """A form and what a page sends for it."""
    fields = draw(forms())
    return fields, {one.key: draw(answer_to(one)) for one in fields}


def answer_to(one: Field) -> st.SearchStrategy[Any]:
    if one.kind == "choices":
        return st.lists(st.sampled_from("ab"), unique=True)
    if one.kind in ("choice", "yes_no"):
        return st.sampled_from(["", "a", "b"] if one.kind == "choice" else ["", "yes", "no"])
    if one.kind == "address":
        return st.fixed_dictionaries({"line": ONE, "unit": ONE})
    if one.kind == "rows":
        return st.lists(st.fixed_dictionaries({c.key: ONE for c in one.columns}), max_size=4)
    likely = [t for t in TYPED if t] if one.kind in ("text", "long_text") else [*COMPARED[one.key], *TYPED]
    return st.sampled_from(likely) | ONE


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with open_browser() as browser:
        page = new_page(browser, "http://localhost")
        page.goto("about:blank")
        page.evaluate(LOAD, SCRIPT.read_text(encoding="utf-8"))
        yield page


NUMBER = ASKED[2]
FRACTION = (NUMBER, Field("more", "text", "M", show_if=(Condition("number", "is", "1.50"),)))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filled())
@example((FRACTION, {"number": "1,5"}))
def test_browser_and_server_show_the_same_fields(page: Page, form: tuple[tuple[Field, ...], dict[str, Any]]) -> None:
    fields, answers = form
    assert check_definition(fields) == []
    there = page.evaluate("([f, a, t]) => shown(f, a, t)", [[asdict(f) for f in fields], answers, TODAY.isoformat()])
    assert there == [one.key for one in shown_fields(fields, answers, TODAY)]


def test_each_kind_is_compared_alike_with_each_value_and_answer(page: Page) -> None:
    forms = [(one, condition) for one in ASKED for condition in every_condition(one)]
    sent = [
        [[asdict(f) for f in (one, more(condition))], {one.key: answer}]
        for one, condition in forms
        for answer in every_answer(one)
    ]
    there = page.evaluate("([all, t]) => all.map(([f, a]) => shown(f, a, t).length)", [sent, TODAY.isoformat()])
    cases = [(one, condition, answer) for one, condition in forms for answer in every_answer(one)]
    here = [len(shown_fields((one, more(condition)), {one.key: answer}, TODAY)) for one, condition, answer in cases]
    assert [case for case, a, b in zip(cases, here, there, strict=True) if a != b] == []
    assert set(here) == {1, 2}


def more(condition: Condition) -> Field:
    return Field("more", "text", "M", show_if=(condition,))


def every_condition(one: Field) -> list[Condition]:
    ops = ["has"] if one.kind == "choices" else ["is", "is_not"]
    ops += ["lt", "le", "gt", "ge"] if one.kind in ("number", "money", "date") else []
    compared = [Condition(one.key, op, value) for op in ops for value in COMPARED.get(one.key, [])]
    return [Condition(one.key, "filled"), Condition(one.key, "empty"), *compared]


def every_answer(one: Field) -> list[Any]:
    if one.kind == "choices":
        return [[], ["a"], ["a", "b"]]
    if one.kind in ("choice", "yes_no"):
        return ["", "a", "b"] if one.kind == "choice" else ["", "yes", "no"]
    if one.kind == "address":
        return [{"line": line, "unit": unit} for line in TYPED for unit in ("", "24133", "241")]
    if one.kind == "rows":
        rows = [{"x": "ab", "n": "", "c": ""}, {"x": "", "n": "6", "c": ""}, {"x": "", "n": "", "c": ""}]
        return [[], *([row] for row in rows), rows[:2], [rows[0]] * 3, rows]
    return [*COMPARED[one.key], *TYPED]
