import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.facebook.core import Parsed, SetAside
from localcare.channels.signed_source import MOST_MENTIONS, parse_signed_delivery, read_signed_delivery
from localcare.errors import InvalidError
from localcare.mentions.core import MentionChange, fold

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def parse(*items: object) -> list[Parsed]:
    return parse_signed_delivery(json.dumps({"mentions": items}).encode(), channel="community", now=NOW)


def only(item: dict[str, Any]) -> MentionChange:
    (change,) = parse(item)
    assert isinstance(change, MentionChange), change
    return change


def test_an_item_has_the_names_of_mentions_csv() -> None:
    change = only(
        {"external_id": 17, "text": "No signal at the mall", "author": "Ana", "author_id": 5, "created_at": 1763700000}
        | {"latitude": 32.7, "longitude": -96.8, "rating": None, "recommends": False, "unheard_of": [1]}
    )
    assert (change.channel, change.kind, change.external_id, change.author_id) == ("community", "review", "17", "5")
    assert change.recommends is False
    assert change.place is not None
    assert change.created_at == datetime.fromtimestamp(1763700000, UTC)


def test_the_same_item_again_is_the_same_change() -> None:
    assert only({"external_id": "1", "text": "a"}).digest == only({"text": "a", "external_id": "1"}).digest
    assert only({"external_id": "1", "text": "a"}).digest != only({"external_id": "1", "text": "b"}).digest


def test_of_two_items_about_one_mention_the_later_wins() -> None:
    first, second = parse({"external_id": "1", "text": "a"}, {"external_id": "1", "text": "b"})
    assert isinstance(first, MentionChange)
    assert isinstance(second, MentionChange)
    assert fold(None, [second, first]).text == "b"


@pytest.mark.parametrize(
    ("item", "what", "why"),
    [
        (3, "mentions[1]", "not an object"),
        ({"external_id": "1"}, "mentions[1]", "says nothing"),
        ({"text": "x", "rating": True}, "mentions[1].rating", "1 to 5: True"),
        ({"text": ["x"]}, "mentions[1].text", "valid string"),
        ({"text": "x", "created_at": {}}, "mentions[1].created_at", "not a date"),
        ({"text": "x", "author_id": True}, "mentions[1].author_id", "valid string"),
    ],
)
def test_a_bad_item_is_set_aside_between_its_good_neighbours(item: object, what: str, why: str) -> None:
    before, bad, after = parse({"text": "x"}, item, {"text": "y"})
    assert isinstance(before, MentionChange)
    assert isinstance(after, MentionChange)
    assert isinstance(bad, SetAside)
    assert bad.what == what
    assert why in bad.why


def test_half_an_emoji_in_one_text_holds_none_of_them_back() -> None:
    items = [{"external_id": "1", "text": "cut \ud83d"}, {"external_id": "2", "text": "whole"}]
    assert [change.text for change in parse(*items) if isinstance(change, MentionChange)] == ["cut ?", "whole"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"mentions":3}', b'{"mentions":null}', b"\xff"])
def test_a_body_of_another_shape_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(InvalidError, match="at most 1,000 items"):
        read_signed_delivery(body)
    (outcome,) = parse_signed_delivery(body, channel="x", now=NOW)
    assert isinstance(outcome, SetAside)


def test_a_thousand_items_are_taken_and_one_more_is_not() -> None:
    full = [{"external_id": str(n), "text": "x"} for n in range(MOST_MENTIONS)]
    assert len(parse(*full)) == MOST_MENTIONS
    assert [type(outcome) for outcome in parse(*full, {"text": "x"})] == [SetAside]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["external_id", "text", "rating", "created_at", "latitude", "photo_url", "verb", "owner_reply", "kind"]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JUNK) | JUNK, max_size=4))
def test_no_item_makes_it_raise(items: list[object]) -> None:
    outcomes = parse(*items)
    assert len(outcomes) >= len(items)
