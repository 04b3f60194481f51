"""Find dossiers by what somebody says of them: a code, a telephone or identity number, a name.

Names are held as words without diacritics in `Dossier.search`. Thousands bear a common name, and who asks for it wants
the newest: the newest dossiers are looked through before the index of names, which knows no order, is asked for all.
A whole word is found ten times as fast as all words that begin with it, and is what is mostly meant.
"""

import contextlib
import datetime as dt
import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, Func, QuerySet

from motcua.record.organisation.actor import Actor
from motcua.rules.identifiers import IdentifierError, to_e164
from motcua.rules.text import fold
from motcua.serve.dossiers.models import Dossier, Party
from motcua.serve.dossiers.queries import in_order, named_in, of_code, readable, reads_all, reads_none, taken_part_in

# Where more than so many bear a name, so many of the newest dossiers are looked through first, one by one; that takes
# some eight milliseconds.
MANY, NEWEST = 5_000, 20_000
# So many dossiers of one number are few.
FEW = 1_000
# What people write between the digits of a number.
BETWEEN_DIGITS = str.maketrans("", "", " .-()")
# Within the quotes of a word of a question these two would be taken for signs of their own.
QUOTING = str.maketrans("'\\", "  ")
# Newest first by a sum, which no index gives: for a name that is rare among the dossiers, PostgreSQL would otherwise
# read the whole record in its order until it has enough.
NEWEST_FIRST = (F("received_at") + dt.timedelta()).desc()


def find_dossiers(*, by: Actor, words: str, most: int) -> list[Dossier]:
    """Find dossiers that the actor may read by code, phone or identity number, else by name; newest first.

    Who types a number that readable dossiers have wants these and no others. A name is read as whole words; if nothing
    is found, its last word as a beginning; if nobody at all bears the whole words, each word as a beginning.

    Args:
        by: who asks.
        words: what was typed, with or without diacritics.
        most: how many dossiers are wanted.
    """
    text = words.strip()
    if exact := _exactly(by, text, most):
        return in_order(by, exact)
    names = _words(text)
    if not names or reads_none(by):
        return []
    whole, unfinished = _query(names), [f"{word}:*" for word in names]
    keys = _newest(by, whole, most) or _newest(by, _query([*names[:-1], unfinished[-1]]), most)
    if not keys and names[1:] and _nobody(whole):
        keys = _newest(by, _query(unfinished), most)
    return in_order(by, keys)


def _exactly(by: Actor, text: str, most: int) -> list[uuid.UUID]:
    """Return the newest readable dossiers of which a code or a number is just this text.

    Few keys are looked up first and then asked for; who files by the thousand, such as a company, is asked for at once.
    """
    if not text:
        return []
    bearing = _bearing(text)
    keys = list(bearing.values_list("dossier_id", flat=True)[:FEW])
    if not keys:
        return []
    few = len(keys) < FEW
    found = readable(by).filter(pk__in=keys if few else bearing).order_by("-received_at" if few else NEWEST_FIRST)
    return list(found.values_list("pk", flat=True)[:most])


def _bearing(text: str) -> QuerySet[Any, Any]:
    """Return the keys of the dossiers of which a code or a number is just this text."""
    digits = text.translate(BETWEEN_DIGITS)
    written = {digits, text.replace(" ", "")} - {""}
    numbers = Party.objects.filter(identity_number__in=written).values("dossier_id")
    numbers = numbers.union(Party.objects.filter(tax_code=text).values("dossier_id"), all=True)
    if digits.lstrip("+").isdigit():
        with contextlib.suppress(IdentifierError):
            numbers = numbers.union(Party.objects.filter(phone=to_e164(digits)).values("dossier_id"), all=True)
    return numbers.union(Dossier.objects.filter(of_code(text)).values("pk"), all=True)


def _words(text: str) -> list[str]:
    """Return the words of a name as the index of names is asked for them.

    Signs within a word stay: PostgreSQL parts `H'Hen` and `XD&TM` as it did when it made the words of the dossier.
    """
    words = (word.translate(QUOTING) for word in fold(text).split())
    return [f"'{word}'" for word in words if any(c.isalnum() for c in word)]


def _query(words: Iterable[str]) -> SearchQuery:
    return SearchQuery(" & ".join(words), search_type="raw", config="simple")


def _nobody(names: SearchQuery) -> bool:
    return Dossier.objects.filter(search=names).order_by(NEWEST_FIRST).values_list("pk").first() is None


def _newest(by: Actor, names: SearchQuery, most: int) -> list[uuid.UUID]:
    """Return the newest dossiers that a name finds.

    Asked apart for the agencies that a dossier names and for those that take part in it, the indexes of names and of
    agencies are met before a row is read.
    """
    named = Dossier.objects.filter(search=names).order_by(NEWEST_FIRST).values_list("received_at", "pk")
    own = named if reads_all(by) else named.filter(named_in(by.scope))
    if _expected(own) > MANY and len(keys := _recent(by, names, most)) == most:
        return keys
    parts = [own] if reads_all(by) else [own, named.filter(pk__in=taken_part_in(by.scope))]
    found = {row for part in parts for row in part[:most]}
    return [pk for _received_at, pk in sorted(found, reverse=True)[:most]]


def _expected(found: QuerySet[Dossier, Any]) -> int:
    """Return how many rows PostgreSQL expects, from its statistics alone."""
    return int(json.loads(found.explain(format="json"))[0]["Plan"]["Plan Rows"])


def _recent(by: Actor, names: SearchQuery, most: int) -> list[uuid.UUID]:
    """Return those among the newest dossiers of the record that bear a name."""
    times = Dossier.objects.order_by("-received_at").values_list("received_at", flat=True)
    since = times[NEWEST - 1 : NEWEST].first()
    if since is None:
        return []
    # As a function the comparison is asked of each row; as an operator PostgreSQL would go to the index of names.
    bears = Func(F("search"), names, function="ts_match_vq", output_field=BooleanField())
    recent = readable(by).filter(bears, received_at__gte=since).order_by("-received_at", "-pk")
    return list(recent.values_list("pk", flat=True)[:most])
