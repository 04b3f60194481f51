"""What the application's role may do: everything it needs, and in the ledger only insert and select."""

import os

import psycopg
from psycopg import sql

from motcua.web.launcher.cluster import APP
from motcua.web.launcher.errors import CannotStart

APPEND_ONLY = ("ledger_event", "ledger_seal", "ledger_root")


MISSING = """
    SELECT EXISTS (
        SELECT 1 FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND (NOT has_table_privilege(%(role)s, oid, 'SELECT')
               OR relname = ANY(%(append_only)s) AND has_table_privilege(%(role)s, oid, 'UPDATE, DELETE'))
    )
"""


def are_granted(owner_url: str) -> bool:
    """Tell whether the role has its rights: a start that was cut short after migrating leaves it without."""
    with psycopg.connect(owner_url) as connection:
        if not _exists(connection):
            return False
        row = connection.execute(MISSING, {"role": APP, "append_only": list(APPEND_ONLY)}).fetchone()
        return row == (False,) and (_has_own_login() or _may_step_down(connection))


def _has_own_login() -> bool:
    return bool(os.environ.get("MOTCUA_APP_DATABASE_URL"))


def _exists(connection: psycopg.Connection) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone() is not None


def _may_step_down(connection: psycopg.Connection) -> bool:
    """Tell whether the owner may act as the role; without a login of the role web and worker do so."""
    return connection.execute("SELECT pg_has_role(current_user, %s, 'SET')", [APP]).fetchone() == (True,)


def _make_role(connection: psycopg.Connection) -> None:
    role = sql.Identifier(APP)
    try:
        if not _exists(connection):
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        if not _has_own_login() and not _may_step_down(connection):
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotStart(
            f"The owner of the database may not make or take the role {APP}: give it CREATEROLE, or, as a superuser, "
            f"make the role and say GRANT {APP} TO its name."
        ) from error


def grant(owner_url: str) -> None:
    """Make the role where it is missing and give it its rights on all tables that exist now.

    Raises:
        CannotStart: the owner may not make roles, or may not act as this one.
    """
    role = sql.Identifier(APP)
    with psycopg.connect(owner_url) as connection:
        _make_role(connection)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(statement).format(role))
        for table in APPEND_ONLY:
            revoke = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
            connection.execute(revoke.format(sql.Identifier(table), role))
        revoke = sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {}")
        connection.execute(revoke.format(role))
