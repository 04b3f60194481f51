"""The Django app of the room."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Label `organisation`."""

    name = "motcua.record.organisation"
    label = "organisation"
