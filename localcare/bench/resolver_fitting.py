"""`python -m localcare.bench.resolver_fitting`: trains what texts are about (stores/artefact/aboutness.npz) and fits
the resolver's cues (stores/core/fitted.py). Some minutes.

Fitted to the tuning texts (half of the stores, templates that testing never sees), to mentions of the demo's corpus, and to
real reviews that do not say where they are, when LOCALCARE_EVAL_DATA names a folder that has them. Seeded throughout.
"""

import csv
import os
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path

from localcare.bench.aboutness_fitting import Told, told_texts
from localcare.bench.quality.corpus import draw_mentions
from localcare.bench.quality.directories import DEMO, load_directories
from localcare.bench.quality.templates import load_templates
from localcare.bench.quality.texts import Asked
from localcare.demo.brand import load_brand
from localcare.stores.aboutness import load_aboutness, write_aboutness
from localcare.stores.core import fitted
from localcare.stores.core.aboutness import ABOUT, SEVERAL, About
from localcare.stores.core.argued import ARGUED
from localcare.stores.core.resolve import Question, Resolver
from localcare.stores.core.weighing import Weighed
from localcare.stores.fitting import (
    Example,
    as_module,
    balanced,
    choose_threshold,
    example_of,
    fit_weights,
    threshold_against,
)
from localcare.stores.fitting_aboutness import train_aboutness, verdicts_left_out

_MENTIONS, _REVIEWS = 3_000, 5_000
_LOOKED_AT = 60  # stores of one text, to see how many share the first place
_TIED = 0.93
_LEAST = 1e-3  # confidences are rounded
_TWO_STORES, _TWO_COUNT = "two_stores", 0.4
_MORE_COUNT = 0.3
Styled = tuple[str, Example | None]


def main() -> None:
    """Train what texts are about, fit the cues, write both."""
    folder = os.environ.get("LOCALCARE_EVAL_DATA")
    eval_data = Path(folder) if folder else None
    directories = load_directories(eval_data)
    told = told_texts(directories, {directory.shop: directory.resolver().reader for directory in directories})
    write_aboutness(train_aboutness([said for each in told for said in each.said]))
    load_aboutness.cache_clear()
    resolvers = {directory.shop: directory.resolver() for directory in directories}
    texts = list(_as_if_unseen(told, resolvers))
    others = [*_of_corpus(resolvers[DEMO]), *_of_reviews(resolvers, eval_data)]
    weights = fit_weights([*_by_style(texts), *balanced(others)], ARGUED)
    nowhere = [(asked.style, example) for asked, example in texts if asked.kind == "nowhere"]
    likely = max(choose_threshold(_by_style(texts, judged=True), weights), threshold_against(nowhere, weights))
    weights = replace(weights, likely=likely)
    Path(fitted.__file__).write_text(as_module(weights), encoding="utf-8")
    sys.stdout.write(f"{len(texts)} texts, {len(others)} others; routed from {weights.likely} on\n")


def _as_if_unseen(told: Sequence[Told], resolvers: Mapping[str, Resolver]) -> Iterator[tuple[Asked, Example | None]]:
    """Examples in which what a text is about is said by a model that never saw its wording."""
    verdicts = verdicts_left_out([said for each in told for said in each.said])
    ends = accumulate(len(each.said) for each in told)
    for each, end in zip(told, ends, strict=True):
        example = _of_text(each.asked, resolvers[each.asked.shop])
        if example and each.said:
            unseen = verdicts[end - len(each.said)].cues
            is_judged = any(cue.startswith(ABOUT) for cue in example.cues)
            others = tuple(cue for cue in example.cues if not cue.startswith(ABOUT) and cue != SEVERAL)
            cues = (*others, *unseen) if is_judged else example.cues
            example = replace(example, cues=cues, about=each.said[0].about is About.STORE)
        yield each.asked, example


def _by_style(texts: Iterable[tuple[Asked, Example | None]], *, judged: bool = False) -> list[Example]:
    """Styles of tuning.yaml count most; those about two stores less, of them half is right whatever is said.

    `judged`: as the evaluation counts, without facts.
    """
    main = load_templates("tuning").styles
    kept = [(asked.style, example) for asked, example in texts if not (judged and asked.kind == "identity")]
    plain = balanced((style, each) for style, each in kept if style in main and (judged or style != _TWO_STORES))
    more = balanced(((style, each) for style, each in kept if style not in main), per_style=100 * _MORE_COUNT)
    two = [] if judged else balanced([pair for pair in kept if pair[0] == _TWO_STORES], per_style=100 * _TWO_COUNT)
    return [*plain, *more, *two]


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


def _of_reviews(resolvers: Mapping[str, Resolver], eval_data: Path | None) -> Iterator[Styled]:
    file = eval_data / "reviews" / "mcdonalds_reviews.csv" if eval_data else None
    if file is None or not file.is_file():
        return
    with (file.with_name("mcdonalds_place_cues.csv")).open(encoding="utf-8") as cued:
        placed = {row["review"] for row in csv.DictReader(cued)}
    with file.open(encoding="utf-8") as rows:
        texts = sorted({row["review"] for row in csv.DictReader(rows)} - placed)
    for text in random.Random(3).sample(texts, _REVIEWS):
        yield "reviews", example_of(resolvers["mcdonalds"].weigh(Question("", text)), likelihood=0.0)


def _first_place(weighed: Sequence[Weighed], resolver: Resolver) -> tuple[list[str], float, float]:
    """The numbers of the stores that share the first place, their joint share and the first one's."""
    shares = [each.share for each in weighed]
    tied = [at for at, share in enumerate(shares) if share >= _TIED * shares[0]]
    return [resolver.store_at(weighed[at].store).number for at in tied], sum(shares[at] for at in tied), shares[0]


if __name__ == "__main__":
    main()
