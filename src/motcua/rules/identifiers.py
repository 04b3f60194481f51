"""Numbers that name things: dossier codes, agency codes, identity numbers, tax codes, phones.

Sources: TT 01/2018/TT-VPCP art. 19 and QĐ 20/2020/QĐ-TTg (codes), NĐ 137/2015 (twelve-digit identity numbers), the
tax code's published check digit, the national numbering plan.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

NEW_AGENCY = re.compile(r"^[A-Z]\d{2}(\.[A-Z0-9]{2,3})*$")
OLD_AGENCY = re.compile(r"^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$")
MOBILE = re.compile(r"^(?:\+?84|0)([35789]\d{8})$")
LANDLINE = re.compile(r"^(?:\+?84|0)(2\d{9})$")
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


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
    code = text.strip().upper()
    if OLD_AGENCY.match(code):
        third, second, first, province = code.split(".")
        parts = [province, *(part for part in (first, second, third) if part.strip("0"))]
        return ".".join(parts)
    if NEW_AGENCY.match(code):
        return code
    raise IdentifierError("agency_code")


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
            IdentifierError: a serial below 1.
        """
        if serial < 1:
            raise IdentifierError("serial")
        return f"{agency}-{day:%y%m%d}-{serial:04d}"

    @classmethod
    def parse(cls, text: str) -> "DossierCode":
        """Read a code in the new or the old form.

        Raises:
            IdentifierError: not a dossier code, or a date that does not exist.
        """
        parts = text.strip().upper().split("-")
        if len(parts) != 3 or not re.fullmatch(r"\d{6}", parts[1]) or not re.fullmatch(r"\d{4,7}", parts[2]):
            raise IdentifierError("dossier_code")
        try:
            day = dt.datetime.strptime(parts[1], "%y%m%d").date()
        except ValueError:
            raise IdentifierError("dossier_code_date") from None
        if int(parts[2]) < 1:
            raise IdentifierError("serial")
        return cls(canonical_agency_code(parts[0]), day, int(parts[2]))

    def __str__(self) -> str:
        return self.format(self.agency, self.day, self.serial)


def check_citizen_id(number: str, birth_year: int | None = None, sex: str | None = None) -> CheckResult:
    """Check a CCCD (12 digits) or an old CMND (9 digits); parts that disagree warn, they do not block.

    Args:
        number: as typed; spaces and dots are dropped.
        birth_year: of the holder, if known.
        sex: "m" or "f", if known.

    Raises:
        IdentifierError: letters, or another length.
    """
    digits = re.sub(r"[\s.]", "", number)
    if not re.fullmatch(r"[0-9]+", digits):
        raise IdentifierError("citizen_id_letters")
    if len(digits) == 9:
        return CheckResult(digits)
    if len(digits) != 12:
        raise IdentifierError("citizen_id_length", {"length": str(len(digits))})
    warnings = []
    if not 1 <= int(digits[:3]) <= 96:
        warnings.append("citizen_id_province")
    century, female = divmod(int(digits[3]), 2)
    # Digit 4 tells century and sex: 0/1 for 1900–1999, 2/3 for 2000–2099 …
    if birth_year is not None and birth_year != 1900 + century * 100 + int(digits[4:6]):
        warnings.append("citizen_id_birth_year")
    if sex in ("m", "f") and (sex == "f") != bool(female):
        warnings.append("citizen_id_sex")
    return CheckResult(digits, tuple(warnings))


def check_tax_code(number: str) -> CheckResult:
    """Check a tax code: ten digits with a check digit, and a branch `-001` … `-999` where there is one.

    Raises:
        IdentifierError: another form, or a wrong check digit.
    """
    match = re.fullmatch(r"(\d{10})(?:-?(\d{3}))?", re.sub(r"\s", "", number))
    if not match or match[2] == "000":
        raise IdentifierError("tax_code_form")
    weighted = sum(w * int(d) for w, d in zip(TAX_WEIGHTS, match[1], strict=False))
    if 10 - weighted % 11 != int(match[1][9]):
        raise IdentifierError("tax_code_check_digit")
    return CheckResult(match[1] + (f"-{match[2]}" if match[2] else ""))


def to_e164(phone: str) -> str:
    """Return a Vietnamese phone number in E.164: `0905 123 456` → `+84905123456`.

    Raises:
        IdentifierError: not a number of the national plan.
    """
    digits = re.sub(r"[\s.\-()]", "", phone)
    match = MOBILE.match(digits) or LANDLINE.match(digits)
    if not match:
        raise IdentifierError("phone")
    return f"+84{match[1]}"
