"""The towns, ZIPs and states a text names, each with how plainly it names them as the place of the store."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from localcare.stores.core.address import STREET_TYPES
from localcare.stores.core.index import DirectoryIndex, Match, PhraseKind
from localcare.stores.core.states import STATE_NAMES, state_code
from localcare.stores.core.text import ReadText, phrase
from localcare.stores.core.vocabulary import (
    EVERYDAY_TOWNS,
    FROM_WORDS,
    HOME_WORDS,
    LOCATIVES,
    NEARBY,
    PLACE_TAILS,
    SHOP_WORDS,
)

_ZIP = re.compile(r"(?<![\d#$.,-])(\d{5})(?:-\d{4})?(?![\d-]|[.,]\d)")
_STATE_ABBREVIATION = re.compile(
    r"(?:,\s*|\s)([A-Z]{2})\.?(?=\s+\d{5}\b)|,\s*([A-Z]{2}|[A-Z][a-z])\b\.?(?=\s*(?:[,;.!?)]|$|\n))"
)
_ELSEWHERE = 0.2  # how much less a town counts whose name is used mostly where the brand has no store
_WORDS_ARE_STATES = frozenset(["in", "or", "me", "ok", "hi", "oh", "la", "ma", "pa", "de", "al", "co", "id", "mo"])


@dataclass(frozen=True, slots=True)
class Town:
    """A town in a text: the stores it means, in words, and the chance that it is where the store is."""

    name: str
    state: str | None
    stores: tuple[int, ...]
    presence: float


@dataclass(frozen=True, slots=True)
class Localities:
    """All a text says about towns, ZIPs (those with stores and any other) and states."""

    towns: tuple[Town, ...]
    zips: tuple[tuple[str, tuple[int, ...], float], ...]
    states: frozenset[str]
    _in_towns: frozenset[int]
    _in_zips: frozenset[int]
    _states_of: Sequence[str | None]

    def speaks_for(self, store: int) -> bool | None:
        """True when a town or ZIP of the text is the store's, False when it names others only, None when it names none."""
        if store in self._in_zips or store in self._in_towns:
            return True
        if self.is_elsewhere(store):
            return False
        state = self._states_of[store]
        if self.zips or any(town.presence > 0.5 for town in self.towns):
            return False
        return True if self.states and state in self.states else None

    def is_elsewhere(self, store: int) -> bool:
        """Whether the text names states or ZIPs, and none of them is the store's."""
        state = self._states_of[store]
        if self.states and state and state not in self.states:
            return True
        return store not in self._in_zips and any(presence > 0.9 for _, _, presence in self.zips)


def read_localities(text: ReadText, matches: Sequence[Match], index: DirectoryIndex) -> Localities:
    """Gather what a text says about where in the country it is."""
    towns = tuple(_towns(text, matches, index))
    states = {match.phrase.state for match in matches if match.phrase.kind is PhraseKind.STATE}
    states |= {code for each in _STATE_ABBREVIATION.finditer(text.plain) if (code := state_code(each[1] or each[2]))}
    states |= {town.state for town in towns if town.state}
    zips = tuple(_zips(text, index)) if text.has_digits else ()
    return Localities(
        towns=towns,
        zips=zips,
        states=frozenset(state for state in states if state),
        _in_towns=frozenset(at for town in towns if town.presence > 0.5 for at in town.stores),
        _in_zips=frozenset(at for _, stores, _ in zips for at in stores),
        _states_of=index.states,
    )


def _zips(text: ReadText, index: DirectoryIndex) -> Iterator[tuple[str, tuple[int, ...], float]]:
    for match in _ZIP.finditer(text.lower):
        before = text.lower[max(0, match.start() - 24) : match.start()].rstrip(" ,.:")
        named = before.endswith(("zip", "zip code", "codigo postal", "zipcode"))
        last = before.rsplit(" ", 1)[-1].strip(",")
        placed = state_code(last) is not None or phrase(last) in index.last_town_words
        stores = index.by_zip.get(match.group(1), ())
        if stores or placed or named:
            yield match.group(1), stores, 0.97 if placed or named else 0.6


def _towns(text: ReadText, matches: Iterable[Match], index: DirectoryIndex) -> Iterator[Town]:
    for match in matches:
        if match.phrase.kind is PhraseKind.TOWN:
            town = _town(text, match, index)
            if town:
                yield town


def _town(text: ReadText, match: Match, index: DirectoryIndex) -> Town | None:
    name, states = match.phrase.key, index.towns[match.phrase.key]
    after = text.words[match.end : match.end + 40].split()
    state = _state_after(text, match, after, states.keys())
    if state:
        stores = states.get(state)
        return Town(f"{name.title()}, {state}", state, stores, 0.96) if stores else None
    presence = _plainness(text, match, after, index) * (1 - _ELSEWHERE * (1 - index.town_shares[name]))
    return Town(name.title(), None, match.phrase.stores, presence) if presence else None


def _state_after(text: ReadText, match: Match, after: Sequence[str], known: Iterable[str]) -> str | None:
    """The state named right behind a town. A word such as "in" or "or" is a state only in capitals."""
    if not after:
        return None
    for count in (2, 1):
        code = state_code(" ".join(after[:count]))
        if code and (count == 2 or len(after[0]) > 2):
            return code
    code = after[0].upper()
    if code not in STATE_NAMES:
        return None
    position = text.words.count(" ", 0, match.end + 1) - 1
    is_capital = position < len(text.cased) and text.cased[position].isupper()
    sure = is_capital and not text.plain.isupper()
    return code if sure or (after[0] not in _WORDS_ARE_STATES and code in set(known)) else None


def _plainness(text: ReadText, match: Match, after: Sequence[str], index: DirectoryIndex) -> float:
    """How plainly a town without its state is where the store is: by the words behind it, then by those before."""
    following = after[0] if after else ""
    before = text.words[max(0, match.start - 40) : match.start].split()
    last, earlier = before[-1] if before else "", set(before[-4:-1])
    if following.isdigit() and len(following) == 5:
        return 0.95
    if match.phrase.key in EVERYDAY_TOWNS:
        return 0.0
    if following in STREET_TYPES - SHOP_WORDS or following in PLACE_TAILS:
        return 0.1
    if last in FROM_WORDS or (earlier | {last}) & HOME_WORDS:
        return 0.1
    if following in SHOP_WORDS or following in index.brand_words:
        return 0.92
    if last in NEARBY or (last in {"to", "from", "of", "a", "de"} and earlier & NEARBY):
        return 0.6
    return _led_by(text, match, before, index)


def _led_by(text: ReadText, match: Match, before: Sequence[str], index: DirectoryIndex) -> float:
    """By the words before: "the store in Katy", "la tienda de Katy", and with less trust a lone "in katy"."""
    last = before[-1] if before else ""
    of_a_shop = not (SHOP_WORDS | index.brand_words).isdisjoint(before[-3:-1])
    if last == "de":
        return 0.92 if of_a_shop else 0.25
    if last not in LOCATIVES:
        return 0.25
    return 0.92 if of_a_shop or " " in match.phrase.key or _is_capital(text, match) else 0.5


def _is_capital(text: ReadText, match: Match) -> bool:
    """Whether a word has a capital, or nothing in the text does: "in advance" is no town, "in Advance" is."""
    position = text.words.count(" ", 0, match.start + 1) - 1
    return text.cased[position][:1].isupper() or text.plain.islower()
