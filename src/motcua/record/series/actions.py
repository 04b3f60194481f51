"""Taking the next number."""

from django.db import connection

TAKE = """
    INSERT INTO series_counter (kind, owner, period, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (kind, owner, period) DO UPDATE SET last = series_counter.last + 1
    RETURNING last
"""


def take_number(*, kind: str, owner: str, period: str) -> int:
    """Take the next number of a series in the caller's transaction.

    The row stays locked until that transaction ends: others of the same series wait, a rollback gives the number
    back. Take it as late in the transaction as the work allows.

    Args:
        kind: which series ("dossier", "receipt", "apology").
        owner: whose ("agency:12").
        period: when it starts again at 1 ("2026-11-21", "2026", "").

    Returns:
        The number, from 1.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [kind, owner, period])
        return int(cursor.fetchone()[0])
