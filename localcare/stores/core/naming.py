"""What people may call the stores of a directory: by town, street, name, corner and every other name it tells."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from re import compile as pattern

from localcare.stores.core.address import Door, street_key, street_words
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.phrases import Brands, Phrase, PhraseKind, Stores, Towns, gather
from localcare.stores.core.spoken import spoken_street
from localcare.stores.core.states import NAME_PHRASES, state_code
from localcare.stores.core.text import phrase
from localcare.stores.core.values import Alias, StoreEntry
from localcare.stores.core.vocabulary import PLAIN_NAMES

_NAME_ENDINGS = (" mall", " shopping center", " shopping centre", " center", " plaza", " town center", " marketplace")
_CORNER = pattern(r"\s*[&/@+]\s*|\s+-\s+|(?<=\w)-(?=\w)|\s+(?:and|at|near)\s+")


@dataclass(frozen=True, slots=True)
class Called:
    """One entry with what its names are built from: its town, its names in plain words, its street as people say it."""

    entry: StoreEntry
    city: str
    names: tuple[str, ...]
    streets: tuple[str, ...]


def place_phrases(
    entries: Sequence[StoreEntry], doors: Sequence[Door | None], towns: Towns, brands: Brands, gazetteer: Gazetteer
) -> Iterator[Phrase]:
    """Towns, streets, names and aliases of a directory; `doors` are its streets taken apart, in step with the entries."""
    for town, states in towns.items():
        yield Phrase(PhraseKind.TOWN, town, tuple(at for inside in states.values() for at in inside))
    own_name, brand_words = " ".join(brands.telling_words()), brands.words()
    called = _called(entries, doors, brand_words | {own_name, "the"})
    streets = gather((key, at) for at, each in enumerate(called) for key in each.streets)
    for key, stores in streets.items():
        yield Phrase(PhraseKind.STREET, key, stores)
    yield from _name_phrases(called, towns, streets, brand_words, gazetteer)
    yield from _cross_phrases(called, towns, brand_words)
    yield from _alias_phrases(entries)
    whole = gather((each.city, at) for at, each in enumerate(called) if _is_named_after_its_town(each, brand_words))
    yield from (
        Phrase(PhraseKind.FULL_NAME, f"{own_name} {city}", stores) for city, stores in whole.items() if own_name
    )


def _called(entries: Sequence[StoreEntry], doors: Sequence[Door | None], own_words: frozenset[str]) -> list[Called]:
    key_of = cache(phrase)  # towns repeat
    return [
        Called(
            entry,
            key_of(entry.city or ""),
            tuple(phrase(name) for name in (entry.name, *entry.nicknames) if name),
            tuple(key for key in (spoken_street(door[1]) if door else ()) if key not in own_words),
        )
        for entry, door in zip(entries, doors, strict=True)
    ]


def _name_phrases(
    called: Sequence[Called], towns: Towns, streets: Mapping[str, Stores], brand_words: frozenset[str],
    gazetteer: Gazetteer,
) -> Iterator[Phrase]:  # fmt: skip
    names = gather((key, at) for at, each in enumerate(called) for key in _name_keys(each, brand_words, towns))
    for key, named in names.items():
        here = {at for inside in towns.get(key, {}).values() for at in inside}
        along = {at for spoken in (key, *spoken_street(street_words(key))) for at in streets.get(spoken, ())}
        nicknamed = {at for at in named if key in _nicknames(called[at].entry)}
        stores = tuple(at for at in named if at not in here or at in nicknamed)
        if stores and (nicknamed or not along - set(stores)):
            is_town = bool(here) or gazetteer.is_town(key)
            yield Phrase(PhraseKind.NAME, key, stores, is_town=is_town)


def _cross_phrases(called: Sequence[Called], towns: Towns, brand_words: frozenset[str]) -> Iterator[Phrase]:
    crosses = gather((key, at) for at, each in enumerate(called) for key in _cross_keys(each, brand_words))
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


def _is_named_after_its_town(each: Called, brand_words: frozenset[str]) -> bool:
    """Whether our brand and the town are all of its name: "Pellora Boardman"."""
    words = each.names[0].split() if each.entry.name and each.names else []
    own = [word for word in words if word not in brand_words]
    return bool(own) and len(own) < len(words) and " ".join(own) == each.city


def _name_keys(each: Called, brand_words: frozenset[str], towns: Container[str]) -> Iterator[str]:
    """Names a customer may use; a street line without a house number ("Belvidere Oasis") serves as one."""
    if not each.streets and each.entry.street and street_key(each.entry.street) is None:
        line = phrase(each.entry.street)
        if " " in line:
            yield line
    for name in each.names:
        key = _own_part(name, (each.entry.state or "").lower(), brand_words)
        if not _is_a_name(key, towns) or key == each.city:
            continue
        yield key
        shorter = next((key.removesuffix(ending) for ending in _NAME_ENDINGS if key.endswith(ending)), key)
        if shorter != key and _is_a_name(shorter, towns):
            yield shorter


def _own_part(name: str, state: str, brand_words: frozenset[str]) -> str:
    """A name without our brand, its article, "store" and its state."""
    words = [word for word in name.split() if word not in brand_words]
    if len(words) > 2 and state and words[-1] == state:
        words.pop()
    return " ".join(words).removeprefix("the ").removesuffix(" store")


def _nicknames(entry: StoreEntry) -> set[str]:
    return {phrase(name).removeprefix("the ").removesuffix(" store") for name in entry.nicknames}


def _is_a_name(key: str, towns: Container[str]) -> bool:
    """Whether a store's name tells it from others: not a number, a state, a town with its state, or "downtown"."""
    town, _, state = key.rpartition(" ")
    if len(key) < 4 or key in PLAIN_NAMES or key.isdigit() or key in NAME_PHRASES:
        return False
    return not (town in towns and state_code(state))


def _cross_keys(each: Called, brand_words: frozenset[str]) -> Iterator[str]:
    """The parts of a store's name that are neither its town nor its own street: "79th & Western", "Reston Town Center"."""
    own = {*each.streets, each.city, "", "the"}
    state = (each.entry.state or "").lower()
    for name in (each.entry.name, *each.entry.nicknames):
        for part in _CORNER.split((name or "").lower()):
            words = [word for word in street_words(phrase(part)) if word not in brand_words]
            while len(words) > 1 and words[-1] == state:
                words.pop()
            yield from (key for key in spoken_street(words) if words and key not in own)
    for alias in each.entry.aliases:
        if alias.kind == "cross-street":
            yield from spoken_street(street_words(phrase(alias.words)))
