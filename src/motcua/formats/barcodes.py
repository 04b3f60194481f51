"""Code 128 (ISO/IEC 15417), code sets B and C, as SVG: what a desk's scanner reads from a slip."""

import re

# Widths of bars and spaces for the values 0-106; 103-105 are the starts, 106 the stop.
WIDTHS = re.findall(
    r"[0-9]+",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112",
)
START_B, START_C, TO_B, TO_C, STOP = 104, 105, 100, 99, 106
QUIET = 10


def code128_values(text: str) -> list[int]:
    """Return the symbol values of printable ASCII text: start, data, check, stop.

    Digits go in pairs (set C) where that is shorter: four or more at either end, six or more within.

    Raises:
        ValueError: empty, or a character outside of code set B.
    """
    if not text or any(not 32 <= ord(c) <= 126 for c in text):
        raise ValueError("Code 128 B holds printable ASCII only")
    values: list[int] = []
    code_set = ""
    for part, digits in _parts(text):
        wanted = "C" if digits else "B"
        if code_set != wanted:
            start, switch = (START_C, TO_C) if digits else (START_B, TO_B)
            values.append(switch if code_set else start)
            code_set = wanted
        if digits:
            values += [int(part[i : i + 2]) for i in range(0, len(part), 2)]
        else:
            values += [ord(c) - 32 for c in part]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], start=1))) % 103
    return [*values, check, STOP]


def _parts(text: str) -> list[tuple[str, bool]]:
    """Cut text in stretches; True for an even number of digits worth their own code set."""
    parts: list[tuple[str, bool]] = []
    done = 0
    for run in re.finditer("[0-9]{4,}", text):
        odd = len(run.group()) % 2
        outer = run.start() == 0 or run.end() == len(text)
        if len(run.group()) - odd < (4 if outer else 6):
            continue
        # The odd digit stays on the side that is in set B anyway.
        start, end = (run.start(), run.end() - odd) if run.start() == 0 else (run.start() + odd, run.end())
        parts += [(text[done:start], False), (text[start:end], True)]
        done = end
    parts.append((text[done:], False))
    return [part for part in parts if part[0]]


def code128_svg(text: str, *, height: int = 40) -> str:
    """Return the barcode as SVG; one module is one unit wide, ten modules of quiet zone on each side.

    Raises:
        ValueError: see `code128_values`.
    """
    bars, x = [], QUIET
    for value in code128_values(text):
        for index, width in enumerate(map(int, WIDTHS[value])):
            if index % 2 == 0:
                bars.append(f"M{x} 0h{width}v{height}h-{width}z")
            x += width
    size = f'viewBox="0 0 {x + QUIET} {height}" width="{x + QUIET}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="{"".join(bars)}"/></svg>'
