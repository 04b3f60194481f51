"""The Django app of the room."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Label `live`."""

    name = "motcua.measure.live"
    label = "live"

    def ready(self) -> None:
        """Register the jobs."""
        from motcua.measure.live import jobs  # noqa: F401
