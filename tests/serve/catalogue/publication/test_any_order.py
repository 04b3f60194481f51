"""Whatever is published in whatever order: a procedure has at most one version in force on a day, and no gap is lost."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.record.organisation.errors import Refused
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication.coming_into_force import put_in_force
from motcua.serve.catalogue.publication.drafting import copy_as_draft
from motcua.serve.catalogue.publication.models import PublicationDecision, PublicationItem

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
START = dt.date(2026, 1, 1)
WISHES = st.lists(
    st.tuples(st.sampled_from(["new", "amended", "abolished"]), st.integers(0, 40)), min_size=1, max_size=6
)


def wish(admin, version, kind, day):
    """Publish one change, as a decision of its own; refused ones change nothing."""
    now = timezone.now()
    published = version.procedure.versions.filter(status="published").order_by("valid_from")
    if kind == "abolished":
        target = published.last()
    else:
        target = copy_as_draft(by=admin, version_id=version.pk, valid_from=day, now=now)
    decision = PublicationDecision.objects.create(title="x", agency_id=admin.agency_id, opened_at=now, number=str(day))
    item = PublicationItem.objects.create(
        decision=decision,
        kind=kind,
        version=target,
        law_effective_on=day,
        ends_on=day if kind == "abolished" else None,
    )
    put_in_force(admin, decision, item, now)
    decision.state = "published"
    decision.signed_on = decision.published_on = day
    decision.number = str(decision.pk)
    decision.save()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_a_procedure_has_at_most_one_version_in_force_on_a_day(admin, in_force, wishes):
    with transaction.atomic():
        done = 0
        for kind, days in wishes:
            try:
                with transaction.atomic():
                    wish(admin, in_force, kind, START + days * DAY)
                done += 1
            except Refused:
                continue
        versions = in_force.procedure.versions.filter(status="published").order_by("valid_from")
        spans = [(v.valid_from, v.valid_to) for v in versions]
        for (_, until), (since, _) in pairwise(spans):
            assert until is not None
            assert until <= since
        assert len(spans) <= 1 + done
        transaction.set_rollback(True)


def test_every_row_that_hangs_on_a_version_is_copied_into_its_draft(admin, in_force, today):
    draft = copy_as_draft(by=admin, version_id=in_force.pk, valid_from=today, now=timezone.now())
    hanging = [
        relation
        for relation in ProcedureVersion._meta.related_objects
        if relation.on_delete.__name__ == "CASCADE" and relation.one_to_many
    ]
    assert {r.related_model.__name__ for r in hanging} >= {"Case", "Component", "Fee", "Method", "ResultKind"}
    for relation in hanging:
        counts = [getattr(v, relation.get_accessor_name()).count() for v in (in_force, draft)]
        assert counts[0] == counts[1], relation.name


def test_a_paper_of_one_case_stays_with_the_copy_of_its_case(admin, in_force, today):
    case = in_force.cases.create(key="late", order=1, name_vi="Đăng ký quá hạn")
    in_force.components.update(case=case)
    draft = copy_as_draft(by=admin, version_id=in_force.pk, valid_from=today, now=timezone.now())
    copied = draft.cases.get(key="late")
    assert copied.pk != case.pk
    assert {c.case_id for c in draft.components.all()} == {copied.pk}
