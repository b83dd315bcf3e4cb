import json
from datetime import UTC, datetime
from typing import Any

import pytest

from localcare.channels.facebook.core import NoInterest, Parsed, SetAside, parse_delivery
from localcare.mentions.core import Attachment, MentionChange, Place, Verb, fold

PAGE = "1234567890321"
NOON = 1_700_000_000
COMMENT: dict[str, Any] = {
    "item": "comment",
    "verb": "add",
    "comment_id": "77_88",
    "post_id": f"{PAGE}_77",
    "parent_id": f"{PAGE}_77",
    "from": {"id": "555", "name": "Ana"},
    "created_time": NOON - 5,
    "message": "Nobody at the counter.",
}


def deliver(*changes: dict[str, Any], page: object = PAGE, time: object = NOON, kind: str = "page") -> bytes:
    return json.dumps({"object": kind, "entry": [{"id": page, "time": time, "changes": list(changes)}]}).encode()


def feed(**differences: object) -> dict[str, Any]:
    value = {key: part for key, part in {**COMMENT, **differences}.items() if part is not ...}
    return {"field": "feed", "value": value}


def only(body: bytes) -> Parsed:
    (outcome,) = parse_delivery(body)
    return outcome


def mention(body: bytes) -> MentionChange:
    outcome = only(body)
    assert isinstance(outcome, MentionChange), outcome
    return outcome


def messaging(event: dict[str, Any], *, kind: str = "page", page: str = PAGE) -> bytes:
    whole = {"sender": {"id": "42"}, "recipient": {"id": page}, "timestamp": NOON * 1000, **event}
    return json.dumps(
        {"object": kind, "entry": [{"id": page, "time": NOON * 1000 + 900, "messaging": [whole]}]}
    ).encode()


@pytest.mark.parametrize(
    ("given_ids", "author_id"),
    [
        ({"from": {"id": "555", "name": "Ana"}}, "555"),
        ({"from": {"id": 555, "name": "Ana"}}, "555"),
        ({"from": ..., "sender_id": 555, "sender_name": "Ana"}, "555"),
        ({"from": None, "sender_id": "555"}, "555"),
        ({"from": {"name": "Ana"}, "sender_id": 555}, "555"),
        ({"from": ...}, None),
        ({"from": {"id": True}}, None),
        ({"from": {"id": 5.5}}, None),
        ({"from": {"id": None}}, None),
        ({"from": {"id": "  "}}, None),
        ({"from": {"id": [555]}}, None),
        ({"from": "555"}, None),
    ],
)
def test_the_author_is_read_wherever_meta_puts_it(given_ids: dict[str, Any], author_id: str | None) -> None:
    change = mention(deliver(feed(**given_ids)))
    assert change.author_id == author_id
    assert not change.from_page


@pytest.mark.parametrize("author", [{"from": {"id": PAGE}}, {"from": ..., "sender_id": int(PAGE)}])
def test_the_pages_own_words_are_marked(author: dict[str, Any]) -> None:
    assert mention(deliver(feed(**author))).from_page


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("add", Verb.ADD),
        ("edit", Verb.EDIT),
        ("edited", Verb.EDIT),
        ("update", Verb.EDIT),
        ("hide", Verb.HIDE),
        ("unhide", Verb.UNHIDE),
        ("remove", Verb.REMOVE),
        ("delete", Verb.REMOVE),
    ],
)
def test_both_spellings_of_a_verb_mean_the_same(word: str, verb: Verb) -> None:
    assert mention(deliver(feed(verb=word))).verb is verb


@pytest.mark.parametrize(
    ("time", "created", "at"),
    [
        (NOON, NOON - 5, NOON),
        (NOON * 1000, NOON - 5, NOON),
        (str(NOON), NOON - 5, NOON),
        (None, NOON - 5, NOON - 5),
        (True, NOON - 5, NOON - 5),
        (0, "2023-11-14T22:13:15+0000", NOON - 5),
        (10**300, NOON - 5, NOON - 5),
    ],
)
def test_a_change_is_ordered_by_when_it_was_sent(time: object, created: object, at: int) -> None:
    assert mention(deliver(feed(created_time=created), time=time)).at == datetime.fromtimestamp(at, UTC)


@pytest.mark.parametrize("junk", [None, "yesterday", "9" * 5000, -1, 1e308, [], "0001-01-01T00:00:00+23:59"])
def test_a_change_without_any_usable_time_is_set_aside(junk: object) -> None:
    outcome = only(deliver(feed(created_time=junk), time=junk))
    assert isinstance(outcome, SetAside)
    assert "time" in outcome.why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"field": "brand_new", "value": {}}, "field is not known"),
        ({"field": "feed"}, "no value"),
        ({"field": "feed", "value": []}, "no value"),
        (feed(item="hologram"), "“hologram” is not known"),
        (feed(item=...), "no item"),
        (feed(verb="teleport"), "“teleport” is not known"),
        (feed(verb=...), "no verb"),
        (feed(comment_id=...), "no usable comment_id"),
        (feed(item="post", post_id=None), "no usable post_id"),
    ],
)
def test_what_is_not_understood_is_set_aside_with_the_reason(change: dict[str, Any], why: str) -> None:
    outcome = only(deliver(change))
    assert isinstance(outcome, SetAside)
    assert outcome.page_id == PAGE
    assert why in outcome.why


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b'{"object":"page"}',
        b'{"object":"page","entry":[]}',
        b'{"object":"page","entry":[3]}',
        b'{"object":"page","entry":[{"time":1}]}',
        b'{"object":"page","entry":[{"id":"1","time":1700000000,"changed_fields":["feed"]}]}',
        b'{"object":"whatsapp_business_account","entry":[{"id":"1"}]}',
        b'{"object":"page","entry":' + b"[" * 5000,
        b'{"object":"page","entry":[{"id":"1","time":1700000000,"changes":[{"field":"feed","value":'
        b'{"item":"comment","verb":"add","comment_id":"1_2","x":' + b"[" * 400 + b"]" * 400 + b"}}]}]}",
    ],
)
def test_a_body_that_cannot_be_used_is_one_thing_set_aside(body: bytes) -> None:
    assert isinstance(only(body), SetAside)


def test_every_cut_of_a_delivery_is_set_aside_and_nothing_else() -> None:
    body = deliver(feed(), feed(verb="hide"))
    for length in range(len(body)):
        assert isinstance(only(body[:length]), SetAside)


def test_half_an_emoji_costs_neither_the_batch_nor_the_text() -> None:
    body = deliver(feed(message="late again \ud83d"), feed(comment_id="77_89"))
    cut, whole = parse_delivery(body)
    assert isinstance(cut, MentionChange)
    assert cut.text == "late again ?"
    assert isinstance(whole, MentionChange)


def test_a_null_character_never_reaches_the_database() -> None:
    change = mention(
        deliver(feed(message="a\x00b", comment_id="1\x00_2", **{"from": {"id": "5\x00", "name": "A\x00"}}))
    )
    assert "\\x00" not in repr(change)


def test_an_address_a_browser_would_run_is_dropped() -> None:
    change = mention(deliver(feed(photo="javascript:alert(1)", video="https://example.org/v.mp4")))
    assert change.attachments == (Attachment("video", "https://example.org/v.mp4"),)


def test_a_bad_change_spoils_no_neighbour() -> None:
    kinds = [type(outcome) for outcome in parse_delivery(deliver(feed(), {"field": 7}, feed(item="reaction"), feed()))]
    assert kinds == [MentionChange, SetAside, NoInterest, MentionChange]


def test_a_repeated_delivery_has_the_same_digest_and_a_real_change_another() -> None:
    first, repeated = mention(deliver(feed(verb="hide"))), mention(deliver(feed(verb="hide")))
    again, later = mention(deliver(feed(verb="unhide"))), mention(deliver(feed(verb="hide"), time=NOON + 60))
    assert first == repeated
    assert len({first.digest, again.digest, later.digest}) == 3


def test_the_order_of_keys_does_not_change_the_digest() -> None:
    turned = {"field": "feed", "value": dict(reversed(COMMENT.items()))}
    assert mention(deliver(turned)).digest == mention(deliver(feed())).digest


def test_a_thousand_changes_of_a_hundred_pages_each_keep_their_page() -> None:
    entries = [
        {"id": str(page), "time": NOON, "changes": [feed(comment_id=f"{page}_{n}") for n in range(10)]}
        for page in range(100)
    ]
    outcomes = parse_delivery(json.dumps({"object": "page", "entry": entries}).encode())
    pages = [(o.page_id, o.external_id) for o in outcomes if isinstance(o, MentionChange)]
    assert pages == [(str(page), f"{page}_{n}") for page in range(100) for n in range(10)]


def test_a_recommendation_without_words_says_so() -> None:
    value = {"item": "rating", "verb": "add", "open_graph_story_id": 9, "reviewer_id": 5, "review_text": None}
    change = mention(
        deliver({"field": "ratings", "value": {**value, "recommendation_type": "negative", "rating": True}})
    )
    assert (change.kind, change.external_id, change.text) == ("review", "9", "")
    assert (change.recommends, change.rating, change.author_id) == (False, None, "5")


def test_a_comment_under_a_recommendation_shares_its_thread() -> None:
    review = {"item": "rating", "verb": "add", "open_graph_story_id": 904, "reviewer_id": 5, "rating": 1}
    comment = {"item": "comment", "verb": "add", "comment_id": "904_905", "post_id": "5_904", "parent_id": "5_904"}
    first = mention(deliver({"field": "ratings", "value": review}))
    second = mention(deliver({"field": "ratings", "value": {**comment, "sender_id": 5}}))
    assert second.thread_id == first.thread_id == second.parent_id == first.external_id


def test_a_customers_message_and_our_echo_stand_in_one_conversation() -> None:
    asked = mention(messaging({"message": {"mid": "m_1", "text": "open on sunday?"}}))
    echo = {
        "sender": {"id": PAGE},
        "recipient": {"id": "42"},
        "message": {"mid": "m_2", "text": "yes", "is_echo": True},
    }
    answered = mention(messaging(echo))
    assert (asked.thread_id, asked.author_id, asked.from_page) == ("42", "42", False)
    assert (answered.thread_id, answered.author_id, answered.from_page) == ("42", PAGE, True)


def test_an_edit_of_a_message_comes_after_its_first_wording() -> None:
    first = mention(messaging({"message": {"mid": "m_1", "text": "mu order"}}))
    edit = mention(messaging({"message_edit": {"mid": "m_1", "text": "my order", "num_edit": "1"}}))
    assert fold(None, [edit, first]).text == fold(None, [first, edit]).text == "my order"


def test_a_location_sent_in_a_message_is_a_place() -> None:
    pin = {"type": "location", "title": "Elm St", "payload": {"coordinates": {"lat": 32.7, "long": -96.8}}}
    assert mention(messaging({"message": {"mid": "m_1", "attachments": [pin]}})).place == Place(
        name="Elm St", lat=32.7, lng=-96.8
    )


@pytest.mark.parametrize(("lat", "long"), [(91, 0), (0, 181), (None, 5), (True, 5), ("32", "-96")])
def test_coordinates_off_the_globe_are_no_place(lat: object, long: object) -> None:
    pin = {"type": "location", "payload": {"coordinates": {"lat": lat, "long": long}}}
    assert mention(messaging({"message": {"mid": "m_1", "attachments": [pin]}})).place is None


def test_an_ice_breaker_is_the_customers_question_and_a_plain_button_is_not() -> None:
    ice_breaker = mention(messaging({"postback": {"mid": "m_9", "title": "Where is my order?", "payload": "ORDER"}}))
    assert (ice_breaker.kind, ice_breaker.text) == ("message", "Where is my order?")
    assert isinstance(only(messaging({"postback": {"payload": "GET_STARTED"}})), NoInterest)


def test_instagram_comes_in_three_envelopes() -> None:
    value = {"id": "1", "text": "hi", "from": {"id": "5", "username": "ana"}, "media": {"id": "9"}}
    flat = {"object": "instagram", "entry": [{"id": "7", "time": NOON, "field": "comments", "value": value}]}
    in_list = mention(deliver({"field": "comments", "value": value}, page="7", kind="instagram"))
    direct = mention(messaging({"message": {"mid": "m_1", "text": "hi"}}, kind="instagram", page="7"))
    assert mention(json.dumps(flat).encode()) == in_list
    assert (in_list.kind, in_list.thread_id, in_list.parent_id, in_list.author_name) == ("comment", "9", "9", "ana")
    assert (direct.channel, direct.kind, direct.page_id) == ("instagram", "message", "7")


def test_an_instagram_mention_has_ids_only_and_no_words_until_they_are_read() -> None:
    caption = mention(deliver({"field": "mentions", "value": {"media_id": "9"}}, kind="instagram"))
    comment = mention(
        deliver({"field": "mentions", "value": {"media_id": "9", "comment_id": 17}}, kind="instagram")
    )  # fmt: skip
    assert (caption.external_id, caption.thread_id, caption.parent_id) == ("9", "9", None)
    assert (comment.external_id, comment.thread_id, comment.parent_id) == ("17", "9", "9")
    assert {caption.kind, comment.kind} == {"mention"}
    assert not fold(None, [caption]).is_known
    unusable = only(deliver({"field": "mentions", "value": {"comment_id": "17"}}, kind="instagram"))
    assert isinstance(unusable, SetAside)
