"""How sure ranks are: intervals by seed, bands, what moves ranks; on the page, in the worker, in what is published."""

import random
import subprocess

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.measure.assessment.conftest import move_to
from tests.measure.assessment.province import published_round, values_of
from tests.measure.assessment.test_supposing import client_of

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput
from motcua.measure.assessment.frameworks import framework_of, shipped_text
from motcua.measure.assessment.models import Firmness
from motcua.measure.assessment.publishing.cards import card_pdf
from motcua.measure.assessment.scoring import Scored, score_inputs
from motcua.measure.assessment.verifying import verify_round
from motcua.measure.firmness.computing import LEAST_RUNS, MOST_RUNS, runs_for, sureness_of, work_out
from motcua.record.organisation.errors import NotFound
from motcua.rules.scoring import Framework

SET = framework_of(shipped_text("par-index-departments-model"))


def scored_of(framework: Framework, goods: list[float], seed: int = 1) -> Scored:
    chance = random.Random(seed)
    inputs: dict[str, dict[str, str]] = {}
    for place, good in enumerate(goods):
        held = inputs.setdefault(f"u{place}", {})
        for leaf in framework.root.leaves():
            held |= values_of(framework, leaf, chance, good)
    return Scored(framework, score_inputs(framework, inputs))


def test_the_same_seed_gives_the_same_intervals_and_every_interval_holds_the_rank_by_and_large():
    scored = scored_of(SET, [0.3, 0.6, 0.62, 0.64, 0.95])
    found = sureness_of(scored.result, seed=7)
    assert found == sureness_of(scored.result, seed=7)
    assert [row.rank for row in found.rows] == [1, 2, 3, 4, 5]
    assert found.rows[0].low == found.rows[0].high == 1
    assert found.rows[-1].low == found.rows[-1].high == 5
    assert all(row.low <= row.median <= row.high for row in found.rows)
    assert found.rows[0].band < found.rows[1].band <= found.rows[3].band < found.rows[4].band


def test_units_of_the_same_values_cannot_be_told_apart_and_one_alone_has_no_interval():
    scored = scored_of(SET, [0.5])
    assert sureness_of(scored.result) is None
    values = {"a": {"plan": "late"}, "b": {"plan": "late"}, "c": {"plan": "on_time"}}
    framework = framework_of(TINY)
    found = sureness_of(score_inputs(framework, values))
    assert [[row.unit for row in band] for band in found.bands] == [["a", "b"]]


TINY = """
framework: tiny
version: "1"
kind: points
name: {vi: Nhỏ}
tree:
  code: TOP
  points: 10
  children:
    - {code: A, points: 6, rule: {kind: ladder, input: plan, options: {on_time: 6, late: 3}}}
    - {code: B, points: 4, rule: {kind: linear, input: other}}
"""


def test_runs_are_bounded_by_the_size_of_the_group():
    assert runs_for(SET, 22) == MOST_RUNS
    assert runs_for(SET, 3_321) >= LEAST_RUNS
    assert runs_for(SET, 10**7) == LEAST_RUNS


def test_what_moves_ranks_tells_its_progress_and_comes_out_the_same_by_seed():
    scored = scored_of(SET, [0.5, 0.52, 0.54, 0.9])
    seen: list[tuple[int, int]] = []
    found = work_out(SET, scored.result.data, 1, lambda done, total: seen.append((done, total)))
    assert found == work_out(SET, scored.result.data, 1, lambda done, total: None)
    assert seen[-1][0] == seen[-1][1] == len(list(SET.root.leaves())) + found["runs"]
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)
    shifts = [row["shift"] for row in found["without"]]
    assert shifts == sorted(shifts, reverse=True)
    assert {row["code"] for row in found["without"]} == {leaf.code for leaf in SET.root.leaves()}
    top = found["sobol"][0]
    assert top["total"] > 0
    assert top["total_low"] <= top["total"] <= top["total_high"]


# --- the page, the worker, the publication --------------------------------------------------------------------


@pytest.fixture
def entered(round_, people):
    move_to(people, round_.id, "appraisal")
    rows = []
    for member, done in zip((round_.own, *round_.others), ("10", "11", "20"), strict=True):
        rows.append(EntryInput(member.pk, "A.1", {"plan": "late"}))
        rows.append(EntryInput(member.pk, "A.2", {"tasks_done": done, "tasks": "20"}))
    actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=timezone.now())
    return round_


@pytest.mark.django_db
def test_the_page_says_how_sure_ranks_are_and_the_worker_what_moves_them(entered, django_assert_max_num_queries):
    client, page = client_of("tc.canbo"), f"/rounds/groups/{entered.group.pk}/firmness/"
    with django_assert_max_num_queries(15):
        shown = client.get(page)
    assert shown.context["found"].runs == MOST_RUNS
    assert "seed 1)" in shown.content.decode()
    assert client.post(f"{page}work-out/", {"seed": "5"})["Location"] == f"{page}?seed=5"
    assert 'hx-trigger="every 1s"' in client.get(f"{page}moves/").content.decode()
    client.post(f"{page}work-out/", {"seed": "6"})
    jobs = ProcrastinateJob.objects.filter(task_name="motcua.measure.assessment.jobs.compute_what_moves")
    assert [job.args["seed"] for job in jobs] == [5]
    assert jobs[0].task_name in app.tasks

    assert actions.carry_out(group_id=entered.group.pk, seed=5, now=timezone.now())
    assert not actions.carry_out(group_id=entered.group.pk, seed=5, now=timezone.now())
    with django_assert_max_num_queries(15):
        told = client.get(f"{page}?seed=5").content.decode()
    assert "Most depends on" in told
    assert "work it out again" not in told
    assert "work it out again" in client.get(page).content.decode()
    row = Firmness.objects.get(pk=entered.group.pk)
    assert row.done == row.total


@pytest.mark.django_db
def test_a_changed_value_makes_what_was_worked_out_old(entered, people):
    actions.ask_what_moves(by=people.appraiser, group_id=entered.group.pk, now=timezone.now())
    actions.carry_out(group_id=entered.group.pk, seed=1, now=timezone.now())
    rows = [EntryInput(entered.own.pk, "A.1", {"plan": "on_time"})]
    actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=timezone.now())
    page = client_of("tc.canbo").get(f"/rounds/groups/{entered.group.pk}/firmness/").content.decode()
    assert "work it out again" in page


@pytest.mark.django_db
def test_who_does_not_see_the_whole_round_is_told_no_rank(entered, people):
    for page in ("firmness/", "firmness/moves/"):
        assert client_of("xa.canbo").get(f"/rounds/groups/{entered.group.pk}/{page}").status_code == 404
    with pytest.raises(NotFound):
        actions.ask_what_moves(by=people.unit, group_id=entered.group.pk, now=timezone.now())


@pytest.mark.django_db
def test_a_publication_holds_its_intervals_and_the_public_sees_them(people, db):
    found = published_round(people, "Chỉ số CCHC năm 2026", seed=2)
    group = found.content["groups"][1]
    assert group["firmness"] == {"runs": 1000, "seed": 1, "weights": 0.25, "sure": 0.9}
    assert all(unit["rank_low"] <= unit["rank_high"] for unit in group["units"])
    assert any(unit["rank_low"] < unit["rank_high"] for unit in group["units"])
    assert verify_round(found) == []
    text = Client(headers={"accept-language": "en"}).get(f"/rankings/{found.pk}/").content.decode()
    assert "Cannot be told apart:" in text
    first = group["units"][0]
    low, high = first["rank_low"], first["rank_high"]
    assert f">{low}</td>" in text if low == high else f">{low}–{high}</td>" in text
    table = Client().get(f"/rankings/{found.pk}/data.csv").content.decode()
    assert table.splitlines()[0].endswith("class,rank_low,rank_high")
    # The score card says it too, on its page and on paper, with whom the unit cannot be told apart from.
    unit = next(each for each in group["units"] if each["rank_low"] < each["rank_high"])
    card = Client(headers={"accept-language": "en"}).get(f"/rankings/{found.pk}/{unit['code']}/").content.decode()
    assert f"<strong>{unit['rank_low']}–{unit['rank_high']}</strong>" in card
    alike = [each for each in group["units"] if each["band"] == unit["band"] and each["code"] != unit["code"]]
    assert all(f"/rankings/{found.pk}/{each['code']}/" in card for each in alike)
    paper = printed(found, unit["code"])
    assert f"có thể từ bậc {unit['rank_low']} đến {unit['rank_high']}" in paper
    assert "90% trong 1.000 lượt mô phỏng khi mỗi trọng số thay đổi tối đa 25%" in paper
    assert ("Chưa thể phân hơn kém với" in paper) == bool(alike)
    assert paper.count("\f") == 1
    # The firmest and the least firm card of each group fit on one page.
    for held in found.content["groups"]:
        for each in (held["units"][0], max(held["units"], key=lambda one: one["rank_high"] - one["rank_low"])):
            assert printed(found, each["code"]).count("\f") == 1
    # What was published without intervals is shown without.
    for held in found.content["groups"]:
        del held["firmness"]
        for unit in held["units"]:
            del unit["rank_low"], unit["rank_high"], unit["band"]
    type(found).objects.filter(pk=found.pk).update(content=found.content)
    text = Client(headers={"accept-language": "en"}).get(f"/rankings/{found.pk}/").content.decode()
    assert "Rank from" not in text
    assert "None" not in text
    found.refresh_from_db()
    card = Client(headers={"accept-language": "en"}).get(f"/rankings/{found.pk}/{unit['code']}/").content.decode()
    assert "Rank from" not in card
    paper = printed(found, unit["code"])
    assert "có thể từ bậc" not in paper
    assert "lượt mô phỏng" not in paper


def printed(found, code):
    """Return the text of a unit's score card on paper, a form feed after each page."""
    pdf = card_pdf(found.content, code, found.sha256)
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(told.replace("\f", " \f ").split(" ")).replace("\n", " ")
