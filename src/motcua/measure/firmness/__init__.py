"""How sure ranks are, of whatever is ranked: intervals over many runs, who cannot be told apart, what moves ranks."""
