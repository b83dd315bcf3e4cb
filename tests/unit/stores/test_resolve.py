"""Which store: by data, place and text, on real stores; and the cases where unsure is the right answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.fitted import FITTED
from localcare.stores.core.resolve import Answer, Place, Question, Resolver
from tests.unit.stores.sample import sample_entries, sample_resolver

AUSTIN_183 = "11853"
FERN_PARK = "11266"


def ask(text: str = "", **facts: object) -> Answer:
    return sample_resolver().resolve(Question("q", text=text, **facts))  # type: ignore[arg-type]


def number(answer: Answer) -> str | None:
    return answer.candidates[0].number if answer.store_id is not None else None


def numbers(answer: Answer) -> set[str]:
    return {candidate.number for candidate in answer.candidates}


def kinds(answer: Answer) -> list[str]:
    return [each.kind for each in answer.candidates[0].evidence]


# data


def test_a_stores_page_is_exact_whatever_the_text_says() -> None:
    answer = ask("Great burgers in Katy!", page_id=f"page-{AUSTIN_183}")
    assert (answer.status, number(answer), answer.confidence) == ("exact", AUSTIN_183, 1.0)
    assert answer.candidates[0].evidence[0].detail == f"it stands on the Page of store {AUSTIN_183}"


def test_an_unknown_page_is_no_store_and_the_text_is_read() -> None:
    assert ask("Lovely", page_id="the-brands-own").status == "none"
    assert number(ask("store #11853 was awful", page_id="the-brands-own")) == AUSTIN_183


def test_a_store_number_given_as_data_is_exact_and_an_unknown_one_is_said() -> None:
    assert ask(store_number=AUSTIN_183).status == "exact"
    answer = ask(store_number="99999999")
    assert (answer.status, answer.notes) == ("none", ("no store has the number 99999999",))


def test_a_place_tag_that_is_a_stores_page_is_exact() -> None:
    answer = ask(place=Place(id=f"page-{FERN_PARK}", name="McDonald's"))
    assert (answer.status, kinds(answer)) == ("exact", ["place"])


def test_page_and_place_that_name_two_stores_are_ambiguous() -> None:
    answer = ask(page_id=f"page-{AUSTIN_183}", place=Place(id=f"page-{FERN_PARK}"))
    assert (answer.status, answer.store_id, numbers(answer)) == ("ambiguous", None, {AUSTIN_183, FERN_PARK})


@pytest.mark.parametrize("text", ["I mean store number 11266", "The one at 1415 E State Rd, Fern Park FL is worse"])
def test_a_text_that_names_another_store_than_its_page_leaves_it_to_a_person(text: str) -> None:
    answer = ask(text, page_id=f"page-{AUSTIN_183}")
    assert (answer.status, answer.store_id) == ("ambiguous", None)
    assert [candidate.number for candidate in answer.candidates] == [AUSTIN_183, FERN_PARK]


@pytest.mark.parametrize(
    "text", ["order #11266 was cold", "waited 20 minutes, 3 people, $5", "store 11853 is the best"]
)
def test_other_numbers_on_a_stores_page_change_nothing(text: str) -> None:
    assert ask(text, page_id=f"page-{AUSTIN_183}").status == "exact"


def test_a_closed_store_is_found_by_its_page_and_not_by_its_town() -> None:
    entries = [replace(entry, is_open=entry.number != FERN_PARK) for entry in sample_entries()]
    resolver = Resolver(entries, brand_name="McDonald's")
    assert resolver.resolve(Question("q", page_id=f"page-{FERN_PARK}")).status == "exact"
    assert resolver.resolve(Question("q", text="the one in Fern Park, FL")).status == "none"


# coordinates and places


def test_a_fix_names_the_nearest_store_with_its_distance_and_the_next_one() -> None:
    answer = ask(lat=30.4600, lng=-97.7930)
    assert (answer.status, number(answer)) == ("likely", AUSTIN_183)
    assert "from the fix, next store" in answer.candidates[0].evidence[0].detail


def test_a_fix_between_two_stores_is_ambiguous_with_both() -> None:
    twins = [replace(sample_entries()[0], id=1, number="A", lat=30.0, lng=-97.0, page_ids=()),
             replace(sample_entries()[0], id=2, number="B", lat=30.0003, lng=-97.0, page_ids=())]  # fmt: skip
    answer = Resolver(twins).resolve(Question("q", lat=30.00015, lng=-97.0))
    assert (answer.status, numbers(answer)) == ("ambiguous", {"A", "B"})


def test_a_fix_far_from_every_store_is_none() -> None:
    assert ask(lat=44.98, lng=-110.5).status == "none"


@pytest.mark.parametrize(
    ("lat", "lng"), [(0.0, 0.0), (91.0, 10.0), (-97.79, 30.46 + 180), (float("nan"), 1.0), (float("inf"), 1.0)]
)
def test_coordinates_that_are_no_place_tell_nothing_and_say_so(lat: float, lng: float) -> None:
    answer = ask(lat=lat, lng=lng)
    assert answer.status == "none"
    assert "no place on earth" in answer.notes[0]


def test_a_place_tag_of_a_whole_town_is_not_a_fix() -> None:
    at_the_door = Place(name="Katy, Texas", city="Katy", state="TX", lat=29.749788, lng=-95.798871)
    assert ask(place=at_the_door).status == "ambiguous"


@pytest.mark.parametrize(
    ("street", "city", "state", "zip_code", "expected"),
    [
        ("13749 US-183 Hwy", "Austin", "TX", "78750", AUSTIN_183),
        ("702-2 Haddonfield-Berlin Rd", "Voorhees Township", "NJ", "08043", "6297"),
        ("632 S R L Thornton Freeway Service Rd", "Dallas", "TX", "75203", "27588"),
        ("25200 I-10 Lot 2", "San Antonio", "TX", "78257", "28656"),
        ("72-69 Kissena Blvd", "Queens", "NY", "11367", "3162"),
        ("I-90 Belvidere Oasis", "Belvidere", "IL", "61008", "7218"),
        ("3570 Parkway", "Pigeon Forge", "TN", None, "10198"),
    ],
)
def test_an_address_is_found_in_another_spelling(
    street: str, city: str, state: str, zip_code: str | None, expected: str
) -> None:
    answer = ask(place=Place(street=street, city=city, state=state, zip=zip_code))
    assert (answer.status, number(answer), kinds(answer)[0]) == ("likely", expected, "address")


@pytest.mark.parametrize(
    "place",
    [
        Place(street="13749 US-183 Hwy", city="Dayton", state="OH", zip="45402"),
        Place(street="1 Other Road", city="Fern Park", state="FL", zip="32730"),
        Place(name="Burger King", lat=30.459771, lng=-97.79),
    ],
)
def test_a_place_that_is_no_store_of_ours_is_not_answered_as_one(place: Place) -> None:
    assert ask(place=place).store_id is None


# text


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("Store #11853 never has ice cream", AUSTIN_183, "store_number"),
        ("the worst: store no. 11853", AUSTIN_183, "store_number"),
        ("la tienda 11853 es la peor", AUSTIN_183, "store_number"),
        ("#11853 store is slow", AUSTIN_183, "store_number"),
        ("Ｓｔｏｒｅ ＃１１８５３ 😡", AUSTIN_183, "store_number"),
        ("I was at 13749 US-183 Hwy, Austin, TX 78750 today", AUSTIN_183, "address"),
        ("5701 Hwy 90 in Katy, rude manager", "13012", "address"),
        ("they close early at 1121 Garnet Ave., San Diego", "1230", "address"),
        ("151 W. 34th St. New York, no napkins", "25055", "address"),
        ("The Fern Park location is dirty", FERN_PARK, "city"),
        ("cold fries in Brodheadsville, PA again", "11217", "city"),
        ("the one in the 32730 zip, Fern Park, FL 32730", FERN_PARK, "zip"),
        ("The one on Garnet Ave in San Diego", "1230", "street"),
    ],
)
def test_a_text_that_tells_names_its_store(text: str, expected: str, kind: str) -> None:
    answer = ask(text)
    assert (answer.status, number(answer)) == ("likely", expected)
    assert kind in kinds(answer)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Great service, thank you!",
        "Waited 45 minutes for 2 burgers, never again",
        "order #11853 was wrong",
        "I have been to your stores 11853 times",
        "Tyler and Madison were wonderful",
        "I live in Fern Park and love you",
        "we drove down from Brodheadsville",
        "Burger King in Katy was awful",
        "The Wendys on Garnet Ave has better fries",
        "100 Main St, Dayton, OH 45402 is closed",
        "13749 US-183 Hwy, Dayton, OH 45402",
        "call me at 512 555 0100",
    ],
)
def test_a_text_that_names_no_store_of_ours_is_none(text: str) -> None:
    assert (ask(text).status, ask(text).candidates) == ("none", ())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("the one in Katy by the H-E-B", 5),
        ("McDonald's in Austin, Texas", 5),
        ("store #11853 and store #11266 are both bad", 2),
        ("the one in Pigeon Forge", 2),
    ],
)
def test_where_no_data_can_know_the_answer_is_ambiguous_with_candidates(text: str, named: int) -> None:
    answer = ask(text)
    assert (answer.status, answer.store_id, len(answer.candidates)) == ("ambiguous", None, named)


def test_a_rival_is_a_landmark_when_it_only_stands_beside() -> None:
    assert number(ask("the Fern Park location next to the Target is dirty")) == FERN_PARK
    assert ask("McDonald's in Fern Park is worse than Wendys").candidates[0].number == FERN_PARK


def test_a_phone_is_found_however_it_is_written() -> None:
    entries = [
        replace(entry, phone="+15125550123" if entry.number == AUSTIN_183 else None) for entry in sample_entries()
    ]
    resolver = Resolver(entries, brand_name="McDonald's")
    for written in ("512.555.0123", "(512) 555-0123", "+1 512 555 0123", "5125550123", "1-512-555-0123"):
        answer = resolver.resolve(Question("q", text=f"I called {written} twice"))
        assert (answer.status, number(answer)) == ("likely", AUSTIN_183)
        assert answer.candidates[0].evidence[0].detail.endswith(f"in the text is store {AUSTIN_183}'s")


def test_nicknames_and_malls_name_their_store() -> None:
    entries = [
        replace(entry, nicknames=("the Domain Northside", "Lakeline Mall") if entry.number == AUSTIN_183 else ())
        for entry in sample_entries()
    ]
    resolver = Resolver(entries, brand_name="McDonald's")
    for text in ("the Domain Northside store", "the Lakeline Mall location", "your Lakeline store in Austin"):
        assert number(resolver.resolve(Question("q", text=text))) == AUSTIN_183, text


def test_two_stores_at_one_address_are_ambiguous() -> None:
    kiosk = replace(sample_entries()[0], id=99, number="K1", page_ids=())
    entry = sample_entries()[0]
    answer = Resolver([entry, kiosk]).resolve(Question("q", text=f"{entry.street}, {entry.city}, {entry.state}"))
    assert (answer.status, numbers(answer)) == ("ambiguous", {entry.number, "K1"})


def test_a_directory_of_nothing_answers_none() -> None:
    empty = Resolver([])
    assert empty.resolve(Question("q", text="store #1 in Katy", page_id="1", lat=30.0, lng=-97.0)).status == "none"


def test_a_very_long_text_is_answered_and_its_end_is_read() -> None:
    assert number(ask("blah " * 20_000 + " store #11853")) == AUSTIN_183


def test_answers_come_in_the_order_of_the_questions() -> None:
    asked = [Question(str(at), page_id=page) for at, page in enumerate(["x", f"page-{AUSTIN_183}", "y"])]
    assert [answer.status for answer in sample_resolver().resolve_many(asked)] == ["none", "exact", "none"]


WORDS = st.sampled_from(
    [
        "store", "#11853", "11266", "Katy", "Fern Park", ", TX", "in", "the", "one", "at", "1121 Garnet Ave", "from", "77494",
        "McDonald's", "Wendys", "512-555-0123", "🍟", "on", "St", "NaN", "Katy, TX 77494",
    ]
)  # fmt: skip
DEGREES = st.none() | st.floats(-200, 200) | st.just(float("nan"))


@given(st.lists(WORDS | st.text(max_size=8), max_size=14).map(" ".join), DEGREES, DEGREES)
def test_every_answer_keeps_its_promises(text: str, lat: float | None, lng: float | None) -> None:
    answer = ask(text, lat=lat, lng=lng, place=Place(name=text[:20], street=text[5:30], lat=lat, lng=lng))
    confidences = [candidate.confidence for candidate in answer.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1.001
    assert all(candidate.evidence for candidate in answer.candidates)
    match answer.status:
        case "likely":
            assert answer.store_id == answer.candidates[0].store_id
            assert answer.confidence >= min(FITTED.likely, FITTED.plain)
        case "ambiguous":
            assert answer.store_id is None
            assert answer.candidates
        case "none":
            assert (answer.store_id, answer.candidates) == (None, ())
        case "exact":
            pytest.fail("nothing here was given as data")
