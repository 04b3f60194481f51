"""Writing many dossiers with their histories at once, by the desk's rules, with `COPY`.

`import_histories` is the action. `histories` says what it takes, `reference` knows agencies, procedures and calendars,
`checking` holds each history to the rules, `telling` makes rows, events and spans of it, `copying` writes a batch in
one transaction with its seals.
"""

from motcua.serve.dossiers.actions.bulk.histories import Fault, History, Moment, PaperHandedIn
from motcua.serve.dossiers.actions.bulk.importing import Outcome, import_histories

__all__ = ["Fault", "History", "Moment", "Outcome", "PaperHandedIn", "import_histories"]
