"""The phrases of a directory that are worth finding in a text, each with the stores it may mean."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from re import compile as pattern

import ahocorasick

from localcare.stores.core.address import (
    DIRECTIONS,
    HIGHWAY_WORDS,
    STREET_TYPES,
    Door,
    ordinal,
    split_street,
    street_key,
    street_words,
    telling_words,
)
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.states import NAME_PHRASES, state_code
from localcare.stores.core.text import phrase
from localcare.stores.core.values import Alias, StoreEntry
from localcare.stores.core.vocabulary import BRAND_NICKNAMES, PLAIN_NAMES, TRADE_WORDS

Towns = Mapping[str, Mapping[str, tuple[int, ...]]]
Stores = tuple[int, ...]

_HIGHWAYS = (
    "hwy", "highway", "us", "route", "rte", "rt", "sr", "fm", "cr", "state road", "state rd", "county road", "county rd",
    "co rd", "road", "rd",
)  # fmt: skip
_INTERSTATES = ("i", "ih", "interstate", "hwy", "highway", "freeway")
_LONG_TYPES = {"st": "street", "rd": "road", "ave": "avenue", "hwy": "highway", "blvd": "boulevard", "dr": "drive"}
_LONG_WORDS = {"st": "saint", "mt": "mount", "ft": "fort", "dr": "doctor"}
_ORDINAL_WORDS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_KING = "martin luther king"
_NAME_ENDINGS = (" mall", " shopping center", " shopping centre", " center", " plaza", " town center", " marketplace")
_CORNER = pattern(r"\s*[&/@+]\s*|\s+-\s+|(?<=\w)-(?=\w)|\s+(?:and|at|near)\s+")


class PhraseKind(IntEnum):
    """What a phrase found in a text names."""

    TOWN = 0
    NAME = 1
    STREET = 2
    STATE = 3
    OTHER_BRAND = 4
    OWN_BRAND = 5
    CROSS = 6
    """A part of a store's name, often its cross street: it tells only beside a town or the store's street."""
    ALIAS = 7
    FULL_NAME = 8
    """Our brand with a town that is all of a store's name: "Pellora Boardman"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase worth finding. `stores` are positions in the directory; `state` is set for a state's name.

    `is_town`: a store's name that is a town's name somewhere, and so more often means the town.
    """

    kind: PhraseKind
    key: str
    stores: Stores = ()
    state: str | None = None
    is_town: bool = False
    alias: Alias | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase in a text, by the span of its characters in `ReadText.words` (without the padding)."""

    phrase: Phrase
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Brands:
    """Whose stores these are, and who else a customer may talk about."""

    own: str | None = None
    others: tuple[str, ...] = ()

    def spellings(self) -> frozenset[str]:
        """What customers write for our brand in one word: "mcdonalds", "mcdonald"; "pellora" for Pellora Wireless."""
        spoken = {"".join(phrase(self.own or "").split()), "".join(self.telling_words())}
        singular = {name.removesuffix("s") for name in spoken}
        short = {"".join(each.split()) for each in BRAND_NICKNAMES.get(phrase(self.own or ""), ())}
        return frozenset(each for each in spoken | singular | short if len(each) > 1)

    def telling_words(self) -> list[str]:
        """The words of our brand that other shops do not share."""
        words = phrase(self.own or "").split()
        return [word for word in words if word not in TRADE_WORDS] or words

    def words(self) -> frozenset[str]:
        """Single words behind or before which a place's name is our store's."""
        names = (phrase(self.own or ""), *BRAND_NICKNAMES.get(phrase(self.own or ""), ()))
        last = [name.split()[-1] for name in names if name]
        return frozenset([*self.telling_words(), *last, *self.spellings()])

    def phrases(self) -> Iterator[Phrase]:
        """Our brand and the others."""
        own = phrase(self.own or "")
        short = BRAND_NICKNAMES.get(own, ())
        for key in sorted((self.spellings() | {own, " ".join(self.telling_words()), *short}) - {""}):
            yield Phrase(PhraseKind.OWN_BRAND, key)
        for name in self.others:
            key = phrase(name)
            if key and own not in key and (not own or key not in own) and key not in short:
                yield Phrase(PhraseKind.OTHER_BRAND, key)


def gather(pairs: Iterable[tuple[str, int]]) -> dict[str, Stores]:
    """Stores by key, in order, none twice."""
    found: dict[str, list[int]] = {}
    for key, at in pairs:
        inside = found.setdefault(key, [])
        if at not in inside[-1:]:
            inside.append(at)
    return {key: tuple(inside) for key, inside in found.items()}


def place_phrases(
    entries: Sequence[StoreEntry], doors: Sequence[Door | None], towns: Towns, brands: Brands, gazetteer: Gazetteer
) -> Iterator[Phrase]:
    """Towns, streets, names and aliases of a directory; `doors` are its streets taken apart, in step with the entries."""
    spoken = [_spoken_street(door[1]) if door else [] for door in doors]
    for town, states in towns.items():
        yield Phrase(PhraseKind.TOWN, town, tuple(at for inside in states.values() for at in inside))
    own_words = brands.words() | {" ".join(brands.telling_words()), "the"}
    streets = gather((key, at) for at, keys in enumerate(spoken) for key in keys if key not in own_words)
    for key, stores in streets.items():
        yield Phrase(PhraseKind.STREET, key, stores)
    yield from _name_phrases(entries, towns, streets, brands.words(), gazetteer)
    yield from _cross_phrases(entries, spoken, towns, brands.words())
    yield from _alias_phrases(entries)
    own = " ".join(brands.telling_words())
    full = gather((phrase(entry.city or ""), at) for at, entry in enumerate(entries) if _is_city(entry, brands.words()))
    yield from (Phrase(PhraseKind.FULL_NAME, f"{own} {city}", stores) for city, stores in full.items() if own)


def state_phrases() -> Iterator[Phrase]:
    """Every state by its name."""
    return (Phrase(PhraseKind.STATE, name, state=code) for name, code in NAME_PHRASES.items())


def automaton(phrases: Iterable[Phrase]) -> ahocorasick.Automaton:
    """Keys are padded with spaces, so that a match is whole words without looking again."""
    by_key: dict[str, list[Phrase]] = {}
    for each in phrases:
        by_key.setdefault(each.key, []).append(each)
    found = ahocorasick.Automaton()
    for key, same in by_key.items():
        found.add_word(f" {key} ", tuple(same))
    found.make_automaton()
    return found


def _name_phrases(
    entries: Sequence[StoreEntry], towns: Towns, streets: Mapping[str, Stores], brand_words: frozenset[str],
    gazetteer: Gazetteer,
) -> Iterator[Phrase]:  # fmt: skip
    names = gather((key, at) for at, entry in enumerate(entries) for key in _name_keys(entry, brand_words, towns))
    for key, named in names.items():
        here = {at for inside in towns.get(key, {}).values() for at in inside}
        along = {at for spoken in (key, *_spoken_street(street_words(key))) for at in streets.get(spoken, ())}
        called = {at for at in named if key in _nicknames(entries[at])}
        stores = tuple(at for at in named if at not in here or at in called)
        if stores and (called or not along - set(stores)):
            is_town = bool(here) or gazetteer.is_town(key)
            yield Phrase(PhraseKind.NAME, key, stores, is_town=is_town)


def _cross_phrases(
    entries: Sequence[StoreEntry], spoken: Sequence[list[str]], towns: Towns, brand_words: frozenset[str]
) -> Iterator[Phrase]:
    crosses = gather(
        (key, at) for at, entry in enumerate(entries) for key in _cross_keys(entry, spoken[at], brand_words)
    )
    for key, stores in crosses.items():
        yield Phrase(PhraseKind.CROSS, key, stores, is_town=key in towns)


def _alias_phrases(entries: Sequence[StoreEntry]) -> Iterator[Phrase]:
    by_alias: dict[Alias, list[int]] = {}
    for at, entry in enumerate(entries):
        for alias in entry.aliases:
            if alias.kind not in ("phone", "place-id", "address"):
                by_alias.setdefault(alias, []).append(at)
    for alias, stores in by_alias.items():
        key = phrase(alias.words)
        if key:
            yield Phrase(PhraseKind.ALIAS, key.removeprefix("the "), tuple(stores), alias=alias)


def _is_city(entry: StoreEntry, brand_words: frozenset[str]) -> bool:
    own = [word for word in phrase(entry.name or "").split() if word not in brand_words]
    return bool(own) and len(own) < len(phrase(entry.name or "").split()) and own == phrase(entry.city or "").split()


def _name_keys(entry: StoreEntry, brand_words: frozenset[str], towns: Container[str]) -> Iterator[str]:
    """Names a customer may use; a street line without a house number ("Belvidere Oasis") serves as one."""
    if " " in phrase(entry.street or "") and street_key(entry.street) is None:
        yield phrase(entry.street or "")
    state = (entry.state or "").lower()
    for name in (entry.name, *entry.nicknames):
        words = [word for word in phrase(name or "").split() if word not in brand_words]
        key = " ".join(words).removeprefix("the ").removesuffix(" store")
        if len(words) > 2 and state and words[-1] == state:
            key = " ".join(words[:-1])
        if not _is_a_name(key, towns) or key == phrase(entry.city or ""):
            continue
        yield key
        shorter = next((key.removesuffix(ending) for ending in _NAME_ENDINGS if key.endswith(ending)), key)
        if shorter != key and _is_a_name(shorter, towns):
            yield shorter


def _nicknames(entry: StoreEntry) -> set[str]:
    return {phrase(name).removeprefix("the ").removesuffix(" store") for name in entry.nicknames}


def _is_a_name(key: str, towns: Container[str]) -> bool:
    """Whether a store's name tells it from others: not a number, a state, a town with its state, or "downtown"."""
    town, _, state = key.rpartition(" ")
    if len(key) < 4 or key in PLAIN_NAMES or key.isdigit() or key in NAME_PHRASES:
        return False
    return not (town in towns and state_code(state))


def _cross_keys(entry: StoreEntry, own_street: Sequence[str], brand_words: frozenset[str]) -> Iterator[str]:
    """The parts of a store's name that are neither its town nor its own street: "79th & Western", "Reston Town Center"."""
    own = {*own_street, phrase(entry.city or ""), "", "the"}
    for name in (entry.name, *entry.nicknames):
        for part in _CORNER.split((name or "").lower()):
            words = [word for word in street_words(phrase(part)) if word not in brand_words]
            while len(words) > 1 and words[-1] == (entry.state or "").lower():
                words.pop()
            yield from (key for key in _spoken_street(words) if words and key not in own)
    for alias in entry.aliases:
        if alias.kind == "cross-street":
            yield from _spoken_street(street_words(phrase(alias.words)))


def street_keys(street: str | None) -> list[str]:
    """A street without its house number as people say it: "westheimer", "34th", "hwy 290"."""
    door = split_street(street)
    return _spoken_street(door[1]) if door else []


def _spoken_street(words: Sequence[str]) -> list[str]:
    name = " ".join(telling_words(words))
    if not name.isdigit():
        return _spellings(name, words)
    if HIGHWAY_WORDS.isdisjoint(words):
        number = int(name)
        return [ordinal(number), *_ORDINAL_WORDS[number : number + 1]] if number else []
    kinds = _INTERSTATES if {"i", "ih", "interstate"} & set(words) else _HIGHWAYS
    return [*(f"{kind} {name}" for kind in kinds), f"{name} hwy", f"{name} highway"]


def _spellings(name: str, words: Sequence[str]) -> list[str]:
    """A named street as it may be written; a very short name only with its type."""
    if name in STREET_TYPES | HIGHWAY_WORDS or len(name) < 3:
        whole = " ".join(word for word in words if word not in DIRECTIONS)
        return [whole, " ".join(_LONG_TYPES.get(word, word) for word in whole.split())] if len(whole) > 4 else []
    if _KING in name:
        return [_KING, "mlk", name]
    long = " ".join(_LONG_WORDS.get(word, word) for word in name.split())
    return list(dict.fromkeys((name, long, *([name.replace(" ", "")] if len(name.split()) == 2 else []))))
