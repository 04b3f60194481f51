"""The Django app of the room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Label `reports`."""

    name = "motcua.measure.reports"
    label = "reports"
