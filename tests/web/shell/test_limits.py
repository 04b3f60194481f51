"""Bodies that are too large, files that are not what they say, sessions that end."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone
from tests.samples import birth

from motcua.record.accounts.models import SignIn, User
from motcua.record.organisation.errors import Refused
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Attachment, Dossier
from motcua.serve.dossiers.uploads import check_content, store_upload, stored_path

PASSWORD = "motcua-demo-2026"


def signed_in(username: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    answer = client.post("/sign-in/", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def test_an_upload_of_two_gigabytes_is_refused_before_it_is_read():
    answer = Client().post("/sign-in/", data=b"", content_type="application/octet-stream", CONTENT_LENGTH=2**31)
    assert answer.status_code == 413
    api = Client().post("/api/v1/dossiers", data=b"", content_type="application/json", CONTENT_LENGTH=2**31)
    assert (api.status_code, api["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/procedures/?field=%00", "/track/?code=%00&s=a", "/api/v1/procedures?field=%00"])
def test_a_nul_in_an_address_is_a_wrong_request_and_no_error_of_ours(address):
    assert Client(raise_request_exception=False).get(address).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_nul_in_a_form_is_a_wrong_request():
    clerk = signed_in("xa.tiepnhan")
    clerk.raise_request_exception = False
    assert clerk.post("/search/", {"q": "a\x00b"}).status_code == 400
    form = {"procedure": "1.001193", "agency": "H15.136", "decision": "receive", "owner_name": "A\x00"}
    assert clerk.post("/intake/", form).status_code == 422


def office(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7 x", "application/pdf"),
        ("a.JPG", b"\xff\xd8\xff\xe0 x", "image/jpeg"),
        ("a.png", b"\x89PNG\r\n\x1a\n x", "image/png"),
        ("a.docx", office("word/document.xml"), "wordprocessingml.document"),
    ],
)
def test_a_file_is_known_by_its_content(name, content, kind):
    assert check_content(SimpleUploadedFile(name, content)).endswith(kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00 program"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n x"),
        ("a.html", b"<script>"),
        ("a.docx", office("word/vbaProject.bin")),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name, content):
    with pytest.raises(Refused) as caught:
        check_content(SimpleUploadedFile(name, content))
    assert caught.value.code == "file.not_what_it_says"


@override_settings(UPLOAD_LIMIT_BYTES=10)
def test_a_file_over_the_limit_or_empty_is_refused():
    for content, code in ((b"%PDF-1.7 too long", "file.too_large"), (b"", "file.empty")):
        with pytest.raises(Refused) as caught:
            store_upload(SimpleUploadedFile("a.pdf", content))
        assert caught.value.code == code


@pytest.mark.django_db
def test_a_stored_file_has_a_random_name_and_marks_its_component_digitised(actor_of, settings, tmp_path):
    settings.UPLOADS = tmp_path
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    row = dossier.components.first()
    file = SimpleUploadedFile("../../khai sinh.pdf", b"%PDF-1.7 x")
    found = actions.add_attachment(
        by=clerk, dossier_id=dossier.pk, file=file, purpose=Attachment.Purpose.SCAN, component_id=row.component_id
    )
    assert stored_path(found.stored_name).read_bytes() == b"%PDF-1.7 x"
    assert "khai" not in found.stored_name
    row.refresh_from_db()
    assert row.digitised


@pytest.mark.django_db
def test_five_wrong_passwords_close_the_door(client):
    for _n in range(4):
        assert client.post("/sign-in/", {"username": "xa.canbo", "password": "wrong"}).status_code == 422
    assert client.post("/sign-in/", {"username": "xa.canbo", "password": "wrong"}).status_code == 429
    assert client.post("/sign-in/", {"username": "xa.canbo", "password": PASSWORD}).status_code == 429
    assert SignIn.objects.filter(username="xa.canbo", result=SignIn.Result.LOCKED).exists()


@pytest.mark.django_db
def test_the_fourth_session_ends_the_first():
    sessions = [signed_in("xa.canbo") for _n in range(4)]
    assert sessions[0].get("/desk/").status_code == 302
    assert all(s.get("/desk/").status_code == 200 for s in sessions[1:])


@pytest.mark.django_db
def test_an_idle_session_ends_and_leads_back_to_its_page(client):
    client = signed_in("xa.tiepnhan")
    session = client.session
    session["seen"] = int((timezone.now() - dt.timedelta(hours=2)).timestamp())
    session.save()
    answer = client.post("/intake/?procedure=1.001193", {"procedure": "1.001193", "owner_name": "A"})
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=%2Fintake%2F%3Fprocedure%3D1.001193"
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_a_first_password_must_be_changed_before_anything_else():
    User.objects.filter(username="xa.canbo").update(must_change_password=True)
    client = signed_in("xa.canbo")
    assert client.get("/desk/")["Location"] == "/password/"
    weak = {"old_password": PASSWORD, "new_password": "short", "again": "short"}
    assert client.post("/password/", weak).status_code == 422
    good = {"old_password": PASSWORD, "new_password": "mưa rừng Đắk Lắk", "again": "mưa rừng Đắk Lắk"}
    assert client.post("/password/", good).status_code == 302
    assert client.get("/desk/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client, target):
    answer = client.post("/sign-in/", {"username": "xa.canbo", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/start/"


@pytest.mark.django_db
def test_pages_send_the_headers_that_protect_them(client):
    answer = client.get("/")
    assert (
        "script-src" not in answer["Content-Security-Policy"]
        or "unsafe-inline" not in answer["Content-Security-Policy"]
    )
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
