"""Is the record whole? Chains, positions, roots, and every recorded row against the replay of its events.

The checks stream: memory does not grow with the ledger. They read what is stored and recompute everything else.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from motcua.record.ledger.chains import Finding, Progress, check_chains, row_without_chain
from motcua.record.ledger.hashing import GENESIS, root_hash, tree_hash
from motcua.record.ledger.models import Root, Seal


@dataclass
class Report:
    """What was checked, and what was found first (None: all is well)."""

    events: int = 0
    chains: int = 0
    rows: int = 0
    positions: int = 0
    roots: int = 0
    first: Finding | None = None
    checks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.first is None

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        first = self.first
        found = {"kind": first.kind, "message": first.message, **first.place} if first else None
        counts = {name: getattr(self, name) for name in ("events", "chains", "rows", "positions", "roots")}
        return {"ok": self.ok, "checked": counts, "first": found}


def verify(
    exported: Sequence[Mapping[str, Any]] = (), progress: Progress = lambda done: None, processes: int = 1
) -> Report:
    """Check the whole record in one snapshot and stop at the first thing that is wrong.

    Args:
        exported: roots that were exported or printed earlier (see `export_roots`), kept elsewhere.
        progress: is told how many events were checked.
        processes: how many check chains at once; more than one see only what is committed.
    """
    report = Report()
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        steps: list[Callable[[], Finding | None]] = [
            lambda: _chains(report, progress, processes),
            row_without_chain,
            lambda: _positions(report),
            lambda: _roots(report),
            lambda: _exported(exported),
        ]
        for step in steps:
            report.first = step()
            if report.first:
                break
    return report


def _chains(report: Report, progress: Progress, processes: int) -> Finding | None:
    checked = check_chains(progress, processes)
    report.events, report.chains, report.rows = checked.events, checked.chains, checked.rows
    return checked.first


def _positions(report: Report) -> Finding | None:
    """Check that positions run without gaps and that each seals the event it sealed."""
    gap = """
        SELECT place FROM (SELECT position, row_number() OVER (ORDER BY position) AS place FROM ledger_seal) AS s
        WHERE position <> place ORDER BY place LIMIT 1
    """
    rewritten = """
        SELECT s.position, s.event_id, e.hash IS NULL FROM ledger_seal s LEFT JOIN ledger_event e ON e.id = s.event_id
        WHERE e.hash IS DISTINCT FROM s.event_hash ORDER BY s.position LIMIT 1
    """
    with connection.cursor() as cursor:
        cursor.execute(gap)
        missing = cursor.fetchone()
        cursor.execute(rewritten)
        wrong = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM ledger_seal")
        (report.positions,) = cursor.fetchone()
    if missing and not (wrong and wrong[0] < missing[0]):
        params = {"number": missing[0]}
        return Finding("position.missing", _("position %(number)s is missing"), position=missing[0], params=params)
    return _not_as_sealed(*wrong) if wrong else _unsealed()


def _not_as_sealed(position: int, event_id: int, gone: bool) -> Finding:
    if gone:
        return Finding("event.missing", _("the sealed event is gone"), position=position, event=event_id)
    template = _("the event is not the one that was sealed: its chain was rewritten")
    return Finding("event.rewritten", template, position=position, event=event_id)


def _unsealed() -> Finding | None:
    """Every event is sealed or waits for its position."""
    query = """
        SELECT e.id, e.chain_id FROM ledger_event e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_seal s WHERE s.event_id = e.id)
          AND NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.event_id = e.id) ORDER BY e.id LIMIT 1
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return Finding("event.unsealed", _("never got a position"), event=row[0], chain=str(row[1])) if row else None


def _roots(report: Report) -> Finding | None:
    """Recompute every root from the events themselves."""
    previous, last = GENESIS, 0
    for root in Root.objects.order_by("number").iterator():
        found = _root(root, report.roots + 1, previous, last + 1)
        if found:
            return found
        previous, last = bytes(root.root), root.last_position
        report.roots += 1
    return None


def _root(root: Root, number: int, previous: bytes, first: int) -> Finding | None:
    params = {"number": number, "day": root.day.isoformat()}
    if root.number != number:
        return Finding("root.missing", _("root %(number)s is missing"), root=number, params=params)
    if bytes(root.previous) != previous or root.first_position != first:
        template = _("root %(number)s (%(day)s) does not stand on the root before it")
        return Finding("root.previous", template, root=number, params=params)
    seals = Seal.objects.filter(position__range=(first, root.last_position)).order_by("position")
    leaves = [bytes(leaf) for leaf in seals.values_list("event_hash", flat=True)]
    tree = tree_hash(leaves)
    expected = root_hash(
        number=number, day=root.day, first=first, last=root.last_position, tree=tree, previous=previous
    )
    whole = len(leaves) == root.last_position - first + 1
    if not whole or tree != bytes(root.tree) or expected != bytes(root.root):
        template = _("the events of root %(number)s (%(day)s) are not those that it closed")
        return Finding("root.differs", template, root=number, params=params)
    return None


def _exported(exported: Sequence[Mapping[str, Any]]) -> Finding | None:
    """Compare roots that were kept elsewhere with those of the record."""
    stored = {root.number: bytes(root.root).hex() for root in Root.objects.all()} if exported else {}
    for item in exported:
        number = int(item["number"])
        params = {"number": number, "day": item["day"]}
        if number not in stored:
            return Finding("root.missing", _("root %(number)s of %(day)s is gone"), root=number, params=params)
        if stored[number] != item["root"]:
            template = _("root %(number)s of %(day)s is not the one that was exported: the record was rewritten")
            return Finding("root.differs", template, root=number, params=params)
    return None


def export_roots(day: dt.date | None = None) -> list[dict[str, Any]]:
    """Return the roots (of one local date) as JSON holds them: to be printed and kept where nobody here can write."""
    roots = Root.objects.order_by("number")
    return [
        {
            "number": root.number,
            "day": root.day.isoformat(),
            "first_position": root.first_position,
            "last_position": root.last_position,
            "previous": bytes(root.previous).hex(),
            "root": bytes(root.root).hex(),
            "closed_at": root.closed_at.isoformat(),
        }
        for root in (roots.filter(day=day) if day else roots)
    ]
