"""A dossier as pages and papers show it: its clock, its proof, its events in sentences."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.ledger.models import Event
from motcua.record.organisation.models import Post
from motcua.rules.working_time import Duration, ProofLine, clock_state, to_local_date
from motcua.rules.working_time import Pause as ClockPause
from motcua.serve.catalogue.queries import limit_of
from motcua.serve.dossiers.actions.clock import judged_on
from motcua.serve.dossiers.actions.common import calendar_of
from motcua.serve.dossiers.actions.revealing import REASONS
from motcua.serve.dossiers.models import Dossier, Pause, Phase, State
from motcua.serve.dossiers.states import ENDED

SENTENCES = {
    "dossier.received": gettext_lazy("received, slip given"),
    "dossier.given_at_once": gettext_lazy("result given at once"),
    "dossier.filed": gettext_lazy("filed, not received yet"),
    "dossier.arrival_completed": gettext_lazy("what arrived was completed"),
    "dossier.linked": gettext_lazy("filed together with others"),
    "dossier.started": gettext_lazy("paper of the part before has arrived, clock started"),
    "dossier.refused": gettext_lazy("not accepted"),
    "dossier.forwarded": gettext_lazy("handed on"),
    "dossier.sent_back": gettext_lazy("sent back"),
    "dossier.recalled": gettext_lazy("recalled"),
    "dossier.case_chosen": gettext_lazy("falls under another case, promised anew"),
    "dossier.assigned": gettext_lazy("assigned"),
    "dossier.supplement_requested": gettext_lazy("supplement asked for, clock stopped"),
    "dossier.supplement_arrived": gettext_lazy("supplement arrived, clock goes on"),
    "dossier.supplement_expired": gettext_lazy("no supplement came in time"),
    "dossier.paused_for_fee": gettext_lazy("waits for a payment duty, clock stopped"),
    "dossier.fee_settled": gettext_lazy("duty paid, clock goes on"),
    "dossier.extended": gettext_lazy("extended with an apology"),
    "dossier.apologised": gettext_lazy("apology sent"),
    "dossier.finished": gettext_lazy("result ready"),
    "dossier.returned": gettext_lazy("result returned"),
    "dossier.first_result_ready": gettext_lazy("first result ready"),
    "dossier.first_result_returned": gettext_lazy("first result returned"),
    "dossier.phase_started": gettext_lazy("second appointment made, slip given"),
    "dossier.listed_for_post": gettext_lazy("put on a list for the post"),
    "dossier.posted": gettext_lazy("handed to the post"),
    "dossier.taken_off_list": gettext_lazy("taken off the list for the post"),
    "dossier.list_succeeded": gettext_lazy("moved to the successor's list for the post"),
    "dossier.tracking_noted": gettext_lazy("tracking number noted"),
    "dossier.post_arrived": gettext_lazy("delivered by the post"),
    "dossier.post_came_back": gettext_lazy("came back from the post"),
    "dossier.given_after_post": gettext_lazy("given at the counter after it came back"),
    "dossier.withdrawn": gettext_lazy("withdrawn by the applicant"),
    "dossier.stopped": gettext_lazy("handling stopped"),
    "dossier.corrected": gettext_lazy("typing error corrected"),
    "dossier.answers_corrected": gettext_lazy("declaration corrected"),
    "dossier.voided": gettext_lazy("receipt voided"),
    "dossier.attachment_added": gettext_lazy("file added"),
    "dossier.paper_printed": gettext_lazy("paper printed"),
    "dossier.identity_revealed": gettext_lazy("identity number shown in full"),
    "dossier.consulted": gettext_lazy("opinion of another agency asked for"),
    "dossier.opinion_given": gettext_lazy("opinion given"),
    "dossier.consultation_cancelled": gettext_lazy("question taken back"),
    "dossier.grouped": gettext_lazy("put on one receipt with others"),
    "dossier.draft_written": gettext_lazy("draft written, waits for approval"),
    "dossier.draft_approved": gettext_lazy("draft approved"),
    "dossier.draft_given_back": gettext_lazy("draft given back"),
    "dossier.moved": gettext_lazy("moved to the right agency"),
    "dossier.mishap_recorded": gettext_lazy("error or lost paper recorded"),
    "dossier.compensation_asked": gettext_lazy("compensation asked for"),
    "dossier.compensation_decided": gettext_lazy("compensation decided"),
    "dossier.compensation_paid": gettext_lazy("compensation paid"),
    "dossier.mishap_repaired": gettext_lazy("error repaired"),
    "dossier.handed_over": gettext_lazy("open tasks handed over to a successor"),
    "dossier.repromised": gettext_lazy("promised time moved with the working calendar"),
    "dossier.succeeded": gettext_lazy("taken over by the successor of an agency that ended"),
}


@dataclass(frozen=True)
class Line:
    """An event in a sentence."""

    at: dt.datetime
    recorded_at: dt.datetime
    sentence: str
    who: str
    kind: str


def clock_of(dossier: Dossier, now: dt.datetime, soon_on: dt.date | None = None) -> str:
    """Return the word for a dossier's clock; "" where none runs.

    Args:
        soon_on: a due date up to this one is "soon"; see `soon_day`.
    """
    if dossier.due_at is None or (dossier.state in ENDED and dossier.state != State.RETURNED):
        return ""
    if dossier.paused_since is not None and is_late(dossier, judged_on(dossier, now)):
        # It was late before its clock was stopped: waiting for a paper hides no lateness.
        return "late_stopped"
    return clock_state(
        due_at=dossier.due_at,
        finished_at=dossier.finished_at,
        paused=dossier.paused_since is not None,
        now=now,
        soon_on=soon_on,
    )


def soon_day(dossier: Dossier, now: dt.datetime) -> dt.date:
    """Return the next working day of the agency that decides: due up to then is "due soon", as on the lists."""
    return calendar_of(dossier).next_working_day(to_local_date(now))


def proof_of(dossier: Dossier, pauses: Sequence[Pause], phase: Phase | None = None) -> tuple[ProofLine, ...]:
    """Return the proof of the promise as it follows from receipt, limit and stops; none where it was set by hand.

    Args:
        phase: the running one, where the process has several: the promise counts from its beginning.
    """
    if dossier.due_at is None or dossier.first_due_at is None or dossier.extended_at is not None:
        return ()
    start, limit = dossier.received_at, limit_of(dossier.version, dossier.channel, dossier.case)
    if phase is not None and phase.opened_at is not None:
        start, limit = phase.opened_at, Duration.parse(phase.limit)
    stops = [
        ClockPause(p.starts_at, p.ends_at, p.get_cause_display()) for p in pauses if p.ends_at and p.starts_at >= start
    ]
    return calendar_of(dossier).promise(start, limit, cut_off=dossier.version.cut_off, pauses=stops).proof


def timeline_of(events: Sequence[Event]) -> list[Line]:
    """Return the events as sentences with who did them."""
    # "post:12", and "stand-in:12:34" for who stood in (12) and for whom (34)
    keys = {int(key) for e in events if e.actor.startswith(("post:", "stand-in:")) for key in e.actor.split(":")[1:]}
    posts = {p.pk: p for p in Post.objects.filter(pk__in=keys).select_related("person", "unit__agency")}
    return [
        Line(
            at=event.occurred_at,
            recorded_at=event.recorded_at,
            sentence=_sentence(event),
            who=_who(event.actor, posts),
            kind=event.kind,
        )
        for event in events
    ]


def _sentence(event: Event) -> str:
    sentence = str(SENTENCES.get(event.kind, event.kind))
    reason = REASONS.get(event.payload.get("facts", {}).get("reason", ""))
    return f"{sentence}: {reason}" if event.kind == "dossier.identity_revealed" and reason else sentence


def _who(actor: str, posts: dict[int, Post]) -> str:
    kind, _colon, key = actor.partition(":")
    if kind == "stand-in":
        own, _colon, other = key.partition(":")
        names = {"own": _who(f"post:{own}", posts), "other": _who(f"post:{other}", posts)}
        return _("%(own)s, standing in for %(other)s") % names
    if kind == "post" and int(key) in posts:
        post = posts[int(key)]
        return f"{post.person.full_name} · {post.unit.name}"
    return _("a program") if kind == "client" else _("the system")


def is_late(dossier: Dossier, today: dt.date) -> bool:
    """Tell whether a dossier is or ended late, by local dates."""
    if dossier.due_on is None:
        return False
    ended = to_local_date(dossier.finished_at) if dossier.finished_at else today
    return ended > dossier.due_on
