"""Streets as people say them, without a house number: "westheimer", "34th", "hwy 290"."""

from collections.abc import Sequence

from localcare.stores.core.address import (
    DIRECTIONS,
    HIGHWAY_WORDS,
    SHORT_TYPES,
    STREET_TYPES,
    ordinal,
    split_street,
    telling_words,
)

_HIGHWAYS = (
    "hwy", "highway", "us", "route", "rte", "rt", "sr", "fm", "cr", "state road", "state rd", "county road", "county rd",
    "co rd", "road", "rd",
)  # fmt: skip
_INTERSTATES = ("i", "ih", "interstate", "hwy", "highway", "freeway")
_LONG_TYPES = {short: long for long, short in reversed(SHORT_TYPES.items())}
_LONG_WORDS = {"st": "saint", "mt": "mount", "ft": "fort", "dr": "doctor"}
_ORDINAL_WORDS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_KING = "martin luther king"


def street_keys(street: str | None) -> list[str]:
    """A street without its house number as people say it: "westheimer", "34th", "hwy 290"."""
    door = split_street(street)
    return spoken_street(door[1]) if door else []


def spoken_street(words: Sequence[str]) -> list[str]:
    """The keys of a street's canonical words; several where it is written in several ways, none for what is no name."""
    name = " ".join(telling_words(words))
    if not name.isdigit():
        return _spellings(name, words)
    if HIGHWAY_WORDS.isdisjoint(words):
        number = int(name)
        return [ordinal(number), *_ORDINAL_WORDS[number : number + 1]] if number else []
    kinds = _INTERSTATES if {"i", "ih", "interstate"} & set(words) else _HIGHWAYS
    return [*(f"{kind} {name}" for kind in kinds), f"{name} hwy", f"{name} highway"]


def _spellings(name: str, words: Sequence[str]) -> list[str]:
    """A named street as it may be written; a very short name only with its type."""
    if len(name) < 3 or all(word in STREET_TYPES | HIGHWAY_WORDS for word in name.split()):
        return _with_type([word for word in words if word not in DIRECTIONS])
    if _KING in name:
        return [_KING, "mlk", name]
    long = " ".join(_LONG_WORDS.get(word, word) for word in name.split())
    return list(dict.fromkeys((name, long, *([name.replace(" ", "")] if len(name.split()) == 2 else []))))


def _with_type(words: Sequence[str]) -> list[str]:
    """A street that only its type makes a name, its type in short and in long: a directory spells it now so, now so."""
    if not words:
        return []
    front, short = " ".join(words[:-1]), SHORT_TYPES.get(words[-1], words[-1])
    if len(words) < 2 or len(front) + len(short) < 4:
        return []
    spelled = (f"{front} {ending}" for ending in (words[-1], short, _LONG_TYPES.get(short, short)))
    return list(dict.fromkeys(spelled))
