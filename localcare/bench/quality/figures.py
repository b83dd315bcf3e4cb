"""The evaluation as plain figures, for `--json` and the table."""

from collections.abc import Mapping
from dataclasses import asdict

from localcare.bench.quality.bars import style_floors
from localcare.bench.quality.identities import Tally
from localcare.bench.quality.measures import Reliability, Share, StyleFigures, Threshold
from localcare.bench.quality.reviews import Reviewed, ReviewFigures
from localcare.bench.quality.run import Quality, Words

Figures = Mapping[str, object]


def figures_of(quality: Quality) -> dict[str, object]:
    """Ours; the first three are of texts alone, every style weighing the same."""
    overall = quality.words.overall
    return {
        "coverage": overall.coverage.value,
        "precision": overall.precision.value,
        "wrong_rate": overall.wrong_rate.value,
        "split": quality.split,
        "asked": overall.asked,
        "intervals": {
            "coverage": _span(overall.coverage),
            "precision": _span(overall.precision),
            "wrong_rate": _span(overall.wrong_rate),
        },
        "precision_placed": overall.precision_placed.value,
        "coverage_of_all": overall.coverage_of_all.value,
        "nowhere_routed": overall.nowhere_routed.value,
        "calibration_error": quality.reliability.error,
        "calibration_error_routed": quality.reliability_routed.error,
        "at_98_precision": _of_best(quality.words.best),
        "reliability": _of_reliability(quality.reliability),
        "by_style": {name: _of_style(name, style) for name, style in quality.words.by_style.items()},
        "identities": {name: _of_tally(tally) for name, tally in quality.identities.items()},
        "circumstances": {name: _of_tally(tally) for name, tally in quality.circumstances.items()},
        **_of_home(quality),
        **_of_corpus(quality),
        **({"reviews": _of_reviews(quality.reviews)} if quality.reviews else {}),
        "directories": dict(quality.stores),
    }


def references_of(quality: Quality) -> dict[str, object]:
    """Simple ways to guess, asked the same texts."""
    return {name: _of_baseline(words) for name, words in quality.baselines.items()}


def _of_reliability(reliability: Reliability) -> Figures:
    """Bins by the confidence said on average."""
    return {
        f"{each.said:.3f}": {"came_true": each.true.value, "interval": _span(each.true), "weight": each.weight}
        for each in reliability.bins
    }


def _of_style(name: str, style: StyleFigures) -> Figures:
    return {
        "coverage": style.coverage.value if style.coverage else "unknowable",
        "precision": style.precision.value if style.precision else "none routed",
        "wrong_rate": style.wrong_rate.value,
        "asked": style.asked,
        "knowable": style.knowable,
        "coverage_interval": _span(style.coverage) if style.coverage else "",
        "precision_interval": _span(style.precision) if style.precision else "",
        "floor": style_floors().get(name, 0.0),
    }


def _of_tally(tally: Tally) -> Figures:
    return {"right_or_rightly_open": tally.share.value, "interval": _span(tally.share), **asdict(tally)}


def _of_home(quality: Quality) -> Figures:
    home = quality.strange_home
    if home is None:
        return {}
    return {"home_elsewhere": {"coverage": home.coverage.value, "precision": home.precision.value}}


def _of_corpus(quality: Quality) -> Figures:
    if quality.corpus is None:
        return {}
    corpus = quality.corpus
    return {"corpus": {"coverage": corpus.coverage.value, "precision": corpus.precision.value, "asked": corpus.asked}}


def _of_reviews(reviews: ReviewFigures) -> Figures:
    return {
        "addresses": f"{reviews.addresses_right} of {reviews.addresses}",
        "place_cues": _of_reviewed(reviews.cued),
        "every_text": _of_reviewed(reviews.every),
    }


def _of_reviewed(reviewed: Reviewed) -> Figures:
    return {**asdict(reviewed), "wrong": reviewed.wrong, "precision": reviewed.precision.value}


def _of_best(best: Threshold | None) -> Figures:
    """The threshold sweep; nothing is covered where no threshold is precise enough."""
    return asdict(best) if best else {"confidence": 1.0, "coverage": 0.0, "precision": 1.0}


def _of_baseline(words: Words) -> Figures:
    return {
        "coverage": words.overall.coverage.value,
        "precision": words.overall.precision.value,
        "wrong_rate": words.overall.wrong_rate.value,
        "coverage_at_98_precision": words.best.coverage if words.best else 0.0,
    }


def _span(share: Share) -> str:
    return f"{share.low} to {share.high}"
