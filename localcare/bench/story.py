"""A seeded stream of Meta's deliveries with a fixed mix, written with the demo's corpus and sent to the demo's Pages.

Of the mentions 60 % stand on store Pages and 40 % on the brand's; 5 % are edited, 5 % removed, 3 % answered by the Page
natively; and 10 % of all changes are told a second time. Every text is drawn until it is new, so that hardly two are alike.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson

from localcare.demo.brand import DemoBrand, DemoStore
from localcare.demo.corpus import Corpus, Drawn

STORE_SHARE, EDIT_SHARE, REMOVE_SHARE, ANSWER_SHARE, REPEAT_SHARE = 0.6, 0.05, 0.05, 0.03, 0.1
_MOST_DRAWS = 60
START = datetime(2026, 11, 1, 12, tzinfo=UTC)

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Scene:
    """One mention's place in the stream."""

    page_id: str
    post_id: str
    item: str
    object_id: str
    author_id: str
    author_name: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Story:
    """Tells `mentions` mentions and what happens to them, as entries of deliveries in the order of events."""

    brand: DemoBrand
    corpus: Corpus
    mentions: int
    seed: int = 1

    def entries(self) -> Iterator[Entry]:
        """Every change, one entry each, repeats included."""
        rng = random.Random(self.seed)
        writer = _Writer(rng, self.corpus)
        stores = self.brand.open_stores
        told: list[Entry] = []
        for number in range(self.mentions):
            for entry in self._life_of_one(writer, rng.choice(stores), number):
                told.append(entry)
                yield entry
                if rng.random() < REPEAT_SHARE:
                    yield rng.choice(told[-200:])

    def deliveries(self) -> Iterator[bytes]:
        """The entries as bodies of one to five entries, as Meta batches them."""
        rng = random.Random(self.seed)
        batch: list[Entry] = []
        for entry in self.entries():
            batch.append(entry)
            if rng.random() < 0.6 or len(batch) == 5:
                yield body_of(batch)
                batch = []
        if batch:
            yield body_of(batch)

    def _life_of_one(self, writer: "_Writer", store: DemoStore, number: int) -> Iterator[Entry]:
        rng = writer.rng
        page_kind = "store" if rng.random() < STORE_SHARE else "brand"
        page_id = store.page_id if page_kind == "store" else self.brand.brand_page_id
        scene = _scene(rng, page_id, writer.draw_anew(page_kind, store), number)
        yield _entry(scene, "add")
        if rng.random() < EDIT_SHARE:
            yield _entry(replace(scene, text=writer.draw_anew(page_kind, store).text, at=scene.at + 30), "edited")
        if rng.random() < ANSWER_SHARE:
            yield _entry(_answer(rng, scene), "add")
        if rng.random() < REMOVE_SHARE:
            yield _entry(replace(scene, at=scene.at + 90), "remove")


class _Writer:
    """Draws mentions from the corpus, each with words that were not used before."""

    def __init__(self, rng: random.Random, corpus: Corpus) -> None:
        self.rng = rng
        self._corpus = corpus
        self._used: set[str] = set()

    def draw_anew(self, page_kind: str, store: DemoStore) -> Drawn:
        """A mention in fresh words; when none are found, words used before, so that a long story still ends."""
        drawn = self._corpus.draw(self.rng, page_kind=page_kind, store=store)
        for _ in range(_MOST_DRAWS):
            if drawn.text not in self._used:
                break
            drawn = self._corpus.draw(self.rng, page_kind=page_kind, store=store, actionable=drawn.line.actionable)
        self._used.add(drawn.text)
        return drawn


def body_of(entries: list[Entry]) -> bytes:
    """One delivery's raw body."""
    return orjson.dumps({"object": "page", "entry": entries})


def _scene(rng: random.Random, page_id: str, drawn: Drawn, number: int) -> Scene:
    post_id = f"{page_id}_{rng.randrange(10**14, 10**15)}"
    is_comment = drawn.kind == "comment"
    return Scene(
        page_id=page_id,
        post_id=post_id,
        item="comment" if is_comment else "post",
        object_id=f"{post_id.partition('_')[2]}_{rng.randrange(10**14, 10**15)}" if is_comment else post_id,
        author_id=str(rng.randrange(10**14, 10**15)),
        author_name=f"Customer {number}",
        text=drawn.text,
        at=int(START.timestamp()) + number // 20,
    )


def _answer(rng: random.Random, scene: Scene) -> Scene:
    return replace(
        scene,
        item="comment",
        object_id=f"{scene.post_id.partition('_')[2]}_{rng.randrange(10**14, 10**15)}",
        author_id=scene.page_id,
        author_name="The Page",
        text="Thank you for telling us; we have sent you a message.",
        at=scene.at + 60,
    )


def _entry(scene: Scene, verb: str) -> Entry:
    value: Entry = {
        "item": scene.item,
        "verb": verb,
        "post_id": scene.post_id,
        "from": {"id": scene.author_id, "name": scene.author_name},
    }
    if scene.item == "comment":
        value |= {"comment_id": scene.object_id, "parent_id": scene.post_id}
    if verb != "remove":
        value |= {"message": scene.text, "created_time": scene.at}
    return {"id": scene.page_id, "time": scene.at, "changes": [{"field": "feed", "value": value}]}
