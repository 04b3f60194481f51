"""Amounts of đồng in words, as receipts print them."""

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
