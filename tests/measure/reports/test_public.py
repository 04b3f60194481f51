"""What goes out to the public tells of no few people: in no cell, by no difference, in no file."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.measure.reports import cli
from motcua.measure.reports.making import form_of
from motcua.measure.reports.public import MASK, as_public
from motcua.measure.reports.writing import write_csv

FORM = form_of("II.06a")
PARTS = (4, 5, 6, 8, 9, 10)


def content_of(rows: list[list[int]]) -> dict:
    """Return a report of II.06a in which every check holds, from columns 4, 5, 6, 8, 9, 10; 11 is what is left."""
    made = []
    for n, parts in enumerate(rows):
        cells = dict(zip(PARTS, parts, strict=True))
        cells[3], cells[7] = sum(parts[:3]), min(sum(parts[3:]), sum(parts[:3]))
        cells[8], cells[9], cells[10] = cells[7], 0, 0
        cells[11] = cells[12] = cells[3] - cells[7]
        cells[13] = 0
        key = {"level": "commune", "field": f"f{n}"}
        made.append({**{str(k): v for k, v in cells.items()}, "key": key, "names": ["Cấp xã", f"Lĩnh vực {n}"]})
    totals = {str(n): sum(row[str(n)] for row in made) for n in range(3, 14)}
    return {"rows": made, "totals": totals, "checks": [], "from": "2026-01-01", "to": "2026-06-30", "position": 1}


def test_a_small_count_and_what_would_give_it_away_are_masked():
    public = as_public(FORM, content_of([[2, 40, 10, 30, 0, 0], [60, 40, 10, 30, 0, 0], [70, 50, 20, 30, 0, 0]]))
    first = public["rows"][0]
    assert first["4"] == MASK
    assert [first["3"], first["5"], first["6"]].count(MASK) >= 1, "the row's sum would tell it"
    assert [row["4"] for row in public["rows"]].count(MASK) + (public["totals"]["4"] == MASK) >= 2
    assert (public["rows"][1]["3"], public["totals"]["3"]) == (110, 302)


def test_a_report_of_large_counts_is_published_whole():
    content = content_of([[50, 40, 10, 30, 0, 0], [60, 40, 10, 30, 0, 0]])
    public = as_public(FORM, content)
    assert (public["rows"], public["totals"]) == (content["rows"], content["totals"])


ROWS = st.lists(
    st.lists(st.one_of(st.integers(0, 5), st.integers(0, 90)), min_size=6, max_size=6), min_size=1, max_size=4
)


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_no_difference_of_what_is_published_tells_a_masked_count(rows):
    content = content_of(rows)
    public = as_public(FORM, content)
    lines = [*public["rows"], public["totals"]]
    for told, line in zip([*content["rows"], content["totals"]], lines, strict=True):
        assert all(line[str(n)] == MASK for n in range(3, 14) if 0 < told[str(n)] < 5)
        for check in FORM.checks:
            assert [line[str(n)] for n in (check.left, *check.right)].count(MASK) != 1
    for n in range(3, 14):
        assert [line[str(n)] for line in lines].count(MASK) != 1


def test_a_table_file_shows_asterisks_and_no_sum_of_a_section_that_is_partly_masked():
    public = as_public(FORM, content_of([[2, 40, 10, 30, 0, 0], [60, 40, 10, 30, 0, 0], [70, 50, 20, 30, 0, 0]]))
    lines = write_csv(FORM, public, None, None, "vi").decode("utf-8-sig").splitlines()
    section = next(line.split(",") for line in lines if "Cấp xã" in line)
    assert section[3] == MASK
    assert ",2," not in "\n".join(lines[2:])


@pytest.mark.django_db
def test_the_command_masks_and_refuses_a_workbook_that_computes_itself(capsys):
    period = {"first": dt.date(2026, 11, 1), "last": dt.date(2026, 11, 30)}
    plain = {"form": "II.06a", **period, "as_of": "", "agency": "", "out": None, "language": "vi", "public": True}
    with translation.override("en"):
        assert cli.run_make(SimpleNamespace(**plain, format="xlsx")) == 2
    assert "masked counts" in capsys.readouterr().err
    assert cli.run_make(SimpleNamespace(**plain, format="json")) == 0
    assert '"public": true' in capsys.readouterr().out
