"""How procedures are offered, from a data set (`offerings.yaml`); loading again adds only what is missing."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from motcua.formats.datafiles import Block, read_block
from motcua.record.organisation.actor import Actor
from motcua.serve.catalogue.models import Procedure
from motcua.serve.catalogue.publication.models import Offering
from motcua.serve.catalogue.publication.offering import set_offering


@dataclass(frozen=True)
class OfferingData:
    """One line of the file."""

    code: str
    valid_from: dt.date
    decision: str
    wholly_at_centre: bool
    on_portal: bool
    restructured: bool


def parse_offerings(folder: Path) -> list[OfferingData]:
    """Return the offerings of a province's data set by date; none without the file.

    Raises:
        DataFault: something in the file cannot be loaded; it names file and place.
    """
    file = folder / "offerings.yaml"
    if not file.is_file():
        return []
    top = read_block(file)
    found = [_offering(block) for block in top["offerings"].blocks()]
    top.end()
    return sorted(found, key=lambda item: (item.valid_from, item.code))


def _offering(block: Block) -> OfferingData:
    data = OfferingData(
        code=block["code"].text(),
        valid_from=block["valid_from"].date(),
        decision=block.text("decision"),
        wholly_at_centre=block.flag("wholly_at_centre"),
        on_portal=block.flag("on_portal"),
        restructured=block.flag("restructured"),
    )
    block.end()
    return data


def load_offerings(*, by: Actor, offerings: Iterable[OfferingData], now: dt.datetime) -> int:
    """Add the offerings that are not there and not followed by a later one; return how many were added.

    A procedure that the data set does not hold (a folder made smaller) is passed over.

    Raises:
        NotAllowed: the post publishes nothing.
    """
    newest = dict(Offering.objects.order_by("valid_from").values_list("procedure__code", "valid_from"))
    known = set(Procedure.objects.values_list("code", flat=True))
    wanted = [o for o in offerings if o.code in known and (o.code not in newest or newest[o.code] < o.valid_from)]
    with transaction.atomic():
        for item in wanted:
            set_offering(by=by, now=now, **vars(item))
    return len(wanted)
