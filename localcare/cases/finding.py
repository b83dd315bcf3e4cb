"""The verbs around a store that is sought: what is known around a mention, what its words tell, which cases wait for one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from procrastinate.types import JSONValue
from sqlmodel import Session

from localcare.cases import finding_repository as repository
from localcare.cases.core import Placement
from localcare.cases.core.finding import Found, Seeking, SeekingCase, SeekingWord, as_answer, free_to_move, what_moves
from localcare.cases.finding_repository import EarlierCase
from localcare.cases.repository import lock_conversations
from localcare.kit.jobs import defer_many
from localcare.mentions.core import conversation_key
from localcare.mentions.service import TouchedMention
from localcare.stores.core import asking
from localcare.stores.core.geocode import GeocodedPoint
from localcare.stores.core.geocode_terms import GeocoderChoice
from localcare.stores.core.learning import Correction
from localcare.stores.core.resolve import Resolver
from localcare.stores.core.values import Answer, EarlierStore, Place, Question, ResolvedMention
from localcare.stores.geocoding import RESOLVE_AGAIN_TASK, Unplaced, Whereabouts, geocoded_points
from localcare.stores.learning import mark_of_customer
from localcare.stores.shelf import Directory

__all__ = ["Found", "Heard", "as_answer", "free_to_move", "what_moves"]

SEEKING_QUEUE = "which-store"
"""The queue where stores are sought, as routing calls it."""
LOOKED_BACK = timedelta(days=365)
_MOST_EARLIER = 12

Author = tuple[str, str]
"""(channel, the network's id of the author), within one brand."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around mentions before they are read: cases in doubt, authors' earlier cases, geocoders' points."""

    seeking: Mapping[str, SeekingCase]
    earlier: Mapping[Author, Sequence[EarlierCase]]
    points: Mapping[int, GeocodedPoint]

    def seeking_of(self, mention: TouchedMention) -> SeekingCase | None:
        """The case in doubt that a mention belongs to."""
        return self.seeking.get(conversation_key(mention.after))

    def earlier_of(self, mention: TouchedMention) -> tuple[EarlierStore, ...]:
        """The stores of the author's other cases."""
        author, key = _author(mention), conversation_key(mention.after)
        cases = self.earlier.get(author, ()) if author else ()
        return asking.count_earlier(
            (one.store_id, one.last_customer_at) for one in cases if one.conversation_key != key
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """What a batch of mentions tells: answers by who gives them, the cases that found their store, and what is open.

    `replies` are the mentions that answer our question, with the case it was asked in.
    """

    by_resolver: list[ResolvedMention]
    by_customer: list[ResolvedMention]
    found: list[Found]
    replies: dict[int, Seeking]
    unplaced: list[Unplaced]

    @property
    def stores(self) -> dict[int, int | None]:
        """The store of each mention, as far as anybody told."""
        return {each.mention_id: each.answer.store_id for each in (*self.by_resolver, *self.by_customer)}


def look_around(
    session: Session,
    brand_id: int,
    mentions: Sequence[TouchedMention],
    directory: Directory,
    geocoder: GeocoderChoice | None,
    *,
    now: datetime,
) -> Surroundings:
    """One query of each kind for a whole batch. What begins on a store's own Page needs none."""
    follow_ups = {conversation_key(each.after) for each in mentions if _may_follow(each)}
    elsewhere = [each for each in mentions if not directory.is_store_page(each.after.page_id)]
    authors = {author for each in elsewhere if (author := _author(each))}
    points = geocoded_points(session, geocoder, [_whereabouts(each) for each in elsewhere], now=now)
    return Surroundings(
        seeking=find_seeking(session, brand_id, follow_ups),
        earlier=list_earlier(session, brand_id, authors, now=now),
        points={each.id: point for each, point in zip(elsewhere, points, strict=True) if point},
    )


def resolve(mentions: Sequence[TouchedMention], around: Surroundings, resolver: Resolver) -> list[Answer]:
    """One answer each, in order. Words in a case in doubt that tell nothing alone are read once more with those before."""
    asked = [question_of(mention, around) for mention in mentions]
    answers = resolver.resolve_many(asked)
    unsure = {
        at: before
        for at, mention in enumerate(mentions)
        if not asking.is_known(answers[at]) and (before := _before(mention, around))
    }
    joined = [
        replace(asked[at], text=asking.join_words(before, asked[at].text), asked_among=())
        for at, before in unsure.items()
    ]
    for at, answer in zip(unsure, resolver.resolve_many(joined), strict=True):
        answers[at] = _agreed(mentions[at], around) or answer
    return [_credited(each, answer, around) for each, answer in zip(mentions, answers, strict=True)]


def question_of(mention: TouchedMention, around: Surroundings) -> Question:
    """What the resolver is asked about a mention."""
    state, seeking, point = mention.after, around.seeking_of(mention), around.points.get(mention.id)
    return Question(
        id=state.external_id,
        text=state.text,
        # a person who has ruled a store out has ruled its Page out as a reason
        page_id=None if seeking and seeking.refused else state.page_id,
        place=_place(mention),
        lat=point.lat if point else None,
        lng=point.lng if point else None,
        accuracy_m=point.accuracy_m if point else None,
        store_number=state.store_number,
        author_id=state.author_external_id,
        created_at=state.created_at,
        earlier=around.earlier_of(mention),
        asked_among=seeking.asked_among(mention.id, state.created_at)
        if seeking and not asking.denies(state.text)
        else (),
    )


def hear(mentions: Sequence[TouchedMention], answers: Sequence[Answer], around: Surroundings, *, why: str) -> Heard:
    """Sort the resolver's answers. `why` is what is new when it is not the customer's answer that tells a store."""
    heard = Heard([], [], [], {}, [])
    for mention, given in zip(mentions, answers, strict=True):
        seeking = around.seeking_of(mention)
        answer = asking.with_notes(asking.heed_refusals(given, seeking.refused) if seeking else given)
        found = _found(mention, answer, seeking, why) if seeking and asking.is_known(answer) else None
        if found:
            heard.found.append(found)
        if seeking and seeking.is_answered_by(mention.id, mention.after.created_at):
            heard.replies[mention.id] = seeking.case
        if found and found.by_customer:
            heard.by_customer.extend(_told(found))
        else:
            heard.by_resolver.append(ResolvedMention(mention.id, mention.after.created_at, answer))
        if not asking.is_known(answer) and mention.id not in around.points:
            heard.unplaced.append(Unplaced(mention.id, _whereabouts(mention)))
    return heard


def taught(brand_id: int, found: Iterable[Found]) -> list[Correction]:
    """What customers called a store before they told which it is."""
    return [
        Correction(word.mention_id, one.seeking.case.case_id, word.text, one.answer.store_id, _customer(brand_id, one))
        for one in found
        if one.by_customer
        for word in one.answered_words
    ]


def find_seeking(session: Session, brand_id: int, keys: Collection[str]) -> dict[str, SeekingCase]:
    """The open cases of these conversations whose store is sought, by conversation."""
    cases = repository.find_seeking(session, brand_id, sorted(keys), SEEKING_QUEUE) if keys else []
    if not cases:
        return {}
    keys = [case.key for case in cases]
    words: dict[str, list[SeekingWord]] = defaultdict(list)
    for word in repository.list_words(session, brand_id, keys):
        words[word.key].append(word)
    questions = repository.list_questions(session, brand_id, keys)
    offered = {store for said in words.values() for word in said for store, _ in word.candidates}
    stores = repository.list_asked_stores(session, brand_id, offered) if offered else {}
    return {case.key: SeekingCase(case, tuple(words[case.key]), questions.get(case.key, ""), stores) for case in cases}


def list_heard_early(session: Session, brand_id: int, keys: Collection[str], heard: Heard) -> list[int]:
    """Words that were read as any others, and turn out to answer “which store?”: the question was told with or after them."""
    return [
        word.mention_id
        for seeking in find_seeking(session, brand_id, keys).values()
        for word in seeking.words
        if not word.asks and word.mention_id not in heard.replies
        and seeking.is_answered_by(word.mention_id, word.created_at)
    ]  # fmt: skip


def explained(placement: Placement, found: Found | None) -> Placement:
    """Where a case goes, with what told its store as the first reason."""
    return replace(placement, reason=f"{found.why}; {placement.reason}") if found else placement


def list_earlier(
    session: Session, brand_id: int, authors: Collection[Author], *, now: datetime
) -> Mapping[Author, Sequence[EarlierCase]]:
    """The newest cases of each author in this brand whose store is known, newest first."""
    found: dict[Author, list[EarlierCase]] = defaultdict(list)
    if authors:
        since = now - LOOKED_BACK
        for case in repository.list_earlier(session, brand_id, sorted(authors), since=since, most=_MOST_EARLIER):
            found[case.channel, case.author].append(case)
    return found


def list_sought(session: Session, brand_id: int, *, after: int, limit: int) -> tuple[int | None, list[int]]:
    """The customers' words of the next cases in doubt after a case id, with the last case read; None at the end."""
    cases = repository.list_open_in_queue(session, brand_id, SEEKING_QUEUE, after=after, limit=limit)
    if not cases:
        return None, []
    return cases[-1][0], repository.list_mention_ids(session, brand_id, [key for _, key in cases])


def list_words(session: Session, brand_id: int, key: str) -> list[SeekingWord]:
    """The customer's live words of one conversation, oldest first."""
    return repository.list_words(session, brand_id, [key])


def hold_conversations(session: Session, brand_id: int, keys: Iterable[str]) -> None:
    """Let nobody else decide about these conversations until the transaction ends."""
    lock_conversations(session, brand_id, keys)


def read_doubts_again(session: Session, brand_id: int, author: Author, *, key: str) -> None:
    """Have the author's other cases in doubt read again, now that this conversation has told a store."""
    mention_ids = repository.list_doubts_of(session, brand_id, SEEKING_QUEUE, author, but=key)
    if mention_ids:
        why = "its author's other case has found its store"
        again: dict[str, JSONValue] = {"brand_id": brand_id, "mention_ids": list(mention_ids), "why": why}
        defer_many(session, RESOLVE_AGAIN_TASK, [again])


def release_found(session: Session, case_ids: Sequence[int]) -> None:
    """Whoever sought the store has it in hand no longer: it goes on where the policy sends it."""
    repository.release(session, case_ids)


def _agreed(mention: TouchedMention, around: Surroundings) -> Answer | None:
    state, seeking = mention.after, around.seeking_of(mention)
    return seeking.agreed(mention.id, state.created_at, state.text) if seeking else None


def _credited(mention: TouchedMention, answer: Answer, around: Surroundings) -> Answer:
    point = around.points.get(mention.id)
    return asking.with_source(answer, point.attribution) if point else answer


def _before(mention: TouchedMention, around: Surroundings) -> list[str]:
    seeking = around.seeking_of(mention)
    return [word.text for word in seeking.before(mention.id, mention.after.created_at)] if seeking else []


def _found(mention: TouchedMention, answer: Answer, seeking: SeekingCase, why: str) -> Found:
    said_at = mention.after.created_at
    by_customer = seeking.is_answered_by(mention.id, said_at)
    cause = "the customer answered which store it is" if by_customer else why
    return Found(seeking, mention.id, said_at, answer, by_customer, f"{cause}: {asking.why_known(answer)}")


def _told(found: Found) -> Iterable[ResolvedMention]:
    """What the customer's answer says of itself and of what it answers."""
    yield ResolvedMention(found.mention_id, found.said_at, found.answer)
    for word in found.answered_words:
        yield ResolvedMention(word.mention_id, word.created_at, asking.told_later(found.answer))


def _customer(brand_id: int, found: Found) -> str:
    case = found.seeking.case
    return mark_of_customer(brand_id, case.channel, case.author_external_id, case.key)


def _may_follow(mention: TouchedMention) -> bool:
    """Whether a mention can belong to a conversation that was there before: known already, or below something else."""
    state = mention.after
    return mention.before is not None or state.thread_id not in (None, state.external_id)


def _author(mention: TouchedMention) -> Author | None:
    state = mention.after
    return (state.channel, state.author_external_id) if state.author_external_id else None


def _place(mention: TouchedMention) -> Place | None:
    place = mention.after.place
    return Place(**{name: getattr(place, name) for name in place.__slots__}) if place else None


def _whereabouts(mention: TouchedMention) -> Whereabouts:
    return Whereabouts(mention.after.text, _place(mention))
