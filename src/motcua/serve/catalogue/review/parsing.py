"""What the page of a review sends: numbers as people here write them, each fault with its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.catalogue.models import TimeUnit
from motcua.serve.catalogue.review.actions import MOST_LINES, ReviewData
from motcua.serve.catalogue.review.costing import LineData
from motcua.serve.catalogue.review.models import CostLine, Review

HOURS = ("hours_before", "hours_after")
MONEY = ("money_before", "money_after", "fee_before", "fee_after")
# Nobody spends more on one dossier: a slip of the finger is named instead of stored.
MOST_HOURS, MOST_MONEY = Decimal(10_000), 10**12


@dataclass
class FormLine:
    """A line as typed, with what is wrong by field."""

    number: int
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def form_lines(review: Review, blank: int = 2) -> list[FormLine]:
    """Return the lines of a review as the form shows them, with blank ones to add."""
    shown = [FormLine(n, _typed(line)) for n, line in enumerate(review.lines.all(), 1)]
    return shown + [FormLine(n, {}) for n in range(len(shown) + 1, min(len(shown) + blank, MOST_LINES) + 1)]


def _typed(line: CostLine) -> dict[str, str]:
    hours = {name: f"{getattr(line, name).normalize():f}".replace(".", ",") for name in HOURS}
    return {"name": line.name_vi, **hours, **{name: str(getattr(line, name)) for name in MONEY}}


def sent_lines(sent: Mapping[str, str]) -> list[FormLine]:
    """Return the lines as they were typed; those without a name and numbers are left out."""
    count = min(_count(sent.get("lines", "")), MOST_LINES + 5)
    names = ("name", *HOURS, *MONEY)
    lines = [{name: sent.get(f"{name}-{n}", "").strip()[:500] for name in names} for n in range(1, count + 1)]
    kept = [line for line in lines if line["name"] or any(line[name] not in ("", "0") for name in (*HOURS, *MONEY))]
    return [FormLine(number, typed) for number, typed in enumerate(kept, 1)]


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def data_of(sent: Mapping[str, str], dropped: Mapping[int, str], lines: list[FormLine]) -> ReviewData:
    """Return what was sent as numbers.

    Raises:
        Invalid: something is no number, by field; the lines keep their faults.
    """
    errors: list[Refused] = []
    read = [_line(line, errors) for line in lines]
    data = ReviewData(
        times_a_year=_whole(sent.get("times_a_year", ""), "times_a_year", errors, 10**8),
        wage_an_hour=_whole(sent.get("wage_an_hour", ""), "wage_an_hour", errors, 10**8),
        lines=read,
        dropped=dropped,
        limit_amount=_optional(sent, "limit_amount", errors),
        limit_unit=unit if (unit := sent.get("limit_unit", "")) in TimeUnit.values else TimeUnit.WORKING_DAY,
        service_level=_optional(sent, "service_level", errors),
        restructures=bool(sent.get("restructures")),
        findings=sent.get("findings", ""),
    )
    if errors:
        raise Invalid(errors)
    return data


def _line(line: FormLine, errors: list[Refused]) -> LineData:
    hours = {name: _hours(line.typed.get(name, ""), f"{name}-{line.number}", errors) for name in HOURS}
    money = {name: _whole(line.typed.get(name, ""), f"{name}-{line.number}", errors, MOST_MONEY) for name in MONEY}
    return LineData(line.typed.get("name", ""), **hours, **money)


def _hours(text: str, name: str, errors: list[Refused]) -> Decimal:
    try:
        found = Decimal(text.replace(",", ".") or "0")
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found <= MOST_HOURS:
        errors.append(Refused("review.hours", _("Give hours as a number, such as 1.5."), field=name))
        return Decimal(0)
    return found.quantize(Decimal("0.01"))


def _whole(text: str, name: str, errors: list[Refused], most: int) -> int:
    digits = text.replace(".", "").replace(" ", "").replace(" ", "") or "0"
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 15 or int(digits) > most:
        errors.append(Refused("review.number", _("Give a whole number that is not negative."), field=name))
        return 0
    return int(digits)


def _optional(sent: Mapping[str, str], name: str, errors: list[Refused]) -> int | None:
    return _whole(sent[name], name, errors, 10_000) if sent.get(name, "").strip() else None
