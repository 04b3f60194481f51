"""`demo_work`: let the demo's people work through the last weeks, once, before anything else is in the record."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from motcua.borders.exchange.scenarios import work
from motcua.serve.dossiers.models import Dossier


class Command(BaseCommand):
    """Fill the demo's inboxes; see `borders.exchange.scenarios.working`."""

    requires_system_checks: ClassVar[list[str]] = []
    help = "Let the demo's people work through the last weeks, where there is no dossier yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work, unless somebody has begun."""
        if settings.DEMO and not Dossier.objects.exists():
            self.stdout.write(str(dict(work(until=timezone.now()))))
