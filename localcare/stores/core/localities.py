"""The towns, ZIPs and states a text names, each with how plainly it names them as the place of the store."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from localcare.stores.core.address import DIRECTIONS, STREET_TYPES
from localcare.stores.core.context import HERE, Around, Role, Surroundings, role_of
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.phrases import Match, PhraseKind, Stores
from localcare.stores.core.states import NAME_PHRASES, STATE_NAMES, state_code
from localcare.stores.core.text import ReadText, phrase
from localcare.stores.core.vocabulary import ARTICLES, EVERYDAY_TOWNS, ON_WORDS, SHOP_WORDS, UPPER_NICKNAMES

_ZIP = re.compile(r"(?<![\d#$.,-])(\d{5})(?:-\d{4})?(?![\d-]|[.,]\d)")
_SHORT_ZIP = re.compile(r"(?<![\d#$.,-])\b([A-Z]{2})\.?,?\s+(\d{4})(?![\d-]|[.,]\d)")
_STATE_ABBREVIATION = re.compile(
    r"(?:,\s*|\s)([A-Z]{2})\.?(?=\s+\d{5}\b)|,\s*([A-Z]{2}|[A-Z][a-z])\b\.?(?=\s*(?:[,;.!?)]|$|\n))|#([A-Z]{2})\b"
)
_WORDS_ARE_STATES = frozenset(["in", "or", "me", "ok", "hi", "oh", "la", "ma", "pa", "de", "al", "co", "id", "mo"])
_ZIP_WORDS = frozenset(["zip", "code", "postal", "zipcode", "location", "in", "en", "at", "area"])


@dataclass(frozen=True, slots=True)
class Town:
    """A town in a text: the stores it means, in words, and what the words around it make of it."""

    key: str
    name: str
    state: str | None
    stores: Stores
    role: Role
    capital: bool
    span: tuple[int, int]
    """Where it stands in `ReadText.words`."""


@dataclass(frozen=True, slots=True)
class ZipNamed:
    """A ZIP in a text, its stores, and whether the words around say that it is one."""

    code: str
    stores: Stores
    is_plain: bool
    is_rivals: bool


@dataclass(frozen=True, slots=True)
class Localities:
    """All a text says about towns, ZIPs (those with stores and any other) and states."""

    towns: tuple[Town, ...]
    zips: tuple[ZipNamed, ...]
    states: frozenset[str]
    here: frozenset[int]
    """The stores of all that the text gives as a place, however doubtfully."""
    _sure: frozenset[int]
    _states_of: Sequence[str | None]

    def speaks_for(self, store: int) -> bool | None:
        """True when a town or ZIP of the text is the store's, False when it names others only, None when it names none."""
        if store in self.here:
            return True
        if self.is_elsewhere(store) or self.zips or self._sure:
            return False
        return True if self.states and self._states_of[store] in self.states else None

    def is_elsewhere(self, store: int) -> bool:
        """Whether the text names states or ZIPs, and none of them is the store's."""
        state = self._states_of[store]
        if self.states and state and state not in self.states:
            return True
        return store not in self.here and any(each.is_plain for each in self.zips)


def read_localities(
    text: ReadText, matches: Sequence[Match], around: Surroundings, index: DirectoryIndex
) -> Localities:
    """Gather what a text says about where in the country it is."""
    states = frozenset(_states(text, matches, around))
    says_here = around.has(frozenset(["here", "aqui"]))
    towns = tuple(_towns(text, matches, around, index, says_here=says_here, named=states))
    zips = tuple(_zips(text, around, index)) if text.has_digits else ()
    sure = [town.stores for town in towns if town.role in HERE and town.capital]
    told = [town.stores for town in towns if town.role not in (Role.PART, Role.RIVAL, Role.NOT)]
    return Localities(
        towns=towns,
        zips=zips,
        states=states | {town.state for town in towns if town.state},
        here=frozenset(chain.from_iterable((*told, *(each.stores for each in zips)))),
        _sure=frozenset(chain.from_iterable((*sure, *(each.stores for each in zips if each.is_plain)))),
        _states_of=index.states,
    )


def _states(text: ReadText, matches: Sequence[Match], around: Surroundings) -> Iterator[str]:
    for match in matches:
        if match.phrase.kind is PhraseKind.STATE and match.phrase.state:
            beside = around.around(match)
            if beside.next not in STREET_TYPES - SHOP_WORDS or beside.ends:
                yield match.phrase.state
    for each in _STATE_ABBREVIATION.finditer(text.plain):
        code = state_code(each[1] or each[2] or each[3])
        if code:
            yield code


def _zips(text: ReadText, around: Surroundings, index: DirectoryIndex) -> Iterator[ZipNamed]:
    words = text.words.split()
    for match in _ZIP.finditer(text.lower):
        code = match[1]
        at = words.index(code) if code in words else -1
        last, following = (words[at - 1] if at > 0 else "", _behind(words, at))
        placed = state_code(last) is not None or last in index.last_town_words
        plain = (
            placed
            or last in _ZIP_WORDS | SHOP_WORDS | index.brand_words
            or following in SHOP_WORDS | index.brand_words | {"zip"}
        )
        stores = index.by_zip.get(code, ())
        if stores or plain:
            rival = around.rival_at is not None and not around.names_own_brand and around.rival_at < at
            yield ZipNamed(code, stores, plain, rival)
    for match in _SHORT_ZIP.finditer(text.plain):
        state, stores = state_code(match[1]), index.by_zip.get(f"0{match[2]}", ())
        if state and any(index.states[at] == state for at in stores):
            yield ZipNamed(f"0{match[2]}", stores, is_plain=True, is_rivals=False)


def _behind(words: Sequence[str], at: int) -> str:
    """The word behind one; that behind a genitive's s."""
    after = [word for word in words[at + 1 : at + 3] if word != "s"] if at >= 0 else []
    return after[0] if after else ""


def _towns(
    text: ReadText, matches: Sequence[Match], around: Surroundings, index: DirectoryIndex, *,
    says_here: bool, named: frozenset[str],
) -> Iterator[Town]:  # fmt: skip
    for match in matches:
        if match.phrase.kind is PhraseKind.TOWN:
            town = _town(text, match, around, index, says_here=says_here, named=named)
            if town:
                yield town


def _town(
    text: ReadText, match: Match, around: Surroundings, index: DirectoryIndex, *, says_here: bool, named: frozenset[str]
) -> Town | None:
    key, states = match.phrase.key, index.towns[match.phrase.key]
    beside = around.around(match)
    state, length = _state_behind(text, match, beside, around, states)
    after_state = around.around(match, skip=length) if length else beside
    role = role_of(after_state, index.brand_words, says_here=says_here)
    zipped = after_state.next.isdigit() and len(after_state.next) == 5
    if role in HERE | {Role.BARE} and (state or zipped):
        role = Role.PLACED
    if beside.last in ON_WORDS or (
        beside.last in DIRECTIONS and beside.before[-2:-1] and beside.before[-2] in ON_WORDS
    ):
        role = Role.PART
    if _is_word(key, role, beside, text):
        return None
    if state:
        stores = states.get(state, ())
        return (
            Town(key, f"{key.title()}, {state}", state, stores, role, capital=True, span=match.span) if stores else None
        )
    stores = tuple(at for code in states.keys() & named for at in states[code]) or match.phrase.stores
    return Town(key, key.title(), None, stores, role, beside.capital, match.span)


def _is_word(key: str, role: Role, beside: Around, text: ReadText) -> bool:
    """Whether a town's name is used as the everyday word it also is."""
    if role is Role.PLACED:
        return False
    if key in NAME_PHRASES and key not in ("new york", "washington"):
        return True
    if key in EVERYDAY_TOWNS:
        shop = role in (Role.BRAND, Role.IN_SHOP) or (role is Role.SHOP and beside.last in ARTICLES)
        return not shop or not beside.capital or text.plain.islower()
    return key in UPPER_NICKNAMES and (role not in HERE or not beside.capital or text.plain.islower())


def _state_behind(
    text: ReadText, match: Match, beside: Around, around: Surroundings, known: Mapping[str, Stores]
) -> tuple[str | None, int]:
    """The state named right behind a town and its length in words. A word such as "in" or "or" is one only in capitals."""
    for count in (2, 1):
        words = beside.after[:count]
        code = state_code(" ".join(words)) if len(words) == count else None
        if code and (count == 2 or len(words[0]) > 2):
            return code, count
    code = beside.next.upper()
    if code not in STATE_NAMES or len(beside.next) != 2:
        return None, 0
    position = around.first_word(match) + match.phrase.key.count(" ") + 1
    sure = text.cased[position].isupper() and not text.plain.isupper()
    return (code, 1) if sure or (beside.next not in _WORDS_ARE_STATES and code in known) else (None, 0)


def title(name: str) -> str:
    """A name as it is shown."""
    return phrase(name).title()
