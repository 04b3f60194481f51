"""PostgreSQL, live: the compiled SQL runs on the application's own connection."""

from typing import Any

from django.db import connection

from motcua.measure.metrics.counting import sql_of


def rows(expression: Any) -> list[dict[str, Any]]:
    """Return the rows of an expression, computed by PostgreSQL alone."""
    with connection.cursor() as cursor:
        cursor.execute(sql_of(expression, "postgres"))
        names = [described.name for described in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
