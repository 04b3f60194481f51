"""The BPMN 2.0 file: one pool, a lane for each hand, the process, and the diagram."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from motcua.formats.bpmn.graph import Graph, Node, Row, build
from motcua.formats.bpmn.layout import Box, Layout, place

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MOTCUA = "urn:motcua:bpmn"
PREFIXES = {"bpmn": MODEL, "bpmndi": DI, "dc": DC, "di": DD, "xsi": XSI, "motcua": MOTCUA}
# What XML 1.0 cannot hold at all, escaped or not.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export(
    *, name: str, rows: Sequence[Row], namespace: str, skip: str = "skipped", returned: str = "returned"
) -> bytes:
    """Return the BPMN 2.0 file (UTF-8) of a sound process.

    Args:
        name: of the process, in the reader's language.
        rows: its steps in order; names may hold any characters, markup too.
        namespace: a URI that tells this process from others.
        skip, returned: what is written at the way around an optional step, and where a step is sent back.

    Raises:
        ValueError: no rows, or one that waits for or returns to a row that is not there.
    """
    _check(rows)
    graph = build(rows, skip=skip, returned=returned)
    for prefix, uri in PREFIXES.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{MODEL}}}definitions", {"id": "definitions", "targetNamespace": namespace})
    collaboration = _model(root, "collaboration", id="collaboration")
    _model(collaboration, "participant", id="pool", name=_text(name), processRef="process")
    _write_process(root, name, graph)
    _write_diagram(root, graph, place(graph))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _check(rows: Sequence[Row]) -> None:
    seen: set[str] = set()
    if not rows:
        raise ValueError("a process without steps cannot be drawn")
    for row in rows:
        if unknown := {*row.waits_for, *row.may_return_to} - seen:
            raise ValueError(f"{row.key!r} names steps that are not above it: {', '.join(sorted(unknown))}")
        seen.add(row.key)


def _text(value: str) -> str:
    return NOT_XML.sub("\ufffd", value)


def _model(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{MODEL}}}{tag}", {k: v for k, v in attributes.items() if v})


def _write_process(root: ET.Element, name: str, graph: Graph) -> None:
    process = _model(root, "process", id="process", name=_text(name), isExecutable="false")
    lanes = _model(process, "laneSet", id="lanes")
    for number, lane_name in enumerate(graph.lanes):
        lane = _model(lanes, "lane", id=f"lane_{number + 1}", name=_text(lane_name))
        for node in graph.nodes:
            if node.lane == number:
                _model(lane, "flowNodeRef").text = node.id
    for node in graph.nodes:
        _write_node(process, graph, node)
    for flow in graph.flows:
        _model(process, "sequenceFlow", id=flow.id, name=_text(flow.name), sourceRef=flow.source, targetRef=flow.target)


def _write_node(process: ET.Element, graph: Graph, node: Node) -> None:
    element = _model(process, node.tag, id=node.id, name=_text(node.name), attachedToRef=node.on)
    if node.note:
        _model(element, "documentation").text = _text(node.note)
    if node.facts:
        facts = {name: _text(value) for name, value in node.facts.items() if value}
        ET.SubElement(_model(element, "extensionElements"), f"{{{MOTCUA}}}step", facts)
    into, out = graph.flows_of(node.id)
    for flow in into:
        _model(element, "incoming").text = flow.id
    for flow in out:
        _model(element, "outgoing").text = flow.id
    if node.on:
        _model(element, "errorEventDefinition", id=f"{node.id}_cause")


def _write_diagram(root: ET.Element, graph: Graph, layout: Layout) -> None:
    diagram = ET.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(diagram, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"})
    _write_shape(plane, "pool", layout.pool, isHorizontal="true")
    for number, box in enumerate(layout.lanes, 1):
        _write_shape(plane, f"lane_{number}", box, isHorizontal="true")
    for node in graph.nodes:
        _write_shape(plane, node.id, layout.nodes[node.id])
    for flow in graph.flows:
        edge = ET.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"{flow.id}_di", "bpmnElement": flow.id})
        for x, y in layout.flows[flow.id]:
            ET.SubElement(edge, f"{{{DD}}}waypoint", {"x": str(x), "y": str(y)})


def _write_shape(plane: ET.Element, of: str, box: Box, **more: str) -> None:
    shape = ET.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{of}_di", "bpmnElement": of, **more})
    size = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    ET.SubElement(shape, f"{{{DC}}}Bounds", {name: str(value) for name, value in size.items()})
