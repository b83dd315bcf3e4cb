"""Changes of a mention, in any order and any number of times, give one mention."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from localcare.mentions.core import Attachment, MentionChange, MentionState, Place, Verb, conversation_key, fold

START = datetime(2026, 11, 1, tzinfo=UTC)


def change(verb: Verb = Verb.ADD, *, minute: int = 0, digest: str = "a", **parts: object) -> MentionChange:
    given_parts = {"channel": "facebook", "kind": "comment", "external_id": "1_2", "page_id": "1", "thread_id": "1_1"}
    return MentionChange(verb=verb, at=START + timedelta(minutes=minute), digest=digest, **(given_parts | parts))  # type: ignore[arg-type]


changes = st.builds(
    change,
    st.sampled_from(Verb),
    minute=st.integers(0, 5),
    kind=st.sampled_from(["comment", "mention"]),
    page_id=st.sampled_from(["1", "2"]),
    text=st.none() | st.text(max_size=8),
    author_id=st.none() | st.just("77"),
    author_name=st.none() | st.sampled_from(["Ana", "Ana B."]),
    attachments=st.sampled_from([(), (Attachment("photo", "https://example.com/1"),)]),
    created_at=st.none() | st.just(START),
    place=st.none() | st.just(Place(city="Katy")),
).map(lambda made: replace(made, digest=sha256(repr(made).encode()).hexdigest()[:16]))


@given(st.lists(changes, min_size=1, max_size=7), st.randoms())
def test_any_order_and_any_repetition_give_the_same_mention(some: list[MentionChange], random: object) -> None:
    shuffled = [*some, *some[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(None, shuffled) == fold(None, some)


@given(st.lists(changes, min_size=2, max_size=7), st.data())
def test_folding_in_two_batches_is_folding_at_once(some: list[MentionChange], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(some) - 1))
    assert fold(fold(None, some[:cut]), some[cut:]) == fold(None, some)


@given(st.lists(changes, min_size=1, max_size=7))
def test_nothing_personal_is_left_of_what_was_removed(some: list[MentionChange]) -> None:
    state = fold(None, [*some, change(Verb.REMOVE, minute=9)])
    assert (state.text, state.author_external_id, state.author_name, state.attachments, state.place) == (
        "",
        None,
        None,
        (),
        None,
    )
    assert not state.is_live


def test_a_remove_before_its_add_leaves_a_tombstone() -> None:
    state = fold(None, [change(Verb.REMOVE, minute=3), change(text="It rained in", author_id="77")])
    assert state.removed_at == START + timedelta(minutes=3)
    assert state.text == ""


def test_the_newest_edit_wins_whenever_it_arrives() -> None:
    edits = [change(Verb.EDIT, minute=m, text=f"version {m}", digest=str(m)) for m in (2, 3, 1)]
    state = fold(None, [*edits, change(text="first")])
    assert (state.text, state.edited_at) == ("version 3", START + timedelta(minutes=3))


def test_hide_unhide_hide_is_hidden() -> None:
    state = fold(None, [change(Verb.HIDE, minute=3), change(Verb.HIDE, minute=1), change(Verb.UNHIDE, minute=2)])
    assert state.hidden


def test_the_text_a_hide_repeats_fills_in_for_an_add_that_never_came() -> None:
    hidden = change(Verb.HIDE, minute=4, text="and the next one")
    assert fold(None, [hidden]).text == "and the next one"
    photo = (Attachment("photo"),)
    assert fold(None, [hidden, change(text="and the next one", attachments=photo)]).attachments == photo


def test_silence_never_overwrites_a_known_author() -> None:
    state = fold(None, [change(author_id="77", author_name="Ana"), change(Verb.EDIT, minute=1, text="better")])
    assert (state.author_external_id, state.author_name) == ("77", "Ana")


def test_a_post_that_tags_another_page_belongs_to_the_page_it_stands_on() -> None:
    on_store = change(kind="post", page_id="2", text="hi")
    tagged_brand = change(kind="mention", page_id="9", text="hi", minute=1)
    state = fold(None, [tagged_brand, on_store])
    assert (state.kind, state.page_id) == ("post", "2")


def test_unknown_authors_are_never_one_conversation() -> None:
    first, second = (fold(None, [change(external_id=id_, text="x")]) for id_ in ("1_2", "1_3"))
    assert conversation_key(first) != conversation_key(second)


def test_two_words_of_one_author_on_one_thread_are_one_conversation() -> None:
    first, second = (fold(None, [change(external_id=id_, author_id="77")]) for id_ in ("1_2", "1_3"))
    assert conversation_key(first) == conversation_key(second)


def test_a_pages_message_is_in_the_customers_conversation() -> None:
    theirs = fold(None, [change(kind="message", thread_id="55", author_id="55")])
    ours = fold(None, [change(kind="message", thread_id="55", author_id="1", from_page=True, external_id="m2")])
    assert conversation_key(theirs) == conversation_key(ours)


def test_what_is_not_known_yet_is_not_live() -> None:
    state: MentionState = fold(None, [change(Verb.UNHIDE)])
    assert not state.is_known
    assert not state.is_live
