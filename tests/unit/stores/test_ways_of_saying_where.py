"""What customers write, style by style, over a small directory whose stores are told apart by every kind of name."""

from functools import lru_cache

import pytest

from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.resolve import Answer, Question, Resolver, StoreEntry
from localcare.stores.core.values import Alias
from localcare.stores.gazetteer import load_gazetteer, load_other_brands

STORES = (
    StoreEntry(1, "1001", "Pellora Boardman", "7320 Market St", "Boardman", "OH", "44512"),
    StoreEntry(2, "1002", "Pellora Katy Mills", "5000 Katy Mills Cir Ste 112", "Katy", "TX", "77494",
               aliases=(Alias("mall", "Katy Mills Mall"), Alias("landmark", "the Bass Pro", "Katy"))),
    StoreEntry(3, "1003", "Pellora Katy Fry", "1313 N Fry Rd", "Katy", "TX", "77449", nicknames=("the Ranch store",)),
    StoreEntry(4, "1004", "Kedzie & 79th", "7900 S Kedzie Ave", "Chicago", "IL", "60652"),
    StoreEntry(5, "1005", "Western", "2400 W 79th St", "Chicago", "IL", "60620"),
    StoreEntry(6, "1006", None, "100 N Main St", "Lubbock", "TX", "79401", phone="+18065550123"),
    StoreEntry(7, "1007", None, "100 S Main St", "Lubbock", "TX", "79411"),
    StoreEntry(8, "1008", None, "4315 US Highway 19", "New Port Richey", "FL", "34652"),
    StoreEntry(9, "1009", None, "22 Colfax Ave (Walmart)", "Denver", "CO", "80204"),
    StoreEntry(10, "1010", None, "901 Broadway", "Denver", "CO", "80203"),
    StoreEntry(11, "1011", None, "12 Elm St", "Springfield", "IL", "62701"),
    StoreEntry(12, "1012", None, "34 Oak St", "Springfield", "MA", "01103"),
)  # fmt: skip


@lru_cache
def resolver() -> Resolver:
    return Resolver(
        STORES,
        brand_name="Pellora",
        other_brands=load_other_brands(),
        gazetteer=load_gazetteer(),
        aboutness=load_aboutness(),
    )


def ask(text: str) -> Answer:
    return resolver().resolve(Question("q", text))


def routed(text: str) -> str | None:
    answer = ask(text)
    return answer.candidates[0].number if answer.store_id is not None else None


def guessed(text: str) -> str:
    return ask(text).candidates[0].number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("At Pellora Boardman with Dana", "1001"),
        ("your boardman store never picks up", "1001"),
        ("📍Boardman, OH. So slow.", "1001"),
        ("worst line ever #BoardmanOH #Pellora", "1001"),
        ("Boardman's Pellora lost my phone", "1001"),
        ("the Pellora in Bordman, OH is closed", "1001"),
        ("La tienda de Boardman siempre está cerrada", "1001"),
        ("the store in 44512 is a mess", "1001"),
        ("The Pellora at Katy Mills Mall is packed", "1002"),
        ("the one in Katy by the Bass Pro", "1002"),
        ("the Ranch store has a rude manager", "1003"),
        ("the one on Fry Rd in Katy", "1003"),
        ("la de la Fry en Katy, pésimo servicio", "1003"),
        ("Waited an hour at the store on the corner of Kedzie and 79th in Chicago", "1004"),
        ("the store on W 79th St in Chicago", "1005"),
        ("your store on North Main in Lubbock", "1006"),
        ("the S. Main St store, Lubbock TX", "1007"),
        ("call 806.555.0123, nobody answers", "1006"),
        ("Pellora on US-19 in New Port Richey", "1008"),
        ("the one on hwy 19 in new port richey smh", "1008"),
        ("the Pellora inside the Walmart on Colfax in Denver", "1009"),
        ("store in Springfield, Massachusetts", "1012"),
        ("AT 901 BROADWAY, DENVER", "1010"),
        ("Pellora 1011: five stars", "1011"),
        ("your 1012 store is great", "1012"),
        ("#1012 store was closed", "1012"),
    ],
)  # fmt: skip
def test_a_customer_who_says_where_is_understood(text: str, number: str) -> None:
    assert routed(text) == number, ask(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("the one in Katy by the H-E-B", {"1002", "1003"}),
        ("store on Main in Lubbock", {"1006", "1007"}),
        ("the Springfield store", {"1011", "1012"}),
        ("both the Boardman store and the New Port Richey store are slow", {"1001", "1008"}),
        ("store #1004 and store #1005 refused my return", {"1004", "1005"}),
        ("store 1004 and 1005: same problem", {"1004", "1005"}),
    ],
)
def test_where_two_stores_fit_both_are_offered_and_none_is_guessed(text: str, named: set[str]) -> None:
    answer = ask(text)
    assert answer.status == "ambiguous", answer
    assert {candidate.number for candidate in answer.candidates[:2]} == named


@pytest.mark.parametrize(
    "text",
    [
        "I wish there was a Pellora in Boardman, OH",
        "When will you open a store in Boardman?",
        "petition to open a Pellora in Boardman, OH",
        "Ordered on the website, shipped to Boardman, OH 44512, never arrived",
        "I live in Boardman and love you",
        "moved here from Boardman last year",
        "The Verizon on Market St in Boardman is so much better",
        "Went across the street to T-Mobile in Boardman, OH. Faster.",
        "Verizon at 7320 Market St, Boardman, OH 44512 has it",
        "Fast drive through, great service",
        "the gas station across the street",
        "order #1001 is late",
        "my account 1001 is wrong",
        "Katy was wonderful",
    ],
)
def test_a_wish_an_order_a_home_a_rival_or_a_name_is_routed_to_no_store(text: str) -> None:
    assert routed(text) is None, ask(text)


def test_not_the_one_named_is_not_the_answer() -> None:
    assert guessed("not the one in Boardman, the one on Fry Rd in Katy") == "1003"


def test_a_rival_is_a_landmark_beside_our_store() -> None:
    assert guessed("the Pellora next to the Walmart in Boardman") == "1001"
    assert guessed("Pellora in Boardman is slower than Verizon") == "1001"
    assert routed("Waited an hour at the Pellora in Boardman, OH next to Verizon, rude manager") == "1001"


@pytest.mark.parametrize(
    "text",
    [
        "next door to the Costco in Boardman, OH",
        "two minutes from the Costco in Boardman, OH, never any stock",
    ],
)
def test_how_far_another_shop_is_says_where_ours_is(text: str) -> None:
    assert guessed(text) == "1001"


@pytest.mark.parametrize(
    "text", ["my tire blew right by the Costco on Market St", "outside Costco, 901 Broadway, Denver"]
)
def test_a_street_behind_another_shop_is_that_shops_when_ours_is_not_spoken_of(text: str) -> None:
    assert ask(text).candidates == ()
    assert guessed("the store by the Costco on Market St in Boardman") == "1001"


@pytest.mark.parametrize(
    "text",
    [
        "the Walmart Pellora on Colfax in Denver is slow",
        "Pellora, the Walmart, Denver CO: sticky floor",
        "the Walmart one in Denver took good care of me",
        "Colfax in Denver, inside of the Walmart: rude cashier",
        "thanks to the crew at the counter of the Walmart on Colfax in Denver",
    ],
)
def test_the_shop_around_ours_is_no_rival(text: str) -> None:
    assert guessed(text) == "1009"


@pytest.mark.parametrize(
    "text",
    [
        "Sprint, Boardman OH 44512: the greeter there is nicer than yours",
        "Spectrum (Boardman, OH) had it",
        "the Sonic over on Market St in Boardman smiles at least",
        "HEB in Katy, TX 77494 has it for less",
        "O'Reilly's on Market St in Boardman, OH is quicker",
        "the Mattress Firm in Boardman, OH",
    ],
)
def test_a_chain_is_known_as_customers_write_it(text: str) -> None:
    answer = ask(text)
    assert answer.candidates == ()
    assert answer.notes[0].startswith("the text is about another brand")


def test_inside_another_shop_is_plainer_than_beside_it() -> None:
    inside, beside = (ask(f"the Pellora {where} the Walmart in Denver, CO") for where in ("inside", "next to"))
    assert inside.candidates[0].number == "1009"
    assert inside.candidates[0].confidence > beside.candidates[0].confidence


def test_a_street_called_like_a_chain_is_a_street() -> None:
    store = StoreEntry(1, "1", None, "12 Kroger Way", "Versailles", "KY", "40383")
    resolver = Resolver([store], brand_name="Pellora", other_brands=["Kroger"], gazetteer=load_gazetteer())
    assert resolver.resolve(Question("q", "the one on Kroger in Versailles, KY")).candidates[0].number == "1"
    assert resolver.resolve(Question("q", "the Kroger in Versailles, KY")).candidates == ()


def test_a_zip_in_the_genitive_is_a_zip() -> None:
    assert ask("44512's store took good care of me").candidates[0].number == "1001"


def test_a_store_s_own_phone_is_about_the_store_however_it_was_rung() -> None:
    assert routed("Rang (806) 555-0123, was on hold for an hour with customer service line") == "1006"


def test_a_link_to_the_store_names_it() -> None:
    assert routed("see https://www.pellora.com/stores/oh/boardman/7320-market-st.html") == "1001"
    assert routed("see https://www.pellora.com/l/Boardman/1001") == "1001"
    assert routed("see https://www.rival.com/l/Boardman/1001") is None


def test_the_evidence_is_in_words() -> None:
    answer = ask("the one on Fry Rd in Katy, TX")
    said = {each.kind: each.detail for each in answer.candidates[0].evidence}
    assert said["street"] == '"fry" in the text is the street of store 1003'
    assert said["city"] == "the text names Katy, TX, which has 2 stores"


def test_a_misspelt_word_is_never_set_right_into_a_town_when_it_is_a_town_elsewhere() -> None:
    assert routed("the store in Boardmans") == "1001"
    assert routed("the store in Lebanon") is None
