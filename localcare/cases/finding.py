"""The verbs around a store that is sought: which cases wait for one, what was said in them, where the author was before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import finding_repository as repository
from localcare.cases.core.finding import Seeking, SeekingWord
from localcare.cases.finding_repository import EarlierCase
from localcare.cases.repository import lock_conversations

LOOKED_BACK = timedelta(days=365)
_MOST_EARLIER = 12

Author = tuple[str, str]
"""(channel, the network's id of the author), within one brand."""


@dataclass(frozen=True, slots=True)
class SeekingCase:
    """An open case whose store is sought, with the customer's words, oldest first."""

    case: Seeking
    words: tuple[SeekingWord, ...]

    @property
    def refused(self) -> frozenset[int]:
        """The stores that a person has said it is not about."""
        return frozenset().union(*(word.refused for word in self.words))


def find_seeking(session: Session, brand_id: int, keys: Collection[str], queue: str) -> dict[str, SeekingCase]:
    """The open cases of these conversations that lie in the queue where stores are sought, by conversation."""
    cases = repository.find_seeking(session, brand_id, sorted(keys), queue) if keys else []
    if not cases:
        return {}
    words: dict[str, list[SeekingWord]] = defaultdict(list)
    for word in repository.list_words(session, brand_id, [case.key for case in cases]):
        words[word.key].append(word)
    return {case.key: SeekingCase(case, tuple(words[case.key])) for case in cases}


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


def list_sought(session: Session, brand_id: int, queue: str, *, after: int, limit: int) -> tuple[int | None, list[int]]:
    """The customers' words of the next cases in a queue after a case id; (last case id read, mention ids), None at the end."""
    cases = repository.list_open_in_queue(session, brand_id, queue, after=after, limit=limit)
    if not cases:
        return None, []
    return cases[-1][0], repository.list_mention_ids(session, brand_id, [key for _, key in cases])


def hold_conversations(session: Session, brand_id: int, keys: Iterable[str]) -> None:
    """Let nobody else decide about these conversations until the transaction ends."""
    lock_conversations(session, brand_id, keys)


def release_found(session: Session, case_ids: Sequence[int]) -> None:
    """Whoever sought the store has it in hand no longer: it goes on where the policy sends it."""
    repository.release(session, case_ids)
