"""The sets of papers of both eras: chosen by the paper's date, titled, numbered, sized and filled as their data say."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.paper_samples import CASE, PLACE, ROW, every_paper, text_of

from motcua.formats.papers import Sheet, forms, render
from motcua.formats.papers.eras import FORMS, era_on, eras, form_on
from motcua.formats.papers.forms.wording import title_of

LAST_OLD, FIRST_NEW = dt.date(2025, 9, 14), dt.date(2025, 9, 15)
DAYS = {"old": LAST_OLD, "new": FIRST_NEW}
# Which of the samples is which form.
SAMPLES = {"01": "slip", "02": "supplement", "03": "refusal", "04": "apology", "05": "stop", "06": "control"}


def sheets(form: str, day: dt.date) -> list[Sheet]:
    """Return a form as it is drawn on a day."""
    if form == "07":
        return [forms.register(**(PLACE | {"day": day}), period="Từ ngày", rows=[ROW])]  # type: ignore[arg-type]
    drawn = every_paper(replace(CASE, day=day))[SAMPLES[form]]
    return [replace(sheet, number="12/PXL") for sheet in drawn] if form == "04" else drawn


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_a_day_has_the_newest_set_that_began_by_then(day: dt.date) -> None:
    chosen = era_on(day)
    begun = [era for era in eras() if era.since <= day]
    assert chosen == (max(begun, key=lambda era: era.since) if begun else eras()[0])


def test_the_eras_follow_each_other_and_each_has_every_form() -> None:
    assert [era.source for era in eras()] == ["TT 01/2018/TT-VPCP", "TT 03/2025/TT-VPCP"]
    assert all(set(era.forms) == set(FORMS) for era in eras())
    assert [era.since for era in eras()] == sorted(era.since for era in eras())


def test_the_new_set_moves_the_numbers_and_renames_the_apology() -> None:
    old, new = era_on(LAST_OLD).forms, era_on(FIRST_NEW).forms
    assert [old[key].number for key in FORMS] == ["01", "02", "03", "04", "", "05", "06"]
    assert [new[key].number for key in FORMS] == list(FORMS)
    assert old["04"].title == "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
    assert new["04"].title == "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"


def test_each_form_says_how_sure_we_are_of_it() -> None:
    for era in eras():
        for form in era.forms.values():
            assert set(form.evidence) == {"title", "size", "fields"}
            assert set(form.evidence.values()) <= {"listed", "product", "assumed", "none"}


@pytest.mark.parametrize("era", DAYS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_drawn_by_its_era(form: str, era: str) -> None:
    day = DAYS[era]
    chosen = form_on(form, day)
    drawn = sheets(form, day)
    assert {sheet.size for sheet in drawn} == {chosen.size}
    text = " ".join(text_of(render(*drawn)).split())
    said = re.sub(r"\s+", " ", chosen.title.upper())
    assert said in text
    assert (chosen.mark in text) if chosen.mark else ("Mẫu số" not in text)
    other = title_of(form, FIRST_NEW if era == "old" else LAST_OLD)[1]
    assert not other or other == chosen.mark or other not in text
    assert [field.name for field in chosen.fields if field.shown not in text] == []


def test_a_paper_of_today_about_an_old_dossier_is_todays_form() -> None:
    received = dt.datetime(2020, 2, 5, 8, 0, tzinfo=CASE.received_at.tzinfo)
    old = replace(CASE, received_at=received, due_at=received + dt.timedelta(days=3))
    slip_then = forms.control_slip(replace(old, day=dt.date(2020, 2, 6)), competent="x", rows=[])
    slip_now = forms.control_slip(replace(old, day=dt.date(2026, 2, 6)), competent="x", rows=[])
    assert slip_then.form == "Mẫu số 05 (TT 01/2018/TT-VPCP)"
    assert slip_now.form == "Mẫu số 06 (TT 03/2025/TT-VPCP)"


def test_a_control_slip_of_the_old_size_holds_long_names() -> None:
    name = "Phòng Kinh tế, Hạ tầng và Đô thị phường Buôn Ma Thuột"
    rows = [(f"Nhận: {name}", "08 giờ 00 phút, ngày 06/02/2020", "Đúng hạn", "Nguyễn Thị Hồng Nhung")] * 12
    sheet = forms.control_slip(replace(CASE, day=dt.date(2020, 2, 6)), competent=name, cooperating=name, rows=rows)
    text = " ".join(text_of(render(sheet)).split())
    assert text.count("Đúng hạn") == 12


def test_the_reference_lists_every_form_of_every_era() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "papers.md").read_text(encoding="utf-8")
    for era in eras():
        assert f"### {era.source}, from {era.since:%d/%m/%Y}" in page
        for form in era.forms.values():
            assert f"| {form.number or '–'} | {form.title} | {form.size} |" in page
    for form in eras()[-1].forms.values():
        assert all(field.name in page for field in form.fields if not field.shown)
