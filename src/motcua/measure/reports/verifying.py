"""Is an issued report what the record says? Its digest, its cells from the spans, and its cells from the ledger."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from motcua.measure.metrics.questions import Question
from motcua.measure.reports.actions import digest
from motcua.measure.reports.asking import question_of
from motcua.measure.reports.making import as_json, entered_in, form_of, make
from motcua.measure.reports.models import Issue
from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import hash_of
from motcua.serve.dossiers.models.spans import COUNTED
from motcua.serve.dossiers.span_keeping import sealed_events, working_minutes
from motcua.serve.dossiers.spans import Minutes, spans_of

COLUMNS = ("dossier_id", "number", "known_from", "end_known", "retracted", "valid_from", "valid_to", "from_on",
           "to_on", *COUNTED)  # fmt: skip
COPY = f"COPY pg_temp.dossiers_span ({', '.join(COLUMNS)}) FROM STDIN"
CHAINS_AT_ONCE = 1_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not agree: against what, and the first cells."""

    kind: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked of a report; no findings: it stands."""

    issue: Issue
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Tell whether everything agrees."""
        return not self.findings


def verify_report(issue: Issue, *, from_ledger: bool = True, progress: Progress = lambda done: None) -> Verified:
    """Compare an issued report with its event, with the spans and with the ledger.

    Args:
        from_ledger: also replay every dossier's events up to the report's position, and count those.
        progress: is told how many dossiers were replayed.
    """
    question = question_of(issue.first, issue.last, issue.agency, issue.position)
    findings = [*_event(issue), *_cells("spans", issue, question)]
    if from_ledger:
        with spans_from_ledger(issue.position, progress):
            findings += _cells("ledger", issue, question)
    return Verified(issue, tuple(findings))


def _event(issue: Issue) -> list[Finding]:
    """The content must have the digest that the first event of the report's chain holds, and that event be whole."""
    event = Event.objects.filter(chain_id=issue.pk, number=1).first()
    told = event.payload["rows"][issue.ledger_key()] if event else {}
    same = bool(event) and hash_of(event) == bytes(event.hash) and told.get("sha256") == digest(issue.content)
    return [] if same and told.get("position") == issue.position else [Finding("content")]


def _cells(kind: str, issue: Issue, question: Question) -> list[Finding]:
    form = form_of(issue.form, issue.form_version)
    # What people typed is in no span: its frozen values are held by the content's digest.
    now = as_json(make(form, question, anew=True, entered=entered_in(issue.content)))
    differing = tuple(differences(issue.content, now))
    return [Finding(kind, differing[:20])] if differing else []


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the cells in which two contents of one form differ: row, column, old and new figure."""
    rows = {_key(row): [row, {}] for row in old["rows"]}
    for row in new["rows"]:
        rows.setdefault(_key(row), [{}, {}])[1] = row
    pairs = [*rows.values(), [{"2": "Σ", **old["totals"]}, new["totals"]]]
    for before, after in pairs:
        for number in old["totals"]:
            a, b = before.get(number, 0), after.get(number, 0)
            if a != b:
                yield f"{before.get('2') or after.get('2')} [{number}]: {a} → {b}"


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(sorted(row["key"].items()))


@contextmanager
def spans_from_ledger(position: int, progress: Progress) -> Iterator[None]:
    """Let measures read spans that are made of events only: a temporary table stands before the stored one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE dossiers_span (LIKE public.dossiers_span) ON COMMIT DROP")
        cursor.execute("ALTER TABLE pg_temp.dossiers_span ALTER id DROP NOT NULL")
        done, minutes = 0, working_minutes()
        for chains in _dossier_chains():
            # Made before the copy begins: while it runs, the connection reads nothing.
            rows = list(_span_rows(chains, position, minutes))
            with cursor.connection.cursor().copy(COPY) as copy:
                for row in rows:
                    copy.write_row(row)
            done += len(chains)
            progress(done)
        cursor.execute("ANALYZE pg_temp.dossiers_span")
        yield
        cursor.execute("DROP TABLE pg_temp.dossiers_span")


def _span_rows(chains: list[uuid.UUID], position: int, minutes: Minutes) -> Iterator[list[Any]]:
    for dossier_id, events in sealed_events(chains, until=position):
        for number, span in enumerate(spans_of(events, minutes)):
            values = span.columns() | {"dossier_id": dossier_id, "number": number}
            yield [values[name] for name in COLUMNS]


def _dossier_chains() -> Iterator[list[uuid.UUID]]:
    opened = Event.objects.filter(number=1, kind__startswith="dossier.").values_list("chain_id", flat=True)
    batch: list[uuid.UUID] = []
    for chain in opened.order_by("chain_id").iterator(chunk_size=CHAINS_AT_ONCE):
        batch.append(chain)
        if len(batch) == CHAINS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
