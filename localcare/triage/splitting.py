"""Parts the labelled rows into train, dev and test: whole brands, stores and conversations, near-duplicates together.

`python -m localcare.triage.splitting EVAL_DATA FOLDER` writes `splits.csv` anew from `rows.csv` and `labels.csv`.
"""

import csv
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import yaml

from localcare.triage.core.words import fold
from localcare.triage.labelled import RowRef, SourceText, read_labels, read_source_texts

SEED = "localcare splits 1"
SHARES = {"test": 0.60, "train": 0.28, "dev": 0.12}
_ALIKE = 0.7  # of the words of two texts, how many they share before they count as the same
_ENOUGH_WORDS = 4  # shorter texts are alike only when equal


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that must stay together, and how often each topic stands among them."""

    name: str
    refs: tuple[RowRef, ...]
    topics: Mapping[str, int]


def split(texts: Sequence[SourceText], topics: Mapping[RowRef, str]) -> dict[RowRef, str]:
    """The part of each row. Large groups are placed first, each where its topics are still missed most."""
    groups = group(texts, topics)
    wanted = Counter(topics[text.ref] for text in texts)
    have: dict[str, Counter[str]] = {part: Counter() for part in SHARES}
    parts: dict[RowRef, str] = {}
    for each in sorted(groups, key=lambda g: (-len(g.refs), _lot(g.name))):
        part = max(SHARES, key=lambda p: (_missed(each, have[p], wanted, SHARES[p]), SHARES[p]))
        have[part].update(each.topics)
        parts.update(dict.fromkeys(each.refs, part))
    return parts


def group(texts: Sequence[SourceText], topics: Mapping[RowRef, str]) -> list[Group]:
    """Joined by brand or store, by conversation, and by words, through any chain of these."""
    leaders = {text.ref: text.ref for text in texts}

    def leader(ref: RowRef) -> RowRef:
        while leaders[ref] != ref:
            ref = leaders[ref]
        return ref

    for one, other in _ties(texts):
        first, second = sorted((leader(one), leader(other)), key=_lot_of)
        leaders[second] = first
    members: dict[RowRef, list[RowRef]] = defaultdict(list)
    for text in texts:
        members[leader(text.ref)].append(text.ref)
    return [Group(_lot_of(head), tuple(refs), Counter(topics[ref] for ref in refs)) for head, refs in members.items()]


def _ties(texts: Sequence[SourceText]) -> Iterable[tuple[RowRef, RowRef]]:
    firsts: dict[str, RowRef] = {}
    houses = _houses()
    for text in texts:
        unit, words = houses.get(text.unit, text.unit), " ".join(_words_of(text))
        for kind, key in (("unit", unit), ("conversation", text.conversation), ("words", words)):
            if key:
                yield firsts.setdefault(f"{kind} {key}", text.ref), text.ref
    yield from _near_duplicates(texts)


@lru_cache
def _houses() -> dict[str, str]:
    """The first of its brands for every unit that goes by several names."""
    lines = files("localcare.triage").joinpath("labels/same_brands.yaml").read_text(encoding="utf-8")
    return {f"brand {name}": f"brand {names[0]}" for names in yaml.safe_load(lines) for name in names}


def _near_duplicates(texts: Sequence[SourceText]) -> Iterable[tuple[RowRef, RowRef]]:
    words = [(text.ref, frozenset(_words_of(text))) for text in texts]
    long = sorted(((ref, bag) for ref, bag in words if len(bag) >= _ENOUGH_WORDS), key=lambda pair: len(pair[1]))
    for place, (one, bag) in enumerate(long):
        for other, larger in long[place + 1 :]:
            if len(bag) < _ALIKE * len(larger):
                break
            if len(bag & larger) >= _ALIKE * len(bag | larger):
                yield one, other


def _words_of(text: SourceText) -> list[str]:
    return [word for word in fold(text.text).split() if word.isalnum()]


def _missed(each: Group, have: Counter[str], wanted: Counter[str], share: float) -> float:
    return sum(n * (share * wanted[topic] - have[topic]) / (share * wanted[topic]) for topic, n in each.topics.items())


def _lot_of(ref: RowRef) -> str:
    return _lot(f"{ref.source}|{ref.row}")


def _lot(name: str) -> str:
    return hashlib.sha256(f"{SEED}|{name}".encode()).hexdigest()


def write_splits(root: Path, folder: Path) -> None:
    """`splits.csv`: the part of every labelled row."""
    labels, texts = read_labels(folder), read_source_texts(root)
    rows = [texts[ref] for ref in sorted(labels, key=_lot_of)]
    parts = split(rows, {ref: label.topic for ref, label in labels.items()})
    with (folder / "splits.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source", "row", "part"])
        writer.writerows([ref.source, ref.row, parts[ref]] for ref in labels)


if __name__ == "__main__":
    write_splits(Path(sys.argv[1]), Path(sys.argv[2]))
