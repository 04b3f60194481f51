"""Filters of the pages of assessment."""
