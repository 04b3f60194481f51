"""The Django app of the shell."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Label `shell`."""

    name = "motcua.web.shell"
    label = "shell"
