"""The page that shows every component of the look, with what is written to get it."""

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.accounts.access import access
from motcua.record.organisation.policies import ANYONE
from motcua.rules.answers import Choice, Condition, Wrong
from motcua.rules.answers import Field as Asked
from motcua.rules.working_time import LOCAL, ProofLine
from motcua.serve.forms.rendering import Page, page_of
from motcua.web.shell.templatetags.shell import CLOCK_WORDS

COLOURS = ("ground", "paper", "sunken", "line", "ink", "ink-soft", "accent", "bar", "lamp")
STATES = ("in-time", "soon", "late", "stopped")
ICONS = (
    "door clock hourglass warning pause pause-late check check-early check-late search person leave language key book "
    "print plus inbox return file calendar chain arrow info phone stamp cross"
).split()
# National states of a dossier that differ in look: codes of the national document, with a word for each.
BADGES = (
    (1, gettext_lazy("just received")),
    (2, gettext_lazy("received")),
    (4, gettext_lazy("being handled")),
    (5, gettext_lazy("waiting for a supplement")),
    (8, gettext_lazy("stopped")),
    (10, gettext_lazy("result returned")),
)


@dataclass(frozen=True)
class Sample:
    """A line of a table of examples."""

    code: str
    name: str
    amount: int
    due_at: dt.datetime
    clock: str


class SampleForm(forms.Form):
    """A form with one right and one wrong field."""

    name = forms.CharField(label=gettext_lazy("Full name"), help_text=gettext_lazy("As on the identity card"))
    phone = forms.RegexField(r"^\d{10}$", label=gettext_lazy("Phone"), required=False)


def sample_proof() -> list[ProofLine]:
    """Return a proof with every kind of line."""
    day = dt.date(2026, 11, 19)
    return [
        ProofLine(day, "moved", "cut_off"),
        ProofLine(day.replace(day=20), "start", "in_hours"),
        ProofLine(day.replace(day=20), "counted", "working_day", days=1),
        ProofLine(day.replace(day=21), "skipped", "weekend"),
        ProofLine(day.replace(day=22), "skipped", "weekend"),
        ProofLine(day.replace(day=23), "paused", "paused", name=_("supplement"), minutes=450),
        ProofLine(day.replace(day=24), "counted", "working_day", days=1),
        ProofLine(day.replace(day=25), "carried", "working_day", minutes=450),
        ProofLine(day.replace(day=25), "due", "due"),
    ]


def sample_rows() -> list[Sample]:
    """Return lines of a list; the names are nobody's."""
    due = dt.datetime(2026, 11, 25, 17, tzinfo=LOCAL)
    return [
        Sample("H15.01-261119-0001", "Nguyễn Thị Mẫu", 50_000, due, "late"),
        Sample("H15.01-261119-0002", "Trần Văn Thử", 1_250_000, due + dt.timedelta(days=1), "due_soon"),
        Sample("H15.01-261120-0001", "Y Mẫu Niê", 0, due + dt.timedelta(days=9), "in_time"),
    ]


def sample_timeline() -> list[SimpleNamespace]:
    """Return a path with what is done, what is now and what is ahead."""
    at = dt.datetime(2026, 11, 19, 8, 5, tzinfo=LOCAL)
    return [
        SimpleNamespace(state="", at=at, sentence=_("received, slip given"), who="Hoàng Thị Mẫu"),
        SimpleNamespace(state="now", at=at + dt.timedelta(hours=2), sentence=_("being handled"), who="Võ Văn Thử"),
        SimpleNamespace(state="ahead", at=None, sentence=_("result returned"), who=""),
    ]


def sample_formset() -> Page:
    """Return a form with a condition and a fault."""
    other = Choice("other", "Người khác", "Another person")
    fields = [
        Asked(
            "relation",
            "choice",
            "Quan hệ",
            "Relation",
            required=True,
            choices=(Choice("mother", "Mẹ", "Mother"), other),
        ),
        Asked("which", "text", "Ghi rõ quan hệ", "Which", show_if=(Condition("relation", "is", "other"),)),
        Asked("copies", "number", "Số bản sao", "Copies", most="50"),
    ]
    return page_of(fields, {"copies": "51"}, {"copies": Wrong("more", {"most": "50"})}, dt.date(2026, 11, 19), "s-")


@access(ANYONE)
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    form = SampleForm({"name": "", "phone": "0905"})
    paginator = Paginator(range(120), 20)
    return render(
        request,
        "shell/gallery.html",
        {
            "colours": COLOURS,
            "states": STATES,
            "icons": ICONS,
            "badges": BADGES,
            "clocks": list(CLOCK_WORDS),
            "proof": sample_proof(),
            "rows": sample_rows(),
            "timeline": sample_timeline(),
            "form": form,
            "formset": sample_formset(),
            "errors": [SimpleNamespace(target="id_phone", message=_("Phone: ten digits, such as 0905123456."))],
            "page": paginator.get_page(request.GET.get("page", 2)),
            "crumbs": [(_("Procedures"), "#"), (_("Components"), "")],
        },
    )
