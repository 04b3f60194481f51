"""Filters and tags of the live index's pages."""
