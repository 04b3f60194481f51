"""The declaration of a dossier: a form's answers checked with the filing, kept with it, corrected with a reason."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.rules.answers import validate
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.dossiers.actions.common import changing, instant, issue_paper, local_day, need
from motcua.serve.dossiers.models import Declaration, Dossier, State
from motcua.serve.dossiers.policies import CORRECTS
from motcua.serve.dossiers.states import OPEN
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.queries import current
from motcua.serve.forms.rendering import in_language
from motcua.serve.forms.words import wrong_words

PAPER, LACKS = "declaration", "answers.required"
Declared = tuple[FormVersion, dict[str, Any]]


def form_of(version: ProcedureVersion, day: dt.date) -> FormVersion | None:
    """Return the version of a procedure's form that holds on a local date; None where it has none."""
    return current(version.form, day) if version.form else None


def check_answers(
    version: ProcedureVersion,
    answers: Mapping[str, Any] | None,
    day: dt.date,
    errors: list[Refused],
    *,
    may_lack: bool = False,
) -> Declared | None:
    """Check the answers that came with a filing; None where the declaration was handed in on paper.

    Args:
        answers: by key, as typed; None where the form was not filled in here.
        day: the local date of receipt.
        errors: gets one error for each field at fault, `answers.born_on`.
        may_lack: whether required answers may still be missing, as in what only arrived.
    """
    if answers is None:
        return None
    form = form_of(version, day)
    if form is None:
        errors.append(Refused("answers.no_form", _("This procedure has no form to fill in."), field="answers"))
        return None
    clean, found = clean_answers(form, answers, day, may_lack=may_lack)
    errors += found
    return None if found else (form, clean)


def clean_answers(
    form: FormVersion, answers: Mapping[str, Any], day: dt.date, *, may_lack: bool = False
) -> tuple[dict[str, Any], list[Refused]]:
    """Return the answers as they are kept, and what is wrong, each by its field; see `check_answers`."""
    clean, found = _checked(form, answers, day)
    return clean, [one for one in found if not (may_lack and one.code == LACKS)]


def declared_faults(found: Declaration | None) -> list[Refused]:
    """Return what a declaration still lacks, each by its field; nothing where there is none."""
    return [] if found is None else _checked(found.form, found.answers, local_day(found.dossier.received_at))[1]


def check_declared(dossier: Dossier) -> None:
    """Refuse to receive what was declared by half.

    Raises:
        Invalid: one error for each field that is missing.
    """
    if errors := declared_faults(declaration_of(dossier)):
        raise Invalid(errors)


def _checked(form: FormVersion, answers: Mapping[str, Any], day: dt.date) -> tuple[dict[str, Any], list[Refused]]:
    if _is_deep(answers):
        return {}, [Refused("answers.shape", _("These are not answers to a form."), field="answers")]
    fields = form.definition
    clean, wrong = validate(fields, answers, day)
    labels = {one.key: in_language(one.label_vi, one.label_en) for one in fields}
    found = [
        Refused(
            f"answers.{fault.code}", f"{labels[place.split('.')[0]]}: {wrong_words(fault)}", field=f"answers.{place}"
        )
        for place, fault in wrong.items()
    ]
    strangers = [
        Refused("answers.unknown", _("The form has no field “%(key)s”.") % {"key": str(key)[:60]}, field="answers")
        for key in answers
        if key not in labels
    ]
    return clean, [*found, *strangers[:10]]


def _is_deep(answers: Any) -> bool:
    """Tell whether answers are nested deeper than the cells of a table's rows."""
    level = [answers]
    for _depth in range(4):
        inner = [part.values() if isinstance(part, Mapping) else part for part in level]
        level = [one for part in inner for one in part if isinstance(one, Mapping | list)]
        if not level:
            return False
    return True


def add_declaration(change: Change, dossier: Dossier, declared: Declared | None, now: dt.datetime) -> None:
    """Keep checked answers with a new dossier, and enter the declaration to be printed and signed."""
    if declared is None:
        return
    form, answers = declared
    change.add(Declaration(dossier=dossier, form=form, answers=answers, filled_at=now))
    issue_if_whole(change, dossier, declared, now)


def issue_if_whole(change: Change, dossier: Dossier, declared: Declared, now: dt.datetime) -> None:
    """Enter a declaration to be printed and signed, once nothing is missing in it."""
    form, answers = declared
    if not _checked(form, answers, local_day(dossier.received_at))[1]:
        issue_paper(change, dossier, PAPER, now)


def correct_answers(
    *, by: Actor, dossier_id: uuid.UUID, answers: Mapping[str, Any], reason: str, now: dt.datetime | None = None
) -> Declaration:
    """Correct the answers of a declaration by the version that asked; it is printed and signed anew.

    Args:
        answers: all of them, by key, as typed.
        reason: why; the ledger keeps that there was one, since it may hold names.

    Raises:
        NotAllowed: not the desk that received it.
        NotFound: the dossier has no declaration.
        Conflict: the dossier has ended.
        Invalid: an answer is wrong; or the reason is missing.
        Refused: nothing was changed.
    """
    moment = instant(now)
    need(reason, "reason")
    with changing(dossier_id, by=by, kind="answers_corrected", now=moment) as (change, dossier):
        CORRECTS.check(by, dossier)
        if dossier.state not in (*OPEN, State.NEW, State.FINISHED):
            raise Conflict("correct.ended", _("An ended dossier is not corrected; make a new one."))
        declaration = declaration_of(dossier)
        if declaration is None:
            raise NotFound("answers.none", _("This dossier has no declaration that was filled in here."))
        clean, errors = _checked(declaration.form, answers, local_day(dossier.received_at))
        if errors:
            raise Invalid(errors)
        if clean == declaration.answers:
            raise Refused("correct.nothing", _("Nothing was changed."))
        change.set(declaration, answers=clean, corrected_at=moment)
        issue_paper(change, dossier, PAPER, moment)
    return declaration


def declaration_of(dossier: Dossier) -> Declaration | None:
    """Return the declaration that was filled in here, with its form."""
    return Declaration.objects.select_related("form__form", "dossier").filter(dossier=dossier).first()
