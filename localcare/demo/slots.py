"""Fills the slots of a demo text: places and associates from the store, everything else from data/slots.yaml."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from string import Formatter

from localcare.demo.brand import BRAND_NAME, DemoStore
from localcare.demo.geography import street_name, street_with_suffix
from localcare.demo.names import Names, load_names
from localcare.demo.reading import read_yaml
from localcare.mentions.core import Place
from localcare.web.words import capital_first

Parts = tuple[tuple[str, str | None], ...]
Values = Mapping[str, tuple[str, ...]]

_TEAM_SIZE = 7
_NEARBY_DEGREES = 0.0008
_BY_PLACE_ONLY = frozenset({"tag", "coordinates"})
_PHRASES = frozenset({"at", "place", "Place"})
_PLACE: Parts = (("", "place"),)


@dataclass(frozen=True, slots=True)
class Naming:
    """One way in which customers name a store: after a verb (`at`) and as a noun phrase (`place`)."""

    style: str
    at: tuple[Parts, ...]
    place: tuple[Parts, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a text plays: the words that stand for its place, how it names the store, and what it is tagged with."""

    language: str
    words: Mapping[str, str]
    team: tuple[str, ...]
    naming: Naming
    place: Place | None = None
    chosen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slots:
    """The vocabulary of the demo's customers; the same random source gives the same words."""

    values: Mapping[str, Values]
    towns: tuple[tuple[str, str, str], ...]
    namings: Mapping[str, tuple[tuple[Naming, ...], tuple[int, ...]]]
    here: Mapping[str, Naming]
    names: Names
    lead_ins: Mapping[tuple[str, str], tuple[Parts, ...]]
    _words: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = field(default_factory=dict)

    def scene_on_store_page(self, rng: random.Random, store: DemoStore, language: str) -> Scene:
        """On a store's own Page the text seldom says where it is."""
        return self._scene(rng, self.here[language], store, language)

    def scene_on_brand_page(
        self, rng: random.Random, store: DemoStore | None, language: str, style: str | None = None
    ) -> Scene:
        """On the brand's Page a text names the store in one of many ways (in that one, if a style is given), or not at all."""
        namings, cumulative = self.namings[language]
        if store is None or style is not None:
            wanted = style if store else "none"
            return self._scene(rng, next(naming for naming in namings if naming.style == wanted), store, language)
        naming = rng.choices(namings, cum_weights=cumulative)[0]
        if naming.style == "nickname" and not store.nicknames:
            naming = namings[0]
        return self._scene(rng, naming, store, language)

    def fill(self, parts: Parts, rng: random.Random, scene: Scene) -> str:
        """The text with every slot filled; a slot named twice says the same twice."""
        pieces: list[str] = []
        for literal, slot in parts:
            if slot is None:
                pieces.append(literal)
                continue
            if slot not in scene.chosen:
                scene.chosen[slot] = self._value(slot, rng, scene)
            value = scene.chosen[slot]
            pieces += (_agreeing(literal, value), value)
        return "".join(pieces)

    def name_place(self, rng: random.Random, scene: Scene) -> str:
        """The store as a noun phrase, as this scene names it."""
        return self.fill(_PLACE, rng, scene)

    def _phrase(self, slot: str, rng: random.Random, scene: Scene) -> str:
        options = scene.naming.at if slot == "at" else scene.naming.place
        phrase = self.fill(rng.choice(options), rng, scene)
        return capital_first(phrase) if slot == "Place" else phrase

    def _scene(self, rng: random.Random, naming: Naming, store: DemoStore | None, language: str) -> Scene:
        words, team = self._words_of(rng, store)
        return Scene(language, words, team, naming, _tag(rng, store, naming.style))

    def _words_of(self, rng: random.Random, store: DemoStore | None) -> tuple[Mapping[str, str], tuple[str, ...]]:
        if store is None:
            city, state, zip_code = rng.choice(self.towns)
            return {"city": city, "state": state, "zip": zip_code, "street": "Main St", "name": BRAND_NAME}, ()
        if store.store_number not in self._words:
            self._words[store.store_number] = (_words_for(store), self._team(store))
        return self._words[store.store_number]

    def _team(self, store: DemoStore) -> tuple[str, ...]:
        """The same associates every time, so that praise gathers on the same names."""
        rng = random.Random(f"team of {store.store_number}")
        spanish = store.state == "PR"
        return tuple({self.names.draw_given(rng, spanish=spanish): None for _ in range(_TEAM_SIZE)})

    def _value(self, slot: str, rng: random.Random, scene: Scene) -> str:
        word = scene.words.get(slot)
        if word is not None:
            return word
        if slot in _PHRASES:
            return self._phrase(slot, rng, scene)
        options = self.values[scene.language].get(slot)
        if options is not None:
            return rng.choice(options)
        return _COMPUTED[slot](self.names, rng, scene)


@cache
def load_slots() -> Slots:
    """The vocabulary shipped with the demo."""
    raw = read_yaml("slots.yaml")
    return Slots(
        values={lang: {slot: tuple(own) for slot, own in (raw["shared"] | raw[lang]).items()} for lang in ("en", "es")},
        towns=tuple((city, state, zip_code) for city, state, zip_code in raw["towns"]),
        namings={lang: _namings(styles) for lang, styles in raw["naming"].items()},
        here={lang: _naming("here", phrases) for lang, phrases in raw["here"].items()},
        names=load_names(),
        lead_ins={
            (lang, sentiment): tuple(map(parse, texts))
            for lang, by_sentiment in raw["lead_ins"].items()
            for sentiment, texts in by_sentiment.items()
        },
    )


def parse(text: str) -> Parts:
    """The text as literals and slot names: `Hi {friend}!` → `(("Hi ", "friend"), ("!", None))`."""
    return tuple((literal, slot) for literal, slot, _spec, _conversion in Formatter().parse(text))


def _agreeing(literal: str, value: str) -> str:
    """The words before a value, with the article it asks for: `on a ` + `iPhone 15` → `on an `."""
    return f"{literal[:-1]}n " if value.startswith("iP") and literal.endswith((" a ", "A ")) else literal


def _namings(styles: Mapping[str, dict[str, object]]) -> tuple[tuple[Naming, ...], tuple[int, ...]]:
    namings = tuple(_naming(style, phrases) for style, phrases in styles.items())
    return namings, tuple(accumulate(int(str(phrases["weight"])) for phrases in styles.values()))


def _naming(style: str, phrases: Mapping[str, object]) -> Naming:
    at, place = phrases["at"], phrases["place"]
    if not isinstance(at, list) or not isinstance(place, list):
        raise TypeError(f"slots.yaml: naming {style!r} needs a list of `at` and of `place`")
    return Naming(style, tuple(map(parse, at)), tuple(map(parse, place)))


def _words_for(store: DemoStore) -> Mapping[str, str]:
    """Half of the stores are known by the full name of their street, half by the short one."""
    short, full = street_name(store.street), street_with_suffix(store.street)
    return {
        "city": store.city,
        "state": store.state,
        "zip": store.zip,
        "street": full,
        "road": full if int(store.store_number) % 2 else short,
        "address": store.street,
        "number": store.store_number,
        "name": store.name,
        "nickname": store.nicknames.split(";")[0],
    }


def _tag(rng: random.Random, store: DemoStore | None, style: str) -> Place | None:
    if store is None or style not in _BY_PLACE_ONLY:
        return None
    if style == "tag":
        return Place(name=store.name, street=store.street, city=store.city, state=store.state, zip=store.zip)
    latitude = store.latitude + rng.uniform(-_NEARBY_DEGREES, _NEARBY_DEGREES)
    longitude = store.longitude + rng.uniform(-_NEARBY_DEGREES, _NEARBY_DEGREES)
    return Place(lat=round(latitude, 6), lng=round(longitude, 6))


def _dollars(low: int, high: int, rng: random.Random) -> str:
    whole = rng.randint(low, high)
    return f"${whole}" if rng.random() < 0.6 else f"${whole}.{rng.choice((5, 12, 27, 38, 49, 50, 64, 86, 95, 99)):02d}"


def _more_than(slot: str) -> Callable[[Names, random.Random, Scene], str]:
    def more(names: Names, rng: random.Random, scene: Scene) -> str:
        if slot not in scene.chosen:
            scene.chosen[slot] = _COMPUTED[slot](names, rng, scene)
        return f"${int(scene.chosen[slot].lstrip('$').split('.')[0]) + rng.randint(9, 85)}"

    return more


def _associate(names: Names, rng: random.Random, scene: Scene) -> str:
    taken = {scene.chosen.get("associate"), scene.chosen.get("associate2")}
    team = [name for name in scene.team if name not in taken]
    return rng.choice(team) if team else names.draw_given(rng, spanish=scene.language == "es")


def _friend(names: Names, rng: random.Random, scene: Scene) -> str:
    spanish = scene.language == "es"
    return names.draw(rng, spanish=spanish) if rng.random() < 0.65 else names.draw_given(rng, spanish=spanish)


_COMPUTED: Mapping[str, Callable[[Names, random.Random, Scene], str]] = {
    "amount": lambda _names, rng, _scene: _dollars(38, 480, rng),
    "amount2": _more_than("amount"),
    "monthly": lambda _names, rng, _scene: _dollars(45, 190, rng),
    "monthly2": _more_than("monthly"),
    "small": lambda _names, rng, _scene: _dollars(4, 34, rng),
    "order": lambda _names, rng, _scene: f"{rng.choice('ABFKLPW')}{rng.randint(2, 9)}-{rng.randint(10000, 99999)}",
    "last4": lambda _names, rng, _scene: f"{rng.randint(0, 9999):04d}",
    "two": lambda _names, rng, _scene: str(rng.randint(10, 68)),
    "associate": _associate,
    "associate2": _associate,
    "friend": _friend,
    "friend2": _friend,
    "friend3": _friend,
}
