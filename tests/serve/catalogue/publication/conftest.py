"""A decision with a draft of the birth registration, at each stage; the people who carry it on."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.web.shell.conftest import browser, site

from motcua.record.organisation.actor import Actor
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication import actions
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.publication.models import PublicationDecision
from motcua.serve.catalogue.queries import version_on

__all__ = ["browser", "site"]
BIRTH = "1.001193"
DAY = dt.timedelta(days=1)


@pytest.fixture
def admin(actor_of: Callable[[str], Actor]) -> Actor:
    return actor_of("quantri")


@pytest.fixture
def checker(actor_of: Callable[[str], Actor]) -> Actor:
    return actor_of("kiemtra")


@pytest.fixture
def in_force(db: None, today: dt.date) -> ProcedureVersion:
    version = version_on(BIRTH, today)
    assert version is not None
    return version


@pytest.fixture
def draft(in_force: ProcedureVersion, admin: Actor, today: dt.date) -> ProcedureVersion:
    return draft_next_version(by=admin, version_id=in_force.pk, valid_from=today + 10 * DAY, now=timezone.now())


@pytest.fixture
def decision(draft: ProcedureVersion, admin: Actor, today: dt.date) -> PublicationDecision:
    opened = actions.open_decision(by=admin, title="Công bố thủ tục hộ tịch", agency_code="H15", now=timezone.now())
    actions.add_item(
        by=admin,
        decision_id=opened.pk,
        kind="amended",
        version_id=draft.pk,
        law_effective_on=today + 30 * DAY,
        now=timezone.now(),
    )
    return opened


@pytest.fixture
def carry_on(decision: PublicationDecision, admin: Actor, checker: Actor, today: dt.date) -> Callable[[str], Any]:
    """Return a function that takes the decision up to a stage."""

    def to(stage: str, *, signed_on: dt.date = today, published_on: dt.date = today) -> PublicationDecision:
        same = {"decision_id": decision.pk, "now": timezone.now()}
        met = {q.key: ("met", "") for q in actions.checklist_on(today)}
        steps = {
            "checking": lambda: actions.ask_for_check(by=admin, **same),
            "checked": lambda: actions.pass_check(by=checker, answers=met, **same),
            "signed": lambda: actions.sign_decision(
                by=admin, number="12/QĐ-UBND", signed_on=signed_on, signer="Chủ tịch", **same
            ),
            "published": lambda: actions.publish_decision(by=admin, published_on=published_on, **same),
        }
        for name, step in steps.items():
            decision.refresh_from_db()
            if list(steps).index(name) >= ["draft", *steps].index(decision.state):
                step()
            if name == stage:
                break
        decision.refresh_from_db()
        return decision

    return to
