"""The Django app of the room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Label `catalogue`."""

    name = "motcua.serve.catalogue"
    label = "catalogue"
