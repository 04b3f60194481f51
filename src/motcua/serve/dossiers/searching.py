"""Find dossiers by what somebody says of them: a code, a telephone or identity number, a name.

Names are held as words without diacritics in `Dossier.search`. Thousands bear a common name, and who asks for it wants
the newest: the newest dossiers are looked through before the index of names, which knows no order, is asked for all.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable
from itertools import dropwhile

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.rules.identifiers import IdentifierError, to_e164
from motcua.rules.text import fold
from motcua.serve.dossiers.models import Dossier, Participant, Party
from motcua.serve.dossiers.queries import in_order, of_code, readable

# So many of the newest dossiers are looked through one by one; that takes some four milliseconds.
NEWEST = 10_000
# Newest first by a sum, which no index gives: for a name that is rare among the dossiers, PostgreSQL would otherwise
# read the whole record in its order until it has enough.
NEWEST_FIRST = (F("received_at") + dt.timedelta()).desc()


def search_dossiers(*, by: Actor, words: str) -> QuerySet[Dossier]:
    """Find dossiers by code, phone or identity number, else by name with or without diacritics; newest first.

    Who types a number that somebody has wants these dossiers and no others; one condition over all columns could not
    be answered by an index.
    """
    text = words.strip()
    if exact := _exactly(text):
        return readable(by).filter(pk__in=exact).order_by("-received_at")
    names = next(dropwhile(_nobody, _readings(text)), None)
    return readable(by).filter(_named(by, names)).order_by("-received_at") if names else readable(by).none()


def first_found(*, by: Actor, words: str, most: int) -> list[Dossier]:
    """Return the newest of what `search_dossiers` finds, at most so many."""
    text = words.strip()
    if exact := _exactly(text):
        found = readable(by).filter(pk__in=exact).order_by("-received_at")
        return in_order(by, found.values_list("pk", flat=True)[:most])
    for names in _readings(text):
        keys = _newest(by, names, most)
        if keys or not (_reads_all(by) or _nobody(names)):
            return in_order(by, keys)
    return []


def _reads_all(by: Actor) -> bool:
    return by.is_system or by.role == Role.AUDITOR


def _exactly(text: str) -> list[uuid.UUID]:
    """Return the dossiers of which a code or a number is just this text, the newest thousand."""
    if not text:
        return []
    digits = text.replace(" ", "").replace(".", "")
    numbers = Party.objects.filter(identity_number=digits).values("dossier_id")
    numbers = numbers.union(Party.objects.filter(tax_code=text).values("dossier_id"), all=True)
    if digits.lstrip("+").isdigit():
        with contextlib.suppress(IdentifierError):
            numbers = numbers.union(Party.objects.filter(phone=to_e164(digits)).values("dossier_id"), all=True)
    codes = Dossier.objects.filter(of_code(text)).values("pk")
    return list(numbers.union(codes, all=True).values_list("dossier_id", flat=True)[:1000])


def _readings(text: str) -> list[SearchQuery]:
    """Return how a name can be read: its words, the last one unfinished; where nobody is called that, all unfinished.

    Half the names begin with the same few letters: taken as beginnings they would bring thousands that nobody meant.
    """
    words = ["".join(c for c in word if c.isalnum() or c in "._-") for word in fold(text).split()]
    words = [f"'{word}'" for word in words if any(c.isalnum() for c in word)]
    if not words:
        return []
    unfinished = [f"{word}:*" for word in words]
    return [_raw([*words[:-1], unfinished[-1]]), *([_raw(unfinished)] if words[1:] else [])]


def _raw(words: Iterable[str]) -> SearchQuery:
    return SearchQuery(" & ".join(words), search_type="raw", config="simple")


def _nobody(names: SearchQuery) -> bool:
    return Dossier.objects.filter(search=names).order_by(NEWEST_FIRST).values_list("pk").first() is None


def _newest(by: Actor, names: SearchQuery, most: int) -> list[uuid.UUID]:
    """Return the newest dossiers that a name finds, looking at the newest of the record first."""
    times = Dossier.objects.order_by("-received_at").values_list("received_at", flat=True)
    since = times[NEWEST : NEWEST + 1].first()
    if since is not None:
        # As a function the comparison is asked of each row; as an operator PostgreSQL would go to the index of names.
        bears = Func(F("search"), names, function="ts_match_vq", output_field=BooleanField())
        recent = readable(by).filter(bears, received_at__gte=since).order_by("-received_at")
        keys = list(recent.values_list("pk", flat=True)[:most])
        if len(keys) == most:
            return keys
    found = readable(by).filter(_named(by, names)).order_by(NEWEST_FIRST)
    return list(found.values_list("pk", flat=True)[:most])


def _named(by: Actor, names: SearchQuery) -> Q:
    """Return the condition of the dossiers that a name finds, for who reads those of some agencies.

    Asked apart for the agencies that a dossier names and for those that take part in it, the indexes of names and of
    agencies are met before a row is read.
    """
    if _reads_all(by):
        return Q(search=names)
    scope, named = by.scope, Dossier.objects.filter(search=names).order_by()
    own = named.filter(
        Q(agency_received_id__in=scope) | Q(agency_competent_id__in=scope) | Q(agency_helped_id__in=scope)
    )
    taken_part = named.filter(pk__in=Participant.objects.filter(agency_id__in=scope).values("dossier_id"))
    return Q(pk__in=own.values("pk").union(taken_part.values("pk"), all=True))
