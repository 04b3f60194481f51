"""The language of commands: Vietnamese or English.

`--lang vi|en` decides, else MOTCUA_LANG, else the machine's locale (LC_ALL, LC_MESSAGES, LANG), else English.
What is said without Django is written in English here and stands in Vietnamese in `vietnamese.py` and
`vietnamese_help.py`; commands that start Django speak through gettext, in the language that `parsing.py` sets.
"""

import argparse
import os
from collections.abc import Sequence

from motcua.formats.faults import Sentences
from motcua.formats.faults.vietnamese import DATA_FAULTS, FAULTS
from motcua.web.cli.vietnamese import SAID
from motcua.web.cli.vietnamese_help import PARSING, STARTING

LANGUAGES = ("en", "vi")
OPTIONS = ("--lang", "--language")
PLACES = ("MOTCUA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


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
    for word, following in zip(arguments, [*arguments, ""][1:], strict=True):
        option, sign, value = word.partition("=")
        if option in OPTIONS and (value if sign else following) in LANGUAGES:
            return value if sign else following
    return ""


def say(spoken: str, sentence: str, **values: object) -> str:
    """Return a sentence with its values, in a language."""
    chosen = {**FAULTS, **SAID}.get(sentence, sentence) if spoken == "vi" else sentence
    return chosen.format(**values)


_TOLD = Sentences({**PARSING, **STARTING, **FAULTS, **DATA_FAULTS})


def translate(spoken: str, text: str) -> str:
    """Return a text of finished English sentences, line by line, in a language; what is not known stays English."""
    return _TOLD.translate(spoken, text)
