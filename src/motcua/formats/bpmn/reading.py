"""A BPMN 2.0 file as the rows of a process: tasks become steps, flows and gateways what they wait for.

Parallel gateways split and join. Of exclusive ones three uses are known: a way around a task (it may be skipped), a way
back to an earlier task (it may be sent back), and a choice between ways (side by side, each may be skipped; noted).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from motcua.formats.bpmn.graph import Row
from motcua.formats.bpmn.opening import (
    INNER_EVENTS,
    KNOWN_GATEWAYS,
    PLAIN_TASKS,
    TASKS,
    Note,
    Opened,
    Part,
    open_file,
)

Edge = tuple[str, str]


@dataclass(frozen=True)
class Drawn:
    """What a file says: the name of the process, its rows in an order that can be worked, and what to look at."""

    name: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


def read(content: bytes) -> Drawn:
    """Return the rows of a process drawn in any editor; reading what `export` wrote gives the same rows again.

    Raises:
        BpmnError: it is no BPMN file that can be read; see `opening.open_file`.
    """
    opened = open_file(content)
    flow = _Flow(opened)
    steps = [part for part in opened.parts if part.tag in TASKS]
    waits = {part.id: flow.before(part.id) - {part.id} for part in steps}
    ordered = _in_order(steps, waits)
    keys = _keys(ordered)
    rows = [_row(part, keys, waits[part.id], flow) for part in ordered]
    return Drawn(opened.name, tuple(rows), (*opened.notes, *_notes(opened, ordered, waits, flow)))


@dataclass
class _Flow:
    """The flows of a file, sorted: those that lead on, those that lead back, those that lead around a step."""

    opened: Opened
    back: list[Edge] = field(default_factory=list)
    around: set[Edge] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.steps = {part.id for part in self.opened.parts if part.tag in TASKS}
        self.seats = {part.id: part.on for part in self.opened.parts if part.tag == "boundaryEvent"}
        self.out: dict[str, list[str]] = defaultdict(list)
        for source, target in self.opened.flows:
            self.out[source].append(target)
        self._sort_back()
        self.into: dict[str, list[str]] = defaultdict(list)
        for source, target in self._forward():
            self.into[target].append(source)
        for part in self.opened.parts:
            if part.tag not in ("parallelGateway", *TASKS):
                self._find_ways_around(part)

    def _forward(self) -> list[Edge]:
        away = {*self.back, *self.around}
        return [flow for flow in self.opened.flows if flow not in away and flow[0] not in self.seats]

    def _sort_back(self) -> None:
        """Find the flows that close a circle, walking from where nothing leads in."""
        entered = {target for source, target in self.opened.flows if source not in self.seats}
        ids = [part.id for part in self.opened.parts if part.id not in self.seats]
        seen: set[str] = set()
        for root in sorted(ids, key=lambda one: one in entered):
            self._walk(root, seen)

    def _walk(self, root: str, seen: set[str]) -> None:
        """Walk on from a node, depth first and without recursion: what leads to a node on the way leads back."""
        if root in seen:
            return
        seen.add(root)
        way, ahead = [root], {root: iter(self.out[root])}
        while way:
            target = next(ahead[way[-1]], None)
            if target is None:
                way.pop()
            elif target in way:
                self.back.append((way[-1], target))
            elif target not in seen:
                seen.add(target)
                way.append(target)
                ahead[target] = iter(self.out[target])

    def _find_ways_around(self, part: Part) -> None:
        """Mark what an exclusive gateway lets be left out."""
        ways = [target for target in self.out[part.id] if (part.id, target) not in self.back]
        if len(ways) < 2:
            return
        reached = {way: self._after(way) for way in ways}
        straight = [way for way in ways if any(way in reached[other] for other in ways if other != way)]
        for way in straight:
            self.around.add((part.id, way))
            self.into[way] = [source for source in self.into[way] if source != part.id]
        inside = set.intersection(*(reached[way] | {way} for way in ways))
        between = {one for way in ways if way not in straight for one in (reached[way] | {way}) - inside}
        self.optional |= between & self.steps
        if not straight:
            self.choices.add(part.id)

    def _after(self, begin: str) -> set[str]:
        """Return what a node leads to, near or far, without flows that lead back."""
        back = set(self.back)
        found: set[str] = set()
        ahead = [begin]
        while ahead:
            one = ahead.pop()
            for target in self.out[one]:
                if (one, target) not in back and target not in found:
                    found.add(target)
                    ahead.append(target)
        return found

    def before(self, step: str) -> set[str]:
        """Return the steps that must be done before one, looking back through gateways and events."""
        return self._nearest(self.into[step], self.into)

    def returns_of(self, step: str) -> set[str]:
        """Return the steps that a step may be sent back to: by an event on its edge, or by a flow that leads back."""
        aims = {target for seat, on in self.seats.items() if on == step for target in self.out[seat]}
        aims |= {target for source, target in self.back if source == step or step in self._nearest([source], self.into)}
        return self._nearest(aims, self.out) - {step}

    def _nearest(self, begin: Iterable[str], ways: Mapping[str, list[str]]) -> set[str]:
        """Return the first steps on the ways from some nodes, these among them."""
        found: set[str] = set()
        seen: set[str] = set()
        ahead = list(begin)
        while ahead:
            one = ahead.pop()
            if one in self.steps:
                found.add(one)
            elif one not in seen:
                seen.add(one)
                ahead += ways.get(one, ())
        return found


def _in_order(steps: list[Part], waits: Mapping[str, set[str]]) -> list[Part]:
    """Return the steps so that each stands below those it waits for, else as in the file."""
    left, done, ordered = list(steps), set[str](), list[Part]()
    while left:
        chosen = next((part for part in left if waits[part.id] <= done), left[0])
        left.remove(chosen)
        done.add(chosen.id)
        ordered.append(chosen)
    return ordered


def _keys(steps: list[Part]) -> dict[str, str]:
    """Return the key of each step by its id: Motcua's own where it is there once, else none."""
    taken: set[str] = set()
    keys = {}
    for part in steps:
        key = part.facts.get("key", "")
        keys[part.id] = part.id if not key or key in taken else key
        taken.add(keys[part.id])
    return keys


def _row(part: Part, keys: Mapping[str, str], waits: set[str], flow: _Flow) -> Row:
    place = {key: number for number, key in enumerate(keys.values())}
    waiting = _kept(part.facts.get("waits_for", ""), {keys[one] for one in waits}, place)
    returns = _kept(part.facts.get("may_return_to", ""), {keys[one] for one in flow.returns_of(part.id)}, place)
    optional = part.id in flow.optional
    facts = {name: value for name, value in part.facts.items() if name not in ("key", "waits_for", "may_return_to")}
    row = Row(keys[part.id], part.name, part.lane, waiting, returns, part.note, optional)
    return replace(row, facts=facts)


def _kept(written: str, drawn: set[str], place: Mapping[str, int]) -> tuple[str, ...]:
    """Return what is drawn, in the order that was written if nobody has redrawn it since."""
    before = tuple(written.split())
    return before if set(before) == drawn else tuple(sorted(drawn, key=lambda key: place[key]))


def _notes(opened: Opened, ordered: list[Part], waits: Mapping[str, set[str]], flow: _Flow) -> Iterable[Note]:
    for part in opened.parts:
        if part.tag in TASKS - PLAIN_TASKS:
            yield Note("read_as_step", part.tag, part.name or part.id)
        elif part.tag in INNER_EVENTS:
            yield Note("event_left_out", part.tag, part.name or part.id)
        elif part.id in flow.choices:
            yield Note("choice", part.tag, part.name or part.id)
        elif part.tag.endswith("Gateway") and part.tag not in KNOWN_GATEWAYS:
            yield Note("gateway_unknown", part.tag, part.name or part.id)
    for part in ordered[1:]:
        if not waits[part.id]:
            yield Note("nothing_before", part.tag, part.name or part.id)
    for part in ordered:
        if not part.name:
            yield Note("no_name", part.tag, part.id)
