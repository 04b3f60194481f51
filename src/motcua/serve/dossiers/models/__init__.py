"""What is stored of dossiers. Every model is `Recorded`: the ledger can replay its fields."""

from motcua.serve.dossiers.models.declarations import Declaration
from motcua.serve.dossiers.models.dossier import Channel, Dossier, PaidHow, ReturnMethod, State
from motcua.serve.dossiers.models.hands import Apology, Delivery, Pause, Supplement, Task
from motcua.serve.dossiers.models.importing import ImportRun, Origin
from motcua.serve.dossiers.models.joint import Consultation, Draft, GroupMember, Mishap, Participant
from motcua.serve.dossiers.models.linked import LinkedDossier, LinkedGroup, LinkedPart
from motcua.serve.dossiers.models.papers import (
    Attachment,
    DayTally,
    DossierComponent,
    IdempotencyKey,
    Paper,
    Payment,
)
from motcua.serve.dossiers.models.parties import Party
from motcua.serve.dossiers.models.phases import Phase
from motcua.serve.dossiers.models.posting import PostalItem, PostalList
from motcua.serve.dossiers.models.repromising import RepromiseRun
from motcua.serve.dossiers.models.spans import Span, Standing

__all__ = [
    "Apology",
    "Attachment",
    "Channel",
    "Consultation",
    "DayTally",
    "Declaration",
    "Delivery",
    "Dossier",
    "DossierComponent",
    "Draft",
    "GroupMember",
    "IdempotencyKey",
    "ImportRun",
    "LinkedDossier",
    "LinkedGroup",
    "LinkedPart",
    "Mishap",
    "Origin",
    "PaidHow",
    "Paper",
    "Participant",
    "Party",
    "Pause",
    "Payment",
    "Phase",
    "PostalItem",
    "PostalList",
    "RepromiseRun",
    "ReturnMethod",
    "Span",
    "Standing",
    "State",
    "Supplement",
    "Task",
]
