"""Entering: values, notes and evidence of a unit's leaves, at the step that the stage allows; signing them off."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from motcua.formats.faults import in_language
from motcua.formats.frameworks import BadTable, Table, read_data
from motcua.formats.frameworks.tables import UNIT
from motcua.measure.assessment.actions.changing import changing_member
from motcua.measure.assessment.frameworks import framework_of, inputs_of_leaf, options_of_leaf
from motcua.measure.assessment.models import Assignment, Comment, Entry, Evidence, Member, Round, Stage, Step
from motcua.measure.assessment.policies import ENTERS, SEES, SUBMITS, check_appraiser, parts_of
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency
from motcua.rules.scoring import Framework, Node
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.uploads import store_upload

# In which stages a step's values may be entered.
OPEN: dict[str, tuple[str, ...]] = {
    Step.SOURCE: (Stage.PREPARATION, Stage.SELF, Stage.APPRAISAL, Stage.REAPPRAISAL),
    Step.SELF: (Stage.SELF,),
    Step.APPRAISAL: (Stage.APPRAISAL,),
    Step.EXPLANATION: (Stage.EXPLANATION,),
    Step.REAPPRAISAL: (Stage.REAPPRAISAL,),
    Step.COUNCIL: (Stage.COUNCIL,),
}
UNITS_STEPS = (Step.SELF, Step.EXPLANATION)
PARTS = {
    Step.APPRAISAL: Assignment.Part.APPRAISER,
    Step.REAPPRAISAL: Assignment.Part.APPRAISER,
    Step.COUNCIL: Assignment.Part.COUNCIL,
}
# Where a unit has nothing to say on the value; only appraisers and the council decide on it.
WITHOUT_VALUES = (Step.EXPLANATION,)


@dataclass(frozen=True)
class EntryInput:
    """What is entered for one leaf of one unit. `evidence` are keys, `disputed` codes of dossiers.

    `recognised`: an appraiser leaves the value as it stands. `checked`: places of ticked lines of the checklist.
    """

    member_id: uuid.UUID
    leaf: str
    values: dict[str, str] = field(default_factory=dict)
    note: str = ""
    evidence: Sequence[str] = ()
    disputed: Sequence[str] = ()
    recognised: bool = False
    checked: Sequence[int] = ()


def save_entries(*, by: Actor, step: str, entries: Sequence[EntryInput], now: dt.datetime) -> list[Entry]:
    """Keep what is entered for leaves of one unit or of several: all of it or nothing.

    An entry that says what is kept already is not written again; who entered it first stays.

    Raises:
        NotAllowed: not the unit's people, not assigned, or the appraiser's own unit.
        Conflict: the round is in another stage, the stage's days are over, or the unit has signed off.
        Invalid: values that cannot be read, each with its place `<member>:<leaf>:<input>`.
    """
    written: list[Entry] = []
    by_member: dict[uuid.UUID, list[EntryInput]] = {}
    for entry in entries:
        by_member.setdefault(entry.member_id, []).append(entry)
    with transaction.atomic():
        # In one order, so that two who save at once do not wait for each other in a ring.
        for member_id in sorted(by_member):
            with changing_member(member_id, f"{step}_entered", by, now) as (change, member):
                written += _Entering(by, step, now, change, member).save(by_member[member_id])
    return written


class _Entering:
    """Entries of one unit at one step, under its lock."""

    def __init__(self, by: Actor, step: str, now: dt.datetime, change: Change, member: Member) -> None:
        self.by, self.step, self.now, self.change, self.member = by, step, now, change, member
        self.framework: Framework = framework_of(member.group.text)
        self.leaves = {leaf.code: leaf for leaf in self.framework.root.leaves()}
        self.late = check_open(member.round, step, now)

    def save(self, entries: Sequence[EntryInput]) -> list[Entry]:
        """Check all, then write."""
        if self.step == Step.SELF and self.member.submitted_at is not None:
            raise Conflict("assessment.submitted", _("The unit has signed its self-assessment off."))
        parts = parts_of(self.by, self.member.round_id)
        for entry in entries:
            self._allowed(entry, parts)
        errors = [error for entry in entries for error in self._errors(entry)]
        if errors:
            raise Invalid(errors)
        kept = {row.leaf: row for row in Entry.objects.filter(member=self.member, step=self.step)}
        return [row for entry in entries if (row := self._write(entry, kept.get(entry.leaf))) is not None]

    def _allowed(self, entry: EntryInput, parts: list[Assignment]) -> None:
        if self.step in UNITS_STEPS:
            ENTERS.check(self.by, self.member)
            return
        if self.step == Step.SOURCE:
            self._leads(entry)
            return
        check_appraiser(self.by, self.member, entry.leaf, PARTS[Step(self.step)], parts)

    def _leads(self, entry: EntryInput) -> None:
        source = self.member.group.sources.get(entry.leaf, {})
        if source.get("kind") != "lead" or source.get("agency") != self.by.agency_id:
            raise NotAllowed("assessment.not_lead", _("Your agency does not lead this leaf."))

    def _errors(self, entry: EntryInput) -> list[Refused]:
        leaf = self.leaves.get(entry.leaf)
        if leaf is None:
            message = _("The framework has no leaf %(leaf)s.")
            return [Refused("assessment.no_leaf", message, params={"leaf": entry.leaf})]
        found = self._source_errors(entry)
        if not found:
            values = {code: text for code, text in entry.values.items() if text.strip()}
            found = value_errors(self.framework, leaf, values, f"{self.member.pk}:{leaf.code}")
        return found + self._dispute_errors(entry) + self._evidence_errors(entry) + self._checklist_errors(entry, leaf)

    def _checklist_errors(self, entry: EntryInput, leaf: Node) -> list[Refused]:
        if all(0 <= place < len(leaf.options.get("checklist", ())) for place in entry.checked):
            return []
        message = _("%(leaf)s: the checklist has no such line.")
        place = f"{self.member.pk}:{leaf.code}"
        return [Refused("assessment.no_check", message, field=place, params={"leaf": leaf.code})]

    def _source_errors(self, entry: EntryInput) -> list[Refused]:
        kind = self.member.group.sources.get(entry.leaf, {}).get("kind", "")
        typed = any(text.strip() for text in entry.values.values())
        place = f"{self.member.pk}:{entry.leaf}"
        if typed and kind == "measure":
            message = _("%(leaf)s is measured from the record: dispute it with dossiers, the record is then corrected.")
        elif typed and kind and self.step in UNITS_STEPS:
            message = _("%(leaf)s is given by a table or by the lead agency; the unit cannot type over it.")
        elif typed and self.step in WITHOUT_VALUES:
            message = _("%(leaf)s: explain in words and with evidence; the appraisers decide on the value.")
        else:
            return []
        return [Refused("assessment.not_yours", message, field=place, params={"leaf": entry.leaf})]

    def _dispute_errors(self, entry: EntryInput) -> list[Refused]:
        if not entry.disputed:
            return []
        codes = set(entry.disputed)
        there = set(Dossier.objects.filter(code__in=codes).values_list("code", flat=True))
        if codes == there:
            return []
        message = _("%(leaf)s: there is no dossier %(codes)s.")
        words = {"leaf": entry.leaf, "codes": ", ".join(sorted(codes - there))}
        return [Refused("assessment.no_dossier", message, field=f"{self.member.pk}:{entry.leaf}", params=words)]

    def _evidence_errors(self, entry: EntryInput) -> list[Refused]:
        keys = {key for text in entry.evidence if (key := _uuid(text))}
        own = Evidence.objects.filter(pk__in=keys, agency_id__in={self.member.agency_id, self.by.agency_id})
        if len(keys) == len(set(entry.evidence)) == own.count():
            return []
        message = _("%(leaf)s: evidence that this unit does not have.")
        return [
            Refused(
                "assessment.no_evidence", message, field=f"{self.member.pk}:{entry.leaf}", params={"leaf": entry.leaf}
            )
        ]

    def _write(self, entry: EntryInput, row: Entry | None) -> Entry | None:
        values = {code: text.strip() for code, text in entry.values.items() if text.strip()}
        said = {
            "values": values,
            "note": entry.note.strip(),
            "evidence": list(entry.evidence),
            "disputed": list(entry.disputed),
            # Who gives a value of their own does not leave it as it stands.
            "recognised": entry.recognised and not values and self.step in PARTS,
            "checked": sorted(set(entry.checked)) if self.step in PARTS else [],
        }
        if row is None and not any(said.values()):
            return None
        if row is not None and all(getattr(row, name) == value for name, value in said.items()):
            return None
        who = {"late": self.late, "at": self.now, "by_id": self.by.post.pk if self.by.post else None}
        if self.step == Step.SOURCE:
            who["recipe"] = {"kind": "lead", "agency": self.by.agency_id}
        if row is None:
            row = Entry(id=new_id(), member=self.member, leaf=entry.leaf, step=self.step, **said, **who)
            self.change.add(row)
        else:
            self.change.set(row, **said, **who)
        return row


def check_open(found: Round, step: str, now: dt.datetime) -> bool:
    """Return whether what is entered now is late.

    Raises:
        Conflict: the round is in a stage that does not take this step's entries, or its days are over and late
            entries are refused.
    """
    if found.stage not in OPEN[step]:
        raise Conflict(
            "assessment.stage",
            _("The round is in the stage “%(stage)s”; this is not entered now. Nothing was changed."),
            params={"stage": Stage(found.stage).label},
        )
    days = found.calendar.get(found.stage)
    late = bool(days) and timezone.localdate(now).isoformat() > days[1]
    if late and found.late == Round.Late.REFUSED and step != Step.SOURCE:
        raise Conflict(
            "assessment.late",
            _("The stage “%(stage)s” ended on %(day)s; late entries are refused. Nothing was changed."),
            params={"stage": Stage(found.stage).label, "day": f"{dt.date.fromisoformat(days[1]):%d/%m/%Y}"},
        )
    return late


def value_errors(framework: Framework, leaf: Node, values: dict[str, str], place: str) -> list[Refused]:
    """Return what is wrong with the typed values of a leaf: unknown inputs, text for a number, no such option."""
    kinds = inputs_of_leaf(framework, leaf)
    errors = []
    for code, text in values.items():
        wrong = _value_error(framework, leaf, code, text, kinds)
        if wrong:
            message = _("%(leaf)s, %(input)s: %(wrong)s")
            words = {"leaf": leaf.code, "input": framework.label(code, _language()), "wrong": wrong}
            errors.append(Refused("assessment.value", message, field=f"{place}:{code}", params=words))
    return errors


def _language() -> str:
    return "en" if get_language() == "en" else "vi"


def _value_error(framework: Framework, leaf: Node, code: str, text: str, kinds: dict[str, str]) -> Any:
    if code not in kinds:
        return _("there is no such input")
    options = options_of_leaf(leaf)
    if options and text.strip() not in (*options, "n/a", "không áp dụng"):
        return _("choose one of the options")
    try:
        read = read_data(framework, Table("x", (UNIT, code), ((1, ("x", text.strip())),)))
        # Nobody is satisfied by less than one per cent: such a figure was meant as a share, unless it says % itself.
        if kinds[code] == "percent" and "%" not in text and 0 < read.data.number(code)[0] <= 1:
            return _("per cent from 0 to 100 are meant; for 85 per cent write 85, and 0.85% for less than one")
    except BadTable as bad:
        said = str(bad).partition(f"column {code}: ")[2]
        if kinds[code] == "share" and "share" in said:
            return _("a share from 0 to 1 is meant; for 85 per cent write 85% or 0.85")
        if kinds[code] == "flag":
            return _("write 1 or 0, yes or no")
        if "not a number" in said:
            return _("“%(text)s” is not a number") % {"text": text}
        return in_language(_language(), said or str(bad))
    return ""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def submit_self_assessment(*, by: Actor, member_id: uuid.UUID, now: dt.datetime, back: bool = False) -> Member:
    """Sign a unit's self-assessment off: from then on the unit changes nothing of it, unless it is taken back.

    Args:
        back: take the sign-off back while the stage lasts.

    Raises:
        NotAllowed: not a head or leader of the unit.
        Conflict: the stage is over, or it was signed off (not signed off) already.
    """
    with changing_member(member_id, "taken_back" if back else "submitted", by, now) as (change, member):
        SUBMITS.check(by, member)
        check_open(member.round, Step.SELF, now)
        if (member.submitted_at is None) == back:
            raise Conflict("assessment.submitted_so", _("It stands so already."))
        post = by.post.pk if by.post and not back else None
        change.set(member, submitted_at=None if back else now, submitted_by_id=post)
    return member


def add_evidence(
    *, by: Actor, agency: Agency, file: "UploadedFile[bytes]", note: str = "", now: dt.datetime
) -> Evidence:
    """Keep a file as evidence of an agency; one that is there already by its digest is not kept twice.

    Raises:
        NotAllowed: not the agency's people.
        TooLarge, Refused: over the limit, empty, or not what its name says.
    """
    ENTERS.check(by)
    if by.agency_id != agency.pk:
        raise NotAllowed("assessment.not_your_unit", _("Evidence is added by the unit's own people."))
    stored = store_upload(file)
    same = Evidence.objects.filter(agency=agency, sha256=stored.sha256).first()
    if same is not None:
        return same
    row = Evidence(
        id=new_id(),
        agency=agency,
        stored_name=stored.name,
        original_name=stored.original_name,
        sha256=stored.sha256,
        size=stored.size,
        content_type=stored.content_type,
        note=note.strip()[:300],
        at=now,
        by=by.post,
    )
    with record_change(
        chain_id=row.pk,
        subject="assessment-evidence",
        kind="assessment.evidence_added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(row)
    return row


def add_comment(*, by: Actor, member_id: uuid.UUID, leaf: str, text: str, now: dt.datetime) -> Comment:
    """Remark on a leaf of a unit, in any stage before publication.

    Raises:
        NotAllowed: the unit is not the actor's to see.
        Refused: no words.
        Conflict: the round is published.
    """
    if not text.strip():
        raise Refused("assessment.no_words", _("Write the comment."), field="comment")
    with changing_member(member_id, "commented", by, now) as (change, member):
        SEES.check(by, member)
        if member.round.published_at is not None:
            raise Conflict("assessment.published", _("The round is published; nothing of it changes."))
        row = Comment(id=new_id(), member=member, leaf=leaf[:80], text=text.strip(), at=now, by=by.post)
        change.add(row)
    return row
