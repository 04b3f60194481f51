"""`load_province dak-lak`: agencies of both eras, calendar, procedures. Loading again adds only what is missing."""

import time
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from motcua.formats.datafiles import DataFault, datasets_folder
from motcua.record.organisation.actions import load_agencies, load_calendar
from motcua.record.organisation.actor import system
from motcua.record.organisation.parsing import parse_agencies, parse_calendar
from motcua.serve.catalogue.actions import changed_since_loaded, load_procedures
from motcua.serve.catalogue.parsing import parse_procedures
from motcua.serve.catalogue.publication.offering_files import load_offerings, parse_offerings
from motcua.serve.dossiers.actions.linked_groups import load_groups
from motcua.serve.dossiers.linked_files import parse_groups
from motcua.serve.forms.loading import load_forms, parse_forms
from motcua.web.cli.speaking import language, translate
from motcua.web.shell.provinces import folder_of


class Command(BaseCommand):
    """Load a province's data set."""

    requires_system_checks: ClassVar[list[str]] = []  # data only: pages need not be loaded
    help = "Load a province's data set: agencies, calendar, forms, procedures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the name of the data set."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything first, then load what is missing and say what was added."""
        try:
            folder = folder_of(options["name"])
            calendar, agencies, procedures = parse_calendar(folder), parse_agencies(folder), parse_procedures(folder)
            groups, offerings = parse_groups(folder), parse_offerings(folder)
            forms = parse_forms(datasets_folder() / "forms")
        except (FileNotFoundError, DataFault) as error:
            raise CommandError(str(error)) from error
        now, started = timezone.now(), time.monotonic()
        by = system(timezone.localdate(now))
        days = load_calendar(by=by, calendar=calendar, now=now)
        self._say(f"{days} dated exceptions of the calendar")
        added = load_agencies(by=by, agencies=agencies, now=now)
        self._say(f"{added} agencies with their units and desks")
        added = load_forms(by=by, forms=forms, now=now)
        self._say(f"{added} versions of forms")
        versions = load_procedures(by=by, procedures=procedures, now=now)
        self._say(f"{versions} versions of procedures, in {time.monotonic() - started:.1f} s")
        added = load_groups(by=by, groups=groups, now=now)
        self._say(f"{added} groups of linked procedures")
        added = load_offerings(by=by, offerings=offerings, now=now)
        self._say(f"{added} notes on how procedures are offered")
        for data in changed_since_loaded(procedures):
            self._say(
                f"{data.code}: version {data.number} was changed after it was loaded; make it version {data.number + 1}"
            )

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {translate(language(), line)}")
        self.stdout.flush()
