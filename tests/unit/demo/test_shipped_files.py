"""The demo's files and the examples of the docs, read by the importers that real customers use."""

from datetime import UTC, datetime
from pathlib import Path

from localcare.channels.csv_file import BadRow, parse_mentions_csv
from localcare.demo.brand import load_brand
from localcare.demo.geography import slug
from localcare.demo.reading import read_text
from localcare.mentions.core import MentionChange
from localcare.people.core.people_file import Directory, PeopleReading, read_people
from localcare.stores.core.directory import read_directory
from localcare.stores.core.hierarchy import plan_regions

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
BRAND = load_brand()


def people_in(text: str) -> PeopleReading:
    names = {name for store in BRAND.stores for name in store.region_path.split("/")}
    regions = {slug(name): index for index, name in enumerate(sorted(names))}
    stores = {store.store_number: index for index, store in enumerate(BRAND.stores)}
    return read_people(text, Directory(regions, stores))


def test_the_store_directory_is_taken_without_a_refusal_or_a_doubt() -> None:
    reading = read_directory(read_text("stores.csv").splitlines(keepends=True))
    assert len(reading.rows) == len(BRAND.stores)
    assert list(reading.refused) == []
    assert list(reading.warnings) == []


def test_regions_get_the_slugs_that_leads_are_scoped_by() -> None:
    planned = plan_regions(tuple(store.region_path.split("/")) for store in BRAND.stores)
    assert [node for node in planned if node.slug != slug(node.name)] == []


def test_the_people_file_is_taken_without_a_refusal() -> None:
    reading = people_in(read_text("people.csv"))
    assert len(reading.appointments) == len(BRAND.people)
    assert reading.refused == ()


def test_the_example_of_a_people_file_is_valid() -> None:
    reading = people_in((EXAMPLES / "people.csv").read_text(encoding="utf-8"))
    assert reading.refused == ()
    assert len(reading.appointments) >= 8


def test_the_example_of_a_mentions_file_is_valid() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    with (EXAMPLES / "mentions.csv").open(encoding="utf-8", newline="") as file:
        changes = list(parse_mentions_csv(file, channel="facebook", now=now))
    assert [change for change in changes if isinstance(change, BadRow)] == []
    kinds = {change.kind for change in changes if isinstance(change, MentionChange)}
    assert kinds == {"review", "post", "comment", "message"}


def test_every_data_file_names_its_source() -> None:
    sources = read_text("SOURCE.md")
    for name in ("stores.csv", "people.csv", "names.yaml", "fcc_titles.csv", "replies.yaml", "slots.yaml"):
        assert name in sources
    assert "MIT License" in sources
