"""What is known of a conversation and its cases, and what was decided about one: values only."""

from dataclasses import dataclass
from datetime import datetime

from localcare.cases.core.states import CLOSED, State

_FACTS_IN_WORDS = ("topic", "tier", "urgency", "risks", "sentiment", "language")
_ROUTE_FACTS = (*_FACTS_IN_WORDS, "matter", "store_id", "resolution_status", "channel", "page_id")


@dataclass(frozen=True, slots=True)
class CustomerWord:
    """A live mention of a customer with its current verdict and resolution; `also_*` is a second matter in the same words."""

    mention_id: int
    external_id: str
    created_at: datetime
    received_at: datetime
    channel: str
    kind: str
    page_id: str | None
    author_external_id: str | None
    author_name: str | None
    excerpt: str
    actionable: bool
    topic: str
    tier: int
    matter: str
    sentiment: str
    urgency: str
    risks: tuple[str, ...]
    language: str
    store_id: int | None
    resolution_status: str
    resolved_by_hand: bool
    also_topic: str = ""
    also_matter: str = ""
    also_tier: int = 1


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about when a person has said so: a topic with whose matter and how hard it is."""

    topic: str
    matter: str
    tier: int


def slot_of(key: str, part: str) -> str:
    """The name of a conversation's case among those of a batch."""
    return f"{key} {part}" if part else key


def key_of(slot: str) -> str:
    """The conversation of a case."""
    return slot.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The live words of one author on one thread, and when the Page last spoke to them.

    `page_words` are all times at which it did; `part` is the case that reads it, where there are two.
    """

    key: str
    words: tuple[CustomerWord, ...]
    page_spoke_at: datetime | None
    part: str = ""
    page_words: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a case says of itself in a list, derived from its words."""

    channel: str
    page_id: str | None
    store_id: int | None
    resolution_status: str
    author_external_id: str | None
    author_name: str | None
    topic: str
    tier: int
    matter: str
    sentiment: str
    urgency: str
    risks: tuple[str, ...]
    language: str
    excerpt: str
    lead_mention_id: int
    mention_count: int
    last_customer_at: datetime

    @property
    def route_facts(self) -> tuple[object, ...]:
        """What a routing policy looks at: when none of it changes, neither does the queue."""
        return tuple(self._facts.values())

    def changes_from(self, before: "Summary") -> str:
        """What a policy sees otherwise than before, in words: `sentiment negative, risk injury`; "" where nothing is."""
        was = before._facts
        changed = [name for name, value in self._facts.items() if value != was[name] and name in _FACTS_IN_WORDS]
        moved = [] if self.store_id == before.store_id else ["another store" if self.store_id else "no store"]
        return ", ".join([*(_fact_in_words(name, self._facts[name]) for name in changed), *moved])

    @property
    def _facts(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _ROUTE_FACTS}


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case as it stands. `replied_at` is the last answer given through localcare or noted by a person.

    A withdrawn case was closed because nothing was left to answer; nobody decided that, so it counts as never opened.
    One closed as answered is settled for as long as the answer stands. An untouched one was pushed to somebody who has not
    looked at it: in nobody's hand as yet.
    """

    id: int
    state: State
    summary: Summary
    owner_id: int | None
    opened_by_hand: bool
    routed_by_hand: bool
    waiting_since: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    is_withdrawn: bool
    answered_at: datetime | None
    is_settled_by_answer: bool = False
    is_untouched: bool = False
    queue: str = ""
    route_reason: str = ""
    told: Matter | None = None
    deaf_from: datetime | None = None
    deaf_to: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Whether a person has it in hand or has said where it lies, so that no rule moves it."""
        return self.routed_by_hand or (self.owner_id is not None and not self.is_untouched)

    @property
    def is_in_hand(self) -> bool:
        """Whether a person has taken it up, so that no machine takes it away again."""
        return self.opened_by_hand or self.owner_id is not None or self.replied_at is not None


@dataclass(frozen=True, slots=True)
class Happening:
    """A line for the case's history."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What becomes of a conversation's case: a new one when `known` is None, else the changed one.

    `arrived_at` is when the words that wait were told to us; None where they were there before, and wait anew.
    """

    key: str
    known: KnownCase | None
    summary: Summary
    state: State
    waiting_since: datetime | None
    answered_at: datetime | None
    happened: tuple[Happening, ...]
    word_ids: tuple[int, ...]
    closed_how: str | None = None
    arrived_at: datetime | None = None
    part: str = ""
    told: Matter | None = None

    @property
    def slot(self) -> str:
        """The name of its case in a batch: the conversation, and which part of it."""
        return slot_of(self.key, self.part)

    @property
    def wants_route(self) -> bool:
        """Whether routing should look: new, reopened, or changed in what a policy sees, and in nobody's hand."""
        if self.state in CLOSED:
            return False
        if self.known is None or self.known.state in CLOSED:
            return True
        return not self.known.is_kept and self.known.summary.route_facts != self.summary.route_facts

    @property
    def gains_risk(self) -> bool:
        """Whether a risk was found that the case did not have: it may call, whoever has it in hand."""
        return self.known is not None and bool(set(self.summary.risks) - set(self.known.summary.risks))

    @property
    def starts_waiting(self) -> bool:
        """Whether a customer waits now who did not before: clocks start."""
        return self.waiting_since is not None and (self.known is None or self.known.waiting_since is None)

    @property
    def stops_waiting(self) -> bool:
        """Whether nobody waits any more: clocks stop."""
        return self.waiting_since is None and self.known is not None and self.known.waiting_since is not None


def _fact_in_words(name: str, value: object) -> str:
    match name, value:
        case "risks", tuple():
            return f"risk {' and '.join(map(str, value))}" if value else "no risk"
        case "urgency", _:
            return f"{value} urgency"
        case "topic", _:
            return str(value)
    return f"{name} {value}"
