"""Resolve rates on the real directories and the real reviews of 40 stores, where they are at hand."""

import csv
import math
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.address import place_from_line
from localcare.stores.core.directory import DirectoryOptions, NumberFrom, read_directory
from localcare.stores.core.records import decode
from localcare.stores.core.resolve import Question, Resolver, StoreEntry
from localcare.stores.gazetteer import load_gazetteer, load_other_brands
from tests.unit.stores.sample import entry_of

pytestmark = pytest.mark.eval
DIRECTORIES = {
    "mcdonalds": "McDonald's",
    "autozone": "AutoZone",
    "home-depot": "The Home Depot",
    "apple_store": "Apple",
    "bank_of_america": "Bank of America",
}


def entries_of(eval_data: Path, name: str) -> list[StoreEntry]:
    number_from: NumberFrom = "url" if name == "bank_of_america" else "column"
    raw = (eval_data / "stores" / f"{name}_locations.csv").read_bytes()
    reading = read_directory(
        decode(raw).splitlines(keepends=True),
        options=DirectoryOptions(gazetteer=load_gazetteer(), number_from=number_from),
    )
    return [entry_of(at, row) for at, row in enumerate(reading.rows)]


def resolver_of(entries: Sequence[StoreEntry], name: str) -> Resolver:
    return Resolver(
        entries,
        brand_name=DIRECTORIES[name],
        other_brands=load_other_brands(),
        gazetteer=load_gazetteer(),
        aboutness=load_aboutness(),
    )


def right(resolver: Resolver, questions: Sequence[Question]) -> float:
    """The share answered with the store whose id the question carries."""
    answers = resolver.resolve_many(questions)
    pairs = zip(questions, answers, strict=True)
    return sum(str(answer.store_id) == question.id for question, answer in pairs) / len(questions)


@pytest.mark.parametrize("name", DIRECTORIES)
def test_numbers_phones_and_full_addresses_of_whole_directories_are_right(eval_data: Path, name: str) -> None:
    entries = entries_of(eval_data, name)
    resolver = resolver_of(entries, name)
    some = random.Random(11).sample(entries, min(1500, len(entries)))
    numbers = [Question(str(e.id), text=f"Went to store #{e.number} yesterday, awful") for e in some]
    phones = [
        Question(str(e.id), text=f"I called {e.phone[2:5]}.{e.phone[5:8]}.{e.phone[8:]}") for e in some if e.phone
    ]
    lines = {e.id: f"{e.street}, {e.city}, {e.state} {(e.zip or '')[:5]}" for e in some}
    doors = {line for line in lines.values() if list(lines.values()).count(line) == 1}
    places = [Question(str(at), place=place_from_line(line)) for at, line in lines.items() if line in doors]
    texts = [Question(str(at), text=f"The one at {line} is closed") for at, line in lines.items() if line in doors]
    assert right(resolver, numbers) >= 0.995
    assert not phones or right(resolver, phones) >= 0.995
    assert right(resolver, places) >= 0.99
    assert right(resolver, texts) >= 0.99


@pytest.mark.parametrize("name", ["mcdonalds", "autozone"])
def test_a_fix_with_thirty_metres_of_noise_finds_its_store(eval_data: Path, name: str) -> None:
    entries = [entry for entry in entries_of(eval_data, name) if entry.lat is not None]
    chance = random.Random(5)
    questions = []
    for entry in chance.sample(entries, 500):
        assert entry.lat is not None
        assert entry.lng is not None
        north, east = chance.gauss(0, 0.03) / 111.32, chance.gauss(0, 0.03) / 111.32
        lng = entry.lng + east / math.cos(math.radians(entry.lat))
        questions.append(Question(str(entry.id), lat=entry.lat + north, lng=lng))
    assert right(resolver_of(entries, name), questions) >= 0.99


def test_addresses_in_the_review_sources_spelling_are_found(eval_data: Path) -> None:
    entries = entries_of(eval_data, "mcdonalds")
    resolver = resolver_of(entries, "mcdonalds")
    with (eval_data / "reviews" / "mcdonalds_review_addresses.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = resolver.resolve_many([Question("q", place=place_from_line(row["store_address"])) for row in rows])
    found = [answer.candidates[0].number if answer.store_id is not None else "" for answer in answers]
    assert found == [row["store_number"] for row in rows]


def test_reviews_that_do_not_say_where_they_are_go_to_no_store(eval_data: Path) -> None:
    resolver = resolver_of(entries_of(eval_data, "mcdonalds"), "mcdonalds")
    with (eval_data / "reviews" / "mcdonalds_reviews.csv").open(encoding="utf-8") as file:
        texts = sorted({row["review"] for row in csv.DictReader(file)})
    some = random.Random(3).sample(texts, 3000)
    answers = resolver.resolve_many([Question(str(at), text=text) for at, text in enumerate(some)])
    assert sum(answer.store_id is not None for answer in answers) <= 15
