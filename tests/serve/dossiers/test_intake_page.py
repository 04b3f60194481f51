"""What the intake page sends is what the record holds."""

import pytest
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    return client


FORM = {
    "procedure": "1.001193", "owner_name": "Nguyễn Văn Thử", "owner_identity_number": "066090012345",
    "agency": "", "channel": "1", "return_method": "counter", "sets": "1",
    "paper_declaration": "on", "originals_declaration": "1",
    "originals_birth-certificate": "1",
}  # fmt: skip


def papers_of(dossier: Dossier) -> dict[str, tuple[int, bool]]:
    return {c.component.key: (c.originals, c.reused) for c in dossier.components.select_related("component")}


def test_a_paper_digitised_earlier_is_reused_without_being_brought(desk):
    answer = desk.post("/intake/", FORM | {"reused_birth-certificate": "on"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert papers_of(Dossier.objects.get()) == {"declaration": (1, False), "birth-certificate": (0, True)}


def test_the_page_and_the_api_store_a_reused_paper_alike(desk, actor_of):
    desk.post("/intake/", FORM | {"reused_birth-certificate": "on"})
    paged = Dossier.objects.get()
    from motcua.serve.dossiers.filing import ComponentInput

    filing = birth(
        components=(
            ComponentInput(key="declaration", originals=1),
            ComponentInput(key="birth-certificate", reused=True),
        )
    )
    sent = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=filing)
    assert papers_of(sent) == papers_of(paged)


def test_a_paper_neither_brought_nor_reused_is_missing(desk):
    answer = desk.post("/intake/", FORM)
    assert answer.status_code == 422
    assert not Dossier.objects.exists()


def test_the_tick_survives_a_refusal(desk):
    page = desk.post("/intake/", FORM | {"owner_name": "", "reused_birth-certificate": "on"}).content.decode()
    assert 'name="reused_birth-certificate" checked' in page
    assert 'name="reused_declaration" checked' not in page
