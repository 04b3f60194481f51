"""The Django app of the room."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Label `organisation`."""

    name = "motcua.record.organisation"
    label = "organisation"

    def ready(self) -> None:
        """Register what moves when an agency ends, the jobs, and a lookup."""
        from motcua.record.organisation import jobs, lookups  # noqa: F401
        from motcua.record.organisation.actions.history import posts  # noqa: F401
