"""What a decision teaches: which words of a text name the store that somebody who knows has told us, and when to believe it.

One decision is one vote. A name is used once three voices that do not depend on each other agree: no person, no customer
and no case counts twice. Every contradicting voice asks for three more; two that weigh as much end it. The state is a
function of the votes alone, so a vote that is taken back takes its effect along.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from localcare.stores.core.spoken_names import NamedPlace, read_named_places
from localcare.stores.core.text import phrase, read_text
from localcare.stores.core.values import AliasKind

VOICES_NEEDED = 3

AliasState = Literal["proposed", "active", "retired"]
Verdict = Literal["supports", "contradicts"]
_NEEDS_CITY: frozenset[AliasKind] = frozenset({"landmark", "cross-street", "neighbourhood"})


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody who knows has said of one mention: the store it is about (None: none of ours), and which it is not.

    `customer` tells customers apart without naming them; `person_id` is who decided, None when it was the customer.
    """

    mention_id: int
    case_id: int | None
    text: str
    store_id: int | None
    customer: str
    person_id: int | None = None
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TaughtStore:
    """The store that a correction names, by what the directory calls it."""

    id: int
    name: str
    city: str | None
    street: str | None = None
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownAlias:
    """A name that is kept already, in whatever state. `words` are as `phrase` gives them."""

    id: int
    store_id: int
    kind: str
    words: str
    city: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name worth keeping an eye on: words of a text that may mean this store, beside its city when one is set."""

    store_id: int
    kind: AliasKind
    words: str
    city: str | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one correction says of one name."""

    alias_id: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """A kept vote. `person_id` is who decided, None when the customer answered; `customer` whose words they were."""

    verdict: Verdict
    customer: str
    person_id: int | None = None
    case_id: int | None = None

    @property
    def decider(self) -> str:
        """Who said so."""
        return f"person:{self.person_id}" if self.person_id is not None else self.customer


@dataclass(frozen=True, slots=True)
class Tally:
    """Independent voices for and against a name."""

    supports: int
    contradictions: int


@dataclass(frozen=True, slots=True)
class LearnedAlias:
    """A learned name as people see it."""

    id: int
    kind: str
    words: str
    city: str | None
    state: AliasState
    supports: int
    contradictions: int
    created_at: datetime
    created_by: str
    decided_at: datetime | None
    decided_by: str | None
    store_number: str
    store_name: str
    store_city: str | None


@dataclass(frozen=True, slots=True)
class ShownVote:
    """A vote as people see it; without a person it was the customer's own answer."""

    id: int
    alias_id: int
    verdict: str
    at: datetime
    undone_at: datetime | None
    case_id: int | None
    person_id: int | None
    person_name: str | None


def propose(correction: Correction, store: TaughtStore, taken: Collection[str]) -> list[Proposal]:
    """Names in the text that the directory does not know yet. `taken` are words that mean something else already."""
    known = {phrase(words) for words in (store.name, store.city or "", store.street or "", *store.nicknames)}
    proposals = [_proposal(place, store) for place in read_named_places(correction.text)]
    return [
        each
        for each in dict.fromkeys(proposals)
        if each.words not in taken and each.words not in known and not (each.city is None and each.kind in _NEEDS_CITY)
    ]


def words_to_check(corrections: Iterable[Correction]) -> set[str]:
    """Every name in these texts, to be looked up in the directory at once."""
    return {place.words for correction in corrections for place in read_named_places(correction.text)}


def vote(correction: Correction, store: TaughtStore | None, aliases: Sequence[KnownAlias]) -> list[Ballot]:
    """What a correction says of the names in its text: yes for its own store's, no for every other's that it excludes."""
    spoken = read_text(correction.text).words
    ballots = []
    for alias in aliases:
        if f" {alias.words} " not in spoken:
            continue
        if alias.store_id == correction.store_id:
            ballots.append(Ballot(alias.id, "supports"))
        elif _is_excluded(alias, correction, store, spoken):
            ballots.append(Ballot(alias.id, "contradicts"))
    return ballots


def tally(votes: Sequence[Vote], rival_votes: Sequence[Vote] = ()) -> Tally:
    """How many independent voices speak for and against; `rival_votes` are for another store by the same name."""
    against = [each for each in votes if each.verdict == "contradicts"]
    against += [each for each in rival_votes if each.verdict == "supports"]
    return Tally(
        supports=count_voices([each for each in votes if each.verdict == "supports"]),
        contradictions=count_voices(against),
    )


def state_after(counted: Tally) -> AliasState:
    """What these voices make of a name."""
    if counted.contradictions >= 2 and VOICES_NEEDED * counted.contradictions > counted.supports:
        return "retired"
    if counted.supports >= VOICES_NEEDED * (counted.contradictions + 1):
        return "active"
    return "proposed"


def count_voices(votes: Sequence[Vote]) -> int:
    """The most votes of which no two share the decider, the customer or the case.

    Votes are edges between deciders and customers, so this is a largest matching (Berge: grown by augmenting paths); a
    customer's cases count as one, and one case's words too.
    """
    customers_of: dict[str, list[str]] = {}
    for each in votes:
        customers_of.setdefault(each.decider, []).append(each.customer)
    taken_by: dict[str, str] = {}
    return sum(_find_place(decider, customers_of, taken_by, set()) for decider in customers_of)


def _find_place(decider: str, customers_of: dict[str, list[str]], taken_by: dict[str, str], tried: set[str]) -> bool:
    for customer in customers_of[decider]:
        if customer in tried:
            continue
        tried.add(customer)
        holder = taken_by.get(customer)
        if holder is None or _find_place(holder, customers_of, taken_by, tried):
            taken_by[customer] = decider
            return True
    return False


def _proposal(place: NamedPlace, store: TaughtStore) -> Proposal:
    return Proposal(store.id, place.kind, place.words, store.city if place.kind in _NEEDS_CITY else None)


def _is_excluded(alias: KnownAlias, correction: Correction, store: TaughtStore | None, spoken: str) -> bool:
    """Whether the correction says that these words do not mean the alias's store, in the city where they would."""
    if alias.store_id in correction.refused:
        return True
    if correction.store_id is None and correction.refused:
        return False
    if alias.city is None or f" {phrase(alias.city)} " in spoken:
        return True
    return store is not None and phrase(store.city or "") == phrase(alias.city)
