"""The look's values: every pair of colours that a page sets together is legible, in the light and in the dark."""

import re
from pathlib import Path

import pytest

import motcua.web.shell

SHELL = Path(motcua.web.shell.__file__).parent
STATIC = SHELL / "static" / "shell"
TEXT, SIGN = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11, level AA
STATES = ("in-time", "soon", "late", "stopped")
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-soft") for ground in ("ground", "paper", "sunken", "accent-soft")],
    *[(link, ground) for link in ("accent", "accent-deep") for ground in ("ground", "paper", "accent-soft")],
    *[(state, f"{state}-soft") for state in STATES],
    *[(state, "paper") for state in STATES],
    *[("ink", f"{state}-soft") for state in STATES],
    *[("on-bar", bar) for bar in ("bar", "bar-deep")],
    *[("on-bar-soft", bar) for bar in ("bar", "bar-deep")],
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("on-lamp", "lamp"),
]
SIGN_PAIRS = [
    *[("line-strong", ground) for ground in ("paper", "ground")],
    ("focus", "focus-ring"),
    ("lamp", "bar"),
    ("lamp", "bar-deep"),
]


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of both schemes; what the dark one does not name it has from the light one."""
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, rest = text.split("prefers-color-scheme: dark", 1)
    dark = rest.split("@media print", 1)[0]
    colours = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")
    first = dict(colours.findall(light))
    return {"light": first, "dark": first | dict(colours.findall(dark))}


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_counted_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_text_and_ground_is_legible(scheme: str) -> None:
    colours = schemes()[scheme]
    faint = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pairs, least in ((TEXT_PAIRS, TEXT), (SIGN_PAIRS, SIGN))
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < least
    }
    assert not faint


def test_colours_are_named_in_one_file_only() -> None:
    strays = {
        (sheet.name, colour)
        for sheet in STATIC.glob("*.css")
        if sheet.name not in ("tokens.css", "print.css")
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8"))
    }
    assert not strays


def test_the_style_sheets_are_light() -> None:
    assert sum(sheet.stat().st_size for sheet in STATIC.glob("*.css")) < 60_000


def test_every_value_that_a_sheet_asks_for_is_named() -> None:
    named = set(re.findall(r"(--[\w-]+):", (STATIC / "tokens.css").read_text(encoding="utf-8")))
    asked = {name for sheet in STATIC.glob("*.css") for name in re.findall(r"var\((--[\w-]+)", sheet.read_text())}
    assert not asked - named


def pages() -> list[Path]:
    """Return every template of the product."""
    return sorted(SHELL.parents[1].rglob("templates/**/*.html"))


def test_no_template_holds_a_script_or_a_style() -> None:
    inline = re.compile(r"<style|\sstyle=\"|\son\w+=\"|<script(?![^>]*\ssrc=)")
    # What is saved as one file that needs nothing else is not served as a page.
    saved = re.compile(r"{% if whole %}<(style|script)>{{ (css|js) }}</\1>")
    found = [page.name for page in pages() if inline.search(saved.sub("", page.read_text(encoding="utf-8")))]
    # A component may have an attribute of the name `style`: it is a class, not a style.
    assert [name for name in found if name != "icon.html"] == []


def test_every_icon_that_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = set()
    for page in pages():
        text = page.read_text(encoding="utf-8")
        named |= set(re.findall(r'{% icon "([\w-]+)"', text)) | set(re.findall(r'<c-icon name="([\w-]+)"', text))
        named |= set(re.findall(r'<c-(?:button|empty)\b[^>]*?\sicon="([\w-]+)"', text))
    from motcua.web.shell.gallery import ICONS
    from motcua.web.shell.templatetags.shell import CLOCK_ICONS, NOTICE_ICONS

    assert named | set(CLOCK_ICONS.values()) | set(NOTICE_ICONS.values()) <= drawn == set(ICONS)
