"""The Django app of the room."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Label `dossiers`."""

    name = "motcua.serve.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        """Register the subscribers and jobs, and what becomes of open dossiers when their agency ends."""
        from motcua.serve.dossiers import jobs, succession  # noqa: F401
