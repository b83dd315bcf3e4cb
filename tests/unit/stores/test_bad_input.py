"""What arrives broken: a clear status with evidence, no crash, no silent guess."""

import json
from dataclasses import replace
from io import StringIO

import pytest

from localcare.cli.resolve import resolve_lines
from localcare.stores.core.address import place_from_line
from localcare.stores.core.resolve import Answer, Place, Question, Resolver, StoreEntry
from localcare.stores.core.states import STATE_NAMES
from localcare.stores.schemas import QuestionIn
from tests.unit.stores.sample import sample_entries, sample_resolver


def ask(**facts: object) -> Answer:
    return sample_resolver().resolve(Question("q", **facts))  # type: ignore[arg-type]


def number(answer: Answer) -> str | None:
    return answer.candidates[0].number if answer.store_id is not None else None


@pytest.mark.parametrize(("lat", "lng"), [(-97.79, 30.46), (30.46, 97.79), (97.79, 30.46)])
def test_a_fix_turned_round_is_a_question_for_a_person(lat: float, lng: float) -> None:
    answer = ask(lat=lat, lng=lng)
    assert (answer.status, answer.candidates[0].number) == ("ambiguous", "11853")
    assert "if the coordinates are turned round" in answer.candidates[0].evidence[0].detail


def test_a_coarse_fix_does_not_choose_between_the_stores_around_it() -> None:
    assert number(ask(lat=30.46, lng=-97.793)) == "11853"
    coarse = ask(lat=30.46, lng=-97.793, accuracy_m=5_000)
    assert coarse.status == "ambiguous"
    assert len(coarse.candidates) > 1


@pytest.mark.parametrize("accuracy", [-5.0, 0.0, float("nan"), float("inf"), 1e12])
def test_an_accuracy_that_is_none_is_left_aside(accuracy: float) -> None:
    assert number(ask(lat=30.46, lng=-97.793, accuracy_m=accuracy)) == "11853"


def test_a_zip_that_lost_its_zero_is_found() -> None:
    assert number(ask(place=Place(zip="8043", city="Voorhees Township", state="NJ"))) == "6297"
    assert number(ask(text="the McDonald's in Voorhees Township, NJ 8043")) == "6297"
    shortened = [replace(entry, zip=(entry.zip or "").lstrip("0")) for entry in sample_entries()]
    assert number(Resolver(shortened).resolve(Question("q", text="the store in 08043"))) == "6297"


@pytest.mark.parametrize(
    "text",
    ["13749 US-183 Нwу, Аustin, ТХ", "１３７４９ US-183 Hwy, Austin, TX 😀", "store #1️⃣1️⃣8️⃣5️⃣3️⃣", "𝐬𝐭𝐨𝐫𝐞 #𝟏𝟏𝟖𝟓𝟑"],
)
def test_letters_and_digits_drawn_otherwise_are_read(text: str) -> None:
    assert number(ask(text=text)) == "11853"


def test_a_text_of_100_kilobytes_is_answered() -> None:
    assert ask(text="blah " * 20_000).status == "none"
    assert ask(text="#katy" * 20_000).status in ("none", "ambiguous")
    assert ask(text="'s " * 30_000 + "1" * 10_000).status == "none"


def test_stores_without_an_address_are_found_by_what_they_have() -> None:
    bare = Resolver([StoreEntry(1, "A1"), StoreEntry(2, "A2", lat=30.0, lng=-97.0)])
    assert bare.resolve(Question("q", text="store A1")).store_id == 1
    assert bare.resolve(Question("q", lat=30.0, lng=-97.0)).store_id == 2


def test_a_kiosk_at_the_same_door_is_told_apart_by_its_unit_only() -> None:
    door = {"city": "Katy", "state": "TX", "zip": "77494"}
    mall = Resolver([
        StoreEntry(1, "1", street="5000 Katy Mills Cir Ste 112", **door),  # type: ignore[arg-type]
        StoreEntry(2, "2", street="5000 Katy Mills Cir #K4", **door),  # type: ignore[arg-type]
    ])  # fmt: skip
    line = "5000 Katy Mills Cir{}, Katy, TX 77494"
    assert mall.resolve(Question("q", text=line.format(""))).status == "ambiguous"
    assert mall.resolve(Question("q", text=line.format(" Suite 112"))).store_id == 1
    assert (
        mall.resolve(Question("q", place=Place(street="5000 Katy Mills Cir #K4", city="Katy", state="TX"))).store_id
        == 2
    )


def test_a_question_as_json_keeps_its_accuracy_its_home_and_a_time_with_a_zone() -> None:
    author = '{"home_city": "Katy", "home_state": "TX"}'
    line = f'{{"id": 7, "text": "hi", "accuracy_m": 12, "author": {author}, "created_at": "2026-05-04T10:00:00"}}'
    question = QuestionIn.model_validate_json(line).to_question()
    assert (question.accuracy_m, question.home) == (12, "Katy, TX")
    assert question.created_at is not None
    assert question.created_at.tzinfo is not None


def test_a_key_that_is_not_known_is_named_and_left_aside() -> None:
    out = StringIO()
    assert resolve_lines(sample_resolver(), ['{"id": 1, "txt": "hi", "latitude": 29.7, "text": "hi"}'], out) == 0
    assert json.loads(out.getvalue())["notes"] == ["left aside, for these keys are not known: latitude, txt"]


@pytest.mark.parametrize("state", sorted(STATE_NAMES.keys() - {"NY"}))  # New York is a town with one store
def test_a_state_alone_never_names_a_store(state: str) -> None:
    assert ask(text=f"the McDonald's in {STATE_NAMES[state]} is bad").store_id is None


def test_a_zip_that_lost_its_zero_is_read_behind_its_state() -> None:
    place = place_from_line("10 Main St, Boston, MA 2108")
    assert (place.street, place.city, place.state, place.zip) == ("10 Main St", "Boston", "MA", "2108")
    assert place_from_line("1200 Highway 1234").zip is None
