"""Lists of procedures as page, workbook and API; what is posted of a field as a screen and as a paper."""

import datetime as dt
import io
import re
import subprocess
from collections.abc import Callable

import pytest
import python_calamine
from django.test import Client
from django.utils import timezone, translation

from motcua.formats.datafiles import DataFault
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotAllowed, Refused
from motcua.record.organisation.models import Agency
from motcua.serve.catalogue.lists.queries import LISTS, listed, rows_of
from motcua.serve.catalogue.lists.words import fees_vi
from motcua.serve.catalogue.models import ServiceLevel
from motcua.serve.catalogue.publication.models import Offering
from motcua.serve.catalogue.publication.offering import set_offering
from motcua.serve.catalogue.publication.offering_files import load_offerings, parse_offerings
from motcua.serve.catalogue.queries import fees_on, totals_of, version_on, versions_on
from motcua.serve.catalogue.templatetags.lists import fees_in_short
from motcua.web.shell.provinces import folder_of

pytestmark = pytest.mark.django_db
BIRTH, LICENCE = "1.001193", "1.001612"
DAY = dt.timedelta(days=1)


def offer(by: Actor, code: str, valid_from: dt.date, **marks: bool) -> Offering:
    said = {"wholly_at_centre": False, "on_portal": False, "restructured": False} | marks
    return set_offering(by=by, code=code, decision="15/QĐ-UBND", valid_from=valid_from, now=timezone.now(), **said)


def codes(which: str, day: dt.date, **narrowed: object) -> set[str]:
    return {row.code for row in rows_of(listed(which, day, **narrowed))}


@pytest.fixture
def offered(db: None, actor_of: Callable[[str], Actor], today: dt.date) -> None:
    Offering.objects.all().delete()
    offer(actor_of("quantri"), BIRTH, today, wholly_at_centre=True, on_portal=True)
    offer(actor_of("quantri"), LICENCE, today, on_portal=True, restructured=True)


def test_each_list_holds_what_its_name_says(offered, today):
    assert codes("centre", today) == {BIRTH}
    assert codes("portal", today) == {BIRTH, LICENCE}
    assert codes("restructured", today) == {LICENCE}
    everything = {v.procedure.code: v.service_level for v in versions_on(today)}
    assert codes("all", today) == set(everything)
    assert codes("full", today) == {code for code, level in everything.items() if level == ServiceLevel.FULL}
    assert codes("partial", today) == {code for code, level in everything.items() if level == ServiceLevel.PARTIAL}
    assert codes("full", today), "the demo has something fully online"


def test_a_list_is_read_on_a_date_and_an_offering_ends_where_the_next_begins(offered, actor_of, today):
    offer(actor_of("quantri"), BIRTH, today + 5 * DAY)
    assert codes("centre", today + 4 * DAY) == {BIRTH}
    assert codes("centre", today + 5 * DAY) == set()
    assert codes("centre", today - DAY) == set()


def test_an_offering_is_not_put_before_another(offered, actor_of, today):
    with pytest.raises(Refused, match=r"offering\.later") as refused:
        offer(actor_of("quantri"), BIRTH, today)
    assert f"{today:%d/%m/%Y}" in refused.value.message
    with pytest.raises(NotAllowed):
        offer(actor_of("xa.lanhdao"), BIRTH, today + DAY)


def test_a_list_narrows_to_what_an_agency_decides(offered, today):
    ward = Agency.objects.on(today).filter(level="commune").first()
    at_ward, all_codes = codes("all", today, agency=ward), codes("all", today)
    assert BIRTH in at_ward
    assert at_ward < all_codes


def test_a_list_asks_few_questions_however_long_it_is(offered, today, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        rows_of(listed("all", today))


@pytest.mark.parametrize("which", LISTS)
def test_page_workbook_and_api_say_the_same(offered, today, which):
    client = Client(headers={"Accept-Language": "vi"})
    page = client.get(f"/procedures/lists/?list={which}").content.decode()
    shown = set(re.findall(r'<span class="code">([^<]+)</span>', page))
    content = client.get(f"/procedures/lists/?list={which}&as=xlsx").content
    sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[3][:3] == ["STT", "Mã thủ tục", "Tên thủ tục hành chính"]
    written = {row[1] for row in sheet[4:] if row[1]}
    answer = client.get(f"/api/v1/procedures?list={which}&limit=1000").json()
    told = {item["code"] for item in answer["items"]}
    assert shown == written == told == codes(which, today)
    assert answer["count"] == len(told)


def test_the_api_refuses_a_list_it_does_not_know_and_names_an_unknown_agency():
    assert Client().get("/api/v1/procedures?list=everything").status_code == 422
    assert Client().get("/api/v1/procedures?agency=H99").status_code == 404
    assert Client().get("/api/v1/procedures?limit=0").status_code == 422


def test_a_workbook_cell_that_begins_like_a_formula_stays_text(offered, today):
    version = versions_on(today).get(procedure__code=BIRTH)
    type(version).objects.filter(pk=version.pk).update(name_vi="=1+1")
    content = Client().get("/procedures/lists/?list=centre&as=xlsx").content
    sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[4][2] == "=1+1"


def test_the_screen_of_a_field_leads_to_each_procedure(offered):
    page = Client().get("/posting/HT/").content.decode()
    assert f'href="/procedures/{BIRTH}/"' in page
    assert page.count("<svg") >= page.count('class="posting-code"') >= 1
    assert Client().get("/posting/NOPE/").status_code == 404


def test_the_demo_says_how_its_procedures_are_offered_and_loading_again_adds_nothing(actor_of, today):
    folder = folder_of("dak-lak")
    offerings = parse_offerings(folder)
    assert codes("centre", today) == {o.code for o in offerings if o.wholly_at_centre} > set()
    assert load_offerings(by=actor_of("quantri"), offerings=offerings, now=timezone.now()) == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{code: "1.1", valid_from: 2025-07-01, on_portl: true}', "offerings[1].on_portl: unknown key"),
        ("{valid_from: 2025-07-01}", "'code' is missing"),
        ('{code: "1.1", valid_from: July}', "offerings[1].valid_from: must be a date"),
    ],
)
def test_a_wrong_line_of_the_data_set_is_named(tmp_path, line, fault):
    (tmp_path / "offerings.yaml").write_text(f"offerings:\n  - {line}\n")
    with pytest.raises(DataFault) as refused:
        parse_offerings(tmp_path)
    assert fault in str(refused.value)


def printed(content: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


def test_the_posted_paper_lists_the_field_and_holds_each_procedure_in_full_where_asked(offered):
    short = Client().get("/posting/HT.pdf")
    assert short["Content-Type"] == "application/pdf"
    text = printed(short.content)
    assert "NIÊM YẾT DANH MỤC THỦ TỤC HÀNH CHÍNH" in text
    assert BIRTH in text
    assert "Thành phần, số lượng hồ sơ" not in text
    full = printed(Client().get("/posting/HT.pdf?full=1").content)
    assert "Tờ khai đăng ký khai sinh" in full
    assert "Căn cứ pháp lý" in full


def test_fees_of_one_way_of_handing_in_are_not_added_to_those_of_another(today):
    company = version_on("2.002043", today)
    totals = {sum(fee.amount for fee in fees_on(company, channel)) for channel in (1, 2)}
    assert totals_of(company) == sorted(totals)
    assert len(totals) == 2, "this procedure is dearer at the counter"
    whole = sum(fee.amount for fee in company.fees.all())
    with translation.override("vi"):
        assert f"{whole:,}".replace(",", ".") not in fees_in_short(company)
    assert "(nộp trực tiếp)" in fees_vi(company)
