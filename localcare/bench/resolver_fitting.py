"""`python -m localcare.bench.resolver_fitting`: fits the resolver's cues and writes localcare/stores/core/fitted.py.

Fitted to the tuning texts (half of the stores, templates that testing never sees), to mentions of the demo's corpus, and to
real reviews that do not say where they are, when LOCALCARE_EVAL_DATA names a folder that has them. Seeded throughout.
"""

import csv
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from localcare.bench.quality.corpus import draw_mentions
from localcare.bench.quality.directories import DEMO, load_directories
from localcare.bench.quality.texts import Asked, draw_texts
from localcare.demo.brand import load_brand
from localcare.stores.core import fitted
from localcare.stores.core.argued import ARGUED
from localcare.stores.core.calibration import Weights
from localcare.stores.core.resolve import Question, Resolver
from localcare.stores.core.weighing import Weighed
from localcare.stores.fitting import Example, as_module, balanced, choose_threshold, example_of, fit_weights

_TEXTS, _MENTIONS, _REVIEWS = 80, 3_000, 5_000
_LOOKED_AT = 60  # stores of one text, to see how many share the first place
_TIED = 0.93
_LEAST = 1e-3  # confidences are rounded
_TWO_STORES, _TWO_COUNT = "two_stores", 0.4
Styled = tuple[str, Example | None]


def main() -> None:
    """Fit and write."""
    folder = os.environ.get("LOCALCARE_EVAL_DATA")
    eval_data = Path(folder) if folder else None
    directories = load_directories(eval_data)
    resolvers = {directory.shop: directory.resolver() for directory in directories}
    kinds, texts = {}, []
    for asked in draw_texts(directories, "tuning", per_style=_TEXTS):
        kinds[asked.style] = asked.kind
        texts.append((asked.style, _of_text(asked, resolvers[asked.shop])))
    others = [*_of_corpus(resolvers[DEMO]), *_of_reviews(resolvers, eval_data)]
    weights = _fit(texts, others)
    judged = balanced([(style, example) for style, example in texts if kinds[style] != "identity"])
    weights = Weights(weights.cues, choose_threshold(judged, weights))
    Path(fitted.__file__).write_text(as_module(weights), encoding="utf-8")
    sys.stdout.write(f"{len(texts)} texts, {len(others)} others; routed from {weights.likely} on\n")


def _fit(texts: Sequence[Styled], others: Sequence[Styled]) -> Weights:
    """Texts about two stores count less: of them half is right whatever is said."""
    plain = balanced([*((style, each) for style, each in texts if style != _TWO_STORES), *others])
    two = [(style, each) for style, each in texts if style == _TWO_STORES]
    return fit_weights([*plain, *balanced(two, per_style=100 * _TWO_COUNT)], ARGUED)


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
