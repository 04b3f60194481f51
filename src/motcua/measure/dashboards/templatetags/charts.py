"""Small charts as SVG, and words of figures; every chart says in words what it shows."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()
WIDTH, HEIGHT = 120, 28
HEAT = ((0.0, "heat-0"), (0.01, "heat-1"), (0.05, "heat-2"), (0.1, "heat-3"), (0.25, "heat-4"))
LEAST = 5


@register.filter
def percent(share: float | None) -> str:
    """Return a share (0–1) as 12,5 %; a dash where there is nothing to divide."""
    return "–" if share is None else f"{100 * share:.1f}".replace(".", _(".")) + " %"


@register.filter
def whole(number: int | None) -> str:
    """Return a count with thousands marked as people here write them."""
    return f"{number or 0:,}".replace(",", _(","))


@register.simple_tag
def sparkline(trend: Sequence[tuple[int, int]], name: str) -> SafeString:
    """Return a line of late shares by month; a month without results leaves a gap."""
    shares = [late / judged if judged else None for judged, late in trend]
    known = [share for share in shares if share is not None]
    if len(known) < 2:
        return format_html('<span class="soft">{}</span>', "–")
    top = max(*known, 0.05)
    words = _("%(name)s, share late by month: from %(first)s to %(last)s, at most %(most)s") % {
        "name": name,
        "first": percent(known[0]),
        "last": percent(known[-1]),
        "most": percent(max(known)),
    }
    step = WIDTH / max(len(shares) - 1, 1)
    lines = format_html_join(
        "", '<polyline points="{}"></polyline>', ((points,) for points in _lines(shares, step, top))
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>',
        WIDTH,
        HEIGHT,
        words,
        lines,
    )


def _lines(shares: Sequence[float | None], step: float, top: float) -> list[str]:
    lines: list[list[str]] = [[]]
    for n, share in enumerate(shares):
        if share is None:
            lines.append([])
        else:
            lines[-1].append(f"{n * step:.1f},{(HEIGHT - 3) - share / top * (HEIGHT - 6):.1f}")
    return [" ".join(line if len(line) > 1 else line * 2) for line in lines if line]


@register.simple_tag
def heat(count: int, whole_count: int) -> str:
    """Return the class of a cell's colour: by its share, plain where the row holds too few to say."""
    if whole_count < LEAST or not count:
        return "heat-0"
    share = count / whole_count
    return next(name for least, name in reversed(HEAT) if share >= least)
