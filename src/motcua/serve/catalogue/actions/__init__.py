"""Every write of the catalogue."""

from motcua.serve.catalogue.actions.importing import carry_out_import, import_catalogue, upload_catalogue
from motcua.serve.catalogue.actions.loading import changed_since_loaded, load_procedure, load_procedures

__all__ = [
    "carry_out_import",
    "changed_since_loaded",
    "import_catalogue",
    "load_procedure",
    "load_procedures",
    "upload_catalogue",
]
