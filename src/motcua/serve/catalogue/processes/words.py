"""What the checker found, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motcua.rules.processes import Fault

WORDS: Mapping[str, Lazy | str] = {
    "empty": _("The table has no steps."),
    "key_missing": _("Row %(row)s has no key."),
    "key_twice": _("Another row has the same key; each key stands once."),
    "first_not_receive": _("The first step must be of the kind “receive”."),
    "last_not_return": _("The last step must be of the kind “return”."),
    "receive_again": _("Only the first step may be of the kind “receive”."),
    "return_early": _("Only the last step may be of the kind “return”."),
    "time_negative": _("The time is negative."),
    "time_unit": _("There is no unit of time “%(unit)s”."),
    "agency_missing": _("Name the agency that this step lies with."),
    "agency_not_asked": _("An agency is named, but the step does not lie with a named agency."),
    "must_not_skip": _("Receiving and returning cannot be skipped."),
    "after_unknown": _("It waits for “%(key)s”, but no row has this key."),
    "return_unknown": _("It may be sent back to “%(key)s”, but no row has this key."),
    "loop": _("These steps wait for each other, a loop with no way out: %(keys)s."),
    "unreachable": _("This step is never reached: it waits for a loop."),
    "after_below": _("It waits for “%(key)s”, which stands below it; move it down."),
    "never_joins": _("Nothing waits for this step, so its branch never joins; name it under “after” of “%(last)s”."),
    "return_not_before": _("It cannot be sent back to “%(key)s”, which does not come before it."),
    "over_limit": _("The longest way (%(way)s) takes %(taken)s working hours; the law gives %(allowed)s."),
    "role_unheld": _("Nobody holds the role “%(role)s” in any agency that this step may lie with."),
}


def in_words(fault: Fault) -> str:
    """Return a fault as a sentence in the language of the moment."""
    sentence = str(WORDS.get(fault.code, "")) or _now("The table is not sound.")
    return sentence % fault.params if fault.params else sentence


def by_step(faults: list[Fault]) -> dict[str, list[str]]:
    """Return the sentences by the key of their row, "" for the whole table."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.step, []).append(in_words(fault))
    return found
