"""Which stores a text may mean, from what its slots say: every fact narrows the directory, a landmark narrows nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from localcare.bench.quality.streets import Street, base_of, read_street, words_of
from localcare.stores.core.resolve import StoreEntry

Stores = frozenset[int]  # positions in the directory
_GENERIC = frozenset(["mall", "center", "centre", "shopping", "plaza", "town"])
_UNSAID = frozenset(["the", "at", "of", "pellora"])  # words a name may have or lack
_HOST = "walmart"


class Known:
    """A directory by every fact a customer may tell."""

    def __init__(self, entries: Sequence[StoreEntry]) -> None:
        self.entries = entries
        self.streets = [read_street(entry.street) for entry in entries]
        self.by_city = _index((entry.city or "").lower() for entry in entries)
        self.by_name = _index_many(_name_words(entry) for entry in entries)
        self._by_state = _index(entry.state or "" for entry in entries)
        self._by_zip = _index((entry.zip or "")[:5] for entry in entries)
        self._by_base = _index(street.base if street else "" for street in self.streets)
        self._by_house = _index(street.house if street else "" for street in self.streets)
        self._by_number = _index(entry.number for entry in entries)
        self._by_phone = _index(entry.phone or "" for entry in entries)
        self._hosted = frozenset(at for at, entry in enumerate(entries) if is_hosted(entry))

    def meant_by(self, store: int, slots: Iterable[str], words: Mapping[str, str]) -> Stores:
        """All stores that fit every fact told about `store`; it is always among them."""
        told = {slot for slot in slots if slot in _FACTS}
        facts = [_FACTS[slot](self, store, words) for slot in told - {"city", "typo", "citytag"}]
        if told & {"city", "typo", "citytag"}:
            facts.append(self._in_town(words["city"].lower(), named_too=not told & {"st", "state"}))
        return frozenset.intersection(*facts) if facts else frozenset(range(len(self.entries)))

    def on_base(self, base: str) -> Stores:
        """Stores on a road of this name, wherever it is."""
        return self._by_base.get(base, frozenset())

    def _in_town(self, city: str, *, named_too: bool) -> Stores:
        """Stores of the town; without a state also those called like it, elsewhere."""
        inside = self.by_city.get(city, frozenset())
        return inside | self._called(words_of(city)) if named_too else inside

    def _naming(self, name: tuple[str, ...]) -> Stores:
        """Stores with all these words in their names."""
        return frozenset.intersection(*(self.by_name.get(word, frozenset()) for word in name))

    def _called(self, name: tuple[str, ...]) -> Stores:
        """Stores with this name; said without "mall" and the like, it may also be one with such a word in its name."""
        said = frozenset(name) - _UNSAID or frozenset(name)
        wanted = said - _GENERIC or said
        found = [at for at in self._naming(tuple(wanted)) if self._is_called(at, wanted, with_generic=True)]
        whole = [at for at in found if self._is_called(at, said, with_generic=False)]
        return frozenset(whole if said != wanted and whole else found)

    def _is_called(self, store: int, wanted: frozenset[str], *, with_generic: bool) -> bool:
        ignored = _UNSAID | _GENERIC if with_generic else _UNSAID
        return any(frozenset(words_of(name)) - ignored == wanted - ignored for name in _names(self.entries[store]))

    def _by_its_name(self, store: int, name: str) -> Stores:
        """Stores of this name, and those whose town or road is called so: a reader cannot tell."""
        words = words_of(name)
        in_town = self.by_city.get(" ".join(words), frozenset())
        return self._called(words) | in_town | self._on_road_called(words) | {store}

    def _on_road_called(self, words: tuple[str, ...]) -> Stores:
        whole = " ".join(words)
        roads = self.on_base(base_of(whole))
        return frozenset(at for at in roads if whole in (self._street(at).base, self._street(at).said.lower()))

    def _on_street(self, store: int) -> Stores:
        said = self._street(store)
        return frozenset(at for at in self.on_base(said.base) if self._street(at).may_be(said))

    def _at_cross(self, store: int, cross: str) -> Stores:
        named = self._naming(tuple(base_of(cross).split()))
        return named | self.on_base(base_of(cross)) | {store}

    def _street(self, store: int) -> Street:
        street = self.streets[store]
        if street is None:
            raise ValueError(f"store {self.entries[store].number} has no street to speak of")
        return street

    def _same_state(self, store: int) -> Stores:
        return self._by_state[self.entries[store].state or ""]

    def _same_house(self, store: int) -> Stores:
        return self._by_house[self._street(store).house]


def is_hosted(entry: StoreEntry) -> bool:
    """Whether the directory itself says that the store stands inside a Walmart."""
    return _HOST in (entry.street or "").lower() or "w*m" in (entry.name or "").lower()


def _fact_of(key: str) -> Callable[["Known", int, Mapping[str, str]], Stores]:
    return lambda known, store, words: known._by_its_name(store, words[key])


_FACTS: Mapping[str, Callable[[Known, int, Mapping[str, str]], Stores]] = {
    "city": lambda known, _store, words: known._in_town(words["city"].lower(), named_too=True),
    "typo": lambda known, _store, words: known._in_town(words["city"].lower(), named_too=True),
    "citytag": lambda known, _store, words: known._in_town(words["city"].lower(), named_too=True),
    "townname": lambda known, store, words: known.by_city[words["city"].lower()] & known._same_state(store),
    "st": lambda known, store, _words: known._same_state(store),
    "state": lambda known, store, _words: known._same_state(store),
    "zip": lambda known, _store, words: known._by_zip[words["zip"]],
    "street": lambda known, store, _words: known._on_street(store),
    "streettag": lambda known, store, _words: known._on_street(store),
    "road": lambda known, store, _words: known.on_base(known._street(store).base),
    "house": lambda known, store, _words: known._same_house(store),
    "address": lambda known, store, _words: known._on_street(store) & known._same_house(store),
    "number": lambda known, _store, words: known._by_number[words["number"]],
    **{
        f"phone_{form}": lambda known, store, _words: known._by_phone[known.entries[store].phone or ""]
        for form in ("dots", "dashes", "paren", "plain")
    },
    "host": lambda known, _store, _words: known._hosted,
    "cross": lambda known, store, words: known._at_cross(store, words["cross"]),
    **{key: _fact_of(key) for key in ("name", "mall", "area", "nickname")},
}


def _names(entry: StoreEntry) -> tuple[str, ...]:
    return tuple(filter(None, (entry.name, *entry.nicknames)))


def _name_words(entry: StoreEntry) -> frozenset[str]:
    return frozenset(word for name in _names(entry) for word in words_of(name))


def _index(keys: Iterable[str]) -> dict[str, Stores]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for at, key in enumerate(keys):
        found[key].add(at)
    return {key: frozenset(stores) for key, stores in found.items()}


def _index_many(keys: Iterable[Iterable[str]]) -> dict[str, Stores]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for at, own in enumerate(keys):
        for key in own:
            found[key].add(at)
    return {key: frozenset(stores) for key, stores in found.items()}
