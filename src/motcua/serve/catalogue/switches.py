"""What a step allows: the switches of an internal process, and what is meant where one is not set."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Switches:
    """What the hand that holds a step may and must do (one-stop products know them as task settings)."""

    may_pause: bool = True
    may_supplement: bool = True
    may_extend: bool = True
    may_cancel: bool = True
    may_recall: bool = True
    must_choose_person: bool = False
    must_attach_result: bool = False
    result_is_paper: bool = False
    first_result: bool = False
    waits_for_applicant: bool = False


LABELS: Mapping[str, Lazy | str] = {
    "may_pause": _("may wait for a payment duty"),
    "may_supplement": _("may ask for a supplement"),
    "may_extend": _("may extend with an apology"),
    "may_cancel": _("may stop handling"),
    "may_recall": _("may take back what was handed on"),
    "must_choose_person": _("must choose the next person"),
    "must_attach_result": _("must attach a result"),
    "result_is_paper": _("its result is a paper for the next steps"),
    "first_result": _("ends a phase: its result is returned, then comes a second appointment"),
    "waits_for_applicant": _("the second appointment counts from when the applicant has come back"),
}

NAMES = tuple(field.name for field in fields(Switches))


def switches_of(stored: Mapping[str, Any]) -> Switches:
    """Return the switches of a step; what is not stored keeps its default, unknown names are ignored."""
    return Switches(**{name: bool(stored[name]) for name in NAMES if name in stored})
