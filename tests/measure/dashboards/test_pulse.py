"""Whether anything happened: asked each second by every open overview, cheap, without a session, only of one's own."""

from types import SimpleNamespace

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from tests.measure.dashboards.test_overview import client_of
from tests.samples import birth

from motcua.measure.dashboards import pulse
from motcua.measure.dashboards.looking import Viewpoint
from motcua.measure.dashboards.pulse import MOST_POSITIONS, Pulse, scope_of_token, token_of
from motcua.measure.metrics.positions import catch_up
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.span_keeping import spans_position


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told to go on."""
    found = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(pulse, "time", SimpleNamespace(monotonic=lambda: found.now))
    monkeypatch.setattr(pulse, "_scopes", {})
    return found


@pytest.mark.django_db
def test_only_the_pages_of_the_agencies_concerned_are_told(actor_of, clock):
    actions.receive_dossier(by=actor_of("xa2.tiepnhan"), filing=birth())
    catch_up()
    own, other, all_ = (Viewpoint.of(actor_of(name)).agencies for name in ("xa.lanhdao", "xa2.lanhdao", "kiemtra"))
    followed = Pulse()
    at = followed.position()
    assert not any(followed.since(scope, at) for scope in (own, other, all_))
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    catch_up()
    clock.now += 1
    assert (followed.since(own, at), followed.since(other, at), followed.since(all_, at)) == (True, False, True)
    later = followed.position()
    assert later > at
    assert not followed.since(own, later)


@pytest.mark.django_db
def test_a_process_that_began_later_says_yes_rather_than_miss_something(actor_of, clock):
    before = spans_position()
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    catch_up()
    fresh = Pulse()
    assert fresh.since(Viewpoint.of(actor_of("xa2.lanhdao")).agencies, before)
    assert fresh.since(frozenset(), spans_position() + 1)


@pytest.mark.django_db
def test_what_comes_in_by_the_thousand_concerns_everybody(monkeypatch, clock):
    followed, here = Pulse(), 10
    monkeypatch.setattr(pulse, "spans_position", lambda: here)
    assert followed.position() == 10
    here, clock.now = 11 + MOST_POSITIONS, clock.now + 1
    assert followed.since(frozenset(), 10)


@pytest.mark.django_db
def test_a_hundred_pages_ask_the_database_once_in_a_quarter_of_a_second(
    actor_of, clock, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("motcua.measure.dashboards.views.PULSE", Pulse())
    view = Viewpoint.of(actor_of("xa.lanhdao"))
    asked = {"t": token_of(view), "at": spans_position()}
    client = Client()
    assert client.get(reverse("dashboards:pulse"), asked).status_code == 204
    clock.now += 1
    with django_assert_num_queries(1):
        answers = {client.get(reverse("dashboards:pulse"), asked).status_code for _ in range(100)}
    assert answers == {204}
    assert not client.cookies


@pytest.mark.django_db
def test_a_token_that_was_made_up_or_whose_post_has_ended_is_told_nothing(actor_of, clock):
    client = Client()
    for token in ("", "x", signing.dumps(1, salt="other")):
        assert client.get(reverse("dashboards:pulse"), {"t": token, "at": 1}).status_code == 404
    view = Viewpoint.of(actor_of("xa.lanhdao"))
    assert client.get(reverse("dashboards:pulse"), {"t": token_of(view), "at": "x"}).status_code == 404
    post = view.by.post
    post.valid_from, post.valid_to = view.by.on.replace(year=2000), view.by.on.replace(year=2001)
    type(post).objects.filter(pk=post.pk).update(valid_from=post.valid_from, valid_to=post.valid_to)
    assert scope_of_token(token_of(view)), "kept for some minutes"
    clock.now += 301
    with pytest.raises(signing.BadSignature):
        scope_of_token(token_of(view))


@pytest.mark.django_db
def test_the_overview_carries_its_token_and_its_position(actor_of):
    text = client_of("xa.lanhdao").get(reverse("dashboards:overview")).content.decode()
    assert 'data-pulse="/overview/pulse/?t=' in text
    assert f'data-at="{spans_position()}"' in text
    assert "every 1s" not in text
