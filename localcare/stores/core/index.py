"""The directory turned inside out: from a page, number, phone, address, town or name to its stores."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from localcare.stores.core.address import Door, in_short, line_key, split_street, telling_words
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.naming import place_phrases
from localcare.stores.core.nearness import Nearness, is_on_earth
from localcare.stores.core.phrases import (
    Brands,
    Match,
    Phrase,
    PhraseKind,
    Stores,
    automaton,
    gather,
    state_phrases,
)
from localcare.stores.core.standing import Calendar, in_span
from localcare.stores.core.states import state_code
from localcare.stores.core.text import ReadText, phrase
from localcare.stores.core.values import StoreEntry
from localcare.stores.core.vocabulary import STATE_OF_NICKNAME, TOWN_NICKNAMES

_COVER_NOTHING = (PhraseKind.FULL_NAME, PhraseKind.CROSS)
_SHORT = {"saint": "st", "fort": "ft", "mount": "mt"}
_LONG = {short: long for long, short in _SHORT.items()}
NO_STORES: Stores = ()


@dataclass(frozen=True, slots=True)
class PageLink:
    """An entry whose Page it was, and when."""

    store: int
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class DirectoryIndex:
    """Every way into a directory, entries of all periods and closed stores included: positions in `entries`."""

    def __init__(
        self,
        entries: Sequence[StoreEntry],
        brands: Brands,
        gazetteer: Gazetteer,
        region_pages: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.calendar = Calendar(self.entries)
        self.states = [state_code(entry.state) or entry.state for entry in entries]
        self.brand_words = brands.words()
        self.brand_spellings = brands.spellings()
        self._given(region_pages or {})
        doors = [split_street(entry.street) for entry in entries]
        self.by_house = _houses(self.entries, doors)
        self.by_street_line = gather((line, at) for at, entry in enumerate(entries) if (line := line_key(entry.street)))
        self.towns = _towns(self.entries, gazetteer, self.brand_spellings)
        self.town_shares = {town: gazetteer.share_of_town(town, states) for town, states in self.towns.items()}
        self.last_town_words = frozenset(town.rsplit(" ", 1)[-1] for town in self.towns)
        self.is_real_town = gazetteer.is_town
        points = [
            (at, entry.lat, entry.lng)
            for at, entry in enumerate(entries)
            if entry.lat is not None and entry.lng is not None and is_on_earth(entry.lat, entry.lng)
        ]
        self.nearness = Nearness([at for at, *_ in points], [(lat, lng) for _, lat, lng in points])
        found = [
            *place_phrases(self.entries, doors, self.towns, brands, gazetteer),
            *brands.phrases(),
            *state_phrases(),
        ]
        self.brand_keys = frozenset(each.key for each in found if each.kind is PhraseKind.OTHER_BRAND)
        self.hosts = _hosts(self.entries, self.brand_keys)
        self.words = frozenset(word for each in found for word in each.key.split())
        self.run_together = {key.replace(" ", ""): key for key in _taggable(found)}
        self._automaton = automaton(found)

    def pages_on(self, page_id: str | None, when: datetime | None) -> Stores:
        """The entries a Page stood for at a time."""
        links = self.by_page.get((page_id or "").strip(), ())
        found = (link.store for link in links if in_span(link.valid_from, link.valid_to, when))
        return tuple(dict.fromkeys(found)) if links else NO_STORES

    def matches(self, text: ReadText) -> list[Match]:
        """Every phrase in a text that no longer one covers, in order; full names and parts of names cover nothing."""
        found: list[Match] = []
        whole: list[Match] = []
        for end, phrases in self._automaton.iter(text.words):
            start = end - len(phrases[0].key)
            if phrases[0].kind in _COVER_NOTHING and len(phrases) == 1:
                whole.extend(Match(each, start, end) for each in phrases)
                continue
            while found and start <= found[-1].start:
                found.pop()
            if not found or end > found[-1].end:
                found.extend(Match(each, start, end) for each in phrases)
        return [*(each for each in whole if not _is_part_of_any(each, found)), *found] if whole else found

    def _given(self, region_pages: Mapping[str, Sequence[int]]) -> None:
        """What mentions carry as data: Page and place ids, numbers, phones, ZIPs."""
        entries = self.entries
        self.by_page: dict[str, tuple[PageLink, ...]] = {}
        for at, entry in enumerate(entries):
            spans = ((span.page_id, PageLink(at, span.valid_from, span.valid_to)) for span in entry.pages)
            always = ((page, PageLink(at)) for page in entry.page_ids)
            for page, link in (*spans, *always):
                self.by_page[page] = (*self.by_page.get(page, ()), link)
        self.by_place = gather((a.words, at) for at, e in enumerate(entries) for a in e.aliases if a.kind == "place-id")
        self.by_number = _numbers(entries)
        self.by_id = {entry.id: NO_STORES for entry in entries}
        for at, entry in enumerate(entries):
            self.by_id[entry.id] = (*self.by_id[entry.id], at)
        self.by_phone = gather(
            (digits, at) for at, entry in enumerate(entries) for phone in _phones(entry) if (digits := last_ten(phone))
        )
        self.by_zip = gather((zip_key(entry.zip), at) for at, entry in enumerate(entries) if entry.zip)
        self.by_region_page = {
            page: tuple(at for store in stores for at in self.by_id.get(store, ()))
            for page, stores in region_pages.items()
        }


def _is_part_of_any(match: Match, longer: Sequence[Match]) -> bool:
    """Whether a match lies inside a longer one: "monica" in "santa monica"."""
    return any(
        each.start <= match.start and match.end <= each.end and each.end - each.start > match.end - match.start
        for each in longer
    )


def zip_key(zip_code: str | None) -> str:
    """The five digits of a ZIP; zeros that a spreadsheet dropped at its front come back."""
    first = (zip_code or "").strip().split("-")[0][:5]
    return first.zfill(5) if first.isdigit() and len(first) >= 3 else first


def last_ten(phone: str | None) -> str | None:
    """What two spellings of a phone number have in common."""
    digits = "".join(c for c in phone or "" if c.isdigit())
    return digits[-10:] if len(digits) >= 7 else None


def town_keys(name: str) -> list[str]:
    """A town's name and its other spellings: "saint louis", "st louis"."""
    words = name.split()
    short = " ".join(_SHORT.get(word, word) for word in words)
    long = " ".join(_LONG.get(word, word) for word in words)
    return list(dict.fromkeys((name, short, long)))


def _phones(entry: StoreEntry) -> list[str | None]:
    return [entry.phone, *(alias.words for alias in entry.aliases if alias.kind == "phone")]


def _hosts(entries: Sequence[StoreEntry], brands: Collection[str]) -> dict[str, Stores]:
    """Stores inside another chain's shop, by its name, where their own name or street line says so."""
    finder = automaton([Phrase(PhraseKind.OTHER_BRAND, brand) for brand in brands])
    lines = (f" {phrase(' '.join(filter(None, (entry.name, entry.street))))} " for entry in entries)
    return (
        gather((found[0].key, at) for at, line in enumerate(lines) for _, found in finder.iter(line)) if brands else {}
    )


def _taggable(phrases: Iterable[Phrase]) -> list[str]:
    """What a hashtag may run together, towns last, so that a town wins over a street of its name."""
    named = [each for each in phrases if each.kind <= PhraseKind.STREET and " " in each.key]
    return [each.key for each in sorted(named, key=lambda each: -each.kind)]


def _numbers(entries: Sequence[StoreEntry]) -> dict[str, Stores]:
    """Numbers as spelled first; in lower case and without leading zeros where that names one store only.

    A number that no store has any more still names the one that had it last, or into which the one that had it was merged:
    people read it on old receipts.
    """
    numbers = gather((entry.number, at) for at, entry in enumerate(entries))
    merged = gather((number, at) for at, entry in enumerate(entries) for number in entry.other_numbers)
    numbers = {**merged, **numbers}
    present = {entry.id: at for at, entry in enumerate(entries) if entry.valid_to is None}
    for number, stores in numbers.items():
        if all(entries[at].valid_to is not None for at in stores) and entries[stores[-1]].id in present:
            numbers[number] = (*stores, present[entries[stores[-1]].id])
    loose: dict[str, set[str]] = {}
    for number in numbers:
        loose.setdefault(number.lower().lstrip("0"), set()).add(number)
    for key, spelled in loose.items():
        if key and len(spelled) == 1:
            numbers.setdefault(key, numbers[next(iter(spelled))])
    return numbers


def _houses(entries: Sequence[StoreEntry], doors: Sequence[Door | None]) -> dict[str, dict[str, Stores]]:
    found: dict[str, dict[str, list[int]]] = {}
    for at, entry in enumerate(entries):
        others = [split_street(alias.words) for alias in entry.aliases if alias.kind == "address"]
        for door in filter(None, (doors[at], *others)):
            found.setdefault(door[0], {}).setdefault(in_short(telling_words(door[1])), []).append(at)
    return {number: {street: tuple(at) for street, at in streets.items()} for number, streets in found.items()}


def _towns(
    entries: Sequence[StoreEntry], gazetteer: Gazetteer, brand_spellings: Container[str]
) -> dict[str, dict[str, Stores]]:
    """Stores by town and state; a store also stands in the town its ZIP belongs to, however its own file calls it."""
    found: dict[str, dict[str, list[int]]] = {}
    key_of = cache(phrase)  # towns repeat
    for at, entry in enumerate(entries):
        area = gazetteer.find_zip(zip_key(entry.zip))
        state = state_code(entry.state) or entry.state or (area.state if area else "")
        for name in {key_of(entry.city or ""), key_of(area.city) if area else ""} - {""}:
            for key in town_keys(name):
                inside = found.setdefault(key, {}).setdefault(state, [])
                if at not in inside[-1:]:
                    inside.append(at)
    for nickname, town in TOWN_NICKNAMES.items():
        state = STATE_OF_NICKNAME.get(nickname, "")
        if nickname not in found and state in found.get(town, {}):
            found[nickname] = {state: found[town][state]}
    for spelling in [town for town in found if town.replace(" ", "") in brand_spellings]:
        del found[spelling]
    return {town: {state: tuple(at) for state, at in states.items()} for town, states in found.items()}
