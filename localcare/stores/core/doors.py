"""Addresses: in a text, a house number with its street; as data, a place's street line in any spelling."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rapidfuzz import fuzz

from localcare.stores.core.address import (
    DIRECTIONS,
    HIGHWAY_WORDS,
    SHORT_DIRECTIONS,
    SHORT_TYPES,
    STREET_TYPES,
    house_numbers,
    in_short,
    line_key,
    street_key,
    street_words,
    telling_words,
    unit_of,
)
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex, zip_key
from localcare.stores.core.localities import Localities
from localcare.stores.core.phrases import Stores
from localcare.stores.core.states import state_code
from localcare.stores.core.text import ReadText, phrase
from localcare.stores.core.values import EvidenceKind, Place, StoreEntry

_ALIKE = 82.0  # of 100: "haddonfieldberlin" and "berlin", "rlthorntonservice" and "rlthornton"
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")
_WEIGHT = 12.0


def find_addresses(text: ReadText, index: DirectoryIndex, localities: Localities) -> Iterator[Finding]:
    """A house number with its street, when no town, ZIP or state in the text says that it is somewhere else."""
    for number, rest in house_numbers(text.lower):
        streets = index.by_house.get(number)
        if not streets:
            continue
        words = street_words(rest)
        street = next((name for name in _prefixes(words) if name in streets), None)
        if street is None or (street.isdigit() and not _is_street(words, rest)):
            continue
        stores = tuple(at for at in streets[street] if localities.speaks_for(at) is not False)
        agreed = tuple(at for at in stores if localities.speaks_for(at))
        if stores:
            cue = "address.agreed" if agreed else _unlocated_cue(number, words, rest)
            yield _told(number, rest, street, agreed or stores, cue, index)


def may_name_a_door(text: ReadText, index: DirectoryIndex) -> bool:
    """Whether a number in a text with the words behind it is one of our addresses, wherever it may be."""
    for number, rest in house_numbers(text.lower):
        streets = index.by_house.get(number)
        if streets and any(name in streets for name in _prefixes(street_words(rest))):
            return True
    return False


def names_another_door(text: ReadText, index: DirectoryIndex) -> bool:
    """Whether a text gives the address of something that is no store of ours."""
    for number, rest in house_numbers(text.lower):
        words = street_words(rest)
        if len(number) >= 3 and any(word in STREET_TYPES for word in words[1:4]) and words[0].isalpha():
            streets = index.by_house.get(number, {})
            if not any(name in streets for name in _prefixes(words)):
                return True
    return False


def find_address(place: Place, index: DirectoryIndex) -> Iterator[Finding]:
    """The store at a street address: the same house number, a like street, and a town, ZIP or state that agrees."""
    key = street_key(place.street)
    streets = index.by_house.get(key.number) if key else None
    if not key or not streets:
        yield from _find_line(place, index)
        return
    same = [at for at in streets.get(key.street, ()) if _same_town(place, index.entries[at]) is not False]
    agreed = [at for at in same if _same_town(place, index.entries[at])] or [
        at
        for street, stores in streets.items()
        if _alike(street, key.street)
        for at in stores
        if _same_town(place, index.entries[at])
    ]
    stores = tuple(agreed or same)
    if stores:
        yield _finding(place.street or "", stores, "place.address" if agreed else "place.door", index)
    else:
        yield from _find_line(place, index)


def _find_line(place: Place, index: DirectoryIndex) -> Iterator[Finding]:
    """An address without a house number ("Belvidere Oasis") is compared as it stands."""
    stores = index.by_street_line.get(line_key(place.street), ())
    agreed = tuple(at for at in stores if _same_town(place, index.entries[at]))
    if agreed:
        yield _finding(place.street or "", agreed, "place.address", index)


def _told(number: str, rest: str, street: str, stores: Stores, cue: str, index: DirectoryIndex) -> Finding:
    """An address in a text: the store's own where there is but one behind the door, else as the customer wrote it."""
    best = nearest_in_spelling(f"{number} {rest}", stores, index.entries)
    if len(best) == 1:
        entry = index.entries[best[0]]
        detail = f"the address {entry.street} in the text is store {entry.number}'s"
        return Finding(EvidenceKind.ADDRESS, detail, best, _WEIGHT, cue, is_fact=True)
    detail = f'"{number} {_as_written(rest, street)}" in the text is the address of'
    return Finding(EvidenceKind.ADDRESS, detail, best, _WEIGHT, cue, counts=True, is_fact=True)


def _finding(line: str, stores: Stores, cue: str, index: DirectoryIndex) -> Finding:
    best = nearest_in_spelling(line, stores, index.entries)
    if len(best) > 1:
        return Finding(EvidenceKind.ADDRESS, f"{line} is the address of", best, _WEIGHT, cue, counts=True, is_fact=True)
    detail = f"the address {line} is store {index.entries[best[0]].number}'s"
    return Finding(EvidenceKind.ADDRESS, detail, best, _WEIGHT, cue, is_fact=True)


def _as_written(rest: str, street: str) -> str:
    """The words behind a house number that spell its street, with the type and direction behind them."""
    words = rest.split()
    for count in range(1, len(words) + 1):
        if street in _prefixes(street_words(" ".join(words[:count]))):
            tail = takewhile(_ends_a_street, words[count:])
            return " ".join([*words[:count], *tail]).rstrip(".")
    return rest.strip()


def _ends_a_street(word: str) -> bool:
    return word.rstrip(".") in STREET_TYPES | DIRECTIONS


def nearest_in_spelling(line: str, stores: Stores, entries: Sequence[StoreEntry], *, loosely: bool = False) -> Stores:
    """Of stores on a street of the same name, those whose direction, type and unit the line does not contradict.

    Loosely: what the line leaves out may be anything, as people leave it out.
    """
    if len(stores) < 2:
        return stores
    said = _details(line)
    contradictions = [_contradictions(said, _details(entries[at].street or ""), loosely=loosely) for at in stores]
    least = min(contradictions)
    return tuple(at for at, count in zip(stores, contradictions, strict=True) if count == least)


@dataclass(frozen=True, slots=True)
class _Details:
    """What tells apart two streets of one name, and two shops at one door."""

    directions: frozenset[str]
    types: frozenset[str]
    unit: str | None


def _details(line: str) -> _Details:
    words = street_words(line.lower().split(",")[0])[:8]
    directions = frozenset(SHORT_DIRECTIONS.get(word, word) for word in words if word in DIRECTIONS)
    types = frozenset(SHORT_TYPES.get(word, word) for word in words if word in STREET_TYPES)
    return _Details(directions, types, unit_of(line))


def _contradictions(said: _Details, known: _Details, *, loosely: bool) -> int:
    pairs = ((said.directions, known.directions), (said.types, known.types))
    differing = sum(bool(one) and bool(other) and one.isdisjoint(other) for one, other in pairs)
    left_out = 0 if loosely else sum(bool(one) != bool(other) for one, other in pairs)
    unlike = said.unit is not None and said.unit != known.unit
    return 2 * differing + left_out + 2 * unlike


def _prefixes(words: list[str]) -> Iterator[str]:
    """What the words after a house number may spell, the longest first: "main st in katy" gives "mainin…", "main"."""
    named = [word for word in words if word not in DIRECTIONS and word not in STREET_TYPES][:6]
    bare = named
    while bare and bare[0] in HIGHWAY_WORDS:
        bare = bare[1:]
    if bare != named and bare and bare[0].isdigit():
        named = bare
    undirected = [word for word in words if word not in DIRECTIONS][:6]
    for start in (named, bare, undirected, words[:6]):
        spelled = ("".join(start[:count]) for count in range(len(start), 0, -1))
        yield from (name for name in spelled if len(name) > 2 or name.isdigit())
    for count in range(
        min(len(words), 4), 1, -1
    ):  # "Ave N", "West Loop South": streets of nothing but types and directions
        if not STREET_TYPES.isdisjoint(words[:count]):
            yield in_short(telling_words(words[:count]))


def _is_street(words: list[str], rest: str) -> bool:
    return bool(_ORDINAL.search(rest[:16])) or any(
        word in STREET_TYPES or word in HIGHWAY_WORDS or word in DIRECTIONS for word in words[:4]
    )


def _unlocated_cue(number: str, words: list[str], rest: str) -> str:
    """Without a town the same door may be in a hundred towns; a long number is rarer than a short one."""
    length = "long" if len(number) >= 4 else "short"
    return f"address.{length}" if _is_street(words, rest) else f"address.{length}_bare"


def _same_town(place: Place, entry: StoreEntry) -> bool | None:
    """Whether place and store agree on where in the country they are; None when the place does not say."""
    state, store_state = state_code(place.state), state_code(entry.state)
    if state and store_state and state != store_state:
        return False
    zip_code, store_zip = zip_key(place.zip), zip_key(entry.zip)
    if zip_code and zip_code == store_zip:
        return True
    if place.city and entry.city and phrase(place.city) == phrase(entry.city):
        return True
    if zip_code and store_zip and zip_code[:3] == store_zip[:3]:
        return True
    if zip_code or place.city:
        return False
    return True if state and store_state else None


def _alike(street: str, other: str) -> bool:
    shorter, longer = sorted((street, other), key=len)
    if len(shorter) >= 4 and shorter in longer:
        return True
    return len(shorter) >= 5 and fuzz.ratio(street, other) >= _ALIKE
