"""What a text says against any store: a wish, an order online, somebody else's address, a misspelt town."""

import re
from collections.abc import Iterator

from localcare.stores.core.context import Surroundings
from localcare.stores.core.doors import names_another_door
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.localities import Localities
from localcare.stores.core.text import ReadText
from localcare.stores.core.vocabulary import ONLINE_WORDS, SHOP_WORDS, TWO_WORDS

HYPOTHETICAL = "hypothetical"
ONLINE = "online"
NO_SHOP = "no_shop"
OTHER_DOOR = "other_door"
MISSPELT = "misspelt"
COMMON_NAME = "common_name"
TWO_PLACES = "two_places"

_SHOP = r"(?:stores?|locations?|branch|branches|shops?|restaurants?|one)"
_WISH = re.compile(
    r"\b(?:wish|petition|someday|one day|next year|expand|expanding|considered|considering|hypothetically|ojala)\b"
    r"|\bwhen (?:will|are|do|would|is)\b.*\b(?:com(?:e|ing)|open(?:ing)?|build(?:ing)?|get(?:ting)?)\b"
    r"|\b(?:if|were) (?:you|there|they|yall)(?: guys)? (?:ever )?(?:open|built|build|were|was|had|came|come)"
    r"|\b(?:would|will|could|can|should)(?: really)? (?:you|yall|they|we)?(?: guys)?(?: please)?(?: ever| really)? ?"
    r"(?:come to|open|build|put|get a|consider)\b"
    r"|\b(?:there|you) should (?:be|have)\b|\b(?:we|town|city|area) (?:really |so |badly )?needs? (?:a|an|one|your|more)\b"
    r"|\bplease (?:build|open|come|put|bring)\b|\bany plans\b|\bcoming (?:to|soon)\b"
    r"|\b(?:nice|great|love|cool) to (?:have|see|get) (?:a|an|one)\b"
    r"|\b(?:heard|hear|rumou?r|true)\b.*\b(?:coming|opening|open|new|gets?|getting|build)\b|\bused to (?:have|be)\b"
    r"|\bbe(?:ing)? built\b|\bbuild (?:it|one|a)\b|\bunder construction\b|\bnot (?:one|a single|any)\b"
    r"|\bdream(?:ing|s)? of\b|\bwants you\b"
    r"|\bwhen\b.*\bnew\b.*\bopen"
    rf"|\b(?:have|has|had) (?:you |yall )?(?:a |an |any )?{_SHOP} (?:in|near|around|on|at|here)\b"
    rf"|\b(?:is|are|was) there (?:a|an|any|no|one)\b|\bhope (?:you|they) (?:open|come|build|put)\b|\b(?:your|the) next {_SHOP}\b"
    rf"|\bnew {_SHOP} (?:coming|opening|in the works|planned|going)\b|\bopen(?:ing)? (?:a|an|another|one|up)\b"
    r"|\b(?:van a|deberian|podrian|cuando)\b.*\b(?:abran|abrir|abren|pongan|poner|abrieran)\b|\bhay (?:una|alguna|un|algun)\b"
)
_NONE_HERE = re.compile(r"\b(?:has|have|theres|there|with|got|is) no (?:the )?(\w+)")
_PICKED_UP = re.compile(r"\b(?:pick(?:ed|ing)?[ -]?up|curbside|in[ -]store|recoger|recogi)\b")
_ONLINE_PHRASES = re.compile(
    r"\bcall cent(?:er|re)\b|\b800 number\b"
    r"|\b(?:customer )?(?:service|support) (?:line|agent|rep|team)\b|\bon the phone (?:said|told)\b"
    r"|\bon hold\b|\b(?:log|logged|sign|signed) in\b|\bby mail\b|\bpor internet\b|\ben linea\b"
)


def circumstances(text: ReadText, around: Surroundings, localities: Localities, index: DirectoryIndex) -> Iterator[str]:
    """The cues of a text that speak about all stores alike."""
    if _WISH.search(text.lower) or _has_none(text, index):
        yield HYPOTHETICAL
    if _is_online(text, around):
        yield ONLINE
    if not around.speaks_of_a_shop:
        yield NO_SHOP
    if text.has_digits and names_another_door(text, index):
        yield OTHER_DOOR
    if around.has(TWO_WORDS):
        yield TWO_PLACES
    if text.guessed:
        yield MISSPELT
    if _is_called_so_elsewhere(localities, index):
        yield COMMON_NAME


def _is_online(text: ReadText, around: Surroundings) -> bool:
    """Whether it is about an order, an app or a call centre, and nothing was picked up in a store."""
    told = around.has(ONLINE_WORDS) or _ONLINE_PHRASES.search(text.lower)
    return bool(told) and not _PICKED_UP.search(text.lower)


def _has_none(text: ReadText, index: DirectoryIndex) -> bool:
    return any(each[1] in SHOP_WORDS | index.brand_words for each in _NONE_HERE.finditer(text.lower))


def _is_called_so_elsewhere(localities: Localities, index: DirectoryIndex) -> bool:
    """Whether a town without its state is mostly the name of places where the brand has no store."""
    unplaced = [town for town in localities.towns if town.state is None and not localities.states]
    return any(index.town_shares[town.key] < 0.5 for town in unplaced)
