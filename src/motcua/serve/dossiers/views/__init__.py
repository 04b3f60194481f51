"""Pages of dossiers: a view parses, calls one action or query, renders."""
