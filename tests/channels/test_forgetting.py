"""What is forgotten in a stored delivery is gone from its bytes, and everything else in it still says what it said."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from localcare.channels.forgetting import drop_idle, forget_in
from localcare.channels.reading import FACEBOOK, STORED, NoInterest, read_event, signed_source
from localcare.channels.stored import decode_changes, encode_changes
from localcare.mentions.core import MentionChange
from tests.deliveries import comment, delivery, message, post

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
RECORDED = sorted((Path(__file__).parent / "facebook" / "recorded").rglob("*.json"))


def mentions_in(source: str, body: bytes) -> list[MentionChange]:
    return [each for each in read_event(source, body, received_at=NOW) if isinstance(each, MentionChange)]


def test_one_persons_comment_goes_and_the_others_of_the_batch_stay() -> None:
    entries = [
        post("1", NOW, "the post of another", post_id="1_10", author="5"),
        comment("1", NOW, "forget this please", comment_id="10_11", post_id="1_10", author="6"),
        comment("2", NOW, "somebody else", comment_id="20_21", post_id="2_20", author="7"),
        message("2", NOW, "and a message", mid="m_1", customer="8"),
    ]
    body = delivery(entries, NOW).body
    left = forget_in(FACEBOOK, body, {("facebook", "10_11")}, received_at=NOW)
    assert left is not None
    assert b"forget this" not in left
    assert [each.external_id for each in mentions_in(FACEBOOK, left)] == ["1_10", "20_21", "m_1"]
    kept = [each for each in mentions_in(FACEBOOK, body) if each.external_id != "10_11"]
    assert mentions_in(FACEBOOK, left) == kept


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_without_what_makes_no_mention_a_delivery_says_the_same(path: Path) -> None:
    body = path.read_bytes()
    left = drop_idle(body, received_at=NOW)
    outcomes = read_event(FACEBOOK, body, received_at=NOW)
    assert (left is None) == (not any(isinstance(each, NoInterest) for each in outcomes))
    if left is not None:
        assert mentions_in(FACEBOOK, left) == mentions_in(FACEBOOK, body)
        assert drop_idle(left, received_at=NOW) is None


def test_forgetting_a_post_keeps_what_others_wrote_below_it() -> None:
    entries = [
        post("1", NOW, "forget this please", post_id="1_10", author="5"),
        comment("1", NOW, "a comment of another", comment_id="10_11", post_id="1_10", author="6"),
    ]
    left = forget_in(FACEBOOK, delivery(entries, NOW).body, {("facebook", "1_10")}, received_at=NOW)
    assert left is not None
    assert b"forget this" not in left
    assert b"a comment of another" in left


def test_a_delivery_without_the_forgotten_is_left_alone() -> None:
    body = delivery([post("1", NOW, "hello", post_id="1_10")], NOW).body
    assert forget_in(FACEBOOK, body, {("facebook", "1_99"), ("google", "1_10")}, received_at=NOW) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"entry": 5}', b'{"entry": [1, null, {"id": []}]}'])
def test_what_cannot_be_read_is_left_alone(body: bytes) -> None:
    assert forget_in(FACEBOOK, body, {("facebook", "1_10")}, received_at=NOW) is None


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_every_mention_of_every_recorded_payload_can_be_forgotten(file: Path) -> None:
    body = file.read_bytes()
    for mention in mentions_in(FACEBOOK, body):
        key = (mention.channel, mention.external_id)
        left = forget_in(FACEBOOK, body, {key}, received_at=NOW)
        assert left is not None
        others = [each for each in mentions_in(FACEBOOK, body) if (each.channel, each.external_id) != key]
        assert mentions_in(FACEBOOK, left) == others


def test_items_of_signed_sources_and_stored_rows_go_alike() -> None:
    source = signed_source("google", "tool")
    body = orjson.dumps({"mentions": [{"external_id": name, "text": f"words of {name}"} for name in ("a", "b")]})
    left = forget_in(source, body, {("google", "a")}, received_at=NOW)
    assert left is not None
    assert [each.text for each in mentions_in(source, left)] == ["words of b"]
    rows = encode_changes(mentions_in(source, body))
    stored = forget_in(STORED, rows, {("google", "b")}, received_at=NOW)
    assert stored is not None
    assert [each.external_id for each in decode_changes(stored)] == ["a"]
