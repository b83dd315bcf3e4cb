"""The list of rules: how each stands, what it says, how often it fired of late; searched and counted in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from localcare.inbox.admin.rules.question import PER_PAGE, RuleQuestion, Show
from localcare.inbox.core.words import topic_name
from localcare.triage import ruling
from localcare.triage.core.rule_words import LANGUAGES
from localcare.triage.hits import DAYS, hits_by_rule
from localcare.triage.rule_shelf import rule_day
from localcare.triage.ruling import KeptRule, State
from localcare.triage.schemas import RuleEntry
from localcare.web.words import capital_first

STATE_WORDS: Mapping[State, tuple[str, str]] = {
    "shipped": ("As shipped", "neutral"), "draft": ("Draft", "warn"), "live": ("In force", "good"),
    "scheduled": ("Scheduled", "info"), "ended": ("Ended", "neutral"), "off": ("Off", "neutral"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a rule fired on each of the last thirty days, today last."""

    days: tuple[int, ...] = (0,) * DAYS
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        """Hits of all thirty days."""
        return sum(self.days)

    @property
    def path(self) -> str:
        """The days as bars of an SVG path."""
        return bar_path(self.days)


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule as the list shows it."""

    key: str
    because: str
    state: State
    has_draft: bool
    is_own: bool
    is_final: bool
    says: str
    where: str
    owner: str
    hits: Hits

    @property
    def title(self) -> str:
        """What it means, as a line of its own."""
        return as_title(self.because)


@dataclass(frozen=True, slots=True)
class RuleList:
    """The fifty that are asked for, how many there are, and how many each view would show; `seen` is the drafts' print."""

    rules: tuple[ListedRule, ...]
    found: int
    counts: Mapping[Show, int]
    owners: tuple[str, ...]
    drafts: int
    seen: str
    page: int


def list_rules(session: Session, brand_id: int, question: RuleQuestion, *, now: datetime) -> RuleList:
    """The rules that a question is about; past the last page the last one is shown."""
    day, every = rule_day(now), ruling.list_rules(session, brand_id)
    matching = [rule for rule in every if _matches(rule, question)]
    counts: dict[Show, int] = defaultdict(int)
    for rule in matching:
        for show in _views(rule, day):
            counts[show] += 1
    shown = [rule for rule in matching if question.show in _views(rule, day)]
    hits = hits_of(session, brand_id, now=now)
    if question.order == "hits":
        shown.sort(key=lambda rule: -hits.get(rule.key, Hits()).total)
    question = question.on_page(min(question.page, max(1, -(-len(shown) // PER_PAGE))))
    part = shown[question.offset : question.offset + PER_PAGE]
    return RuleList(
        rules=tuple(_listed(rule, day, hits.get(rule.key, Hits())) for rule in part),
        found=len(shown),
        counts=counts,
        owners=tuple(sorted({_owner(rule.entry) for rule in every})),
        drafts=sum(rule.draft is not None for rule in every),
        seen=ruling.print_of_drafts(every),
        page=question.page,
    )


def hits_of(session: Session, brand_id: int, *, now: datetime) -> dict[str, Hits]:
    """Hits of every rule that fired in the last thirty days."""
    today = rule_day(now)
    found = hits_by_rule(session, brand_id, now=now)
    return {key: Hits(_by_day(each.by_day, today), each.last_at) for key, each in found.items()}


def as_title(because: str) -> str:
    """A reason as a title: with a capital letter."""
    return capital_first(because)


def says_of(entry: RuleEntry) -> str:
    """What a rule says, in a few words."""
    parts = [topic_name(entry.topic) if entry.topic else "", f"risk: {entry.risk}" if entry.risk else ""]
    parts.append(f"tier {entry.tier_at_least}" if entry.tier_at_least else "")
    parts.append(f"{entry.urgency} urgency" if entry.urgency else "")
    parts.append("" if not entry.actionable else "needs an answer" if entry.actionable > 0 else "needs no answer")
    parts.append(f"{entry.sentiment} mood" if entry.sentiment else "")
    parts.append("shout-out" if entry.shout_out else "")
    return ", ".join(part for part in parts if part)


def _listed(rule: KeptRule, day: date, hits: Hits) -> ListedRule:
    entry = rule.entry
    return ListedRule(
        rule.key, entry.because, rule.state_on(day), rule.draft is not None, rule.kept != "shipped", entry.final,
        says_of(entry), _where(entry), _owner(entry), hits,
    )  # fmt: skip


def _where(entry: RuleEntry) -> str:
    parts = [*entry.channels, *([LANGUAGES[entry.language]] if entry.language else [])]
    if entry.places:
        parts.append("some stores")
    if entry.since or entry.until:
        parts.append(f"{entry.since or '…'} to {entry.until or '…'}")
    return ", ".join(parts)


def _views(rule: KeptRule, day: date) -> Iterable[Show]:
    state = rule.state_on(day)
    yield "all"
    if rule.kept != "shipped":
        yield "own"
    if state != "draft":
        yield state
    if rule.draft:
        yield "draft"


def _matches(rule: KeptRule, question: RuleQuestion) -> bool:
    entry = rule.entry
    return (
        (not question.topic or entry.topic == question.topic)
        and (not question.risk or entry.risk == question.risk)
        and (not question.owner or _owner(entry) == question.owner)
        and (not question.language or entry.language == question.language)
        and (not question.words or _mentions(rule, question.words.casefold()))
    )


def _mentions(rule: KeptRule, words: str) -> bool:
    forms = [form for form in (rule.entry, rule.draft) if form]
    return words in rule.key or any(words in text.casefold() for form in forms for text in _texts(form))


def _texts(entry: RuleEntry) -> Iterable[str]:
    near = entry.near[0] + entry.near[1] if entry.near else ()
    return (entry.because, *entry.any, *entry.all, *near, *entry.none, *entry.unless, *entry.denials)


def _owner(entry: RuleEntry) -> str:
    return entry.owner or "care"


def _by_day(counts: Mapping[date, int], today: date) -> tuple[int, ...]:
    return tuple(counts.get(today - timedelta(days=back), 0) for back in range(DAYS - 1, -1, -1))


def bar_path(values: Sequence[int]) -> str:
    """Thirty bars as one SVG path in a box of 90 by 24; a day without hits is a dot of a line."""
    top = max(values, default=0) or 1
    bars = []
    for index, value in enumerate(values):
        height = round(max(22 * value / top, 3 if value else 1), 1)
        bars.append(f"M{3 * index} 24h2v-{height}h-2z")
    return "".join(bars)
