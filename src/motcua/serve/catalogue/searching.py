"""Finding procedures: by the beginnings of words without diacritics, and by filters; core PostgreSQL, one index."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.queries import agency_by_code
from motcua.rules.identifiers import read_agency_code
from motcua.rules.text import search_words
from motcua.serve.catalogue.models import Competence, ProcedureVersion, searched_words

Status = ProcedureVersion.Status
MOST_WORDS = 12


class When(TextChoices):
    """Which versions, by a date."""

    IN_FORCE = "in_force", _("in force")
    COMING = "coming", _("in force later")
    CLOSED = "closed", _("no longer in force")
    DRAFT = "draft", _("draft")
    DISCARDED = "discarded", _("discarded")


@dataclass(frozen=True)
class Filters:
    """What is looked for; an empty one asks nothing. `online` is a level of the national catalogue (2, 3, 4)."""

    words: str = ""
    field: str = ""
    level: str = ""
    agency: str = ""
    online: str = ""
    subject: str = ""
    when: str = When.IN_FORCE

    @property
    def asks(self) -> bool:
        """Tell whether anything but the date narrows the list."""
        return any((self.words, self.field, self.level, self.agency, self.online, self.subject))


def find_versions(filters: Filters, day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the versions that a filter asks for on a local date, by name; drafts only where they are asked for.

    Words are found by their beginnings, in any order, in code, names and field, typed with or without diacritics.
    """
    found = _by_date(filters.when, day).select_related("procedure__field")
    if words := search_words(filters.words).split()[:MOST_WORDS]:
        # Where the planner reads all rows instead of the index, the cheap test of one word comes first.
        found = found.filter(_holds(words), folded_text__contains=max(words, key=len))
    if filters.field:
        found = found.filter(procedure__field__code=filters.field)
    if filters.online in ("2", "3", "4"):
        found = found.filter(service_level=int(filters.online))
    if filters.subject:
        found = found.filter(subjects__contains=[filters.subject])
    if filters.level:
        found = found.filter(_at_level(filters.level, day))
    if filters.agency:
        found = found.filter(_of_agency(filters.agency, day))
    # By an expression that no index holds: else the planner walks the whole index of names for a rare word.
    return found.order_by(Concat("folded_name", Value("")), "pk")


class Found(Sequence[ProcedureVersion]):
    """What a filter asks for, in pages: the keys are read once, narrow; rows are read for the page that is shown."""

    def __init__(self, filters: Filters, day: dt.date) -> None:
        self.keys = list(find_versions(filters, day).select_related(None).values_list("pk", flat=True))

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: Any) -> Any:
        keys = self.keys[place] if isinstance(place, slice) else [self.keys[place]]
        versions = ProcedureVersion.objects.filter(pk__in=keys).select_related("procedure__field")
        rows = versions.defer("order_vi", "order_en", "requirements_vi", "requirements_en", "legal_bases").in_bulk()
        found = [rows[key] for key in keys]
        return found if isinstance(place, slice) else found[0]


def _holds(words: list[str]) -> Func:
    """Return the condition that each word begins one of the text; letters, digits and inner points only."""
    query = " & ".join(f"'{word}':*" for word in words)
    asked = Func(Value(query), template="(%(expressions)s)::tsquery")
    return Func(searched_words(), asked, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def _by_date(when: str, day: dt.date) -> QuerySet[ProcedureVersion]:
    published = ProcedureVersion.objects.filter(status=Status.PUBLISHED)
    if when in (When.DRAFT, When.DISCARDED):
        return ProcedureVersion.objects.filter(status=Status.DRAFT if when == When.DRAFT else Status.DISCARDED)
    if when == When.COMING:
        return published.filter(valid_from__gt=day)
    if when == When.CLOSED:
        ended = published.filter(valid_to__lte=day)
        later = published.filter(procedure_id=OuterRef("procedure_id"), valid_from__gt=OuterRef("valid_from"))
        return ended.filter(~Exists(later))
    found: QuerySet[ProcedureVersion] = published.on(day)
    return found


def _at_level(level: str, day: dt.date) -> Q:
    """Return the condition that a level carries the procedure out: by who decides here, or by the national record."""
    decides = Competence.objects.on(day).filter(level=level)
    return Q(procedure_id__in=decides.values("procedure_id")) | Q(levels__contains=[{"level": level}])


def _of_agency(code: str, day: dt.date) -> Q:
    agency = agency_by_code(code, day)
    named = Q(agencies__contains=[{"code": code}]) | Q(agencies__contains=[{"code": read_agency_code(code)}])
    if agency is None:
        return named
    own = Q(agency_id=agency.pk) | Q(agency=None, level=agency.level)
    decides = Competence.objects.on(day).filter(own)
    return Q(procedure_id__in=decides.values("procedure_id")) | named
