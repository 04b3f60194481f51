"""Fees that are counted by page and copy: a lower price for later pages, a cap for each copy."""


def page_fee(
    pages: int, copies: int, amount: int, *, later_from: int = 0, later_amount: int = 0, most: int | None = None
) -> int:
    """Return what pages cost in đồng, each copy on its own.

    Args:
        pages: pages of one copy.
        copies: how many copies; none is one.
        amount: of a page.
        later_from: the page from which on `later_amount` is paid instead; 0 for none.
        most: the most that one copy costs; None for no cap.

    Raises:
        ValueError: a negative number.

    Source: TT 226/2016/TT-BTC, art. 4 (certified copies: 2,000 đồng a page, 1,000 from the third page on, at most
    200,000 a copy).
    """
    if min(pages, copies, amount, later_from, later_amount, most or 0) < 0:
        raise ValueError("numbers from 0")
    first = pages if not later_from else min(pages, later_from - 1)
    one = first * amount + (pages - first) * later_amount
    return max(copies, 1) * (one if most is None else min(one, most))
