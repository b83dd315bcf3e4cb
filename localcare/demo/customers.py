"""Who writes what where: stores differ in how busy and how good they are, and what is said of them follows."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from localcare.demo.brand import DemoBrand, DemoStore
from localcare.demo.corpus import Corpus, Drawn, Line

STORE_PAGE_SHARE = 0.62
_FEATURED_TRAFFIC = 30.0
_FEATURED_GOODNESS = 0.72
_TRIES = 4
_AUTHORS_WHO_COME_BACK = 0.06
_KNOWN_AUTHORS = 4_000


@dataclass(frozen=True, slots=True)
class Character:
    """How a store is: `traffic` weighs how often it is written about, `goodness` (0 to 1) what is said, and how it answers."""

    traffic: float
    goodness: float


@dataclass(frozen=True, slots=True)
class Saying:
    """One mention as a customer is about to write it."""

    drawn: Drawn
    author: str
    page_id: str
    store: DemoStore

    @property
    def line(self) -> Line:
        """The hand-written line it comes of."""
        return self.drawn.line


@dataclass(frozen=True)
class Customers:
    """The customers of a brand; the same random source lets the same ones say the same things."""

    brand: DemoBrand
    corpus: Corpus
    rng: random.Random

    def speak(self, *, store: DemoStore | None = None, actionable: bool | None = None) -> Saying:
        """The next mention, of one store if it is given: what is said of a good store is rather good."""
        about = store or self.draw_store()
        page_kind = "store" if store or self.rng.random() < STORE_PAGE_SHARE else "brand"
        character = self.characters[about.store_number]
        for _ in range(_TRIES):
            drawn = self.corpus.draw(self.rng, page_kind=page_kind, store=about, actionable=actionable)
            says_something = drawn.photo or drawn.text.strip()
            if says_something and self.rng.random() < _likelihood(drawn.line.sentiment, character.goodness):
                break
        return self.sign(drawn, about)

    def speak_of(
        self, store: DemoStore, fits: Callable[[Line], bool], *, page_kind: str, style: str | None = None
    ) -> Saying:
        """A mention of that store, or of the brand near it, whose line fits; any when none does. See Corpus.write for `style`."""
        language = self.corpus.language(self.rng, store)
        every = self.corpus.pools[page_kind, language, True].lines
        line = self.rng.choice([line for line in every if fits(line)] or list(every))
        return self.sign(self.corpus.write(line, self.rng, page_kind=page_kind, store=store, style=style), store)

    def sign(self, drawn: Drawn, about: DemoStore) -> Saying:
        """The mention with a name under it; now and then it is somebody who has written before."""
        if self._authors and self.rng.random() < _AUTHORS_WHO_COME_BACK:
            author = self.rng.choice(self._authors)
        else:
            author = self.corpus.author(self.rng, drawn.line.language)
            self._authors.append(author)
            del self._authors[:-_KNOWN_AUTHORS]
        page_id = about.page_id if drawn.page_kind == "store" else self.brand.brand_page_id
        return Saying(drawn, author, page_id, about)

    def draw_store(self) -> DemoStore:
        """A store, as often as its traffic says."""
        stores, cumulative = self._stores_by_traffic
        return stores[bisect(cumulative, self.rng.random() * cumulative[-1])]

    @cached_property
    def characters(self) -> Mapping[str, Character]:
        """By store number; the same in every run, whatever else is drawn."""
        characters = {store.store_number: draw_character(store.store_number) for store in self.brand.stores}
        characters[self.brand.featured_store.store_number] = Character(_FEATURED_TRAFFIC, _FEATURED_GOODNESS)
        return characters

    @cached_property
    def _authors(self) -> list[str]:
        return []

    @cached_property
    def _stores_by_traffic(self) -> tuple[list[DemoStore], list[float]]:
        stores = self.brand.open_stores
        return stores, list(accumulate(self.characters[store.store_number].traffic for store in stores))


def draw_character(store_number: str) -> Character:
    """A store's character: few are very busy, most are good, some are not."""
    rng = random.Random(f"character of {store_number}")
    return Character(traffic=min(rng.lognormvariate(0.0, 1.1), 25.0), goodness=rng.betavariate(4.0, 1.8))


def _likelihood(sentiment: str, goodness: float) -> float:
    match sentiment:
        case "positive":
            return 0.25 + 0.75 * goodness
        case "negative":
            return 1.0 - 0.8 * goodness
        case _:
            return 0.8
