"""The Django app of the room."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Label `dashboards`."""

    name = "motcua.measure.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        """Register the jobs."""
        from motcua.measure.dashboards import exporting, keeping  # noqa: F401
