"""The Django app of the room."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """Label `forms`."""

    name = "motcua.serve.forms"
    label = "forms"
