"""The directory turned inside out: from a page, number, phone, address, town or name to its stores."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import ahocorasick

from localcare.stores.core.address import (
    HIGHWAY_WORDS,
    STREET_TYPES,
    ordinal,
    split_street,
    street_key,
    street_words,
    telling_words,
)
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.nearness import Nearness, is_on_earth
from localcare.stores.core.states import NAME_PHRASES, state_code
from localcare.stores.core.text import ReadText, phrase
from localcare.stores.core.values import StoreEntry
from localcare.stores.core.vocabulary import PLAIN_NAMES, TOWN_NICKNAMES, TRADE_WORDS

_HIGHWAYS = ("hwy", "highway", "us", "us hwy", "us highway", "route", "rte", "rt", "sr", "fm", "state road")
_SHORT = {"saint": "st", "fort": "ft", "mount": "mt"}
_LONG = {short: long for long, short in _SHORT.items()}
_NAME_ENDINGS = (" mall", " shopping center", " shopping centre", " center", " plaza", " town center")


class PhraseKind(IntEnum):
    """What a phrase found in a text names."""

    TOWN = 0
    NAME = 1
    STREET = 2
    STATE = 3
    OTHER_BRAND = 4
    OWN_BRAND = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase worth finding. `stores` are positions in the directory; `state` is set for a state's name.

    `is_town`: a store's name that is a town's name somewhere, and so more often means the town.
    """

    kind: PhraseKind
    key: str
    stores: tuple[int, ...] = ()
    state: str | None = None
    is_town: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase in a text, by the span of its characters in `ReadText.words` (without the padding)."""

    phrase: Phrase
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Brands:
    """Whose stores these are, and who else a customer may talk about."""

    own: str | None = None
    others: tuple[str, ...] = ()


class DirectoryIndex:
    """Every way into a directory. Closed stores are found by page, number, phone and address only."""

    def __init__(self, entries: Sequence[StoreEntry], brands: Brands, gazetteer: Gazetteer) -> None:
        self.entries = tuple(entries)
        self.by_page = {page: at for at, entry in enumerate(entries) for page in entry.page_ids}
        self.by_number = _numbers(self.entries)
        self.by_phone = _gather(
            (digits, at) for at, entry in enumerate(entries) if (digits := last_ten_digits(entry.phone))
        )
        self.by_zip = _gather((entry.zip[:5], at) for at, entry in self._open() if entry.zip)
        self.by_house = _houses(self.entries)
        self.by_street_line = _gather(
            (line, at) for at, entry in enumerate(entries) if (line := phrase(entry.street or ""))
        )
        self.towns = _towns(self._open(), gazetteer, _brand_spellings(brands))
        self.town_shares = {town: gazetteer.share_of_town(town, states) for town, states in self.towns.items()}
        self.last_town_words = frozenset(town.rsplit(" ", 1)[-1] for town in self.towns)
        self.states = [state_code(entry.state) or entry.state for entry in entries]
        self.brand_words = frozenset(_telling_brand_words(brands)) | _brand_spellings(brands)
        located = [(at, entry.lat, entry.lng) for at, entry in self._open() if entry.lat is not None]
        points = [(at, lat, lng) for at, lat, lng in located if lng is not None and is_on_earth(lat, lng)]
        self.nearness = Nearness([at for at, *_ in points], [(lat, lng) for _, lat, lng in points])
        self._automaton = _automaton([*self._place_phrases(gazetteer), *_brand_phrases(brands), *_state_phrases()])

    def matches(self, text: ReadText) -> list[Match]:
        """Every phrase in a text that no longer one covers, in order."""
        found: list[Match] = []
        for end, phrases in self._automaton.iter(text.words):
            start = end - len(phrases[0].key)
            while found and start <= found[-1].start:
                found.pop()
            if not found or end > found[-1].end:
                found.extend(Match(each, start, end) for each in phrases)
        return found

    def _open(self) -> Iterator[tuple[int, StoreEntry]]:
        return ((at, entry) for at, entry in enumerate(self.entries) if entry.is_open)

    def _place_phrases(self, gazetteer: Gazetteer) -> Iterator[Phrase]:
        for town in self.towns:
            stores = tuple(at for inside in self.towns[town].values() for at in inside)
            yield Phrase(PhraseKind.TOWN, town, stores)
        streets = _gather((key, at) for at, entry in self._open() for key in _street_keys(entry.street))
        names = _gather(
            (key, at) for at, entry in self._open() for key in _name_keys(entry, self.brand_words, self.towns)
        )
        for key, named in names.items():
            here = {at for inside in self.towns.get(key, {}).values() for at in inside}
            along = {at for spoken in (key, *_spoken_street(street_words(key))) for at in streets.get(spoken, ())}
            stores = tuple(at for at in named if at not in here)
            if stores and not along - set(stores):
                is_town = bool(here) or gazetteer.is_town(key)
                yield Phrase(PhraseKind.NAME, key, stores, is_town=is_town)
        for key, stores in streets.items():
            yield Phrase(PhraseKind.STREET, key, stores)


def _gather(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for key, at in pairs:
        inside = found.setdefault(key, [])
        if at not in inside[-1:]:
            inside.append(at)
    return {key: tuple(inside) for key, inside in found.items()}


def _numbers(entries: Sequence[StoreEntry]) -> dict[str, int]:
    """Numbers as spelled first; in lower case and without leading zeros where that names one store only."""
    numbers = {entry.number: at for at, entry in enumerate(entries)}
    loose = _gather((entry.number.lower().lstrip("0"), at) for at, entry in enumerate(entries))
    for key, stores in loose.items():
        if key and len(stores) == 1:
            numbers.setdefault(key, stores[0])
    return numbers


def last_ten_digits(phone: str | None) -> str | None:
    """What two spellings of a phone number have in common."""
    digits = "".join(c for c in phone or "" if c.isdigit())
    return digits[-10:] if len(digits) >= 7 else None


def _houses(entries: Sequence[StoreEntry]) -> dict[str, dict[str, tuple[int, ...]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for at, entry in enumerate(entries):
        key = street_key(entry.street)
        if key:
            found.setdefault(key.number, {}).setdefault(key.street, []).append(at)
    return {number: {street: tuple(at) for street, at in streets.items()} for number, streets in found.items()}


def _towns(
    stores: Iterable[tuple[int, StoreEntry]], gazetteer: Gazetteer, brand_spellings: Container[str]
) -> dict[str, dict[str, tuple[int, ...]]]:
    """Stores by town and state; a store also stands in the town its ZIP belongs to, however its own file calls it."""
    found: dict[str, dict[str, list[int]]] = {}
    for at, entry in stores:
        area = gazetteer.find_zip(entry.zip)
        state = state_code(entry.state) or entry.state or (area.state if area else "")
        for name in {phrase(entry.city or ""), phrase(area.city) if area else ""} - {""}:
            for key in town_keys(name):
                inside = found.setdefault(key, {}).setdefault(state, [])
                if at not in inside[-1:]:
                    inside.append(at)
    for nickname, town in TOWN_NICKNAMES.items():
        if town in found:
            found.setdefault(nickname, found[town])
    for spelling in [town for town in found if town.replace(" ", "") in brand_spellings]:
        del found[spelling]
    return {town: {state: tuple(at) for state, at in states.items()} for town, states in found.items()}


def town_keys(name: str) -> list[str]:
    """A town's name and its other spellings: "saint louis", "st louis"."""
    words = name.split()
    short = " ".join(_SHORT.get(word, word) for word in words)
    long = " ".join(_LONG.get(word, word) for word in words)
    return list(dict.fromkeys((name, short, long)))


def _name_keys(entry: StoreEntry, brand_words: frozenset[str], towns: Container[str]) -> Iterator[str]:
    """Names a customer may use; a street line without a house number ("Belvidere Oasis") serves as one."""
    if " " in phrase(entry.street or "") and street_key(entry.street) is None:
        yield phrase(entry.street or "")
    for name in (entry.name, *entry.nicknames):
        words = [word for word in phrase(name or "").split() if word not in brand_words]
        key = " ".join(words).removeprefix("the ").removesuffix(" store")
        if not _is_a_name(key, towns) or key == phrase(entry.city or ""):
            continue
        yield key
        shorter = next((key.removesuffix(ending) for ending in _NAME_ENDINGS if key.endswith(ending)), key)
        if shorter != key and _is_a_name(shorter, towns):
            yield shorter


def _is_a_name(key: str, towns: Container[str]) -> bool:
    """Whether a store's name tells it from others: not a number, a state, a town with its state, or "downtown"."""
    town, _, state = key.rpartition(" ")
    if len(key) < 4 or key in PLAIN_NAMES or key.isdigit() or key in NAME_PHRASES:
        return False
    return not (town in towns and state_code(state))


def _street_keys(street: str | None) -> list[str]:
    """A street without its house number as people say it: "westheimer", "34th", "hwy 290"."""
    door = split_street(street)
    return _spoken_street(door[1]) if door else []


def _spoken_street(words: Sequence[str]) -> list[str]:
    name = " ".join(telling_words(words))
    if not name.isdigit():
        return [name] if len(name) >= 4 and name not in STREET_TYPES else []
    if HIGHWAY_WORDS.isdisjoint(words):
        return [ordinal(int(name))]
    kinds = ("i", "ih", "interstate") if {"i", "ih", "interstate"} & set(words) else _HIGHWAYS
    return [f"{kind} {name}" for kind in kinds]


def _brand_spellings(brands: Brands) -> set[str]:
    """What customers write for our brand: "mcdonalds", "mcdonald"; "pellora" for Pellora Wireless."""
    spoken = {"".join(phrase(brands.own or "").split()), "".join(_telling_brand_words(brands))}
    return {each for name in spoken for each in (name, name.removesuffix("s")) if len(each) > 1}


def _telling_brand_words(brands: Brands) -> list[str]:
    words = phrase(brands.own or "").split()
    return [word for word in words if word not in TRADE_WORDS] or words


def _brand_phrases(brands: Brands) -> Iterator[Phrase]:
    own = phrase(brands.own or "")
    for key in sorted(_brand_spellings(brands) | ({own, " ".join(_telling_brand_words(brands))} - {""})):
        yield Phrase(PhraseKind.OWN_BRAND, key)
    for name in brands.others:
        key = phrase(name)
        if key and own not in key and (not own or key not in own):
            yield Phrase(PhraseKind.OTHER_BRAND, key)


def _state_phrases() -> Iterator[Phrase]:
    return (Phrase(PhraseKind.STATE, name, state=code) for name, code in NAME_PHRASES.items())


def _automaton(phrases: Iterable[Phrase]) -> ahocorasick.Automaton:
    """Keys are padded with spaces, so that a match is whole words without looking again."""
    by_key: dict[str, list[Phrase]] = {}
    for each in phrases:
        by_key.setdefault(each.key, []).append(each)
    automaton = ahocorasick.Automaton()
    for key, same in by_key.items():
        automaton.add_word(f" {key} ", tuple(same))
    automaton.make_automaton()
    return automaton
