"""Names in a text: of stores and malls, of streets without a house number, of what else people call a place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from localcare.stores.core.address import DIRECTIONS, STREET_TYPES
from localcare.stores.core.context import HERE, Around, Role, Surroundings, role_of
from localcare.stores.core.doors import nearest_in_spelling
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.localities import Localities, Town
from localcare.stores.core.phrases import Match, PhraseKind, Stores
from localcare.stores.core.states import NAME_PHRASES, STATE_NAMES
from localcare.stores.core.values import AliasKind, EvidenceKind
from localcare.stores.core.vocabulary import ARTICLES, EVERYDAY_STREETS, INSIDE_WORDS, NEARBY, ON_WORDS, SHOP_WORDS

_STREET_KINDS = (PhraseKind.STREET, PhraseKind.CROSS)
_WEAK_TYPES = frozenset(["mall", "plaza", "center", "way", "place", "row", "walk"])
_AFTER_ON = DIRECTIONS | {"the", "la", "el", "of"}
_MOST_SHARED = 40  # a name or street of more stores than this tells nothing without a town
_ALIAS_KINDS: dict[AliasKind, EvidenceKind] = {
    "nickname": EvidenceKind.NAME,
    "mall": EvidenceKind.NAME,
    "landmark": EvidenceKind.LANDMARK,
    "neighbourhood": EvidenceKind.NEIGHBOURHOOD,
    "cross-street": EvidenceKind.CROSS_STREET,
}


@dataclass(frozen=True, slots=True)
class TextPlaces:
    """A text with all that was found in it, for the finders of names."""

    matches: Sequence[Match]
    around: Surroundings
    localities: Localities
    index: DirectoryIndex
    corners: frozenset[int]
    """Where (in `ReadText.words`) streets begin that are named as one of two: "Kedzie & 79th"."""

    def role(self, beside: Around) -> Role:
        """What the words around a name make of it."""
        return role_of(beside, self.index.brand_words)

    def located(self, stores: Stores) -> tuple[Stores, bool]:
        """The stores a name may mean beside the towns, ZIPs and states of the text, and whether a town or ZIP agrees."""
        here = self.localities.here
        agreed = tuple(at for at in stores if at in here) if here else ()
        if agreed:
            return tuple(at for at in agreed if not self.localities.is_elsewhere(at)) or agreed, True
        return tuple(at for at in stores if not self.localities.is_elsewhere(at)), False

    def in_other_towns(self, key: str, stores: Stores) -> Stores:
        """Those of some stores that lie in a town the text names, other than the one called so itself."""
        others = {at for town in self.localities.towns if town.key != key and town.role in HERE for at in town.stores}
        zipped = {at for named in self.localities.zips for at in named.stores}
        return tuple(at for at in stores if at in others or at in zipped)

    def is_placed(self, match: Match) -> bool:
        """Whether a name is that of a town with its state or ZIP behind it: "Concord, NC" is no street."""
        return any(town.span == match.span and town.role is Role.PLACED for town in self.localities.towns)

    def is_beside_a_town(self, key: str, stores: Stores) -> bool:
        """Whether all of some stores lie in another town the text names: then its own name is a street there."""
        return bool(stores) and self.in_other_towns(key, stores) == stores


def read_places(
    matches: Sequence[Match], around: Surroundings, localities: Localities, index: DirectoryIndex
) -> TextPlaces:
    """What the finders of names look at."""
    return TextPlaces(matches, around, localities, index, frozenset(_corners(matches, around)))


def _corners(matches: Sequence[Match], around: Surroundings) -> Iterator[int]:
    """Two streets joined by "and", "&", "at" or a slash, each with at most its type in between."""
    streets = sorted({(each.start, each.end) for each in matches if each.phrase.kind in _STREET_KINDS})
    for (start, end), (other, _) in pairwise(streets):
        if around.joins(end, other):
            yield from (start, other)


def find_localities(localities: Localities) -> Iterator[Finding]:
    """Towns, ZIPs and states as findings."""
    for named in localities.zips:
        if named.stores and not named.is_rivals:
            cue = "zip.plain" if named.is_plain else "zip.bare"
            yield Finding(EvidenceKind.ZIP, f"ZIP {named.code} in the text has", named.stores, 6.0, cue, counts=True)
    for town in localities.towns:
        yield from _of_town(town)
    for state in sorted(localities.states):
        yield Finding(EvidenceKind.STATE, f"the text names the state {state}", (), 2.0, "state", state=state)


def _of_town(town: Town) -> Iterator[Finding]:
    if town.role in (Role.RIVAL, Role.PART, Role.NOT):
        return
    cue = f"town.{town.role}" if town.capital or town.role not in HERE else f"town.{town.role}_small"
    weight = {Role.NEAR: 2.0, Role.HOME: 1.0, Role.BARE: 3.0}.get(town.role, 4.0)
    yield Finding(
        EvidenceKind.CITY,
        f"the text names {town.name}, which has",
        town.stores,
        weight,
        cue,
        counts=True,
        span=town.span,
    )


def find_names(places: TextPlaces) -> Iterator[Finding]:
    """A store's, mall's or street's name, when the words around it say that a shop is meant."""
    said: dict[
        int, frozenset[int]
    ] = {}  # the stores on streets found: as a name of only some of them the words add nothing
    for match in places.matches:
        if match.phrase.kind is PhraseKind.STREET:
            for finding in _street(match, places):
                said[match.start] = frozenset(finding.stores)
                yield finding
    for match in places.matches:
        finder = _FINDERS.get(match.phrase.kind)
        is_name = match.phrase.kind is PhraseKind.NAME or match.start not in places.corners
        is_said = (
            is_name
            and match.phrase.kind in _SAID_BY_STREETS
            and said.get(match.start, frozenset()) - set(match.phrase.stores)
        )
        if finder and not is_said:
            yield from finder(match, places)


def _full_name(match: Match, places: TextPlaces) -> Iterator[Finding]:
    """Our brand and town are all of the store's name; "at" before them, as a check-in writes it, leaves no other store."""
    stores, _ = places.located(match.phrase.stores)
    beside = places.around.around(match)
    checked_in = beside.last in ("at", "en") and beside.capital
    if stores and not beside.is_rivals:
        detail = f'"{match.phrase.key}" in the text is the whole name of'
        weight, cue = (4.0, "name.full_at") if checked_in else (1.0, "name.full")
        yield Finding(EvidenceKind.NAME, detail, stores, weight, cue, counts=True, span=match.span)


def _name(match: Match, places: TextPlaces) -> Iterator[Finding]:
    stores, agreed = places.located(match.phrase.stores)
    if not stores or (len(stores) > _MOST_SHARED and not agreed):
        return
    beside = places.around.around(match)
    cue = _name_cue(match, beside, places, agreed=agreed)
    if cue:
        detail = f'"{match.phrase.key}" in the text is a name of'
        weight = 3.0 if match.phrase.is_town else 6.0
        yield Finding(EvidenceKind.NAME, detail, stores, weight, cue, counts=True, span=match.span)


def _name_cue(match: Match, beside: Around, places: TextPlaces, *, agreed: bool) -> str | None:
    """How surely a store's name is meant; a single everyday word needs a shop beside it."""
    role = places.role(beside)
    if role in (Role.RIVAL, Role.NOT, Role.HOME):
        return None
    if match.phrase.key in EVERYDAY_STREETS and (role not in (Role.SHOP, Role.BRAND) or not beside.capital):
        return None
    if match.phrase.is_town and not agreed:
        return _town_cue(role, is_ours_alone=match.phrase.key not in places.index.towns)
    if role is Role.BARE and beside.last in ARTICLES:
        role = Role.IN if agreed or " " in match.phrase.key else Role.BARE
    long = " " in match.phrase.key
    if not long and not agreed and role not in (Role.SHOP, Role.BRAND, Role.IN_SHOP, Role.ALONE, Role.IN):
        is_written = role is Role.BARE and beside.capital and not places.around.shouts
        return "name.bare_single" if is_written else None
    cue = "shop" if role in (Role.SHOP, Role.BRAND, Role.IN_SHOP) else "in" if role in HERE else "bare"
    return f"name.{cue}{'_agreed' if agreed else '' if long else '_single'}"


def _town_cue(role: Role, *, is_ours_alone: bool) -> str:
    """A store's name that is a town's somewhere: `is_ours_alone` when the brand has no store in a town called so."""
    how = f"_{role}" if role in (Role.SHOP, Role.BRAND) else "_in" if role in (Role.IN, Role.IN_SHOP) else ""
    return f"name.town{how}{'_ours' if is_ours_alone else ''}"


def _street(match: Match, places: TextPlaces) -> Iterator[Finding]:
    stores, agreed = places.located(match.phrase.stores)
    if agreed and match.phrase.key in places.index.towns:
        stores = places.in_other_towns(match.phrase.key, stores) or stores
    beside = places.around.around(match)
    if not stores or (len(stores) > _MOST_SHARED and not agreed):
        return
    cue = None if places.is_placed(match) else _street_cue(match, beside, places, stores, agreed=agreed)
    if cue:
        detail = f'"{match.phrase.key}" in the text is the street of'
        stores = _as_spelled(match, beside, stores, places.index)
        yield Finding(EvidenceKind.STREET, detail, stores, 7.0, cue, counts=True, span=match.span)


def _street_cue(match: Match, beside: Around, places: TextPlaces, stores: Stores, *, agreed: bool) -> str | None:
    """How surely a street is meant: told by its type, by "on", by the shop beside it, or by the town it is in."""
    key = match.phrase.key
    role = places.role(beside)
    if role in (Role.RIVAL, Role.NOT):
        return None
    if key in places.index.hosts and beside.last not in ON_WORDS:
        return None
    type_behind = beside.next in STREET_TYPES - _WEAK_TYPES and beside.after[1:2] not in (("thru",), ("through",))
    typed = key[-1].isdigit() or type_behind or (key.split()[-1] in STREET_TYPES and " " in key)
    led = beside.last in ON_WORDS or (beside.last in _AFTER_ON and not ON_WORDS.isdisjoint(beside.before[-3:-1]))
    shop = role in (Role.SHOP, Role.BRAND) or (typed and not SHOP_WORDS.isdisjoint(beside.after[1:3]))
    plain = typed or led or (shop and beside.capital)
    if key in EVERYDAY_STREETS or len(key) < 4:
        plain = _is_written_as_a_name(beside, agreed=agreed, typed=typed, led=led) or match.start in places.corners
    elif key in NAME_PHRASES:
        plain = typed or led
    elif key in places.index.towns:
        in_another_town = agreed and places.is_beside_a_town(key, stores)
        plain = typed or led or match.start in places.corners or in_another_town
    else:
        plain = plain or agreed
    if not plain:
        return None
    how = "on" if led else "shop" if shop else "typed" if typed else "bare"
    return f"street.{how}{'_agreed' if agreed else ''}"


def _is_written_as_a_name(beside: Around, *, agreed: bool, typed: bool, led: bool) -> bool:
    """Whether "Market" is a street and not a market: by its capital and its type's, more freely beside its town."""
    if agreed:
        return typed or led or beside.capital
    return typed and beside.capital and beside.next_capital


def _as_spelled(match: Match, beside: Around, stores: Stores, index: DirectoryIndex) -> Stores:
    """Of the stores on streets called so, those whose direction and type the words around do not contradict."""
    before = [word for word in beside.before[-1:] if word in DIRECTIONS]
    after = [word for word in beside.after[:2] if word in STREET_TYPES or word in DIRECTIONS]
    if len(stores) < 2 or not (before or after):
        return stores
    line = " ".join(("1", *before, match.phrase.key, *after))
    return nearest_in_spelling(line, stores, index.entries, loosely=True)


def _cross(match: Match, places: TextPlaces) -> Iterator[Finding]:
    stores, agreed = places.located(match.phrase.stores)
    beside = places.around.around(match)
    role = places.role(beside)
    if not agreed or not stores or role in (Role.RIVAL, Role.NOT):
        return
    key = match.phrase.key
    if key in places.index.hosts:
        return
    plain = beside.capital or beside.last in ON_WORDS or beside.next in STREET_TYPES
    corner = match.start in places.corners
    if len(key) < 4 or not (plain or corner) or (match.phrase.is_town and not corner):
        return
    if (not corner and key in EVERYDAY_STREETS | STREET_TYPES | SHOP_WORDS) or key.upper() in STATE_NAMES:
        return
    detail = f'"{key}" in the text is part of the name of'
    yield Finding(EvidenceKind.CROSS_STREET, detail, stores, 4.0, "cross", counts=True, span=match.span)


def _host(match: Match, places: TextPlaces) -> Iterator[Finding]:
    """Another chain's shop as a landmark: of the stores of a named place, those that stand inside one."""
    stores, agreed = places.located(places.index.hosts.get(match.phrase.key, ()))
    if stores and agreed and not places.around.is_a_rival(match):
        detail = f'"{match.phrase.key}" in the text houses'
        weight, cue = (7.0, "host.in") if _is_inside(match, places) else (4.0, "host")
        yield Finding(EvidenceKind.LANDMARK, detail, stores, weight, cue, counts=True, span=match.span)


def _is_inside(match: Match, places: TextPlaces) -> bool:
    """Whether our shop is in the other: "inside the Walmart", "the Walmart one", and not only beside it."""
    beside = places.around.around(match)
    before = [word for word in beside.before if word not in ("the", "el", "la")][-2:]
    shops = SHOP_WORDS | places.index.brand_words
    return not (INSIDE_WORDS | {"at"}).isdisjoint(before) or (beside.next in shops and NEARBY.isdisjoint(before))


def _alias(match: Match, places: TextPlaces) -> Iterator[Finding]:
    alias = match.phrase.alias
    if alias is None:
        return
    stores, agreed = places.located(match.phrase.stores)
    role = places.role(places.around.around(match))
    if not stores or role in (Role.RIVAL, Role.NOT) or (alias.city and not agreed):
        return
    kind = _ALIAS_KINDS.get(alias.kind, EvidenceKind.NAME)
    detail = f'"{alias.words}" in the text is a {alias.kind} of'
    lift = 0.0 if alias.presence is None else 4.0 * (alias.presence - 0.8)
    cue = "alias.agreed" if agreed else "alias.shop" if role in HERE | {Role.NEAR} else "alias.bare"
    yield Finding(kind, detail, stores, 6.0, cue, lift, counts=True, span=match.span)


_FINDERS: Mapping[PhraseKind, Callable[[Match, TextPlaces], Iterator[Finding]]] = {
    PhraseKind.NAME: _name,
    PhraseKind.CROSS: _cross,
    PhraseKind.ALIAS: _alias,
    PhraseKind.OTHER_BRAND: _host,
    PhraseKind.FULL_NAME: _full_name,
}
_SAID_BY_STREETS = (PhraseKind.NAME, PhraseKind.CROSS)
