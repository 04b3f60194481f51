"""Each action of a dossier for each role: what it answers where the action is in place.

The dossier of each row stands where its action makes sense, and the form is complete: whoever is refused is refused
for who they are (403, 404), or because the task is not theirs. What an answer writes is taken back.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from tests.samples import birth, household
from tests.web.test_routes import ROLES, browser_of

from motcua.record.ledger.models import Event
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.views.dossier import HANDLERS

PEOPLE = ROLES | {"another_ward": "xa2.lanhdao"}
Actors = Callable[[str], Any]


def received(actor_of: Actors, now: dt.datetime | None = None) -> Dossier:
    return actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=now)


def with_officer(actor_of: Actors, now: dt.datetime | None = None) -> Dossier:
    dossier = received(actor_of, now)
    actions.forward_dossier(by=actor_of("xa.tiepnhan"), dossier_id=dossier.pk, now=now)
    return dossier


def with_leader(actor_of: Actors) -> Dossier:
    dossier = with_officer(actor_of)
    actions.forward_dossier(by=actor_of("xa.canbo"), dossier_id=dossier.pk)
    return dossier


def finished(actor_of: Actors) -> Dossier:
    dossier = with_leader(actor_of)
    actions.finish_dossier(by=actor_of("xa.lanhdao"), dossier_id=dossier.pk)
    return dossier


def with_head(actor_of: Actors) -> Dossier:
    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household())
    actions.forward_dossier(by=actor_of("xa.tiepnhan"), dossier_id=dossier.pk)
    return dossier


def supplementing(actor_of: Actors, now: dt.datetime | None = None) -> Dossier:
    dossier = with_officer(actor_of, now)
    officer = actor_of("xa.canbo")
    actions.request_supplement(by=officer, dossier_id=dossier.pk, items=["x"], reason="y", now=now)
    return dossier


def expired(actor_of: Actors) -> Dossier:
    return supplementing(actor_of, timezone.now() - dt.timedelta(days=90))


def owing(actor_of: Actors) -> Dossier:
    dossier = with_officer(actor_of)
    actions.pause_for_fee(by=actor_of("xa.canbo"), dossier_id=dossier.pk, amount=0)
    return dossier


def late(actor_of: Actors) -> Dossier:
    return with_officer(actor_of, timezone.now() - dt.timedelta(days=30))


def other_ward(actor_of: Actors) -> str:
    return str(actor_of("xa2.lanhdao").post.unit.agency.code)


def asked(actor_of: Actors) -> Dossier:
    """The officer asked the other ward; its leader may answer."""
    dossier = with_officer(actor_of)
    actions.consult_agency(by=actor_of("xa.canbo"), dossier_id=dossier.pk, agency=other_ward(actor_of), question="?")
    return dossier


@dataclass(frozen=True)
class Row:
    """Where the dossier stands, what the form holds, and the answers in the order of PEOPLE."""

    stage: Callable[[Actors], Dossier]
    answers: tuple[int, ...]
    form: dict[str, Any] = field(default_factory=dict)
