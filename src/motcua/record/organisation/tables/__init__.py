"""Agencies, units, people and posts as tables: what stands in them, and what a file would change.

A file adds rows that are not there, changes what differs and closes what gets an end; what it does not name stays.
`actions.tables` applies it, all or nothing. Names and places of agencies in the tree change by decisions only.
"""
