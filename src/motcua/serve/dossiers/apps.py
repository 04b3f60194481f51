"""The Django app of the room."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Label `dossiers`."""

    name = "motcua.serve.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        """Register subscribers and jobs, and what becomes of open dossiers when an agency ends or a person leaves."""
        from motcua.serve.dossiers import (  # noqa: F401
            handover,
            jobs,
            post_succession,
            repromising,
            span_keeping,
            succession,
        )
