"""Real stores for tests: rows of a public directory as they were found (SOURCE.md)."""

from functools import lru_cache
from pathlib import Path

from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.directory import DirectoryOptions, StoreRow, read_directory
from localcare.stores.core.resolve import Resolver, StoreEntry
from localcare.stores.gazetteer import load_gazetteer, load_other_brands

SAMPLE = Path(__file__).with_name("mit_sample.csv")


def entry_of(at: int, row: StoreRow, **known: object) -> StoreEntry:
    """A store of a file as the resolver sees it, under its place in the file."""
    facts: dict[str, object] = {
        name: getattr(row, name)
        for name in ("number", "name", "street", "city", "state", "zip", "lat", "lng", "phone", "nicknames")
    }
    return StoreEntry(id=at, page_ids=(f"page-{row.number}",), **{**facts, **known})  # type: ignore[arg-type]


@lru_cache
def sample_entries() -> tuple[StoreEntry, ...]:
    """46 stores in Katy, Austin and elsewhere."""
    reading = read_directory(
        SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True),
        options=DirectoryOptions(gazetteer=load_gazetteer()),
    )
    return tuple(entry_of(at, row) for at, row in enumerate(reading.rows, start=1))


@lru_cache
def sample_resolver() -> Resolver:
    """A resolver over them."""
    return Resolver(
        sample_entries(),
        brand_name="McDonald's",
        other_brands=load_other_brands(),
        gazetteer=load_gazetteer(),
        aboutness=load_aboutness(),
    )
