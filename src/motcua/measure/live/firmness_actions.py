"""What moves the ranks of a level: asked for on a page, computed by the worker, kept until it is asked for again."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.measure.firmness.computing import SEED, work_out
from motcua.measure.firmness.models import asked_anew
from motcua.measure.live.jobs import compute_what_moves
from motcua.measure.live.models import Firmness
from motcua.measure.live.periods import Period, period_of
from motcua.measure.live.policies import COMPUTES
from motcua.measure.live.ranked import LEAST, ranked_in
from motcua.measure.live.sources import framework
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict


def ask_what_moves(
    *, by: Actor, period: Period, level: str, now: dt.datetime, until: dt.date | None = None, seed: int = SEED
) -> Firmness:
    """Ask the worker what moves the ranks of a level; what is being computed already is not begun again.

    Args:
        until: a past day of the period up to which its standings are counted; without it the newest ones.

    Raises:
        NotAllowed: nobody is signed in.
        Conflict: there are not two units of the level to rank.
    """
    COMPUTES.check(by)
    ranked = ranked_in(period, until, level)
    if len(ranked.rows) < LEAST:
        raise Conflict("index.too_few", _("There are not two units to rank."))
    page = {"kind": period.kind, "first": period.first, "until": until, "level": level}
    with transaction.atomic():
        held, new = Firmness.objects.select_for_update().get_or_create(
            **page, defaults=asked_anew(ranked.digest(seed), seed, now)
        )
        if not new and held.running(now):
            return held
        Firmness.objects.filter(pk=held.pk).update(**asked_anew(ranked.digest(seed), seed, now))
        compute_what_moves.defer(firmness_id=held.pk, seed=seed)
    held.refresh_from_db()
    return held


def carry_out(*, firmness_id: int, seed: int, now: dt.datetime) -> bool:
    """Compute what moves the ranks from what stands now, and keep it; False: nothing was asked for (any more)."""
    held = Firmness.objects.filter(pk=firmness_id, finished_at=None)
    row = held.first()
    if row is None:
        return False
    ranked = ranked_in(period_of(row.kind, row.first), row.until, row.level)

    def told(done: int, total: int) -> None:
        held.update(done=done, total=total)

    content = work_out(framework()[0], ranked.data, seed, told) if len(ranked.rows) >= LEAST else {}
    held.update(content=content, digest=ranked.digest(seed), seed=seed, finished_at=now)
    return True
