"""The Django app of the room."""

from importlib import import_module

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Label `catalogue`. Its sub-rooms keep their models beside their actions."""

    name = "motcua.serve.catalogue"
    label = "catalogue"

    def import_models(self) -> None:
        """Load the models of the room, then those of publication and review, which stand on them."""
        super().import_models()
        for part in ("publication", "review"):
            import_module(f"{self.name}.{part}.models")

    def ready(self) -> None:
        """Register what becomes of the procedures that an agency decides by name when it ends."""
        import_module(f"{self.name}.succession")
