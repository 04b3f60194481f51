"""From what a form sends to a filing."""

import datetime as dt

from django.http import QueryDict
from django.utils.dateparse import parse_date

from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput
from motcua.serve.dossiers.models import Channel, Party, ReturnMethod


def number(post: QueryDict, name: str, default: int = 0) -> int:
    """Return a whole number that is not negative, the default where the field holds anything else."""
    text = post.get(name, "").strip()
    return min(int(text), 10**9) if text.isascii() and text.isdigit() else default


def date(post: QueryDict, name: str) -> dt.date | None:
    """Return a date, None where the field holds none."""
    try:
        return parse_date(post.get(name, "").strip())
    except ValueError:
        return None


def party(post: QueryDict, part: str) -> PartyInput | None:
    """Return one party; None where nothing was typed for it."""

    def text(name: str) -> str:
        return post.get(f"{part}_{name}", "").strip()

    if part != "owner" and not text("name"):
        return None
    kind = text("kind")
    return PartyInput(
        name=text("name"),
        kind=kind if kind in Party.Kind.values else Party.Kind.PERSON,
        identity_number=text("identity_number"),
        tax_code=text("tax_code"),
        born_on=date(post, f"{part}_born_on"),
        sex=text("sex") if text("sex") in ("m", "f") else "",
        phone=text("phone"),
        email=text("email"),
        address=text("address"),
        authenticated=post.get(f"{part}_authenticated") == "on",
    )


def components(post: QueryDict) -> tuple[ComponentInput, ...]:
    """Return the papers that were ticked, with their counts; "reused" alone says that no paper was brought."""
    ticked = dict.fromkeys(name.removeprefix("paper_") for name in post if name.startswith("paper_"))
    keys = ticked | dict.fromkeys(name.removeprefix("reused_") for name in post if name.startswith("reused_"))
    found = [
        ComponentInput(
            key=key,
            originals=number(post, f"originals_{key}") if key in ticked else 0,
            certified=number(post, f"certified_{key}") if key in ticked else 0,
            copies=number(post, f"copies_{key}") if key in ticked else 0,
            reused=post.get(f"reused_{key}") == "on",
        )
        for key in keys
    ]
    other = post.get("other_paper", "").strip()
    if other:
        found.append(ComponentInput(name=other, originals=1))
    return tuple(found)


def payment(post: QueryDict) -> PaymentInput | None:
    """Return how the fee is met, None where nothing was chosen."""
    how = post.get("pay", "")
    return PaymentInput(how=how, exempt_reason=post.get("exempt_reason", "")) if how else None


def filing(post: QueryDict) -> Filing:
    """Return everything that an intake form holds."""
    method = post.get("return_method", "")
    channel = number(post, "channel", 1)
    return Filing(
        procedure=post.get("procedure", ""),
        agency=post.get("agency", ""),
        owner=party(post, "owner") or PartyInput(name=""),
        submitter=party(post, "submitter"),
        authorised=party(post, "authorised"),
        components=components(post),
        channel=channel if channel in Channel.values else Channel.COUNTER,
        return_method=method if method in ReturnMethod.values else ReturnMethod.COUNTER,
        return_place=post.get("return_place", "").strip(),
        summary=post.get("summary", "").strip(),
        note=post.get("note", "").strip(),
        sets=number(post, "sets", 1),
        pages=number(post, "pages"),
        copies=number(post, "copies"),
        payment=payment(post),
        case=post.get("case", "").strip()[:40],
    )
