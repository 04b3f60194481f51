"""Faults of frameworks and of tables are told with their places."""

import re
from pathlib import Path

import pytest

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import BadFramework, BadTable, read_data, read_framework, read_table
from motcua.rules.scoring import score_framework

GOOD = """framework: small
version: "1"
kind: points
tree:
  code: TOP
  points: 10
  children:
    - code: A
      points: 4
      rule: {kind: linear, numerator: a, denominator: b}
    - code: B
      points: 6
      rule: {kind: linear, input: share, unit: share}
"""


def written(folder: Path, text: str, name: str = "small.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("points: 6", "points: 7", "small.yaml:6: TOP.points: 10 points, but the children add up to 11"),
        ("code: B", "code: A", "small.yaml:11: A.code: A stands already in line 8"),
        ("kind: linear, numer", "kind: linar, numer", "small.yaml:10: A.rule.kind: 'linar' is none of"),
        ("denominator: b}", "denominater: b}", "small.yaml:10: A.rule: unknown key denominater"),
        ("points: 4", "points: many", "small.yaml:9: A.points: 'many' must be a number"),
        ("rule: {kind: linear, input: share, unit: share}", "name: {vi: B}", "small.yaml:11: B: a leaf needs a rule"),
        ("kind: linear, input: share, unit: share", "kind: formula, expression: 'a.b'", "small.yaml:13: B.rule.expression"),
        ("version:", "versoin:", "unknown key versoin"),
        ("points: 4", "points: 4\n      points: 4", "small.yaml:10: points: is given twice"),
        ("points: 4", "points: [4", "is not YAML"),
        ("points: 4", "points: .inf", "small.yaml:9: '.inf' is not a number"),
        ("points: 4", "points: 2026-99-99", "small.yaml:9: '2026-99-99' cannot be read"),
        ("rule: {kind: linear, input: share, unit: share}", "rule: {kind: survey_mean, input: a, low: 5}", "B.rule: 5 is not below 5"),
        ("denominator: b}", "denominator: b, zero_denominator: 5}", "an option of 5 points is outside 0 to 4"),
        ("kind: linear, input: share, unit: share", "kind: count, input: a, each: 1, cap: 7", "7 points is outside 0 to 6"),
        ("  code: TOP", "  &top\n  code: TOP\n  name: {vi: &vi X}\n  checklist: [*top]", "is nested too deeply"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_node(tmp_path, old, new, expected):
    assert old in GOOD
    with pytest.raises(BadFramework) as raised:
        read_framework(written(tmp_path, GOOD.replace(old, new)))
    assert expected in str(raised.value)


@pytest.mark.parametrize("text", ["", "[]", "a", "- 1", "tree: {}", "\x00"])
def test_what_is_no_framework_is_a_fault_and_not_a_crash(tmp_path, text):
    with pytest.raises(BadFramework):
        read_framework(written(tmp_path, text), ["tree.points=3"])


@pytest.mark.parametrize("file", sorted((datasets_folder() / "frameworks").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_framework_has_no_fault(file):
    framework = read_framework(file)
    assert framework.code == file.stem


def test_a_setting_changes_one_value_and_is_checked_like_the_file(tmp_path):
    file = written(tmp_path, GOOD)
    assert read_framework(file, ["A.rule.denominator=c", "rounding.leaf=1"]).rounding == {"leaf": 1}
    for wrong in ("A.points=5", "nonsense", "Q.points=1", "A.rule.kind=no"):
        with pytest.raises(BadFramework):
            read_framework(file, [wrong])


def read(folder: Path, text: str, required: str = ""):
    framework = read_framework(written(folder, GOOD + required))
    return read_data(framework, read_table(written(folder, text, "d.csv")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit,a,b\nX,many,2\n", "d.csv, row 2, column a: 'many' is not a number"),
        ("unit,share\nX,85\n", "row 2, column share: 85 is not a share from 0 to 1; if 85 % is meant, write 85% or 0.85"),
        ("unit,a\nX,1\nX,2\n", "row 3: X stands already in row 2"),
        ("unit,a\n,1\n", "row 2: the unit has no name"),
        ("name,a\nX,1\n", "needs a column named unit"),
        ("unit,a,a\nX,1,1\n", "two columns named a"),
        ("unit,a\nX,\"1,234\"\n", "can be read in two ways"),
        ("unit,a\nX,inf\n", "'inf' is not a number"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_names_row_and_column(tmp_path, text, expected):
    with pytest.raises(BadTable) as raised:
        read(tmp_path, text)
    assert expected in str(raised.value)


def test_cells_are_read_as_people_write_them(tmp_path):
    found = read(tmp_path, 'unit;a;b;share\nX;1,5; 2 ;85%\nY;n/a;;"0,5"\n').data
    assert found.number("a")[0] == 1.5
    assert found.number("share").tolist() == [0.85, 0.5]
    assert found.outside["a"].tolist() == [False, True]


def test_a_file_nested_without_end_or_growing_by_aliases_is_refused(tmp_path):
    with pytest.raises(BadFramework, match="nested too deeply"):
        read_framework(written(tmp_path, "a: " + "[" * 5_000 + "]" * 5_000))
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(BadFramework, match="more than 500000 values"):
        read_framework(written(tmp_path, "\n".join(lines)))


def test_a_zero_denominator_says_nothing_of_a_single_input(tmp_path):
    text = GOOD.replace("unit: share}", "unit: share, zero_denominator: not_applicable}")
    framework = read_framework(written(tmp_path, text))
    result = score_framework(
        framework, read_data(framework, read_table(written(tmp_path, "unit,share\nX,0\n", "d.csv"))).data
    )
    assert result.nodes["B"].score[0] == 0


def test_a_cell_that_is_no_option_of_a_ladder_is_warned_of(tmp_path):
    text = GOOD.replace(
        "kind: linear, input: share, unit: share", "kind: ladder, input: how, options: {early: 6, late: 0}"
    )
    framework = read_framework(written(tmp_path, text))
    table = read_table(written(tmp_path, "unit,how\nX,early\nY,soon\n", "d.csv"))
    assert "Row 3: how is 'soon', none of early, late; it is unscored." in read_data(framework, table).warnings


def test_rates_beyond_the_whole_and_shares_among_per_cents_are_warned_of(tmp_path):
    text = GOOD.replace("input: share, unit: share", "input: share, unit: percent")
    framework = read_framework(written(tmp_path, text))
    table = read_table(written(tmp_path, "unit,share\nX,85\nY,0.85\nZ,850\nW,-1\nV,0.5%\n", "d.csv"))
    warnings = read_data(framework, table).warnings
    assert "Row 3: share is in per cent and 0.85 stands there: is 85 meant?" in warnings
    assert "Row 4: share is above 100 %; the rate counts as 1." in warnings
    assert "Row 5: share is below 0." in warnings


def test_one_count_with_a_point_between_thousands_is_warned_of(tmp_path):
    warnings = read(tmp_path, "unit,a,b\nX,393.087,443565\nY,12,20\n").warnings
    assert any("Row 2: a is a count and was read as 393.087" in warning for warning in warnings)
    assert not any("thousands" in w for w in read(tmp_path, "unit,a,b\nX,1.125,2\nY,0.5,2\n").warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_table_is_read_as_spreadsheets_save_it(tmp_path, encoding):
    file = tmp_path / "d.csv"
    file.write_bytes("unit\ta\nĐăk\t1\n".encode(encoding))
    assert read_table(file).column("unit") == ["Đăk"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("d.csv", b"unit,a\nX\x00,1\n", "d.csv is not a CSV file in UTF-8, UTF-16 or Windows-1258."),
        ("d.xlsx", b"PK\x03\x04 cut", "d.xlsx is not a workbook that can be read."),
        ("d.xlsm", b"PK", "d.xlsm holds macros"),
        ("d.csv", b"unit,a\nX\x1b[31m,1\n", "d.csv, row 2: the unit's name holds a control character"),
    ],
)
def test_what_is_no_table_of_units_is_refused(tmp_path, name, content, expected):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(BadTable, match=re.escape(expected)):
        read_data(read_framework(written(tmp_path, GOOD)), read_table(file))


def test_a_required_input_that_one_unit_lacks_is_named(tmp_path):
    with pytest.raises(BadTable, match="row 3, column a: required, and blank"):
        read(tmp_path, "unit,a,b\nX,1,2\nY,,2\n", "required: [a]\n")


def test_unknown_and_absent_columns_are_warned_of(tmp_path):
    warnings = read(tmp_path, "unit,a,b,other\nX,1,2,3\n").warnings
    assert "other" in warnings[0]
    assert "share" in warnings[1]


COMPOSITE = """framework: small
version: "1"
kind: composite
impute: {method: group_mean, group: region}
normalise: {method: minmax}
aggregate: {method: arithmetic}
inputs: {region: {name: {vi: Vùng}}}
tree: {code: TOP, children: [{code: A}, {code: B}]}
"""


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("normalise=dist2target", "normalise: dist2target needs target"),
        ("normalise=dist2ref", "normalise: dist2ref needs reference"),
        ("normalise=goalposts", "normalise: goalposts needs goalposts"),
        ("A.normalise={method: goalposts, goalposts: [5, 5]}", "A.normalise: 5 is not below 5"),
        ("normalise={method: minmax, low: 10, high: 1}", "normalise: 10 is not below 1"),
        ("aggregate={method: power, power: 0}", "a power of 0 has no mean"),
        ("A.weight=-1", "A.weight: -1 is less than 0"),
        ("weights=none.csv", "there is no file 'none.csv'"),
    ],
)
def test_a_stage_that_cannot_be_computed_is_a_fault_of_its_place(tmp_path, setting, expected):
    with pytest.raises(BadFramework, match=re.escape(expected)):
        read_framework(written(tmp_path, COMPOSITE), [setting])


def test_a_trial_may_fill_gaps_by_another_group(tmp_path):
    framework = read_framework(written(tmp_path, COMPOSITE), ["impute.group=size"])
    assert framework.stages["impute"]["group"] == "size"


def test_what_is_set_against_a_unit_needs_that_unit(tmp_path):
    framework = read_framework(written(tmp_path, COMPOSITE), ["normalise={method: dist2ref, reference: Z}"])
    table = read_table(written(tmp_path, "unit,region,A,B\nX,n,1,2\n", "d.csv"))
    with pytest.raises(BadTable, match="there is no unit 'Z' to be the reference"):
        read_data(framework, table)


def test_a_table_of_all_columns_gives_the_weights_of_the_nodes_in_it(tmp_path):
    written(tmp_path, "iCode;Level;Weight\nA;1;2,5\nregion;;\n", "w.csv")
    framework = read_framework(written(tmp_path, COMPOSITE), ["weights=w.csv"])
    assert [child.weight for child in framework.root.children] == [2.5, 1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iCode,Weight\nC,1\n", "w.csv, row 2: the framework has no node 'C'"),
        ("iCode,Weight\nA,\n", "w.csv, row 2: A has no weight"),
        ("iCode,Weight\nA,-1\n", "w.csv, row 2, column Weight: a weight is not below 0"),
        ("iCode,Weight\nA,much\n", "w.csv, row 2, column Weight: 'much' is not a number"),
        ("iCode,Weight\nA,1\nA,2\n", "w.csv, row 3: A stands twice"),
        ("iCode,Weight\nA,0\nB,0\n", "the weights of the children add up to nothing"),
        ("code,Weight\nA,0\n", "w.csv needs a column iCode"),
        ("", "w.csv is empty"),
    ],
)
def test_a_table_of_weights_is_refused_with_its_place(tmp_path, text, expected):
    written(tmp_path, text, "w.csv")
    with pytest.raises(BadFramework, match=re.escape(expected)):
        read_framework(written(tmp_path, COMPOSITE), ["weights=w.csv"])
