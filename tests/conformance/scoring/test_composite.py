"""The composite engine against COINr (R), PCI 2019 and PAPI 2020 as they were printed."""

import csv
from pathlib import Path

import numpy as np
import pytest

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import read_data, read_framework, read_table
from motcua.formats.frameworks.tables import Table
from motcua.rules.scoring import Result, score_framework
from motcua.rules.scoring.composite import leaf_stages
from motcua.rules.scoring.ranking import ranks

DATA = Path(__file__).parents[1] / "data"
COINR = DATA / "coinr"
# Equal in print at 15 digits, and so in the input; in R's memory they differed by their last bit.
ALMOST_TIED = "TolMin"


def rows_of(name: str, method: str = "") -> dict[str, dict[str, str]]:
    with (COINR / name).open(encoding="utf-8") as file:
        return {row["uCode"]: row for row in csv.DictReader(file) if row.get("method", "") == method}


def table_of(file: Path, unit: str) -> Table:
    table = read_table(file)
    return Table(table.name, tuple("unit" if head == unit else head for head in table.heads), table.rows)


def asem(*settings: str) -> Result:
    framework = read_framework(datasets_folder() / "frameworks/asem.yaml", settings)
    return score_framework(framework, read_data(framework, table_of(COINR / "iData.csv", "uCode")).data)


def column(rows: dict[str, dict[str, str]], code: str, units: tuple[str, ...]) -> np.ndarray:
    cells = (rows[unit][code] for unit in units)
    values = np.array([float(cell) if cell not in ("", "NA") else np.nan for cell in cells])
    return np.where(np.isfinite(values), values, np.nan)


def assert_same(got: np.ndarray, expected: np.ndarray, code: str) -> None:
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9, err_msg=code)


@pytest.mark.parametrize("stage", ["raw", "denominated", "imputed", "treated", "normalised"])
def test_each_stage_is_coinrs(stage):
    result = asem()
    expected = rows_of(f"expected_stage_{stage}.csv")
    for leaf in result.framework.root.leaves():
        got = leaf_stages(result.framework, leaf, result.data)[stage]
        assert_same(got, column(expected, leaf.code, result.data.units), leaf.code)


def test_every_level_is_coinrs():
    result = asem()
    expected = rows_of("expected_stage_aggregated.csv")
    for code, node in result.nodes.items():
        assert_same(node.score, column(expected, code, result.data.units), code)


def test_levels_are_those_of_the_published_tree():
    with (COINR / "iMeta.csv").open(encoding="utf-8") as file:
        levels = {row["iCode"]: int(row["Level"]) for row in csv.DictReader(file) if row["Level"]}
    assert {code: node.node.level for code, node in asem().nodes.items()} == levels


def test_ranks_at_every_level_are_coinrs():
    result = asem()
    expected = rows_of("expected_ranks_full.csv")
    for code, node in result.nodes.items():
        if code != ALMOST_TIED:
            assert ranks(node.exact).tolist() == column(expected, code, result.data.units).tolist(), code


NORMALISED = {
    "minmax_0_100": ["normalise.method=minmax"],
    "minmax_1_10": ["normalise={method: minmax, low: 1, high: 10}"],
    "zscore": ["normalise=zscore"],
    "rank": ["normalise=rank"],
    "prank": ["normalise=prank"],
    "borda": ["normalise=borda"],
    "dist2max": ["normalise=dist2max"],
    "dist2ref_row5": ["normalise={method: dist2ref, reference: BGR}"],
    "fracmax": ["normalise=fracmax"],
}


@pytest.mark.parametrize("method", NORMALISED)
def test_each_normalisation_is_coinrs(method):
    result = asem(*NORMALISED[method])
    expected = rows_of("expected_normalise_variants.csv", method)
    for leaf in result.framework.root.leaves():
        if leaf.code != ALMOST_TIED or ("rank" not in method and method != "borda"):
            assert_same(result.nodes[leaf.code].score, column(expected, leaf.code, result.data.units), leaf.code)


AGGREGATED = {
    "a_amean": "aggregate=arithmetic",
    "a_gmean": "aggregate=geometric",
    "a_hmean": "aggregate=harmonic",
    "a_genmean_p_minus2": "aggregate={method: power, power: -2}",
    "a_genmean_p_half": "aggregate={method: power, power: 0.5}",
    "a_copeland": "aggregate=copeland",
}


@pytest.mark.parametrize("method", AGGREGATED)
def test_each_aggregation_is_coinrs(method):
    result = asem("normalise={method: minmax, low: 1, high: 100}", AGGREGATED[method])
    expected = rows_of("expected_aggregate_variants.csv", method)
    for code, node in result.nodes.items():
        if node.node.children:
            assert_same(node.score, column(expected, code, result.data.units), code)


def test_pci_of_2019_is_as_printed():
    framework = read_framework(datasets_folder() / "frameworks/pci.yaml")
    table = table_of(DATA / "pci_2019_subindices_partial.csv", "province")
    result = score_framework(framework, read_data(framework, table).data)
    printed = np.array([float(cell) for cell in table.column("pci_published")])
    assert len(printed) > 20
    assert np.abs(result.top.score - printed).max() <= 0.02


def test_papi_of_2020_sums_to_the_known_first_three():
    framework = read_framework(datasets_folder() / "frameworks/papi-2020.yaml")
    table = table_of(DATA / "papi_2020_subdimensions.csv", "Province")
    result = score_framework(framework, read_data(framework, table).data)
    scores = dict(zip(result.data.units, result.top.score, strict=True))
    assert len(scores) == 63
    assert [(unit, round(scores[unit], 3)) for unit in sorted(scores, key=scores.__getitem__)[:-4:-1]] == [
        ("P14", 48.811),
        ("P56", 46.961),
        ("P12", 46.472),
    ]


def test_the_par_index_of_2020_sums_as_printed():
    framework = read_framework(datasets_folder() / "frameworks/par-index-2020.yaml")
    table = table_of(DATA / "par_index_2020_top10.csv", "province")
    result = score_framework(framework, read_data(framework, table).data)
    printed = np.array([float(cell) for cell in table.column("total_published")])
    assert np.abs(result.top.score - printed).max() <= 0.01 + 1e-9
    assert ranks(result.top.exact).tolist() == [float(cell) for cell in table.column("rank")]
