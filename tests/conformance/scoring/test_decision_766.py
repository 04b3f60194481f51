"""Decision 766 against scores that the national portal published."""

import csv
from pathlib import Path

import pytest

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import read_data, read_framework, read_table
from motcua.rules.scoring import Result, score_framework

DATA = Path(__file__).parents[1] / "data"
CASES = list(csv.DictReader((DATA / "idx766_metric_cases.csv").open(encoding="utf-8")))


def score(folder: Path, cells: dict[str, str]) -> Result:
    table = folder / "inputs.csv"
    table.write_text(",".join(["unit", *cells]) + "\n" + ",".join(["A", *cells.values()]) + "\n", encoding="utf-8")
    framework = read_framework(datasets_folder() / "frameworks" / "decision-766.yaml")
    return score_framework(framework, read_data(framework, read_table(table)).data)


def inputs_of(cases: list[dict[str, str]]) -> dict[str, str]:
    return {
        f"{case['metric_code']}_{end}": case[column]
        for case in cases
        for end, column in (("num", "numerator"), ("den", "denominator"))
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["metric_code"])
def test_a_leaf_scores_what_was_published(case, tmp_path):
    result = score(tmp_path, inputs_of([case]))
    assert result.nodes[case["metric_code"]].score[0] == float(case["score_published"])
    assert result.nodes[case["metric_code"]].node.points == float(case["max_score"])


def test_leaves_are_rounded_before_they_are_summed(tmp_path):
    result = score(tmp_path, inputs_of(CASES))
    assert result.nodes["MDHL"].score[0] == 11.18


def test_payment_has_one_linear_leaf_and_two_with_a_target(tmp_path):
    result = score(
        tmp_path,
        {
            "paid_online_dossiers": "1",
            "fee_dossiers": "3",
            "formalities_with_online_tx": "40",
            "formalities_with_fee_dossiers": "100",
            "fee_formalities_with_dossiers": "9",
            "fee_formalities": "10",
        },
    )
    assert result.nodes["ONLINE_PAYMENT"].score[0] == 5.0


def test_an_absent_column_leaves_its_leaf_unscored_and_the_rest_summed(tmp_path):
    result = score(tmp_path, {"PUBLIC_CONTENT_FULL_num": "79", "PUBLIC_CONTENT_FULL_den": "79"})
    assert str(result.nodes["PUBLISH_ON_TIME"].score[0]) == "nan"
    assert result.nodes["CKMB"].score[0] == 2.0
    assert str(result.nodes["MDSH"].score[0]) == "nan"
    assert result.top.score[0] == 2.0
