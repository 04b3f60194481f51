"""The Django app of the room."""

from django.apps import AppConfig


class SeriesConfig(AppConfig):
    """Label `series`."""

    name = "motcua.record.series"
    label = "series"
