"""Dossiers with their histories written to a file that an import takes back: JSON, JSON by lines, CSV.

What the record says beyond that (slips, hands, files, payments in parts) is not in it. Dossiers that were voided are
left out.
"""

import csv
import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet

from motcua.borders.exchange.columns import COLUMNS
from motcua.formats.tables.cells import guard
from motcua.record.ledger.models import Event
from motcua.record.organisation.actor import Actor
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers.actions.bulk import History, Moment, PaperHandedIn
from motcua.serve.dossiers.actions.bulk.checking import LEADS_TO
from motcua.serve.dossiers.models import Apology, Dossier, DossierComponent, Origin, Party, Supplement
from motcua.serve.dossiers.models.papers import SOMETHING_IN
from motcua.serve.dossiers.policies import IMPORTS

AT_ONCE = 1_000
# Columns of a table; the lists stand in cells as JSON.
KEYS = (
    "code", "procedure", "agency", "agency_received", "agency_helped", "channel", "name", "kind", "identity_number",
    "tax_code", "born_on", "sex", "phone", "email", "address", "authenticated", "summary", "note", "received_at",
    "promised_at", "recorded_at", "synchronised_at", "e_result", "fee_due", "fee_paid", "paid_how", "papers", "moments",
)  # fmt: skip
SAME = (
    "code", "procedure", "agency", "agency_received", "agency_helped", "name", "kind", "identity_number", "tax_code",
    "sex", "phone", "email", "address", "summary", "note", "paid_how",
)  # fmt: skip
TIMES = ("received_at", "promised_at", "recorded_at", "synchronised_at")
KINDS = [f"dossier.{kind}" for kind in LEADS_TO]


def dossiers_between(first: dt.date | None, last: dt.date | None, agency_ids: Iterable[int]) -> QuerySet[Dossier]:
    """Return dossiers received on local dates, both ends included, of agencies; all where nothing is named."""
    found = Dossier.objects.filter(voided_at=None)
    if first:
        found = found.filter(received_on__gte=first)
    if last:
        found = found.filter(received_on__lte=last)
    ids = list(agency_ids)
    return found.filter(Q(agency_received__in=ids) | Q(agency_competent__in=ids)) if ids else found


def export_dossiers(
    *, by: Actor, dossiers: QuerySet[Dossier], path: Path, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Write dossiers to a file by its ending; it is there whole or not at all. Memory does not grow with their number.

    Args:
        by: an administrator, or the system.
        progress: is told how many are written.

    Returns:
        How many were written.

    Raises:
        NotAllowed: the actor may not take the record out.
        KeyError: the ending is none of `WRITERS`.
        OSError: the file cannot be written.
    """
    IMPORTS.check(by)
    write = WRITERS[path.suffix.lower()]
    count, unfinished = 0, path.with_name(f"{path.name}.part")

    def told() -> Iterator[History]:
        """Yield each history; counts those that were written."""
        nonlocal count
        for history in histories_of(dossiers):
            yield history
            count += 1
            if count % AT_ONCE == 0:
                progress(count)

    write(unfinished, told())
    unfinished.replace(path)
    return count


# --- from the record -------------------------------------------------------------------------------------------


def histories_of(dossiers: QuerySet[Dossier]) -> Iterator[History]:
    """Yield the histories of dossiers in the order of their keys, some hundred at a time."""
    rows = dossiers.select_related(
        "version__procedure", "agency_helped", "agency_received", "agency_competent"
    ).order_by("pk")
    after: uuid.UUID | None = None
    while some := list((rows.filter(pk__gt=after) if after else rows)[:AT_ONCE]):
        after = some[-1].pk
        about = _About([dossier.pk for dossier in some])
        yield from (about.history(dossier) for dossier in some)


class _About:
    """What else the record says of some dossiers."""

    def __init__(self, keys: Sequence[uuid.UUID]) -> None:
        self.owners = {p.dossier_id: p for p in Party.objects.filter(dossier_id__in=keys, part="owner").order_by("-pk")}
        self.origins = {o.dossier_id: o for o in Origin.objects.filter(dossier_id__in=keys)}
        papers = DossierComponent.objects.filter(SOMETHING_IN, dossier_id__in=keys)
        self.papers = _by_dossier(papers.select_related("component"))
        self.supplements = _by_dossier(Supplement.objects.filter(dossier_id__in=keys, before_receipt=False))
        self.apologies = _by_dossier(Apology.objects.filter(dossier_id__in=keys))
        self.events: dict[uuid.UUID, list[Event]] = defaultdict(list)
        for event in Event.objects.filter(chain_id__in=keys).filter(Q(kind__in=KINDS) | Q(number=1)).order_by("number"):
            self.events[event.chain_id].append(event)

    def history(self, dossier: Dossier) -> History:
        """Return a dossier's story."""
        owner, origin, events = self.owners[dossier.pk], self.origins.get(dossier.pk), self.events[dossier.pk]
        return History(
            code=dossier.code,
            procedure=dossier.version.procedure.code,
            agency=dossier.agency_competent.code,
            agency_received=dossier.agency_received.code,
            agency_helped=dossier.agency_helped.code,
            received_at=dossier.received_at,
            promised_at=dossier.first_due_at,
            recorded_at=origin.recorded_at if origin else events[0].recorded_at,
            synchronised_at=dossier.synchronised_at,
            moments=tuple(self._moments(dossier, events)),
            channel=dossier.channel,
            name=owner.name,
            kind=owner.kind,
            identity_number=owner.identity_number,
            tax_code=owner.tax_code,
            born_on=owner.born_on,
            sex=owner.sex,
            phone=owner.phone,
            email=owner.email,
            address=owner.address,
            authenticated=dossier.identity_authenticated,
            summary=dossier.summary,
            note=dossier.note,
            papers=tuple(_paper(row) for row in self.papers[dossier.pk]),
            fee_due=dossier.fee_due,
            fee_paid=dossier.fee_paid,
            paid_how=dossier.paid_how,
            e_result=dossier.e_result,
        )

    def _moments(self, dossier: Dossier, events: Sequence[Event]) -> Iterator[Moment]:
        """Yield what the ledger tells that happened, with the promise that held from then on."""
        supplements = iter(self.supplements[dossier.pk])
        apologies = iter(self.apologies[dossier.pk])
        due_at = dossier.first_due_at
        for event in events:
            kind = event.kind.removeprefix("dossier.")
            changed = event.payload.get("rows", {}).get(f"dossier:{dossier.pk}", {})
            due_at = dt.datetime.fromisoformat(changed["due_at"]) if changed.get("due_at") else due_at
            if kind == "refused":
                yield Moment(kind, dossier.ended_at or event.occurred_at)
            elif kind in ("supplement_arrived", "fee_settled"):
                yield Moment(kind, event.occurred_at, due_at)
            elif kind == "supplement_requested":
                asked = next(supplements, None)
                yield Moment(kind, event.occurred_at, text=asked.reason if asked else "")
            elif kind in ("extended", "apologised"):
                made = next(apologies, None)
                until = due_at if kind == "extended" else made.new_due_at if made else None
                yield Moment(kind, event.occurred_at, until, made.number if made else "")
            elif kind in LEADS_TO:
                yield Moment(kind, event.occurred_at)


def _by_dossier(rows: QuerySet[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.dossier_id].append(row)
    return found


def _paper(row: DossierComponent) -> PaperHandedIn:
    name = row.name or (row.component.name if row.component else "")
    return PaperHandedIn(name, row.digitised, row.reused, row.from_store)


# --- to a file -------------------------------------------------------------------------------------------------


def record_of(history: History) -> dict[str, Any]:
    """Return a history by the keys of `columns.COLUMNS`, without what is empty."""
    record: dict[str, Any] = {key: getattr(history, key) for key in SAME}
    record |= {key: _time(getattr(history, key)) for key in TIMES}
    record |= {"channel": str(history.channel), "authenticated": "1" if history.authenticated else ""}
    record["e_result"] = None if history.e_result is None else str(int(history.e_result))
    record["born_on"] = history.born_on.isoformat() if history.born_on else None
    record |= {key: str(amount) for key in ("fee_due", "fee_paid") if (amount := getattr(history, key))}
    record["papers"] = [_paper_record(paper) for paper in history.papers]
    # An empty list says that nothing happened after receipt; without it that would be read from other columns.
    moments = [_moment_record(moment) for moment in history.moments]
    return {key: value for key in KEYS if (value := record.get(key))} | {"moments": moments}


def _time(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(LOCAL).isoformat() if moment else None


def _paper_record(paper: PaperHandedIn) -> dict[str, str]:
    flags = {"DuocSoHoa": paper.digitised, "DuocTaiSuDung": paper.reused, "DuocLayTuKhoDMQG": paper.from_store}
    return {"TenTepDinhKem": paper.name} | {name: "1" for name, holds in flags.items() if holds}


def _moment_record(moment: Moment) -> dict[str, str]:
    told = {"kind": moment.kind, "at": _time(moment.at), "due_at": _time(moment.due_at), "text": moment.text}
    return {name: value for name, value in told.items() if value}


def head_of(key: str) -> str:
    """Return the name of a column in files: the national one where there is one."""
    return COLUMNS[key][-1]


def _named(history: History) -> dict[str, Any]:
    return {head_of(key): value for key, value in record_of(history).items()}


def _write_list(path: Path, histories: Iterable[History]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, history in enumerate(histories):
            file.write((",\n" if number else "\n") + json.dumps(_named(history), ensure_ascii=False))
        file.write("\n]\n")


def _write_lines(path: Path, histories: Iterable[History]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for history in histories:
            file.write(json.dumps(_named(history), ensure_ascii=False) + "\n")


def _write_csv(path: Path, histories: Iterable[History]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([head_of(key) for key in KEYS])
        for history in histories:
            record = record_of(history)
            writer.writerow([guard(_cell(record.get(key, ""))) for key in KEYS])


def _cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


WRITERS: dict[str, Callable[[Path, Iterable[History]], None]] = {
    ".json": _write_list,
    ".jsonl": _write_lines,
    ".csv": _write_csv,
}
