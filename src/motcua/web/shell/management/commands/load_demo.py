"""`load_demo dak-lak`: invented people with posts and accounts, only where MOTCUA_DEMO=1."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from motcua.formats.datafiles import DataFault
from motcua.record.accounts.actions import open_account
from motcua.record.accounts.models import User
from motcua.record.organisation.actions import add_person, give_post
from motcua.record.organisation.actor import Actor, system
from motcua.record.organisation.models import Unit
from motcua.record.organisation.parsing import DemoPost, parse_demo
from motcua.web.cli.speaking import language, translate
from motcua.web.shell.provinces import folder_of

STAFF_CODE = "DEMO-"
SINCE = dt.date(2025, 7, 1)


class Command(BaseCommand):
    """Load the demo's people."""

    requires_system_checks: ClassVar[list[str]] = []  # data only: pages need not be loaded
    help = "Load the demo's people and accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the name of the data set."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the people that are missing."""
        if not settings.DEMO:
            raise CommandError("The demo's accounts are loaded only where MOTCUA_DEMO=1.")
        try:
            demo = parse_demo(folder_of(options["name"]))
        except (FileNotFoundError, DataFault) as error:
            raise CommandError(str(error)) from error
        now = timezone.now()
        by = system(timezone.localdate(now))
        there = set(User.objects.values_list("username", flat=True))
        missing = [post for post in demo.posts if post.username not in there]
        with transaction.atomic():
            for post in missing:
                add(by, post, demo.password, now)
        self.stdout.write(f"  {translate(language(), f'{len(missing)} people of the demo')}")


def add(by: Actor, post: DemoPost, password: str, now: dt.datetime) -> None:
    """Add one invented person with a post and an account."""
    unit = Unit.objects.on(by.on).filter(agency__code=post.agency, key=post.unit).first()
    if unit is None:
        raise CommandError(f"{post.username}: no unit {post.unit!r} of {post.agency} on {by.on}; load the province.")
    person = add_person(by=by, staff_code=STAFF_CODE + post.username, full_name=post.full_name, now=now)
    since = max(unit.valid_from, SINCE)
    give_post(by=by, person=person, unit=unit, role=post.role, valid_from=since, title=post.title, now=now)
    open_account(by=by, person=person, username=post.username, password=password, must_change=False, now=now)
