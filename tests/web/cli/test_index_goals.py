"""`motcua index what-if`, `way` and `uncertainty`, and the two languages they speak."""

import csv
import json
import subprocess
import sys

import pytest

from motcua.formats.faults.vietnamese import FAULTS
from motcua.web.cli.commands import run_command
from motcua.web.cli.speaking import SAID, say, translate

HEADS = "unit,PROGRESS_ON_TIME_num,PROGRESS_ON_TIME_den,ORIGINAL_RESULT_AVAILABLE_num,ORIGINAL_RESULT_AVAILABLE_den"
ROWS = "A,50,100,10,100\nB,80,100,20,100\nC,90,100,,\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "d.csv"
    file.write_text(f"{HEADS}\n{ROWS}", encoding="utf-8")
    return file


def index(part: str, table, *more: str, framework: str = "decision-766") -> int:
    return run_command(["index", part, "--framework", framework, "--data", str(table), *more])


def score(table, tmp_path) -> dict[tuple[str, str], dict[str, str]]:
    out = tmp_path / "r.csv"
    assert index("score", table, "--out", str(out)) == 0
    return {(row["unit"], row["code"]): row for row in csv.DictReader(out.open(encoding="utf-8"))}


def test_what_if_tells_what_a_real_change_gives(table, tmp_path, capsys):
    assert index("what-if", table, "--unit", "A", "--put", "PROGRESS_ON_TIME_num=95", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    table.write_text(f"{HEADS}\n{ROWS.replace('A,50', 'A,95')}", encoding="utf-8")
    real = score(table, tmp_path)["A", "DECISION_766"]
    assert (told["then"]["points"], told["then"]["rank"]) == (float(real["score"]), int(real["rank"]))
    assert told["nodes"]["PROGRESS_ON_TIME"] == {"now": 10.0, "then": 19.0}


def test_it_tells_how_many_dossiers_on_time_half_a_point_is(table, capsys):
    assert index("what-if", table, "--unit", "A", "--json") == 0
    # 20 points over 100 dossiers: 0.2 points each.
    assert json.loads(capsys.readouterr().out)["more"]["PROGRESS_ON_TIME"] == 3


def test_the_way_is_as_short_as_it_can_be(table, tmp_path, capsys):
    assert index("way", table, "--unit", "A", "--ranks", "1", "--effort", "PROGRESS_ON_TIME=1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    (step,) = told["steps"]
    # B has 17.2 points, C 18.0; A has 10.6 and needs 17.2 or 33 dossiers on time; the third rank becomes the second.
    assert step["inputs"] == {"PROGRESS_ON_TIME_num": 83.0}
    assert told["then"]["rank"] == 2


def test_a_table_of_steps_is_chosen_from(table, tmp_path, capsys):
    steps = tmp_path / "s.csv"
    steps.write_text(
        "leaf,input,value,effort,label\n"
        "PROGRESS_ON_TIME,PROGRESS_ON_TIME_num,100,9,all on time\n"
        "ORIGINAL_RESULT_AVAILABLE,ORIGINAL_RESULT_AVAILABLE_num,100,2,all with a file\n",
        encoding="utf-8",
    )
    assert index("way", table, "--unit", "A", "--points", "15", "--steps", str(steps), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert ([step["label"] for step in told["steps"]], told["effort"]) == (["all with a file"], 2.0)


def test_where_no_way_leads_it_ends_with_2_and_a_sentence_in_the_language_asked_for(table, capsys):
    assert index("way", table, "--unit", "C", "--ranks", "5", "--lang", "vi") == 2
    assert "không có đủ 5 bậc" in capsys.readouterr().err
    assert index("way", table, "--unit", "A", "--effort", "PROGRESS_ON_TIME=-1", "--class") == 2
    assert "LEAF=NUMBER" in capsys.readouterr().err
    assert index("what-if", table, "--unit", "Q") == 2
    assert "there are A, B, C" in capsys.readouterr().err


def test_a_run_of_a_written_table_is_made_again_exactly(table, tmp_path, capsys):
    drawn, one = tmp_path / "t.csv", tmp_path / "one.json"
    more = ("--runs", "40", "--seed", "5", "--missing")
    assert index("uncertainty", table, *more, "--table", str(drawn), "--out", str(tmp_path / "u.csv")) == 0
    scores = {}
    for run in ("7", "23", "7"):
        assert index("uncertainty", table, "--replay", str(drawn), "--run", run, "--out", str(one)) == 0
        scores.setdefault(run, []).append([row["score"] for row in json.loads(one.read_text())])
    assert scores["7"][0] == scores["7"][1] != scores["23"][0]
    from motcua.formats.datafiles import datasets_folder
    from motcua.formats.frameworks import read_data, read_framework, read_table, spread_of
    from motcua.rules.scoring.uncertainty import draw, run

    framework = read_framework(datasets_folder() / "frameworks" / "decision-766.yaml")
    data = read_data(framework, read_table(table)).data
    spread = spread_of(framework, missing=True)
    all_runs = run(framework, data, spread, draw(framework, data, spread, 40, 5))
    assert scores["7"][0] == all_runs.scores[:, 6].tolist()
    assert index("uncertainty", table, "--replay", str(drawn), "--run", "41") == 2
    assert "40" in capsys.readouterr().err


def test_intervals_groups_and_ranks_without_each_leaf_are_written(table, tmp_path, capsys):
    out = tmp_path / "u.csv"
    assert index("uncertainty", table, "--runs", "50", "--leave-one-out", "--out", str(out), "--lang", "vi") == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert {row["without"] for row in rows} >= {"", "PROGRESS_ON_TIME"}
    first = next(row for row in rows if row["unit"] == "C")
    assert int(first["rank_low"]) <= int(first["rank"]) <= int(first["rank_high"])
    assert "bỏ PROGRESS_ON_TIME" in capsys.readouterr().out


def test_sobols_indices_are_written_and_their_runs_too(tmp_path, capsys):
    data = tmp_path / "p.csv"
    names = "entry_costs,land_access,transparency,time_costs,informal_charges,policy_bias,proactivity"
    names += ",business_support,labor,law_order"
    rows = [
        f"{unit}," + ",".join(str(5 + (n * (unit_no + 3)) % 4) for n in range(10))
        for unit_no, unit in enumerate("ABCD")
    ]
    data.write_text(f"unit,{names}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    out, drawn = tmp_path / "s.json", tmp_path / "t.csv"
    assert index("uncertainty", data, "--sobol", "16", "--out", str(out), "--table", str(drawn), framework="pci") == 0
    found = json.loads(out.read_text())
    assert {index["name"] for index in found} >= {"weight labor"}
    assert len(drawn.read_text().splitlines()) == 1 + 16 * (len(found) + 2)
    assert index("uncertainty", data, "--replay", str(drawn), "--run", "20", framework="pci") == 0


@pytest.mark.parametrize("name", ["MOTCUA_LANG", "LANG"])
def test_the_language_is_the_machines_unless_it_is_said(name, table, tmp_path, monkeypatch, capsys):
    for other in ("MOTCUA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(other, raising=False)
    wrong = tmp_path / "w.csv"
    wrong.write_text("unit,PROGRESS_ON_TIME_num\nA,many\n", encoding="utf-8")
    index("score", wrong, "--out", str(tmp_path / "r.csv"))
    assert "'many' is not a number" in capsys.readouterr().err
    monkeypatch.setenv(name, "vi_VN.UTF-8")
    index("score", wrong, "--out", str(tmp_path / "r.csv"))
    assert "dòng 2, cột PROGRESS_ON_TIME_num: 'many' không phải là số" in capsys.readouterr().err
    index("score", wrong, "--out", str(tmp_path / "r.csv"), "--lang", "en")
    assert "is not a number" in capsys.readouterr().err


def test_every_sentence_has_the_same_places_in_both_languages():
    import string

    for english, vietnamese in {**FAULTS, **SAID}.items():
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, vietnamese)]
        assert places[0] == places[1], english


def test_a_fault_keeps_its_place_when_it_is_said_in_vietnamese():
    text = "f.yaml:12: A.points: 10 points, but the children add up to 9"
    assert translate("vi", text) == "f.yaml:12: A.points: 10 điểm, nhưng các tiêu chí con cộng lại được 9"
    assert translate("vi", "a sentence nobody knows") == "a sentence nobody knows"
    assert say("vi", "weekend") == "cuối tuần"


def test_none_of_it_loads_django_or_the_database(table):
    code = (
        "import sys; from motcua.web.cli.commands import run_command;"
        f"run_command(['index','uncertainty','--framework','decision-766','--data',{str(table)!r},'--runs','5']);"
        f"run_command(['index','way','--framework','decision-766','--data',{str(table)!r},'--unit','A','--ranks','1']);"
        "sys.exit(any(name.split('.')[0] in ('django', 'psycopg') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (["what-if", "--unit", "Z", "--put", "PROGRESS_ON_TIME_num=1"], "Không có đơn vị 'Z'; các đơn vị có: A"),
        (["what-if", "--unit", "A", "--put", "PROGRESS_ON_TIME_num"], "không có dạng MÃ=SỐ"),
        (["what-if", "--unit", "A", "--put", "PROGRESS_ON_TIME_num=1e999"], "không có dạng MÃ=SỐ"),
        (["way", "--unit", "A", "--class", "--effort", "NOPE=1"], "không có dạng TIÊU_CHÍ=SỐ"),
        (["uncertainty", "--replay", "none.csv", "--run", "1"], "Không đọc được none.csv: không có tệp"),
    ],
)
def test_what_was_named_wrongly_is_told_in_the_persons_language(table, capsys, part, expected):
    assert index(part[0], table, *part[1:], "--lang", "vi") == 2
    assert expected in capsys.readouterr().err
