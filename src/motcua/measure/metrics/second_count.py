"""The second count: the headline figures once more, straight from the ledger, by other code than the spans.

One SQL statement takes, for each dossier, the last value of each field that its events up to a position tell by the
end of the period's last day, and judges by it. Whatever it says otherwise than the spans is an alarm with its dossier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from motcua.measure.metrics.counting import sql_of
from motcua.measure.metrics.questions import Question, counted

FIELDS = ("state", "received_on", "resolved_on", "due_on", "channel", "agency_competent_id")

FROM_LEDGER = """
WITH told AS (
    SELECT e.chain_id, e.number, e.kind, e.payload->'rows'->('dossier:' || e.chain_id) AS row,
           (e.occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= %(last)s AS by_then
    FROM ledger_event e JOIN ledger_seal s ON s.event_id = e.id
    WHERE e.kind LIKE 'dossier.%%' AND s.position <= %(position)s
), last_told AS (
    SELECT chain_id,
        (array_agg(row->>'state' ORDER BY number DESC) FILTER (WHERE by_then AND row ? 'state'))[1]::int AS state,
        (array_agg(row->>'received_on' ORDER BY number DESC) FILTER (WHERE by_then AND row ? 'received_on'))[1]::date
            AS received_on,
        (array_agg(row->>'due_on' ORDER BY number DESC) FILTER (WHERE by_then AND row ? 'due_on'))[1]::date AS due_on,
        (array_agg(row->>'finished_at' ORDER BY number DESC) FILTER (WHERE by_then AND row ? 'finished_at'))[1]
            ::timestamptz AS finished_at,
        (array_agg(row->>'ended_at' ORDER BY number DESC) FILTER (WHERE by_then AND row ? 'ended_at'))[1]
            ::timestamptz AS ended_at,
        (array_agg(row->>'channel' ORDER BY number DESC) FILTER (WHERE by_then AND row ? 'channel'))[1]::int AS channel,
        (array_agg(row->>'agency_competent_id' ORDER BY number DESC)
            FILTER (WHERE by_then AND row ? 'agency_competent_id'))[1]::bigint AS agency_competent_id,
        bool_or(by_then AND (row->>'state')::int IN (2, 4, 6, 9, 10)) AS received,
        bool_or(coalesce(row->>'voided_at', '') <> '') AS voided
    FROM told GROUP BY chain_id
), judged AS (
    SELECT *, CASE
        WHEN state IN (9, 10) THEN (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        WHEN state IN (7, 8) AND received THEN (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END AS resolved_on
    FROM last_told WHERE received AND NOT voided AND state <> 3
)
SELECT chain_id AS dossier_id, state, received_on, resolved_on, due_on, channel, agency_competent_id
FROM judged WHERE resolved_on IS NULL OR resolved_on >= %(first)s
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A dossier that spans and ledger tell otherwise: in which field ("" where one does not know it)."""

    dossier_id: str
    field: str
    spans: Any
    ledger: Any


@dataclass(frozen=True, slots=True)
class Counted:
    """How many dossiers the ledger tells, and what the spans tell otherwise."""

    dossiers: int
    differing: int
    examples: tuple[Difference, ...]


def count_again(question: Question, most: int = 100) -> Counted:
    """Count the dossiers of a period straight from the ledger and compare each with its span.

    Args:
        most: how many differing dossiers are named.
    """
    spans = counted(question)
    ours = sql_of(spans.select("dossier_id", *FIELDS), "postgres").replace("%", "%%")
    different = " OR ".join(f"s.{name} IS DISTINCT FROM l.{name}" for name in FIELDS)
    query = f"""
        WITH ledger AS MATERIALIZED ({FROM_LEDGER}), spans AS MATERIALIZED ({ours}), compared AS (
            SELECT coalesce(s.dossier_id, l.dossier_id) AS dossier_id, s.dossier_id AS s_id, l.dossier_id AS l_id,
                   {_named(FIELDS)}
            FROM ledger l FULL JOIN spans s ON s.dossier_id = l.dossier_id
            WHERE s.dossier_id IS NULL OR l.dossier_id IS NULL OR {different}
        )
        SELECT (SELECT count(*) FROM ledger), (SELECT count(*) FROM compared), c.*
        FROM (SELECT 1) one LEFT JOIN (SELECT * FROM compared ORDER BY dossier_id LIMIT %(most)s) c ON true
    """
    values = {"first": question.first, "last": question.last, "position": question.known_at, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    examples = tuple(_difference(row[2:]) for row in rows if row[2] is not None)
    return Counted(rows[0][0], rows[0][1], examples)


def _named(fields: Sequence[str]) -> str:
    return ", ".join(f"s.{name} AS s_{name}, l.{name} AS l_{name}" for name in fields)


def _difference(row: Sequence[Any]) -> Difference:
    dossier_id, in_spans, in_ledger, *pairs = row
    if in_spans is None or in_ledger is None:
        return Difference(str(dossier_id), "", in_spans and "there", in_ledger and "there")
    for n, name in enumerate(FIELDS):
        if pairs[2 * n] != pairs[2 * n + 1]:
            return Difference(str(dossier_id), name, pairs[2 * n], pairs[2 * n + 1])
    raise AssertionError("a row that differs in nothing")
