"""The directories that are asked about: five real ones when they are at hand, and the demo's own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from localcare.demo.brand import BRAND_NAME, DemoStore, load_brand
from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.directory import DirectoryOptions, NumberFrom, StoreRow, read_directory
from localcare.stores.core.resolve import Resolver, StoreEntry
from localcare.stores.gazetteer import load_gazetteer, load_other_brands

DEMO = "pellora"


@dataclass(frozen=True, slots=True)
class Source:
    """A store file as published; `number_from` says what stands in for a number it does not have."""

    shop: str
    brand_name: str
    file: str
    number_from: NumberFrom = "column"


SOURCES = (
    Source("mcdonalds", "McDonald's", "mcdonalds_locations.csv"),
    Source("autozone", "AutoZone", "autozone_locations.csv"),
    Source("apple", "Apple", "apple_store_locations.csv"),
    Source("home_depot", "Home Depot", "home-depot_locations.csv"),
    Source("bank_of_america", "Bank of America", "bank_of_america_locations.csv", "url"),
)


@dataclass(frozen=True, slots=True)
class Directory:
    """One brand's stores, each with a Page of its own. `shop` is the key of its words in the files of texts."""

    shop: str
    brand_name: str
    entries: tuple[StoreEntry, ...]

    def resolver(self) -> Resolver:
        """The resolver as the product builds it."""
        return Resolver(
            self.entries,
            brand_name=self.brand_name,
            other_brands=load_other_brands(),
            gazetteer=load_gazetteer(),
            aboutness=load_aboutness(),
        )


def load_directories(eval_data: Path | None) -> list[Directory]:
    """The demo's directory, and before it the real ones found under `stores` in the folder of evaluation sets."""
    found = [source for source in SOURCES if eval_data and (eval_data / "stores" / source.file).is_file()]
    real = [_read(source, eval_data / "stores" / source.file) for source in found if eval_data]
    return [*real, Directory(DEMO, BRAND_NAME, tuple(demo_entries(load_brand().open_stores)))]


def demo_entries(stores: Iterable[DemoStore]) -> Iterator[StoreEntry]:
    """The demo's stores as the resolver takes them."""
    for at, store in enumerate(stores, start=1):
        yield StoreEntry(
            id=at,
            number=store.store_number,
            name=store.name,
            street=store.street,
            city=store.city,
            state=store.state,
            zip=store.zip,
            lat=store.latitude,
            lng=store.longitude,
            phone=store.phone or None,
            page_ids=(store.page_id,),
            nicknames=tuple(filter(None, store.nicknames.split(";"))),
        )


def _read(source: Source, path: Path) -> Directory:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        options = DirectoryOptions(number_from=source.number_from, gazetteer=load_gazetteer())
        rows: Sequence[StoreRow] = read_directory(lines, options=options).rows
    entries = (replace(_entry(at, row), page_ids=(f"98{at:013d}",)) for at, row in enumerate(rows, start=1))
    return Directory(source.shop, source.brand_name, tuple(entries))


def _entry(at: int, row: StoreRow) -> StoreEntry:
    return StoreEntry(
        id=at,
        number=row.number,
        name=row.name,
        street=row.street,
        city=row.city,
        state=row.state,
        zip=row.zip,
        lat=row.lat,
        lng=row.lng,
        phone=row.phone,
        nicknames=row.nicknames,
    )
