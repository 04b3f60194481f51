"""The Django app of the room."""

from django.apps import AppConfig


class FirmnessConfig(AppConfig):
    """Label `firmness`."""

    name = "motcua.measure.firmness"
    label = "firmness"
