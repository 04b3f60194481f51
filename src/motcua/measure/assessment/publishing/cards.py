"""A unit's score card: domains against the mean, strengths, weaknesses, where points were lost, the nearest gains."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from django.utils import translation

import motcua.formats.papers
from motcua.formats.papers.render import cleaned
from motcua.measure.assessment.publishing.gains import Gain, nearest_gains
from motcua.measure.assessment.publishing.told import Content, ToldGroup, ToldUnit, told_groups

HERE = Path(__file__).parent
FONTS = Path(motcua.formats.papers.__file__).parent / "fonts"
MOST_LINES, MOST_ALIKE = 6, 4


@dataclass(frozen=True)
class CardLine:
    """A leaf on a card. `mean` is the group's mean share of the most, in per cent; `share` the unit's."""

    code: str
    name: str
    points: float
    most: float
    share: float
    mean: float

    @property
    def lost(self) -> float:
        """Return the points that were not reached."""
        return self.most - self.points


@dataclass(frozen=True)
class CardDomain:
    """A domain on a card, beside the mean of the group; shares in per cent."""

    name: str
    points: float | None
    most: float | None
    share: float
    mean: float


@dataclass(frozen=True)
class Card:
    """All that a score card tells of a unit."""

    unit: ToldUnit
    group: ToldGroup
    domains: tuple[CardDomain, ...]
    strong: tuple[CardLine, ...]
    weak: tuple[CardLine, ...]
    lost: tuple[CardLine, ...]
    gains: tuple[Gain, ...]
    to_next: float | None
    alike: tuple[ToldUnit, ...] = ()

    @property
    def count(self) -> int:
        """Return how many units were ranked."""
        return len(self.group.units)


def card_of(content: Content, code: str, language: str) -> Card:
    """Return the card of a unit, told in the active language.

    Raises:
        KeyError: no such unit in the publication.
    """
    for group, told in zip(content["groups"], told_groups(content, language), strict=True):
        for unit in told.units:
            if unit.code == code:
                return _card(group, told, unit, language)
    raise KeyError(code)


def _card(group: Content, told: ToldGroup, unit: ToldUnit, language: str) -> Card:
    lines = _lines(group, told, unit.code, language)
    held = next(each for each in group["units"] if each["code"] == unit.code)
    better = [each for each in told.ranked if unit.rank and (each.rank or 0) < unit.rank]
    nearest = better[-1].score if better else None
    return Card(
        unit=unit,
        group=told,
        domains=tuple(_domains(told, unit)),
        strong=tuple(sorted((x for x in lines if x.share > x.mean), key=lambda x: x.mean - x.share)[:MOST_LINES]),
        weak=tuple(sorted((x for x in lines if x.share < x.mean), key=lambda x: x.share - x.mean)[:MOST_LINES]),
        lost=tuple(sorted((x for x in lines if x.lost > 1e-9), key=lambda x: -x.lost)[:MOST_LINES]),
        gains=tuple(nearest_gains(told.framework, held["inputs"], language)[:MOST_LINES]),
        to_next=None if nearest is None or unit.score is None else round(nearest - unit.score, 2),
        alike=tuple(told.alike(unit)),
    )


def _lines(group: Content, told: ToldGroup, code: str, language: str) -> list[CardLine]:
    lines = []
    for leaf in told.framework.root.leaves():
        shares = [
            100 * each["nodes"][leaf.code][0] / each["nodes"][leaf.code][1]
            for each in group["units"]
            if each["nodes"][leaf.code][0] is not None and each["nodes"][leaf.code][1]
        ]
        unit = next(each for each in group["units"] if each["code"] == code)
        points, most = unit["nodes"][leaf.code]
        if most and not leaf.adjustment:
            mean = sum(shares) / len(shares) if shares else 0.0
            reached = points or 0.0
            lines.append(CardLine(leaf.code, leaf.name(language), reached, most, 100 * reached / most, mean))
    return lines


def _domains(told: ToldGroup, unit: ToldUnit) -> list[CardDomain]:
    found = []
    for domain, (points, most) in zip(told.domains, unit.domains, strict=True):
        found.append(CardDomain(domain.name, points, most, 100 * (points or 0) / most if most else 0.0, domain.share))
    return found


def card_pdf(content: Content, code: str, sha256: str, address: str = "") -> bytes:
    """Return a unit's card as one page of PDF, in Vietnamese.

    Args:
        sha256: the digest of the publication, printed so that the card can be checked.
        address: where the ranking is published.

    Raises:
        KeyError: no such unit in the publication.
    """
    with translation.override("vi"):
        told = _printed(card_of(content, code, "vi"), content, sha256, address)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(input=str(HERE / "card.typ"), root=str(HERE), font_paths=fonts)
    made = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(cleaned(told), ensure_ascii=False)})
    if not isinstance(made, bytes):
        raise TypeError("the compiler gave no single file")
    return made


def _printed(card: Card, content: Content, sha256: str, address: str) -> dict[str, Any]:
    unit = card.unit
    return {
        "round": content["round"],
        "group": card.group.name,
        "name": unit.name,
        "score": plain(unit.score),
        "most": plain(card.group.most),
        "rank": f"{unit.rank or '–'}/{card.count}",
        "rating": unit.rating or "–",
        "change": _change(unit),
        "interval": _interval(unit),
        "how_sure": _how_sure(card),
        "alike": _alike(card.alike),
        "steps": f"Tự chấm {plain(unit.own)} · Thẩm định {plain(unit.appraised)}",
        "mean": plain(card.group.mean),
        "next": f"Kém đơn vị xếp trên một bậc {plain(card.to_next)} điểm" if card.to_next is not None else "",
        "domains": [
            {"name": d.name, "points": plain(d.points), "most": plain(d.most), "share": d.share, "mean": d.mean}
            for d in card.domains
        ],
        "strong": [(x.name, f"{plain(x.points)}/{plain(x.most)}") for x in card.strong],
        "weak": [(x.name, f"{plain(x.points)}/{plain(x.most)}") for x in card.weak],
        "lost": [(x.name, f"−{plain(x.lost)}") for x in card.lost],
        "gains": [(f"{x.name} – {x.words}", f"+{plain(x.points)}") for x in card.gains],
        "sha256": " ".join(sha256[n : n + 8] for n in range(0, len(sha256), 8)),
        "address": address,
    }


def _interval(unit: ToldUnit) -> str:
    """Return where the rank may lie, empty where the publication does not say."""
    if unit.rank_low is None or unit.rank_high is None:
        return ""
    if unit.rank_low == unit.rank_high:
        return f"chắc chắn ở bậc {unit.rank_low}"
    return f"có thể từ bậc {unit.rank_low} đến {unit.rank_high}"


def _how_sure(card: Card) -> str:
    """Return how the interval was computed, empty where there is none."""
    how = card.group.firmness
    if not how or card.unit.rank_low is None:
        return ""
    runs = f"{how['runs']:,}".replace(",", ".")
    return (
        f"Khoảng thứ hạng: {plain(100 * how['sure'])}% trong {runs} lượt mô phỏng khi mỗi trọng số thay đổi tối đa "
        f"{plain(100 * how['weights'])}% lên hoặc xuống (hạt giống {how['seed']})."
    )


def _alike(units: tuple[ToldUnit, ...]) -> str:
    """Return the units that this one cannot be told apart from, the first few by name."""
    if not units:
        return ""
    names = "; ".join(unit.name for unit in units[:MOST_ALIKE])
    more = f" và {len(units) - MOST_ALIKE} đơn vị khác" if len(units) > MOST_ALIKE else ""
    return f"Chưa thể phân hơn kém với: {names}{more}."


def _change(unit: ToldUnit) -> str:
    if not unit.rank_change:
        return "giữ nguyên bậc" if unit.rank_change == 0 else "không có kỳ trước"
    return f"{'tăng' if unit.rank_change > 0 else 'giảm'} {abs(unit.rank_change)} bậc"


def plain(value: float | None) -> str:
    """Return a figure as Vietnamese papers have it, with at most two decimals."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
