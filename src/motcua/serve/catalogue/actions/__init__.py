"""Every write of the catalogue."""

from motcua.serve.catalogue.actions.loading import load_procedure, load_procedures

__all__ = ["load_procedure", "load_procedures"]
