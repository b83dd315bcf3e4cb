"""The whole evaluation: every directory at hand, one after the other, its resolver built once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localcare.bench.progress import note, steps
from localcare.bench.quality.baselines import ask_baseline, baselines_of
from localcare.bench.quality.circumstances import ask_answers, ask_from_elsewhere, ask_moved
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
    """Everything measured on one split; what is asked for testing only is empty or None for tuning.

    `circumstances` are answers to "which store?" and moved stores; `strange_home` the words again, by authors from elsewhere.
    """

    split: Split
    stores: Mapping[str, int]
    words: Words
    reliability: Reliability
    reliability_routed: Reliability
    baselines: Mapping[str, Words]
    identities: Mapping[str, Tally]
    circumstances: Mapping[str, Tally]
    strange_home: Overall | None
    reviews: ReviewFigures | None
    corpus: CorpusFigures | None
    outcomes: Sequence[Outcome] = field(repr=False)


@dataclass(slots=True)
class _Gathered:
    outcomes: list[Outcome] = field(default_factory=list)
    by_baseline: dict[str, list[Outcome]] = field(default_factory=dict)
    from_elsewhere: list[Outcome] = field(default_factory=list)
    identities: dict[str, Tally] = field(default_factory=dict)
    circumstances: dict[str, Tally] = field(default_factory=dict)
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
        words=measure_words(gathered.outcomes),
        reliability=measure_reliability(gathered.outcomes),
        reliability_routed=measure_reliability(gathered.outcomes, routed_only=True),
        baselines={name: measure_words(outcomes) for name, outcomes in gathered.by_baseline.items()},
        identities=gathered.identities,
        circumstances=gathered.circumstances,
        strange_home=measure_overall(gathered.from_elsewhere) if gathered.from_elsewhere else None,
        reviews=gathered.reviews,
        corpus=gathered.corpus,
        outcomes=gathered.outcomes,
    )


def measure_words(outcomes: Sequence[Outcome]) -> Words:
    """The figures of words alone, ours or a baseline's."""
    return Words(measure_overall(outcomes), measure_styles(outcomes), find_threshold(outcomes))


def _ask_directory(
    gathered: _Gathered, directory: Directory, texts: Sequence[Asked], eval_data: Path | None, *, is_whole: bool
) -> None:
    resolver = directory.resolver()
    gathered.outcomes += ask_texts(resolver, texts)
    for name, baseline in baselines_of(directory).items():
        gathered.by_baseline.setdefault(name, []).extend(ask_baseline(baseline, texts))
    if not is_whole:
        return
    _add(gathered.identities, ask_identities(resolver, directory))
    _add(
        gathered.circumstances,
        {"answer_to_which_store": ask_answers(resolver, directory), "moved": ask_moved(directory)},
    )
    gathered.from_elsewhere += ask_from_elsewhere(resolver, directory, texts)
    if directory.shop == DEMO:
        gathered.corpus = ask_corpus(resolver, load_brand().open_stores, _CORPUS_MENTIONS)
    if directory.shop == SHOP and eval_data and has_reviews(eval_data):
        gathered.reviews = ask_reviews(resolver, eval_data)


def _add(sums: dict[str, Tally], more: Mapping[str, Tally]) -> None:
    for name, tally in more.items():
        sums[name] = sums.get(name, Tally()) + tally


def _stores(directories: Sequence[Directory]) -> int:
    return sum(len(directory.entries) for directory in directories)
