"""Faults of catalogue files as sentences with their place: `PHILEPHI!D3: an amount must not be negative (-75000).`"""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.formats.national import Fault
from motcua.record.organisation.errors import Refused

SENTENCES: dict[str, Lazy | str] = {
    "text": gettext_lazy("must be a text."),
    "long": gettext_lazy("is longer than %(most)s characters."),
    "missing": gettext_lazy("is missing."),
    "number": gettext_lazy("must be a whole number, 0 or more; it is “%(value)s”."),
    "negative": gettext_lazy("must not be negative; it is “%(value)s”."),
    "date": gettext_lazy("must be a date such as 01/07/2025; it is “%(value)s”."),
    "dates": gettext_lazy("comes before the date on which it begins."),
    "choice": gettext_lazy("“%(value)s” is not known; known are: %(known)s."),
    "code": gettext_lazy("a code has letters, digits, points and hyphens only; it is “%(value)s”."),
    "head": gettext_lazy("no column is named “%(value)s”; known are: %(known)s."),
    "head_twice": gettext_lazy("the column “%(value)s” stands twice."),
    "head_missing": gettext_lazy("the column %(value)s is missing."),
    "sheet": gettext_lazy("no sheet has this name; after the first, known are: %(known)s."),
    "no_procedure": gettext_lazy("the first sheet has no procedure %(value)s."),
    "pairs": gettext_lazy("%(value)s: as many codes as names are needed."),
    "rows": gettext_lazy("more than %(most)s rows; divide the file."),
    "twice": gettext_lazy("%(value)s stands in the file already, at %(other)s, for the same days."),
    "block": gettext_lazy("must be a block of fields."),
    "large": gettext_lazy("the file is too large, or unpacks to too much."),
    "workbook": gettext_lazy("the file is no XLSX workbook that can be read."),
    "utf8": gettext_lazy("the file is not in UTF-8."),
    "json": gettext_lazy("the file is no JSON from this line and column on."),
    "ending": gettext_lazy("the file's name must end in .json, .xlsx or .csv."),
    "empty": gettext_lazy("the file holds no procedure."),
    "overlap": gettext_lazy(
        "%(value)s overlaps version %(number)s, which is in force from %(since)s to %(until)s; give a later date."
    ),
    "draft_held": gettext_lazy(
        "the draft of %(value)s lies on the decision “%(decision)s”, which is past its draft; return that one first."
    ),
}


def sentence(fault: Fault) -> str:
    """Return a fault in the language of the moment, its place first."""
    words = str(SENTENCES[fault.code]) % dict(fault.params)
    return _("%(place)s: %(words)s") % {"place": fault.place, "words": words} if fault.place else words


def refused(fault: Fault) -> Refused:
    """Return a fault as an error whose field is its place."""
    return Refused(f"import.{fault.code}", sentence(fault), field=fault.place)
