"""The words around a name in a text, and what they make of it: our shop's place, a landmark, somebody's home, a rival's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from localcare.stores.core.address import DIRECTIONS, STREET_TYPES
from localcare.stores.core.phrases import Match, PhraseKind
from localcare.stores.core.text import ReadText
from localcare.stores.core.vocabulary import (
    ARTICLES,
    DISTANCES,
    EVERYDAY_BRANDS,
    FROM_WORDS,
    HOME_WORDS,
    INSIDE_WORDS,
    JOINING,
    LOCATIVES,
    NEARBY,
    ON_WORDS,
    PARTS_OF_SHOPS,
    PLACE_TAILS,
    SHOP_WORDS,
    SHOUTED_BRANDS,
    STAFF_WORDS,
)

_ABBREVIATIONS = STREET_TYPES | DIRECTIONS | {"mr", "mrs", "ms", "no", "ft", "mt", "vs"}
_ENDS = frozenset(".!?;\n…")
_PUNCTUATION = _ENDS | frozenset(",:()[]/|-#&")
_KINDS_BEFORE_NAME = SHOP_WORDS - {"one", "ones", "str"}
_AFTER_A_SHOP = LOCATIVES | {"on", "near", "off", "is", "has", "closed"}
_SIGNS = frozenset("&/@+")
_JOINTS = STREET_TYPES | DIRECTIONS | JOINING
_PLACES = (PhraseKind.TOWN, PhraseKind.STREET, PhraseKind.STATE)
_WITHIN = 8  # words looked at on either side


class Role(StrEnum):
    """What the words around a place's name make of it, the surest first."""

    PLACED = "placed"  # "Katy, TX", "Katy 77494"
    SHOP = "shop"  # "the Katy store"
    BRAND = "brand"  # "Pellora Katy", "location: Katy"
    IN_SHOP = "in_shop"  # "the store in Katy"
    IN = "in"  # "in Katy"
    ALONE = "alone"  # "Katy. Rude manager."
    NEAR = "near"
    BARE = "bare"
    PART = "part"  # "Katy Freeway"
    HOME = "home"  # "I live in Katy", "from Katy"
    NOT = "not"  # "not the one in Katy"
    RIVAL = "rival"  # "the Burger King in Katy"


HERE = frozenset([Role.PLACED, Role.SHOP, Role.BRAND, Role.IN_SHOP, Role.IN, Role.ALONE])
"""Roles in which a name says where the store is."""


@dataclass(frozen=True, slots=True)
class Around:
    """The words of the same sentence beside a match, nearest last before it and nearest first behind it.

    `leads` and `ends`: nothing but punctuation or the text's edge stands on that side.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    leads: bool
    ends: bool
    capital: bool
    next_capital: bool
    is_rivals: bool

    @property
    def last(self) -> str:
        """The word right before."""
        return self.before[-1] if self.before else ""

    @property
    def next(self) -> str:
        """The word right behind."""
        return self.after[0] if self.after else ""


class Surroundings:
    """A text as sentences of words, for looking around what was found in it."""

    def __init__(
        self, text: ReadText, matches: Sequence[Match], brand_words: frozenset[str], hosts: Collection[str] = ()
    ) -> None:
        """`hosts` are the other brands, by their keys, in whose shops stores of ours stand."""
        self._text = text
        self._words = text.words.split()
        self._gaps = text.gaps()
        self.brand_words = brand_words
        self.shouts = text.plain.isupper() or text.plain.islower()
        self._breaks = [at for at in range(1, len(self._words)) if self._is_break(at)]
        self._hosts = hosts
        self._streets = {each.start for each in matches if each.phrase.kind is PhraseKind.STREET}
        self._places = {self.first_word(each) for each in matches if each.phrase.kind in _PLACES}
        self._own = [self.first_word(each) for each in matches if each.phrase.kind is PhraseKind.OWN_BRAND]
        self._rivals = [self.first_word(each) for each in matches if self._is_rival(each)]

    @property
    def rival_at(self) -> int | None:
        """The first rival's place among the words, None when the text is about none."""
        return self._rivals[0] if self._rivals else None

    @property
    def gaps(self) -> Sequence[str]:
        """What stands between the words of the text."""
        return self._gaps

    @property
    def names_own_brand(self) -> bool:
        """Whether our brand is named."""
        return bool(self._own)

    @property
    def speaks_of_a_shop(self) -> bool:
        """Whether anything in the text is a shop, its people or our brand."""
        words = set(self._words)
        return bool(self._own) or not words.isdisjoint(SHOP_WORDS | STAFF_WORDS | self.brand_words)

    def has(self, words: frozenset[str]) -> bool:
        """Whether any of these words stands in the text."""
        return not words.isdisjoint(self._words)

    def first_word(self, match: Match) -> int:
        """Which word of the text a match begins with."""
        return self._text.words.count(" ", 0, match.start + 1) - 1

    def around(self, match: Match, *, skip: int = 0) -> Around:
        """What stands beside a match; `skip` passes over as many words behind it (the state of a town)."""
        first = self.first_word(match)
        end = first + match.phrase.key.count(" ") + 1 + skip
        low, high = self._sentence(first, end)
        cased = self._text.cased[first]
        return Around(
            before=tuple(self._words[max(low, first - _WITHIN) : first]),
            after=tuple(self._words[end : min(high, end + _WITHIN)]),
            leads=first == 0 or not _PUNCTUATION.isdisjoint(self._gaps[first]),
            ends=end >= len(self._words) or not _PUNCTUATION.isdisjoint(self._gaps[end]),
            capital=cased[:1].isupper() or cased[:1].isdigit() or self.shouts,
            next_capital=self._text.cased[end : end + 1] != () and self._text.cased[end][:1].isupper(),
            is_rivals=self._belongs_to_a_rival(first, end, low),
        )

    def joins(self, end: int, start: int) -> bool:
        """Whether the words between two places in `ReadText.words` only join them: "and", "&", "St at", "/"."""
        first, last = self._text.words.count(" ", 0, end + 1), self._text.words.count(" ", 0, start + 1)
        between = self._words[first - 1 : last - 1]
        if len(between) > 3 or any(word not in _JOINTS for word in between):
            return False
        return not JOINING.isdisjoint(between) or any(
            not _SIGNS.isdisjoint(gap) for gap in self._gaps[first - 1 : last]
        )

    def _belongs_to_a_rival(self, first: int, end: int, low: int) -> bool:
        """Whether the nearest brand before it in the sentence, or the one right behind it, is another's."""
        if not self._rivals:
            return False
        before = max((at for at in self._rivals if low <= at < first), default=-1)
        own = max((at for at in self._own if low <= at < first), default=-1)
        return before > own or (own < 0 and end in self._rivals)

    def is_a_rival(self, match: Match) -> bool:
        """Whether a brand found in the text is its subject."""
        return self.first_word(match) in self._rivals

    def _is_rival(self, match: Match) -> bool:
        """A rival that is the subject: not a landmark ("next to the Target"), and not an everyday word."""
        if match.phrase.kind is not PhraseKind.OTHER_BRAND:
            return False
        first = self.first_word(match)
        before = [word for word in self._words[max(0, first - 5) : first] if word not in ("the", "a", "la", "el")][-4:]
        if self._is_a_street(match, before) or self._is_around_us(match, before):
            return False
        if before[-1:] == ["to"] and before[-2:-1] and before[-2] not in NEARBY:
            return self._is_meant(match, first)
        shop = bool(self._own) or not SHOP_WORDS.isdisjoint(self._words[max(0, first - _WITHIN) : first])
        near = not NEARBY.isdisjoint(before) and (self.speaks_of_a_shop or not self._has_a_door(match))
        inside = shop and not (INSIDE_WORDS | {"at"}).isdisjoint(before[-3:])
        return not near and not inside and self._is_meant(match, first)

    def _has_a_door(self, match: Match) -> bool:
        """Whether a street or house number right behind a brand says where its own shop is."""
        end = self.first_word(match) + match.phrase.key.count(" ") + 1
        end += self._words[end : end + 1] != [] and self._words[end] in ON_WORDS | {"at"}
        streets = {self._text.words.count(" ", 0, start + 1) - 1 for start in self._streets}
        return end < len(self._words) and (end in streets or self._words[end].isdigit())

    def _is_a_street(self, match: Match, before: Sequence[str]) -> bool:
        """Whether "on Kroger" is a street of the directory."""
        return match.start in self._streets and before[-1:] != [] and before[-1] in ON_WORDS

    def _is_around_us(self, match: Match, before: Sequence[str]) -> bool:
        """Whether ours are in such a shop, "inside of the Walmart", "the Walmart one", or "two minutes from the Costco"."""
        last, other = (before[-1:] or [""])[0], (before[-2:-1] or [""])[0]
        if last == "from" and other in DISTANCES:
            return True
        end = self.first_word(match) + match.phrase.key.count(" ") + 1
        beside = end in self._own or self._words[end : end + 1] in (["one"], ["ones"]) or last in self.brand_words
        inside = beside or last in INSIDE_WORDS or (last == "of" and other in INSIDE_WORDS | PARTS_OF_SHOPS)
        return inside and match.phrase.key in self._hosts

    def _is_meant(self, match: Match, first: int) -> bool:
        """Whether "Target" is the shop and not the word: it has to be written with a capital inside a sentence."""
        if match.phrase.key not in EVERYDAY_BRANDS:
            return True
        cased, following = self._text.cased[first], self._words[first + 1 : first + 2]
        if self._text.plain.isupper() or not cased[:1].isupper():
            return False
        if match.phrase.key in SHOUTED_BRANDS:
            return cased.isupper()
        is_placed = first + 1 in self._places or not _PUNCTUATION.isdisjoint("".join(self._gaps[first + 1 : first + 2]))
        return first > 0 or cased.isupper() or is_placed or not _AFTER_A_SHOP.isdisjoint(following)

    def _sentence(self, first: int, end: int) -> tuple[int, int]:
        low = max((at for at in self._breaks if at <= first), default=0)
        high = min((at for at in self._breaks if at >= end), default=len(self._words))
        return low, high

    def _is_break(self, at: int) -> bool:
        gap = self._gaps[at]
        if _ENDS.isdisjoint(gap):
            return False
        return gap.strip(" )") != "." or (len(self._words[at - 1]) > 1 and self._words[at - 1] not in _ABBREVIATIONS)


def role_of(around: Around, brand_words: frozenset[str], *, says_here: bool = False) -> Role:
    """What the words around a name make of it. `says_here`: somewhere the text says "here", so a home is where the store is."""
    if around.is_rivals:
        return Role.RIVAL
    if around.before[-4:-2] == ("not", "the"):
        return Role.NOT
    if not says_here and (around.last in FROM_WORDS or not (HOME_WORDS - brand_words).isdisjoint(around.before[-4:])):
        return Role.HOME
    return _behind(around, brand_words) or _led_by(around, brand_words)


def _behind(around: Around, brand_words: frozenset[str]) -> Role | None:
    if around.ends and around.next not in brand_words:
        return None
    if around.next in STREET_TYPES - SHOP_WORDS or around.next in PLACE_TAILS:
        return Role.PART
    if around.next in ("one", "ones") and around.last not in ARTICLES:
        return None
    shops = SHOP_WORDS | brand_words
    if (
        around.next in shops
        or (around.next == "the" and not brand_words.isdisjoint(around.after[1:3]))
        or (around.next == "s" and not shops.isdisjoint(around.after[:3]))
    ):
        return Role.SHOP
    return None


def _led_by(around: Around, brand_words: frozenset[str]) -> Role:
    last, before = around.last, around.before
    if last in brand_words or last in _KINDS_BEFORE_NAME:
        return Role.BRAND
    if last in NEARBY or (last in {"to", "from", "of", "a", "de", "the"} and not NEARBY.isdisjoint(before[-3:-1])):
        return Role.NEAR
    of_a_shop = not (SHOP_WORDS | STAFF_WORDS | brand_words).isdisjoint(before[-6:])
    if last in LOCATIVES:
        return Role.IN_SHOP if of_a_shop else Role.IN
    if last == "de" and of_a_shop:
        return Role.IN_SHOP
    return Role.ALONE if around.leads and around.ends else Role.BARE
