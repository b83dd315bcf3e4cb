"""The whole evaluation: every directory at hand, one after the other, its resolver built once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localcare.bench.progress import note, steps
from localcare.bench.quality.baselines import ask_baseline, baselines_of
from localcare.bench.quality.corpus import CorpusFigures, ask_corpus
from localcare.bench.quality.directories import DEMO, Directory, load_directories
from localcare.bench.quality.identities import Tally, ask_identities
from localcare.bench.quality.kept import read_kept
from localcare.bench.quality.measures import (
    Overall,
    Reliability,
    StyleFigures,
    Threshold,
    find_threshold,
    measure_overall,
    measure_reliability,
    measure_styles,
)
from localcare.bench.quality.outcomes import Outcome, ask_texts
from localcare.bench.quality.reviews import SHOP, ReviewFigures, ask_reviews, has_reviews
from localcare.bench.quality.templates import Split
from localcare.bench.quality.texts import Asked
from localcare.demo.brand import load_brand

_CORPUS_MENTIONS = 5_000


@dataclass(frozen=True, slots=True)
class Words:
    """What is measured of texts alone, for the resolver or for a baseline."""

    overall: Overall
    by_style: Mapping[str, StyleFigures]
    best: Threshold | None


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything measured on one split. `identities` are empty and `reviews` None where they were not asked."""

    split: Split
    stores: Mapping[str, int]
    words: Words
    reliability: Reliability
    reliability_routed: Reliability
    baselines: Mapping[str, Words]
    identities: Mapping[str, Tally]
    reviews: ReviewFigures | None
    corpus: CorpusFigures | None
    outcomes: Sequence[Outcome] = field(repr=False)


@dataclass(slots=True)
class _Gathered:
    outcomes: list[Outcome] = field(default_factory=list)
    by_baseline: dict[str, list[Outcome]] = field(default_factory=dict)
    identities: dict[str, Tally] = field(default_factory=dict)
    reviews: ReviewFigures | None = None
    corpus: CorpusFigures | None = None


def measure_quality(eval_data: Path | None, split: Split) -> Quality:
    """Texts of the split; for testing also identities and real reviews, which nothing is tuned on."""
    directories = load_directories(eval_data)
    if not has_reviews(eval_data):
        note("Real directories and reviews are left out: LOCALCARE_EVAL_DATA names no folder that has them.")
    texts = read_kept(split, (directory.shop for directory in directories))
    gathered = _Gathered()
    with steps(f"{split} texts and facts of {len(directories)} directories, stores", _stores(directories)) as advance:
        for directory in directories:
            own = [asked for asked in texts if asked.shop == directory.shop]
            _ask_directory(gathered, directory, own, eval_data, is_whole=split == "testing")
            advance(len(directory.entries))
    return Quality(
        split=split,
        stores={directory.shop: len(directory.entries) for directory in directories},
        words=_measure(gathered.outcomes),
        reliability=measure_reliability(gathered.outcomes),
        reliability_routed=measure_reliability(gathered.outcomes, routed_only=True),
        baselines={name: _measure(outcomes) for name, outcomes in gathered.by_baseline.items()},
        identities=gathered.identities,
        reviews=gathered.reviews,
        corpus=gathered.corpus,
        outcomes=gathered.outcomes,
    )


def _ask_directory(
    gathered: _Gathered, directory: Directory, texts: Sequence[Asked], eval_data: Path | None, *, is_whole: bool
) -> None:
    resolver = directory.resolver()
    gathered.outcomes += ask_texts(resolver, texts)
    for name, baseline in baselines_of(directory).items():
        gathered.by_baseline.setdefault(name, []).extend(ask_baseline(baseline, texts))
    if not is_whole:
        return
    for name, tally in ask_identities(resolver, directory).items():
        gathered.identities[name] = gathered.identities.get(name, Tally()) + tally
    if directory.shop == DEMO:
        gathered.corpus = ask_corpus(resolver, load_brand().open_stores, _CORPUS_MENTIONS)
    if directory.shop == SHOP and eval_data and has_reviews(eval_data):
        gathered.reviews = ask_reviews(resolver, eval_data)


def _measure(outcomes: Sequence[Outcome]) -> Words:
    return Words(measure_overall(outcomes), measure_styles(outcomes), find_threshold(outcomes))


def _stores(directories: Sequence[Directory]) -> int:
    return sum(len(directory.entries) for directory in directories)
