"""What a text says against any store: a wish, an order online, somebody else's address, a misspelt town, a rival."""

import re
from collections.abc import Iterator

from localcare.stores.core.context import Surroundings
from localcare.stores.core.doors import names_another_door
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.localities import Localities
from localcare.stores.core.text import ReadText
from localcare.stores.core.vocabulary import ONLINE_WORDS, SHOP_WORDS

HYPOTHETICAL = "hypothetical"
ONLINE = "online"
NO_SHOP = "no_shop"
OTHER_DOOR = "other_door"
RIVAL = "rival"
MISSPELT = "misspelt"
COMMON_NAME = "common_name"

_WISH = re.compile(
    r"\b(?:i|we) wish (?:there|you|they)\b|\bwhen (?:will|are|do|would) (?:you|u|yall|they)(?: guys)? (?:be |ever )?(?:com|open|build|expand)"
    r"|\b(?:if|were) (?:you|there|they)(?: guys)? (?:open|built|were|was|had|ever)|\b(?:would|will|could|can) (?:you|yall|they)(?: guys)?"
    r"(?: please)? (?:ever )?(?:come to|open|build|put)\b|\bthere should be\b|\bwe (?:really |so )?need (?:a|an|one|your)\b"
    r"|\bplease (?:build|open|come to|put)\b|\bany plans\b|\bcoming (?:to|soon)\b|\b(?:heard|hear|rumor)\b.*\b(?:coming|opening|open)\b"
    r"|\bdo (?:you|yall|they)(?: guys)? have (?:a |an |any )?(?:stores?|locations?|branch|shops?)\b|\b(?:is|are) there (?:a|any|one)\b"
    r"|\bwish list\b|\bhope (?:you|they) (?:open|come|build)|\bnew (?:store|shop|location|restaurant|branch) (?:coming|opening)\b"
    r"|\b(?:ojala|cuando|van a|deberian|podrian) (?:abran|abrir|abren|pongan|poner|abrieran)|\bhay (?:una|alguna|un|algun) "
)
_NONE_HERE = re.compile(r"\b(?:has|have|theres|there is|with|got) no (\w+)")
_ONLINE_PHRASES = re.compile(r"\bcall cent(?:er|re)\b|\b800 number\b|\bcustomer service line\b|\bpor internet\b|\ben linea\b")


def circumstances(
    text: ReadText, around: Surroundings, localities: Localities, index: DirectoryIndex
) -> Iterator[str]:
    """The cues of a text that speak about all stores alike."""
    if _WISH.search(text.lower) or _has_none(text, index):
        yield HYPOTHETICAL
    if around.has(ONLINE_WORDS) or _ONLINE_PHRASES.search(text.lower):
        yield ONLINE
    if not around.speaks_of_a_shop:
        yield NO_SHOP
    if text.has_digits and names_another_door(text, index):
        yield OTHER_DOOR
    if around.rival_at is not None:
        yield RIVAL
    if text.guessed:
        yield MISSPELT
    if _is_called_so_elsewhere(localities, index):
        yield COMMON_NAME


def _has_none(text: ReadText, index: DirectoryIndex) -> bool:
    return any(each[1] in SHOP_WORDS | index.brand_words for each in _NONE_HERE.finditer(text.lower))


def _is_called_so_elsewhere(localities: Localities, index: DirectoryIndex) -> bool:
    """Whether a town without its state is mostly the name of places where the brand has no store."""
    unplaced = [town for town in localities.towns if town.state is None and not localities.states]
    return any(index.town_shares[town.key] < 0.5 for town in unplaced)
