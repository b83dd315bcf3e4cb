"""Streets as people say them, without a house number: "westheimer", "34th", "hwy 290"."""

from collections.abc import Sequence

from localcare.stores.core.address import (
    DIRECTIONS,
    HIGHWAY_WORDS,
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
_LONG_TYPES = {"st": "street", "rd": "road", "ave": "avenue", "hwy": "highway", "blvd": "boulevard", "dr": "drive"}
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
    if name in STREET_TYPES | HIGHWAY_WORDS or len(name) < 3:
        whole = " ".join(word for word in words if word not in DIRECTIONS)
        return [whole, " ".join(_LONG_TYPES.get(word, word) for word in whole.split())] if len(whole) > 4 else []
    if _KING in name:
        return [_KING, "mlk", name]
    long = " ".join(_LONG_WORDS.get(word, word) for word in name.split())
    return list(dict.fromkeys((name, long, *([name.replace(" ", "")] if len(name.split()) == 2 else []))))
