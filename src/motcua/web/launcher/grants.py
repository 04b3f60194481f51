"""What the application's role may do: everything it needs, and in the ledger only insert and select."""

import psycopg
from psycopg import sql

from motcua.web.launcher.cluster import APP

APPEND_ONLY = ("ledger_event", "ledger_seal", "ledger_root")


def grant(owner_url: str) -> None:
    """Make the role where it is missing and give it its rights on all tables that exist now."""
    role = sql.Identifier(APP)
    with psycopg.connect(owner_url) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(statement).format(role))
        for table in APPEND_ONLY:
            revoke = "REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}"
            connection.execute(sql.SQL(revoke).format(sql.Identifier(table), role))
        revoke = sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {}")
        connection.execute(revoke.format(role))
