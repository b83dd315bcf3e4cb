"""Payloads spoiled in every way: nothing raises, nothing costs a neighbour, and no mention has another's Page."""

import copy
import json
import random
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.channels.facebook.core import Parsed, parse_delivery
from localcare.channels.facebook.core.read import id_at
from localcare.mentions.core import MentionChange, fold

RECORDED = [path.read_bytes() for path in sorted((Path(__file__).parent / "recorded").glob("*.json"))]
ACCOUNT = "17841405726653026"
_COMMENT = {
    "from": {"id": "5", "username": "ana", "self_ig_scoped_id": "6"},
    "id": "17865799348089039",
    "comment_id": "17865799348089039",
    "parent_id": "17865799348089038",
    "text": "Was sold a locked phone",
    "media": {"id": "17918195224117851", "media_product_type": "FEED", "ad_id": "1", "original_media_id": "2"},
}
_NAMED = {"comment_id": "17894227972186120", "media_id": "17918195224117851"}
_DIRECT = {
    "sender": {"id": "5"},
    "recipient": {"id": ACCOUNT},
    "timestamp": 1569262485349,
    "message": {
        "mid": "aWdfZAG1faXRlbToxOk",
        "text": "Hello",
        "reply_to": {"story": {"id": "3", "url": "https://cdn.example/story"}},
        "attachments": [{"type": "image", "payload": {"url": "https://cdn.example/1.jpg"}}],
    },
}
_ENTRIES: list[dict[str, object]] = [
    {"changes": [{"field": "comments", "value": _COMMENT}]},
    {"changes": [{"field": "live_comments", "value": _COMMENT}]},
    {
        "changes": [
            {"field": "mentions", "value": _NAMED},
            {"field": "mentions", "value": {"media_id": "17918195224117850"}},
        ]
    },
    {"field": "comments", "value": _COMMENT},
    {"field": "mentions", "value": _NAMED},
    {"messaging": [_DIRECT]},
    {"messaging": [_DIRECT | {"message": {"mid": "aWdf", "is_deleted": True}}]},
    {"messaging": [_DIRECT | {"message": {"mid": "aWdf", "text": "Hi", "is_echo": True}}]},
    {"standby": [_DIRECT]},
    {"changes": [{"field": "messages", "value": _DIRECT}]},
]
INSTAGRAM = [
    json.dumps({"object": "instagram", "entry": [{"id": ACCOUNT, "time": 1569262486, **entry}]}).encode()
    for entry in _ENTRIES
]
"""Its three envelopes: a list of changes, a flat field and value, a list of messages."""

SOURCES = [*RECORDED, *INSTAGRAM]
SWAPS: list[object] = [..., None, True, -1, 2**70, 1.5, "", "x" * 5_000, [], {}, [[{}]], {"id": {"id": []}}]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
Path_ = tuple[Any, ...]


def test_instagram_unspoiled_is_read_in_each_envelope() -> None:
    found = [change for source in INSTAGRAM for change in mentions(parse_delivery(source))]
    assert len(found) == 10
    assert {change.channel for change in found} == {"instagram"}
    assert {change.page_id for change in found} == {ACCOUNT}


@pytest.mark.parametrize("source", INSTAGRAM)
def test_every_part_of_an_instagram_payload_may_be_anything(source: bytes) -> None:
    for spoiled in every_spoiling(json.loads(source), SWAPS):
        assert_sound(spoiled)


@pytest.mark.parametrize("swap", [..., None, [], {}, "x", 7])
def test_every_part_of_every_recorded_payload_may_be_missing_or_of_another_type(swap: object) -> None:
    for source in RECORDED:
        for spoiled in every_spoiling(json.loads(source), [swap]):
            assert_sound(spoiled)


@settings(max_examples=400, deadline=None)
@given(
    sources=st.lists(st.sampled_from(SOURCES), min_size=1, max_size=4),
    seed=st.randoms(use_true_random=False),
    junk=st.lists(JUNK | st.just(...), max_size=5),
)
def test_in_a_delivery_of_many_pages_a_spoiled_entry_costs_no_other(
    sources: list[bytes], seed: random.Random, junk: list[Any]
) -> None:
    loaded = [json.loads(source) for source in sources]
    delivery = {"object": loaded[0]["object"], "entry": [entry for each in loaded for entry in each["entry"]]}
    for number, entry in enumerate(delivery["entry"]):
        entry["id"] = str(1_000 + number)
    whole = copy.deepcopy(delivery)
    victim = seed.randrange(len(delivery["entry"]))
    for part in junk:
        spots = _spots(delivery["entry"][victim], ("entry", victim))
        if len(spots) > 1:
            delivery = _spoil(delivery, seed.choice(spots[1:]), part)
    assert_sound(delivery)
    for number, entry in enumerate(whole["entry"]):
        if number != victim:
            neighbour = {"object": whole["object"], "entry": [entry]}
            unspoiled = parse_delivery(_bytes(neighbour))
            page_id = str(1_000 + number)
            assert mentions(unspoiled) == [
                c for c in mentions(parse_delivery(_bytes(delivery))) if c.page_id == page_id
            ]


@settings(max_examples=250, deadline=None)
@given(
    source=st.sampled_from(SOURCES),
    seed=st.randoms(use_true_random=False),
    junk=st.lists(JUNK | st.just(...), min_size=1, max_size=6),
)
def test_any_junk_anywhere_has_an_outcome(source: bytes, seed: random.Random, junk: list[Any]) -> None:
    delivery = json.loads(source)
    for part in junk:
        spots = _spots(delivery)
        delivery = _spoil(delivery, seed.choice(spots[1:] or spots), None if part is ... and not spots[1:] else part)
    assert_sound(delivery)


@settings(max_examples=300)
@given(st.binary(max_size=200) | JUNK.map(lambda junk: json.dumps(junk).encode()))
def test_any_bytes_have_an_outcome(body: bytes) -> None:
    assert parse_delivery(body)


def mentions(outcomes: list[Parsed]) -> list[MentionChange]:
    return [outcome for outcome in outcomes if isinstance(outcome, MentionChange)]


def every_spoiling(delivery: Any, swaps: list[object]) -> Iterator[Any]:
    """The delivery with each of its parts, one at a time, taken out or put in place of another type."""
    raw = orjson.dumps(delivery)
    for spot in _spots(delivery)[1:]:
        for swap in swaps:
            yield _spoil(orjson.loads(raw), spot, swap)


def assert_sound(delivery: Any) -> None:
    """Whatever was done to it: an outcome, and each mention has the Page of the very entry that it came in."""
    body = _bytes(delivery)
    outcomes = parse_delivery(body)
    assert outcomes
    # the parser reads through orjson, where an integer beyond 64 bits is no id
    loaded = orjson.loads(body)
    entries = loaded.get("entry") if isinstance(loaded, dict) else None
    if isinstance(entries, list) and entries:
        apart = [parse_delivery(orjson.dumps({**loaded, "entry": [entry]})) for entry in entries]
        assert outcomes == [outcome for part in apart for outcome in part]
        for entry, part in zip(entries, apart, strict=True):
            for change in mentions(part):
                assert change.page_id == id_at(entry, "id")
                assert change.channel == ("instagram" if loaded["object"] == "instagram" else "facebook")
    for change in mentions(outcomes):
        assert change.external_id
        assert change.at.tzinfo is UTC
        assert 2004 <= change.at.year < 2100
        assert len(change.digest) == 16
        assert "\x00" not in (change.text or "")
        assert fold(None, [change]).page_id == change.page_id


def _bytes(delivery: Any) -> bytes:
    return json.dumps(delivery).encode()


def _spots(node: Any, path: Path_ = ()) -> list[Path_]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(spot for key, child in inner for spot in _spots(child, (*path, key)))]


def _spoil(delivery: Any, spot: Path_, junk: object) -> Any:
    if not spot:
        return junk
    node = delivery
    for key in spot[:-1]:
        node = node[key]
    if junk is ...:
        del node[spot[-1]]
    else:
        node[spot[-1]] = junk
    return delivery
