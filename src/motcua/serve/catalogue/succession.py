"""Procedures that an agency decides by name go to its successor with the day of the decision."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.succession import SHOWN, Handing, Mover, Plan, register_mover
from motcua.serve.catalogue.models import Competence


def _named(handing: Handing) -> list[Competence]:
    still = Q(valid_to=None) | Q(valid_to__gt=handing.day)
    found = Competence.objects.filter(still, agency=handing.old, valid_from__lt=handing.day)
    return list(found.select_related("procedure").order_by("procedure__code"))


def plan_competences(handing: Handing) -> Plan:
    """Return the procedures that the old agency decides by name."""
    rows = _named(handing) if handing.new else []
    return Plan(len(rows), [row.procedure.code for row in rows[:SHOWN]])


def move_competences(by: Actor, handing: Handing, now: dt.datetime) -> int:
    """Let the successor decide by name what the old agency did; before the day nothing changes."""
    if handing.new is None:
        return 0
    rows = _named(handing)
    for row in rows:
        held = Competence.objects.filter(procedure=row.procedure, agency=handing.new)
        if not held.on(handing.day).exists():
            Competence.objects.create(
                procedure=row.procedure,
                level=handing.new.level,
                agency=handing.new,
                valid_from=handing.day,
                valid_to=row.valid_to,
            )
        row.valid_to = handing.day
        row.save(update_fields=["valid_to"])
    return len(rows)


register_mover(Mover("competences", gettext_lazy("procedures decided by name"), 20, plan_competences, move_competences))
