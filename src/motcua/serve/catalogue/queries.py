"""Reads of the catalogue, each on a date."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet, Subquery, prefetch_related_objects

from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import chain_of
from motcua.record.organisation.models import Agency
from motcua.rules.fees import page_fee
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import Channel, Competence, Component, Fee, ProcedureVersion, Process, Step
from motcua.serve.catalogue.searching import Filters, find_versions


def versions_on(day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the published versions in force on a local date, with procedure and field; a draft never is."""
    published = ProcedureVersion.objects.filter(status=ProcedureVersion.Status.PUBLISHED)
    return published.on(day).select_related("procedure__field")


def version_on(code: str, day: dt.date) -> ProcedureVersion | None:
    """Return the version of a procedure in force on a local date."""
    return versions_on(day).filter(procedure__code=code).first()


@lru_cache(maxsize=1024)
def _parts(version_id: int, head: bytes) -> dict[str, Any]:
    """Return the parts of a version as they are since its procedure's last event; kept in the process."""
    version = ProcedureVersion.objects.get(pk=version_id)
    prefetch_related_objects([version], "cases", "components", "fees", "processes__steps")
    return dict(version._prefetched_objects_cache)


def forget_parts() -> None:
    """Forget what is kept in the process; for tests that plant rows without an event."""
    _parts.cache_clear()


def version_for_receipt(code: str, day: dt.date) -> ProcedureVersion | None:
    """Return the version in force with all that a receipt asks of it: cases, papers, fees, processes and steps.

    The parts are kept in the process and are asked for again as soon as the procedure's chain has a new event: every
    change of a version is one (the head of its chain comes with the version itself). They are to be read only.
    """
    heads = Chain.objects.filter(pk=chain_of("procedure", code)).values("head")[:1]
    found = versions_on(day).filter(procedure__code=code).annotate(chain_head=Subquery(heads)).first()
    if found is not None and found.chain_head is not None:
        found._prefetched_objects_cache = dict(_parts(found.pk, bytes(found.chain_head)))
    return found


def search_versions(words: str, day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the versions in force in which every word begins one of the code, names or field, without diacritics."""
    return find_versions(Filters(words=words), day)


def competent_agencies(version: ProcedureVersion, day: dt.date) -> QuerySet[Agency]:
    """Return the agencies that decide this procedure on a local date."""
    rows = Competence.objects.on(day).filter(procedure_id=version.procedure_id)
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(pk=row.agency_id) if row.agency_id else Q(level=row.level)
    return Agency.objects.on(day).filter(wanted).order_by("code")


def process_for(version: ProcedureVersion, level: str, day: dt.date, case: str = "") -> Process | None:
    """Return the internal process of a version that is in force at an agency level on a local date.

    One that was replaced was in force until its last date; a draft never was. A case with a process of its own has
    that one, any other the process for every case.
    """
    found = [p for p in _serving(version, day) if p.level == level and p.case in ("", case)]
    return max(found, key=lambda p: (p.case, p.valid_from, p.pk), default=None)


def _serving(version: ProcedureVersion, day: dt.date) -> list[Process]:
    """Return the processes of a version that are in force on a date."""
    kept = version.processes.all()
    return [
        p
        for p in kept
        if p.status in Process.SERVING and p.valid_from <= day and (p.valid_to is None or day < p.valid_to)
    ]


@dataclass(frozen=True)
class CaseChoice:
    """A case that a dossier may be received in."""

    key: str
    name: str


@dataclass(frozen=True)
class Cases:
    """The cases of a version; where `needed`, one must be chosen; `only` is the key of one that leaves no choice."""

    choices: tuple[CaseChoice, ...] = ()
    needed: bool = False
    only: str = ""

    def named(self, key: str) -> str:
        """Return a case's name, its key where it has none."""
        return next((choice.name for choice in self.choices if choice.key == key), key)

    def has(self, key: str) -> bool:
        """Tell whether a case is among them."""
        return any(choice.key == key for choice in self.choices)


def cases_of(version: ProcedureVersion, day: dt.date) -> Cases:
    """Return the cases of a version in its order, then those that only an internal process in force names."""
    own = [CaseChoice(case.key, case.name) for case in version.cases.all()]
    known = {choice.key for choice in own}
    others = {process.case for process in _serving(version, day) if process.case} - known
    choices = (*own, *(CaseChoice(key, key) for key in sorted(others)))
    return Cases(choices, needed=len(own) > 1, only=own[0].key if len(own) == 1 and not others else "")


def case_name(version: ProcedureVersion, key: str) -> str:
    """Return the name of a case, its key where the version has none of this key, "" for no case."""
    cases = version.cases.all() if key else ()
    return next((case.name for case in cases if case.key == key), key)


def components_of(version: ProcedureVersion, case: str) -> list[Component]:
    """Return the papers asked for in a case: those of every case and its own."""
    keys = {case.pk: case.key for case in version.cases.all()}
    papers = version.components.all()
    return [paper for paper in papers if paper.case_id is None or keys[paper.case_id] == case]


def steps_of(process: Process) -> list[Step]:
    """Return the steps of a process in order."""
    return list(process.steps.all())


def fees_on(version: ProcedureVersion, channel: int) -> list[Fee]:
    """Return what is paid by those who hand in on a channel: the fees of every channel and its own."""
    return [fee for fee in version.fees.all() if fee.channel in (None, channel)]


def totals_of(version: ProcedureVersion) -> list[int]:
    """Return what one dossier costs in đồng, on the channels that the version names (else on any); each sum once."""
    channels = [method.channel for method in version.methods.all()] or list(Channel)
    return sorted({sum(fee.amount for fee in fees_on(version, channel)) for channel in channels})


def fee_amount(fee: Fee, pages: int, copies: int) -> int:
    """Return what a fee comes to in đồng, by what it is counted."""
    if fee.per == Fee.Per.PAGE:
        later = {"later_from": fee.later_from, "later_amount": fee.later_amount}
        return page_fee(pages, copies, fee.amount, **later, most=fee.most)
    return fee.amount * (copies if fee.per == Fee.Per.COPY else 1)


def limit_of(version: ProcedureVersion, channel: int, case: str = "") -> Duration:
    """Return the time limit of a version: of a case that has one of its own, else of a channel, else the common one."""
    chosen = next((one for one in version.cases.all() if one.key == case), None) if case else None
    if chosen is not None and chosen.limit_amount is not None:
        return Duration(chosen.limit_amount, chosen.limit_unit)
    own = version.limits_by_channel.get(str(channel))
    return Duration.parse(own) if own else Duration(version.limit_amount, version.limit_unit)
