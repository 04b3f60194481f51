"""Faults of files in a person's language: they are named in English where they are found, and recognised here."""

import re
from collections.abc import Mapping
from functools import cached_property

from motcua.formats.faults.vietnamese import DATA_FAULTS, FAULTS

# file:line: path: of a fault stands before its sentence.
FAULT = re.compile(r"(?P<place>(?:[^:\n]+:\d+: )(?:[\w.\[\]=?-]+: )?)(?P<said>.+)", re.DOTALL)


class Sentences:
    """English sentences with places for values, each with what it is in Vietnamese."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self.pairs = pairs

    def translate(self, language: str, text: str) -> str:
        """Return a text of finished English sentences, line by line, in a language; what is not known stays English."""
        if language != "vi":
            return text
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        if (fault := FAULT.fullmatch(line)) and (said := self._line(fault["said"])) != fault["said"]:
            return fault["place"] + said
        for pattern, sentence in self._patterns:
            if found := pattern.fullmatch(line):
                return sentence.format(**{name: self._line(value) for name, value in found.groupdict().items()})
        return line

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Each sentence as a pattern; a place for a value takes anything."""
        found = []
        for english, vietnamese in self.pairs.items():
            parts = re.split(r"\{(\w+)(?::[^}]*)?\}", english)
            text = "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts))
            plain = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", vietnamese)
            found.append((re.compile(text, re.DOTALL), plain))
        return found


_FAULTS = Sentences({**FAULTS, **DATA_FAULTS})


def in_language(language: str, fault: Exception | str) -> str:
    """Return a fault of a table, a framework or a data file in a language: "vi", or else English."""
    return _FAULTS.translate(language, str(fault))
