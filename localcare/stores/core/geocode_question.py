"""What a geocoder is asked: the address a mention gives, and nothing else of what the customer wrote."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from localcare.stores.core.address import STREET_TYPES, place_from_line, street_key
from localcare.stores.core.states import state_code
from localcare.stores.core.text import clip, phrase, plain
from localcare.stores.core.values import Place
from localcare.stores.core.vocabulary import HOME_WORDS, UNITS

MAX_CHARACTERS = 160
"""The longest line that is asked; what is longer is no address."""

_LOOK_BACK = 45
_LOOK_AHEAD = 70
_TYPES = "|".join(sorted(STREET_TYPES, key=len, reverse=True))
_DIGIT = re.compile(r"\d")
_HOUSE = re.compile(r"(?<![\w#$.,-])\d{1,6}(?:-\d{1,5})?[A-Za-z]?\s+(?=\S)")
_STREET = re.compile(
    rf"(?P<words>(?:[\w.'-]+\s+){{1,5}}?(?:{_TYPES})\b)\.?(?P<end>\s+(?:[NSEW]{{1,2}}\b\.?|\d{{1,4}}\b(?!\d)))?",
    re.IGNORECASE,
)
_TO_COMMA = re.compile(r"(?P<words>[\w.'/&-]+(?:\s+[\w.'/&-]+){0,5}?)(?P<end>)(?:\s*\(\w+\))?(?=\s*,)")
"""A street without a street's word ("Route 23", "N Morton"): only where town and state follow as in an address."""

_UNIT = re.compile(
    r"[,\s]*(?:\b(?:suite|ste|unit|apt|bldg|space|fl|floor)\b\.?\s*#?|#)\s*[\w-]+|\s*\([\w ]+\)", re.IGNORECASE
)
_BREAK = re.compile(r"[;!?\n()]|(?<=[a-z]{3})\.\s|(?<=[A-Z]{2})\.\s")
_LOWER_TAIL = re.compile(
    r"[,\s]+(?:in\s+|en\s+)?(?P<city>(?:[a-z.'-]+\s+){0,2}[a-z.'-]+?),?\s+(?P<state>[a-z]{2})\b\.?(?:,?\s+(?P<zip>\d{5}))?"
)
_WORD = re.compile(r"[^\s,]+|,")
_HOMELY = HOME_WORDS | frozenset(
    [
        "mailing",
        "billing",
        "ship",
        "shipping",
        "shipped",
        "deliver",
        "delivered",
        "delivery",
        "house",
        "apartment",
        "casa",
    ]
)
_NO_STREET = UNITS | frozenset(
    [
        "the",
        "down",
        "from",
        "of",
        "on",
        "in",
        "at",
        "to",
        "and",
        "a",
        "my",
        "this",
        "your",
        "up",
        "for",
        "by",
        "was",
        "is",
    ]
)
_EVERYDAY_STATES = frozenset(["in", "or", "me", "ok", "hi", "oh", "la", "ma", "pa", "de", "al", "co", "id", "mo", "as"])


def address_to_ask(text: str, place: Place | None) -> str | None:
    """The one line a geocoder may help with: of a place without coordinates, else of an address in the text.

    None when there is nothing to ask: a fix is there, a place is a whole town, an address has neither town nor ZIP, or
    it is where the author lives.
    """
    if place is not None and place.lat is not None and place.lng is not None:
        return None
    line = _line_of_place(place) if place else None
    if line is None and _DIGIT.search(text):
        line = next(_addresses(plain(clip(text))), None)
    return line if line and len(line) <= MAX_CHARACTERS else None


def question_key(line: str) -> str:
    """What two spellings of one line share. It cannot be read back: the cache keeps nothing that a customer wrote."""
    return blake2b(phrase(line).encode(), digest_size=16).hexdigest()


def _line_of_place(place: Place) -> str | None:
    named = place_from_line(place.name) if place.name else Place()
    street = place.street or (named.street if street_key(named.street) else None)
    city, state, zip_code = place.city or named.city, place.state or named.state, place.zip or named.zip
    if not (zip_code or city):
        return None
    first = street or _landmark(place)
    tail = " ".join(part for part in (state, zip_code) if part)
    return ", ".join(plain(part).strip() for part in (first, city, tail) if part) if first else None


def _landmark(place: Place) -> str | None:
    """A place's name when it says more than its town."""
    name = (place.name or "").split(",")[0].strip()
    words = phrase(name)
    return name if place.city and words and words != phrase(place.city) and not words.isdigit() else None


def _addresses(text: str) -> Iterator[str]:
    for house in _HOUSE.finditer(text):
        typed = _STREET.match(text, house.end())
        street = typed or (_TO_COMMA.match(text, house.end()) if len(house.group().strip()) > 1 else None)
        if street is None or _is_prose(street["words"], has_type=typed is not None) or _is_home(text[: house.start()]):
            continue
        end = street.end()
        unit = _UNIT.match(text, end)
        tail = _BREAK.split(text[unit.end() if unit else end :][:_LOOK_AHEAD], maxsplit=1)[0]
        town = _town(tail)
        if town and (typed or _names_state_or_zip(town)):
            line = text[house.start() : end].rstrip(" .")
            yield f"{' '.join(line.split())}, {town}"


def _is_prose(words: str, *, has_type: bool) -> bool:
    """ "20 minutes down the street" """
    said = [word.strip(".'-").lower() for word in words.split()]
    return any(word in _NO_STREET for word in (said[:-1] if has_type else said))


def _names_state_or_zip(town: str) -> bool:
    place = place_from_line(town)
    return bool(place.city and (place.state or place.zip))


def _is_home(before: str) -> bool:
    return not _HOMELY.isdisjoint(phrase(before[-_LOOK_BACK:]).split()[-5:])


def _town(tail: str) -> str | None:
    """The "Katy, TX 77449" at the head of what follows a street, if it is enough to look for the street in."""
    lower = _LOWER_TAIL.match(tail)
    if lower and lower["state"] not in _EVERYDAY_STATES and state_code(lower["state"].upper()):
        return _written(lower["city"].split(), lower["state"].upper(), lower["zip"])
    words = _WORD.findall(tail)
    is_led_in = bool(words) and words[0] in {",", "in", "en"}
    city, state, zip_code = _read_town([word.strip(".") for word in words if word != ","][:9])
    return _written(city, state, zip_code) if zip_code or (city and (state or is_led_in)) else None


def _read_town(words: Sequence[str]) -> tuple[list[str], str | None, str | None]:
    city: list[str] = []
    rest = list(words[1:] if words and words[0] in {"in", "en"} else words)
    while rest:
        state, used = _state_at(rest, is_first=not city)
        if state:
            zip_code = rest[used][:5] if len(rest) > used and re.fullmatch(r"\d{5}(?:-\d{4})?", rest[used]) else None
            return city, state, zip_code
        word = rest.pop(0)
        if re.fullmatch(r"\d{5}(?:-\d{4})?", word):
            return city, None, word[:5]
        if not word[:1].isupper() or len(city) == 3:
            break
        city.append(word)
    return city, None, None


def _state_at(words: Sequence[str], *, is_first: bool) -> tuple[str | None, int]:
    """A state at the head of the words, and how many of them it takes; "New York" alone is rather the town."""
    if words[0].isupper() and len(words[0]) == 2 and state_code(words[0]):
        return state_code(words[0]), 1
    if is_first or not words[0][:1].isupper():
        return None, 0
    for used in (2, 1):
        name = " ".join(words[:used])
        if len(words) >= used and len(name) > 3 and state_code(name):
            return state_code(name), used
    return None, 0


def _written(city: Sequence[str], state: str | None, zip_code: str | None) -> str:
    tail = " ".join(part for part in (state, zip_code) if part)
    return ", ".join(part for part in (" ".join(city), tail) if part)
