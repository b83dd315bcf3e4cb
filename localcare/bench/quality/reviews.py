"""Real reviews whose store is known: their source's own addresses, and what their texts alone give away."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from localcare.bench.quality.measures import Share, wilson
from localcare.bench.quality.templates import Split
from localcare.bench.quality.texts import is_of_split
from localcare.stores.core.address import place_from_line
from localcare.stores.core.resolve import Question, Resolver

SHOP = "mcdonalds"
_ADDRESSES = "mcdonalds_review_addresses.csv"
_CUES = "mcdonalds_place_cues.csv"
_REVIEWS = "mcdonalds_reviews.csv"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Real texts, each with the store it is about; `wrong` were sent to another one."""

    asked: int
    routed: int
    right: int

    @property
    def wrong(self) -> int:
        """Sent to another store than the one reviewed."""
        return self.routed - self.right

    @property
    def precision(self) -> Share:
        """Right among those routed; one store's many reviews are not independent, so the interval is too narrow."""
        return wilson(self.right / self.routed if self.routed else 0.0, self.routed)


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """`addresses` in the source's own spelling; of the stores for testing `cued` texts that name their place, `every` text."""

    addresses: int
    addresses_right: int
    cued: Reviewed
    every: Reviewed


def has_reviews(eval_data: Path | None) -> bool:
    """Whether the real reviews are at hand."""
    folder = eval_data / "reviews" if eval_data else None
    return folder is not None and all((folder / name).is_file() for name in (_ADDRESSES, _CUES, _REVIEWS))


def ask_reviews(resolver: Resolver, eval_data: Path) -> ReviewFigures:
    """The resolver must be that of the directory the reviews are about."""
    folder = eval_data / "reviews"
    addresses = [(row["store_address"], row["store_number"]) for row in _rows(folder / _ADDRESSES)]
    answers = resolver.resolve_many([Question("", place=place_from_line(line)) for line, _ in addresses])
    found = [answer.candidates[0].number if answer.store_id is not None else "" for answer in answers]
    return ReviewFigures(
        addresses=len(addresses),
        addresses_right=sum(number == true for number, (_, true) in zip(found, addresses, strict=True)),
        cued=_ask(resolver, _of_split(_texts(folder / _CUES), "testing")),
        every=_ask(resolver, _of_split(_texts(folder / _REVIEWS), "testing")),
    )


def reviews_to_tune_with(eval_data: Path) -> list[tuple[str, str]]:
    """Each distinct text of the stores for tuning with its store's number; for fitting only, never kept with the project."""
    return _of_split(_texts(eval_data / "reviews" / _REVIEWS), "tuning")


def _of_split(told: Iterable[tuple[str, str]], split: Split) -> list[tuple[str, str]]:
    return [(text, number) for text, number in told if is_of_split(SHOP, number, split)]


def _ask(resolver: Resolver, told: Sequence[tuple[str, str]]) -> Reviewed:
    answers = resolver.resolve_many([Question("", text) for text, _ in told])
    pairs = [(answer, true) for answer, (_, true) in zip(answers, told, strict=True) if answer.store_id is not None]
    right = sum(answer.candidates[0].number == true for answer, true in pairs)
    return Reviewed(asked=len(told), routed=len(pairs), right=right)


def _texts(path: Path) -> list[tuple[str, str]]:
    """Each distinct text once with its store's number; a text about two stores is left out."""
    stores: dict[str, set[str]] = {}
    for row in _rows(path):
        stores.setdefault(row["review"], set()).add(row["store_number"])
    return list(_with_one_store(stores.items()))


def _with_one_store(texts: Iterable[tuple[str, set[str]]]) -> Iterator[tuple[str, str]]:
    yield from ((text, next(iter(numbers))) for text, numbers in texts if len(numbers) == 1 and text)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
