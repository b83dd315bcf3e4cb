"""Streets as the evaluation reads them, on purpose apart from the resolver's own reading."""

import re
from dataclasses import dataclass

_DIRECTIONS = {
    "n": "n", "s": "s", "e": "e", "w": "w", "ne": "ne", "nw": "nw", "se": "se", "sw": "sw",
    "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip
_KINDS = {
    "st": "st", "street": "st", "str": "st", "rd": "rd", "road": "rd", "ave": "ave", "av": "ave", "avenue": "ave",
    "blvd": "blvd", "boulevard": "blvd", "bl": "blvd", "dr": "dr", "drive": "dr", "ln": "ln", "lane": "ln", "hwy": "hwy",
    "highway": "hwy", "pkwy": "pkwy", "parkway": "pkwy", "pky": "pkwy", "ct": "ct", "court": "ct", "cir": "cir",
    "circle": "cir", "pl": "pl", "place": "pl", "way": "way", "ter": "ter", "terrace": "ter", "trl": "trl",
    "trail": "trl", "pike": "pike", "plz": "plz", "plaza": "plz", "sq": "sq", "square": "sq", "loop": "loop",
    "fwy": "fwy", "freeway": "fwy", "expy": "expy", "expressway": "expy", "tpke": "tpke", "turnpike": "tpke",
}  # fmt: skip
_ROUTES = {
    "hwy",
    "us",
    "u",
    "fm",
    "sr",
    "state",
    "route",
    "rt",
    "rte",
    "i",
    "interstate",
    "county",
    "cr",
    "co",
    "highway",
}
_ORDINALS = dict(
    zip(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
        ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"],
        strict=True,
    )
)
_ASIDE = re.compile(r"\(.*?\)|\b(?:ste|suite|unit|bldg|building|space|sp|fl|floor|apt)\b.*$|#.*$|,.*$", re.IGNORECASE)
_HOUSE = re.compile(r"^\d[\d-]*[A-Za-z]?$")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Street:
    """A street in parts, lower case. `said` is how the directory spells it, without house number and suite."""

    house: str
    said: str
    base: str
    direction: str
    kind: str

    def may_be(self, other: "Street") -> bool:
        """Whether a person could mean one by the other's words: nothing that both tell differs."""
        return (
            self.base == other.base
            and (not self.direction or not other.direction or self.direction == other.direction)
            and (not self.kind or not other.kind or self.kind == other.kind)
        )


def read_street(line: str | None) -> Street | None:
    """The parts of "4315 W Main St, Suite 2"; None for what is no street with a house number."""
    words = _ASIDE.sub("", line or "").replace(".", "").split()
    if len(words) < 2 or not _HOUSE.match(words[0]):
        return None
    base, direction, kind = _parts(_WORD.findall(" ".join(words[1:]).lower()))
    return Street(words[0].lower(), " ".join(words[1:]), base, direction, kind) if base else None


def words_of(name: str | None) -> tuple[str, ...]:
    """A name's words, lower case, apostrophes gone."""
    return tuple(_WORD.findall((name or "").lower().replace("'", "").replace("’", "")))


def base_of(road: str) -> str:
    """What remains of a road's name without direction and kind."""
    return _parts(list(words_of(road)))[0]


def _parts(words: list[str]) -> tuple[str, str, str]:
    direction = kind = ""
    if len(words) > 1 and words[0] in _DIRECTIONS and words[1] not in _KINDS:
        direction, words = _DIRECTIONS[words[0]], words[1:]
    if len(words) > 1 and words[-1] in _DIRECTIONS:
        direction, words = direction or _DIRECTIONS[words[-1]], words[:-1]
    if len(words) > 1 and words[-1] in _KINDS:
        kind, words = _KINDS[words[-1]], words[:-1]
    if any(word.isdigit() for word in words) and words[0] in _ROUTES:
        return next(word for word in words if word.isdigit()), direction, ""
    return " ".join(_ORDINALS.get(word, word) for word in words), direction, kind
