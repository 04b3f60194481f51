"""The menu of the staff: rooms add entries, each with its policy; a person sees what their post may open."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.measure.assessment.policies import READS_ROUNDS
from motcua.measure.dashboards.policies import LEADS
from motcua.measure.live.policies import READS_INDEX
from motcua.measure.reports.policies import READS_REPORTS
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import ADMINISTERS, AUDITS, HANDS_OVER, Policy
from motcua.serve.catalogue.publication.policies import KEEPS_CATALOGUE, SEES_PUBLICATION
from motcua.serve.dossiers.policies import POSTS, READS, RECEIVES, SERVES


@dataclass(frozen=True)
class Entry:
    """One entry: its key works outside of input fields."""

    label: Lazy | str
    url_name: str
    policy: Policy
    key: str = ""


@dataclass(frozen=True)
class Item:
    """An entry as the page shows it."""

    label: str
    url: str
    key: str
    current: bool


# Where each role's day begins; everybody else's at the desk.
DESK = "dossiers:desk"
FIRST_PAGES = {
    Role.LEADER: "dashboards:overview",
    Role.CENTRE_MANAGER: "dashboards:overview",
    Role.AUDITOR: "ledger:roots",
    Role.ADMINISTRATOR: "organisation:people",
}

MENU: tuple[Entry, ...] = (
    Entry(_("Start"), "dossiers:desk", SERVES, "h"),
    Entry(_("Overview"), "dashboards:overview", LEADS, "o"),
    Entry(_("Receive"), "dossiers:intake", RECEIVES, "n"),
    Entry(_("Inbox"), "dossiers:inbox", SERVES, "i"),
    Entry(_("Results to return"), "dossiers:returns", RECEIVES, "r"),
    Entry(_("Arrived"), "dossiers:arrivals", RECEIVES),
    Entry(_("By post"), "dossiers:post", POSTS),
    Entry(_("Lists"), "dossiers:lists", SERVES, "l"),
    Entry(_("Search"), "dossiers:search", READS, "s"),
    Entry(_("Register"), "dossiers:register", SERVES, "g"),
    Entry(_("Reports"), "reports:reports", READS_REPORTS),
    Entry(_("Procedures"), "catalogue:record_list", KEEPS_CATALOGUE),
    Entry(_("Publication"), "catalogue:publications", SEES_PUBLICATION),
    Entry(_("Reviews"), "catalogue:reviews", KEEPS_CATALOGUE),
    Entry(_("Assessment"), "assessment:rounds", READS_ROUNDS),
    Entry(_("Forms"), "forms:forms", ADMINISTERS),
    Entry(_("Linked procedures"), "dossiers:linked_groups", ADMINISTERS),
    Entry(_("Index 766"), "live:board", READS_INDEX),
    Entry(_("Ledger"), "ledger:roots", AUDITS),
    Entry(_("People"), "organisation:people", ADMINISTERS),
    Entry(_("Agencies"), "organisation:agencies", ADMINISTERS),
    Entry(_("Calendar"), "organisation:calendar", ADMINISTERS),
    Entry(_("Job positions"), "organisation:staffing", ADMINISTERS),
    Entry(_("Tables"), "organisation:tables", ADMINISTERS),
    Entry(_("Hand over"), "organisation:hand_over", HANDS_OVER),
    Entry(_("Programs"), "accounts:clients", ADMINISTERS),
    Entry(_("Sign-ins"), "accounts:sign_ins", AUDITS),
)


def items_for(request: HttpRequest) -> list[Item]:
    """Return the entries that the actor of this request may open."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.post is None:
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [Item(str(e.label), reverse(e.url_name), e.key, here == e.url_name) for e in MENU if e.policy.allows(actor)]
