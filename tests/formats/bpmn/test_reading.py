"""Reading BPMN files: what we write comes back the same; what editors draw becomes steps; what is unsafe is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.formats.bpmn.test_bpmn import ROWS, SCHEMA, tables, written

from motcua.formats.bpmn import BpmnError, Row, read
from motcua.formats.bpmn.opening import MOST_BYTES, clean_name

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
# What XML keeps as it is, on one line: other characters cannot come back the same.
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)


def drawn(body: str) -> bytes:
    """Return a file with one process, in the name space that editors take as the default one."""
    return f'{HEAD}<process id="p" name="Cấp phép">{body}</process></definitions>'.encode()


def flows(*pairs: str) -> str:
    """Return sequence flows such as "a>b"."""
    cut = [pair.split(">") for pair in pairs]
    return "".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(cut))


def waits(body: str) -> dict[str, tuple[str, ...]]:
    return {row.key: row.waits_for for row in read(drawn(body)).rows}


@st.composite
def plain_tables(draw: st.DrawFn) -> list[Row]:
    """Tables of steps, all but the last of which something waits for; with facts of their own."""
    facts = st.dictionaries(st.sampled_from(["kind", "role", "amount"]), PLAIN.filter(bool), max_size=3)
    rows = [
        replace(row, lane=draw(PLAIN), name=draw(PLAIN), time=draw(PLAIN))
        for row in draw(tables().filter(lambda t: t[1:]))
    ]
    awaited = {key for row in rows for key in row.waits_for}
    left = tuple(row.key for row in rows[:-1] if row.key not in awaited)
    rows[-1] = replace(rows[-1], waits_for=(*rows[-1].waits_for, *left))
    rows = [replace(row, facts=draw(facts), optional=row.optional and bool(row.waits_for)) for row in rows]
    return [replace(rows[0], optional=False), *rows[1:-1], replace(rows[-1], optional=False)]


def test_what_was_written_is_read_again() -> None:
    found = read(written())
    assert found.name == "Cấp phép"
    assert list(found.rows) == ROWS
    assert found.notes == ()


@given(plain_tables())
def test_reading_what_was_written_gives_the_same_rows(rows: list[Row]) -> None:
    found = read(written(rows))
    assert list(found.rows) == rows
    assert [dict(row.facts) for row in found.rows] == [dict(row.facts) for row in rows]


@given(plain_tables())
def test_the_extension_is_valid_by_the_schema(rows: list[Row]) -> None:
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(etree.fromstring(written(rows)))


def test_tasks_with_parallel_gateways_become_steps_that_wait() -> None:
    body = (
        '<startEvent id="s"/><userTask id="a" name="Tiếp nhận"/><parallelGateway id="g"/><userTask id="b" name="Một"/>'
        '<task id="c" name="Hai"/><parallelGateway id="h"/><userTask id="d" name="Ký"/><endEvent id="e"/>'
        + flows("s>a", "a>g", "g>b", "g>c", "b>h", "c>h", "h>d", "d>e")
    )
    assert waits(body) == {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
    assert read(drawn(body)).notes == ()


def test_lanes_name_who_does_a_step_and_the_inner_lane_wins() -> None:
    body = (
        '<laneSet id="l"><lane id="l1" name="Sở"><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>'
        '<childLaneSet id="m"><lane id="l2" name="Phòng"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane>'
        "</laneSet>" + '<userTask id="a" name="A"/><userTask id="b" name="B"/>' + flows("a>b")
    )
    assert [row.lane for row in read(drawn(body)).rows] == ["Sở", "Phòng"]


def test_a_way_around_a_task_says_that_it_may_be_skipped() -> None:
    body = (
        '<userTask id="a" name="A"/><exclusiveGateway id="g"/><userTask id="b" name="B"/><userTask id="c" name="C"/>'
        + flows("a>g", "g>b", "g>c", "b>c")
    )
    found = read(drawn(body))
    assert [(row.key, row.waits_for, row.optional) for row in found.rows] == [
        ("a", (), False),
        ("b", ("a",), True),
        ("c", ("b",), False),
    ]


def test_a_gateway_that_leads_back_says_that_it_may_be_sent_back() -> None:
    body = (
        '<userTask id="a" name="A"/><userTask id="b" name="B"/><exclusiveGateway id="g"/><userTask id="c" name="C"/>'
        + flows("a>b", "b>g", "g>a", "g>c")
    )
    found = read(drawn(body))
    assert [(row.waits_for, row.may_return_to, row.optional) for row in found.rows] == [
        ((), (), False),
        (("a",), ("a",), False),
        (("b",), (), False),
    ]


def test_a_choice_between_ways_is_told_and_its_steps_may_be_skipped() -> None:
    body = (
        '<userTask id="a" name="A"/><exclusiveGateway id="g" name="Đủ điều kiện?"/><userTask id="b" name="B"/>'
        '<userTask id="c" name="C"/><exclusiveGateway id="h"/><userTask id="d" name="D"/>'
        + flows("a>g", "g>b", "g>c", "b>h", "c>h", "h>d")
    )
    found = read(drawn(body))
    assert {row.key: row.optional for row in found.rows} == {"a": False, "b": True, "c": True, "d": False}
    assert [(n.code, n.name) for n in found.notes] == [("choice", "Đủ điều kiện?")]


def test_what_the_table_cannot_say_is_named() -> None:
    body = (
        '<userTask id="a" name="A"/><serviceTask id="b" name="Gửi SMS"/><dataObject id="d" name="Tờ khai"/>'
        '<inclusiveGateway id="g" name="Tùy"/><intermediateCatchEvent id="i" name="Chờ"/><userTask id="c" name="C"/>'
        '<userTask id="x" name="Lạc"/><foo xmlns="urn:other" name="Lạ"/>'
        + flows("a>b", "b>g", "g>i", "i>c", "c>nowhere")
    )
    found = {(note.code, note.element, note.name) for note in read(drawn(body)).notes}
    assert found == {
        ("left_out", "dataObject", "Tờ khai"),
        ("left_out", "foo", "Lạ"),
        ("loose_flow", "sequenceFlow", "c → nowhere"),
        ("read_as_step", "serviceTask", "Gửi SMS"),
        ("gateway_unknown", "inclusiveGateway", "Tùy"),
        ("event_left_out", "intermediateCatchEvent", "Chờ"),
        ("nothing_before", "userTask", "Lạc"),
    }


def test_of_several_processes_the_longest_is_read_and_the_others_are_named() -> None:
    body = f'{HEAD}<process id="q" name="Khác"><task id="t" name="T"/></process>'
    body += '<process id="p"><task id="a" name="A"/><task id="b" name="B"/></process></definitions>'
    found = read(body.encode())
    assert [row.name for row in found.rows] == ["A", "B"]
    assert ("other_process", "Khác") in {(note.code, note.name) for note in found.notes}


def test_markup_in_a_name_is_text() -> None:
    body = '<userTask id="a" name="&lt;script&gt;alert(1)&lt;/script&gt;&#10;x"/>'
    assert read(drawn(body)).rows[0].name == "<script>alert(1)</script> x"
    assert clean_name("a" * 500) == "a" * 200


def test_a_drawing_that_was_changed_counts_more_than_what_was_written_beside_it() -> None:
    changed = written().replace(b'sourceRef="step_3_fire" targetRef="step_5_sign_join"', b'sourceRef="x" targetRef="y"')
    sign = next(row for row in read(changed).rows if row.key == "sign")
    assert sign.waits_for == ("land",)


LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
TASK = '<userTask id="a" name="A"/>'
DEEP = drawn("<documentation>" * 60 + "</documentation>" * 60)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (LAUGHS.encode(), "doctype"),
        (OUTSIDE.encode(), "doctype"),
        (OUTSIDE.encode("utf-16"), "doctype"),
        (b'<!DOCTYPE d SYSTEM "http://example.org/x.dtd"><d/>', "doctype"),
        (b"", "not_xml"),
        (b"PK\x03\x04 a workbook", "not_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><d/>', "not_xml"),
        (drawn(TASK)[:-5], "not_xml"),
        (b"<bpmn/>", "not_bpmn"),
        (f"{HEAD}</definitions>".encode(), "no_process"),
        (drawn('<startEvent id="s"/>'), "no_steps"),
        (DEEP, "too_deep"),
        (drawn(TASK + "<property/>" * 20_001), "too_large"),
        (drawn(TASK) + b" " * MOST_BYTES, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(content: bytes, code: str) -> None:
    with pytest.raises(BpmnError) as error:
        read(content)
    assert error.value.code == code


def test_a_fault_names_its_line() -> None:
    with pytest.raises(BpmnError) as error:
        read(b"<a>\n<b>\n</a>")
    assert error.value.line == 3


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(BpmnError):
        read(content)


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.lists(st.tuples(st.integers(0, n + 2), st.integers(0, n + 2)), max_size=25).map(lambda f: (n, f))
    )
)
def test_any_drawing_however_tangled_becomes_rows_that_wait_for_rows_above(given_: tuple[int, list]) -> None:
    count, pairs = given_
    body = "".join(f'<task id="t{n}" name="T{n}"/>' for n in range(count))
    body += "".join(f'<{tag} id="t{count + n}"/>' for n, tag in enumerate(
        ("exclusiveGateway", "parallelGateway", "exclusiveGateway")))  # fmt: skip
    rows = read(drawn(body + flows(*(f"t{a}>t{b}" for a, b in pairs)))).rows
    assert sorted(row.key for row in rows) == [f"t{n}" for n in range(count)]
    above: set[str] = set()
    for row in rows:
        assert above.issuperset(row.waits_for)
        above.add(row.key)
