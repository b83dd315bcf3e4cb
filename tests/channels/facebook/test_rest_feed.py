"""Rows of the lists as recorded and as made up: what becomes of each, and what of it is news."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.facebook.core.outcome import MisshapenError
from localcare.channels.facebook.core.read import Json, nodes_at
from localcare.channels.facebook.core.rest_conversations import customer_of, messages_inside, seen_message, updated_at
from localcare.channels.facebook.core.rest_feed import comments_inside, seen_comment, seen_post, seen_tag
from localcare.channels.facebook.core.rest_seen import KnownMention, Seen, differences
from localcare.mentions.core import Attachment, MentionChange, Verb, fold
from tests.channels.facebook.reading import Memory

PAGE = "1234567890321"
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
WRITTEN = "2026-11-20T09:30:00+0000"
POST: Json = {"id": f"{PAGE}_5", "message": "Closed?", "created_time": WRITTEN, "from": {"id": "77", "name": "Ann"}}
JUNK: tuple[object, ...] = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        float("inf"),
        "",
        "x\x00y",
        "9" * 600,
        [],
        [None],
        [{}],
        {},
        {"id": 7},
        {"id": []},
    ),
    *({"data": None}, {"data": [{"id": []}, 5]}, {"data": [{"type": "photo", "media": 7}]}, {"data": {"id": "1"}}),
    *({"location": {"latitude": "x", "longitude": 999}}, {"location": 5}, {"paging": {"next": 5}, "data": [{}]}),
)
junk = st.sampled_from(JUNK)
row_keys = st.sampled_from(
    ["id", "from", "message", "created_time", "is_hidden", "attachments", "attachment", "place", "parent", "comments",
     "participants", "messages", "to", "sticker", "updated_time", "permalink_url"]
)  # fmt: skip


def post(**more: object) -> Seen:
    return seen_post(PAGE, {**POST, **more}, AT)


def known(seen: Seen, **other: object) -> dict[str, KnownMention]:
    """What is stored once a row was taken, with something else about it."""
    memory = Memory()
    memory.take([seen.change])
    stored = memory.known()[seen.id]
    return {seen.id: replace(stored, **other)}  # type: ignore[arg-type]


def test_a_comment_without_a_parent_answers_the_post() -> None:
    row: Json = {"id": "5_6", "message": "Yes", "created_time": WRITTEN}
    assert seen_comment(PAGE, f"{PAGE}_5", row, AT).change.parent_id == f"{PAGE}_5"
    reply = seen_comment(PAGE, f"{PAGE}_5", {**row, "parent": {"id": "5_4"}}, AT)
    assert (reply.change.parent_id, reply.change.thread_id) == ("5_4", f"{PAGE}_5")


def test_what_moved_last_is_known_from_a_post() -> None:
    assert post().moved_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert post(updated_time="2026-11-20T11:00:00+0000").moved_at.hour == 11
    # a broken clock does not make it older than it is
    assert post(updated_time="2011-01-01T11:00:00+0000").moved_at.year == 2026


@pytest.mark.parametrize("lacking", ["id", "created_time"])
def test_a_row_without_its_id_or_its_time_is_misshapen(lacking: str) -> None:
    row = {key: value for key, value in POST.items() if key != lacking}
    with pytest.raises(MisshapenError):
        seen_post(PAGE, row, AT)


def test_a_tag_on_the_own_wall_is_left_to_the_feed() -> None:
    assert seen_tag(PAGE, POST, AT) is None
    tag = seen_tag(PAGE, {**POST, "id": "9_9"}, AT)
    assert tag is not None
    assert (tag.change.kind, tag.id) == ("mention", "9_9")


def test_photos_come_by_their_picture_and_albums_by_their_photos() -> None:
    image = {"image": {"src": "https://cdn.example/a.jpg"}}
    album = {"type": "album", "url": "https://facebook.example/album", "subattachments": {"data": [
        {"type": "photo", "media": image, "url": "https://facebook.example/a"},
        {"type": "photo", "media": {"image": {"src": "https://cdn.example/b.jpg"}}},
    ]}}  # fmt: skip
    assert post(attachments={"data": [album]}).change.attachments == (
        Attachment("photo", "https://cdn.example/a.jpg"),
        Attachment("photo", "https://cdn.example/b.jpg"),
    )
    share = {"type": "share", "url": "javascript:alert(1)"}
    assert post(attachments={"data": [share]}).change.attachments == ()


def test_what_is_not_stored_is_added_and_hidden_where_it_is() -> None:
    assert [change.verb for change in differences([post(is_hidden=True)], {})] == [Verb.ADD, Verb.HIDE]
    assert [change.verb for change in differences([post(), post()], {})] == [Verb.ADD]


def test_what_was_removed_or_purged_never_comes_back() -> None:
    seen = post(message="Other words", is_hidden=True)
    assert differences([seen], known(seen, removed=True)) == []


@pytest.mark.parametrize(
    ("other", "verbs"),
    [
        ({}, []),
        ({"text": "Other words"}, [Verb.EDIT]),
        ({"text": "  Closed?\r\n"}, []),
        ({"hidden": True}, [Verb.UNHIDE]),
        ({"author_id": None, "author_name": None}, [Verb.UNHIDE]),
        ({"author_name": None}, [Verb.UNHIDE]),
        ({"is_dated": False}, [Verb.UNHIDE]),
        ({"author_id": "78", "author_name": "Known"}, []),
        ({"is_known": False}, [Verb.ADD]),
    ],
)
def test_only_what_differs_is_told(other: dict[str, object], verbs: list[Verb]) -> None:
    seen = post(is_hidden=False)
    assert [change.verb for change in differences([seen], known(seen, **other))] == verbs


def test_what_only_fills_a_gap_makes_nobody_read_the_words_again() -> None:
    seen = post()
    (change,) = differences([seen], known(seen, author_name=None))
    before = fold(None, [replace(seen.change, author_name=None)])
    after = fold(before, [change])
    assert (after.author_name, after.content_version, after.hidden) == ("Ann", before.content_version, False)


def test_a_list_that_keeps_the_author_back_leaves_the_one_that_is_known() -> None:
    full, poor = post().change, replace(post(message="Edited").change, author_id=None, author_name=None)
    later = replace(poor, verb=Verb.EDIT, at=AT + timedelta(days=1))
    for order in ([full, later], [later, full]):
        assert (fold(None, order).author_name, fold(None, order).text) == ("Ann", "Edited")


@given(st.dictionaries(row_keys, junk, max_size=5))
def test_junk_is_read_or_refused_and_never_breaks(broken: Json) -> None:
    row = {**POST, **broken}
    for look in (
        lambda: seen_post(PAGE, row, AT),
        lambda: seen_comment(PAGE, f"{PAGE}_5", row, AT),
        lambda: seen_tag(PAGE, row, AT),
        lambda: seen_message(PAGE, customer_of(PAGE, row), row, AT),
        lambda: updated_at(row),
    ):
        try:
            seen = look()
        except MisshapenError:
            continue
        if isinstance(seen, Seen):
            assert seen.change.page_id == PAGE
            assert differences([seen], {})
    comments_inside(row)
    messages_inside(row)


def recorded(folder: Path, name: str) -> Json:
    found: Json = json.loads((folder / "graph-json" / name).read_text(encoding="utf-8"))
    return found


def _rows(given: object) -> Iterator[Json]:
    if isinstance(given, dict):
        if "id" in given:
            yield given
        for part in given.values():
            yield from _rows(part)
    elif isinstance(given, list):
        for part in given:
            yield from _rows(part)


def test_the_recorded_feed_of_a_page_becomes_its_posts_and_comments(eval_data: Path) -> None:
    feed = recorded(eval_data, "zammad_me_feed_200.json")
    page = "<FACEBOOK_PAGE_1_ID>"
    changes: list[MentionChange] = []
    for row in nodes_at(feed, "data"):
        changes.append(seen_post(page, row, AT).change)
        changes += [seen_comment(page, str(row["id"]), each, AT).change for each in comments_inside(row)[0]]
    posts = [change for change in changes if change.kind == "post"]
    comments = [change for change in changes if change.kind == "comment"]
    assert len(posts) == len(nodes_at(feed, "data"))
    assert comments
    assert all(change.text and change.created_at and change.author_id for change in changes)
    assert all(change.thread_id == change.parent_id for change in comments)
    assert [change.from_page for change in comments[:2]] == [True, False]
    assert all(change.permalink for change in posts)


def test_the_recorded_feed_of_another_reader_is_read_whole(eval_data: Path) -> None:
    feed = recorded(eval_data, "v2_1/feed-got.json")
    seen = [seen_post("74133697733", row, AT) for row in nodes_at(feed, "data")]
    assert len({each.id for each in seen}) == len(nodes_at(feed, "data"))
    assert not any(each.change.from_page for each in seen)


def test_recorded_comments_come_with_their_authors_and_photos(eval_data: Path) -> None:
    listed = nodes_at(nodes_at({"of": [recorded(eval_data, "post-with-normal-comments.json")]}, "of")[0], "comments")
    assert listed == []
    row = recorded(eval_data, "v5_0/post-with-comment.json")
    (comment,), has_more = comments_inside(row)
    seen = seen_comment("1234567890123", str(row["id"]), comment, AT)
    assert (seen.change.author_name, seen.change.text, has_more) == ("Test User", "grandioses grau", False)


def test_recorded_attachments_are_the_photos_of_an_album(eval_data: Path) -> None:
    seen = seen_post("1234567891234", recorded(eval_data, "v2_3/post-attachments.json"), AT)
    assert len(seen.change.attachments) > 1
    assert {attachment.type for attachment in seen.change.attachments} == {"photo"}


def test_a_recorded_conversation_is_with_the_person_who_is_not_the_page(eval_data: Path) -> None:
    row = recorded(eval_data, "conversation.json")
    listed, _ = messages_inside(row)
    page, customer = "120042743874449", "261743132120084"
    assert customer_of(page, row) == customer
    seen = [seen_message(page, customer, each, AT) for each in listed]
    assert {each.change.thread_id for each in seen} == {customer}
    assert {each.change.from_page for each in seen} <= {True, False}
    assert updated_at(row).year == 2012


def test_recorded_messages_have_their_photos(eval_data: Path) -> None:
    rows = recorded(eval_data, "python-facebook/facebook/apidata/messages/messages_info.json")
    seen = [seen_message("2121008874780932", None, row, AT) for row in rows.values() if isinstance(row, dict)]
    assert {each.change.thread_id for each in seen} == {"2711636948859886"}
    assert any(attachment.type == "image" for each in seen for attachment in each.change.attachments)


def test_no_recorded_answer_breaks_the_readers(eval_data: Path) -> None:
    read = 0
    for file in sorted((eval_data / "graph-json").rglob("*.json")):
        for row in _rows(json.loads(file.read_text(encoding="utf-8"))):
            with suppress(MisshapenError):
                kinds = {seen_post(PAGE, row, AT).change.kind, seen_comment(PAGE, "5", row, AT).change.kind}
                kinds.add(seen_message(PAGE, None, row, AT).change.kind)
                assert kinds == {"post", "comment", "message"}
                read += 1
    assert read > 100
