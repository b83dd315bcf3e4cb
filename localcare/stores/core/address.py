"""Street addresses in one spelling: "13749 N US Hwy 183" and "13749 US-183 Hwy, Suite 2" are the same door.

What people leave out or spell freely (directions, street types, units, endings of ordinals, the names of a highway) is
dropped, so that what is left is worth comparing: a house number and the words of the street.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from localcare.stores.core.states import state_code
from localcare.stores.core.text import phrase, plain
from localcare.stores.core.values import Place

DIRECTIONS = frozenset(
    [
        "n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "northeast", "northwest",
        "southeast", "southwest", "norte", "sur", "este", "oeste",
    ]
)  # fmt: skip
STREET_TYPES = frozenset(
    [
        "aly", "alley", "ave", "av", "avenue", "avenida", "blvd", "bvd", "boulevard", "br", "branch", "brg",
        "bridge", "byp", "bypass", "calle", "camino", "cir", "circle", "ct", "court", "cswy", "causeway",
        "cres", "crossing", "xing", "dr", "drive", "expy", "expwy", "expressway", "ext", "fwy", "freeway",
        "hwy", "highway", "hwys", "ln", "lane", "loop", "mall", "pkwy", "pky", "pkway",
        "parkway", "pl", "place", "plz", "plaza", "pike", "rd", "road", "row", "rte", "route", "sq", "square",
        "st", "str", "street", "ter", "terr", "terrace", "tpke", "tpk", "turnpike", "trl", "trail", "way",
        "walk", "wy",
    ]
)  # fmt: skip
HIGHWAY_WORDS = frozenset(
    [
        "us", "u.s", "hwy", "hwys", "highway", "rte", "rt", "route", "sr", "state", "ste", "co", "county", "cr",
        "interstate", "i", "ih", "fm", "rm", "ranch", "farm", "market", "to", "rd", "road", "alt", "business",
        "bus",
    ]
)  # fmt: skip
SHORT_DIRECTIONS = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "norte": "n", "sur": "s", "este": "e", "oeste": "w",
}  # fmt: skip
SHORT_TYPES = {
    "street": "st", "str": "st", "road": "rd", "avenue": "ave", "av": "ave", "avenida": "ave", "boulevard": "blvd",
    "bvd": "blvd", "drive": "dr", "lane": "ln", "highway": "hwy", "parkway": "pkwy", "pky": "pkwy", "pkway": "pkwy",
    "court": "ct", "circle": "cir", "place": "pl", "terrace": "ter", "terr": "ter", "trail": "trl", "plaza": "plz",
    "square": "sq", "freeway": "fwy", "expressway": "expy", "turnpike": "tpke", "wy": "way", "route": "rte",
}  # fmt: skip
_UNIT = re.compile(
    r"\b(?:suite|ste|unit|apt|bldg|building|floor|fl|flr|lot|room|rm|space|spc|sp|kiosk)\b\.?\s*#?\s*(?:\w*\d\w*|[a-z])\b.*$|#.*$"
)
_UNIT_NUMBER = re.compile(
    r"(?:\b(?:suite|ste|unit|bldg|building|term|terminal|conc|concourse|gate|kiosk|space|spc)\b\.?\s*#?|#)\s*([a-z]?-?\w*\d\w*|[a-z])\b"
)
_HOUSE = re.compile(r"(?<![\w#$.-])(\d{1,6}(?:-\d{1,5})?)(?:-?[a-z])?(?![\w-])(?:\s+1/2)?")
_BREAK = re.compile(r"[,;:!?\n()]|(?<=\w{4})\.\s")  # a full stop behind a short word is an abbreviation's
_STATE_ROAD = re.compile(r"\b([a-z]{1,2})-(\d{1,4})\b")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_ORDINAL_WORDS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12",
}  # fmt: skip
_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10",
}  # fmt: skip
_NUMBER_WORD = re.compile(rf"^\s*({'|'.join(_NUMBERS)})\b")
_BRACKETS = re.compile(r"\(.*?(?:\)|$)")
_SAINTS = {"saint": "st", "mount": "mt", "fort": "ft", "doctor": "dr"}
_WORD = re.compile(r"[a-z0-9]+")
_ZIP_AT_END = re.compile(r"\b\d{5}(?:-\d{4})?$")
_SHORT_ZIP_AT_END = re.compile(r"(?<=\b[A-Za-z]{2} )\d{4}$")  # "MA 2108": a spreadsheet dropped the zero
_CITY_STATES = frozenset({"new york", "washington"})
_COUNTRIES = frozenset({"usa", "us", "u.s.", "u.s.a.", "united states", "united states of america", "estados unidos"})
MAX_STREET_WORDS = 6
Door = tuple[str, list[str]]
"""A house number and the words of its street."""


@dataclass(frozen=True, slots=True)
class StreetKey:
    """A house number and the street's telling words run together, so that "Sand Lake" equals "Sandlake"."""

    number: str
    street: str


def street_key(street: str | None) -> StreetKey | None:
    """The key of a street line, or None when it has no house number. Prose before the number is passed over."""
    door = split_street(street)
    return StreetKey(door[0], in_short(telling_words(door[1]))) if door else None


def split_street(street: str | None) -> Door | None:
    """House number and the words of the street after it; what stands in brackets or behind a comma is left out."""
    line = _NUMBER_WORD.sub(lambda word: _NUMBERS[word[1]], _BRACKETS.sub(" ", plain(street or "").lower()))
    for house in _HOUSE.finditer(line):
        words = street_words(line[house.end() :].split(",")[0])
        if words:
            return house.group(1), words
    return None


def house_numbers(lower: str) -> list[tuple[str, str]]:
    """Every number in a plain lower-case text that may be a house number, with the words after it up to a break."""
    found = []
    for house in _HOUSE.finditer(lower):
        rest = lower[house.end() : house.end() + 60].lstrip()
        found.append((house.group(1), _BREAK.split(rest, maxsplit=1)[0]))
    return found


def street_words(line: str) -> list[str]:
    """The words of a plain lower-case street line in canonical spelling, its unit cut off."""
    joined = _STATE_ROAD.sub(r"hwy \2", _UNIT.sub(" ", line))
    return [_canonical(word) for word in _WORD.findall(joined.replace(".", ""))]


def telling_words(words: Sequence[str]) -> list[str]:
    """Street words without directions and types; of a numbered highway only its number. Never empty for a street."""
    rest = [word for word in words if word not in DIRECTIONS]
    numbers = [word for word in rest if word.isdigit()]
    if numbers and all(word.isdigit() or word in HIGHWAY_WORDS or word in STREET_TYPES for word in rest):
        return numbers[:1]
    named = [word for word in rest if word not in STREET_TYPES]
    return named or [word for word in words if word not in STREET_TYPES] or list(words)


def in_short(words: Sequence[str]) -> str:
    """Street words run together, directions and types in their short form."""
    return "".join(SHORT_DIRECTIONS.get(word) or SHORT_TYPES.get(word, word) for word in words[:MAX_STREET_WORDS])


def line_key(street: str | None) -> str:
    """A street line compared as it stands, what is in brackets left out: for those without a house number."""
    return phrase(_BRACKETS.sub(" ", street or ""))


def unit_of(line: str) -> str | None:
    """The number of a suite, unit, terminal or kiosk, None when the line names none."""
    unit = _UNIT_NUMBER.search(line.lower())
    return unit[1] if unit else None


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th: a numbered street as it is written."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def place_from_line(line: str) -> Place:
    """A place from "street, city, state zip"; parts may be missing at the front, a country at the end is put aside."""
    parts = [part.strip() for part in line.split(",") if part.strip()]
    if len(parts) > 1 and parts[-1].lower() in _COUNTRIES:
        parts.pop()
    if not parts:
        return Place()
    last = parts.pop()
    city, state, zip_code = _locality(last)
    if not parts and not zip_code and phrase(last) in _CITY_STATES:
        return Place(city=last, state=state)
    if city and (street_key(city) or (not parts and any(c.isdigit() for c in city))):
        parts, city = [city], None
    elif not city and parts and not street_key(parts[-1]):
        city = parts.pop()
    return Place(street=", ".join(parts) or None, city=city, state=state, zip=zip_code)


def _locality(part: str) -> tuple[str | None, str | None, str | None]:
    zip_code = _ZIP_AT_END.search(part) or _short_zip(part)
    words = part[: zip_code.start() if zip_code else len(part)].split()
    for cut in range(len(words)):
        state = state_code(" ".join(words[cut:]))
        if state:
            return " ".join(words[:cut]) or None, state, zip_code.group() if zip_code else None
    return " ".join(words) or None, None, zip_code.group() if zip_code else None


def _short_zip(part: str) -> re.Match[str] | None:
    found = _SHORT_ZIP_AT_END.search(part)
    return found if found and state_code(part[found.start() - 3 : found.start() - 1]) else None


def _canonical(word: str) -> str:
    ordinal = _ORDINAL.match(word)
    if ordinal:
        return ordinal.group(1)
    return _ORDINAL_WORDS.get(word) or _SAINTS.get(word, word)
