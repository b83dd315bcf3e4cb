"""What becomes of a case that waited for its store to be found, once the store is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from localcare.cases.core.states import State
from localcare.cases.core.values import CaseDecision
from localcare.stores.core.asking import AskedStore, agreed, named_in, says_yes
from localcare.stores.core.values import Answer
from localcare.triage.core import Reason, Verdict
from localcare.triage.core.verdict import AN_ANSWER

OTHER = "other"
_KNOWN = frozenset({"exact", "likely"})


@dataclass(frozen=True, slots=True)
class Seeking:
    """An open case whose store is sought. What the customer writes after `asked_at` answers our question.

    The Page last spoke at `asked_at`; `asked_by_us` says that we answered in this case, so that it was no earlier talk.
    """

    key: str
    case_id: int
    channel: str
    author_external_id: str | None
    owner_id: int | None
    topic: str
    matter: str
    tier: int
    asked_at: datetime | None
    asked_by_us: bool


@dataclass(frozen=True, slots=True)
class SeekingWord:
    """A live word of the customer in such a case.

    `candidates` are the stores it may be about, each with its chance; `refused` those that a person has ruled out. `asks`
    tells whether it needs an answer.
    """

    key: str
    mention_id: int
    created_at: datetime
    text: str
    candidates: tuple[tuple[int, float], ...]
    refused: frozenset[int]
    asks: bool


@dataclass(frozen=True, slots=True)
class SeekingCase:
    """An open case whose store is sought, with the customer's words, oldest first.

    `question` is what the Page last said to them, `stores` are those that were offered, by what they are called.
    """

    case: Seeking
    words: tuple[SeekingWord, ...]
    question: str = ""
    stores: Mapping[int, AskedStore] = field(default_factory=dict)

    @property
    def refused(self) -> frozenset[int]:
        """The stores that a person has ruled out."""
        return frozenset().union(*(word.refused for word in self.words))

    def is_answered_by(self, mention_id: int, said_at: datetime) -> bool:
        """Whether these words answer our question. What the Page said before anybody asked it for anything is none."""
        asked_at = self.case.asked_at
        if asked_at is None or said_at <= asked_at:
            return False
        earlier = (word for word in self.words if word.mention_id != mention_id and word.created_at <= asked_at)
        return self.case.asked_by_us or any(word.asks for word in earlier)

    def before(self, mention_id: int, said_at: datetime) -> tuple[SeekingWord, ...]:
        """What the customer wrote before a word, oldest first."""
        return tuple(word for word in self.words if word.mention_id != mention_id and word.created_at <= said_at)

    def asked_among(self, mention_id: int, said_at: datetime) -> tuple[int, ...]:
        """The stores our question was about, when these words answer it, in the order in which it names them."""
        if not self.is_answered_by(mention_id, said_at):
            return ()
        chances: dict[int, float] = {}
        for word in self.before(mention_id, said_at):
            for store, chance in word.candidates:
                chances[store] = max(chance, chances.get(store, 0.0))
        named = named_in(self.question, {store: self.stores[store] for store in chances if store in self.stores})
        offered = named or sorted(chances, key=lambda store: -chances[store])
        return tuple(store for store in offered if store not in self.refused)

    def agreed(self, mention_id: int, said_at: datetime, text: str) -> Answer | None:
        """What a mere yes says: the one store that the question named. None when it is no yes, or no such question."""
        asked = self.asked_among(mention_id, said_at)
        named = named_in(self.question, self.stores)
        if len(named) != 1 or named[0] not in asked or not says_yes(text):
            return None
        return agreed(named[0], self.stores[named[0]])


@dataclass(frozen=True, slots=True)
class Found:
    """A case that sought its store, and the word of the customer that tells it now; `why` stands in its history."""

    seeking: SeekingCase
    mention_id: int
    said_at: datetime
    answer: Answer
    by_customer: bool
    why: str

    @property
    def key(self) -> str:
        """The conversation."""
        return self.seeking.case.key

    @property
    def author(self) -> tuple[str, str] | None:
        """(channel, the network's id) of the customer."""
        case = self.seeking.case
        return (case.channel, case.author_external_id) if case.author_external_id else None

    @property
    def answered_words(self) -> tuple[SeekingWord, ...]:
        """What the customer wrote before telling the store."""
        return self.seeking.before(self.mention_id, self.said_at)


def as_answer(verdict: Verdict, case: Seeking) -> Verdict:
    """The verdict on words that answer our question: somebody waits again, in the matter that the question was about."""
    reason = Reason("signal", AN_ANSWER)
    asked = replace(verdict, actionable=True, reasons=(*verdict.reasons, reason))
    if verdict.matter != OTHER or verdict.risks:
        return asked
    return replace(asked, topic=case.topic, matter=case.matter, tier=max(case.tier, verdict.tier))


def what_moves(decisions: Sequence[CaseDecision], found: Sequence[Found]) -> dict[str, Found]:
    """By conversation, what moves its case: the customer's answer always, other news unless somebody has it in hand.

    A second case of the conversation is placed like any other whose store has changed.
    """
    by_key = {one.key: one for one in sorted(found, key=lambda one: one.by_customer)}
    return {
        each.key: by_key[each.key]
        for each in decisions
        if each.slot in by_key
        and _is_known(each)
        and (by_key[each.key].by_customer or by_key[each.key].seeking.case.owner_id is None)
    }


def free_to_move(decision: CaseDecision) -> CaseDecision:
    """The same decision, in nobody's hand: who asked for the store does not keep a case that has found it."""
    if decision.known is None:
        return decision
    known = replace(decision.known, owner_id=None, routed_by_hand=False)
    state = State.QUEUED if decision.waiting_since is not None else decision.state
    return replace(decision, known=known, state=state)


def _is_known(decision: CaseDecision) -> bool:
    return decision.summary.store_id is not None and decision.summary.resolution_status in _KNOWN
