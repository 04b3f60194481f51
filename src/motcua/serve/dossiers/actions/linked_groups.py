"""Groups of linked procedures are loaded from data or published from a page; a version that is there never changes."""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.hashing import canonical, plain
from motcua.record.ledger.recording import chain_of, lock_timeout, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.record.organisation.models import Agency
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.text import fold
from motcua.rules.working_time import to_local_date
from motcua.serve.catalogue.models import Procedure
from motcua.serve.dossiers.linked_files import GroupData, PartData
from motcua.serve.dossiers.models import LinkedGroup, LinkedPart

PUBLISHED = "linked_group.published"
CODE, KEY = re.compile(r"[\w.-]{1,40}"), re.compile(r"[a-z0-9-]{1,40}")
LONGEST_NAME, MOST_PARTS = 500, 12


def load_groups(*, by: Actor, groups: Iterable[GroupData], now: dt.datetime) -> int:
    """Add the versions of groups that are not there yet, all or none; return how many were added.

    Raises:
        NotAllowed: not an administrator.
        Refused: a procedure is not in the catalogue.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        return sum(_load(by, data, now) for data in groups)


def publish_group(*, by: Actor, data: GroupData, now: dt.datetime) -> LinkedGroup:
    """Publish a group's next version: from its date on it is what a filing starts, and the one before it ends there.

    Args:
        data: the whole group; its number is given here.

    Raises:
        NotAllowed: not an administrator.
        Invalid: what is missing or wrong, each by its field: `part-procedure-2` is the procedure of the second part.
        Conflict: a version begins on that day or later already.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        lock_timeout()
        known = list(LinkedGroup.objects.select_for_update().filter(code=data.code).order_by("-number"))
        data = replace(data, number=known[0].number + 1 if known else 1, valid_to=None)
        if errors := list(group_faults(data, to_local_date(now))):
            raise Invalid(errors)
        if any(one.valid_from >= data.valid_from for one in known):
            message = _("A version of this group begins on that day or later already.")
            raise Conflict("linked.later", message, field="valid_from")
        return _write(by, data, known, now)


def group_faults(data: GroupData, today: dt.date) -> Iterator[Refused]:
    """Yield what keeps a group from being published, each by its field."""
    if not CODE.fullmatch(data.code):
        message = _("A code has letters, digits, dots and hyphens, 40 at most.")
        yield Refused("linked.code", message, field="code")
    if not data.name_vi.strip() or max(len(data.name_vi), len(data.name_en)) > LONGEST_NAME:
        yield Refused("linked.name", _("Give the name, 500 characters at most."), field="name_vi")
    if data.valid_from < today:
        message = _("A version holds from today at the earliest: what was filed before keeps its own.")
        yield Refused("linked.valid_from", message, field="valid_from")
    if not 2 <= len(data.parts) <= MOST_PARTS:
        yield Refused("linked.parts", _("A group has from 2 to 12 parts."), field="part-key-1")
    known = set(Procedure.objects.filter(code__in=[part.procedure for part in data.parts]).values_list("code"))
    for n, part in enumerate(data.parts, 1):
        yield from _part_faults(n, part, [one.key for one in data.parts[: n - 1]], (part.procedure,) in known)


def _part_faults(n: int, part: PartData, earlier: Sequence[str], known: bool) -> Iterator[Refused]:
    if not KEY.fullmatch(part.key):
        message = _("Part %(n)d: a key has small letters, digits and hyphens.")
        yield Refused("linked.key", message, field=f"part-key-{n}", params={"n": n})
    if part.key in earlier:
        message = _("Part %(n)d: the key “%(key)s” is given twice.")
        yield Refused("linked.key_twice", message, field=f"part-key-{n}", params={"n": n, "key": part.key})
    if not known:
        message = _("Part %(n)d: the catalogue has no procedure %(code)s.")
        params = {"n": n, "code": part.procedure or "–"}
        yield Refused("linked.procedure_unknown", message, field=f"part-procedure-{n}", params=params)
    if unknown := sorted(set(part.waits_for) - set(earlier)):
        # Only earlier ones: so that no circle can arise.
        message = _("Part %(n)d waits for %(keys)s, which is no earlier part.")
        params = {"n": n, "keys": ", ".join(unknown)}
        yield Refused("linked.waits_for", message, field=f"part-waits_for-{n}", params=params)
    if stray := sorted({key for key, _paper in part.takes} - set(part.waits_for)):
        message = _("Part %(n)d takes the result of %(keys)s, for which it does not wait.")
        params = {"n": n, "keys": ", ".join(stray)}
        yield Refused("linked.takes", message, field=f"part-takes-{n}", params=params)
    if part.agency and not Agency.objects.filter(code=part.agency).exists():
        message = _("Part %(n)d: there is no agency with the code %(code)s.")
        params = {"n": n, "code": part.agency}
        yield Refused("linked.agency", message, field=f"part-agency-{n}", params=params)


def _load(by: Actor, data: GroupData, now: dt.datetime) -> bool:
    known = LinkedGroup.objects.filter(code=data.code)
    if known.filter(number=data.number).exists():
        return False
    _procedures(data)
    _write(by, data, list(known), now, closes=False)
    return True


def _write(
    by: Actor, data: GroupData, known: Sequence[LinkedGroup], now: dt.datetime, *, closes: bool = True
) -> LinkedGroup:
    """Write a version with its parts; `closes`: the ones before it end where it begins."""
    procedures = _procedures(data)
    chain = chain_of("linked_group", data.code)
    with record_change(
        chain_id=chain,
        subject="linked_group",
        kind=PUBLISHED,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=not known,
        facts={"number": data.number},
    ) as change:
        for before in known if closes else ():
            if before.valid_to is None or before.valid_to > data.valid_from:
                change.set(before, valid_to=data.valid_from)
        group = _row(data, chain)
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
    return group


def _row(data: GroupData, chain: uuid.UUID) -> LinkedGroup:
    return LinkedGroup(
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
