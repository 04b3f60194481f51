"""The rows of a process as BPMN's flow nodes and sequence flows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Row:
    """One step: its name, the lane of those who do it, what it waits for (empty: nothing), its time in words.

    `facts` are what BPMN has no words for (kind, role, switches …); they travel as an extension that editors keep.
    """

    key: str
    name: str
    lane: str
    waits_for: tuple[str, ...] = ()
    may_return_to: tuple[str, ...] = ()
    time: str = ""
    optional: bool = False
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: `tag` is BPMN's element; a boundary event names the task that it sits `on`."""

    id: str
    tag: str
    name: str
    lane: int
    on: str = ""
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `back` for one that leads to an earlier step."""

    id: str
    source: str
    target: str
    name: str = ""
    back: bool = False


@dataclass
class Graph:
    """Flow nodes and flows by lane."""

    lanes: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def add(self, node: Node) -> str:
        """Add a node; return its id."""
        self.nodes.append(node)
        return node.id

    def join(self, source: str, target: str, name: str = "", *, back: bool = False) -> None:
        """Add a flow between two nodes."""
        self.flows.append(Flow(f"flow_{len(self.flows) + 1}", source, target, name, back))

    def lane(self, name: str) -> int:
        """Return the number of a lane, a new one for a new name."""
        if name not in self.lanes:
            self.lanes.append(name)
        return self.lanes.index(name)

    def flows_of(self, node_id: str) -> tuple[list[Flow], list[Flow]]:
        """Return what leads into a node and what leads out of it."""
        return [f for f in self.flows if f.target == node_id], [f for f in self.flows if f.source == node_id]


def build(rows: Sequence[Row], *, skip: str, returned: str) -> Graph:
    """Return the graph of a sound process.

    A row that several wait for gets a parallel gateway behind it, one that waits for several gets one before it, one
    that may be skipped stands between exclusive gateways, one that may send back carries a boundary event for each aim.

    Args:
        rows: steps in order; each waits for rows of this list only.
        skip, returned: what is written at the way around an optional step, and at a boundary event.
    """
    graph = Graph()
    ids = {row.key: f"step_{number}_{_clean(row.key)}" for number, row in enumerate(rows, 1)}
    entries: dict[str, str] = {}
    exits: dict[str, str] = {}
    for row in rows:
        entries[row.key], exits[row.key] = _place(graph, row, ids[row.key], _followers(rows, row.key), skip)
    for row in rows:
        for key in row.waits_for:
            graph.join(exits[key], entries[row.key])
    _begin_and_end(graph, rows, entries, exits)
    for row in rows:
        _add_returns(graph, row, ids, returned)
    return graph


def _followers(rows: Sequence[Row], key: str) -> int:
    return sum(key in row.waits_for for row in rows)


def _place(graph: Graph, row: Row, task: str, followers: int, skip: str) -> tuple[str, str]:
    """Add a row's task with the gateways around it; return where flows enter and where they leave."""
    lane = graph.lane(row.lane)
    chain = list(_chain(row, task, lane, followers))
    for node in chain:
        graph.add(node)
    for one, next_one in pairwise(chain):
        graph.join(one.id, next_one.id)
    if row.optional:
        graph.join(f"{task}_choice", f"{task}_merge", skip)
    return chain[0].id, chain[-1].id


def _chain(row: Row, task: str, lane: int, followers: int) -> Iterator[Node]:
    if len(row.waits_for) > 1:
        yield Node(f"{task}_join", "parallelGateway", "", lane)
    if row.optional:
        yield Node(f"{task}_choice", "exclusiveGateway", "", lane)
    yield Node(task, "userTask", row.name, lane, note=row.time, facts=_facts(row))
    if row.optional:
        yield Node(f"{task}_merge", "exclusiveGateway", "", lane)
    if followers > 1:
        yield Node(f"{task}_split", "parallelGateway", "", lane)


def _facts(row: Row) -> dict[str, str]:
    """Return what travels beside the drawing; with what was waited for, to tell whether the drawing was changed."""
    own = {"key": row.key, "waits_for": " ".join(row.waits_for), "may_return_to": " ".join(row.may_return_to)}
    return own | dict(row.facts)


def _begin_and_end(graph: Graph, rows: Sequence[Row], entries: dict[str, str], exits: dict[str, str]) -> None:
    first, last = rows[0], rows[-1]
    start = graph.add(Node("start", "startEvent", "", graph.lane(first.lane)))
    end = graph.add(Node("end", "endEvent", "", graph.lane(last.lane)))
    graph.join(start, entries[first.key])
    graph.join(exits[last.key], end)


def _add_returns(graph: Graph, row: Row, ids: dict[str, str], returned: str) -> None:
    task = ids[row.key]
    for number, key in enumerate(row.may_return_to, 1):
        event = Node(f"{task}_back_{number}", "boundaryEvent", returned, graph.lane(row.lane), on=task)
        graph.join(graph.add(event), ids[key], back=True)


def _clean(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", key)
