"""Every write of the catalogue."""

from motcua.serve.catalogue.actions.loading import changed_since_loaded, load_procedure, load_procedures

__all__ = ["changed_since_loaded", "load_procedure", "load_procedures"]
