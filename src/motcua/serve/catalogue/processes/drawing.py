"""The diagram of a process: from top to bottom, steps in parallel side by side, returns as dashed lines on the left.

It fits a phone: 280 units wide while at most two steps run in parallel. The table beside it says the same in words.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.rules.processes import Step, check, waits_for
from motcua.rules.working_time import Duration

WIDTH, BOX_HEIGHT, GAP, NARROWEST, THIN, BETWEEN, TRACK, LINE = 280, 72, 38, 100, 14, 8, 8, 14
# How many letters of the diagram's type stand in one unit of width, on the safe side.
LETTERS = 1 / 6.6
# Faults that leave no order from top to bottom to draw.
UNDRAWABLE = {
    "empty",
    "key_missing",
    "key_twice",
    "loop",
    "unreachable",
    "after_below",
    "after_unknown",
}


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text at a height."""

    y: int
    text: str
    soft: bool = False


@dataclass(frozen=True)
class Box:
    """A step: its rectangle, its lines of text, and what a reader hears."""

    x: int
    y: int
    width: int
    height: int
    title: str
    lines: tuple[Label, ...]
    optional: bool

    @property
    def centre(self) -> int:
        """Return the distance of its middle from the left."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class Drawing:
    """The whole: a view box from `left` on, boxes, and the paths of flows and of returns."""

    left: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    flows: tuple[str, ...]
    returns: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """What is written in a step's box: its name and who does it."""

    name: str
    who: str


def draw(steps: Sequence[Step], names: dict[str, Named]) -> Drawing | None:
    """Return the drawing of a process; None where the table is tangled and has no order to draw."""
    if any(fault.code in UNDRAWABLE for fault in check(steps, Duration(10**6, "wd"))):
        return None
    levels, ways = _levels(steps)
    width = max(WIDTH, *(_least(level, names) for level in levels))
    places = _places(levels, names, width)
    boxes = {key: _box(step, names[key], places[key]) for key, step in ((s.key, s) for s in steps)}
    backs = [(step.key, key) for step in steps for key in step.may_return_to if key in boxes]
    # Returns to the same step share a track.
    aims = list(dict.fromkeys(target for _source, target in backs))
    left = -TRACK * (len(aims) + 1) if aims else 0
    return Drawing(
        left=left,
        width=width - left,
        height=len(levels) * (BOX_HEIGHT + GAP) - GAP + 4 + (GAP // 2 if backs else 0),
        boxes=tuple(boxes.values()),
        flows=tuple(_flow([places[stop] for stop in way]) for way in ways),
        returns=tuple(_return(boxes[a], boxes[b], -TRACK * (aims.index(b) + 1)) for a, b in backs),
    )


Place = tuple[int, int, int]


def _levels(steps: Sequence[Step]) -> tuple[list[list[str]], list[list[str]]]:
    """Return what stands side by side, and each flow's stops; a flow that passes a level keeps a thin place in it."""
    waiting = waits_for(steps)
    depth: dict[str, int] = {}
    for step in steps:
        depth[step.key] = max((depth[key] + 1 for key in waiting[step.key]), default=0)
    levels: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    ways = []
    for step in steps:
        levels[depth[step.key]].append(step.key)
        for source in waiting[step.key]:
            passed = [f"|{source}>{step.key}@{level}" for level in range(depth[source] + 1, depth[step.key])]
            for stop, level in zip(passed, range(depth[source] + 1, depth[step.key]), strict=True):
                levels[level].append(stop)
            ways.append([source, *passed, step.key])
    return [_ordered(level) for level in levels], ways


def _ordered(level: list[str]) -> list[str]:
    """Return steps first, then the flows that pass by on their right."""
    return sorted(level, key=lambda key: key.startswith("|"))


def _least(level: list[str], names: dict[str, Named]) -> int:
    return sum((NARROWEST if key in names else THIN) + BETWEEN for key in level) + BETWEEN


def _places(levels: list[list[str]], names: dict[str, Named], width: int) -> dict[str, Place]:
    """Return left, top and width of each step and passing flow."""
    found: dict[str, Place] = {}
    for number, level in enumerate(levels):
        real = sum(key in names for key in level)
        thin = (len(level) - real) * (THIN + BETWEEN)
        each = (width - thin - BETWEEN) // real - BETWEEN
        x, y = BETWEEN, number * (BOX_HEIGHT + GAP) + 2
        for key in level:
            own = each if key in names else THIN
            found[key] = (x, y, own)
            x += own + BETWEEN
    return found


def _box(step: Step, named: Named, place: Place) -> Box:
    x, y, width = place
    letters = int((width - 12) * LETTERS)
    lines = textwrap.wrap(named.name, letters, max_lines=3, placeholder=" …") or [step.key]
    who = textwrap.shorten(named.who, letters, placeholder=" …")
    first = y + (BOX_HEIGHT - LINE * (len(lines) + 1)) // 2 + 11
    labels = [Label(first + n * LINE, text) for n, text in enumerate(lines)]
    labels.append(Label(first + len(lines) * LINE, who, soft=True))
    return Box(x, y, width, BOX_HEIGHT, f"{named.name}. {named.who}", tuple(labels), step.optional)


def _flow(stops: list[Place]) -> str:
    """Return the path from the lower edge of the first stop to the upper edge of the last, through those between."""
    x, y, width = stops[0]
    path = [f"M{x + width // 2} {y + BOX_HEIGHT}"]
    for number, (next_x, next_y, next_width) in enumerate(stops[1:], 1):
        path.append(f"V{next_y - GAP // 2}H{next_x + next_width // 2}V{next_y}")
        if number < len(stops) - 1:
            path.append(f"V{next_y + BOX_HEIGHT}")
    return "".join(path)


def _return(source: Box, target: Box, track: int) -> str:
    """Return the path from below a step, along a track on the left, to the left edge of an earlier one."""
    begin = source.x + 12
    below = source.y + source.height + 10
    above = target.y - 8 if target.x > BETWEEN else target.y + target.height // 2
    end = f"H{target.x}" if target.x <= BETWEEN else f"H{target.x + 12}V{target.y}"
    return f"M{begin} {source.y + source.height}V{below}H{track}V{above}{end}"
