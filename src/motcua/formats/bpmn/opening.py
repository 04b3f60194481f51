"""A BPMN file opened with care: what is in its process, before anything is made of it.

Files come from any editor, and from anybody: a document type (and with it every entity) is refused before the file
is read as a tree, and so are files that are too large or nested too deep.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from motcua.formats.bpmn.writing import MODEL, MOTCUA

MOST_BYTES = 1_000_000
MOST_ELEMENTS = 20_000
DEEPEST = 40
LONGEST_NAME = 200
TASKS = frozenset(
    ("task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask",
     "subProcess", "callActivity", "transaction", "adHocSubProcess")
)  # fmt: skip
PLAIN_TASKS = frozenset(("task", "userTask", "manualTask"))
GATEWAYS = frozenset(("parallelGateway", "exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"))
KNOWN_GATEWAYS = frozenset(("parallelGateway", "exclusiveGateway"))
EVENTS = frozenset(("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"))
INNER_EVENTS = frozenset(("intermediateThrowEvent", "intermediateCatchEvent"))
# What says nothing about the order of work, or is read elsewhere.
SILENT = frozenset(
    ("laneSet", "sequenceFlow", "documentation", "extensionElements", "ioSpecification", "property", "association")
)


class BpmnError(ValueError):
    """A file that cannot be read; `code` says why, `line` where (0 for the whole file)."""

    def __init__(self, code: str, line: int = 0) -> None:
        self.code, self.line = code, line
        super().__init__(f"{code} in line {line}" if line else code)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the table cannot say, or that was read in one of several ways; by element and name."""

    code: str
    element: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A flow node as it stands in the file; `on` is the task of a boundary event, `facts` what Motcua wrote."""

    id: str
    tag: str
    name: str
    lane: str = ""
    on: str = ""
    note: str = ""
    facts: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Opened:
    """A process as it stands in the file: its nodes and flows (source, target) in the file's order."""

    name: str
    parts: tuple[Part, ...]
    flows: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]


def open_file(content: bytes) -> Opened:
    """Return the process that a BPMN 2.0 file holds; of several, the one with most tasks.

    Args:
        content: the file's bytes, of at most one megabyte.

    Raises:
        BpmnError: `too_large`, `doctype`, `too_deep`, `not_xml`, `not_bpmn`, `no_process`, `no_steps`.
    """
    if len(content) > MOST_BYTES:
        raise BpmnError("too_large")
    _guard(content)
    root = ET.fromstring(content)
    if root.tag != f"{{{MODEL}}}definitions":
        raise BpmnError("not_bpmn")
    processes = root.findall(f"{{{MODEL}}}process")
    if not processes:
        raise BpmnError("no_process")
    chosen = max(processes, key=lambda process: len(_tasks_in(process)))
    if not _tasks_in(chosen):
        raise BpmnError("no_steps")
    others = [Note("other_process", "process", _name_of(p)) for p in processes if p is not chosen]
    return _process(root, chosen, others)


def _guard(content: bytes) -> None:
    """Read the file once without building anything, to refuse what is dangerous or no XML."""
    parser = expat.ParserCreate()
    depth = count = 0

    def start(_tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise BpmnError("too_deep" if depth > DEEPEST else "too_large", parser.CurrentLineNumber)

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_declared: object) -> None:
        raise BpmnError("doctype", parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, BpmnError):
            raise
        raise BpmnError("not_xml", getattr(error, "lineno", 0)) from None


def _local(element: ET.Element) -> str:
    """Return an element's name without its name space; "" for one that is not BPMN's."""
    tag = str(element.tag)
    return tag.removeprefix(f"{{{MODEL}}}") if tag.startswith(f"{{{MODEL}}}") else ""


def _tasks_in(process: ET.Element) -> list[ET.Element]:
    return [element for element in process if _local(element) in TASKS]


def clean_name(text: str | None) -> str:
    """Return a name on one line, of at most 200 characters; markup in it is text like any other."""
    return re.sub(r"\s+", " ", text or "").strip()[:LONGEST_NAME]


def _name_of(element: ET.Element) -> str:
    return clean_name(element.get("name")) or clean_name(element.get("id"))


def _process(root: ET.Element, process: ET.Element, notes: list[Note]) -> Opened:
    lanes = dict(_lanes(process))
    parts = []
    for element in process:
        tag = _local(element)
        if tag in TASKS or tag in GATEWAYS or tag in EVENTS:
            parts.append(_part(element, tag, lanes))
        elif tag not in SILENT:
            notes.append(Note("left_out", tag or str(element.tag).rpartition("}")[2], _name_of(element)))
    known = {part.id for part in parts}
    flows = [(f.get("sourceRef", ""), f.get("targetRef", "")) for f in process.findall(f"{{{MODEL}}}sequenceFlow")]
    lost = [Note("loose_flow", "sequenceFlow", " → ".join(flow)) for flow in flows if not known.issuperset(flow)]
    whole = [flow for flow in dict.fromkeys(flows) if known.issuperset(flow)]
    return Opened(_title(root, process), tuple(parts), tuple(whole), (*notes, *lost))


def _title(root: ET.Element, process: ET.Element) -> str:
    """Return the name of the process, or of the pool that stands for it."""
    pools = root.iterfind(f"{{{MODEL}}}collaboration/{{{MODEL}}}participant")
    pool = next((p for p in pools if p.get("processRef") == process.get("id")), None)
    return clean_name(process.get("name")) or (_name_of(pool) if pool is not None else "")


def _lanes(process: ET.Element) -> Iterator[tuple[str, str]]:
    """Yield each node's lane; lanes inside lanes come later and win."""
    for lane in process.iter(f"{{{MODEL}}}lane"):
        for ref in lane.findall(f"{{{MODEL}}}flowNodeRef"):
            yield (ref.text or "").strip(), clean_name(lane.get("name"))


def _part(element: ET.Element, tag: str, lanes: dict[str, str]) -> Part:
    id_ = element.get("id", "")
    facts = element.find(f"{{{MODEL}}}extensionElements/{{{MOTCUA}}}step")
    return Part(
        id=id_,
        tag=tag,
        name=clean_name(element.get("name")),
        lane=lanes.get(id_, ""),
        on=element.get("attachedToRef", ""),
        note=clean_name(element.findtext(f"{{{MODEL}}}documentation")),
        facts=dict(facts.attrib) if facts is not None else {},
    )
