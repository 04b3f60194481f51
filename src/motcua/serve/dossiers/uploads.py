"""Files from outside: judged by their content, limited in size, stored under random names outside the web root."""

import hashlib
import secrets
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.errors import Refused

MAGIC = {
    b"%PDF-": ("application/pdf", (".pdf",)),
    b"\xff\xd8\xff": ("image/jpeg", (".jpg", ".jpeg")),
    b"\x89PNG\r\n\x1a\n": ("image/png", (".png",)),
    b"II*\x00": ("image/tiff", (".tif", ".tiff")),
    b"MM\x00*": ("image/tiff", (".tif", ".tiff")),
}
OFFICE = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
    ),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
}


class TooLarge(Refused):
    """A file over the limit."""

    status = 413


@dataclass(frozen=True)
class StoredFile:
    """What was stored: random name, digest, size in bytes, and the type that its content shows."""

    name: str
    original_name: str
    sha256: str
    size: int
    content_type: str


def store_upload(file: UploadedFile) -> StoredFile:
    """Check a file and store it.

    Raises:
        TooLarge: over the limit.
        Refused: empty, or its content is not what its name says.
    """
    size = file.size or 0
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise TooLarge(
            "file.too_large",
            _("The file has %(size)d MB; at most %(limit)d MB are taken. Scan at a lower resolution."),
            field="file",
            params={"size": size // 1_048_576, "limit": settings.UPLOAD_LIMIT_BYTES // 1_048_576},
        )
    if size == 0:
        raise Refused("file.empty", _("The file is empty."), field="file")
    content_type = check_content(file)
    name = secrets.token_hex(20)
    path = stored_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as target:
        for chunk in file.chunks():
            digest.update(chunk)
            target.write(chunk)
    return StoredFile(name, Path(file.name or "").name[-255:], digest.hexdigest(), size, content_type)


def copy_stored(name: str) -> str:
    """Copy a stored file under a new random name and return that name; each dossier keeps files of its own."""
    copy = secrets.token_hex(20)
    stored_path(copy).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(stored_path(name), stored_path(copy))
    return copy


def stored_path(name: str) -> Path:
    """Return where a stored file lies."""
    return settings.UPLOADS / name[:2] / name


def check_content(file: UploadedFile) -> str:
    """Return the type that the content shows.

    Raises:
        Refused: an unknown kind, or another kind than the name's ending says.
    """
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    found = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
    if found is None and head.startswith(b"PK\x03\x04"):
        found = _office_kind(file)
    suffix = Path(file.name or "").suffix.lower()
    if found is None or suffix not in found[1]:
        raise Refused(
            "file.not_what_it_says",
            _("This file is not what its name says. PDF, JPEG, PNG, TIFF, DOCX and XLSX are taken."),
            field="file",
        )
    return found[0]


def _office_kind(file: UploadedFile) -> tuple[str, tuple[str, ...]] | None:
    try:
        names = set(zipfile.ZipFile(file).namelist())
    except zipfile.BadZipFile:
        return None
    finally:
        file.seek(0)
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for name, kind in OFFICE.items() if name in names), None)
