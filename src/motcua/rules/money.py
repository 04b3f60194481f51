"""Amounts of đồng in words, as receipts print them: in Vietnamese, the legal text, and in English beside it."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu")


def in_words_vi(dong: int) -> str:
    """Return an amount of đồng in Vietnamese words: 105,000 → "Một trăm linh năm nghìn đồng".

    Raises:
        ValueError: a negative amount, or one of a quadrillion or more.
    """
    if not 0 <= dong < 10**15:
        raise ValueError("an amount between 0 and 10^15")
    words = _number(dong) if dong else "không"
    return f"{words[0].upper()}{words[1:]} đồng"


def _number(value: int) -> str:
    billions, rest = divmod(value, 10**9)
    parts = [f"{_number(billions)} tỷ"] if billions else []
    for power in (2, 1, 0):
        group = rest // 1000**power % 1000
        if group:
            parts.append(_hundreds(group, full=bool(parts)) + GROUPS[power])
    return " ".join(parts)


def _hundreds(value: int, *, full: bool) -> str:
    hundreds, tens, units = value // 100, value // 10 % 10, value % 10
    words = [f"{DIGITS[hundreds]} trăm"] if hundreds or full else []
    if tens == 1:
        words.append("mười")
    elif tens:
        words.append(f"{DIGITS[tens]} mươi")
    elif units and words:
        words.append("linh")
    if units:
        words.append(_unit(units, tens))
    return " ".join(words)


def _unit(units: int, tens: int) -> str:
    if units == 1 and tens >= 2:
        return "mốt"
    if units == 5 and tens >= 1:
        return "lăm"
    return DIGITS[units]


ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
POWERS = ("", " thousand", " million", " billion", " trillion")


def in_words_en(dong: int) -> str:
    """Return an amount of đồng in English words: 105,000 → "One hundred and five thousand dong".

    Raises:
        ValueError: a negative amount, or one of a quadrillion or more.
    """
    if not 0 <= dong < 10**15:
        raise ValueError("an amount between 0 and 10^15")
    groups = [(power, dong // 1000**power % 1000) for power in range(4, -1, -1)]
    words = [_hundreds_en(group) + POWERS[power] for power, group in groups if group]
    last = groups[-1][1]
    if len(words) > 1 and 0 < last < 100:
        words[-1] = f"and {words[-1]}"
    said = " ".join(words) or "zero"
    return f"{said[0].upper()}{said[1:]} dong"


def _hundreds_en(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    tens, units = divmod(rest, 10)
    small = ONES[rest] if rest < 20 else "-".join([TENS[tens], ONES[units]] if units else [TENS[tens]])
    if not hundreds:
        return small
    return f"{ONES[hundreds]} hundred" + (f" and {small}" if rest else "")
