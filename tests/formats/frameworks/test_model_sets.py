"""The model sets of the PAR Index: their size, their points, and how the derived ones differ."""

import pytest

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import read_framework
from motcua.rules.scoring.leaves import inputs_of

FOLDER = datasets_folder() / "frameworks"
DEPARTMENTS, DISTRICTS, COMMUNES = (f"par-index-{units}-model" for units in ("departments", "districts", "communes"))


def framework(name):
    return read_framework(FOLDER / f"{name}.yaml")


def criteria(name):
    return [leaf for leaf in framework(name).root.leaves() if not leaf.adjustment]


@pytest.mark.parametrize(("name", "least"), [(DEPARTMENTS, 60), (DISTRICTS, 60), (COMMUNES, 40)])
def test_a_model_set_has_eight_domains_100_points_and_more_than_forty_criteria(name, least):
    root = framework(name).root
    domains = [node for node in root.children if not node.adjustment]
    assert (len(domains), root.points, len(criteria(name)) >= least) == (8, 100, True)
    assert {node.adjustment for node in root.children} == {"", "bonus", "penalty"}
    assert len({leaf.rule.kind for leaf in criteria(name)}) >= 7


@pytest.mark.parametrize("name", [DEPARTMENTS, DISTRICTS, COMMUNES])
def test_every_criterion_says_what_evidence_is_asked_for(name):
    assert all(leaf.options.get("evidence") for leaf in criteria(name))
    assert sum(bool(leaf.options.get("checklist")) for leaf in criteria(name)) >= 40


@pytest.mark.parametrize("name", [DISTRICTS, COMMUNES])
def test_a_derived_set_differs_where_its_level_does(name):
    base = {(leaf.names["vi"], leaf.points) for leaf in criteria(DEPARTMENTS)}
    own = {(leaf.names["vi"], leaf.points) for leaf in criteria(name)}
    assert len(own - base) >= 20
    assert len(own & base) >= 10


def test_districts_answer_for_communes_and_communes_for_what_they_took_over():
    inputs = {
        name: {code for leaf in criteria(name) for code in inputs_of(leaf.rule)} for name in (DISTRICTS, COMMUNES)
    }
    assert {"communes_on_time_num", "land_on_time_num", "ddci"} <= inputs[DISTRICTS]
    assert {"taken_over_num", "assets_taken", "land_on_time_num", "any_place_num"} <= inputs[COMMUNES]


def test_the_skeleton_of_the_national_index_has_eight_domains_and_adds_up():
    root = framework("par-index-provinces-model").root
    [appraised, surveys] = root.children
    assert [node.points for node in appraised.children] == [8.5, 5, 14, 6, 14, 9.5, 6.5, 4]
    assert appraised.points + surveys.points == root.points == 100
