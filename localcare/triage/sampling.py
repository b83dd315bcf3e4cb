"""Draws the rows to label, by hash of seed, stratum and row: the same for ever.

`labels/strata.yaml` says what is drawn; `python -m localcare.triage.sampling EVAL_DATA FOLDER` writes `rows.csv` and
`strata.csv` anew.
"""

import csv
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, Field

from localcare.triage.core.words import fold
from localcare.triage.labelled import SourceText, read_source_texts

SEED = "localcare labels 1"
_SPANISH = re.compile(
    r"\b(que|qué|con|para|por|una|los|las|hola|pero|está|estoy|tengo|hace|cuando|muy|tardes|dias|qu|dos|del)\b", re.I
)
_ENGLISH = re.compile(r"\b(the|and|you|is|my|to|of|for|it|was|a)\b", re.I)


class Stratum(BaseModel, frozen=True):
    """A named pool of texts and how many of it are drawn; `random` when it is a fair sample of its whole source."""

    name: str
    take: int
    random: bool = False
    sources: frozenset[str]
    openings: bool = False
    spanish: bool = False
    brands: frozenset[str] = Field(default=frozenset(), description="names of lists of brands")
    other_than: frozenset[str] = frozenset()
    trades: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the words; everything when there are none."""
        return re.compile("|".join(self.words), re.IGNORECASE)


class StrataFile(BaseModel, frozen=True):
    """`strata.yaml`."""

    brands: dict[str, frozenset[str]]
    strata: tuple[Stratum, ...]

    def holds(self, stratum: Stratum, text: SourceText) -> bool:
        """Whether the text belongs to the stratum's pool."""
        brand = text.unit.removeprefix("brand ")
        return (
            text.ref.source in stratum.sources
            and (text.opens or not stratum.openings)
            and (not stratum.trades or text.trade in stratum.trades)
            and (not stratum.brands or brand in self._listed(stratum.brands))
            and brand not in self._listed(stratum.other_than)
            and (not stratum.spanish or _reads_spanish(text.text))
            and bool(stratum.pattern.search(text.text))
        )

    def _listed(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self.brands[name] for name in names))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row to label, and the stratum it was drawn for."""

    text: SourceText
    stratum: str


@dataclass(frozen=True, slots=True)
class Draw:
    """All rows in the order to read them, and the size of each stratum's pool."""

    rows: tuple[Drawn, ...]
    pools: Mapping[str, int]


def draw(texts: Iterable[SourceText], plan: StrataFile) -> Draw:
    """Strata are filled in order; a text (or another of the same words) is drawn once only."""
    distinct: dict[str, SourceText] = {}
    for text in texts:
        distinct.setdefault(fold(text.text), text)
    taken: set[str] = set()
    rows: list[Drawn] = []
    pools: dict[str, int] = {}
    for stratum in plan.strata:
        pool = {words: text for words, text in distinct.items() if plan.holds(stratum, text)}
        pools[stratum.name] = len(pool)
        left = sorted((w for w in pool if w not in taken), key=lambda w: _lot(stratum.name, pool[w]))[: stratum.take]
        taken.update(left)
        rows += [Drawn(pool[words], stratum.name) for words in left]
    return Draw(tuple(sorted(rows, key=lambda row: _lot("order", row.text))), pools)


def read_plan() -> StrataFile:
    """The shipped plan."""
    path = files("localcare.triage").joinpath("labels/strata.yaml")
    return StrataFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def write_draw(drawn: Draw, strata: Iterable[Stratum], folder: Path) -> None:
    """`rows.csv` (where each text stands, its stratum and fingerprint) and `strata.csv` (pool and number drawn)."""
    _write(
        folder / "rows.csv",
        ["source", "row", "stratum", "fingerprint"],
        ([r.text.ref.source, r.text.ref.row, r.stratum, r.text.fingerprint] for r in drawn.rows),
    )
    taken = Counter(row.stratum for row in drawn.rows)
    _write(
        folder / "strata.csv",
        ["stratum", "random", "pool", "drawn"],
        ([s.name, "yes" if s.random else "no", drawn.pools[s.name], taken[s.name]] for s in strata),
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _lot(purpose: str, text: SourceText) -> str:
    return hashlib.sha256(f"{SEED}|{purpose}|{text.ref.source}|{text.ref.row}".encode()).hexdigest()


def _reads_spanish(text: str) -> bool:
    spanish = len(_SPANISH.findall(text))
    return spanish > 1 and spanish > len(_ENGLISH.findall(text))


if __name__ == "__main__":
    plan = read_plan()
    write_draw(draw(read_source_texts(Path(sys.argv[1])).values(), plan), plan.strata, Path(sys.argv[2]))
