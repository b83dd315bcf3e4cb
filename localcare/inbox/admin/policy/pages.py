"""What the pages of the routing policy show, one value per template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.inbox.admin.pages import AdminPage
from localcare.inbox.core.words import topic_name
from localcare.routing.asking import Destination
from localcare.routing.core import Policy
from localcare.routing.core.dry_run import DryRun
from localcare.routing.core.policy import CLOCKS
from localcare.routing.core.versions import Stage, name_of
from localcare.routing.core.wording import rule_sentence, span
from localcare.routing.models import PolicyEvent, PolicyVersion
from localcare.triage.shipped import load_taxonomy
from localcare.web.parts import Column, Option, Stat
from localcare.web.words import number

HOME = "/admin/policy"
DAYS = 30
STAGE_WORDS = {
    Stage.DRAFT: ("draft", "neutral"), Stage.SIGNED: ("signed off", "info"), Stage.SCHEDULED: ("scheduled", "info"),
    Stage.LIVE: ("in force", "good"), Stage.SUPERSEDED: ("over", "neutral"), Stage.WITHDRAWN: ("withdrawn", "neutral"),
}  # fmt: skip
KIND_WORDS = {
    "draft": "written", "signed-off": "signed off", "scheduled": "scheduled", "live": "put in force",
    "superseded": "replaced", "ended": "ran out", "withdrawn": "withdrawn",
}  # fmt: skip
TO_OPTIONS = (
    Option("centre", "The national team"), Option("store", "The store’s inbox"), Option("which-store", "“Which store?”"),
    Option("crisis", "The crisis queue"),
)  # fmt: skip
TIER_OPTIONS = (Option("1", "Tier 1"), Option("2", "Tier 2"), Option("3", "Tier 3"))
STAR_OPTIONS = tuple(Option(str(stars), f"{stars} of 5") for stars in range(1, 6))
KNOWN_OPTIONS = (Option("yes", "It is known"), Option("no", "It is not certain"))


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words, with its reason."""

    name: str
    sentence: str
    because: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version and how far it has come; 0 is the shipped one."""

    number: int
    stage: Stage
    by: str
    signed_by: str
    note: str
    at: datetime | None
    since: datetime | None
    until: datetime | None

    @property
    def name(self) -> str:
        """`Version 4`, or what ships."""
        return name_of(self.number).capitalize()

    @property
    def badge(self) -> tuple[str, str]:
        """How far it has come, in a word, and the tone of it."""
        return STAGE_WORDS[self.stage]

    @property
    def was_in_force(self) -> bool:
        """Whether it can be put in force again as it is."""
        return self.stage is Stage.SUPERSEDED


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What became of a version."""

    at: datetime
    version: int
    what: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What a policy would have done with the cases of the last days."""

    run: DryRun
    stats: tuple[Stat, ...]
    move_columns: tuple[Column, ...] = (
        Column("From"), Column("To"), Column("Cases", numeric=True), Column("Because"), Column("For example"),
    )  # fmt: skip
    queue_columns: tuple[Column, ...] = (Column("Queue"), Column("Now", numeric=True), Column("Then", numeric=True))


@dataclass(frozen=True, kw_only=True)
class PolicyPage(AdminPage):
    """`admin/policy/home.html`: the policy in force in words, what is under way, what has been."""

    version: int
    until: datetime | None
    rules: tuple[RuleLine, ...]
    promises: tuple[tuple[str, tuple[str, ...]], ...]
    hours: str
    late: tuple[str, ...]
    coming: tuple[VersionLine, ...]
    versions: tuple[VersionLine, ...]
    history: tuple[HistoryLine, ...]
    can_go_back: bool
    promise_columns: tuple[Column, ...] = (
        Column("Queue"), Column("Acknowledge", numeric=True), Column("First answer", numeric=True),
        Column("Next answer", numeric=True), Column("Resolve", numeric=True),
    )  # fmt: skip
    history_columns: tuple[Column, ...] = (
        Column("When"),
        Column("Version"),
        Column("What"),
        Column("Who"),
        Column("Why"),
    )


@dataclass(frozen=True, kw_only=True)
class PolicyEditPage(AdminPage):
    """`admin/policy/edit.html`: the text with what is wrong in it, and forms for the common changes."""

    body: str
    why: str = ""
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    checked: bool = False
    error: str = ""
    tried: Tried | None = None
    second_person: bool
    queues: tuple[Option, ...] = ()
    rules: tuple[Option, ...] = ()
    skills: tuple[Option, ...] = ()
    topics: tuple[Option, ...] = ()
    matters: tuple[Option, ...] = ()
    to_options: tuple[Option, ...] = TO_OPTIONS
    tier_options: tuple[Option, ...] = TIER_OPTIONS
    known_options: tuple[Option, ...] = KNOWN_OPTIONS
    clocks: tuple[tuple[str, str], ...] = (
        ("acknowledge", "Acknowledge"), ("first_reply", "First answer"), ("next_reply", "Next answer"), ("resolve", "Resolve"),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PolicyVersionPage(AdminPage):
    """`admin/policy/version.html`: one version in words, what it does otherwise than the one in force, and what can be done."""

    line: VersionLine
    against: str
    rules: tuple[RuleLine, ...]
    differences: tuple[str, ...]
    text: str
    may_sign: bool
    tried: Tried | None
    days: int = DAYS


@dataclass(frozen=True, kw_only=True)
class PolicyTryPage(AdminPage):
    """`admin/policy/try.html`: where a text would go."""

    text: str
    store: str
    stars: str = ""
    star_options: tuple[Option, ...] = STAR_OPTIONS
    error: str = ""
    found: Destination | None = None
    sentence: str = ""
    said: tuple[tuple[str, str], ...] = ()


def rule_lines(policy: Policy) -> tuple[RuleLine, ...]:
    """The rules of a policy in words."""
    return tuple(RuleLine(rule.name, rule_sentence(rule, policy), rule.because) for rule in policy.rules)


def promise_lines(policy: Policy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The spans of each kind of queue, in the order of the clocks."""
    return tuple(
        (queue, tuple(span(getattr(promise, clock)) for clock in CLOCKS)) for queue, promise in policy.promises.items()
    )


def version_line(row: PolicyVersion | None, *, in_force: bool = False) -> VersionLine:
    """A version for a list; None is the shipped one."""
    if row is None:
        stage = Stage.LIVE if in_force else Stage.SUPERSEDED
        return VersionLine(0, stage, "localcare", "localcare", "", None, None, None)
    return VersionLine(
        row.version, Stage(row.stage), row.created_by, row.signed_by or "", row.note, row.created_at, row.live_from,
        row.live_until,
    )  # fmt: skip


def history_line(row: PolicyEvent) -> HistoryLine:
    """A line of the history."""
    return HistoryLine(row.at, row.version, KIND_WORDS.get(row.kind, row.kind), row.actor, row.why)


def tried_lines(run: DryRun) -> Tried:
    """A dry run with its figures."""
    return Tried(run, (Stat(f"Cases of {DAYS} days", number(run.cases)), Stat("Would go elsewhere", number(run.moved))))


def options_of(words: Sequence[str]) -> tuple[Option, ...]:
    """Words as choices."""
    return tuple(Option(word, word) for word in words)


def topic_options() -> tuple[Option, ...]:
    """Every topic by its name."""
    return tuple(Option(slug, topic_name(slug)) for slug in load_taxonomy().topics)


def verdict_lines(found: Destination) -> tuple[tuple[str, str], ...]:
    """What triage made of a text, as far as a policy asks."""
    verdict = found.verdict
    return (
        ("Needs an answer", "yes" if verdict.actionable else "no: it would make no case by itself"),
        ("Topic", topic_name(verdict.topic)), ("Matter", verdict.matter), ("Tier", str(verdict.tier)),
        ("Urgency", verdict.urgency), ("Sentiment", verdict.sentiment), ("Risks", ", ".join(verdict.risks) or "none"),
        ("Language", verdict.language),
    )  # fmt: skip
