"""The Django app of the room."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Label `dossiers`."""

    name = "motcua.serve.dossiers"
    label = "dossiers"
