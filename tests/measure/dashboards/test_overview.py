"""The overview: figures of one's own agencies, live, each opening to as many dossiers as it says."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.samples import birth, household

from motcua.measure.dashboards.keeping import HEAT_MEASURES, came_later, keep, month_before, same_day_last_year, wanted
from motcua.measure.dashboards.looking import Month, Viewpoint, steps, tiles
from motcua.measure.dashboards.models import Kept
from motcua.measure.metrics.caching import ANSWERS
from motcua.measure.metrics.positions import catch_up
from motcua.measure.reports.counts import count_period
from motcua.record.accounts.models import User
from motcua.record.organisation.decision_models import AgencyStanding
from motcua.record.organisation.models import Agency
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.span_keeping import spans_position


def client_of(username: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def life(actor_of):
    """Three dossiers of a ward, one of them withdrawn, and one of another ward."""
    ANSWERS.clear()
    clerk = actor_of("xa.tiepnhan")
    ours = [actions.receive_dossier(by=clerk, filing=filing) for filing in (birth(), birth(), household())]
    actions.receive_dossier(by=actor_of("xa2.tiepnhan"), filing=birth())
    actions.withdraw_dossier(by=clerk, dossier_id=ours[1].pk, reason="x")
    catch_up()
    return ours


@pytest.mark.django_db
def test_a_leader_sees_the_figures_of_the_own_agency_and_an_auditor_all(life, actor_of):
    for username, received in (("xa.lanhdao", 3), ("xa2.lanhdao", 1), ("kiemtra", 4)):
        found = {t.key: t.count for t in tiles(Viewpoint.of(actor_of(username)), spans_position())}
        assert found["received"] == received


@pytest.mark.django_db
def test_every_figure_of_the_page_opens_to_as_many_dossiers_as_it_says(life):
    client = client_of("xa.lanhdao")
    text = client.get(reverse("dashboards:overview")).content.decode()
    links = re.findall(r'href="(/figures/dossiers/[^"]+)"[^>]*>(?:<span[^>]*>[^<]*</span><strong>)?([\d,]+)<', text)
    assert len(links) >= 12
    for target, number in links:
        answer = client.get(target.replace("&amp;", "&"))
        assert answer.status_code == 200, target
        assert answer.context["page"].paginator.count == int(number.replace(",", "")), target


@pytest.mark.django_db
def test_nothing_is_drawn_anew_until_something_happened(life, actor_of, django_assert_max_num_queries):
    client, position = client_of("xa.lanhdao"), spans_position()
    with django_assert_max_num_queries(10):
        assert client.get(reverse("dashboards:today"), {"at": position}).status_code == 204
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    catch_up()
    answer = client.get(reverse("dashboards:today"), {"at": position})
    assert answer.status_code == 200
    assert {t["tile"].key: t["tile"].count for t in answer.context["tiles"]}["received"] == 4


@pytest.mark.django_db
def test_the_overview_needs_few_queries_once_figures_are_kept(life, django_assert_max_num_queries):
    keep(timezone.localdate(), timezone.now())
    client = client_of("xa.lanhdao")
    client.get(reverse("dashboards:overview"))
    with django_assert_max_num_queries(15):
        assert client.get(reverse("dashboards:overview")).status_code == 200


@pytest.mark.django_db
def test_kept_figures_are_those_counted_now_and_past_months_are_made_once_a_day(life, actor_of):
    view, now = Viewpoint.of(actor_of("kiemtra")), timezone.now()
    counted = {asked: Month(view).answer(asked).rows for asked in wanted(view.by.on)}
    assert keep(view.by.on, now) == 2 * len(counted)
    for asked, rows in counted.items():
        assert sorted(Month(view).answer(asked).rows) == sorted(map(list, rows)), asked
    assert keep(view.by.on, now + dt.timedelta(seconds=1)) == 4
    assert Kept.objects.count() == 2 * len(counted)


@pytest.mark.django_db
def test_a_manager_of_the_centre_sees_what_the_centre_received(actor_of):
    ANSWERS.clear()
    clerk = actor_of("tiepnhan1")
    view = Viewpoint.of(actor_of("giamdoc"))
    assert view.side == "received"
    assert clerk.agency_id in view.agencies


@pytest.mark.django_db
def test_a_head_sees_the_steps_of_the_own_unit_alone(life, actor_of):
    whole = steps(Viewpoint.of(actor_of("xa.lanhdao")), timezone.now())
    own = steps(Viewpoint.of(actor_of("xa.truongphong")), timezone.now())
    assert sum(row["count"] for row in own) < sum(row["count"] for row in whole)


@pytest.mark.django_db
def test_the_table_of_agencies_sorts_by_its_heads_and_says_so(life):
    client = client_of("kiemtra")
    answer = client.get(reverse("dashboards:overview"), {"sort": "received", "order": "up"})
    counts = [row["received"] for row in answer.context["agencies"]]
    assert counts == sorted(counts) == [1, 3]
    assert [head["said"] for head in answer.context["heads"]].count("ascending") == 1
    assert client.get(reverse("dashboards:overview"), {"sort": "'; DROP"}).status_code == 200


@pytest.mark.django_db
def test_agencies_stand_in_the_order_of_the_alphabet_and_what_has_no_share_last(life):
    names = ["Ủy ban nhân dân xã Đắk Liêng", "Ủy ban nhân dân xã Ea Súp"]
    for pk, name in zip(Dossier.objects.values_list("agency_competent", flat=True).distinct(), names, strict=True):
        Agency.objects.filter(pk=pk).update(name_vi=name, name_en="")
        AgencyStanding.objects.filter(agency_id=pk).update(name_vi=name, name_en="")
    client = client_of("kiemtra")

    def page(**asked):
        return client.get(reverse("dashboards:overview"), asked).context

    first = page(sort="name")
    assert [row["name"] for row in first["agencies"]] == names, "Đ comes before E, and A before Z at the first click"
    assert next(head for head in page()["heads"] if head["key"] == "name")["address"] == "?sort=name&order=up#agencies"
    turned = next(head for head in first["heads"] if head["key"] == "name")["address"]
    assert turned == "?sort=name&order=down#agencies"
    assert [row["name"] for row in page(sort="name", order="down")["agencies"]] == names[::-1]
    for order in ("up", "down"):
        assert [row["share"] for row in page(sort="share", order=order)["agencies"]] == [0.0, None]


@pytest.mark.django_db
def test_all_procedures_are_shown_when_asked_for_and_the_order_of_agencies_stays(life, monkeypatch):
    monkeypatch.setattr("motcua.measure.dashboards.views.HEAT_ROWS", 1)
    client = client_of("kiemtra")
    page = client.get(reverse("dashboards:overview"), {"sort": "received"})
    assert (len(page.context["heat"]), page.context["heat_all"]) == (1, 2)
    address = "?sort=received&amp;procedures=all#procedures"
    assert address in page.content.decode()
    every = client.get(f"{reverse('dashboards:overview')}{address.replace('&amp;', '&')}")
    assert len(every.context["heat"]) == 2
    assert "procedures=all" in every.context["heads"][0]["address"]


def test_months_before_and_the_same_day_last_year():
    assert month_before(dt.date(2026, 1, 1), 1) == (dt.date(2025, 12, 1), dt.date(2025, 12, 31))
    assert month_before(dt.date(2026, 3, 1), 13) == (dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    assert same_day_last_year(dt.date(2028, 2, 29)) == dt.date(2027, 2, 28)
    assert len(HEAT_MEASURES) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["xa.lanhdao", "xa.truongphong", "kiemtra", "xa2.lanhdao"])
def test_a_step_opens_to_as_many_dossiers_as_it_says_and_to_the_late_ones_alone(life, actor_of, username):
    week = dt.timedelta(days=14)
    old = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household(), now=timezone.now() - week)
    actions.forward_dossier(by=actor_of("xa.tiepnhan"), dossier_id=old.pk, now=timezone.now() - week)
    client, rows = client_of(username), steps(Viewpoint.of(actor_of(username)), timezone.now())
    assert rows
    for row in rows:
        page = client.get(row["address"])
        assert page.context["page"].paginator.count == row["count"]
        assert "https" not in row["late_address"]
        late = client.get(f"{row['address']}&late=1")
        assert late.context["page"].paginator.count == row["late"]
        assert all(task.due_at < timezone.now() for task in late.context["page"])
    if username != "xa2.lanhdao":
        assert sum(row["late"] for row in rows) >= 1
        assert rows[0]["address"] in client.get(reverse("dashboards:overview")).content.decode().replace("&amp;", "&")
    else:
        assert old.code not in client.get(rows[0]["address"]).content.decode()


@pytest.mark.django_db
def test_the_list_of_a_step_needs_few_queries(life, actor_of, django_assert_max_num_queries):
    (row, *_rest) = steps(Viewpoint.of(actor_of("kiemtra")), timezone.now())
    client = client_of("kiemtra")
    client.get(row["address"])
    with django_assert_max_num_queries(15):
        assert client.get(row["address"]).status_code == 200


@pytest.mark.django_db
def test_an_alarm_of_the_second_count_stands_on_the_first_page_of_those_who_audit(life):
    today = timezone.localdate()
    assert "second count" not in client_of("kiemtra").get("/ledger/").content.decode()
    life[0].spans.update(channel=2)
    count_period(today, today)
    first = client_of("kiemtra").get("/start/", follow=True)
    assert "The second count differs" in first.content.decode()
    assert "The second count differs" in client_of("kiemtra").get("/overview/").content.decode()
    assert "The second count differs" not in client_of("xa.lanhdao").get("/overview/").content.decode()


@pytest.mark.django_db
def test_a_past_month_is_made_anew_when_something_of_it_comes_in_later(life, actor_of):
    today, now = timezone.localdate(), timezone.now()
    keep(today, now)
    assert keep(today, now) == 4, "this month and the procedures, for each side"
    last = today.replace(day=1) - dt.timedelta(days=1)
    assert not came_later(0, last)
    # An event that a source tells of a month that is over.
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=now - dt.timedelta(days=40))
    catch_up()
    assert came_later(0, last)
    assert keep(today, now) > 4
    assert keep(today, now) == 4
