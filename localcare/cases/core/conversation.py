"""What a conversation asks for: a pure function of what is known of it, so that the order of arrival cannot matter.

One conversation is one author's words on one thread. It has a case when at least one of its live words needs an answer,
or when a person made it one. The case waits when such a word came after the last answer, and was not there to be read when
a person closed the case.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from localcare.cases.core.states import CLOSED, State, urgency_rank
from localcare.cases.core.values import CaseDecision, Conversation, CustomerWord, Happening, KnownCase, Summary

EXCERPT_LENGTH = 200
_ANSWER_GONE = "The answer is not on the Page any more; the customer waits again."
_OTHER_SPOKE = "The other case has answered in public; this matter is still open."
_RESOLUTION_STRENGTH = {"exact": 3, "likely": 2, "ambiguous": 1, "none": 0}


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
        part=conversation.part,
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
        part=conversation.part,
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
        part=conversation.part,
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
        part=conversation.part,
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
        part=conversation.part,
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
        happened.append(Happening("unanswered", _OTHER_SPOKE if known.deaf_from else _ANSWER_GONE))
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
    """The mentions that belong to the case; a second case shares those of the first."""
    return () if conversation.part else tuple(word.mention_id for word in conversation.words)


def _is_before(now: datetime | None, then: datetime | None) -> bool:
    """Whether what was the last answer is none any more."""
    return then is not None and (now is None or now < then)


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return a if b is None else b
    return max(a, b)
