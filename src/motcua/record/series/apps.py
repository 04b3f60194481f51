"""The Django app of the room."""

from django.apps import AppConfig


class SeriesConfig(AppConfig):
    """Label `series`."""

    name = "motcua.record.series"
    label = "series"

    def ready(self) -> None:
        """Register what becomes of the series of an agency that ends."""
        from motcua.record.series import succession  # noqa: F401
