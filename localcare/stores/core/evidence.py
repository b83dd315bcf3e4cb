"""What a text says about where: each finder looks for one kind of thing and weighs what it found.

A finding has two numbers. `weight` is the log of how much likelier it is when the mention is about one of these stores
than about another of the brand: it decides between stores. `presence` is the chance that it means a store of ours at all.
They are argued from how such words are used in the review data, not yet fitted to labelled mentions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from localcare.stores.core.address import DIRECTIONS, HIGHWAY_WORDS, STREET_TYPES, house_numbers, street_words
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.localities import Localities
from localcare.stores.core.text import ReadText
from localcare.stores.core.values import EvidenceKind
from localcare.stores.core.vocabulary import BEFORE_NUMBERS, NOT_STORE_NUMBERS, UNITS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks for some stores (positions in the directory); with `state`, for all candidates in that state."""

    kind: EvidenceKind
    detail: str
    stores: tuple[int, ...]
    weight: float
    presence: float
    state: str | None = field(default=None)


_NUMBER = r"(?P<number>[a-z]{0,3}-?\d{1,9})(?![\w-])"
_NAMED = re.compile(
    r"\b(?:store|location|branch|shop|restaurant|site|tienda|sucursal|local)\s*(?P<marker>(?:number|numero|num|no|nr|id)?\b\.?\s*[#:]*)"
    r"\s*" + _NUMBER
)
_MARKED = re.compile(
    r"(?P<before>\b[a-z]+\s*)?(?:#|\bno\.)\s?" + _NUMBER + r"(?P<after>\s+(?:store|location|branch|shop)\b)?"
)
_NEXT_WORD = re.compile(r"\W*([a-z]+|%)")
_PHONE = re.compile(r"(?<![\d#])(?:\+?1[\s.-]{0,2})?\(?(\d{3})\)?[\s./-]{0,3}(\d{3})[\s./-]{0,3}(\d{4})(?!\d)")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")


def find_store_numbers(text: ReadText, index: DirectoryIndex) -> Iterator[Finding]:
    """ "store 1234", "tienda #1234", and with less trust a bare "#1234" that no other word claims ("order #1234")."""
    said: dict[str, float] = {}
    for match in _NAMED.finditer(text.lower):
        number = match["number"]
        said[number] = max(said.get(number, 0.0), _named_presence(match, text.lower))
    for match in _MARKED.finditer(text.lower):
        number, before = match["number"], (match["before"] or "").strip()
        if before not in NOT_STORE_NUMBERS and number not in said:
            sure = bool(match["after"]) and before in BEFORE_NUMBERS
            said[number] = 0.97 if sure else _bare_presence(number)
    for number, presence in said.items():
        at = index.by_number.get(number)
        if at is None:
            at = index.by_number.get(number.lstrip("0"))
        if at is not None and presence:
            detail = f"the text names store number {index.entries[at].number}"
            yield Finding(EvidenceKind.STORE_NUMBER, detail, (at,), 8.0, presence)


def _named_presence(match: re.Match[str], lower: str) -> float:
    number, following = match["number"], _NEXT_WORD.match(lower, match.end())
    if match["marker"].strip():
        return 0.98
    if following and following.group(1) in (*UNITS, "%"):
        return 0.0
    if len(number) <= 2:
        return 0.3
    return 0.5 if re.fullmatch(r"(?:19|20)\d\d", number) else 0.97


def _bare_presence(number: str) -> float:
    digits = sum(c.isdigit() for c in number)
    return 0.0 if digits <= 2 else 0.5 if digits == 3 else 0.8


def find_phones(text: ReadText, index: DirectoryIndex) -> Iterator[Finding]:
    """A store's phone number, however it is written."""
    for match in _PHONE.finditer(text.lower):
        stores = index.by_phone.get("".join(match.groups()))
        if stores:
            owner = (
                f"store {index.entries[stores[0]].number}'s" if len(stores) == 1 else f"shared by {len(stores)} stores"
            )
            detail = f"phone {match.group().strip()} in the text is {owner}"
            yield Finding(EvidenceKind.PHONE, detail, stores, 9.0, 0.995)


def find_addresses(text: ReadText, index: DirectoryIndex, localities: Localities) -> Iterator[Finding]:
    """A house number with its street, when no town, ZIP or state in the text says that it is somewhere else."""
    for number, rest in house_numbers(text.lower):
        streets = index.by_house.get(number)
        if not streets:
            continue
        words = street_words(rest)
        street = next((name for name in _street_prefixes(words) if name in streets), None)
        if street is None or (street.isdigit() and not _is_street(words, rest)):
            continue
        stores = tuple(at for at in streets[street] if localities.speaks_for(at) is not False)
        if not stores:
            continue
        agreed = tuple(at for at in stores if localities.speaks_for(at))
        shown = index.entries[(agreed or stores)[0]].street
        detail = f"the address {shown} in the text is store {index.entries[(agreed or stores)[0]].number}'s"
        presence = 0.985 if agreed else _unlocated_presence(number, words, rest)
        yield Finding(EvidenceKind.ADDRESS, detail, agreed or stores, 9.0, presence)


def _street_prefixes(words: list[str]) -> Iterator[str]:
    """What the words after a house number may spell, the longest first: "main st in katy" gives "mainin…", "main"."""
    named = [word for word in words if word not in DIRECTIONS and word not in STREET_TYPES][:6]
    bare = named
    while bare and bare[0] in HIGHWAY_WORDS:
        bare = bare[1:]
    if bare != named and bare and bare[0].isdigit():
        named = bare
    undirected = [word for word in words if word not in DIRECTIONS][:6]
    for start in (named, bare, undirected, words[:6]):
        yield from ("".join(start[:count]) for count in range(len(start), 0, -1))


def _is_street(words: list[str], rest: str) -> bool:
    return bool(_ORDINAL.search(rest[:16])) or any(
        word in STREET_TYPES or word in HIGHWAY_WORDS or word in DIRECTIONS for word in words[:4]
    )


def _unlocated_presence(number: str, words: list[str], rest: str) -> float:
    """Without a town the same door may be in a hundred towns; a long number is rarer than a short one."""
    certain = 0.9 if len(number) >= 4 else 0.6
    return certain if _is_street(words, rest) else certain - 0.25
