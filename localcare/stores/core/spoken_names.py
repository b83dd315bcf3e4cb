"""What customers call a place, as they write it: “the Galleria store”, “at Kapolei Commons”, “by the H-E-B on 99”."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from localcare.stores.core.states import NAME_PHRASES, state_code
from localcare.stores.core.text import clip, phrase, plain
from localcare.stores.core.values import AliasKind
from localcare.stores.core.vocabulary import EVERYDAY_TOWNS, PLAIN_NAMES

_CLAUSE = re.compile(r"[.!?;:,()\n\"“”]+(?:\s|$)|\s[-–—]\s")
_WORD = re.compile(r"[^\W_]+(?:[-&/][^\W_]+)*")
_SHOPS = frozenset(["store", "location", "branch", "shop", "restaurant", "outlet", "one", "kiosk"])
_TIENDAS = frozenset(["tienda", "sucursal", "local"])
_MALLS = frozenset(
    ["mall", "plaza", "galleria", "commons", "crossing", "marketplace", "village", "outlets", "promenade", "pavilion"]
)
_AT = frozenset(["at", "in", "inside", "en"])
_NEAR = frozenset(
    ["near", "by", "behind", "opposite", "beside", "across", "past", "outside", "cerca", "junto", "frente"]
)
_ON = frozenset(["on", "off", "corner", "esquina", "sobre"])
_FILLERS = frozenset(
    ["the", "your", "this", "that", "our", "from", "to", "of", "de", "del", "la", "el", "al", "los", "las", "su", "a"]
)
_PREPOSITIONS = _AT | _NEAR | _ON
_JOINTS = frozenset(["of", "and", "the", "de", "del", "la", "n"])
_HELPERS = frozenset(["helped", "served", "assisted", "treated", "told", "handled", "ignored", "called", "atendido"])
_IDLE = frozenset(
    re.findall(
        r"\w+",
        """
    store stores shop mall the location branch home work line lobby counter phone person manager managers staff employee
    employees customer service services front desk back door drive thru parking lot register checkout corner street city
    town morning afternoon evening night noon today yesterday tomorrow monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december week weekend month year
    christmas thanksgiving easter black facebook google instagram twitter yelp online internet website app general fact
    advance case time times once least last first same other new old nearest closest local wrong right main big small
    i we you they he she it me us him her my his their everything nothing anything someone somebody people english spanish
    area here there restroom bathroom entrance exit way your our different another next only whole lo la casa trabajo
    telefono semana lunes martes miercoles jueves viernes sabado domingo
    """,
    )
)
_MAY_LEAD = frozenset(["black", "old", "new", "big", "front", "north", "main", "first"])  # “Old Navy”, “First Colony”
_MOST_WORDS, _MOST_FOUND = 4, 8


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A name with what it seems to name; the words as `phrase` gives them."""

    kind: AliasKind
    words: str


def read_named_places(text: str) -> tuple[NamedPlace, ...]:
    """The names of places in a text, the first first, few of them; words that name nothing in particular are left out."""
    found: list[NamedPlace] = []
    letters = plain(clip(text))
    # in a text of capitals alone they tell nothing
    for clause in _CLAUSE.split(letters.lower() if letters.isupper() else letters):
        for place in _in_clause(_WORD.findall(clause)):
            if _tells(place.words) and all(place.words != other.words for other in found):
                found.append(place)
    return tuple(found[:_MOST_FOUND])


def _in_clause(words: Sequence[str]) -> Iterator[NamedPlace]:
    lower = [word.lower() for word in words]
    for at, word in enumerate(lower):
        if word in _SHOPS:
            yield from _before_shop(words, lower, at)
        elif word in _PREPOSITIONS or word in _TIENDAS:
            yield from _after_preposition(words, lower, at)
        if word in _MALLS:
            yield from _mall(words, lower, at)


def _after_preposition(words: Sequence[str], lower: Sequence[str], at: int) -> Iterator[NamedPlace]:
    word = lower[at]
    if word in _NEAR:
        # “helped by Danielle” names a person
        if not _HELPERS & set(lower[max(0, at - 3) : at]):
            yield from _after(words, lower, at + 1, "landmark")
    elif word in _ON:
        yield from _after(words, lower, at + 1, "cross-street")
    elif word in _AT or lower[at + 1 : at + 2] in (["de"], ["del"]):
        yield from _after(words, lower, at + 1, "nickname")


def _before_shop(words: Sequence[str], lower: Sequence[str], at: int) -> Iterator[NamedPlace]:
    """“the galleria store”: what stands between the article and the shop, or the capitals right before it."""
    start = at
    while start > 0 and at - start < 3 and lower[start - 1] not in _FILLERS | _PREPOSITIONS:
        start -= 1
    has_article = start > 0 and lower[start - 1] in _FILLERS | _AT
    if start < at and (has_article or all(word[0].isupper() for word in words[start:at])):
        yield NamedPlace("nickname", phrase(" ".join(words[start:at])))


def _after(words: Sequence[str], lower: Sequence[str], at: int, kind: AliasKind) -> Iterator[NamedPlace]:
    """The capitals after a preposition and its article: “near the Old Navy”, “en Plaza Fiesta”."""
    start = at
    while start < len(words) and start - at < 3 and lower[start] in _FILLERS | _AT | {"from", "with"}:
        start += 1
    end = start
    while end < len(words) and end - start < _MOST_WORDS and _goes_on(words, lower, start, end):
        end += 1
    while end > start and lower[end - 1] in _JOINTS | _SHOPS:
        end -= 1
    if end > start:
        yield NamedPlace("mall" if _MALLS & set(lower[start:end]) else kind, phrase(" ".join(words[start:end])))


def _goes_on(words: Sequence[str], lower: Sequence[str], start: int, end: int) -> bool:
    is_name = words[end][0].isupper() or words[end][0].isdigit()
    return is_name or (end > start and lower[end] in _JOINTS)


def _mall(words: Sequence[str], lower: Sequence[str], at: int) -> Iterator[NamedPlace]:
    """“katy mills mall”: the words before a word for a mall, as far as they can be its name."""
    start = at
    while start > 0 and at - start < 3 and lower[start - 1] not in _FILLERS | _PREPOSITIONS | _IDLE:
        start -= 1
    is_led = start > 0 and lower[start - 1] in _FILLERS | _AT | _NEAR
    if start < at and (is_led or words[start][0].isupper()):
        yield NamedPlace("mall", phrase(" ".join(words[start : at + 1])))


def _tells(words: str) -> bool:
    parts = words.split()
    if len(words) < 4 or words in PLAIN_NAMES or words in EVERYDAY_TOWNS or words in NAME_PHRASES:
        return False
    if words.replace(" ", "").isdigit() or (len(parts) == 1 and state_code(words)):
        return False
    return parts[0] not in _IDLE - _MAY_LEAD and not all(part in _IDLE for part in parts)
