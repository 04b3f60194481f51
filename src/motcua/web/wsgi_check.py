"""Imported by a trial run: whether web and worker could start as another user."""

import django  # noqa: F401
import granian  # noqa: F401
import psycopg  # noqa: F401
