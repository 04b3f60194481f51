"""Where each role's day begins."""

import pytest
from django.test import Client
from django.urls import reverse

from motcua.record.accounts.models import User

pytestmark = pytest.mark.django_db
FIRST = {
    "xa.tiepnhan": "/desk/",
    "xa.canbo": "/desk/",
    "xa.lanhdao": "/overview/",
    "giamdoc": "/overview/",
    "kiemtra": "/ledger/",
    "quantri": "/people/",
}


@pytest.mark.parametrize(("username", "page"), FIRST.items())
def test_a_day_begins_where_the_role_works(username: str, page: str, client: Client) -> None:
    client.force_login(User.objects.get(username=username))
    assert client.get(reverse("shell:start"))["Location"] == page
    assert client.get(page).status_code == 200


def test_a_leaders_menu_still_leads_to_the_desk(client: Client) -> None:
    client.force_login(User.objects.get(username="xa.lanhdao"))
    assert 'href="/desk/"' in client.get("/overview/").content.decode()
