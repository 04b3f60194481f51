"""`demo_accounts`: print the accounts of the demo: name, password, who it is, what to try."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from motcua.record.accounts.models import User
from motcua.record.organisation.models import Agency, Role
from motcua.record.organisation.parsing import Demo, DemoPost, parse_demo
from motcua.web.shell.provinces import folder_of


class Command(BaseCommand):
    """Print the demo's accounts and their one password."""

    requires_system_checks: ClassVar[list[str]] = []  # data only: pages need not be loaded
    help = "Print the demo's accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("name", nargs="?", default="dak-lak", help="name of the data set")
        parser.add_argument("--plain", action="store_true", help="tab-separated: name, password, who, what to do")
        parser.add_argument("--language", choices=("vi", "en"), default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them; nothing where this is no demo."""
        if not settings.DEMO:
            return
        demo = parse_demo(folder_of(options["name"]))
        open_ones = set(User.objects.filter(is_active=True).values_list("username", flat=True))
        posts = [post for post in demo.posts if post.username in open_ones]
        with translation.override(options["language"]):
            rows = described(posts, options["language"])
            self.stdout.write(plain(rows, demo) if options["plain"] else table(rows, demo))


def described(posts: list[DemoPost], language: str) -> list[tuple[str, str, str]]:
    """Return user name, who, and what to do, in a language."""
    agencies = {agency.code: agency.name for agency in Agency.objects.order_by("valid_from")}
    rows = []
    for post in posts:
        who = f"{Role(post.role).label}, {agencies.get(post.agency, post.agency)}"
        rows.append((post.username, who, post.does_vi if language == "vi" else post.does_en))
    return rows


def plain(rows: list[tuple[str, str, str]], demo: Demo) -> str:
    """Return one account a line, its parts separated by tabs."""
    return "\n".join("\t".join((name, demo.password, who, does)) for name, who, does in rows)


def table(rows: list[tuple[str, str, str]], demo: Demo) -> str:
    """Return a table to read."""
    width = max((len(name) for name, _who, _does in rows), default=0)
    lines = [_("Demo accounts (password: %(password)s)") % {"password": demo.password}]
    lines += [f"  {name:{width}}  {who}: {does}" for name, who, does in rows]
    return "\n".join(lines)
