"""The Django app of the room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Label `reports`."""

    name = "motcua.measure.reports"
    label = "reports"

    def ready(self) -> None:
        """Register the nightly count."""
        from motcua.measure.reports import counts  # noqa: F401
