"""Filings that tests hand in. The people are invented."""

from dataclasses import replace
from typing import Any

from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput

WARD = "commune:24133"


def birth(**changes: Any) -> Filing:
    """Return a complete birth registration."""
    filing = Filing(
        procedure="1.001193",
        owner=PartyInput(
            name="Nguyễn Văn Thử", identity_number="066090012345", phone="0905123456", address="12 Lê Duẩn"
        ),
        components=(
            ComponentInput(key="declaration", originals=1),
            ComponentInput(key="birth-certificate", originals=1),
        ),
    )
    return replace(filing, **changes)


def household(**changes: Any) -> Filing:
    """Return a complete household business registration, its charge paid in cash."""
    filing = Filing(
        procedure="1.001612",
        owner=PartyInput(name="Trần Thị Mẫu", identity_number="066190054321", phone="0905654321"),
        components=(ComponentInput(key="application", originals=1), ComponentInput(key="identity", copies=1)),
        payment=PaymentInput(how="cash"),
    )
    return replace(filing, **changes)


def linked_filings() -> dict[str, Filing]:
    """Return a complete filing of a birth with what it starts; the birth certificate is yet to come."""
    declaration = (ComponentInput(key="declaration", originals=1),)
    return {
        "birth": birth(),
        "residence": birth(components=declaration),
        "insurance": birth(components=declaration),
    }


def first_certificate(**changes: Any) -> Filing:
    """Return a complete application for a first land certificate, which has two phases."""
    filing = Filing(
        procedure="1.013949",
        owner=PartyInput(name="Lê Thị Giả", identity_number="066185000111", phone="0905111222"),
        components=(ComponentInput(key="application", originals=1), ComponentInput(key="origin", certified=1)),
    )
    return replace(filing, **changes)
