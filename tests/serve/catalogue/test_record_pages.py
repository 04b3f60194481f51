"""Pages of the full record: for anyone, for staff, the comparison of versions, the import."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.formats.national.catalogue_samples import as_json, record

from motcua.record.accounts.models import User
from motcua.serve.catalogue import actions
from motcua.serve.catalogue.models import CatalogueImport, Procedure, ProcedureVersion

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
ClientOf = Callable[[str], Client]


@pytest.fixture
def client_of(client: Client) -> ClientOf:
    def find(username: str = "") -> Client:
        client.cookies["django_language"] = "en"
        if username:
            client.force_login(User.objects.get(username=username))
            # The first page of a session writes down that it is used.
            client.get(reverse("accounts:me"))
        return client

    return find


@pytest.fixture
def two_versions(actor_of: Any, today: dt.date) -> None:
    """A procedure with a version in force and one that takes its place next year, both of full records."""
    first, second = record(), record()
    second["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["THOIGIANGIAIQUYET"] = "3"
    second["TRINHTUTHUCHIEN"][0]["TRINHTU"] = [{"TENTRINHTU": "Bước 1. Nộp một lần"}]
    now = timezone.now()
    by = actor_of("quantri")
    old, new = dt.date(2020, 1, 1), today + dt.timedelta(days=300)
    for found, since, announced in ((first, old, True), (second, new, False)):
        actions.import_catalogue(
            by=by, name="a.json", content=as_json(found), valid_from=since, now=now, announced=announced
        )


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    """Return a page, asked for with few queries."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(reverse(f"catalogue:{name}", args=args), query)
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:110] for query in queries)
    return answer.content.decode()


def test_a_citizen_reads_the_whole_record_on_one_page(client_of: ClientOf, two_versions: None) -> None:
    shown = page(client_of(), "procedure", "9.000002")
    for words in ("7 working days", "5 working days", "Theo bưu chính", "150.000", "Đơn đề nghị", "Cấp lại", "Bước 2. Nhận",
                  "Người từ đủ 18 tuổi", "1/2025/QH15: Luật Mẫu", "12/QĐ-BM", "Sở Xây dựng", "Trung tâm"):  # fmt: skip
        assert words in shown, words
    assert "000.01" not in shown, "codes are for staff"


def test_a_citizen_sees_no_draft(client_of: ClientOf, two_versions: None) -> None:
    client = client_of()
    assert client.get(reverse("catalogue:procedure", args=["9.000002"]), {"version": "2"}).status_code == 404
    assert client.get(reverse("catalogue:compare", args=["9.000002"]), {"old": "1", "new": "2"}).status_code == 404
    assert client.get(reverse("catalogue:procedure_list"), {"when": "draft"}).status_code == 404


def test_staff_see_the_draft_with_codes_and_what_it_changes(client_of: ClientOf, two_versions: None) -> None:
    client = client_of("xa.canbo")
    shown = page(client, "record", "9.000002", version="2")
    assert "Version 2 is a draft" in shown
    assert "000.01" in shown
    changed = page(client, "compare", "9.000002", old="1", new="2")
    assert "Time limit: from 7 working days to 3 working days" in changed
    assert "Case “Cấp lần đầu”: its text was changed" in changed


def test_a_version_before_says_when_it_ended(client_of: ClientOf) -> None:
    shown = page(client_of(), "procedure", "1.001612", version="1")
    assert "This version ended on 01/07/2025" in shown
    told = page(client_of(), "compare", "1.001612")
    assert "Legal basis" in told
    assert "01/07/2025" in told


def test_lists_are_searched_without_marks_and_filtered(client_of: ClientOf, two_versions: None) -> None:
    client = client_of()
    assert "Cấp giấy phép mẫu" in page(client, "procedure_list", q="giay phep mau")
    assert "Cấp giấy phép mẫu" not in page(client, "procedure_list", q="giay phep mau", level="commune")
    assert "Cấp giấy phép mẫu" in page(client, "procedure_list", agency="H15.24", subject="Doanh nghiệp")
    staff = client_of("xa.canbo")
    assert "draft" in page(staff, "record_list", when="draft")


def test_an_administrator_hands_in_a_file_reads_the_preview_and_imports_it(client_of: ClientOf) -> None:
    client = client_of("quantri")
    file = SimpleUploadedFile("tthc.json", as_json(record()))
    answer = client.post(reverse("catalogue:import"), {"file": file, "valid_from": "2028-01-01"})
    kept = CatalogueImport.objects.get()
    assert answer["Location"] == reverse("catalogue:import_preview", args=[kept.pk])
    assert "Cấp giấy phép mẫu" in page(client, "import_preview", kept.pk)
    assert not Procedure.objects.filter(code="9.000002").exists()
    client.post(reverse("catalogue:import_preview", args=[kept.pk]))
    assert ProcedureVersion.objects.get(procedure__code="9.000002").status == "draft"
    assert "1 new, 0 changed" in page(client, "import")


def test_a_file_at_fault_is_shown_with_its_places_and_has_no_button(client_of: ClientOf) -> None:
    client = client_of("quantri")
    wrong = record()
    wrong["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"][0]["SOTIEN"] = "-1"
    file = SimpleUploadedFile("tthc.json", as_json(wrong))
    client.post(reverse("catalogue:import"), {"file": file, "valid_from": "2028-01-01"})
    kept = CatalogueImport.objects.get()
    shown = page(client, "import_preview", kept.pk)
    assert "PHILEPHI[1].SOTIEN: must not be negative" in shown
    assert "Import as drafts" not in shown
    assert client.post(reverse("catalogue:import_preview", args=[kept.pk])).status_code == 422
    assert not Procedure.objects.filter(code="9.000002").exists()


def test_without_a_file_or_a_date_the_form_says_so(client_of: ClientOf) -> None:
    client = client_of("quantri")
    address = reverse("catalogue:import")
    assert client.post(address, {"valid_from": "2028-01-01"}).status_code == 422
    file = SimpleUploadedFile("tthc.json", as_json(record()))
    answer = client.post(address, {"file": file, "valid_from": "someday"})
    assert "Give a date" in answer.content.decode()


def test_programs_find_read_and_compare_what_is_published(client: Client, two_versions: None) -> None:
    found = client.get("/api/v1/catalogue", {"q": "giấy phép mẫu"}).json()
    assert [(item["code"], item["number"]) for item in found["items"]] == [("9.000002", 1)]
    whole = client.get("/api/v1/catalogue/9.000002").json()
    assert whole["record"]["limit"] == "7wd"
    assert [fee["amount"] for fee in whole["record"]["fees"]] == [150_000, 75_000]
    assert client.get("/api/v1/catalogue/9.000002", {"version": 2}).status_code == 404
    address = "/api/v1/catalogue/1.001612/differences"
    told = client.get(address, {"old": 1, "new": 2}, headers={"accept-language": "en"}).json()
    assert "legal_basis" in {item["part"] for item in told["items"]}
    assert all(item["sentence"] for item in told["items"])
