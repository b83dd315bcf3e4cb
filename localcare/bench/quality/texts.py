"""Texts with known truth: templates filled from real stores, seeded, stores for tuning and for testing kept apart."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from localcare.bench.quality.directories import Directory
from localcare.bench.quality.templates import WORDINGS, File, Kind, Split, Style, Templates, load_templates, slots_of
from localcare.bench.quality.truth import Known
from localcare.bench.quality.words import words_of_store

PER_STYLE_AND_SHOP = 60
_SHOWN = 12  # how many equally right stores are kept by number
_MANY = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A text and what is true of it: `fitting` stores fit its words, `right` names them while they are few.

    `store` is the one it was made from: the customer's own, even where the words cannot tell; `wording` the template.
    """

    id: str
    shop: str
    style: str
    kind: Kind
    text: str
    store: str
    right: tuple[str, ...]
    fitting: int
    wording: str

    @property
    def is_knowable(self) -> bool:
        """Whether the words name one store, given the directory."""
        return self.fitting == 1


def draw_texts(
    directories: list[Directory], split: Split, *, per_style: int = PER_STYLE_AND_SHOP, file: File | None = None
) -> list[Asked]:
    """So many texts of every style for each shop, as far as its directory knows what the style speaks of.

    `file` holds the wordings when they are not the split's own.
    """
    templates = load_templates(file or WORDINGS[split])
    return [asked for directory in directories for asked in _of_directory(directory, templates, split, per_style)]


def is_of_split(shop: str, number: str, split: Split) -> bool:
    """Half of the stores are for tuning, half for testing, for good."""
    odd = hashlib.sha256(f"{shop} {number}".encode()).digest()[0] & 1
    return (split == "testing") == bool(odd)


def _of_directory(directory: Directory, templates: Templates, split: Split, per_style: int) -> Iterator[Asked]:
    known = Known(directory.entries)
    own = [at for at, entry in enumerate(directory.entries) if is_of_split(directory.shop, entry.number, split)]
    for name, style in templates.styles.items():
        rng = random.Random(f"{WORDINGS[split]} {directory.shop} {name}")  # new wordings, other stores of the half
        filler = _Filler(known, directory.shop, templates, rng)
        drawn = islice(_distinct(filler, style, _suited(filler, own, style)), per_style)
        for at, (wording, text, store, fitting) in enumerate(drawn):
            numbers = tuple(sorted(directory.entries[each].number for each in fitting))
            shown = numbers if len(numbers) <= _SHOWN else ()
            own_number = "" if style.kind == "nowhere" else directory.entries[store].number
            text_id = f"{directory.shop}-{name}-{at}"
            yield Asked(text_id, directory.shop, name, style.kind, text, own_number, shown, len(numbers), wording)


def _suited(filler: "_Filler", stores: list[int], style: Style) -> list[int]:
    known = filler.known
    if style.needs == "any store":
        return stores
    if style.needs == "corner_where_named":
        rng = random.Random(0)  # misspells towns, which nobody looks at
        return [at for at in stores if "cross" in words_of_store(known, at, filler.shop, rng)] or stores
    return [at for at in stores if len(known.by_city.get((known.entries[at].city or "").lower(), ())) >= _MANY]


def _distinct(filler: "_Filler", style: Style, stores: list[int]) -> Iterator[tuple[str, str, int, frozenset[int]]]:
    texts, seen = style.texts_for(filler.shop), set[str]()
    rng = filler.rng
    shuffled = rng.sample(stores, len(stores))
    other = shuffled[1:] + shuffled[:1]
    for at, (store, second) in enumerate(zip(shuffled, other, strict=True)):
        wording = texts[at % len(texts)]
        filled = filler.fill(wording, store, second)
        if filled is None or filled[0] in seen:
            continue
        seen.add(filled[0])
        text = filled[0].lower() if style.shape == "lower" else filled[0]
        yield wording, text, store, frozenset() if style.kind == "nowhere" else filled[1]


@dataclass(frozen=True, slots=True)
class _Filler:
    known: Known
    shop: str
    templates: Templates
    rng: random.Random

    def fill(self, template: str, store: int, second: int) -> tuple[str, frozenset[int]] | None:
        """The text and the stores that fit it; None when the store lacks a word the template wants."""
        slots = slots_of(template)
        of_first = words_of_store(self.known, store, self.shop, self.rng)
        of_second = words_of_store(self.known, second, self.shop, self.rng) if _speaks_of_two(slots) else {}
        words = self._chosen() | self._home(second) | of_first | {f"{slot}2": said for slot, said in of_second.items()}
        if any(slot not in words for slot in slots) or self._is_misleading(slots, words):
            return None
        fitting = self.known.meant_by(store, slots, of_first)
        if of_second:
            two = [slot.removesuffix("2") for slot in slots if slot.endswith("2")]
            fitting |= self.known.meant_by(second, two, of_second)
        return template.format_map(words), fitting

    def _chosen(self) -> dict[str, str]:
        chosen = {**self.templates.words, **self.templates.shops[self.shop]}
        words = {slot: self.rng.choice(options) for slot, options in chosen.items()}
        return words | {"brandtag": "".join(filter(str.isalnum, words["brand"]))}

    def _home(self, second: int) -> dict[str, str]:
        """Where the customer comes from, which tells nothing about the store."""
        town = self.known.entries[second].city
        return {"hometown": town} if town else {}

    def _is_misleading(self, slots: list[str], words: Mapping[str, str]) -> bool:
        """Whether an invented cross street is after all a road of the town with a store on it."""
        in_town = self.known.by_city.get(words["city"].lower(), frozenset()) if "side" in slots else frozenset()
        return bool(in_town & self.known.on_base(words.get("side", "").lower()))


def _speaks_of_two(slots: list[str]) -> bool:
    return any(slot.endswith("2") for slot in slots)
