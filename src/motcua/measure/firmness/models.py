"""What the worker computes of what moves ranks, as each room keeps it beside what it ranks."""

import datetime as dt

from django.db import models

# After so long without an end, the work is taken to be lost and may be asked for again.
LOST = dt.timedelta(minutes=15)


class WorkedOut(models.Model):
    """What moves some ranks, as the worker computed it; derived, and thrown away at will.

    `digest` is of the framework, inputs and seed that it is computed from; `done` of `total` runs are computed.
    """

    digest = models.CharField(max_length=64)
    seed = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    content = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def running(self, now: dt.datetime) -> bool:
        """Tell whether it is being computed."""
        return self.finished_at is None and now - self.asked_at < LOST


def asked_anew(digest: str, seed: int, now: dt.datetime) -> dict[str, object]:
    """Return the values of a result that is asked for: nothing of it is computed yet."""
    return {
        "digest": digest,
        "seed": seed,
        "asked_at": now,
        "total": None,
        "done": 0,
        "finished_at": None,
        "content": {},
    }
