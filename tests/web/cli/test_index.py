"""`motcua index` on a machine with no database: what it writes, and how it ends."""

import csv
import json
import subprocess
import sys

import pytest
from python_calamine import CalamineWorkbook

from motcua.web.cli.commands import run_command

DATA = "unit,region,PROGRESS_ON_TIME_num,PROGRESS_ON_TIME_den\nA,n,1,2\nB,n,3,4\nC,s,3,\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "d.csv"
    file.write_text(DATA, encoding="utf-8")
    return file


def score(table, out, *more: str) -> int:
    return run_command(
        ["index", "score", "--framework", "decision-766", "--data", str(table), "--out", str(out), *more]
    )


def test_results_are_in_long_form_with_groups_and_the_top(table, tmp_path, capsys):
    out = tmp_path / "r.csv"
    assert score(table, out) == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert list(rows[0]) == ["unit", "code", "level", "score", "rank", "class"]
    found = {(row["unit"], row["code"]): row for row in rows}
    assert found["A", "PROGRESS_ON_TIME"] == {
        "unit": "A", "code": "PROGRESS_ON_TIME", "level": "1", "score": "10.0", "rank": "2", "class": "",
    }  # fmt: skip
    assert found["B", "TDGQ"]["score"] == "15.0"
    assert found["C", "PROGRESS_ON_TIME"]["score"] == ""
    assert found["A", "DECISION_766"]["class"] == "weak"
    assert "region" in capsys.readouterr().err


def test_workbooks_and_json_say_the_same(table, tmp_path):
    score(table, tmp_path / "r.json")
    score(table, tmp_path / "r.xlsx")
    rows = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    sheet = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[0] == list(rows[0])
    assert [row[3] if row[3] != "" else None for row in sheet[1:]] == [row["score"] for row in rows]


def test_a_group_adds_the_rank_inside_it_and_runs_add_the_interval(table, tmp_path):
    score(table, tmp_path / "r.json", "--group", "region", "--uncertainty", "20", "--seed", "3")
    row = next(row for row in json.loads((tmp_path / "r.json").read_text()) if row["code"] == "DECISION_766")
    assert (row["group"], row["group_rank"]) == ("n", 2)
    assert (row["rank_low"], row["rank_high"], row["alike"]) == (2, 2, 2)


def test_text_where_a_number_is_named_ends_with_2_and_writes_nothing(tmp_path, capsys):
    table = tmp_path / "d.csv"
    table.write_text("unit,PROGRESS_ON_TIME_num\nA,many\n", encoding="utf-8")
    assert score(table, tmp_path / "r.csv") == 2
    assert "row 2, column PROGRESS_ON_TIME_num" in capsys.readouterr().err
    assert not (tmp_path / "r.csv").exists()


def test_a_setting_that_makes_no_sense_ends_with_2(table, tmp_path, capsys):
    assert score(table, tmp_path / "r.csv", "--set", "TDGQ.points=21") == 2
    assert "add up" in capsys.readouterr().err


def test_a_score_is_explained(table, tmp_path, capsys):
    assert score(table, tmp_path / "r.csv", "--explain", "A:TDGQ") == 0
    assert "= 1 ÷ 2 = 0.5" in capsys.readouterr().out
    assert score(table, tmp_path / "r.csv", "--explain", "Q") == 2


def test_neither_django_nor_the_database_is_loaded(table, tmp_path):
    code = (
        "import sys; from motcua.web.cli.commands import run_command;"
        f"run_command(['index','score','--framework','decision-766','--data',{str(table)!r},'--out',{str(tmp_path / 'r.csv')!r}]);"
        "sys.exit(any(name.split('.')[0] in ('django', 'psycopg') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_a_fault_of_the_shape_is_told_in_vietnamese_after_its_place(table, tmp_path, capsys):
    assert score(table, tmp_path / "r.csv", "--set", "kind=composite", "--set", "ranks=best", "--lang", "vi") == 2
    assert "ranks: 'best' không thuộc" in capsys.readouterr().err
    assert score(table, tmp_path / "r.csv", "--set", "DECISION_766.points=-1", "--lang", "vi") == 2
    assert "DECISION_766.points: -1 nhỏ hơn 0" in capsys.readouterr().err


def test_nothing_is_written_where_there_is_nothing_to_explain(table, tmp_path):
    assert score(table, tmp_path / "r.csv", "--explain", "Z") == 2
    assert not (tmp_path / "r.csv").exists()


def test_a_seed_below_0_is_refused_and_units_without_a_score_have_no_interval(table, tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        score(table, tmp_path / "r.csv", "--uncertainty", "5", "--seed", "-3")
    assert run_command(["index", "score", "--framework", "pci", "--data", str(table),
                        "--out", str(tmp_path / "r.json"), "--uncertainty", "5"]) == 0  # fmt: skip
    assert "Warning" not in capsys.readouterr().err


def test_a_unit_is_not_written_as_a_formula(tmp_path):
    table = tmp_path / "d.csv"
    table.write_text("unit,PROGRESS_ON_TIME_num,PROGRESS_ON_TIME_den\n=1+1,1,2\n", encoding="utf-8")
    assert score(table, tmp_path / "r.csv") == 0
    assert "\n'=1+1,DECISION_766,3,10.0" in (tmp_path / "r.csv").read_text(encoding="utf-8")
