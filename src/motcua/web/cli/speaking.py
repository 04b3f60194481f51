"""The language of commands: Vietnamese or English.

`--lang vi|en` decides, else MOTCUA_LANG, else the machine's locale (LC_ALL, LC_MESSAGES, LANG), else English.
What is said without Django is written in English here and stands in Vietnamese in `vietnamese.py` and
`vietnamese_help.py`; commands that start Django speak through gettext, in the language that `parsing.py` sets.
"""

import argparse
import os
import re
from collections.abc import Sequence
from functools import lru_cache

from motcua.web.cli.vietnamese import FAULTS, SAID
from motcua.web.cli.vietnamese_help import DATA_FAULTS, PARSING, STARTING

LANGUAGES = ("en", "vi")
OPTIONS = ("--lang", "--language")
PLACES = ("MOTCUA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
# file:line: path: of a fault stands before its sentence.
FAULT = re.compile(r"(?P<place>(?:[^:\n]+:\d+: )(?:[\w.\[\]=?-]+: )?)(?P<said>.+)", re.DOTALL)


def language(args: argparse.Namespace | None = None, otherwise: str = "en") -> str:
    """Return the language that a command answers in; without its arguments the one of the environment."""
    return getattr(args, "language", None) or _of_machine() or otherwise


def _of_machine() -> str:
    for name in PLACES:
        wanted = os.environ.get(name, "").lower()
        if wanted:
            return next(
                (known for known in LANGUAGES if wanted == known or wanted.startswith((f"{known}_", f"{known}-"))), ""
            )
    return ""


def asked(arguments: Sequence[str]) -> str:
    """Return the language that the words of a command line ask for, before they are parsed; "" if none."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        option, sign, value = word.partition("=")
        if option in OPTIONS and (value if sign else following) in LANGUAGES:
            return value if sign else following
    return ""


def say(spoken: str, sentence: str, **values: object) -> str:
    """Return a sentence with its values, in a language."""
    chosen = {**FAULTS, **SAID}.get(sentence, sentence) if spoken == "vi" else sentence
    return chosen.format(**values)


def translate(spoken: str, text: str) -> str:
    """Return a text of finished English sentences, line by line, in a language; what is not known stays English."""
    if spoken != "vi":
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if (fault := FAULT.fullmatch(line)) and (said := _line(fault["said"])) != fault["said"]:
        return fault["place"] + said
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(line):
            return sentence.format(**{name: _line(value) for name, value in found.groupdict().items()})
    return line


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return each sentence as a pattern; a place for a value takes anything."""
    found = []
    for english, vietnamese in {**PARSING, **STARTING, **FAULTS, **DATA_FAULTS}.items():
        parts = re.split(r"\{(\w+)(?::[^}]*)?\}", english)
        text = "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts))
        plain = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", vietnamese)
        found.append((re.compile(text, re.DOTALL), plain))
    return found
