"""What the demo's customers write: enough of it, in real proportions, labelled, and true to the store it is about."""

import random
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.demo.brand import load_brand
from localcare.demo.corpus import ACTIONABLE_SHARE, Drawn, load_corpus
from localcare.demo.flourish import flourish
from localcare.demo.geography import distance_km, street_name, street_with_suffix
from localcare.demo.reading import list_names, read_text
from localcare.demo.slots import load_slots, parse
from localcare.triage.shipped import load_taxonomy

BRAND = load_brand()
CORPUS = load_corpus()
STORES = BRAND.open_stores
OWN_LINES = [line for line in CORPUS.lines if not line.id.startswith("fcc-")]


def draws(count: int, *, page_kind: str, seed: int = 7, actionable: bool | None = None) -> list[Drawn]:
    rng = random.Random(seed)
    return [
        CORPUS.draw(rng, page_kind=page_kind, store=STORES[rng.randrange(len(STORES))], actionable=actionable)
        for _ in range(count)
    ]


def test_there_are_enough_hand_written_lines_in_both_languages() -> None:
    languages = Counter(line.language for line in OWN_LINES)
    assert languages["en"] >= 330
    assert languages["es"] >= 90
    assert sum(not line.actionable for line in OWN_LINES) >= 170


def test_no_id_and_no_text_is_written_twice() -> None:
    texts = Counter((line.language, line.text) for line in OWN_LINES)
    assert [text for text, count in texts.items() if count > 1] == []
    raw = "".join(read_text(name) for name in list_names("corpus", ".yaml"))
    ids = Counter(re.findall(r"^      ([a-z0-9-]+): ", raw, flags=re.MULTILINE))
    assert [key for key, count in ids.items() if count > 1] == []
    assert len(ids) == len(OWN_LINES)


def test_labels_are_words_of_the_taxonomy() -> None:
    taxonomy = load_taxonomy()
    topics, risks = set(taxonomy.topics), set(taxonomy.risks)
    for line in CORPUS.lines:
        assert line.topic in topics, line.id
        assert set(line.risks) <= risks, line.id
        assert line.matter in {"store", "network", "billing", "account", "product", "other"}, line.id
        assert line.sentiment in {"negative", "neutral", "positive"}, line.id
        assert set(line.kinds) <= {"review", "post", "comment", "mention", "message"}, line.id
        assert line.pages in {"store", "brand", "both"}, line.id


def test_every_topic_tier_and_risk_is_met() -> None:
    taxonomy = load_taxonomy()
    assert {line.topic for line in OWN_LINES} == set(taxonomy.topics)
    assert {risk for line in OWN_LINES for risk in line.risks} == set(taxonomy.risks)
    assert {line.tier for line in OWN_LINES} == {1, 2, 3}
    assert sum(line.shout_out for line in OWN_LINES) >= 30


def test_a_risk_is_actionable_and_of_the_third_tier() -> None:
    assert all(line.actionable and line.tier == 3 for line in CORPUS.lines if line.risks)


def test_every_photo_a_line_names_is_shipped_and_small() -> None:
    shipped = {name.removeprefix("photos/").removesuffix(".svg") for name in list_names("photos", ".svg")}
    assert {line.photo for line in OWN_LINES if line.photo} == shipped
    assert sum(len(read_text(name)) for name in list_names("photos", ".svg")) < 30_000


def test_only_a_photo_may_come_without_words() -> None:
    assert all(line.text or line.photo for line in CORPUS.lines)


@pytest.mark.parametrize("page_kind", ["store", "brand"])
def test_about_one_mention_in_nine_needs_an_answer(page_kind: str) -> None:
    drawn = draws(20_000, page_kind=page_kind)
    assert sum(one.line.actionable for one in drawn) / len(drawn) == pytest.approx(ACTIONABLE_SHARE, abs=0.01)


@pytest.mark.long
def test_more_than_two_hundred_thousand_distinct_texts_can_be_drawn() -> None:
    rng = random.Random(1)
    seen: set[str] = set()
    for _ in range(500_000):
        page_kind = "store" if rng.random() < 0.6 else "brand"
        seen.add(CORPUS.draw(rng, page_kind=page_kind, store=STORES[rng.randrange(len(STORES))]).text)
        if len(seen) >= 200_000:
            return
    pytest.fail(f"only {len(seen)} distinct texts")


@pytest.mark.parametrize("page_kind", ["store", "brand"])
@given(seed=st.integers(0, 2**32), index=st.integers(0, len(CORPUS.lines) - 1))
def test_every_line_fills_all_its_slots(page_kind: str, seed: int, index: int) -> None:
    line, rng = CORPUS.lines[index], random.Random(seed)
    kinds = line.kinds if page_kind == "store" else tuple(kind for kind in line.kinds if kind != "review")
    if not kinds:
        return
    drawn = CORPUS.write(replace(line, kinds=kinds), rng, page_kind=page_kind, store=rng.choice(STORES))
    assert not re.search(r"[{}]", drawn.text)
    assert "  " not in drawn.text
    assert drawn.kind in kinds


def test_the_same_seed_gives_the_same_mentions() -> None:
    assert draws(200, page_kind="brand", seed=3) == draws(200, page_kind="brand", seed=3)
    assert draws(200, page_kind="brand", seed=3) != draws(200, page_kind="brand", seed=4)


def test_nobody_reviews_the_brand_page() -> None:
    assert "review" not in {drawn.kind for drawn in draws(5_000, page_kind="brand")}


def test_a_recommendation_agrees_with_its_words() -> None:
    for drawn in draws(5_000, page_kind="store"):
        assert (drawn.recommends is not None) == (drawn.kind == "review")
        if drawn.kind == "review" and drawn.line.sentiment != "neutral":
            assert drawn.recommends == (drawn.line.sentiment == "positive")


def test_the_brand_page_names_stores_in_many_ways_or_not_at_all() -> None:
    about_stores = [one for one in draws(8_000, page_kind="brand", actionable=True) if one.line.matter == "store"]
    styles = Counter(drawn.named_by for drawn in about_stores)
    assert set(styles) >= {"city", "street", "name", "zip", "number", "nickname", "address", "tag", "coordinates", None}
    assert 0.05 < styles[None] / len(about_stores) < 0.5


SAYS = {"city": "city", "zip": "zip", "number": "store_number", "name": "name", "address": "street"}


def test_a_text_that_names_its_store_tells_the_truth() -> None:
    for drawn in draws(8_000, page_kind="brand", actionable=True):
        if drawn.named_by in SAYS and drawn.store is not None:
            assert getattr(drawn.store, SAYS[drawn.named_by]).casefold() in drawn.text.casefold()
        if drawn.named_by == "street" and drawn.store is not None:
            assert street_name(drawn.store.street).casefold() in drawn.text.casefold()


def test_tagged_places_lie_at_the_store() -> None:
    for drawn in draws(8_000, page_kind="brand"):
        if drawn.named_by == "coordinates" and drawn.place and drawn.store:
            assert drawn.place.lat is not None
            assert drawn.place.lng is not None
            here = (drawn.store.latitude, drawn.store.longitude)
            assert distance_km(here, (drawn.place.lat, drawn.place.lng)) < 0.2
        if drawn.named_by == "tag" and drawn.place and drawn.store:
            assert drawn.place.zip == drawn.store.zip


def test_a_network_matter_on_the_brand_page_is_about_no_store() -> None:
    for drawn in draws(5_000, page_kind="brand", actionable=True):
        if drawn.line.matter == "network":
            assert drawn.store is None
            assert drawn.named_by is None


def test_a_store_page_needs_its_store() -> None:
    with pytest.raises(ValueError, match="needs its store"):
        CORPUS.draw(random.Random(1), page_kind="store", store=None)


def test_a_brand_mention_without_a_store_plays_in_a_real_town() -> None:
    rng = random.Random(5)
    drawn = [CORPUS.draw(rng, page_kind="brand", store=None) for _ in range(2_000)]
    assert all(one.store is None and one.named_by is None and one.place is None for one in drawn)


def test_praise_gathers_on_the_same_few_associates_of_a_store() -> None:
    store, rng = BRAND.featured_store, random.Random(2)
    line = next(line for line in CORPUS.lines if line.id == "praise-27")
    names = {CORPUS.slots.fill(line.parts, rng, CORPUS.slots.scene_on_store_page(rng, store, "en")) for _ in range(99)}
    assert 4 <= len(names) <= 7


def test_spanish_is_spoken_where_it_is_spoken() -> None:
    rng = random.Random(8)
    puerto_rico = next(store for store in STORES if store.state == "PR")
    maine = next(store for store in STORES if store.state == "ME")
    share = {s.state: sum(CORPUS.language(rng, s) == "es" for _ in range(1000)) for s in (puerto_rico, maine)}
    assert share["PR"] > 800
    assert share["ME"] < 80


def test_two_associates_of_one_text_are_two_people() -> None:
    slots, rng = load_slots(), random.Random(4)
    for _ in range(300):
        scene = slots.scene_on_store_page(rng, BRAND.featured_store, "en")
        first, second = slots.fill(parse("{associate}|{associate2}"), rng, scene).split("|")
        assert first != second


@given(st.integers(0, 10**6))
def test_a_raised_price_is_higher_than_the_promised_one(seed: int) -> None:
    slots, rng = load_slots(), random.Random(seed)
    scene = slots.scene_on_brand_page(rng, None, "en")
    high, low = slots.fill(parse("{monthly2}|{monthly}"), rng, scene).split("|")
    assert float(high[1:]) > float(low[1:])


@given(st.integers(0, 10**6))
def test_haste_never_changes_a_number(seed: int) -> None:
    text = "Charged $86.40 twice at store #2041 in 77494, order F4-20931, somebody please explain."
    hurried = flourish(text, random.Random(seed), language="en", sentiment="negative", is_request=True)
    assert re.findall(r"\d+", hurried) == re.findall(r"\d+", text)


@pytest.mark.parametrize(
    ("street", "full", "short"),
    [
        ("25647 W Westheimer Pkwy Ste 4", "Westheimer Pkwy", "Westheimer"),
        ("303 Memorial City", "Memorial City", "Memorial City"),
        ("33510 21st Ave SW", "21st Ave", "21st Ave"),
        ("112 E McKelips Rd #201", "McKelips Rd", "McKelips"),
        ("4991 Highway 280", "Highway 280", "Highway 280"),
    ],
)
def test_streets_are_called_what_people_call_them(street: str, full: str, short: str) -> None:
    assert (street_with_suffix(street), street_name(street)) == (full, short)
