"""Bars and lines of the live index as SVG; each says in words what it shows."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from motcua.measure.live.charting import Trend
from motcua.measure.live.supposing import Supposed

register = template.Library()


@register.filter
def points(value: float | None) -> str:
    """Return points with two decimals as people here write them; a dash for what is not scored."""
    return "–" if value is None else f"{value:.2f}".replace(".", _("."))


@register.filter
def signed(value: float | None) -> str:
    """Return a change of points with its sign."""
    if value is None:
        return "–"
    return ("+" if value > 0 else "−" if value < 0 else "") + points(abs(value))


@register.filter
def count(value: float | None) -> str:
    """Return a count with thousands marked as people here write them, and a decimal only where there is one."""
    if value is None:
        return "–"
    whole = f"{int(value):,}".replace(",", _(","))
    return whole if float(value).is_integer() else f"{whole}{_('.')}{round(value % 1 * 10)}"


@register.simple_tag
def points_bar(score: float | None, lost: float | None, most: float, gain: float = 0.0) -> SafeString:
    """Return a bar of what a node has and has lost; the rest of its most is not scored."""
    if not most or score is None:
        return SafeString("")
    return format_html(
        '<svg class="points-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="got" width="{}" height="10"/><rect class="gain" x="{}" width="{}" height="10"/>'
        '<rect class="lost" x="{}" width="{}" height="10"/></svg>',
        *(f"{max(100 * part / most, 0):.2f}" for part in (score, score, gain, score + gain, (lost or 0.0) - gain)),
    )


@register.simple_tag
def supposed_bar(leaf: Supposed) -> SafeString:
    """Return the bar of a leaf with what is supposed for it: what it gains stands out."""
    kept = min(leaf.score, leaf.then)
    return points_bar(kept, leaf.most - kept, leaf.most, max(leaf.then - leaf.score, 0.0))


@register.simple_tag
def trend_chart(trend: Trend) -> SafeString:
    """Return the line of a year's months, and the expected end of the year with its interval in a last column."""
    edges = format_html_join(
        "",
        '<line class="edge" x1="0" x2="100" y1="{0}" y2="{0}"/>',
        ((f"{y:.2f}",) for _points, _code, y in trend.edges),
    )
    lines = format_html_join("", '<polyline points="{}"/>', ((line,) for line in trend.lines))
    dots = format_html_join(
        "",
        '<line class="dot{0}" x1="{1}" x2="{1}" y1="{2}" y2="{2}"/>',
        (
            (" open" if point.lasts else "", f"{across:.2f}", f"{down:.2f}")
            for point, across, down in trend.months
            if down is not None
        ),
    )
    return format_html(
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{}" focusable="false">'
        '<line class="rule" x1="0" x2="100" y1="0" y2="0"/><line class="rule" x1="0" x2="100" y1="50" y2="50"/>'
        '<line class="rule" x1="0" x2="100" y1="100" y2="100"/>{}{}{}{}</svg>',
        _words(trend),
        edges,
        _year(trend),
        lines,
        dots,
    )


def _year(trend: Trend) -> SafeString:
    if trend.end is None:
        return SafeString("")
    return format_html(
        '<line class="span" x1="{0}" x2="{0}" y1="{2}" y2="{3}"/>'
        '<line class="dot end" x1="{0}" x2="{0}" y1="{1}" y2="{1}"/>',
        *(f"{value:.2f}" for value in trend.end),
    )


def _words(trend: Trend) -> str:
    known = [point for point, _across, down in trend.months if down is not None]
    return _("Points by month: from %(first)s in %(from)s to %(last)s in %(to)s") % {
        "first": points(known[0].total),
        "from": f"{known[0].first:%m/%Y}",
        "last": points(known[-1].total),
        "to": f"{known[-1].first:%m/%Y}",
    }
