"""Names in a text: of stores and malls, streets without a house number, our brand and others."""

from collections.abc import Iterator, Sequence

from localcare.stores.core.address import STREET_TYPES
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex, Match, PhraseKind
from localcare.stores.core.localities import Localities
from localcare.stores.core.text import ReadText
from localcare.stores.core.values import EvidenceKind
from localcare.stores.core.vocabulary import ARTICLES, EVERYDAY_BRANDS, LOCATIVES, NEARBY, ON_WORDS, SHOP_WORDS

_MOST_SHARED = 40  # a name or street of more stores than this tells nothing


def find_localities(localities: Localities) -> Iterator[Finding]:
    """Towns, ZIPs and states as findings."""
    for zip_code, stores, presence in localities.zips:
        if stores:
            detail = f"ZIP {zip_code} in the text has {_count(stores)}"
            yield Finding(EvidenceKind.ZIP, detail, stores, 6.0, presence)
    for town in localities.towns:
        detail = f"the text names {town.name}, which has {_count(town.stores)}"
        yield Finding(EvidenceKind.CITY, detail, town.stores, 4.0, town.presence)
    for state in sorted(localities.states):
        yield Finding(EvidenceKind.STATE, f"the text names the state {state}", (), 2.0, 0.2, state=state)


def find_names(
    text: ReadText, matches: Sequence[Match], index: DirectoryIndex, localities: Localities
) -> Iterator[Finding]:
    """A store's, mall's or street's name, when the words around it say that a shop is meant."""
    for match in matches:
        if len(match.phrase.stores) > _MOST_SHARED:
            continue
        stores = tuple(at for at in match.phrase.stores if not localities.is_elsewhere(at))
        if not stores:
            continue
        if match.phrase.kind is PhraseKind.NAME:
            presence = _name_presence(text, match, index)
            if presence:
                detail = f'"{match.phrase.key}" in the text is a name of {_whose(stores, index)}'
                weight = 3.0 if match.phrase.is_town else 6.0
                yield Finding(EvidenceKind.NAME, detail, stores, weight, presence)
        elif match.phrase.kind is PhraseKind.STREET and _is_said_as_street(text, match, index):
            detail = f'"{match.phrase.key}" in the text is the street of {_whose(stores, index)}'
            yield Finding(EvidenceKind.STREET, detail, stores, 7.0, 0.5)


def other_brand(text: ReadText, matches: Sequence[Match]) -> str | None:
    """The rival a text is about: named, not as a landmark ("next to the Target"), and ours is not named beside it."""
    if any(match.phrase.kind is PhraseKind.OWN_BRAND for match in matches):
        return None
    for match in matches:
        if match.phrase.kind is not PhraseKind.OTHER_BRAND:
            continue
        before = text.words[max(0, match.start - 40) : match.start].split()[-4:]
        if not NEARBY & set(before) and _is_meant(text, match):
            return match.phrase.key
    return None


def _is_meant(text: ReadText, match: Match) -> bool:
    """Whether "Target" is the shop and not the word: it has to be written with a capital inside a sentence."""
    if match.phrase.key not in EVERYDAY_BRANDS:
        return True
    position = text.words.count(" ", 0, match.start) - 1
    return position > 0 and text.cased[position][:1].isupper() and not text.plain.isupper()


def _name_presence(text: ReadText, match: Match, index: DirectoryIndex) -> float:
    before = text.words[max(0, match.start - 24) : match.start].split()
    after = text.words[match.end : match.end + 24].split()
    last = before[-1] if before else ""
    is_shop = bool(after) and (after[0] in SHOP_WORDS or after[0] in index.brand_words)
    is_shop = is_shop or last in index.brand_words
    if match.phrase.is_town:
        return 0.7 if is_shop else 0.25
    if " " in match.phrase.key:
        return 0.92 if is_shop or last in LOCATIVES else 0.7
    if bool(after) and after[0] in SHOP_WORDS:
        return 0.88
    return 0.4 if last in ARTICLES else 0.0


def _is_said_as_street(text: ReadText, match: Match, index: DirectoryIndex) -> bool:
    before = text.words[max(0, match.start - 24) : match.start].split()
    after = text.words[match.end : match.end + 16].split()
    if match.phrase.key[-1].isdigit() or (after and after[0] in STREET_TYPES - SHOP_WORDS):
        return True
    return match.phrase.key not in index.towns and bool(before) and before[-1] in ON_WORDS


def _whose(stores: Sequence[int], index: DirectoryIndex) -> str:
    return f"store {index.entries[stores[0]].number}" if len(stores) == 1 else f"{len(stores)} stores"


def _count(stores: Sequence[int]) -> str:
    return "one store" if len(stores) == 1 else f"{len(stores)} stores"
