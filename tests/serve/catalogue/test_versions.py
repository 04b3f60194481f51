"""Versions of a procedure: drafts stay out of use, a running dossier keeps the version it was received by."""

import datetime as dt

import pytest

from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.queries import search_versions, version_on, versions_on

pytestmark = pytest.mark.django_db
BIRTH = "1.001193"


def test_a_draft_is_in_no_list_and_serves_nobody(today: dt.date) -> None:
    in_force = version_on(BIRTH, today)
    assert in_force is not None
    draft = ProcedureVersion.objects.create(
        procedure=in_force.procedure,
        number=9,
        status=ProcedureVersion.Status.DRAFT,
        name_vi=in_force.name_vi,
        folded_name=in_force.folded_name,
        valid_from=today,
    )
    assert version_on(BIRTH, today) == in_force
    assert draft not in versions_on(today)
    assert draft not in search_versions("khai sinh", today)
