"""Simple ways to guess the store, asked the same texts: what a figure is worth beside them."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log, sqrt

from localcare.bench.quality.directories import Directory
from localcare.bench.quality.outcomes import Outcome
from localcare.bench.quality.texts import Asked
from localcare.stores.core.resolve import StoreEntry

Guess = tuple[str | None, float]  # a store's number and how sure
Baseline = Callable[[str], Guess]

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_TOWN = 4
_SURE = 0.5  # cosine from which the nearest text is believed


def baselines_of(directory: Directory) -> dict[str, Baseline]:
    """Each by its name in the reports."""
    towns = _Towns(directory.entries)
    return {
        "exact_city": towns.only_store,
        "largest_town": towns.in_largest,
        "nearest_text": _NearestText(directory.entries).guess,
    }


def ask_baseline(baseline: Baseline, texts: Iterable[Asked]) -> list[Outcome]:
    """The texts' outcomes, routed where the baseline names a store it is sure of."""
    outcomes = []
    for asked in texts:
        number, confidence = baseline(asked.text)
        outcomes.append(Outcome(asked, "likely" if number else "none", number, confidence, confidence >= _SURE))
    return outcomes


class _Towns:
    """Stores by town, found in a text by exact words, with the state right after the town if it is told."""

    def __init__(self, entries: Sequence[StoreEntry]) -> None:
        self._stores: defaultdict[tuple[str, ...], defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for entry in entries:
            self._stores[_words(entry.city)][(entry.state or "").lower()].append(entry.number)

    def only_store(self, text: str) -> Guess:
        """The store of a town that has but one."""
        stores = [number for own in self._named(text).values() for number in own]
        return (stores[0], 1.0) if len(stores) == 1 else (None, 0.0)

    def in_largest(self, text: str) -> Guess:
        """A store, the first in the file, of the town with the most stores of all the name may mean."""
        by_state = self._named(text)
        if not by_state:
            return None, 0.0
        largest = max(by_state.values(), key=len)
        return largest[0], 1.0

    def _named(self, text: str) -> dict[str, list[str]]:
        """Stores by state of the longest town named in the text."""
        words = _words(text)
        for size in range(_LONGEST_TOWN, 0, -1):
            for at in range(len(words) - size + 1):
                by_state = self._stores.get(words[at : at + size])
                if by_state:
                    state = words[at + size] if at + size < len(words) else ""
                    return {state: by_state[state]} if state in by_state else dict(by_state)
        return {}


class _NearestText:
    """TF-IDF of words, cosine: the store whose own line (name, street, town, state, ZIP) is nearest to the text."""

    def __init__(self, entries: Sequence[StoreEntry]) -> None:
        lines = [_line(entry) for entry in entries]
        found = Counter(word for line in lines for word in set(line))
        self._numbers = [entry.number for entry in entries]
        self._rarity = {word: log(len(lines) / count) + 1 for word, count in found.items()}
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, line in enumerate(lines):
            for word, weight in self._vector(line):
                self._postings[word].append((at, weight))

    def guess(self, text: str) -> Guess:
        """The nearest store, as sure as it is near."""
        scores: defaultdict[int, float] = defaultdict(float)
        for word, weight in self._vector(_words(text)):
            for at, own in self._postings[word]:
                scores[at] += weight * own
        if not scores:
            return None, 0.0
        best = max(scores, key=lambda at: (scores[at], -at))
        return self._numbers[best], min(1.0, scores[best])

    def _vector(self, words: Sequence[str]) -> Iterator[tuple[str, float]]:
        known = {word: count * self._rarity[word] for word, count in Counter(words).items() if word in self._rarity}
        length = sqrt(sum(weight * weight for weight in known.values())) or 1.0
        yield from ((word, weight / length) for word, weight in known.items())


def _line(entry: StoreEntry) -> tuple[str, ...]:
    return _words(" ".join(filter(None, (entry.name, entry.street, entry.city, entry.state, (entry.zip or "")[:5]))))


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(_WORD.findall((text or "").lower()))
