"""The Django app of the room."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Label `metrics`."""

    name = "motcua.measure.metrics"
    label = "metrics"
