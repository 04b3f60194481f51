"""Pages of assessment: a view parses, calls one action or query, renders."""
