"""The phrases of a directory that are worth finding in a text, each with the stores it may mean."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import ahocorasick

from localcare.stores.core.states import NAME_PHRASES
from localcare.stores.core.text import phrase
from localcare.stores.core.values import Alias
from localcare.stores.core.vocabulary import BRAND_NICKNAMES, EVERYDAY_BRANDS, TRADE_WORDS

Towns = Mapping[str, Mapping[str, tuple[int, ...]]]
Stores = tuple[int, ...]


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
        for key in dict.fromkeys(each for name in self.others for each in _as_said(phrase(name))):
            if own not in key and (not own or key not in own) and key not in short:
                yield Phrase(PhraseKind.OTHER_BRAND, key)


def _as_said(key: str) -> Iterator[str]:
    """A brand's name as customers say it: "oreilly" and "oreillys"."""
    if key:
        yield key
    if key and " " not in key and key[-1] != "s" and key not in EVERYDAY_BRANDS:
        yield f"{key}s"


def gather(pairs: Iterable[tuple[str, int]]) -> dict[str, Stores]:
    """Stores by key, in order, none twice."""
    found: dict[str, list[int]] = {}
    for key, at in pairs:
        inside = found.setdefault(key, [])
        if at not in inside[-1:]:
            inside.append(at)
    return {key: tuple(inside) for key, inside in found.items()}


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
