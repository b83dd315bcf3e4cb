"""`python -m localcare.bench.resolver_fitting`: trains what texts are about (stores/artefact/aboutness.npz) and fits
the resolver's cues (stores/core/fitted.py). Some minutes.

Fitted to the tuning texts (half of the stores, templates that testing never sees), to mentions of the demo's corpus, and to
real reviews of the stores for tuning, when LOCALCARE_EVAL_DATA names a folder that has them. Seeded throughout.
"""

import hashlib
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from localcare.bench.aboutness_fitting import (
    AS_ASKED,
    READ_LAST,
    TWO_STORES,
    Told,
    part_of,
    style_as_asked,
    to_learn_from,
    told_texts,
    weigh_as_asked,
)
from localcare.bench.quality.corpus import draw_mentions
from localcare.bench.quality.directories import DEMO, load_directories
from localcare.bench.quality.measures import wilson
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
    threshold_above,
    threshold_for,
)
from localcare.stores.fitting_aboutness import calibrated, train_aboutness, verdict_on

_MENTIONS = 3_000
_LOOKED_AT = 60  # stores of one text, to see how many share the first place
_TIED = 0.93
_LEAST = 1e-3  # confidences are rounded
_TWO_COUNT = 0.4
_MORE_COUNT = 0.3
_REVIEW_COUNT = 0.5
_SURELY = 0.999
_PRECISION = 0.9875
"""What is routed by words is right this often: the wrong ones come in lumps, wordings by another hand are stranger."""
_LEAST_KNOWABLE = 20
Styled = tuple[str, Example | None]
Seen = tuple[Told, Example | None]
"""A text with what the resolver made of it, judged by a model that never saw its wording."""


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
    weights = fitted_to(texts, [*balanced(_of_corpus(resolvers[DEMO])), *real])
    Path(fitted.__file__).write_text(as_module(weights), encoding="utf-8")
    sys.stdout.write(f"{len(texts)} texts; routed from {weights.likely} on\n")
    sys.stdout.writelines(_as_if_tested(texts, weights))


def fitted_to(texts: Sequence[Seen], others: Sequence[Example]) -> Weights:
    """Weights and thresholds: cues from all texts and `others`, the rest from what testing would ask.

    What is routed is decided by the file that was read last, the weights fitted without the wordings they judge.
    """
    weights = _fit(texts, others)
    plain = [example for example in balanced(_styled(texts)) if weights.factors.keys().isdisjoint(example.cues)]
    likely = _threshold(_judged_apart(texts, others))
    return replace(weights, likely=likely, plain=choose_threshold(plain, weights))


def _fit(texts: Sequence[Seen], others: Sequence[Example]) -> Weights:
    asked = _as_asked(texts)
    one_store = [(each, example) for each, example in asked if style_as_asked(each) != TWO_STORES]
    return fit_weights([*_to_fit(texts), *others], ARGUED, _examples(one_store))


def _judged_apart(texts: Sequence[Seen], others: Sequence[Example]) -> Iterator[tuple[Told, Example | None, float]]:
    """The texts of the file that was read last with their confidences: each half of its wordings by weights without it."""
    for half in (0, 1):
        held = [pair for pair in texts if pair[0].source == READ_LAST and _half_of(pair[0]) == half]
        weights = _fit([pair for pair in texts if pair[0].source != READ_LAST or _half_of(pair[0]) != half], others)
        for each, example in held:
            yield each, example, confidence_of(example, weights) if example else 0.0


def _half_of(told: Told) -> int:
    return hashlib.sha256(told.asked.wording.encode()).digest()[1] & 1


def _threshold(judged: Iterable[tuple[Told, Example | None, float]]) -> float:
    """The confidence from which on texts keep what is promised of right stores and of no stores."""
    judged = list(judged)
    counted = zip(judged, weigh_as_asked([told for told, _, _ in judged]), strict=True)
    known = [(told, example, confidence, count) for (told, example, confidence), count in counted if count]
    rightly = [(confidence, replace(example, counts=100 * count)) for _, example, confidence, count in known if example]
    nowhere = [(count, confidence) for told, _, confidence, count in known if _is_nowhere(told)]
    return max(threshold_for(rightly, precision=_PRECISION), threshold_above(nowhere))


def _trained(told: Sequence[Told]) -> tuple[Aboutness, Mapping[str, Aboutness]]:
    """The model of all texts, and for each part one that never saw it; all calibrated to wordings that were not seen."""
    learned = to_learn_from(told)
    unseen = {
        part: train_aboutness([said for said in learned if part_of(said.source, said.wording) != part])
        for part in sorted({part_of(said.source, said.wording) for said in learned})
    }
    judged = [
        (verdict_on(each.said[0], unseen[each.part]).chance, each.said[0].about is About.STORE, count)
        for each, count in zip(told, weigh_as_asked(told), strict=True)
        if each.said and count and style_as_asked(each) != TWO_STORES
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


def _styled(texts: Iterable[Seen]) -> Iterator[Styled]:
    return ((each.asked.style, example) for each, example in texts)


def _to_fit(texts: Sequence[Seen]) -> list[Example]:
    """What testing would ask counts most; texts about two stores less, of them half is right whatever is said."""
    asked = [
        replace(example, counts=example.counts * _TWO_COUNT) if style_as_asked(each) == TWO_STORES else example
        for each, example in _as_asked(texts)
        if example
    ]
    facts = [(each.asked.style, example) for each, example in texts if each.source in AS_ASKED and _is_a_fact(each)]
    more = [(each.asked.style, example) for each, example in texts if each.source not in AS_ASKED]
    return [*asked, *balanced(facts), *balanced(more, per_style=100 * _MORE_COUNT)]


def _is_a_fact(told: Told) -> bool:
    return told.asked.kind == "identity"


def _counted(texts: Sequence[Seen]) -> Iterator[tuple[Seen, float]]:
    """Texts with what they count as testing would count them."""
    return zip(texts, weigh_as_asked([each for each, _ in texts]), strict=True)


def _as_asked(texts: Sequence[Seen]) -> list[Seen]:
    """What testing would ask, as it would count it."""
    return [
        (each, replace(example, counts=100 * count) if example else None)
        for (each, example), count in _counted(texts)
        if count
    ]


def _examples(texts: Iterable[Seen]) -> list[Example]:
    return [example for _, example in texts if example]


def _is_nowhere(told: Told) -> bool:
    return told.asked.kind == "nowhere" and style_as_asked(told) != TWO_STORES


def _as_if_tested(texts: Sequence[Seen], weights: Weights) -> Iterator[str]:
    """What the wordings come to when they were not learned, by file and style: what floors.yaml is set from."""
    for file in sorted(AS_ASKED):
        asked = [(each, example) for each, example in _as_asked(texts) if each.source == file]
        yield f"{file}: {_overall(asked, weights)}\n"
        by_style = defaultdict[str, list[tuple[str, bool]]](list)
        for each, example in asked:
            if each.asked.is_knowable:
                by_style[each.asked.style].append((each.asked.wording, _is_routed(example, weights)))
        for style, seen_of in by_style.items():
            share = sum(routed for _, routed in seen_of) / len(seen_of)
            wordings = len({wording for wording, _ in seen_of})
            floor = f", floor {floor_for(share, wordings):.2f}" if file == READ_LAST else ""
            yield f"  {style}: {share:.1%} of {len(seen_of)} in {wordings} wordings{floor}\n"


def _overall(asked: Sequence[Seen], weights: Weights) -> str:
    """Coverage, precision, texts about no store sent and calibration error of one file, every style weighing the same."""
    by_style = defaultdict[str, list[Seen]](list)
    for each, example in asked:
        by_style[each.asked.style].append((each, example))
    sent, right, covered, nowhere = 0.0, 0.0, list[float](), list[float]()
    for own in by_style.values():
        routed = [example for _, example in own if example and _is_routed(example, weights)]
        knowable = [_is_routed(example, weights) for each, example in own if each.asked.is_knowable]
        sent += len(routed) / len(own)
        right += sum(example.right > _SURELY for example in routed) / len(own)
        if len(knowable) >= _LEAST_KNOWABLE:
            covered.append(sum(knowable) / len(knowable))
        if own[0][0].asked.kind == "nowhere":
            nowhere.append(len(routed) / len(own))
    judged = [
        (confidence_of(example, weights), example)
        for each, example in asked
        if example and style_as_asked(each) != TWO_STORES
    ]
    return (
        f"coverage {sum(covered) / len(covered):.1%}, precision {right / sent:.1%}, "
        f"about no store, yet routed {sum(nowhere) / len(nowhere):.2%}, calibration error {_calibration_error(judged):.3f}"
    )


def floor_for(share: float, wordings: int) -> float:
    """The floor of a style: Wilson's lower bound on its wordings (the texts of one stand and fall together), in steps of 0.05."""
    return int(wilson(share, wordings).low * 20) / 20


def _is_routed(example: Example | None, weights: Weights) -> bool:
    return example is not None and confidence_of(example, weights) >= weights.threshold(example.cues)


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
