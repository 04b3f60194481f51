"""Commands in Vietnamese and English: help, answers and faults; what programs read stays as it is."""

import argparse
import json
import string
from collections.abc import Iterator

import pytest

from motcua.formats.faults.vietnamese import DATA_FAULTS
from motcua.record.organisation.models import Agency
from motcua.web.cli.commands import parse, parser
from motcua.web.cli.parsing import Parser
from motcua.web.cli.progress import Bar
from motcua.web.cli.speaking import PLACES, asked, translate
from motcua.web.cli.vietnamese_help import HELP, PARSING, STARTING


@pytest.fixture(autouse=True)
def no_locale(monkeypatch):
    for name in PLACES:
        monkeypatch.delenv(name, raising=False)


def run(*words: str) -> int:
    args = parse(words)
    return int(args.run(args))


def parsers(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in {id(part): part for part in action.choices.values()}.values():
                yield from parsers(each)


def test_words_that_are_handed_on_to_another_program_ask_for_no_language():
    assert asked([]) == ""
    assert parse(["psql", "-c", "select '--lang vi'"]).arguments == ["-c", "select '--lang vi'"]
    assert parse(["--lang", "vi", "psql", "-c", "select 1"]).language == "vi"


def test_every_argument_says_what_it_is():
    arguments = [action for each in parsers(parser()) for action in each._actions]
    subparsers = [action for action in arguments if isinstance(action, argparse._SubParsersAction)]
    assert [action.dest for action in arguments if action not in subparsers and not action.help] == []
    assert len(arguments) > 100


def helps(top: argparse.ArgumentParser) -> Iterator[str | None]:
    for each in parsers(top):
        yield each.description
        for group in each._action_groups:
            yield group.title
        for action in each._actions:
            yield action.help
            if isinstance(action, argparse._SubParsersAction):
                yield from (choice.help for choice in action._choices_actions)


def test_every_help_text_has_its_vietnamese_and_none_is_left_over():
    said = {text for text in helps(parser("en")) if text}
    assert said == set(HELP), said ^ set(HELP)


def test_every_parser_speaks_and_takes_the_language():
    for top in (parser("en"), parser("vi")):
        every = list(parsers(top))
        assert len(every) > 40
        assert all(isinstance(each, Parser) and "--lang" in each.format_help() for each in every)
    for each in parsers(parser("vi")):
        told = each.format_help()
        assert told.startswith("cách dùng: ")
        assert "options:" not in told


@pytest.mark.parametrize("table", [HELP, PARSING, STARTING, DATA_FAULTS])
def test_every_sentence_keeps_the_places_of_its_values(table):
    for english, vietnamese in table.items():
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, vietnamese)]
        # The kind of an invalid value is said by the sentence itself.
        assert names[1] == names[0], english


@pytest.mark.parametrize("words", [["--lang", "vi", "report", "make"], ["report", "--lang=vi", "make"],
                                   ["report", "make", "--language", "vi"]])  # fmt: skip
def test_the_language_may_stand_before_and_after_the_command(words, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(words)
    assert ended.value.code == 2
    assert "lỗi: cần nêu: form, --from, --to" in capsys.readouterr().err
    assert parse([*words, "II.06a", "--from", "2026-01-01", "--to", "2026-01-31"]).language == "vi"


def test_a_command_that_hands_its_words_on_takes_the_language_before_it():
    args = parse(["--lang", "vi", "manage", "check", "--lang", "x"])
    assert (args.language, args.arguments) == ("vi", ["check", "--lang", "x"])


def test_sentences_before_django_are_told_in_vietnamese():
    busy = "Port 8000 of 127.0.0.1 is not free (Address already in use); choose another: PORT=…"
    assert (
        translate("vi", busy) == "Cổng 8000 của 127.0.0.1 đang bận (địa chỉ đang được dùng); hãy chọn cổng khác: PORT=…"
    )
    assert translate("en", busy) == busy
    assert translate("vi", "Migrating the database (3 steps)") == "Đang cập nhật cấu trúc cơ sở dữ liệu (3 bước)"
    fault = "units/codes.csv:4: unit_code: a unit code is missing or named twice"
    assert translate("vi", fault) == "units/codes.csv:4: unit_code: mã đơn vị bị thiếu hoặc ghi hai lần"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "english", "vietnamese"),
    [
        (["import", "dossiers", "none.json"], "none.json is no file.", "none.json không phải là tệp."),
        (["export", "dossiers", "x.txt"], "the ending is none of", "phần đuôi tên tệp không thuộc"),
        (["demo", "load", "--scenario", "x"], "there is no scenario 'x'", "không có kịch bản 'x'"),
        (["report", "make", "X.1", "--from", "2026-01-01", "--to", "2026-01-31"], "there is no report form X.1;",
         "không có biểu mẫu báo cáo X.1;"),
        (["report", "make", "II.06a", "--from", "2026-02-01", "--to", "2026-01-31"], "ends before it begins",
         "kết thúc trước khi bắt đầu"),
        (["report", "verify", "9/BC"], "there is no report 9/BC", "không có báo cáo 9/BC"),
        (["measure", "run", "x.y", "--from", "2026-01-01", "--to", "2026-01-31"], "there is no measure x.y",
         "không có chỉ tiêu x.y"),
        (["ledger", "verify", "--roots", "none"], "not a file of exported roots", "không phải tệp dấu đã xuất"),
        (["units", "setup", "zz"], "There is no province with the code zz.", "zz"),
        (["organisation", "export", "x.txt"], "must end in .xlsx", "phải kết thúc bằng .xlsx"),
        (["decisions", "commit", "none.yaml"], "No such file or directory", "không có tệp hoặc thư mục này"),
        (["catalogue", "import", "none.json"], "none.json cannot be read", "Không đọc được none.json"),
        (["account", "open", "CB.9=x"], "no person with the staff code", "không có người đang công tác"),
        (["token", "revoke", "9"], "There is no token 9", "Không có mã truy cập số 9"),
        (["assessment", "verify", "x"], "no published round x", "không có đợt đã công bố"),
    ],
)  # fmt: skip
def test_faults_are_told_in_the_language_of_the_environment(words, english, vietnamese, monkeypatch, capsys):
    assert run(*words) == 2
    assert english in capsys.readouterr().err
    monkeypatch.setenv("MOTCUA_LANG", "vi")
    assert run(*words) == 2
    assert vietnamese in capsys.readouterr().err
    assert run(*words, "--lang", "en") == 2
    assert english in capsys.readouterr().err


@pytest.mark.django_db
def test_the_ledger_is_whole_in_both_languages_and_programs_read_the_same(monkeypatch, capsys):
    assert run("ledger", "verify") == 0
    plain = capsys.readouterr().out
    assert plain.startswith("ok: ")
    assert " events, " in plain
    assert run("ledger", "verify", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    monkeypatch.setenv("MOTCUA_LANG", "vi")
    assert run("ledger", "verify") == 0
    told = capsys.readouterr().out
    assert told.startswith("ok: ")
    assert " sự kiện, " in told
    assert run("ledger", "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out) == report


def test_what_is_wrong_in_the_ledger_is_told_in_vietnamese_and_as_json_in_english(attacker, capsys):
    code = Agency.objects.order_by("pk").values_list("code", flat=True)[0]
    attacker.execute("UPDATE organisation_agency SET level = 'centre' WHERE code = %s", [code])
    assert run("ledger", "verify", "--lang", "vi") == 1
    told = capsys.readouterr().out
    assert told.startswith(
        "WRONG (row.differs): level trong dòng dữ liệu là 'centre', trong sổ cái là 'province'\ntại "
    )
    assert run("ledger", "verify", "--lang", "vi", "--json") == 1
    first = json.loads(capsys.readouterr().out)["first"]
    assert first["message"] == "level is 'centre' in the row, 'province' in the ledger"
    assert set(first) == {"kind", "message", "subject", "chain", "row", "field"}


def test_the_progress_bar_speaks_and_writes_numbers_as_the_language_does():
    from django.utils.translation import override

    with override("vi"):
        assert "] 1.000 trên 10.000  100 mỗi giây, còn 1:30" in Bar(10_000).line(1_000, 10)
    with override("en"):
        assert "] 1,000 of 10,000  100 a second, 1:30 left" in Bar(10_000).line(1_000, 10)
