"""More stores than the demo has: its own, then the same again a little aside, each with a Page and a manager."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import count, cycle, islice

from localcare.demo.brand import DemoBrand, DemoPerson, DemoStore, load_brand

_FIRST_NUMBER = 100_000


def load_crowd(stores: int) -> DemoBrand:
    """The demo's brand with exactly so many open stores."""
    brand = load_brand(min(stores, len(load_brand().open_stores)))
    every = list(islice(repeat_stores(brand.open_stores), stores))
    managers = [_manager(store) for store in every if store.store_number.isdigit() and _is_added(store)]
    return replace(brand, stores=every, people=[*brand.people, *managers])


def repeat_stores(stores: Sequence[DemoStore]) -> Iterator[DemoStore]:
    """The stores, then without end the same again with other numbers, house numbers and Pages, a kilometre or two away."""
    rng = random.Random(1)
    yield from stores
    for number, store in zip(count(_FIRST_NUMBER), cycle(stores), strict=False):
        yield _aside(store, number, rng)


def _aside(store: DemoStore, number: int, rng: random.Random) -> DemoStore:
    house, _, street = store.street.partition(" ")
    changed: dict[str, object] = {
        "store_number": str(number),
        "street": f"{int(house) + rng.randrange(2, 400)} {street}" if house.isdigit() else store.street,
        "latitude": round(store.latitude + rng.uniform(-0.02, 0.02), 6),
        "longitude": round(store.longitude + rng.uniform(-0.02, 0.02), 6),
        "phone": "",
        "page_id": f"99{number:013d}",
        "manager_email": f"manager{number}@pellora.example.com",
        "nicknames": "",
    }
    return DemoStore(**asdict(store) | changed)


def _is_added(store: DemoStore) -> bool:
    return int(store.store_number) >= _FIRST_NUMBER


def _manager(store: DemoStore) -> DemoPerson:
    return DemoPerson(store.manager_email, f"Manager {store.store_number}", "manager", store.store_number)
