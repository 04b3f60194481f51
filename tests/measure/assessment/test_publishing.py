"""What goes out of a published round over 22 departments and 8 districts: decision, slides, cards, open data."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from docx import Document
from tests.measure.assessment.province import published_round

from motcua.measure.assessment.frameworks import digest_of, framework_of
from motcua.measure.assessment.publishing.cards import card_of, card_pdf
from motcua.measure.assessment.publishing.decision import Issuer, in_sentences, write_decision
from motcua.measure.assessment.publishing.gains import nearest_gains
from motcua.measure.assessment.publishing.told import told_groups
from motcua.measure.assessment.scoring import score_inputs
from motcua.measure.assessment.verifying import verify_round
from motcua.record.accounts.models import User

pytestmark = pytest.mark.django_db
DAY = __import__("datetime").date(2027, 1, 5)


@pytest.fixture
def found(people, db):
    earlier = published_round(people, "Chỉ số CCHC năm 2025", seed=1)
    return published_round(people, "Chỉ số CCHC năm 2026", seed=2, previous=earlier)


def keep(name: str, made: bytes) -> None:
    """Keep a document where somebody wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        Path(folder, name).write_bytes(made)


def test_the_whole_goes_out_and_agrees_with_what_was_published(found, people, django_assert_max_num_queries):
    client = Client(headers={"accept-language": "vi"})
    page = client.get(f"/rankings/{found.pk}/").content.decode()
    assert "▲" in page
    assert "▼" in page
    first = found.content["groups"][1]["units"][0]
    assert verify_round(found) == []

    # Decision
    made = write_decision(found.content, Issuer("Ủy ban nhân dân tỉnh Đắk Lắk", "Đắk Lắk"), DAY, found.sha256)
    keep("decision.docx", made)
    document = Document(io.BytesIO(made))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.left_margin.mm), round(section.right_margin.mm)) == (
        210,
        30,
        15,
    )
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Điều 1. Công bố kết quả Chỉ số CCHC năm 2026" in text
    tables = [table for table in document.tables if table.rows[0].cells[0].text == "Hạng"]
    assert [len(table.rows) for table in tables] == [9, 10, 23, 24]
    row = [cell.text for cell in tables[2].rows[1].cells]
    assert row[:2] == ["1", first["name"]["vi"]]
    assert float(row[4].replace(",", ".")) == pytest.approx(first["score"], abs=0.005)
    assert all(run.font.name in (None, "Times New Roman") for p in document.paragraphs for run in p.runs)

    # Slides: on the site, and as one file that asks for nothing else
    shown = client.get(f"/rankings/{found.pk}/slides/").content.decode()
    assert shown.count('class="slide') == 2 + 2 * 5
    assert first["name"]["vi"] in shown
    whole = client.get(f"/rankings/{found.pk}/slides/?file=1")
    keep("slides.html", whole.content)
    assert "attachment" in whole["Content-Disposition"]
    assert not any(sign in whole.content.decode() for sign in ("<link", 'src="', "@import", "http://", "https://"))

    # Score cards: one page each, with what the publication says
    for code in (first["code"], found.content["groups"][0]["units"][-1]["code"]):
        pdf = card_pdf(found.content, code, found.sha256)
        keep(f"card-{code}.pdf", pdf)
        told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
        assert told.stdout.count(b"\f") == 1
        assert all(
            head in told.stdout.decode() for head in ("PHIẾU ĐIỂM", "Điểm mạnh", "Điểm yếu", "tăng điểm sớm nhất")
        )
    with django_assert_max_num_queries(15):
        assert client.get(f"/rankings/{found.pk}/{first['code']}/").status_code == 200
    assert client.get(f"/rankings/{found.pk}/{first['code']}/card.pdf").content.startswith(b"%PDF")

    # Open data: the framework is in it, so anybody can score again
    told = json.loads(client.get(f"/rankings/{found.pk}/data.json").content)
    group = told["groups"][1]
    assert digest_of(group["text"]) == group["sha256"]
    again = score_inputs(framework_of(group["text"]), {unit["code"]: unit["inputs"] for unit in group["units"]})
    assert list(again.top.score) == [unit["score"] for unit in group["units"]]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/rankings/{found.pk}/data.csv").content.decode("utf-8-sig"))))
    assert {row["unit"] for row in rows} == {unit["code"] for g in told["groups"] for unit in g["units"]}

    # The staff's own draft; who has no part gets none before publication, and all may have it after
    staff = Client()
    staff.force_login(User.objects.get(username="giamdoc"))
    assert staff.get(f"/rounds/{found.pk}/decision.docx").content.startswith(b"PK")

    # Gains are real: what is promised is what scoring gives
    _gains_hold(found)


def _gains_hold(found):
    with translation.override("vi"):
        unit = found.content["groups"][1]["units"][-1]
        framework = framework_of(found.content["groups"][1]["text"])
        gains = nearest_gains(framework, unit["inputs"], "vi")
        assert gains == sorted(gains, key=lambda gain: -round(gain.points, 2))
        assert len(gains) > 5
        card = card_of(found.content, unit["code"], "vi")
        most = {leaf.code: leaf.points for leaf in framework.root.leaves()}
        assert all(0 < gain.points <= most[gain.code] for gain in gains)
        assert {gain.code for gain in card.gains} <= {leaf.code for leaf in framework.root.leaves()}
        assert round(sum(c.share for c in told_groups(found.content, "vi")[1].classes), 9) == 100
        assert "điểm trung bình" in in_sentences(told_groups(found.content, "vi")[0])


def test_a_gain_names_the_fewest_dossiers_that_bring_half_a_point(people):
    from motcua.measure.assessment.frameworks import shipped_text

    framework = framework_of(shipped_text("par-index-departments-model"))
    with translation.override("en"):
        inputs = {"on_time_num": "320", "on_time_den": "400", "plan_issued": "late", "reports_complete": "0"}
        gains = {gain.code: gain for gain in nearest_gains(framework, inputs, "en")}
    # 3.5 points × k/400 ≥ 0.5: k = 58 (57 would bring 0.49875).
    assert gains["D3.4.1"].words == "Dossiers handled in time: 58 more (now 320 of 400)"
    assert gains["D3.4.1"].points == pytest.approx(3.5 * 58 / 400)
    assert (gains["D1.1.1"].words, gains["D1.1.1"].points) == ("from “late” to “on time”", 0.5)
    assert gains["D1.2.2"].words == "meet: All reports are complete"


def test_the_decision_is_drafted_only_before_the_council(people, db):
    from tests.measure.assessment.conftest import move_to, prepared

    round_ = prepared(people)
    client = Client()
    client.force_login(User.objects.get(username="giamdoc"))
    assert client.get(f"/rounds/{round_.id}/decision.docx").status_code == 409
    stranger = Client()
    stranger.force_login(User.objects.get(username="xa2.canbo"))
    assert stranger.get(f"/rounds/{round_.id}/decision.docx").status_code == 404
    move_to(people, round_.id, "council")
    assert client.get(f"/rounds/{round_.id}/decision.docx").status_code == 200
