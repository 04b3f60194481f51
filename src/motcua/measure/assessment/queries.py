"""What pages of a round show: a unit's leaves with every step side by side, a leaf across units, the progress."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.formats.frameworks.tables import FALSE, TRUE
from motcua.measure.assessment.asking import Asked, asked_of
from motcua.measure.assessment.frameworks import framework_of, inputs_of_leaf, options_of_leaf
from motcua.measure.assessment.models import Assignment, Comment, Entry, Evidence, Group, Member, Round, Stage, Step
from motcua.measure.assessment.scoring import Scored, inputs_at, score_group
from motcua.rules.scoring import Framework, Node

SCORED_STEPS = (Step.SELF, Step.APPRAISAL, Step.REAPPRAISAL, Step.COUNCIL)
# The step whose values the present stage takes.
STEP_OF_STAGE = {
    Stage.SELF: Step.SELF,
    Stage.APPRAISAL: Step.APPRAISAL,
    Stage.EXPLANATION: Step.EXPLANATION,
    Stage.REAPPRAISAL: Step.REAPPRAISAL,
    Stage.COUNCIL: Step.COUNCIL,
}


def language() -> str:
    """Return the language of the page as derivations have it."""
    return "en" if get_language() == "en" else "vi"


@dataclass(frozen=True)
class Field:
    """One input of a leaf as a form shows it."""

    code: str
    kind: str
    options: tuple[str, ...]
    value: str = ""
    standing: str = ""
    label: str = ""
    unit: str = ""

    @property
    def name(self) -> str:
        """Return the part of the field's name that says which input."""
        return self.code


@dataclass
class LeafLine:
    """One leaf of one unit: what each step said, the points at each, the fields to type into."""

    member: Member
    leaf: Node
    name: str
    rule: str
    source: dict[str, Any]
    entries: list[Entry]
    points: dict[str, float | None]
    most: float | None
    fields: list[Field]
    mine: Entry | None = None
    evidence: list[Evidence] = field(default_factory=list)
    checklist: list[tuple[int, str, bool]] = field(default_factory=list)
    asked: str = ""
    comments: list[Comment] = field(default_factory=list)
    error: str = ""
    typed: dict[str, str] | None = None

    @property
    def key(self) -> str:
        """Return what names of the fields begin with."""
        return f"{self.member.pk}:{self.leaf.code}"

    @property
    def measured(self) -> bool:
        """Tell whether the record gives the inputs."""
        return bool(self.source.get("kind") == "measure")

    @property
    def is_given(self) -> bool:
        """Tell whether the unit does not give the inputs."""
        return bool(self.source.get("kind"))

    @property
    def note(self) -> str:
        """Return the note to show in the field."""
        return (self.typed or {}).get("note", self.mine.note if self.mine else "")

    @property
    def disputed(self) -> str:
        """Return the disputed dossiers as they are typed."""
        return (self.typed or {}).get("disputed", " ".join(self.mine.disputed) if self.mine else "")

    @property
    def recognised(self) -> bool:
        """Tell whether the present step recognises the value as it stands."""
        return bool(self.mine and self.mine.recognised)

    @property
    def final(self) -> float | None:
        """Return the points as they stand."""
        return self.points.get(Step.COUNCIL)

    @property
    def last(self) -> Entry | None:
        """Return what the latest earlier step said, that the present one answers."""
        earlier = [entry for entry in self.entries if entry is not self.mine]
        return earlier[-1] if earlier else None

    @property
    def steps(self) -> list[tuple[Entry, float | None]]:
        """Return each step's entry beside the points that it came to."""
        return [(entry, self.points.get(entry.step)) for entry in self.entries]


@dataclass(frozen=True)
class Section:
    """A node with children that are leaves: its heading and lines, and what the stage asks of them."""

    node: Node
    name: str
    points: float | None
    lines: list[LeafLine]
    asked: Asked

    @property
    def wrong(self) -> bool:
        """Tell whether something typed in it was refused."""
        return any(line.error for line in self.lines)


class Sheet:
    """Everything of a group at hand in a few queries: entries, evidence, comments, scores at each step."""

    def __init__(self, found: Round, group: Group, members: Iterable[Member] = ()) -> None:
        self.round, self.group = found, group
        self.framework: Framework = framework_of(group.text)
        self.members = list(members) or list(
            group.members.filter(taken_out_at=None).select_related("agency").order_by("agency__code")
        )
        self.entries = list(Entry.objects.filter(member__group=group).select_related("by__unit__agency", "by__person"))
        self.step = STEP_OF_STAGE.get(Stage(found.stage), "")
        keys = [str(member.pk) for member in self.members]
        self.scored: dict[str, Scored] = {step: score_group(group, step, self.entries, keys) for step in SCORED_STEPS}
        self.evidence = self._evidence()
        self.comments = list(
            Comment.objects.filter(member__in=self.members).select_related("by__person").order_by("at")
        )
        self.standing = inputs_at(keys, self.entries, Step.COUNCIL)

    def _evidence(self) -> dict[str, Evidence]:
        keys = {key for entry in self.entries for key in entry.evidence}
        return {str(row.pk): row for row in Evidence.objects.filter(pk__in=keys)}

    def line(self, member: Member, leaf: Node) -> LeafLine:
        """Return one leaf of one unit."""
        entries = [e for e in self.entries if e.member_id == member.pk and e.leaf == leaf.code]
        entries.sort(key=lambda entry: list(Step.values).index(entry.step))
        kinds = inputs_of_leaf(self.framework, leaf)
        for entry in entries:
            entry.told = self._told(kinds, entry)  # type: ignore[attr-defined]
            entry.files = [self.evidence[key] for key in entry.evidence if key in self.evidence]  # type: ignore[attr-defined]
        mine = next((entry for entry in entries if entry.step == self.step), None)
        standing = self.standing[str(member.pk)]
        fields = [
            Field(
                code=code,
                kind=kind,
                options=options_of_leaf(leaf),
                value=(mine.values if mine else {}).get(code, ""),
                standing=standing.get(code, ""),
                label=self.framework.label(code, language()),
                unit=self.framework.unit(code, language()),
            )
            for code, kind in kinds.items()
        ]
        points = {step: scored.points(member.pk, leaf.code) for step, scored in self.scored.items()}
        if leaf.code in self.group.sources:
            points[Step.SOURCE] = points[Step.SELF]
        return LeafLine(
            member=member,
            leaf=leaf,
            name=leaf.name(language()),
            rule=rule_in_words(leaf),
            source=self.group.sources.get(leaf.code, {}),
            entries=entries,
            points=points,
            most=self.scored[Step.COUNCIL].most(member.pk, leaf.code),
            fields=fields,
            mine=mine,
            evidence=[e for key, e in self.evidence.items() if mine and key in mine.evidence],
            checklist=_checklist(leaf, entries),
            asked=_said(leaf.options.get("evidence", {})),
            comments=[c for c in self.comments if c.member_id == member.pk and c.leaf == leaf.code],
        )

    def _told(self, kinds: dict[str, str], entry: Entry) -> list[tuple[str, str]]:
        """Return an entry's values as people call them, in the order of the leaf's inputs."""
        return [
            (self.framework.label(code, language()), _value_told(kind, entry.values[code]))
            for code, kind in kinds.items()
            if code in entry.values
        ]

    def asked(self, member: Member) -> Asked:
        """Return what the present stage asks of a unit."""
        own = [entry for entry in self.entries if entry.member_id == member.pk]
        return asked_of(self.framework, self.group.sources, own, self.round.stage)

    def sections(self, member: Member, asked: Asked | None = None) -> list[Section]:
        """Return a unit's leaves under the node that holds them.

        Args:
            asked: what is asked of who looks, where that is not all that the stage asks of the unit.
        """
        found = []
        final, asked = self.scored[Step.COUNCIL], asked or self.asked(member)
        for node in self.framework.root.walk():
            leaves = [child for child in node.children if not child.children]
            if leaves:
                lines = [self.line(member, leaf) for leaf in leaves]
                points, codes = final.points(member.pk, node.code), [leaf.code for leaf in leaves]
                found.append(Section(node, node.name(language()), points, lines, asked.within(codes)))
        # In the order of the leaves: what a node holds beside its groups comes after them.
        order = {leaf.code: place for place, leaf in enumerate(self.framework.root.leaves())}
        return sorted(found, key=lambda section: order[section.lines[0].leaf.code])

    def totals(self, member: Member) -> list[tuple[str, float | None]]:
        """Return a unit's total at each step that was reached."""
        root = self.framework.root.code
        stages = list(Stage.values)
        here = stages.index(self.round.stage)
        reached = [step for step in SCORED_STEPS if stages.index(step) <= here]
        return [(str(step.label), self.scored[step].points(member.pk, root)) for step in reached]


def _value_told(kind: str, value: str) -> str:
    """Return a kept value as people read it: a flag as yes or no."""
    if kind == "flag" and value.strip().lower() in (*TRUE, *FALSE):
        return _("yes") if value.strip().lower() in TRUE else _("no")
    return value


def _said(names: Any) -> str:
    return names.get(language()) or next(iter(names.values()), "")


def _checklist(leaf: Node, entries: list[Entry]) -> list[tuple[int, str, bool]]:
    """Return the lines of a leaf's checklist with their places, and whether the latest appraisal ticked them."""
    latest = [e.checked for e in entries if e.step in (Step.APPRAISAL, Step.REAPPRAISAL, Step.COUNCIL)]
    ticked = latest[-1] if latest else []
    return [(place, _said(names), place in ticked) for place, names in enumerate(leaf.options.get("checklist", ()))]


def rule_in_words(leaf: Node) -> str:
    """Return how a leaf is scored, in a sentence of the page's language."""
    from motcua.measure.assessment.words import RULES, bands_in_words, number_in_words, options_in_words

    rule = leaf.rule
    if rule is None:
        return ""
    given = {name: value for name, value in rule.options.items() if isinstance(value, str | int | float)}
    told = {name: value if isinstance(value, str) else number_in_words(value) for name, value in given.items()}
    words = {"most": number_in_words(leaf.points), **told}
    words.setdefault("cap", words["most"])
    if rule.kind == "ladder":
        words["options"] = options_in_words(rule["options"])
    if rule.kind == "bands":
        words["bands"] = bands_in_words(rule["bands"])
    sentence = str(RULES.get(rule.kind, ""))
    try:
        return sentence % words if sentence else rule.kind
    except KeyError:
        return sentence.partition("%")[0]


@dataclass(frozen=True)
class Progress:
    """How far a unit is: leaves entered, appraised, disputed; files of evidence; leaves without any value.

    `left` are the leaves that no appraiser has valued or recognised in the present round of appraisal (the second asks
    for those explained since); `lowered` those that were appraised otherwise and are not explained.
    """

    member: Member
    leaves: int
    entered: int
    appraised: int
    disputed: int
    evidence: int
    missing: tuple[str, ...]
    left: frozenset[str] = frozenset()
    lowered: frozenset[str] = frozenset()


def progress_of(found: Round) -> list[tuple[Group, list[Progress]]]:
    """Return the progress of every unit of a round by group."""
    board = []
    by_member: dict[Any, list[Entry]] = {}
    for entry in Entry.objects.filter(member__round=found):
        by_member.setdefault(entry.member_id, []).append(entry)
    members = list(
        Member.objects.filter(round=found, taken_out_at=None).select_related("agency").order_by("agency__code")
    )
    for group in found.groups.filter(taken_out_at=None).order_by("name"):
        own = [member for member in members if member.group_id == group.pk]
        board.append((group, [_progress(group, member, by_member.get(member.pk, []), found.stage) for member in own]))
    return board


def _progress(group: Group, member: Member, own: list[Entry], stage: str) -> Progress:
    framework = framework_of(group.text)
    by_step = {step: {e.leaf: e for e in own if e.step == step} for step in Step.values}
    standing = inputs_at([str(member.pk)], own, Step.COUNCIL)[str(member.pk)]
    leaves = list(framework.root.leaves())
    unknown = [
        leaf.code
        for leaf in leaves
        if not any(standing.get(code) for code in inputs_of_leaf(framework, leaf)) and not leaf.adjustment
    ]
    measured = {leaf for leaf, source in group.sources.items() if source.get("kind") == "measure"}
    appraised = by_step[Step.APPRAISAL].keys() | by_step[Step.REAPPRAISAL].keys()
    round_of = Stage.REAPPRAISAL if stage == Stage.REAPPRAISAL else Stage.APPRAISAL
    return Progress(
        member=member,
        leaves=len(leaves),
        entered=len(by_step[Step.SELF].keys() | by_step[Step.SOURCE].keys()),
        appraised=len(appraised - measured),
        disputed=sum(bool(e.disputed) for e in own),
        evidence=len({key for e in own for key in e.evidence}),
        missing=tuple(unknown),
        left=asked_of(framework, group.sources, own, round_of).left,
        lowered=asked_of(framework, group.sources, own, Stage.EXPLANATION).left,
    )


@dataclass(frozen=True)
class Waited:
    """Who is waited for: a unit (`agency_id`) or a post (`post_id`), with how many leaves are left to do."""

    who: str
    what: str
    count: int
    late: bool
    agency_id: int | None = None
    post_id: int | None = None


def waited_for(found: Round, board: list[tuple[Group, list[Progress]]]) -> list[Waited]:
    """Return who still has something to do in the present stage.

    Units that have not signed off or have appraised leaves unexplained; appraisers with leaves left of those they were
    assigned to, their own unit left out; all of the council.
    """
    days = found.calendar.get(found.stage)
    late = bool(days) and timezone.localdate().isoformat() > days[1]
    lines = [line for _group, lines in board for line in lines]
    if found.stage == Stage.SELF:
        open_ = [line for line in lines if line.member.submitted_at is None]
        return [_unit_waited(line, "sign", len(line.missing), late) for line in open_]
    if found.stage == Stage.EXPLANATION:
        return [_unit_waited(line, "explain", len(line.lowered), late) for line in lines if line.lowered]
    part = {
        Stage.APPRAISAL: Assignment.Part.APPRAISER,
        Stage.REAPPRAISAL: Assignment.Part.APPRAISER,
        Stage.COUNCIL: Assignment.Part.COUNCIL,
    }.get(Stage(found.stage))
    if part is None:
        return []
    rows = found.assignments.filter(part=part, ended_at=None).select_related("post__person", "post__unit")
    what = "decide" if part == Assignment.Part.COUNCIL else "appraise"
    return _posts_waited(list(rows), board, what, late)


def _unit_waited(line: Progress, what: str, count: int, late: bool) -> Waited:
    return Waited(line.member.agency.name, what, count, late, agency_id=line.member.agency_id)


def _posts_waited(rows: list[Assignment], board: Any, what: str, late: bool) -> list[Waited]:
    """Return each post once, with what all its assignments leave it to do."""
    left: dict[int, set[tuple[Any, str]]] = {}
    for row in rows:
        held = left.setdefault(row.post_id, set())
        for group, lines in board:
            if row.group_id not in (None, group.pk):
                continue
            for line in lines:
                if line.member.agency_id != row.post.unit.agency_id:
                    held |= {(line.member.pk, leaf) for leaf in line.left if not row.leaves or leaf in row.leaves}
    names = {row.post_id: row.post.person.full_name for row in rows}
    counts = {post: 0 if what == "decide" else len(held) for post, held in left.items()}
    return [
        Waited(names[post], what, counts[post], late, post_id=post) for post in left if what == "decide" or counts[post]
    ]
