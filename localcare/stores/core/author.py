"""What is known of who wrote it: their earlier stores, the stores they were asked about, their home; and the time of day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from localcare.stores.core.address import STREET_TYPES, place_from_line
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.phrases import Stores
from localcare.stores.core.spoken import street_keys
from localcare.stores.core.text import ReadText, phrase, tokens
from localcare.stores.core.values import EarlierStore, EvidenceKind, Question, StoreEntry
from localcare.stores.core.vocabulary import ARTICLES, SHOP_WORDS

_FRESH_DAYS = 30.0
_SMALL_WORDS = ARTICLES | SHOP_WORDS | STREET_TYPES | {"on", "off", "by", "and", "near", "to", "of", "it", "was", "is"}
_PLACES_IN_LIST = {
    "1": 0, "first": 0, "1st": 0, "primera": 0, "primero": 0, "2": 1, "second": 1, "2nd": 1, "segunda": 1, "segundo": 1,
    "3": 2, "third": 2, "3rd": 2, "tercera": 2, "tercero": 2, "4": 3, "fourth": 3, "4th": 3, "5": 4, "fifth": 4, "5th": 4,
}  # fmt: skip


def find_author(
    question: Question, index: DirectoryIndex, *, text: ReadText | None, told: frozenset[int]
) -> Iterator[Finding]:
    """Earlier stores and the home town; each alone is a hint and never an answer.

    Where the text itself speaks for stores (`told`), earlier ones decide among those and bring in no others.
    """
    for earlier in question.earlier:
        if not told or not told.isdisjoint(index.by_id.get(earlier.store_id, ())):
            yield from _earlier(earlier, question.created_at, index)
    if text is not None and question.asked_among:
        yield from find_chosen(text, question.asked_among, index)
    elif text is not None and question.earlier:
        among = [each.store_id for each in question.earlier]
        yield from find_chosen(text, among, index, cue="earlier.told", weight=4.0)
    if question.home:
        yield from _home(question.home, index)


def find_chosen(
    text: ReadText, among: Sequence[int], index: DirectoryIndex, *, cue: str = "asked", weight: float = 9.0
) -> Iterator[Finding]:
    """Of a few stores the author was asked about, the one whose words the answer has: "the one on 5th", "the second"."""
    said = set(text.words.split()) - _SMALL_WORDS
    known = [(store, index.by_id[store]) for store in among if store in index.by_id]
    words = {store: _words_of((index.entries[at] for at in stores), cue) for store, stores in known}
    shared = set[str].intersection(*words.values()) if len(words) > 1 else set()
    hits = {store: len(said & (own - shared)) for store, own in words.items()}
    most = max(hits.values(), default=0)
    chosen = [store for store, count in hits.items() if count == most] if most else _by_place(said, among, cue)
    if 0 < len(chosen) < max(2, len(among)):
        stores = tuple(at for store in chosen for at in index.by_id.get(store, ()))
        answer = (
            "the answer names one of the stores asked about:" if cue == "asked" else "the text fits an earlier store:"
        )
        kind = EvidenceKind.ASKED if cue == "asked" else EvidenceKind.EARLIER
        yield Finding(kind, answer, stores, weight, cue, counts=True, is_fact=True)


def _by_place(said: set[str], among: Sequence[int], cue: str) -> list[int]:
    if cue != "asked" or len(said) > 3:
        return []
    places = {_PLACES_IN_LIST[word] for word in said if word in _PLACES_IN_LIST}
    return [among[place] for place in places if place < len(among)] if len(places) == 1 else []


def _words_of(entries: Iterable[StoreEntry], cue: str) -> set[str]:
    """What tells a store; of one that was only written about before, the town does not."""
    found: set[str] = set()
    for entry in entries:
        lines = (
            entry.name,
            entry.city if cue == "asked" else None,
            entry.zip,
            entry.number,
            entry.street,
            *entry.nicknames,
        )
        found.update(word for line in lines if line for word in tokens(line))
        found.update(word for key in street_keys(entry.street) for word in key.split())
        found.update(word for alias in entry.aliases for word in tokens(alias.words))
        found -= set() if cue == "asked" else set(tokens(entry.city or ""))
    return {word for word in found if len(word) > 1 or word.isdigit()} - _SMALL_WORDS


def _earlier(earlier: EarlierStore, when: datetime | None, index: DirectoryIndex) -> Iterator[Finding]:
    stores = index.by_id.get(earlier.store_id, ())
    if stores:
        times = "once" if earlier.times == 1 else f"{earlier.times} times"
        days = abs((when - earlier.last_at).total_seconds()) / 86_400 if when else _FRESH_DAYS
        weight = (4.0 if days <= _FRESH_DAYS else 3.0) + min(earlier.times - 1, 3) * 0.4
        detail = f"its author wrote {times} before about store {index.entries[stores[-1]].number}"
        yield Finding(EvidenceKind.EARLIER, detail, stores, weight, "earlier")


def _home(home: str, index: DirectoryIndex) -> Iterator[Finding]:
    place = place_from_line(home)
    states = index.towns.get(phrase(place.city or home), {})
    stores: Stores = tuple(at for state, inside in states.items() if place.state in (None, state) for at in inside)
    if stores:
        yield Finding(EvidenceKind.HOME, f"its author lives in {home}, which has", stores, 0.7, "home", counts=True)
