"""How often the resolver is right about the demo's mentions, by how the customer says where."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from localcare.demo.brand import DemoStore
from localcare.demo.corpus import load_corpus
from localcare.mentions.core import Place as TaggedPlace
from localcare.stores.core.resolve import Answer, Place, Question, Resolver

_BY_TAG_ALONE = ("tag", "coordinates")


@dataclass(frozen=True, slots=True)
class DrawnMention:
    """What a customer writes, the store on whose ground it was written, and how (if at all) the mention says so."""

    text: str
    store: DemoStore
    named_by: str | None
    place: TaggedPlace | None


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1; `by_style` gives coverage, precision and the count for each way of saying where."""

    coverage: float
    precision: float
    wrong_rate: float
    asked: int
    by_style: Mapping[str, Mapping[str, float]]


def draw_mentions(stores: Sequence[DemoStore], *, page_kind: str, seed: int = 2) -> Iterator[DrawnMention]:
    """Mentions without end, each about a store drawn evenly."""
    rng, corpus = random.Random(seed), load_corpus()
    while True:
        store = rng.choice(stores)
        drawn = corpus.draw(rng, page_kind=page_kind, store=store)
        yield DrawnMention(drawn.text, store, drawn.named_by, drawn.place)


def says_where_in_words(mention: DrawnMention) -> bool:
    """Whether the text itself names the place."""
    return mention.named_by is not None and mention.named_by not in _BY_TAG_ALONE


def measure_quality(resolver: Resolver, stores: Sequence[DemoStore], count: int) -> Quality:
    """Ask about `count` mentions of the brand Page that say where."""
    told = (mention for mention in draw_mentions(stores, page_kind="brand") if mention.named_by is not None)
    outcomes: Counter[tuple[str, str]] = Counter()
    for mention in islice(told, count):
        answer = resolver.resolve(Question("", mention.text, place=_place(mention.place)))
        outcomes[mention.named_by or "", _outcome(answer, mention.store)] += 1
    styles = sorted({style for style, _ in outcomes})
    return Quality(
        coverage=_coverage(outcomes, styles),
        precision=_precision(outcomes, styles),
        wrong_rate=round(_count(outcomes, styles, "wrong") / count, 4),
        asked=count,
        by_style={
            style: {
                "coverage": _coverage(outcomes, [style]),
                "precision": _precision(outcomes, [style]),
                "asked": _count(outcomes, [style], "right", "wrong", "unanswered"),
            }
            for style in styles
        },
    )


def _outcome(answer: Answer, truth: DemoStore) -> str:
    if answer.store_id is None:
        return "unanswered"
    return "right" if answer.candidates[0].number == truth.store_number else "wrong"


def _coverage(outcomes: Counter[tuple[str, str]], styles: Sequence[str]) -> float:
    asked = _count(outcomes, styles, "right", "wrong", "unanswered")
    return round(_count(outcomes, styles, "right", "wrong") / asked, 4)


def _precision(outcomes: Counter[tuple[str, str]], styles: Sequence[str]) -> float:
    answered = _count(outcomes, styles, "right", "wrong")
    return round(_count(outcomes, styles, "right") / answered, 4) if answered else 1.0


def _count(outcomes: Counter[tuple[str, str]], styles: Sequence[str], *kinds: str) -> int:
    return sum(outcomes[style, kind] for style in styles for kind in kinds)


def _place(place: TaggedPlace | None) -> Place | None:
    return Place(**{name: getattr(place, name) for name in place.__slots__}) if place else None
