"""What a text says as plain facts: numbers, phones, addresses and links. Every finder gives findings to be weighed.

A finding has two numbers. `weight` is the log of how much likelier it is when the mention is about one of these stores
than about another of the brand: it decides between stores, the more of them the less. What the finding adds to the chance
that one of these stores is meant at all is learned for its `cue` (fitted.py), `lift` comes on top.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from localcare.stores.core.address import STREET_TYPES
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.phrases import Stores
from localcare.stores.core.text import ReadText, phrase
from localcare.stores.core.values import EvidenceKind
from localcare.stores.core.vocabulary import BEFORE_NUMBERS, NOT_STORE_NUMBERS, UNITS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks for some stores (positions in the directory); with `state`, for all candidates in that state.

    `counts`: the detail ends in how many stores it has. `is_fact`: it finds closed stores too. `span`: where a name stands
    in `ReadText.words`.
    """

    kind: EvidenceKind
    detail: str
    stores: Stores
    weight: float
    cue: str
    lift: float = 0.0
    state: str | None = None
    counts: bool = False
    is_fact: bool = False
    span: tuple[int, int] = (0, 0)


_NUMBER = r"(?P<number>[a-z]{0,3}-?\d{1,9})(?![\w-]|\.\d)"
_NAMED = re.compile(
    r"\b(?:store|location|branch|shop|restaurant|site|str|tienda|sucursal|local)\s*"
    r"(?P<marker>(?:number|numero|numebr|num|no|nr|id)?\b\.?\s*[#:(]*)\s*" + _NUMBER
)
_SAID_TO_BE = re.compile(_NUMBER.replace("(?![", "(?=\\s+(?:is|es)\\s+(?:the|my|your|el)?\\s*(?:store|numero))(?!["))
_ALSO = re.compile(r"\s*(?:,|and|&|or|y|o)\s*(?:store\s*)?#?\s*" + _NUMBER)
_MARKED = re.compile(
    r"(?P<before>\b[a-z]+\s*)?(?:#|\bno\.)\s?" + _NUMBER + r"(?P<after>\s+(?:store|location|branch|shop)\b)?"
)
_OF_BRAND = re.compile(r"\b(?P<brand>[a-z]+)\s+(?:no\.?\s*|number\s*)?" + _NUMBER)
_BEFORE_SHOP = re.compile(_NUMBER + r"\s+(?:store|location|branch|shop|restaurant)\b")
_NEXT_WORD = re.compile(r"\W*([a-z]+|%)")
_WORD = re.compile(r"[a-z]+")
_PHONE = re.compile(r"(?<![\d#])(?:\+?1[\s.-]{0,2})?\(?(\d{3})\)?[\s./-]{0,3}(\d{3})[\s./-]{0,3}(\d{4})(?!\d)")
_LINK = re.compile(
    r"\b(?:https?://|www\.)?((?:[\w-]+\.)+(?:com|net|org|us|co|io|me)\b(?:/[^\s?#]*)?(?:\?[^\s#]*)?)", re.I
)
_NETWORKS = frozenset(["facebook", "fb", "instagram"])
_PAGE_ID = re.compile(r"(?<!\d)\d{9,20}(?!\d)")


def find_store_numbers(text: ReadText, index: DirectoryIndex) -> Iterator[Finding]:
    """ "store 1234", "tienda #1234", and with less trust a bare "#1234" that no other word claims ("order #1234")."""
    said: dict[str, str] = {match["number"]: "number.named" for match in _SAID_TO_BE.finditer(text.lower)}
    for match in _NAMED.finditer(text.lower):
        cue = _named_cue(match, text.lower)
        if cue:
            said.setdefault(match["number"], cue)
            another = _ALSO.match(text.lower, match.end())
            if another and len(another["number"]) > 1:
                said.setdefault(another["number"], cue)
    for match in _MARKED.finditer(text.lower):
        number, before = match["number"], (match["before"] or "").strip()
        if before not in NOT_STORE_NUMBERS and number not in said and sum(c.isdigit() for c in number) > 2:
            sure = (bool(match["after"]) and before in BEFORE_NUMBERS) or before in index.brand_words
            said[number] = "number.named" if sure else _marked_cue(number)
    for number, cue in (_beside_a_name(text.lower, index) | said).items():
        stores = index.by_number.get(number) or index.by_number.get(number.lstrip("0"))
        if stores:
            weight = 6.0 if cue == "number.said" and number in index.by_zip else 12.0
            spoken = number_then_and_now(number.upper(), index.entries[stores[-1]].number)
            detail = f"the text names store number {spoken}"
            yield Finding(EvidenceKind.STORE_NUMBER, detail, stores, weight, cue, is_fact=True)


def number_then_and_now(said: str, now: str) -> str:
    """A store number as it was given, and the one that the store has now where that is another."""
    return now if said.casefold().lstrip("0") == now.casefold().lstrip("0") else f"{said}, which is {now} now"


def _beside_a_name(lower: str, index: DirectoryIndex) -> dict[str, str]:
    """Numbers right behind our brand ("AutoZone 1132") or right before a word for a shop ("your 1132 store")."""
    found = {
        match["number"]: "number.brand"
        for match in _OF_BRAND.finditer(lower)
        if match["brand"] in index.brand_words and _is_free(match, lower)
    }
    found |= {match["number"]: "number.brand" for match in _BEFORE_SHOP.finditer(lower) if _is_long(match)}
    return {number: cue for number, cue in found.items() if number not in index.by_zip}


def _is_free(match: re.Match[str], lower: str) -> bool:
    """Whether a number stands for itself: not "20 years", not the house number of "27700 Santa Margarita Pkwy"."""
    following = _NEXT_WORD.match(lower, match.end("number"))
    if following and following[1] in (*UNITS, "%"):
        return False
    return _is_long(match) and STREET_TYPES.isdisjoint(_WORD.findall(lower[match.end("number") :][:40])[:4])


def _is_long(match: re.Match[str]) -> bool:
    return len(match["number"]) > 2


def _named_cue(match: re.Match[str], lower: str) -> str | None:
    number, following = match["number"], _NEXT_WORD.match(lower, match.end())
    if match["marker"].strip(" ("):
        return "number.named"
    if (following and following.group(1) in (*UNITS, "%")) or (_is_long(match) and not _is_free(match, lower)):
        return None
    return "number.short" if len(number) <= 2 and number.isdigit() else "number.said"


def _marked_cue(number: str) -> str:
    return "number.marked" if sum(c.isdigit() for c in number) > 3 else "number.short"


def find_phones(text: ReadText, index: DirectoryIndex) -> Iterator[Finding]:
    """A store's phone number, however it is written."""
    for match in _PHONE.finditer(text.lower):
        stores = index.by_phone.get("".join(match.groups()))
        if stores:
            owners = {index.entries[at].id for at in stores}
            owner = (
                f"store {index.entries[stores[-1]].number}'s" if len(owners) == 1 else f"shared by {len(owners)} stores"
            )
            detail = f"phone {match.group().strip()} in the text is {owner}"
            yield Finding(EvidenceKind.PHONE, detail, stores, 12.0, "phone", is_fact=True)


def may_link(text: ReadText) -> bool:
    """Whether a text looks as if it had a link."""
    return "/" in text.plain or ".com" in text.lower


def find_links(text: ReadText, index: DirectoryIndex) -> Iterator[Finding]:
    """A link to a store's Page, or to the brand's own site with the store's number or street and town in it."""
    for match in _LINK.finditer(text.plain):
        host, _, path = match[1].partition("/")
        yield from _of_link(match[0], host.lower(), path.lower(), index)


def without_strange_links(text: str, index: DirectoryIndex) -> str:
    """A text without links to sites that are neither ours nor a network's: what their addresses spell is not said of us."""
    return _LINK.sub(lambda link: link[0] if _is_ours(link[1].partition("/")[0].lower(), index) else " ", text)


def _is_ours(host: str, index: DirectoryIndex) -> bool:
    names = set(host.replace("-", "").split("."))
    return not names.isdisjoint(_NETWORKS) or not names.isdisjoint(index.brand_spellings)


def _of_link(link: str, host: str, path: str, index: DirectoryIndex) -> Iterator[Finding]:
    pages = [page for page in _PAGE_ID.findall(path) if page in index.by_page]
    stores = tuple(dict.fromkeys(each.store for page in pages for each in index.by_page[page]))
    if not stores and _is_ours(host, index):
        parts = [part.removesuffix(".html") for part in path.split("?")[0].split("/") if part]
        stores = index.by_number.get(parts[-1], ()) if parts else ()
        stores = stores or (_by_slug(parts, index) if len(parts) > 1 else ())
    if len(stores) == 1:
        detail = f"the link {link[:60]} is store {index.entries[stores[0]].number}'s"
        yield Finding(EvidenceKind.URL, detail, stores, 12.0, "url", is_fact=True)
    elif stores:
        detail = f"the link {link[:60]} is that of"
        yield Finding(EvidenceKind.URL, detail, stores, 12.0, "url", counts=True, is_fact=True)


def _by_slug(parts: list[str], index: DirectoryIndex) -> Stores:
    """The stores at "…/tx/katy/1621-e-financial-dr": the line as the directory spells it, in a town of the link."""
    found = index.by_street_line.get(phrase(parts[-1].replace("-", " ")), ())
    return tuple(at for at in found if phrase(index.entries[at].city or "").replace(" ", "-") in parts[:-1])
