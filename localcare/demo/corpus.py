"""What the demo's customers write: hand-written lines, filled with places and people, in real proportions.

Every line carries what a careful reader expects triage to say about it. Nothing here was used to tune the rules or the model.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from localcare.demo.brand import DemoStore
from localcare.demo.flourish import flourish
from localcare.demo.reading import list_names, read_text, read_yaml
from localcare.demo.slots import Parts, Scene, Slots, load_slots, parse
from localcare.mentions.core import Place

ACTIONABLE_SHARE = 0.115  # about one mention in nine needs an answer
_PHOTO_SHARE = 0.6
_SUFFIX_SHARE = 0.6
_LEAD_IN_SHARE = 0.45
_LEAD_IN_LENGTHS = range(13, 90)
_FCC_WEIGHT = 0.3
_FCC_PREFIX = "fcc-"
_KIND_WEIGHTS = {"comment": 40, "review": 25, "post": 20, "message": 12, "mention": 5}
_SPANISH_SHARE = {"PR": 0.9, "TX": 0.16, "CA": 0.16, "FL": 0.16, "AZ": 0.14, "NM": 0.16, "NV": 0.14}
_SPANISH_SHARE |= {"NY": 0.08, "NJ": 0.08, "IL": 0.08, "CO": 0.08}
_SPANISH_ELSEWHERE = 0.03
_NAMES_STORE = frozenset({"at", "place", "Place"})
_NAMED_BY_TEXT = ("name", "street", "zip", "city")
_BY_PLACE = frozenset({"tag", "coordinates"})


@dataclass(frozen=True, slots=True)
class Line:
    """One hand-written text with its slots, where it may appear, and what triage is expected to say."""

    id: str
    text: str
    language: str
    kinds: tuple[str, ...]
    pages: str
    actionable: bool
    topic: str
    tier: int
    matter: str
    sentiment: str
    risks: tuple[str, ...]
    shout_out: bool
    weight: float
    photo: str | None
    parts: Parts

    names_store: bool
    named_by: str | None
    takes_lead_in: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One mention, ready to be sent: `store` is the truth, `named_by` how (if at all) the mention tells it."""

    text: str
    line: Line
    kind: str
    page_kind: str
    store: DemoStore | None
    named_by: str | None
    place: Place | None
    recommends: bool | None
    photo: str | None


@dataclass(frozen=True, slots=True)
class Pool:
    """Lines with the running sum of their weights, for a draw by bisection."""

    lines: tuple[Line, ...]
    cumulative: tuple[float, ...]

    def draw(self, rng: random.Random) -> Line:
        """A line, as often as its weight says."""
        return self.lines[bisect(self.cumulative, rng.random() * self.cumulative[-1])]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All lines, and the ways to draw mentions from them; the same random source gives the same mentions."""

    lines: tuple[Line, ...]
    pools: Mapping[tuple[str, str, bool], Pool]
    slots: Slots

    def draw(
        self,
        rng: random.Random,
        *,
        page_kind: str,
        store: DemoStore | None,
        actionable: bool | None = None,
    ) -> Drawn:
        """A mention on a `store` or `brand` Page; on a store's, `store` is that store, else the one it may be about.

        `actionable` narrows the draw; by default about one in nine needs an answer.
        """
        if page_kind == "store" and store is None:
            raise ValueError("a store's Page needs its store")
        language = self.language(rng, store)
        wanted = rng.random() < ACTIONABLE_SHARE if actionable is None else actionable
        line = self.pools[page_kind, language, wanted].draw(rng)
        return self.write(line, rng, page_kind=page_kind, store=store)

    def write(
        self, line: Line, rng: random.Random, *, page_kind: str, store: DemoStore | None, style: str | None = None
    ) -> Drawn:
        """The mention that comes of one chosen line; on the brand's Page it names its store in that style, if one is given."""
        scene = self._scene(rng, page_kind, store, line.language, style)
        text, named_by = self._text(line, rng, scene, page_kind)
        is_about_store = page_kind == "store" or line.matter == "store" or line.names_store or line.named_by == "name"
        if line.text and not line.risks and not line.id.startswith(_FCC_PREFIX):
            text = flourish(text, rng, language=line.language, sentiment=line.sentiment, is_request=line.actionable)
        kind = _draw_kind(line, rng, page_kind)
        return Drawn(
            text=text,
            line=line,
            kind=kind,
            page_kind=page_kind,
            store=store if is_about_store else None,
            named_by=named_by if is_about_store and store else None,
            place=scene.place if is_about_store else None,
            recommends=_recommends(line, rng) if kind == "review" else None,
            photo=line.photo if line.photo and (not line.text or rng.random() < _PHOTO_SHARE) else None,
        )

    def language(self, rng: random.Random, store: DemoStore | None) -> str:
        """`en` or `es`, as often as the store's state speaks it."""
        share = _SPANISH_SHARE.get(store.state, _SPANISH_ELSEWHERE) if store else 0.1
        return "es" if rng.random() < share else "en"

    def author(self, rng: random.Random, language: str) -> str:
        """An invented customer's name."""
        return self.slots.names.draw(rng, spanish=language == "es" and rng.random() < 0.95)

    def _scene(
        self, rng: random.Random, page_kind: str, store: DemoStore | None, language: str, style: str | None
    ) -> Scene:
        if page_kind == "store" and store is not None:
            return self.slots.scene_on_store_page(rng, store, language)
        return self.slots.scene_on_brand_page(rng, store, language, style)

    def _text(self, line: Line, rng: random.Random, scene: Scene, page_kind: str) -> tuple[str, str | None]:
        text = self.slots.fill(line.parts, rng, scene)
        if line.takes_lead_in and rng.random() < _LEAD_IN_SHARE:
            lead_in = rng.choice(self.slots.lead_ins[line.language, line.sentiment])
            text = self.slots.fill(lead_in, rng, scene) + text
        style = scene.naming.style
        if page_kind == "store" or style in _BY_PLACE:
            return text, "page" if page_kind == "store" else style
        if line.names_store:
            return text, style if style != "none" else None
        can_say_where = line.matter == "store" and style != "none" and line.named_by is None and len(text) > 3
        if can_say_where and rng.random() < _SUFFIX_SHARE:
            return f"{text} ({self.slots.name_place(rng, scene)})", style
        return text, line.named_by


@cache
def load_corpus() -> Corpus:
    """The corpus shipped with the demo."""
    lines = tuple(_read_lines())
    pools = {
        (page_kind, language, actionable): _pool(
            line for line in lines if _fits(line, page_kind, language, actionable=actionable)
        )
        for page_kind in ("store", "brand")
        for language in ("en", "es")
        for actionable in (True, False)
    }
    return Corpus(lines=lines, pools=pools, slots=load_slots())


def _read_lines() -> Iterator[Line]:
    for name in list_names("corpus", ".yaml"):
        content = read_yaml(name)
        for group in content["groups"]:
            defaults = {key: value for key, value in group.items() if key != "lines"} | {
                "language": content["language"]
            }
            for key, entry in group["lines"].items():
                own = {"text": entry} if isinstance(entry, str) else entry
                yield _line(key, defaults | own)
    yield from _fcc_lines()


def _line(key: str, said: Mapping[str, Any]) -> Line:
    parts = parse(said["text"])
    slots = {slot for _literal, slot in parts if slot}
    is_plain_story = not said.get("risks") and "review" in said["kinds"] and said["matter"] == "store"
    return Line(
        id=key,
        text=said["text"],
        language=said["language"],
        kinds=tuple(said["kinds"]),
        pages=said["pages"],
        actionable=said["actionable"],
        topic=said["topic"],
        tier=said["tier"],
        matter=said["matter"],
        sentiment=said["sentiment"],
        risks=tuple(said.get("risks", ())),
        shout_out=said.get("shout_out", False),
        weight=float(said.get("weight", 1)),
        photo=said.get("photo"),
        parts=parts,
        names_store=bool(slots & _NAMES_STORE),
        named_by=next((slot for slot in _NAMED_BY_TEXT if slot in slots), None),
        takes_lead_in=is_plain_story and said["sentiment"] != "neutral" and len(said["text"]) in _LEAD_IN_LENGTHS,
    )


def _fcc_lines() -> Iterator[Line]:
    """Titles of real complaints (public domain) about billing and service, on the brand's Page."""
    for row in csv.DictReader(read_text("fcc_titles.csv").splitlines()):
        said = {
            "language": "en",
            "kinds": ("post", "comment"),
            "pages": "brand",
            "actionable": True,
            "weight": _FCC_WEIGHT,
        }
        said |= {"text": row["title"].replace("{", "").replace("}", ""), "topic": row["topic"], "matter": row["matter"]}
        said |= {"tier": int(row["tier"]), "sentiment": row["sentiment"], "risks": row["risks"].split()}
        yield _line(f"{_FCC_PREFIX}{row['ticket']}", said)


def _pool(lines: Iterable[Line]) -> Pool:
    own: Sequence[Line] = tuple(lines)
    return Pool(lines=tuple(own), cumulative=tuple(accumulate(line.weight for line in own)))


def _fits(line: Line, page_kind: str, language: str, *, actionable: bool) -> bool:
    on_page = line.pages in ("both", page_kind) and bool(_kinds_on(line, page_kind))
    return on_page and line.language == language and line.actionable is actionable


def _kinds_on(line: Line, page_kind: str) -> list[str]:
    """Nobody reviews the brand's own Page: reviews belong to places."""
    return [kind for kind in line.kinds if page_kind == "store" or kind != "review"]


def _draw_kind(line: Line, rng: random.Random, page_kind: str) -> str:
    kinds = _kinds_on(line, page_kind)
    return rng.choices(kinds, weights=[_KIND_WEIGHTS[kind] for kind in kinds])[0]


def _recommends(line: Line, rng: random.Random) -> bool:
    return {"positive": True, "negative": False}.get(line.sentiment, rng.random() < 0.5)
