"""The recipe of data/stores.csv and data/people.csv: `python -m localcare.demo.build_data FOLDER_OF_STORE_FILES`.

The folder holds the store files of github.com/stiles/locations (MIT). The same folder always gives the same two files.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import us
from tzfpy import get_tz

from localcare.demo.brand import BRAND_NAME, FEATURED_STORE, DemoPerson, DemoStore
from localcare.demo.build_people import Mailboxes, appoint_managers, draw_people
from localcare.demo.geography import REGION_OF_STATE, Spot, distance_km, region_paths, street_name, thin_out

_SEED = 1907
_STORES = 3240
_HOME_DEPOT_SHARE = 1000
_CLOSED = 24
_APART_KM = 0.9
_OUT = Path(__file__).parent / "data"

_COMPASS = {"N": "North", "S": "South", "E": "East", "W": "West"}
_COMPASS |= {"Ne": "Northeast", "Nw": "Northwest", "Se": "Southeast", "Sw": "Southwest"}
_STATE_NAMES = {state.abbr: state.name for state in (*us.states.STATES_AND_TERRITORIES, us.states.DC)}
_HOURS_MALL = "Mo-Sa 10:00-21:00; Su 11:00-19:00"
_HOURS_STREET = (
    "Mo-Sa 10:00-20:00; Su 11:00-18:00",
    "Mo-Sa 10:00-19:00; Su 12:00-18:00",
    "Mo-Fr 09:00-19:00; Sa 10:00-18:00; Su off",
)


def main(folder: Path) -> None:
    """Write both files anew."""
    rng = random.Random(_SEED)
    stores = draw_stores(read_spots(folder, rng), rng)
    boxes = Mailboxes()
    managers = appoint_managers(stores, boxes, rng)
    stores = [_managed(store, managers[store.store_number]) for store in stores]
    _write(_OUT / "stores.csv", [asdict(store) for store in stores])
    _write(_OUT / "people.csv", [person.row() for person in draw_people(stores, managers, boxes, rng)])


def read_spots(folder: Path, rng: random.Random) -> list[Spot]:
    """Malls first, then the named places, then the rest of the streets in random order, none close to another."""
    named, streets = list(_home_depots(folder)), list(_autozones(folder))
    rng.shuffle(named)
    rng.shuffle(streets)
    island = [spot for spot in named if spot.state == "PR"]
    order = list(_apples(folder)) + island + named[:_HOME_DEPOT_SHARE] + streets
    return thin_out(order, apart_km=_APART_KM, limit=_STORES)


def draw_stores(spots: Sequence[Spot], rng: random.Random) -> list[DemoStore]:
    """A store at every spot, numbered in the order of opening."""
    paths = region_paths(spots)
    names, phones = _names(spots), _phones(spots)
    opened = sorted(date(1999, 3, 1) + timedelta(days=rng.randrange(9300)) for _ in spots)
    number, stores = 1000, []
    for spot, day in zip(rng.sample(list(spots), len(spots)), opened, strict=True):
        number += rng.choice((1, 1, 1, 2))
        stores.append(_store(spot, number, names[spot], phones[spot], paths[spot], day, rng))
    return _close_some(stores, rng)


def _managed(store: DemoStore, manager: DemoPerson) -> DemoStore:
    return replace(store, manager_name=manager.name, manager_email=manager.email)


def _store(spot: Spot, number: int, name: str, phone: str, path: str, opened: date, rng: random.Random) -> DemoStore:
    is_mall = spot.label is not None and spot.area_code == ""
    return DemoStore(
        store_number=str(number),
        name=name,
        street=spot.street,
        city=spot.city,
        state=spot.state,
        zip=spot.zip,
        country="US",
        latitude=spot.latitude,
        longitude=spot.longitude,
        timezone=get_tz(spot.longitude, spot.latitude),
        phone=phone,
        page_id=f"99{rng.randrange(10**12, 10**13)}",
        page_name=f"{name} ({spot.city}, {spot.state})",
        region_path=path,
        manager_email="",
        manager_name="",
        opened_on=opened.isoformat(),
        closed_on="",
        successor_store_number="",
        nicknames=_nicknames(spot, is_mall=is_mall, rng=rng),
        hours=_HOURS_MALL if is_mall else rng.choices(_HOURS_STREET, weights=(6, 3, 2))[0],
    )


def _close_some(stores: list[DemoStore], rng: random.Random) -> list[DemoStore]:
    old = [store for store in stores if store.opened_on < "2022"]
    closing = {store.store_number for store in rng.sample(old, _CLOSED)}
    closing -= {store.store_number for store in stores if store.name == FEATURED_STORE}
    result = []
    for store in stores:
        if store.store_number in closing:
            day = date(2023, 1, 31) + timedelta(days=rng.randrange(800))
            others = [s for s in stores if s.state == store.state and s.store_number not in closing]
            near = min(others, key=lambda other: _apart(store, other))
            successor = near.store_number if rng.random() < 0.6 else ""
            store = replace(store, closed_on=day.isoformat(), successor_store_number=successor)
        result.append(store)
    return result


def _apart(a: Spot | DemoStore, b: Spot | DemoStore) -> float:
    return distance_km((a.latitude, a.longitude), (b.latitude, b.longitude))


def _names(spots: Sequence[Spot]) -> dict[Spot, str]:
    """A name of its own for every spot: the mall or quarter, else the city, else city and street."""
    per_city = Counter((spot.city, spot.state) for spot in spots)
    taken: set[str] = set()
    names: dict[Spot, str] = {}
    for spot in spots:
        is_only = per_city[spot.city, spot.state] == 1
        wishes = [spot.label, spot.city if is_only else None, f"{spot.city} {street_name(spot.street)}"]
        wishes += [f"{wish} {spot.state}" for wish in wishes if wish]
        wishes += [f"{spot.city} {spot.street}"]
        name = next(wish for wish in wishes if wish and wish not in taken)
        taken.add(name)
        names[spot] = f"{BRAND_NAME} {name}"
    return names


def _phones(spots: Sequence[Spot]) -> dict[Spot, str]:
    """Numbers of the range kept for fiction, each used once: +1 NPA 555-0100 to 555-0199."""
    known = [spot for spot in spots if spot.area_code]
    used: Counter[str] = Counter()
    phones: dict[Spot, str] = {}
    for spot in spots:
        area = spot.area_code or min(known, key=lambda other: _apart(spot, other)).area_code
        phones[spot] = f"+1 {area}-555-{100 + (used[area] * 37) % 100:04d}"
        used[area] += 1
    return phones


def _nicknames(spot: Spot, *, is_mall: bool, rng: random.Random) -> str:
    if is_mall and spot.label:
        return f"the {spot.label.removeprefix('The ')} mall store" if rng.random() < 0.4 else spot.label
    return f"the {street_name(spot.street)} store" if rng.random() < 0.12 else ""


def _apples(folder: Path) -> Iterator[Spot]:
    for row in _rows(folder / "apple_store_locations.csv"):
        if row["storeName"] not in ("Apple Park Visitor Center", "Infinite Loop"):
            address = {"street": row["address"], "zip": row["postal"], "state": row["state_abbr"]}
            yield _spot(row | address, label=row["storeName"], phone="")


def _home_depots(folder: Path) -> Iterator[Spot]:
    for row in _rows(folder / "home-depot_locations.csv"):
        if row["state"] in REGION_OF_STATE and len(row["zip"]) == 5:
            yield _spot(row, label=_label(row["store_name"]), phone=row["phone"])


def _autozones(folder: Path) -> Iterator[Spot]:
    for row in _rows(folder / "autozone_locations.csv"):
        if row["latitude"] and row["longitude"] and len(row["zip"]) == 5:
            yield _spot(row, label=None, phone=row["phone"])


def _spot(row: dict[str, str], *, label: str | None, phone: str) -> Spot:
    digits = re.sub(r"\D", "", phone)
    return Spot(
        street=re.sub(r"\s+", " ", row["street"]).strip(" ."),
        city=row["city"].strip().title() if row["city"].isupper() else row["city"].strip(),
        state=row["state"],
        state_name=_STATE_NAMES[row["state"]],
        zip=row["zip"][:5],
        latitude=round(float(row["latitude"]), 5),
        longitude=round(float(row["longitude"]), 5),
        area_code=digits[:3] if len(digits) == 10 else "",
        label=label,
    )


def _label(store_name: str) -> str | None:
    """`W Mobile` → `West Mobile`; a label with anything but words is not one people would say."""
    words = store_name.split()
    if not re.fullmatch(r"[A-Za-z][A-Za-z.' ]+", store_name) or re.search(r"[A-Z]{2}$|\b[IVX]+$", store_name):
        return None
    return " ".join([_COMPASS.get(words[0], words[0]), *words[1:]]) if words[-1] not in _COMPASS else None


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
