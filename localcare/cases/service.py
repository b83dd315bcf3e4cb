"""The verbs the pipeline uses: decide what becomes of conversations, and write it down with history and clocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.cases import repository
from localcare.cases.core import (
    ALSO,
    MAIN,
    CaseDecision,
    KnownCase,
    Matter,
    Placement,
    decide_all,
    open_by_hand,
    open_part,
    slot_of,
)
from localcare.cases.promises import save_clocks
from localcare.cases.repository import CaseLine, Placed, TakenBack
from localcare.mentions.core import MentionState, conversation_key
from localcare.mentions.service import TouchedMention

__all__ = ["ChangedConversations", "TakenBack"]


@dataclass(frozen=True, slots=True)
class ChangedConversations:
    """What a batch touched: conversations, those of them with words that ask, and customers' words a Page answered.

    `taken_back` are answers of ours that stand no more.
    """

    keys: frozenset[str]
    asking: frozenset[str]
    answered: tuple[tuple[str, str], ...] = ()
    taken_back: tuple[TakenBack, ...] = ()


def changed_by(words: Sequence[TouchedMention], asking: set[str], own: Sequence[MentionState]) -> ChangedConversations:
    """What customers' words, those of them in conversations that ask, and the Page's own words touched."""
    keys = {key for mention in words for key in mention.conversations}
    moved = {conversation_key(mention.after) for mention in words if len(mention.conversations) > 1}
    keys |= {conversation_key(state) for state in own if state.kind == "message"}
    answered = tuple((state.channel, state.parent_id) for state in own if state.parent_id is not None)
    return ChangedConversations(frozenset(keys), frozenset(asking | moved), answered)


def decide_cases(
    session: Session, brand_id: int, changed: ChangedConversations, *, opens_second: bool = True
) -> list[CaseDecision]:
    """What becomes of the cases of changed conversations. Holds them until the transaction ends.

    Without `opens_second` no second case is opened: for whoever cannot say where it would go.
    """
    keys = set(changed.keys) | {each.key for each in changed.taken_back}
    if changed.answered:
        keys |= repository.find_answered_conversations(session, brand_id, changed.answered)
    if not keys:
        return []
    repository.lock_conversations(session, brand_id, keys)
    repository.take_back_answers(session, changed.taken_back)
    known = repository.load_cases(session, brand_id, sorted(keys))
    worth_reading = sorted(key for key in keys if key in known or key in changed.asking)
    conversations = repository.load_conversations(session, brand_id, worth_reading)
    return [
        decision
        for conversation in conversations
        for decision in decide_all(conversation, parts_of(known, conversation.key), opens_second=opens_second)
    ]


def parts_of(known: Mapping[str, KnownCase], key: str) -> dict[str, KnownCase]:
    """The cases of a conversation by part."""
    return {part: known[slot_of(key, part)] for part in (MAIN, ALSO) if slot_of(key, part) in known}


def decide_split(session: Session, brand_id: int, key: str, matter: Matter, *, who: str) -> CaseDecision | None:
    """The decision that makes a second case of a conversation for a matter that a person names; None when there is one."""
    repository.lock_conversations(session, brand_id, [key])
    known = parts_of(repository.load_cases(session, brand_id, [key]), key)
    conversation = repository.load_conversations(session, brand_id, [key])[0]
    return open_part(conversation, known.get(ALSO), matter, who=who)


def decide_by_hand(session: Session, brand_id: int, key: str, *, who: str) -> CaseDecision | None:
    """The decision that makes a conversation a case because a person wants it answered."""
    repository.lock_conversations(session, brand_id, [key])
    known = repository.load_cases(session, brand_id, [key])
    conversation = repository.load_conversations(session, brand_id, [key])[0]
    return open_by_hand(conversation, known.get(key), who=who)


def save_decisions(
    session: Session,
    brand_id: int,
    decisions: Sequence[CaseDecision],
    placements: Mapping[str, Placement],
    *,
    now: datetime,
    by_hand: bool = False,
) -> dict[str, int]:
    """Write decided cases where routing placed them; returns case ids by slot."""
    placed = [Placed(decision, placements.get(decision.slot), by_hand) for decision in decisions]
    ids = {item.decision.slot: item.decision.known.id for item in placed if item.decision.known is not None}
    repository.update_cases(session, [item for item in placed if item.decision.known is not None], now)
    ids |= repository.insert_cases(session, brand_id, [item for item in placed if item.decision.known is None], now)
    repository.join_mentions(
        session, {word: ids[decision.slot] for decision in decisions for word in decision.word_ids}
    )
    repository.write_history(session, brand_id, [line for item in placed for line in _history(item, ids, now)])
    _tell_first_cases(session, brand_id, placed, ids, now)
    save_clocks(session, brand_id, placed, ids, now=now)
    return ids


def _tell_first_cases(
    session: Session, brand_id: int, placed: Sequence[Placed], ids: Mapping[str, int], now: datetime
) -> None:
    """Whoever has the first case of a conversation reads that it has a second one now."""
    opened = [item.decision for item in placed if item.decision.part and item.decision.happened[:1] and (
        item.decision.happened[0].kind == "opened"
    )]  # fmt: skip
    if not opened:
        return
    first = repository.find_first_cases(session, brand_id, [each.key for each in opened])
    lines = [
        CaseLine(first[each.key], now, "split", "localcare", f"Also about {each.summary.topic}: case {ids[each.slot]}.")
        for each in opened
        if each.key in first
    ]
    repository.write_history(session, brand_id, lines)


def _history(item: Placed, ids: Mapping[str, int], now: datetime) -> list[CaseLine]:
    case_id = ids[item.decision.slot]
    lines = [CaseLine(case_id, now, h.kind, "localcare", h.detail) for h in item.decision.happened]
    if item.placement is not None and item.decision.wants_route:
        detail = f"{item.placement.queue}: {item.placement.reason}"
        lines.append(CaseLine(case_id, now, "routed", "policy", detail))
    return lines
