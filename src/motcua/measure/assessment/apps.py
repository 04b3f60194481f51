"""The Django app of the room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Label `assessment`."""

    name = "motcua.measure.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Register the jobs."""
        from motcua.measure.assessment import jobs  # noqa: F401
