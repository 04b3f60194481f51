"""Places for the nodes of a graph: columns along the flow, one band for each lane, returns below the last band."""

from collections import defaultdict
from dataclasses import dataclass

from motcua.formats.bpmn.graph import Flow, Graph, Node

# In the units of BPMN's diagram interchange, which editors show as pixels.
SIZES = {"userTask": (120, 80), "parallelGateway": (50, 50), "exclusiveGateway": (50, 50)}
EVENT = (36, 36)
COLUMN, ROW, LEFT, TITLE, TOP, TRACK = 170, 110, 160, 30, 60, 20


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Return the height of its middle."""
        return self.y + self.height // 2

    @property
    def centre(self) -> int:
        """Return the distance of its middle from the left."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class Layout:
    """Where everything stands: the pool, its lanes, its nodes, and the corners of its flows."""

    pool: Box
    lanes: list[Box]
    nodes: dict[str, Box]
    flows: dict[str, list[tuple[int, int]]]


def place(graph: Graph) -> Layout:
    """Return places for a graph; the same graph always gets the same ones."""
    columns = _columns(graph)
    rows, heights = _rows(graph, columns)
    tops = [TOP + sum(heights[:lane]) * ROW for lane in range(len(graph.lanes))]
    nodes = {n.id: _box(n, columns[n.id], tops[n.lane] + rows[n.id] * ROW) for n in graph.nodes if not n.on}
    _sit_on_tasks(graph, nodes)
    backs = [flow for flow in graph.flows if flow.back]
    bottom = TOP + sum(heights) * ROW
    flows = {flow.id: _forward(nodes[flow.source], nodes[flow.target]) for flow in graph.flows if not flow.back}
    flows |= {f.id: _back(nodes, f, bottom + (n + 1) * TRACK) for n, f in enumerate(backs)}
    width = LEFT + (max(columns.values()) + 1) * COLUMN
    heights_px = [height * ROW for height in heights]
    heights_px[-1] += TRACK * (len(backs) + 1) if backs else 0
    lanes = [Box(40 + TITLE, top, width - TITLE, height) for top, height in zip(tops, heights_px, strict=True)]
    return Layout(Box(40, TOP, width, sum(heights_px)), lanes, nodes, flows)


def _columns(graph: Graph) -> dict[str, int]:
    """Give each node the length of the longest way to it."""
    into: dict[str, list[str]] = defaultdict(list)
    for flow in graph.flows:
        if not flow.back:
            into[flow.target].append(flow.source)
    columns: dict[str, int] = {}

    def column(node_id: str) -> int:
        if node_id not in columns:
            columns[node_id] = max((column(source) + 1 for source in into[node_id]), default=0)
        return columns[node_id]

    for node in graph.nodes:
        if not node.on:
            column(node.id)
    return columns


def _rows(graph: Graph, columns: dict[str, int]) -> tuple[dict[str, int], list[int]]:
    """Stack nodes of one lane and column; return each node's row in its lane, and the rows of each lane."""
    taken: dict[tuple[int, int], int] = defaultdict(int)
    rows = {}
    for node in graph.nodes:
        if not node.on:
            place_ = (node.lane, columns[node.id])
            rows[node.id] = taken[place_]
            taken[place_] += 1
    heights = [max((n for (lane, _c), n in taken.items() if lane == one), default=1) for one in range(len(graph.lanes))]
    return rows, heights


def _box(node: Node, column: int, top: int) -> Box:
    width, height = SIZES.get(node.tag, EVENT)
    return Box(LEFT + column * COLUMN - width // 2 + 20, top + (ROW - height) // 2, width, height)


def _sit_on_tasks(graph: Graph, nodes: dict[str, Box]) -> None:
    """Put boundary events on the lower edge of their task, from the left."""
    seats: dict[str, int] = defaultdict(int)
    for node in graph.nodes:
        if node.on:
            task = nodes[node.on]
            width, height = EVENT
            x = task.x + 6 + seats[node.on] * (width + 4)
            nodes[node.id] = Box(x, task.y + task.height - height // 2, width, height)
            seats[node.on] += 1


def _forward(source: Box, target: Box) -> list[tuple[int, int]]:
    begin, end = (source.x + source.width, source.middle), (target.x, target.middle)
    if begin[1] == end[1]:
        return [begin, end]
    bend = target.x - 25
    return [begin, (bend, begin[1]), (bend, end[1]), end]


def _back(nodes: dict[str, Box], flow: Flow, track: int) -> list[tuple[int, int]]:
    source, target = nodes[flow.source], nodes[flow.target]
    aim = target.x + target.width - 12
    return [
        (source.centre, source.y + source.height),
        (source.centre, track),
        (aim, track),
        (aim, target.y + target.height),
    ]
