"""The BPMN file: valid by the published schema, whole in its references, drawn in full, safe with any name."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from motcua.formats.bpmn import Row, export
from motcua.formats.bpmn.graph import build
from motcua.formats.bpmn.layout import place
from motcua.formats.bpmn.writing import DC, DI, MODEL

SCHEMA = Path(__file__).parent / "xsd" / "BPMN20.xsd"
FLOW_NODES = ("startEvent", "endEvent", "userTask", "parallelGateway", "exclusiveGateway", "boundaryEvent")
ROWS = [
    Row("receive", "Tiếp nhận hồ sơ", "Trung tâm", time="2 giờ"),
    Row("examine", "Thẩm định", "Sở Xây dựng", ("receive",), ("receive",)),
    Row("fire", "Cho ý kiến", "Công an tỉnh", ("examine",)),
    Row("land", "Cho ý kiến", "Sở Nông nghiệp", ("examine",), optional=True),
    Row("sign", "Ký", "Sở Xây dựng", ("fire", "land"), ("examine", "fire")),
    Row("return", "Trả kết quả", "Trung tâm", ("sign",)),
]


def written(rows: list[Row] = ROWS, name: str = "Cấp phép") -> bytes:
    """Return the file of a process."""
    return export(name=name, rows=rows, namespace="urn:motcua:process:1")


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Rows that wait for rows above, with any names."""
    words = st.text(max_size=12)
    rows = [Row("s0", draw(words), draw(words))]
    for number in range(1, draw(st.integers(1, 8))):
        some = st.lists(st.sampled_from([r.key for r in rows]), max_size=3, unique=True).map(tuple)
        waits = draw(some) or (rows[-1].key,)
        lane = draw(st.sampled_from(["A", "B", "C"]))
        rows.append(Row(f"s{number}", draw(words), lane, waits, draw(some), draw(words), draw(st.booleans())))
    return rows


def test_the_file_is_valid_by_the_schema_of_bpmn(schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(written()))


@given(tables())
def test_any_table_gives_a_valid_file(schema: etree.XMLSchema, rows: list[Row]) -> None:
    schema.assertValid(etree.fromstring(written(rows)))


@given(tables())
def test_ids_are_unique_and_every_reference_leads_somewhere(rows: list[Row]) -> None:
    root = ET.fromstring(written(rows))
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    names = ("sourceRef", "targetRef", "attachedToRef", "bpmnElement", "processRef")
    aims = [e.get(name) for e in root.iter() for name in names if e.get(name)]
    aims += [
        e.text for e in root.iter() if e.tag in {f"{{{MODEL}}}{t}" for t in ("flowNodeRef", "incoming", "outgoing")}
    ]
    assert set(aims) <= set(ids)


@given(tables())
def test_every_node_flow_and_lane_is_drawn_and_every_node_lies_in_one_lane(rows: list[Row]) -> None:
    root = ET.fromstring(written(rows))
    drawn = [e.get("bpmnElement") for e in root.iter() if e.tag in (f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")]
    nodes = [e.get("id") for tag in FLOW_NODES for e in root.iter(f"{{{MODEL}}}{tag}")]
    parts = [e.get("id") for tag in ("lane", "participant", "sequenceFlow") for e in root.iter(f"{{{MODEL}}}{tag}")]
    assert sorted(drawn) == sorted([*nodes, *parts])
    assert sorted(e.text for e in root.iter(f"{{{MODEL}}}flowNodeRef")) == sorted(nodes)


@given(tables())
def test_nodes_do_not_cover_each_other_and_lie_inside_their_lane(rows: list[Row]) -> None:
    graph = build(rows, skip="skip", returned="back")
    layout = place(graph)
    placed = [node for node in graph.nodes if not node.on]
    for number, one in enumerate(placed):
        a, lane = layout.nodes[one.id], layout.lanes[one.lane]
        assert lane.x <= a.x < a.x + a.width <= lane.x + lane.width
        assert lane.y <= a.y < a.y + a.height <= lane.y + lane.height
        for b in (layout.nodes[other.id] for other in placed[number + 1 :]):
            assert a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y


def test_parallel_steps_stand_between_gateways() -> None:
    root = ET.fromstring(written())
    flows = {(f.get("sourceRef"), f.get("targetRef")) for f in root.iter(f"{{{MODEL}}}sequenceFlow")}
    assert ("step_2_examine", "step_2_examine_split") in flows
    assert ("step_2_examine_split", "step_3_fire") in flows
    assert ("step_2_examine_split", "step_4_land_choice") in flows
    assert ("step_3_fire", "step_5_sign_join") in flows
    assert ("step_4_land_merge", "step_5_sign_join") in flows


def test_a_step_that_may_be_skipped_has_a_way_around_it() -> None:
    root = ET.fromstring(written())
    around = [f for f in root.iter(f"{{{MODEL}}}sequenceFlow") if f.get("sourceRef") == "step_4_land_choice"]
    assert {(f.get("targetRef"), f.get("name")) for f in around} == {
        ("step_4_land", None),
        ("step_4_land_merge", "skipped"),
    }


def test_a_return_leaves_from_the_edge_of_the_task() -> None:
    root = ET.fromstring(written())
    events = list(root.iter(f"{{{MODEL}}}boundaryEvent"))
    assert [(e.get("attachedToRef")) for e in events] == ["step_2_examine", "step_5_sign", "step_5_sign"]
    bounds = {s.get("bpmnElement"): s.find(f"{{{DC}}}Bounds") for s in root.iter(f"{{{DI}}}BPMNShape")}
    task, event = bounds["step_5_sign"], bounds["step_5_sign_back_1"]
    assert task is not None
    assert event is not None
    lower_edge = int(task.get("y", 0)) + int(task.get("height", 0))
    assert int(event.get("y", 0)) < lower_edge < int(event.get("y", 0)) + int(event.get("height", 0))


def test_markup_in_names_stays_text() -> None:
    evil = '</bpmn:userTask><script>alert("1")</script> & \x00\x0b'
    rows = [Row("a", evil, evil, time=evil), Row("b", "B", "<lane>", ("a",))]
    root = ET.fromstring(written(rows, name=evil))
    task = next(root.iter(f"{{{MODEL}}}userTask"))
    assert task.get("name") == evil.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    assert not [e for e in root.iter() if "script" in e.tag]


def test_a_key_that_is_no_xml_name_still_gives_ids(schema: etree.XMLSchema) -> None:
    rows = [Row("1 <a>", "A", "x"), Row("1 (a)", "B", "x", ("1 <a>",))]
    schema.assertValid(etree.fromstring(written(rows)))


def test_what_cannot_be_drawn_is_refused_with_the_row_named() -> None:
    with pytest.raises(ValueError, match="without steps"):
        written([])
    with pytest.raises(ValueError, match="'b' names steps that are not above it: c"):
        written([Row("a", "A", "x"), Row("b", "B", "x", ("c",))])
