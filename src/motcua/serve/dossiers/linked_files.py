"""Groups of linked procedures from data files: read, checked, and told with file and place where one is wrong.

The files are `datasets/provinces/<name>/linked/*.yaml`, one version of one group each; `datasets/README.md` says how.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from motcua.formats.datafiles import Block, Value, read_block


@dataclass(frozen=True)
class PartData:
    """One procedure of a group; `takes` pairs a part that is waited for with the paper that its result becomes."""

    key: str
    procedure: str
    agency: str
    waits_for: tuple[str, ...]
    takes: tuple[tuple[str, str], ...]
    optional: bool


@dataclass(frozen=True)
class GroupData:
    """One version of a group of linked procedures."""

    code: str
    number: int
    name_vi: str
    name_en: str
    sample: bool
    valid_from: dt.date
    valid_to: dt.date | None
    legal_bases: tuple[tuple[str, str], ...]
    parts: tuple[PartData, ...]


def parse_groups(folder: Path) -> list[GroupData]:
    """Return the groups of a province's data set, by code and number.

    Raises:
        DataFault: the first thing in a file that cannot be loaded, or a version that is given twice.
    """
    found: dict[tuple[str, int], GroupData] = {}
    for file in sorted((folder / "linked").glob("*.yaml")):
        top = read_block(file)
        group = _group(top)
        if (group.code, group.number) in found:
            raise top["code"].fault(f"version {group.number} of {group.code} is in another file too")
        found[group.code, group.number] = group
    return [found[key] for key in sorted(found)]


def _group(top: Block) -> GroupData:
    since, until = top.dates()
    group = GroupData(
        code=top["code"].text(),
        number=top.number("number", 1),
        name_vi=top["name_vi"].text(),
        name_en=top["name_en"].text(),
        sample=top["sample"].flag(),
        valid_from=since,
        valid_to=until,
        legal_bases=tuple(_legal_basis(block) for block in top["legal_bases"].blocks()),
        parts=_parts(top["parts"]),
    )
    top.end()
    return group


def _legal_basis(block: Block) -> tuple[str, str]:
    basis = (block["number"].text(), block["name"].text())
    block.end()
    return basis


def _parts(value: Value) -> tuple[PartData, ...]:
    """Read the parts in order; a part waits for earlier ones only, so that no circle can arise."""
    parts: dict[str, PartData] = {}
    for block in value.blocks():
        part = _part(block)
        if part.key in parts:
            raise block["key"].fault(f"{part.key!r} is given twice")
        if unknown := sorted(set(part.waits_for) - set(parts)):
            raise block["waits_for"].fault(f"no earlier part: {', '.join(unknown)}")
        if stray := sorted({key for key, _paper in part.takes} - set(part.waits_for)):
            raise block["takes"].fault(f"does not wait for: {', '.join(stray)}")
        parts[part.key] = part
    if len(parts) < 2:
        raise value.fault("a group has two parts at least")
    return tuple(parts.values())


def _part(block: Block) -> PartData:
    part = PartData(
        key=block["key"].text(),
        procedure=block["procedure"].text(),
        agency=block.text("agency"),
        waits_for=block.texts("waits_for"),
        takes=tuple((key, paper.text()) for key, paper in block.named("takes")),
        optional=block.flag("optional"),
    )
    block.end()
    return part
