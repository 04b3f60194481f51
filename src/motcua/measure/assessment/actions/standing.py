"""The province's own standing: published figures of indices, taken in from a table."""

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.formats.frameworks import Table
from motcua.measure.assessment.models import Standing
from motcua.measure.assessment.policies import PREPARES
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, Refused

NEEDED = ("index", "year", "province")
KEY = ("index", "year", "province", "domain")
NUMBERS = {"score": float, "rank": int, "of": int, "region_rank": int}
TEXTS = {"domain": "domain", "region": "region", "class": "rating", "source": "source"}


def load_standing(*, by: Actor, table: Table, now: dt.datetime) -> int:
    """Take in published figures: all rows or none; a row of the same index, year, province and domain is replaced.

    Args:
        table: columns index, year, province; and as known domain, score, rank, of, region, region_rank, class, source.

    Returns:
        How many rows were taken in.

    Raises:
        NotAllowed: not an administrator.
        Invalid: a column is missing, or a cell is no number; each names its row.
    """
    PREPARES.check(by)
    if missing := [head for head in NEEDED if head not in table.heads]:
        message = _("The table needs the columns %(heads)s.")
        raise Invalid([Refused("standing.heads", message, params={"heads": ", ".join(missing)})])
    errors: list[Refused] = []
    rows = [_row(number, dict(zip(table.heads, cells, strict=False)), errors) for number, cells in table.rows]
    if errors:
        raise Invalid(errors)
    digest = hashlib.sha256(repr((table.heads, table.rows)).encode()).hexdigest()
    with (
        transaction.atomic(),
        record_change(
            chain_id=new_id(),
            subject="standing",
            kind="standing.loaded",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            new=True,
            facts={"rows": len(rows), "sha256": digest},
        ),
    ):
        _replace(rows)
    return len(rows)


def _replace(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Write all rows at once; of two rows of one figure the later one stands."""
    last = {tuple(sorted(key.items())): Standing(**key, **values) for key, values in rows}
    names = [*NUMBERS, *(field for field in TEXTS.values() if field != "domain")]
    Standing.objects.bulk_create(last.values(), update_conflicts=True, unique_fields=KEY, update_fields=names)


def _row(number: int, cells: dict[str, str], errors: list[Refused]) -> tuple[dict[str, Any], dict[str, Any]]:
    key = {"index": cells["index"], "province": cells["province"], "domain": cells.get("domain", "")}
    key["year"] = _number(number, "year", cells, int, errors)
    values = {name: _number(number, name, cells, kind, errors) for name, kind in NUMBERS.items()}
    values |= {field: cells.get(head, "") for head, field in TEXTS.items() if head != "domain"}
    return key, values


def _number(number: int, head: str, cells: dict[str, str], kind: Any, errors: list[Refused]) -> Any:
    text = cells.get(head, "").strip()
    if not text and head != "year":
        return None
    try:
        return kind(text.replace(",", ".") if kind is float else text)
    except ValueError:
        message = _("Row %(row)d, %(head)s: “%(text)s” is not a number")
        errors.append(Refused("standing.number", message, params={"row": number, "head": head, "text": text}))
        return None
