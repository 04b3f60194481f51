"""Numbers that name things: dossier codes, agency codes, identity numbers, tax codes, phones.

Sources: TT 01/2018/TT-VPCP art. 19 and QĐ 20/2020/QĐ-TTg (codes), NĐ 137/2015 (twelve-digit identity numbers), the
tax code's published check digit, TT 86/2024/TT-BTC (a person's tax code), the national numbering plan.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

NEW_AGENCY = re.compile(r"[A-Z][0-9]{2}(\.[A-Z0-9]{2,3})*")
OLD_AGENCY = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")
# The older order has places of three, two and two digits; numbers of three digits that came later are read in it too.
REVERSED_AGENCY = re.compile(r"(?:[0-9]{2,3}\.){3}[A-Z][0-9]{2}")
# Four digits, more only where the day's series is past 9999: one dossier is not written in two ways.
SERIAL = re.compile(r"[0-9]{4}|[1-9][0-9]{4,6}")
DAY = re.compile(r"[0-9]{6}")
PHONE = re.compile(r"(?:\+84|0084|84|0)([35789][0-9]{8}|2[0-9]{9})")
TAX_CODE = re.compile(r"([0-9]{10})(?:-?([0-9]{3}))?")
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# The codes that identity numbers give to the 63 provinces of before July 2025.
PROVINCES = frozenset(
    (1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
     46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92,
     93, 94, 95, 96)
)  # fmt: skip
# Who was born abroad has a country's code; the list was not seen, so nothing in this range is doubted.
COUNTRIES = range(101, 400)


def _tidy(text: str) -> str:
    """Return what was typed in plain capitals: without the full-width digits and odd spaces of copied text."""
    return unicodedata.normalize("NFKC", text).strip().upper().replace("–", "-")


class IdentifierError(ValueError):
    """A number that cannot be right. `code` says which rule it breaks."""

    def __init__(self, code: str, params: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A number in its canonical form, with warnings (codes) where its parts disagree."""

    normalised: str
    warnings: tuple[str, ...] = ()


def canonical_agency_code(text: str) -> str:
    """Return an agency's identity code in the order of QĐ 20/2020, from the top: `000.00.14.H56` → `H56.14`.

    Raises:
        IdentifierError: neither form.
    """
    code = _tidy(text)
    if REVERSED_AGENCY.fullmatch(code):
        third, second, first, province = code.split(".")
        parts = [province, *(part for part in (first, second, third) if part.strip("0"))]
        return ".".join(parts)
    if NEW_AGENCY.fullmatch(code):
        return code
    raise IdentifierError("agency_code", {"text": text})


def read_agency_code(text: str) -> str:
    """Return what was typed as an agency's code in canonical form; what is none, as it was typed."""
    try:
        return canonical_agency_code(text)
    except IdentifierError:
        return text.strip()


def read_dossier_code(text: str) -> str:
    """Return what was typed as a dossier's code in canonical form; what is none, as it was typed."""
    try:
        return str(DossierCode.parse(text))
    except IdentifierError:
        return text.strip()


def old_agency_code(text: str) -> str:
    """Return an agency's identity code in the order of QCVN 102:2016, from below: `H56.14` → `000.00.14.H56`.

    Raises:
        IdentifierError: neither form, or a code that the old order has no place for.
    """
    province, *levels = canonical_agency_code(text).split(".")
    padded = [*levels, *("00", "00", "000")[len(levels) :]]
    old = ".".join([*reversed(padded), province])
    if not OLD_AGENCY.fullmatch(old):
        raise IdentifierError("agency_code_old", {"text": text})
    return old


@dataclass(frozen=True, slots=True)
class DossierCode:
    """The parts of a dossier code: agency (canonical), local date of receipt, serial of the day."""

    agency: str
    day: dt.date
    serial: int

    @staticmethod
    def format(agency: str, day: dt.date, serial: int) -> str:
        """Return the code: `H56.14-240823-0001`; past 9999 the serial grows.

        Raises:
            IdentifierError: a serial below 1, or a day that two digits of a year cannot say.
        """
        if serial < 1:
            raise IdentifierError("serial")
        if not 2000 <= day.year <= 2099:
            raise IdentifierError("dossier_code_date", {"day": day.isoformat()})
        return f"{agency}-{day:%y%m%d}-{serial:04d}"

    @classmethod
    def parse(cls, text: str) -> "DossierCode":
        """Read a code in the new or the old form.

        Raises:
            IdentifierError: not a dossier code, or a date that does not exist.
        """
        parts = _tidy(text).split("-")
        if len(parts) != 3 or not DAY.fullmatch(parts[1]) or not SERIAL.fullmatch(parts[2]):
            raise IdentifierError("dossier_code", {"text": text})
        agency, day, serial = parts
        try:
            received_on = dt.date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
        except ValueError:
            raise IdentifierError("dossier_code_date", {"day": day}) from None
        if int(serial) < 1:
            raise IdentifierError("serial")
        return cls(canonical_agency_code(agency), received_on, int(serial))

    def __str__(self) -> str:
        return self.format(self.agency, self.day, self.serial)


def check_citizen_id(number: str, birth_year: int | None = None, sex: str | None = None) -> CheckResult:
    """Check a CCCD (12 digits) or an old CMND (9 digits); parts that disagree warn, they do not block.

    A CCCD says, from the left: three digits of the province or country of birth's registration, one of century and
    sex, two of the year of birth, six of its own. A CMND says nothing that can be compared.

    Args:
        number: as typed; spaces, dots and hyphens are dropped.
        birth_year: of the holder, if known.
        sex: "m" or "f", if known.

    Returns:
        The digits, with warnings `citizen_id_province`, `citizen_id_birth_year`, `citizen_id_sex`.

    Raises:
        IdentifierError: letters, or another length.

    Source: NĐ 137/2015 art. 13; TT 59/2021/TT-BCA.
    """
    digits = re.sub(r"[\s.-]", "", unicodedata.normalize("NFC", number))
    if not re.fullmatch(r"[0-9]+", digits):
        raise IdentifierError("citizen_id_letters")
    if len(digits) == 9:
        return CheckResult(digits)
    if len(digits) != 12:
        raise IdentifierError("citizen_id_length", {"length": str(len(digits))})
    place = int(digits[:3])
    # Digit 4 tells century and sex: 0/1 for 1900–1999, 2/3 for 2000–2099 …
    century, female = divmod(int(digits[3]), 2)
    wrong = {
        "citizen_id_province": place not in PROVINCES and place not in COUNTRIES,
        "citizen_id_birth_year": birth_year not in (None, 1900 + century * 100 + int(digits[4:6])),
        "citizen_id_sex": sex in ("m", "f") and (sex == "f") != bool(female),
    }
    return CheckResult(digits, tuple(warning for warning, found in wrong.items() if found))


def check_tax_code(number: str) -> CheckResult:
    """Check a tax code: ten digits with a check digit, with a branch `-001` … `-999` where there is one.

    Twelve digits are a person's own number, the tax code of people and household businesses since 1 July 2025; it
    has no check digit, and is checked as an identity number.

    Args:
        number: as typed; spaces are dropped.

    Returns:
        `0100109106`, `0100109106-001` or twelve digits.

    Raises:
        IdentifierError: another form (`tax_code_form`), or a wrong check digit (`tax_code_check_digit`).

    Source: weights 31, 29, 23, 19, 17, 13, 7, 5, 3; the check digit is 10 less the weighted sum modulo 11.
    """
    typed = re.sub(r"\s", "", _tidy(number))
    if re.fullmatch(r"[0-9]{12}", typed):
        return check_citizen_id(typed)
    match = TAX_CODE.fullmatch(typed)
    if not match or match[2] == "000":
        raise IdentifierError("tax_code_form")
    weighted = sum(w * int(d) for w, d in zip(TAX_WEIGHTS, match[1], strict=False))
    # A sum divisible by 11 would ask for the digit 10: no such code is given out.
    if 10 - weighted % 11 != int(match[1][9]):
        raise IdentifierError("tax_code_check_digit")
    return CheckResult(match[1] + (f"-{match[2]}" if match[2] else ""))


def to_e164(phone: str) -> str:
    """Return a Vietnamese phone number in E.164: `0905 123 456` → `+84905123456`.

    Args:
        phone: as typed, a mobile (03, 05, 07, 08, 09) or a fixed line (02), with 0, 84, +84, 0084 or +84 (0) before
            it; spaces, dots, hyphens and brackets are dropped.

    Raises:
        IdentifierError: not a number of the national plan.
    """
    typed = re.sub(r"[\s.\-/]", "", _tidy(phone)).replace("84(0)", "84", 1)
    match = PHONE.fullmatch(re.sub(r"[()]", "", typed))
    if not match:
        raise IdentifierError("phone")
    return f"+84{match[1]}"
