"""The verbs of learning: what a decision teaches, what is believed of it, and how it is taken back.

Everything happens inside one brand. A change of what is believed raises the directory's version, so that every worker
resolves by it within seconds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from localcare.errors import NotFoundError
from localcare.stores import learning_repository as repository
from localcare.stores.core.learning import (
    AliasState,
    Correction,
    KnownAlias,
    LearnedAlias,
    Proposal,
    ShownVote,
    TaughtStore,
    Vote,
    propose,
    state_after,
    tally,
    vote,
    words_to_check,
)
from localcare.stores.core.text import phrase, read_text
from localcare.stores.gazetteer import load_other_brands
from localcare.stores.learning_repository import Counted, LockedAlias
from localcare.stores.repository import brand_name, raise_directory_version

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class LearnedPage:
    """Learned names in one state with their votes, newest first, and how many there are in every state."""

    aliases: tuple[LearnedAlias, ...]
    votes: Mapping[int, Sequence[ShownVote]]
    counts: Mapping[str, int]


def mark_of_customer(brand_id: int, channel: str, author_id: str | None, conversation_key: str) -> str:
    """Tells a brand's customers apart without keeping who they are; an unknown author is one with the conversation."""
    who = f"{channel}:{author_id}" if author_id else conversation_key
    return f"customer:{sha256(f'{brand_id}:{who}'.encode()).hexdigest()[:20]}"


def learn(session: Session, brand_id: int, corrections: Sequence[Correction], *, by: str, now: datetime) -> None:
    """Take corrections as votes for and against names; what an earlier decision said of the same mentions no longer counts.

    `by` is who is named as having proposed what is new.
    """
    if not corrections:
        return
    touched = repository.withdraw_votes_of(session, brand_id, [each.mention_id for each in corrections], now)
    stores = repository.list_taught_stores(session, brand_id, {each.store_id for each in corrections if each.store_id})
    spoken = [read_text(each.text).words for each in corrections]
    known = repository.list_aliases_in(session, brand_id, spoken)
    fresh = _proposals(session, brand_id, corrections, stores, known)
    if fresh:
        repository.insert_proposals(session, brand_id, fresh, by=by, now=now)
        known = repository.list_aliases_in(session, brand_id, spoken)
    cast = [(each, ballot) for each in corrections for ballot in vote(each, stores.get(each.store_id or 0), known)]
    repository.insert_votes(session, brand_id, cast, now=now)
    _recount(session, brand_id, [*touched, *(ballot.alias_id for _, ballot in cast)], now=now)


def unlearn(session: Session, brand_id: int, mention_ids: Sequence[int], *, now: datetime) -> None:
    """Take back what was learned from these mentions, with its effect."""
    _recount(session, brand_id, repository.withdraw_votes_of(session, brand_id, mention_ids, now), now=now)


def undo_vote(session: Session, brand_id: int, vote_id: int, *, now: datetime) -> None:
    """Take one vote back, with its effect. NotFoundError when there is none that stands."""
    touched = repository.withdraw_vote(session, brand_id, vote_id, now)
    if not touched:
        raise NotFoundError("This vote is not there, or it was taken back already.")
    _recount(session, brand_id, touched, now=now)


def decide_alias(
    session: Session, brand_id: int, alias_id: int, state: AliasState | None, *, by: str, now: datetime
) -> None:
    """A person says whether a learned name is used, whatever the votes say; None lets the votes decide again."""
    named = None if state is None else by
    if not repository.decide_alias(session, brand_id, alias_id, state, by=named, now=now):
        raise NotFoundError("There is no such learned name.")
    _recount(session, brand_id, [alias_id], now=now)
    raise_directory_version(session, brand_id)


def list_learned(session: Session, brand_id: int, state: AliasState) -> LearnedPage:
    """What was learned, for people to see who taught it and when."""
    aliases = repository.list_learned(session, brand_id, state, limit=_SHOWN)
    votes: dict[int, list[ShownVote]] = {alias.id: [] for alias in aliases}
    for each in repository.list_shown_votes(session, brand_id, list(votes)):
        votes[each.alias_id].append(each)
    return LearnedPage(tuple(aliases), votes, repository.count_learned(session, brand_id))


def _proposals(
    session: Session,
    brand_id: int,
    corrections: Sequence[Correction],
    stores: Mapping[int, TaughtStore],
    known: Sequence[KnownAlias],
) -> list[Proposal]:
    taken = _taken(session, brand_id, words_to_check(corrections))
    there = {(alias.store_id, alias.words) for alias in known}
    found = [
        proposal
        for each in corrections
        if (store := stores.get(each.store_id or 0))
        for proposal in propose(each, store, taken)
        if (proposal.store_id, proposal.words) not in there
    ]
    return list({(each.store_id, each.words): each for each in found}.values())


def _taken(session: Session, brand_id: int, words: Collection[str]) -> set[str]:
    """Words that mean something else: a town or name in the directory, this brand, another brand."""
    own = phrase(brand_name(session, brand_id) or "").split()
    brands = {phrase(name) for name in load_other_brands()}
    ours = {each for each in words if own and set(each.split()) <= set(own)}
    return repository.list_taken(session, brand_id, words) | (brands & set(words)) | ours


def _recount(session: Session, brand_id: int, alias_ids: Sequence[int], *, now: datetime) -> None:
    if not alias_ids:
        return
    aliases = repository.lock_with_rivals(session, brand_id, set(alias_ids))
    votes = repository.list_votes(session, brand_id, [alias.id for alias in aliases])
    counted = [_counted(alias, aliases, votes) for alias in aliases]
    repository.save_counts(session, counted, now)
    before = {alias.id: alias.state for alias in aliases}
    if any("active" in (before[each.id], each.state) and before[each.id] != each.state for each in counted):
        raise_directory_version(session, brand_id)


def _counted(alias: LockedAlias, aliases: Sequence[LockedAlias], votes: Mapping[int, Sequence[Vote]]) -> Counted:
    rivals = [
        other
        for other in aliases
        if other.store_id != alias.store_id and (other.city is None or alias.city is None or other.city == alias.city)
    ]
    counts = tally(votes[alias.id], [each for rival in rivals for each in votes[rival.id]])
    is_decided = alias.source != "learned" or alias.decided_by is not None
    return Counted(alias.id, counts.supports, counts.contradictions, alias.state if is_decided else state_after(counts))
