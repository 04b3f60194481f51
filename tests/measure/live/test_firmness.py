"""How sure the ranks of the live index are: the intervals of a level on a page, what moves ranks by the worker."""

import datetime as dt
import random

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.measure.firmness.computing import MOST_RUNS, sureness_of
from motcua.measure.live.actions import compute_standings
from motcua.measure.live.firmness_actions import ask_what_moves, carry_out
from motcua.measure.live.models import Firmness, Standing
from motcua.measure.live.periods import period_of
from motcua.measure.live.queries import board
from motcua.measure.live.ranked import level_shown, levels_of, ranked_in
from motcua.measure.live.sources import NAME, framework
from motcua.measure.live.supposing import data_of
from motcua.record.accounts.models import User
from motcua.record.organisation.errors import Conflict
from motcua.record.organisation.models import Agency, Level
from motcua.rules.scoring import score_points
from motcua.rules.scoring.ranking import ranks

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 25)
MONTH = period_of("month", DAY)
PAGE = "/live-index/firmness/"


def stand(levels: dict[str, int], seed: int = 1, last: dt.date = DAY, day: dt.date = DAY) -> None:
    """Keep standings of so many agencies of each level, scored from drawn figures, as the hourly job does."""
    chance, rules = random.Random(seed), framework()[0]
    leaves = list(rules.root.leaves())[:9]
    for level, count in levels.items():
        agencies = list(Agency.objects.on(DAY).filter(level=level).order_by("code")[:count])
        assert len(agencies) == count
        rows = [
            Standing(
                framework=NAME, digest=framework()[1], position=1, kind="month", first=MONTH.first, last=last,
                agency=agency, computed_on=day, computed_at=timezone.now(),
                content={"inputs": {leaf.code: [chance.randint(40, 100), 100, "measured"] for leaf in leaves}},
            )
            for agency in agencies
        ]  # fmt: skip
        result = score_points(rules, data_of(rows))
        places = ranks(result.top.exact)
        for place, row in enumerate(rows):
            row.total, row.rank, row.of = float(result.top.score[place]), int(places[place]), count
            row.applicable = 80
            nodes = {code: float(found.score[place]) for code, found in result.nodes.items()}
            row.content["nodes"] = {code: None if np.isnan(score) else score for code, score in nodes.items()}
        Standing.objects.bulk_create(rows)


@pytest.fixture
def client() -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(User.objects.get(username="xa.canbo"))
    found.get("/me/")
    return found


def test_the_ranks_of_the_page_are_those_of_the_board():
    stand({Level.COMMUNE: 8, Level.DEPARTMENT: 3})
    ranked = ranked_in(MONTH, None, Level.COMMUNE)
    found = sureness_of(ranked.result)
    kept = {str(row.agency_id): (row.total, row.rank) for row in ranked.rows}
    assert {row.unit: (row.score, row.rank) for row in found.rows} == kept
    assert all(row.low <= row.median <= row.high for row in found.rows)
    assert found.runs == MOST_RUNS


def test_levels_are_those_with_two_ranked_units_and_ones_own_comes_first():
    stand({Level.COMMUNE: 3, Level.DEPARTMENT: 4})
    rows = board(MONTH)
    assert {code: count for code, _name, count in levels_of(rows)} == {"commune": 3, "department": 4}
    own = next(row.agency_id for row in rows if row.agency.level == Level.COMMUNE)
    assert level_shown(rows, "", own) == "commune"
    assert level_shown(rows, "", None) == "department"
    assert level_shown(rows, "commune", None) == "commune"
    assert level_shown(rows, "nowhere", None) == "department"
    assert level_shown([], "commune", own) == ""


def test_the_page_says_how_sure_ranks_are_and_the_worker_what_moves_them(client, django_assert_max_num_queries):
    stand({Level.COMMUNE: 8, Level.DEPARTMENT: 3})
    where = f"{PAGE}?period=month&on=2026-11-01&level=commune"
    with django_assert_max_num_queries(15):
        page = client.get(where)
    assert len(page.context["rows"]) == 8
    assert f'href="{PAGE}?period=month&amp;on=2026-11-01' in client.get("/live-index/?on=2026-11-25").content.decode()
    answer = client.post(page.context["ask_address"], {"seed": "5"})
    assert answer["Location"] == f"{where}&seed=5"
    shown = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in shown
    assert "/live-index/firmness/moves/?period=month&amp;on=2026-11-01&amp;level=commune" in shown
    client.post(page.context["ask_address"], {"seed": "6"})
    jobs = ProcrastinateJob.objects.filter(task_name="motcua.measure.live.jobs.compute_what_moves")
    assert [job.args["seed"] for job in jobs] == [5]

    row = Firmness.objects.get()
    assert carry_out(firmness_id=row.pk, seed=5, now=timezone.now())
    assert not carry_out(firmness_id=row.pk, seed=5, now=timezone.now())
    row.refresh_from_db()
    assert row.done == row.total
    with django_assert_max_num_queries(15):
        shown = client.get(f"{where}&seed=5").content.decode()
    assert "Ranks with one leaf left out" in shown
    assert "work it out again" not in shown
    assert "work it out again" in client.get(where).content.decode()
    moves = client.get(page.context["moves_address"]).content.decode()
    assert "Ranks with one leaf left out" in moves
    # Another level has not been worked out.
    other = client.get(where.replace("commune", "department")).content.decode()
    assert "is worked out by the worker" in other


def test_standings_that_are_computed_anew_make_what_was_worked_out_old(client, actor_of):
    stand({Level.COMMUNE: 4})
    row = ask_what_moves(by=actor_of("xa.canbo"), period=MONTH, level="commune", now=timezone.now())
    carry_out(firmness_id=row.pk, seed=1, now=timezone.now())
    where = f"{PAGE}?period=month&on=2026-11-01&level=commune"
    assert "work it out again" not in client.get(where).content.decode()
    stand({Level.COMMUNE: 4}, seed=2, day=DAY + dt.timedelta(1))
    assert "work it out again" in client.get(where).content.decode()


def test_a_level_without_two_units_has_no_ranks_to_be_sure_of(client, actor_of):
    with pytest.raises(Conflict):
        ask_what_moves(by=actor_of("xa.canbo"), period=MONTH, level="commune", now=timezone.now())
    assert "Nothing to rank yet" in client.get(f"{PAGE}?on=2026-11-25").content.decode()
    told = client.post("/live-index/firmness/work-out/?on=2026-11-25&level=commune", follow=True)
    assert "There are not two units to rank." in told.content.decode()
    assert not Firmness.objects.exists()


def test_units_without_a_figure_count_nothing_in_any_run_as_in_the_index():
    stand({Level.COMMUNE: 4})
    rows = list(Standing.objects.order_by("rank"))
    lost = rows[0].content["inputs"]
    lost.pop(next(iter(lost)))
    result = score_points(framework()[0], data_of(rows))
    found = sureness_of(result)
    assert [row.rank for row in found.rows] == sorted(int(n) for n in ranks(result.top.exact) if not np.isnan(n))


def test_what_is_counted_up_to_a_past_day_is_worked_out_apart(actor_of):
    stand({Level.COMMUNE: 3}, last=dt.date(2026, 11, 10), day=dt.date(2026, 11, 10))
    stand({Level.COMMUNE: 4}, seed=3)
    past = ranked_in(MONTH, dt.date(2026, 11, 10), "commune")
    assert (len(past.rows), len(ranked_in(MONTH, None, "commune").rows)) == (3, 4)
    now, by = timezone.now(), actor_of("xa.canbo")
    one = ask_what_moves(by=by, period=MONTH, until=dt.date(2026, 11, 10), level="commune", now=now)
    other = ask_what_moves(by=by, period=MONTH, level="commune", now=now)
    assert one.pk != other.pk
    carry_out(firmness_id=one.pk, seed=1, now=now)
    far = {each["far"]["unit"] for each in Firmness.objects.get(pk=one.pk).content["without"] if each["far"]}
    assert far <= {str(row.agency_id) for row in past.rows}


def test_it_stands_on_what_the_hourly_job_keeps(actor_of):
    from tests.samples import birth

    from motcua.serve.dossiers.actions import receive_dossier

    for clerk in ("xa.tiepnhan", "xa2.tiepnhan"):
        receive_dossier(by=actor_of(clerk), filing=birth())
    today = timezone.localdate()
    compute_standings(by=actor_of("xa.canbo"), kind="month", on=today)
    ranked = ranked_in(period_of("month", today), None, "commune")
    found = sureness_of(ranked.result)
    assert {row.unit: row.score for row in found.rows} == {str(row.agency_id): row.total for row in ranked.rows}
