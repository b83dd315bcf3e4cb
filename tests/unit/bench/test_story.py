"""What the benches tell: a fixed mix, readable by the real parser, hardly a text twice."""

import random
from collections import Counter
from itertools import islice

import orjson
import pytest

from localcare.bench.crowd import load_crowd
from localcare.bench.lives import Teller
from localcare.bench.story import Story, body_of
from localcare.channels.facebook.core import parse_delivery
from localcare.demo.brand import load_brand
from localcare.demo.corpus import load_corpus
from localcare.mentions.core import MentionChange, Verb

BRAND = load_brand(30)
CORPUS = load_corpus()
COUNT = 3_000
ENTRIES = list(Story(BRAND, CORPUS, COUNT).entries())
TELLER_WORDS = ("I waited for an hour.", "Thank you, Ana!", "ok")


def changes_of(bodies: list[bytes]) -> list[MentionChange]:
    changes = [change for body in bodies for change in parse_delivery(body)]
    assert all(isinstance(change, MentionChange) for change in changes), "the parser sets nothing of a story aside"
    return changes  # type: ignore[return-value]


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    first, again, other = (list(Story(BRAND, CORPUS, 50, seed=seed).deliveries()) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_mix_is_the_one_the_definition_names() -> None:
    changes = changes_of([body_of([entry]) for entry in ENTRIES])
    told = {change.digest: change for change in changes}.values()
    verbs = Counter((change.verb, change.from_page) for change in told)
    customers = verbs[Verb.ADD, False]
    on_brand_page = sum(c.page_id == BRAND.brand_page_id for c in told if c.verb is Verb.ADD and not c.from_page)
    assert customers == COUNT
    assert on_brand_page / COUNT == pytest.approx(0.4, abs=0.03)
    assert verbs[Verb.EDIT, False] / COUNT == pytest.approx(0.05, abs=0.015)
    assert verbs[Verb.REMOVE, False] / COUNT == pytest.approx(0.05, abs=0.015)
    assert verbs[Verb.ADD, True] / COUNT == pytest.approx(0.03, abs=0.01)
    assert (len(changes) - len(told)) / len(told) == pytest.approx(0.1, abs=0.02)


def test_no_text_is_told_twice_while_the_corpus_has_fresh_ones() -> None:
    changes = changes_of([body_of([entry]) for entry in ENTRIES])
    texts = Counter(c.external_id + "\n" + (c.text or "") for c in changes if c.text and not c.from_page)
    words = Counter(key.partition("\n")[2] for key in texts)
    assert max(words.values()) == 1


def test_deliveries_carry_every_entry_once_in_order_one_to_five_at_a_time() -> None:
    batches = [orjson.loads(body)["entry"] for body in Story(BRAND, CORPUS, COUNT).deliveries()]
    assert {len(batch) for batch in batches} == {1, 2, 3, 4, 5}
    assert [entry for batch in batches for entry in batch] == ENTRIES


def test_lives_have_every_kind_of_change_in_the_order_of_events() -> None:
    rng = random.Random(3)
    entries = Teller(rng, [BRAND.brand_page_id, BRAND.stores[0].page_id], lambda: rng.choice(TELLER_WORDS)).entries(
        2_000
    )
    changes = changes_of([body_of([entry]) for entry in entries])
    assert len(entries) == 2_000
    assert {change.verb for change in changes} == set(Verb)
    assert {change.kind for change in changes} >= {"post", "comment", "message"}
    assert {change.author_id is None for change in changes} == {True, False}
    times = [change.at for change in changes]
    assert times == sorted(times)


@pytest.mark.parametrize("count", [5, 3_500])
def test_a_crowd_has_that_many_stores_each_with_number_page_and_manager_of_its_own(count: int) -> None:
    brand = load_crowd(count)
    numbers = {store.store_number for store in brand.open_stores}
    assert len(brand.stores) == len(numbers) == len({store.page_id for store in brand.stores}) == count
    run_by = {
        number for person in brand.people if person.role in ("manager", "deputy") for number in person.scope.split()
    }
    assert len(numbers - run_by) <= count / 100, "a handful of the demo's stores is run by the region's lead on purpose"


def test_a_long_story_ends_though_the_corpus_runs_dry() -> None:
    entries = islice(Story(load_brand(1), CORPUS, 10**9).entries(), 4_000)
    assert sum(1 for _ in entries) == 4_000
