"""Two matters in one conversation: the store's own, and the nation's. Each is a case of its own, linked to the other.

What makes two of one is a pure function of the words, so that the order of arrival cannot matter; only what a person has in
hand stays what it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from localcare.cases.core.conversation import decide
from localcare.cases.core.states import CLOSED, State, urgency_rank
from localcare.cases.core.values import CaseDecision, Conversation, CustomerWord, Happening, KnownCase, Matter

MAIN, ALSO = "", "also"
_SIDES = {"store": "store", "network": "centre", "billing": "centre", "account": "centre"}


def side_of(matter: str) -> str:
    """Who can mend a matter: the store or the centre; "" where both could."""
    return _SIDES.get(matter, "")


def decide_all(
    conversation: Conversation, cases: Mapping[str, KnownCase], *, opens_second: bool = True
) -> list[CaseDecision]:
    """What becomes of a conversation's cases: of one, or where it has two matters of both.

    `opens_second`: whether a second case may be opened now, which needs a place.
    """
    main, also = cases.get(MAIN), cases.get(ALSO)
    split = split_words(conversation, main, also) if opens_second or also is not None else None
    if split is None:
        decisions = [decide(_heard_by(conversation, main), main)]
        if also is not None and (also.state is not State.MERGED or not conversation.words):
            decisions.append(decide(_without_matter(conversation, also), also))
    else:
        decisions = [decide(_heard_by(split[0], main), main), _second(decide(_heard_by(split[1], also), also))]
    return [each for each in decisions if each is not None]


def split_words(
    conversation: Conversation, main: KnownCase | None, also: KnownCase | None
) -> tuple[Conversation, Conversation] | None:
    """The words as each of two cases reads them; None when there is one matter, or a person has said so."""
    asking = [word for word in conversation.words if word.actionable]
    if not asking or (also is not None and also.state is State.MERGED):
        return None
    if also is not None and also.told is not None:
        return (conversation, _told(conversation, also)) if also.state not in CLOSED else None
    if {"store", "centre"} - {side for word in asking for side in _sides(word)}:
        return None
    side = _main_side(asking, main, also)
    mine = tuple(_as_main(word, side) for word in conversation.words)
    other = tuple(_as_also(word, side) for word in conversation.words)
    return replace(conversation, words=mine), replace(conversation, words=other, part=ALSO)


def open_part(conversation: Conversation, also: KnownCase | None, matter: Matter, *, who: str) -> CaseDecision | None:
    """The second case of a conversation, because a person says that it is also about something else."""
    asking = [word for word in conversation.words if word.actionable] or list(conversation.words[-1:])
    if not asking or (also is not None and also.state not in CLOSED):
        return None
    told = Conversation(
        conversation.key,
        tuple(replace(_with(word, matter), actionable=True) for word in asking),
        None,
        part=ALSO,
    )
    opened = decide(told, None)
    if opened is None:
        return None
    happened = Happening("opened", f"{who} says that it is also about {matter.topic.replace('-', ' ')}.")
    return replace(opened, known=also, happened=(happened,), told=matter, word_ids=())


def _second(decision: CaseDecision | None) -> CaseDecision | None:
    """A second case says when it opens that the first one has the rest."""
    if decision is None or decision.known is not None:
        return decision
    about = decision.summary.topic.replace("-", " ")
    words = f"The customer's words are also about {about}: a case of its own beside the other one."
    return replace(decision, happened=(Happening("opened", words),))


def _main_side(asking: Sequence[CustomerWord], main: KnownCase | None, also: KnownCase | None) -> str:
    """What a person has in hand stays what it is; else the most urgent word decides, the newest among equals."""
    if main is not None and main.is_kept and main.state not in CLOSED and (side := side_of(main.summary.matter)):
        return side
    if also is not None and also.is_kept and also.state not in CLOSED and (side := side_of(also.summary.matter)):
        return "store" if side == "centre" else "centre"
    sided = [word for word in asking if side_of(word.matter)]
    lead = max(sided, key=lambda word: (-urgency_rank(word.urgency), word.created_at, word.external_id))
    return side_of(lead.matter)


def _sides(word: CustomerWord) -> set[str]:
    return {side_of(word.matter), side_of(word.also_matter)} - {""}


def _as_main(word: CustomerWord, side: str) -> CustomerWord:
    """A word as the main case reads it: what is only about the other matter asks nothing here."""
    own = side_of(word.matter)
    if own in (side, ""):
        return word
    if side_of(word.also_matter) == side:
        return _as_second(word)
    return replace(word, actionable=False)


def _as_also(word: CustomerWord, side: str) -> CustomerWord:
    own, second = side_of(word.matter), side_of(word.also_matter)
    if own not in (side, ""):
        return word
    if second not in (side, ""):
        return _as_second(word)
    return replace(word, actionable=False)


def _as_second(word: CustomerWord) -> CustomerWord:
    """What a word says beside: risks belong to its first matter, so that a crisis calls once."""
    second = Matter(word.also_topic, word.also_matter, word.also_tier)
    return replace(_with(word, second), risks=())


def _with(word: CustomerWord, matter: Matter) -> CustomerWord:
    return replace(word, topic=matter.topic, matter=matter.matter, tier=matter.tier)


def _told(conversation: Conversation, also: KnownCase) -> Conversation:
    matter = also.told or Matter(also.summary.topic, also.summary.matter, also.summary.tier)
    words = tuple(replace(_with(word, matter), risks=()) for word in conversation.words)
    return replace(conversation, words=words, part=ALSO)


def _without_matter(conversation: Conversation, also: KnownCase) -> Conversation:
    """The words say nothing of the second matter any more; whoever has it in hand decides."""
    matter = Matter(also.summary.topic, also.summary.matter, also.summary.tier)
    words = tuple(replace(_with(word, matter), actionable=False) for word in conversation.words)
    return replace(_heard_by(conversation, also), words=words, part=ALSO)


def _heard_by(conversation: Conversation, case: KnownCase | None) -> Conversation:
    """What the Page said to the customer about the other matter is no answer to this one."""
    if case is None or case.deaf_from is None:
        return conversation
    heard = [
        at for at in conversation.page_words if at < case.deaf_from or (case.deaf_to is not None and at >= case.deaf_to)
    ]
    return replace(conversation, page_spoke_at=max(heard, default=None))
