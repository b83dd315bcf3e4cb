"""Mentions drawn from the demo's corpus, which know the store they were written about."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from localcare.bench.quality.measures import Share, wilson
from localcare.demo.brand import DemoStore
from localcare.demo.corpus import load_corpus
from localcare.mentions.core import Place as TaggedPlace
from localcare.stores.core.resolve import Place, Question, Resolver

_BY_TAG_ALONE = ("tag", "coordinates")


@dataclass(frozen=True, slots=True)
class DrawnMention:
    """What a customer writes, the store on whose ground it was written, and how (if at all) the mention says so."""

    text: str
    store: DemoStore
    named_by: str | None
    place: TaggedPlace | None


@dataclass(frozen=True, slots=True)
class CorpusFigures:
    """Mentions of the brand Page that say where, with the place they tag if they do."""

    asked: int
    coverage: Share
    precision: Share


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


def ask_corpus(resolver: Resolver, stores: Sequence[DemoStore], count: int) -> CorpusFigures:
    """Ask about `count` mentions of the brand Page that say where."""
    told = (mention for mention in draw_mentions(stores, page_kind="brand") if mention.named_by is not None)
    mentions = list(islice(told, count))
    answers = resolver.resolve_many([Question("", each.text, place=_place(each.place)) for each in mentions])
    routed = [(answer, each) for answer, each in zip(answers, mentions, strict=True) if answer.store_id is not None]
    right = sum(answer.candidates[0].number == each.store.store_number for answer, each in routed)
    return CorpusFigures(
        asked=count,
        coverage=wilson(len(routed) / count, count),
        precision=wilson(right / len(routed) if routed else 0.0, len(routed)),
    )


def _place(place: TaggedPlace | None) -> Place | None:
    return Place(**{name: getattr(place, name) for name in place.__slots__}) if place else None
