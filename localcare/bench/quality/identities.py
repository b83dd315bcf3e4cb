"""Facts that name one store by themselves, asked about every store of a directory."""

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from localcare.bench.quality.directories import Directory
from localcare.bench.quality.measures import Share, wilson
from localcare.stores.core.address import place_from_line
from localcare.stores.core.resolve import Answer, Place, Question, Resolver, StoreEntry

NOISE_M = 30.0
_METRES_PER_DEGREE = 111_195.0
_NEAR_M = 2 * NOISE_M  # two stores so close cannot be told apart by such a fix
_BATCH = 1_000
_KINDS = {
    "Street": "St", "Drive": "Dr", "Avenue": "Ave", "Road": "Rd", "Boulevard": "Blvd", "Highway": "Hwy",
    "Parkway": "Pkwy", "Lane": "Ln", "Court": "Ct", "Place": "Pl", "Pky": "Pkwy", "Av": "Ave",
}  # fmt: skip
_DIRECTIONS = {"North": "N", "South": "S", "East": "E", "West": "W"}
_WORD = re.compile(r"\w+")
_US_HIGHWAY = re.compile(r"\bU\.?S\.? (?:Hwy|Highway|Route|Rte) (\d+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers about things that should name one store. `shared` were rightly left open: several stores have the thing."""

    asked: int = 0
    right: int = 0
    shared: int = 0
    wrong: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.asked + other.asked, self.right + other.right, self.shared + other.shared, self.wrong + other.wrong
        )

    @property
    def share(self) -> Share:
        """Right or rightly left open, of all."""
        return wilson((self.right + self.shared) / self.asked if self.asked else 0.0, self.asked)


Said = Callable[[StoreEntry], str | None]
"""What tells the store, or None where it has no such thing."""


def ask_identities(resolver: Resolver, directory: Directory) -> dict[str, Tally]:
    """Each kind of fact over the whole directory; a thing that several stores share is asked once."""
    return {name: _ask(resolver, directory.entries, said, question) for name, (said, question) in _FACTS.items()} | {
        "coordinates": ask_fixes(resolver, directory.entries)
    }


def ask_fixes(resolver: Resolver, entries: Sequence[StoreEntry]) -> Tally:
    """A fix 30 m off (standard deviation, north and east each), or two stores closer to each other than twice that."""
    rng = random.Random("fixes")
    located = [entry for entry in entries if entry.lat is not None and entry.lng is not None]
    questions = [_fix(entry, rng) for entry in located]
    crowded = _crowded(located)
    tally = Tally()
    for entry, answer in zip(located, _answers(resolver, questions), strict=True):
        tally += _judge(answer, {entry.number}, is_shared=entry.id in crowded)
    return tally


def spell_as_reviews_do(entry: StoreEntry) -> str | None:
    """The address as the source of the real reviews writes it: "13749 US-183 Hwy, Austin, TX 78750, United States"."""
    if not entry.street or not entry.city:
        return None
    street = re.sub(r"\s*\(.*?\)", "", entry.street)
    street = _US_HIGHWAY.sub(r"US-\1", street)
    return f"{_abbreviate(street.split())}, {entry.city}, {entry.state} {(entry.zip or '')[:5]}, United States"


def _abbreviate(words: Sequence[str]) -> str:
    """Kind at the end, direction around a name: "900 North Main Street" → "900 N Main St", but "900 North Ave" stays."""
    told = list(words)
    if len(told) > 3 or (len(told) == 3 and told[2] not in {*_KINDS, *_KINDS.values()}):
        told[1] = _DIRECTIONS.get(told[1], told[1])
    if len(told) > 3:
        told[-1] = _DIRECTIONS.get(told[-1], told[-1])
    kind = len(told) - 1 - (told[-1] in _DIRECTIONS.values())
    told[kind] = _KINDS.get(told[kind], told[kind]) if kind > 1 else told[kind]
    return " ".join(told)


def _ask(resolver: Resolver, entries: Sequence[StoreEntry], said: Said, question: Callable[[str], Question]) -> Tally:
    owners: dict[str, tuple[str, set[str]]] = {}
    for entry in entries:
        thing = said(entry)
        if thing:
            owners.setdefault(" ".join(_WORD.findall(thing.lower())), (thing, set()))[1].add(entry.number)
    questions = [question(thing) for thing, _ in owners.values()]
    tally = Tally()
    for (_, numbers), answer in zip(owners.values(), _answers(resolver, questions), strict=True):
        tally += _judge(answer, numbers, is_shared=len(numbers) > 1)
    return tally


def _answers(resolver: Resolver, questions: Sequence[Question]) -> Iterator[Answer]:
    for at in range(0, len(questions), _BATCH):
        yield from resolver.resolve_many(questions[at : at + _BATCH])


def _judge(answer: Answer, numbers: set[str], *, is_shared: bool) -> Tally:
    """What several stores share is right when it is left open among them; sent to one of them it is a guess, so wrong."""
    if answer.store_id is not None:
        is_right = numbers == {answer.candidates[0].number}
        return Tally(1, right=int(is_right), wrong=int(not is_right))
    return Tally(1, shared=int(is_shared and bool(numbers & _named(answer))))


def _named(answer: Answer) -> set[str]:
    return {candidate.number for candidate in answer.candidates}


def _line(entry: StoreEntry) -> str | None:
    if not entry.street or not entry.city:
        return None
    return f"{entry.street}, {entry.city}, {entry.state} {(entry.zip or '')[:5]}"


def _dotted(entry: StoreEntry) -> str | None:
    digits = re.sub(r"\D", "", entry.phone or "")[-10:]
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:]}" if len(digits) == 10 else None


_FACTS: Mapping[str, tuple[Said, Callable[[str], Question]]] = {
    "page_id": (lambda entry: entry.page_ids[0], lambda page: Question("", page_id=page)),
    "place_id": (lambda entry: entry.page_ids[0], lambda page: Question("", place=Place(id=page))),
    "store_number": (lambda entry: entry.number, lambda number: Question("", f"Went to store #{number}, awful")),
    "phone": (_dotted, lambda phone: Question("", f"I called {phone} and nobody answers")),
    "address_as_place": (_line, lambda line: Question("", place=place_from_line(line))),
    "address_in_text": (_line, lambda line: Question("", f"The one at {line} is always dirty")),
    "address_as_reviews_spell_it": (spell_as_reviews_do, lambda line: Question("", place=place_from_line(line))),
}


def _fix(entry: StoreEntry, rng: random.Random) -> Question:
    lat, lng = entry.lat or 0.0, entry.lng or 0.0
    north, east = rng.gauss(0, NOISE_M), rng.gauss(0, NOISE_M)
    east_degrees = east / (_METRES_PER_DEGREE * math.cos(math.radians(lat)))
    return Question("", lat=lat + north / _METRES_PER_DEGREE, lng=lng + east_degrees)


def _crowded(entries: Sequence[StoreEntry]) -> set[int]:
    """Stores with another one within 60 m."""
    cell = _NEAR_M / _METRES_PER_DEGREE
    grid: dict[tuple[int, int], list[StoreEntry]] = {}
    for entry in entries:
        grid.setdefault((int((entry.lat or 0) / cell), int((entry.lng or 0) / cell / 2)), []).append(entry)
    found = set[int]()
    for (row, column), own in grid.items():
        around = [each for r in (-1, 0, 1) for c in (-1, 0, 1) for each in grid.get((row + r, column + c), ())]
        found |= {one.id for one in own for other in around if one.id != other.id and _metres(one, other) < _NEAR_M}
    return found


def _metres(one: StoreEntry, other: StoreEntry) -> float:
    lat, lng, other_lat, other_lng = (each or 0.0 for each in (one.lat, one.lng, other.lat, other.lng))
    east = (lng - other_lng) * math.cos(math.radians(lat))
    return math.hypot(lat - other_lat, east) * _METRES_PER_DEGREE
