"""Data files are read with their places."""

import datetime as dt
from pathlib import Path

import pytest

from motcua.formats.datafiles import DataFault, datasets_folder, read_block, read_rows


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    """Return a file that holds a text."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_values_are_read_as_what_they_are(tmp_path):
    block = read_block(
        written(tmp_path, 'code: "1.001193"\nwhen: "15:00"\nday: 2025-07-01\nlimit: 5wd\nyes: true\nn: 3\n')
    )
    assert block["code"].text() == "1.001193"
    assert block["when"].clock() == dt.time(15)
    assert block["day"].date() == dt.date(2025, 7, 1)
    assert str(block["limit"].duration()) == "5wd"
    assert (block.number("n"), block.number("absent", 7)) == (3, 7)


@pytest.mark.parametrize(
    ("text", "read", "message"),
    [
        ("a: 1\ncode: 1.001193\n", lambda b: b["code"].text(), ":2: code: must be a text (in quotes"),
        ("cut: 15:00\n", lambda b: b["cut"].clock(), ":1: cut: must be an hour in quotes"),
        ("limit: 5 days\n", lambda b: b["limit"].duration(), ":1: limit: must be a time such as 4wh"),
        (
            "a: 1\n\nlist:\n  - {b: x}\n",
            lambda b: b["list"].blocks()[0]["b"].number(),
            ":4: list[1].b: must be a whole",
        ),
        ("n: -1\n", lambda b: b["n"].number(), "must be a whole number, 0 or more"),
        ("n: true\n", lambda b: b["n"].number(), "must be a whole number, 0 or more"),
        ("f: yes please\n", lambda b: b["f"].flag(), "must be true or false"),
        ("a: 1\n", lambda b: b["b"], ":1: 'b' is missing"),
        ("a: 1\nb: 2\n", lambda b: (b["a"], b.end()), ":2: b: unknown key; known are: a"),
        ("a: 1\na: 2\n", lambda b: b, ":2: a: is given twice"),
        (
            "valid_from: 2025-07-01\nvalid_to: 2025-07-01\n",
            lambda b: b.dates(),
            ":2: valid_to: comes before valid_from",
        ),
        ("- 1\n", lambda b: b, "must be a block of keys"),
        ("a: [1\n", lambda b: b, "is not YAML"),
        ("", lambda b: b, "is empty"),
    ],
)
def test_a_fault_names_file_line_path_and_what_is_expected(tmp_path, text, read, message):
    file = written(tmp_path, text)
    with pytest.raises(DataFault) as fault:
        read(read_block(file))
    assert f"{tmp_path.name}/a.yaml" in str(fault.value)
    assert message in str(fault.value)


def test_a_file_that_is_not_there_or_not_utf_8_is_a_fault(tmp_path):
    with pytest.raises(DataFault, match="cannot be read"):
        read_block(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("a: Đắk Lắk".encode("utf-16"))
    with pytest.raises(DataFault, match="is not UTF-8"):
        read_block(tmp_path / "latin.yaml")


def test_a_table_needs_its_columns_and_whole_rows(tmp_path):
    with pytest.raises(DataFault, match="lacks the columns name_en"):
        read_rows(written(tmp_path, "code,name_vi\n1,a\n", "t.csv"), ("code", "name_en"))
    with pytest.raises(DataFault, match=r"t\.csv:3: has another number of columns"):
        read_rows(written(tmp_path, "code,name\n1,a\n2\n", "t.csv"), ("code", "name"))


def test_the_data_sets_are_found_and_can_be_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("MOTCUA_DATASETS", raising=False)
    assert (datasets_folder() / "provinces" / "dak-lak" / "agencies.yaml").is_file()
    monkeypatch.setenv("MOTCUA_DATASETS", str(tmp_path))
    assert datasets_folder() == tmp_path
