"""A framework as a tree of lines, and what one version changed against another."""

import pytest

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import differences, read_framework, tree_lines

FOLDER = datasets_folder() / "frameworks"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_framework_prints_a_line_for_each_node_and_differs_in_nothing_from_itself(file):
    framework = read_framework(file)
    for language in ("vi", "en"):
        lines = list(tree_lines(framework, language))
        assert all(any(node.code in line for line in lines) for node in framework.root.walk())
    assert differences(framework, framework) == []


def test_a_changed_target_a_changed_class_and_a_changed_weight_are_told():
    file = FOLDER / "decision-766.yaml"
    after = read_framework(file, ["REUSED_DIGITIZED_DATA.rule.target=0.9"])
    found = differences(read_framework(file), after, "en")
    assert len(found) == 1
    assert "REUSED_DIGITIZED_DATA.rule" in found[0]
    assert "target: 0.8" in found[0].split("→")[0]
    assert "target: 0.9" in found[0].split("→")[1]


def test_nodes_that_came_or_went_are_told():
    one, other = (read_framework(FOLDER / f"{name}.yaml") for name in ("decision-766", "ddci-model"))
    found = differences(one, other, "en")
    assert any(line.startswith("- removed: PROGRESS_ON_TIME") for line in found)
    assert any(line.startswith("+ added") for line in found)
