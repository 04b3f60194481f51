"""Parsers that take `--lang`, say help and faults in a language, and let each command run in it."""

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from motcua.web.cli.speaking import LANGUAGES, OPTIONS, language, translate
from motcua.web.cli.vietnamese_help import HELP

Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser in English; its subparsers are of its own class. `--lang` may stand before and after each command."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_argument(
            *OPTIONS,
            dest="language",
            choices=LANGUAGES,
            default=argparse.SUPPRESS,
            help="language of the answer; else by MOTCUA_LANG, the machine's locale, English",
        )

    def set_defaults(self, **values: Any) -> None:
        """Set defaults; a command that starts Django runs in the language that is wanted."""
        if "run" in values and values.get("needs_database") and values.get("needs_django", True):
            values["run"] = _spoken(values["run"])
        super().set_defaults(**values)


class VietnameseHelp(argparse.HelpFormatter):
    """Lays out help in Vietnamese. What has none stays English."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with how the command is used."""
        super().add_usage(usage, actions, groups, "cách dùng: " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Begin a section."""
        super().start_section(HELP.get(heading or "", heading))

    def add_text(self, text: str | None) -> None:
        """Add the description."""
        super().add_text(HELP.get(text or "", text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return HELP.get(action.help or "", action.help)


class VietnameseParser(Parser):
    """A parser in Vietnamese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=VietnameseHelp, **options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words of the command line; exit with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: lỗi: {translate('vi', message)}\n")


PARSERS: dict[str, type[Parser]] = {"en": Parser, "vi": VietnameseParser}


def _spoken(run: Run) -> Run:
    def spoken(args: argparse.Namespace) -> int:
        from django.utils.translation import override

        with override(language(args)):
            return run(args)

    return spoken
