"""What the pages of rules show, one value per template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from localcare.inbox.admin.pages import AdminPage
from localcare.inbox.admin.rules.listing import STATE_WORDS, Hits, ListedRule
from localcare.inbox.admin.rules.question import PER_PAGE, SHOW_LABELS, RuleQuestion, Show
from localcare.inbox.admin.rules.trying import RunCard, TriedText
from localcare.inbox.core.words import topic_name
from localcare.triage.core.rule_faults import CHANNELS, Conflict
from localcare.triage.core.rule_words import STRENGTHS
from localcare.triage.rule_files import Refused
from localcare.triage.ruling import State
from localcare.triage.shipped import load_taxonomy
from localcare.web.parts import Column, Option, Tab
from localcare.web.plots import Bar
from localcare.web.words import number, plural

USUAL_CHANNEL = CHANNELS[0]
"""What a text that is only tried is taken to come from."""
LANGUAGES = (Option("en", "English"), Option("es", "Spanish"))
SENTIMENTS = tuple(Option(each, each.capitalize()) for each in ("negative", "neutral", "positive"))
URGENCIES = tuple(Option(each, each.capitalize()) for each in ("low", "normal", "high", "critical"))
TIERS = (Option("1", "Tier 1"), Option("2", "Tier 2"), Option("3", "Tier 3"))
WEIGHTS = (
    Option("0.5", "A hint: it decides when nobody says more"),
    Option("1", "Like one word among others"),
    Option("2", "Like the shipped rules of a topic"),
    Option("4", "Heavier than the shipped rules"),
)


@dataclass(frozen=True, kw_only=True)
class RulesPage(AdminPage):
    """`admin/rules/list.html`: the rules, fifty at a time."""

    question: RuleQuestion
    tabs: tuple[Tab, ...]
    rules: tuple[ListedRule, ...]
    found: int
    drafts: int
    topics: tuple[Option, ...]
    risks: tuple[Option, ...]
    owners: tuple[Option, ...]
    is_touched: bool
    states: Mapping[State, tuple[str, str]] = field(default_factory=lambda: STATE_WORDS)
    languages: tuple[Option, ...] = LANGUAGES
    orders: tuple[Option, ...] = (Option("hits", "Most hits first"),)
    columns: tuple[Column, ...] = (
        Column("When these words are there"), Column("It says"), Column("Owner"), Column("Last 30 days"), Column("Last hit"),
    )  # fmt: skip

    @property
    def shown(self) -> str:
        """Which of them are on this page, in words."""
        if self.found <= PER_PAGE:
            return plural(self.found, "rule")
        last = min(self.found, self.question.offset + PER_PAGE)
        return f"Rules {number(self.question.offset + 1)} to {number(last)} of {number(self.found)}"

    @property
    def previous_href(self) -> str:
        """The fifty before these; empty on the first page."""
        return self.question.on_page(self.question.page - 1).href() if self.question.page > 1 else ""

    @property
    def following_href(self) -> str:
        """The fifty after these; empty on the last page."""
        more = self.question.offset + PER_PAGE < self.found
        return self.question.on_page(self.question.page + 1).href() if more else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known about a rule before it counts: in words, how broad it is, whom it is at odds with."""

    when: str = ""
    says: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    conflicts: Sequence[Conflict] = ()
    fires_on: int = 0
    read: int = 0
    is_too_broad: bool = False
    words: Sequence[tuple[str, Sequence[str], int]] = ()


@dataclass(frozen=True, kw_only=True)
class RuleFormPage(AdminPage):
    """`admin/rules/form.html`: a rule being written, what it means, a box to try it."""

    key: str
    action: str
    back: str
    typed: Mapping[str, str]
    version: int
    places: tuple[Option, ...]
    reading: Reading | None = None
    tried: TriedText | None = None
    recent: tuple[Option, ...] = ()
    error: str = ""
    topics: tuple[Option, ...] = ()
    risks: tuple[Option, ...] = ()
    channels: tuple[str, ...] = CHANNELS
    languages: tuple[Option, ...] = LANGUAGES
    sentiments: tuple[Option, ...] = SENTIMENTS
    urgencies: tuple[Option, ...] = URGENCIES
    tiers: tuple[Option, ...] = TIERS

    def value(self, name: str, otherwise: str = "") -> str:
        """What stands in a field."""
        return self.typed.get(name, otherwise)

    def fault(self, name: str) -> str:
        """What is wrong with a field; nobody is told off for what they have not written yet."""
        return self.reading.faults.get(name, "") if self.reading else ""

    @property
    def answers(self) -> tuple[Option, ...]:
        """How strongly it speaks for an answer, the value that stands there among them."""
        return _with_own(_ANSWERS, self.value("actionable", "0"), "as it is now")

    @property
    def weights(self) -> tuple[Option, ...]:
        """How heavily it counts, the value that stands there among them."""
        return _with_own(WEIGHTS, self.value("weight", "2"), "as it is now")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change: who did what; `undo` is where it is taken back, "" when it cannot be."""

    who: str
    what: str
    at: datetime
    note: str
    icon: str
    undone_by: str
    undo: str


@dataclass(frozen=True, kw_only=True)
class RulePage(AdminPage):
    """`admin/rules/rule.html`: what a rule says, what it did, what its draft would do."""

    key: str
    version: int
    state: tuple[str, str]
    is_shipped: bool
    is_own: bool
    is_off: bool
    owner: str
    in_force: Reading | None
    draft: Reading | None
    hits: Hits
    bars: tuple[Bar, ...]
    run: RunCard | None
    history: tuple[HistoryLine, ...]

    @property
    def home(self) -> str:
        """Its address."""
        return f"/admin/rules/{self.key}"


@dataclass(frozen=True, kw_only=True)
class DraftsPage(AdminPage):
    """`admin/rules/drafts.html`: every draft, what they would do together, and the button that puts them in force."""

    drafts: tuple[ListedRule, ...]
    seen: str
    more: int
    run: RunCard | None


@dataclass(frozen=True, kw_only=True)
class BringPage(AdminPage):
    """`admin/rules/bring.html`: a file of rules, and what it did."""

    text: str = ""
    error: str = ""
    refused: Sequence[Refused] = ()
    columns: tuple[Column, ...] = (Column("Rule"), Column("Why it is left out"))


@dataclass(frozen=True, kw_only=True)
class TryPage(AdminPage):
    """`admin/rules/try.html`: which rules fire on a text, and what comes of it."""

    text: str
    recent: tuple[Option, ...]
    tried: TriedText | None
    channel: str = USUAL_CHANNEL
    channels: tuple[str, ...] = CHANNELS
    is_cut: bool = False


def show_tabs(question: RuleQuestion, counts: Mapping[Show, int]) -> tuple[Tab, ...]:
    """The views with how many rules each would show; those that are empty are left out."""
    return tuple(
        Tab(label, question.showing(show).href(), counts.get(show, 0), current=show == question.show)
        for show, label in SHOW_LABELS.items()
        if counts.get(show) or show in ("all", question.show)
    )


def topic_options() -> tuple[Option, ...]:
    """Every topic."""
    return tuple(Option(slug, topic_name(slug)) for slug in load_taxonomy().topics)


def risk_options() -> tuple[Option, ...]:
    """Every risk."""
    return tuple(Option(risk.slug, risk.name) for risk in load_taxonomy().risks.values())


def _answer_options() -> tuple[Option, ...]:
    for_it = tuple(Option(f"{strength:g}", f"Speaks {words} for one") for strength, words in STRENGTHS.items())
    against = tuple(Option(f"{-strength:g}", f"Speaks {words} against one") for strength, words in STRENGTHS.items())
    return (Option("0", "Says nothing of it"), *reversed(for_it), *against)


_ANSWERS = _answer_options()


def _with_own(options: tuple[Option, ...], value: str, label: str) -> tuple[Option, ...]:
    known = any(option.value == value for option in options)
    return options if known else (*options, Option(value, f"{value}, {label}"))
