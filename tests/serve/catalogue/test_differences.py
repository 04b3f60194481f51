"""Differences between two versions: found part by part, told in words a lawyer reads."""

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from motcua.formats.datafiles import datasets_folder
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import (
    CaseData,
    ComponentData,
    FeeData,
    LegalBasis,
    LevelData,
    MethodData,
    NamedAgency,
    ProcedureData,
    ResultData,
    Words,
)
from motcua.serve.catalogue.difference_words import sentence, texts
from motcua.serve.catalogue.differences import Difference, differences
from motcua.serve.catalogue.parsing import parse_procedures

FILES = parse_procedures(datasets_folder() / "provinces" / "dak-lak")
PERMIT = next(data for data in FILES if data.code == "1.009994")
PAPER = ComponentData("extra", Words("Giấy thêm", "Extra paper"), 1, 0, 0, True, "", Words("", ""))
CHARGE = PERMIT.fees[0]


def told(new: ProcedureData, old: ProcedureData = PERMIT) -> list[str]:
    """Return the sentences in English."""
    with override("en"):
        return [sentence(difference) for difference in differences(old, new)]


def test_a_version_does_not_differ_from_itself_nor_by_number_and_dates() -> None:
    assert differences(PERMIT, PERMIT) == ()
    assert differences(PERMIT, replace(PERMIT, number=7, valid_from=dt.date(2027, 1, 1))) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limit": Duration(15, "d")}, "Time limit: from 20 days to 15 days"),
        ({"limits_by_channel": {"2": "10d"}}, "Time limit online: from 15 days to 10 days"),
        ({"limits_by_channel": {}}, "Time limit online: no longer 15 days of its own"),
        ({"components": (*PERMIT.components, PAPER)}, "Component added: Extra paper"),
        ({"components": PERMIT.components[:-1]}, "Component dropped: Fire protection approval (where the law asks for it)"),
        ({"fees": (replace(CHARGE, amount=50_000),)}, "Fee of “Charge for the permit” lowered from 75,000 đồng to 50,000 đồng"),
        ({"fees": (replace(CHARGE, amount=90_000),)}, "Fee of “Charge for the permit” raised from 75,000 đồng to 90,000 đồng"),
        ({"fees": ()}, "Fee dropped: Charge for the permit, 75,000 đồng"),
        ({"name": Words("Tên khác", "Another name")}, "Name: from Building permit for a private house to Another name"),
        ({"service_level": 3}, "Online level: from fully online to partly online"),
        ({"supplement_recomputes": False}, "Whole time limit again after a supplement: from yes to no"),
        ({"cut_off": dt.time(15)}, "Hour from which the next working day counts: from – to 15:00"),
        ({"subjects": PERMIT.subjects[1:]}, "May no longer ask: Công dân Việt Nam"),
        ({"legal_bases": (*PERMIT.legal_bases, LegalBasis("1/2027/QH16", "Luật Mẫu"))}, "Legal basis added: 1/2027/QH16: Luật Mẫu"),
        ({"levels": (LevelData("ministry"),)}, "Level added: ministry"),
        ({"agencies": (NamedAgency("", "Sở Mẫu"),)}, "Agency added: Sở Mẫu"),
        ({"methods": (MethodData(3, None, Words("Qua bưu chính", "")),)}, "May now be handed in by public post"),
        ({"results": (*PERMIT.results, ResultData(Words("Bản vẽ", "Drawings"), False))}, "Result added: Drawings"),
        ({"cases": (CaseData("again", Words("Cấp lại", "Issued again")),)}, "Case added: Issued again"),
        ({"order": Words("Khác", "Other")}, "Order of work: the text was changed"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_one_sentence(changes: dict[str, Any], words: str) -> None:
    assert told(replace(PERMIT, **changes)) == [words]


def test_a_paper_that_is_kept_is_told_by_what_changed_in_it() -> None:
    first = PERMIT.components[0]
    changed = replace(first, originals=2, required=False)
    assert told(replace(PERMIT, components=(changed, *PERMIT.components[1:]))) == [
        "Component “Application for a building permit”: originals from 1 to 2",
        "Component “Application for a building permit”: now only asked for where it applies",
    ]


def test_a_fee_of_one_channel_is_told_with_the_channel() -> None:
    online = FeeData(Words("Lệ phí", "Charge"), "charge", 0, "dossier", "before", channel=2)
    assert told(replace(PERMIT, fees=(CHARGE, online))) == ["Fee added: Charge, online, 0 đồng"]


def test_long_texts_are_kept_for_showing_side_by_side() -> None:
    (found,) = differences(PERMIT, replace(PERMIT, order=Words("Bước 1", "Step 1")))
    with override("vi"):
        assert texts(found) == (PERMIT.order.vi, "Bước 1")


def test_amounts_are_parted_as_the_language_does() -> None:
    (found,) = differences(PERMIT, replace(PERMIT, fees=(replace(CHARGE, amount=1_250_000),)))
    with override("vi"):
        assert sentence(found).endswith("từ 75.000 đồng lên 1.250.000 đồng")


def test_an_outline_is_not_compared_in_what_it_does_not_know() -> None:
    outline = replace(PERMIT, outline=True, limit=Duration(0, "wd"), fees=(), components=(), limits_by_channel={})
    assert differences(outline, PERMIT) == differences(PERMIT, outline) == ()


def test_spacing_and_a_missing_english_text_are_no_difference() -> None:
    spaced = Words(PERMIT.order.vi.replace(" ", "  "), "")
    assert differences(PERMIT, replace(PERMIT, order=spaced)) == ()


@given(st.sampled_from(FILES), st.sampled_from(FILES))
def test_what_one_way_adds_the_other_way_drops(one: ProcedureData, other: ProcedureData) -> None:
    def came(found: tuple[Difference, ...], what: str) -> set[tuple[str, str]]:
        return {(d.part, str(d.about)) for d in found if d.what == what}

    assert came(differences(one, other), "added") == came(differences(other, one), "removed")


@given(st.sampled_from(FILES), st.sampled_from(FILES))
def test_every_difference_has_a_sentence_in_both_languages(one: ProcedureData, other: ProcedureData) -> None:
    for difference in differences(one, other):
        for language in ("vi", "en"):
            with override(language):
                assert "%(" not in sentence(difference)


def test_no_part_of_a_version_goes_uncompared() -> None:
    """A new part of the record must be compared, or be named here with its reason."""
    not_compared = {
        "code", "number", "valid_from", "valid_to", "sample", "outline",  # what a version is, not what it says
        "field", "field_code",  # of the procedure
        "competences", "processes",  # change on their own
        "announced_in",  # each version has a decision of its own; the page shows both
    }  # fmt: skip
    base = next(data for data in FILES if data.code == "1.009994")
    unlike: dict[str, Any] = {
        "name": Words("x", "x"), "limit": Duration(99, "d"), "limits_by_channel": {"3": "9d"}, "cut_off": dt.time(9),
        "subjects": ("x",), "requirements": Words("x", "x"), "order": Words("x", "x"), "service_level": 2,
        "legal_bases": (), "components": (), "fees": (), "results": (), "kind": "x", "announced_by": "x",
        "subjects_note": "x", "levels": (LevelData("other"),), "agencies": (NamedAgency("x", "x"),),
        "methods": (MethodData(1, None),), "cases": (CaseData("x", Words("x", "x")),),
    }  # fmt: skip
    for name in {field.name for field in fields(ProcedureData)} - not_compared:
        value = getattr(base, name)
        other = unlike.get(
            name, (not value) if isinstance(value, bool) else (value + 1 if isinstance(value, int) else None)
        )
        assert differences(base, replace(base, **{name: other})), name
