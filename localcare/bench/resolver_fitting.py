"""`python -m localcare.bench.resolver_fitting`: trains what texts are about (stores/artefact/aboutness.npz) and fits
the resolver's cues (stores/core/fitted.py). Some minutes.

Fitted to the tuning texts (half of the stores, templates that testing never sees), to mentions of the demo's corpus, and to
real reviews of the stores for tuning, when LOCALCARE_EVAL_DATA names a folder that has them. Seeded throughout.
"""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from localcare.bench.aboutness_fitting import (
    AS_ASKED,
    TWO_STORES,
    Told,
    part_of,
    style_as_asked,
    to_learn_from,
    told_texts,
)
from localcare.bench.quality.corpus import draw_mentions
from localcare.bench.quality.directories import DEMO, load_directories
from localcare.bench.quality.reviews import SHOP, has_reviews, reviews_to_tune_with
from localcare.bench.quality.texts import Asked
from localcare.demo.brand import load_brand
from localcare.stores.aboutness import load_aboutness, write_aboutness
from localcare.stores.core import fitted
from localcare.stores.core.aboutness import ABOUT, SEVERAL, About, Aboutness
from localcare.stores.core.argued import ARGUED
from localcare.stores.core.calibration import Weights
from localcare.stores.core.resolve import Question, Resolver
from localcare.stores.core.weighing import Weighed
from localcare.stores.fitting import (
    Example,
    as_module,
    balanced,
    choose_threshold,
    confidence_of,
    example_of,
    fit_weights,
    threshold_against,
)
from localcare.stores.fitting_aboutness import calibrated, train_aboutness, verdict_on

_MENTIONS = 3_000
_LOOKED_AT = 60  # stores of one text, to see how many share the first place
_TIED = 0.93
_LEAST = 1e-3  # confidences are rounded
_TWO_COUNT = 0.4
_MORE_COUNT = 0.3
_REVIEW_COUNT = 0.5
Styled = tuple[str, Example | None]


def main() -> None:
    """Train what texts are about, fit the cues, write both."""
    folder = os.environ.get("LOCALCARE_EVAL_DATA")
    eval_data = Path(folder) if folder else None
    directories = load_directories(eval_data)
    told = told_texts(directories, {directory.shop: directory.resolver().reader for directory in directories})
    model, unseen = _trained(told)
    write_aboutness(model)
    load_aboutness.cache_clear()
    resolvers = {directory.shop: directory.resolver() for directory in directories}
    texts = [(each, _as_if_unseen(each, unseen[each.part], resolvers)) for each in told]
    real = [replace(each, counts=_REVIEW_COUNT) for each in _of_reviews(resolvers, eval_data) if each]
    others = [*balanced(_of_corpus(resolvers[DEMO])), *real]
    weights = fit_weights([*_to_fit(texts), *others], ARGUED, _as_asked(texts, without=TWO_STORES))
    nowhere = [
        (style, example)
        for each, example in texts
        if (style := style_as_asked(each)) and style != TWO_STORES and each.asked.kind == "nowhere"
    ]
    likely = max(choose_threshold(_as_asked(texts), weights), threshold_against(nowhere, weights))
    plain = [example for example in balanced(_styled(texts)) if weights.factors.keys().isdisjoint(example.cues)]
    weights = replace(weights, likely=likely, plain=choose_threshold(plain, weights))
    Path(fitted.__file__).write_text(as_module(weights), encoding="utf-8")
    sys.stdout.write(f"{len(texts)} texts, {len(others)} others; routed from {weights.likely} on\n")
    sys.stdout.writelines(_as_if_tested(texts, weights))


def _trained(told: Sequence[Told]) -> tuple[Aboutness, Mapping[str, Aboutness]]:
    """The model of all texts, and for each part one that never saw it; all calibrated to wordings that were not seen."""
    learned = to_learn_from(told)
    unseen = {
        part: train_aboutness([said for said in learned if part_of(said.source, said.wording) != part])
        for part in sorted({part_of(said.source, said.wording) for said in learned})
    }
    styles = Counter(style for each in told if (style := style_as_asked(each)))
    judged = [
        (verdict_on(each.said[0], unseen[each.part]).chance, each.said[0].about is About.STORE, 1 / styles[style])
        for each in told
        if each.said and (style := style_as_asked(each)) not in (None, TWO_STORES)
    ]
    model = calibrated(train_aboutness(learned), judged)
    return model, {part: replace(each, shift=model.shift, scale=model.scale) for part, each in unseen.items()}


def _as_if_unseen(told: Told, model: Aboutness, resolvers: Mapping[str, Resolver]) -> Example | None:
    """An example in which what a text is about is said by a model that never saw its wording."""
    example = _of_text(told.asked, resolvers[told.asked.shop])
    if not example or not told.said:
        return example
    is_judged = any(cue.startswith(ABOUT) for cue in example.cues)
    others = tuple(cue for cue in example.cues if not cue.startswith(ABOUT) and cue != SEVERAL)
    cues = (*others, *verdict_on(told.said[0], model).cues) if is_judged else example.cues
    return replace(example, cues=cues, about=told.said[0].about is About.STORE)


def _styled(texts: Iterable[tuple[Told, Example | None]]) -> Iterator[tuple[str, Example | None]]:
    return ((each.asked.style, example) for each, example in texts)


def _to_fit(texts: Sequence[tuple[Told, Example | None]]) -> list[Example]:
    """Styles of tuning.yaml count most; those about two stores less, of them half is right whatever is said."""
    plain = [(each.asked.style, example) for each, example in texts if each.source == AS_ASKED]
    more = [(each.asked.style, example) for each, example in texts if each.source != AS_ASKED]
    return [
        *balanced(pair for pair in plain if pair[0] != TWO_STORES),
        *balanced((pair for pair in plain if pair[0] == TWO_STORES), per_style=100 * _TWO_COUNT),
        *balanced(more, per_style=100 * _MORE_COUNT),
    ]


def _as_asked(texts: Iterable[tuple[Told, Example | None]], *, without: str | None = None) -> list[Example]:
    """Examples as testing asks for them, each style counting the same."""
    styled = ((style_as_asked(each), example) for each, example in texts)
    return balanced((style, example) for style, example in styled if style and style != without)


def _as_if_tested(texts: Sequence[tuple[Told, Example | None]], weights: Weights) -> Iterator[str]:
    """What the wordings of tuning.yaml come to when they were not learned, by style: what floors.yaml is set from."""
    seen = [(confidence_of(each, weights), each) for each in _as_asked(texts, without=TWO_STORES)]
    yield f"calibration error {_calibration_error(seen):.3f}\n"
    routed, knowable = Counter[str](), Counter[str]()
    for each, example in texts:
        if each.source == AS_ASKED and each.asked.is_knowable:
            knowable[each.asked.style] += 1
            routed[each.asked.style] += bool(
                example and confidence_of(example, weights) >= weights.threshold(example.cues)
            )
    yield from (
        f"{style}: {routed[style]} of {count}, {routed[style] / count:.1%}\n" for style, count in knowable.items()
    )


def _calibration_error(seen: Sequence[tuple[float, Example]]) -> float:
    """Expected calibration error over 15 bins, texts by how much they count."""
    gaps, total = defaultdict[int, float](float), 0.0
    for confidence, each in seen:
        gaps[min(14, int(confidence * 15))] += each.counts * (confidence - each.right)
        total += each.counts
    return sum(map(abs, gaps.values())) / total


def _of_text(asked: Asked, resolver: Resolver) -> Example | None:
    weighed = resolver.weigh(Question(asked.id, asked.text), most=_LOOKED_AT)
    if not weighed:
        return None
    tied, mass, share = _first_place(weighed, resolver)
    if asked.right:
        true = sum(number in asked.right for number in tied) / asked.fitting
    else:
        true = mass * (asked.fitting > 0 and len(tied) > 1)
    likelihood = min(1.0, true / max(mass, _LEAST)) * share if len(tied) > 1 else true
    return example_of(weighed, likelihood=likelihood)


def _of_corpus(resolver: Resolver) -> Iterator[Styled]:
    for mention in islice(draw_mentions(load_brand().open_stores, page_kind="brand", seed=11), _MENTIONS):
        weighed = resolver.weigh(Question("", mention.text), most=_LOOKED_AT)
        style = f"corpus {mention.named_by}"
        if not weighed:
            yield style, None
            continue
        tied, _, share = _first_place(weighed, resolver)
        is_right = mention.store.store_number in tied
        yield style, example_of(weighed, likelihood=(share if len(tied) > 1 else 1.0) * is_right)


def _of_reviews(resolvers: Mapping[str, Resolver], eval_data: Path | None) -> Iterator[Example | None]:
    """Of real reviews few name a place, and of what looks like one much is none."""
    if eval_data is None or not has_reviews(eval_data):
        return
    for text, number in reviews_to_tune_with(eval_data):
        weighed = resolvers[SHOP].weigh(Question("", text), most=_LOOKED_AT)
        tied, _, share = _first_place(weighed, resolvers[SHOP]) if weighed else ([], 0.0, 0.0)
        yield example_of(weighed, likelihood=(share if len(tied) > 1 else 1.0) * (number in tied))


def _first_place(weighed: Sequence[Weighed], resolver: Resolver) -> tuple[list[str], float, float]:
    """The numbers of the stores that share the first place, their joint share and the first one's."""
    shares = [each.share for each in weighed]
    tied = [at for at, share in enumerate(shares) if share >= _TIED * shares[0]]
    return [resolver.store_at(weighed[at].store).number for at in tied], sum(shares[at] for at in tied), shares[0]


if __name__ == "__main__":
    main()
