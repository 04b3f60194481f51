"""Which state may follow which, and why. The national codes 1–10; pure data and one question."""

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.errors import Conflict
from motcua.serve.dossiers.models import State

S = State

# Each arrow names the actions that walk it. Sources: domain file of the national synchronisation, form 05 of
# TT 03/2025, and NĐ 61/2018 as summed up in the field notes.
TRANSITIONS: dict[tuple[State, State], str] = {
    (S.NEW, S.RECEIVED): "receive: papers complete, fee before receipt paid; or a linked part starts",
    (S.NEW, S.REFUSED): "refuse: reason and legal basis, form 03",
    (S.NEW, S.SUPPLEMENT): "ask for a supplement before receipt: no clock runs yet, form 02",
    (S.NEW, S.WITHDRAWN): "withdraw: the applicant changes their mind",
    (S.NEW, S.RETURNED): "result at once: given over the counter without a slip, and counted",
    (S.RECEIVED, S.PROCESSING): "forward: the desk hands it to the competent unit",
    (S.RECEIVED, S.SUPPLEMENT): "ask for a supplement: the clock stops",
    (S.RECEIVED, S.FEE): "pause for a fee: the clock stops",
    (S.RECEIVED, S.WITHDRAWN): "withdraw",
    (S.RECEIVED, S.STOPPED): "stop: form 05; or void a mistaken receipt",
    (S.RECEIVED, S.FINISHED): "finish: a process of two steps has no hand between",
    (S.PROCESSING, S.RECEIVED): "send back or recall to the desk",
    (S.PROCESSING, S.SUPPLEMENT): "ask for a supplement: the clock stops",
    (S.PROCESSING, S.FEE): "pause for a fee (a land tax, say): the clock stops",
    (S.PROCESSING, S.WITHDRAWN): "withdraw",
    (S.PROCESSING, S.STOPPED): "stop: form 05; or void a mistaken receipt",
    (S.PROCESSING, S.FINISHED): "finish: the result is signed and goes to the desk",
    (S.SUPPLEMENT, S.RECEIVED): "supplement arrived: the clock starts or goes on",
    (S.SUPPLEMENT, S.PROCESSING): "supplement arrived: back to the hands it came from",
    (S.SUPPLEMENT, S.REFUSED): "supplement expired before receipt",
    (S.SUPPLEMENT, S.STOPPED): "supplement expired after receipt, form 05",
    (S.SUPPLEMENT, S.WITHDRAWN): "withdraw",
    (S.FEE, S.RECEIVED): "fee settled: the clock goes on",
    (S.FEE, S.PROCESSING): "fee settled: the clock goes on",
    (S.FEE, S.STOPPED): "not paid in time, form 05",
    (S.FEE, S.WITHDRAWN): "withdraw",
    (S.FINISHED, S.PROCESSING): "send back: the result is returned for correction; or the next phase begins",
    (S.FINISHED, S.FEE): "first result returned: the applicant does their part before the second appointment",
    (S.FINISHED, S.RETURNED): "return: who took it, how",
}

OPEN = (S.RECEIVED, S.PROCESSING, S.SUPPLEMENT, S.FEE)
RUNNING = (S.RECEIVED, S.PROCESSING)
STANDING = (S.SUPPLEMENT, S.FEE)
ENDED = (S.REFUSED, S.WITHDRAWN, S.STOPPED, S.RETURNED)


def check_transition(current: int, target: State) -> None:
    """Refuse a step that the state does not allow.

    Raises:
        Conflict: there is no arrow from `current` to `target`.
    """
    if (State(current), target) not in TRANSITIONS:
        raise Conflict(
            "state.not_allowed",
            _("The dossier is “%(state)s”; this step is not possible now."),
            params={"state": State(current).label},
        )


def check_state(current: int, *allowed: State) -> None:
    """Refuse an action that does not change the state but needs one of these.

    Raises:
        Conflict: the dossier is in another state.
    """
    if current not in allowed:
        raise Conflict(
            "state.not_allowed",
            _("The dossier is “%(state)s”; this step is not possible now."),
            params={"state": State(current).label},
        )
