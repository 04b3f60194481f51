"""Labels: what people call an input, in trees, in derivations, and faults of labels."""

import pytest

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import BadFramework, differences, read_framework, tree_lines
from motcua.rules.scoring import Data, score_framework
from motcua.rules.scoring.derivation import derive

TEXT = """
framework: small
version: "1"
kind: points
inputs:
  done: {name: {vi: "Nhiệm vụ hoàn thành", en: "Tasks done"}, unit: {vi: "nhiệm vụ", en: "tasks"}}
  all: {vi: "Nhiệm vụ được giao", en: "Tasks given"}
tree:
  code: T
  points: 10
  children:
    - code: A
      points: 10
      evidence: {vi: "Báo cáo năm", en: "Yearly report"}
      checklist:
        - {vi: "Báo cáo có chữ ký", en: "The report is signed"}
      rule: {kind: linear, numerator: done, denominator: all}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_tree_tells_inputs_with_their_units_and_what_is_checked(file):
    lines = list(tree_lines(read_framework(file), "vi"))
    assert "      done: Nhiệm vụ hoàn thành (nhiệm vụ)" in [line.removeprefix("  ") for line in lines]
    assert any(line.endswith("☐ Báo cáo có chữ ký") for line in lines)


def test_a_derivation_speaks_of_inputs_as_people_do(file):
    import numpy as np

    framework = read_framework(file)
    data = Data(("x",), {"done": np.array([3.0]), "all": np.array([4.0])})
    told = derive(score_framework(framework, data), "x", "A", "en").steps[0]
    assert told == "Tasks done ÷ Tasks given = 3 ÷ 4 = 0.75"


def test_a_label_of_an_input_that_no_leaf_takes_is_a_fault_with_its_line(file):
    file.write_text(TEXT.replace("  all: {vi", "  al: {vi"), encoding="utf-8")
    with pytest.raises(BadFramework, match=r"small\.yaml:7: inputs\.al: no leaf takes the input al"):
        read_framework(file)


def test_a_changed_label_is_told_as_a_difference(file):
    before = read_framework(file)
    file.write_text(TEXT.replace("Tasks given", "Tasks planned"), encoding="utf-8")
    assert ["Tasks planned" in line for line in differences(before, read_framework(file), "en")] == [True]


@pytest.mark.parametrize("path", sorted((datasets_folder() / "frameworks").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_input_of_every_shipped_framework_has_a_name_in_words(path):
    from motcua.formats.frameworks.tables import input_kinds

    framework = read_framework(path)
    assert [code for code in input_kinds(framework) if framework.label(code, "vi") == code] == []
