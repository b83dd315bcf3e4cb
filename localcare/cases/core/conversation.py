"""What a conversation asks for: a pure function of what is known of it, so that the order of arrival cannot matter.

One conversation is one author's words on one thread. It has a case when at least one of its live words needs an answer,
or when a person made it one. The case waits when such a word came after the last answer, and was not there to be read when
a person closed the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from localcare.cases.core.states import CLOSED, State, urgency_rank

EXCERPT_LENGTH = 200
_RESOLUTION_STRENGTH = {"exact": 3, "likely": 2, "ambiguous": 1, "none": 0}
_FACTS_IN_WORDS = ("topic", "tier", "urgency", "risks", "sentiment", "language")
_ROUTE_FACTS = (*_FACTS_IN_WORDS, "matter", "store_id", "resolution_status", "channel", "page_id")


@dataclass(frozen=True, slots=True)
class CustomerWord:
    """A live mention of a customer with its current verdict and resolution."""

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


@dataclass(frozen=True, slots=True)
class Conversation:
    """The live words of one author on one thread, and when the Page last spoke to them."""

    key: str
    words: tuple[CustomerWord, ...]
    page_spoke_at: datetime | None


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


def decide(conversation: Conversation, known: KnownCase | None) -> CaseDecision | None:
    """What becomes of the conversation's case; None when nothing changes."""
    asking = [word for word in conversation.words if word.actionable]
    if known is None:
        return _opened(conversation, asking) if asking else None
    if not conversation.words:
        return _emptied(conversation, known)
    if not asking and not known.is_in_hand:
        return _withdrawn(conversation, known)
    return _updated(conversation, known, asking or list(conversation.words[:1]))


def _opened(conversation: Conversation, asking: Sequence[CustomerWord]) -> CaseDecision:
    waiting = _waiting_since(asking, conversation.page_spoke_at, closed_at=None)
    return CaseDecision(
        key=conversation.key,
        known=None,
        summary=_summarise(conversation, asking),
        state=State.QUEUED if waiting else State.WAITING,
        waiting_since=waiting,
        answered_at=conversation.page_spoke_at,
        happened=(Happening("opened", "A customer's words need an answer."),),
        word_ids=_ids(conversation),
        arrived_at=_arrived_at(asking, waiting),
    )


def open_by_hand(conversation: Conversation, known: KnownCase | None, *, who: str) -> CaseDecision | None:
    """The case of a conversation that a person wants answered, whatever triage said; None when it already waits."""
    if not conversation.words or (known is not None and known.waiting_since is not None):
        return None
    newest = max(conversation.words, key=lambda word: (word.created_at, word.external_id))
    return CaseDecision(
        key=conversation.key,
        known=known,
        summary=_summarise(conversation, [newest]),
        state=State.QUEUED,
        waiting_since=newest.created_at,
        answered_at=conversation.page_spoke_at,
        happened=(Happening("opened", f"{who} made this a case."),),
        word_ids=_ids(conversation),
    )


def _emptied(conversation: Conversation, known: KnownCase) -> CaseDecision | None:
    """Every word was removed: an open case closes, and any case forgets who said what."""
    forgotten = replace(known.summary, author_external_id=None, author_name=None, excerpt="")
    if known.state in CLOSED and forgotten == known.summary:
        return None
    return CaseDecision(
        key=conversation.key,
        known=known,
        summary=forgotten,
        state=known.state if known.state in CLOSED else State.RESOLVED,
        waiting_since=None,
        answered_at=known.answered_at,
        happened=(Happening("withdrawn", "The customer's words were removed."),),
        word_ids=(),
        closed_how=None if known.state in CLOSED else "withdrawn",
    )


def _withdrawn(conversation: Conversation, known: KnownCase) -> CaseDecision | None:
    if known.state in CLOSED:
        return None
    return CaseDecision(
        key=conversation.key,
        known=known,
        summary=_summarise(conversation, conversation.words[:1]),
        state=State.RESOLVED,
        waiting_since=None,
        answered_at=known.answered_at,
        happened=(Happening("withdrawn", "What is left of the customer's words needs no answer."),),
        word_ids=_ids(conversation),
        closed_how="withdrawn",
    )


def _updated(conversation: Conversation, known: KnownCase, asking: Sequence[CustomerWord]) -> CaseDecision | None:
    answered = _later(conversation.page_spoke_at, known.replied_at)
    is_taken_back = _is_before(answered, known.answered_at)
    was_settled = known.state in CLOSED and not (known.is_withdrawn or (known.is_settled_by_answer and is_taken_back))
    waiting = _waiting_since(asking, answered, known.closed_at if was_settled else None)
    summary = _summarise(conversation, asking)
    state = _next_state(known, waiting, has_new_words=summary.last_customer_at > known.summary.last_customer_at)
    if (state, waiting, answered, summary) == (known.state, known.waiting_since, known.answered_at, known.summary):
        return None
    return CaseDecision(
        key=conversation.key,
        known=known,
        summary=summary,
        state=state,
        waiting_since=waiting,
        answered_at=answered,
        happened=tuple(_happenings(known, state, summary, answered)),
        word_ids=_ids(conversation),
        arrived_at=None if is_taken_back else _arrived_at(asking, waiting),
    )


def _next_state(known: KnownCase, waiting: datetime | None, *, has_new_words: bool) -> State:
    if waiting is None:
        return known.state if known.state in CLOSED and not known.is_withdrawn else State.WAITING
    if known.state in CLOSED:
        return State.QUEUED
    if known.state is State.WAITING or (known.state is State.SNOOZED and has_new_words):
        return State.CLAIMED if known.owner_id is not None else State.QUEUED
    return known.state


def _happenings(known: KnownCase, state: State, summary: Summary, answered: datetime | None) -> list[Happening]:
    happened = []
    if _is_before(answered, known.answered_at) and state in (State.QUEUED, State.CLAIMED) and state is not known.state:
        happened.append(Happening("unanswered", "The answer is not on the Page any more; the customer waits again."))
    elif known.state in CLOSED and state not in CLOSED:
        happened.append(Happening("reopened", "The customer wrote again."))
    elif summary.mention_count > known.summary.mention_count:
        happened.append(Happening("joined", "The customer wrote again on the same thread."))
    if state is State.WAITING and known.state is not State.WAITING and answered != known.replied_at:
        happened.append(Happening("answered", "An answer was seen on the Page; it is the customer's turn."))
    if summary.route_facts != known.summary.route_facts:
        happened.append(Happening("rejudged", _rejudged(known, summary)))
    return happened


def _rejudged(known: KnownCase, summary: Summary) -> str:
    """What changed, and that it moves nothing where a person has spoken."""
    now = f"Now {summary.changes_from(known.summary) or 'seen otherwise'}."
    if known.state in CLOSED or not known.is_kept:
        return now
    return f"{now} It stays where it is: {'somebody has it in hand' if known.owner_id else 'a person put it there'}."


def _fact_in_words(name: str, value: object) -> str:
    match name, value:
        case "risks", tuple():
            return f"risk {' and '.join(map(str, value))}" if value else "no risk"
        case "urgency", _:
            return f"{value} urgency"
        case "topic", _:
            return str(value)
    return f"{name} {value}"


def _waiting_since(
    asking: Sequence[CustomerWord], answered: datetime | None, closed_at: datetime | None
) -> datetime | None:
    """The oldest word without an answer. Closing settles what was there to be read, not what the network told later."""
    return min(
        (
            word.created_at
            for word in asking
            if (answered is None or word.created_at > answered) and (closed_at is None or word.received_at > closed_at)
        ),
        default=None,
    )


def _arrived_at(asking: Sequence[CustomerWord], waiting: datetime | None) -> datetime | None:
    return min((word.received_at for word in asking if word.created_at == waiting), default=None)


def _summarise(conversation: Conversation, asking: Sequence[CustomerWord]) -> Summary:
    """The lead is the most urgent word that asks, the newest among equals; the store is the best known one."""
    words = conversation.words
    lead = max(asking, key=lambda word: (-urgency_rank(word.urgency), word.created_at, word.external_id))
    placed = max(words, key=_placement_strength)
    return Summary(
        channel=lead.channel,
        page_id=lead.page_id,
        store_id=placed.store_id,
        resolution_status=placed.resolution_status,
        author_external_id=lead.author_external_id,
        author_name=lead.author_name,
        topic=lead.topic,
        tier=max(word.tier for word in asking),
        matter=lead.matter,
        sentiment=lead.sentiment,
        urgency=lead.urgency,
        risks=tuple(sorted({risk for word in asking for risk in word.risks})),
        language=lead.language,
        excerpt=lead.excerpt[:EXCERPT_LENGTH],
        lead_mention_id=lead.mention_id,
        mention_count=len(words),
        last_customer_at=max(word.created_at for word in words),
    )


def _placement_strength(word: CustomerWord) -> tuple[bool, int, datetime, str]:
    return (word.resolved_by_hand, _RESOLUTION_STRENGTH[word.resolution_status], word.created_at, word.external_id)


def _ids(conversation: Conversation) -> tuple[int, ...]:
    return tuple(word.mention_id for word in conversation.words)


def _is_before(now: datetime | None, then: datetime | None) -> bool:
    """Whether what was the last answer is none any more."""
    return then is not None and (now is None or now < then)


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return a if b is None else b
    return max(a, b)
