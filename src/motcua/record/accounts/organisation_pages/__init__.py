"""Pages of the administrator over the organisation: they need the gate of accounts, which stands above it."""
