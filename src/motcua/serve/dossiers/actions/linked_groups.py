"""Groups of linked procedures are loaded from data; a version that is there is never changed."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.hashing import canonical, plain
from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.text import fold
from motcua.serve.catalogue.models import Procedure
from motcua.serve.dossiers.linked_files import GroupData
from motcua.serve.dossiers.models import LinkedGroup, LinkedPart

PUBLISHED = "linked_group.published"


def load_groups(*, by: Actor, groups: Iterable[GroupData], now: dt.datetime) -> int:
    """Add the versions of groups that are not there yet, all or none; return how many were added.

    Raises:
        NotAllowed: not an administrator.
        Refused: a procedure is not in the catalogue.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        return sum(_load(by, data, now) for data in groups)


def _load(by: Actor, data: GroupData, now: dt.datetime) -> bool:
    known = LinkedGroup.objects.filter(code=data.code)
    if known.filter(number=data.number).exists():
        return False
    procedures = _procedures(data)
    chain = chain_of("linked_group", data.code)
    with record_change(
        chain_id=chain,
        subject="linked_group",
        kind=PUBLISHED,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=not known.exists(),
        facts={"number": data.number},
    ) as change:
        group = LinkedGroup(
            chain_id=chain,
            code=data.code,
            number=data.number,
            name_vi=data.name_vi,
            name_en=data.name_en,
            folded_name=fold(f"{data.name_vi} {data.name_en}"),
            sample=data.sample,
            valid_from=data.valid_from,
            valid_to=data.valid_to,
            content=hashlib.sha256(canonical(plain(asdict(data)))).hexdigest(),
            legal_bases=[{"number": number, "name": name} for number, name in data.legal_bases],
        )
        change.add(group)
        LinkedPart.objects.bulk_create(
            LinkedPart(
                group=group,
                order=order,
                key=part.key,
                procedure=procedures[part.procedure],
                agency_code=part.agency,
                waits_for=list(part.waits_for),
                takes=dict(part.takes),
                optional=part.optional,
            )
            for order, part in enumerate(data.parts, 1)
        )
    return True


def _procedures(data: GroupData) -> dict[str, Procedure]:
    wanted = {part.procedure for part in data.parts}
    found = {procedure.code: procedure for procedure in Procedure.objects.filter(code__in=wanted)}
    for part in data.parts:
        if part.procedure not in found:
            raise Refused(
                "linked.procedure_unknown",
                _("%(group)s, part “%(part)s”: the catalogue has no procedure %(code)s."),
                field="procedure",
                params={"group": data.code, "part": part.key, "code": part.procedure},
            )
    return found
