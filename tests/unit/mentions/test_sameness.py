"""One recommendation that several lanes tell is one mention; two people never are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.mentions.core import MentionChange, MentionState, Verb, fold
from localcare.mentions.sameness import Account, fold_words, is_same, item_of, join

MONDAY = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
WORDS = "Maria at the counter moved all my photos to the new phone and was patient with every question I had."


def account(
    *,
    lane: str = "import:stored",
    external_id: str = "r-1",
    channel: str = "facebook",
    kind: str = "review",
    author: str | None = "Ana Pérez",
    author_id: str | None = None,
    text: str = WORDS,
    page: str | None = "990000000000001",
    store: str | None = None,
    recommends: bool | None = True,
    rating: int | None = None,
    link: str | None = None,
    at: datetime = MONDAY,
    dated: bool = True,
) -> Account:
    change = MentionChange(
        channel=channel, kind=kind, external_id=external_id, verb=Verb.ADD, at=at, digest=external_id, page_id=page,
        thread_id=external_id, author_id=author_id, author_name=author, text=text, recommends=recommends, rating=rating,
        store_number=store, permalink=link, created_at=at if dated else None,
    )  # fmt: skip
    places = [f"page:{page}"] if page else []
    places += [f"store:{store}"] if store else []
    return Account(fold(None, [change]), lane, frozenset(places))


HERE = account()
SAME = {
    "spelled in capitals": account(lane="b", external_id="x", text=WORDS.upper(), author="ANA PÉREZ"),
    "with another dash": account(lane="b", external_id="x", text=WORDS.replace(" and", " —\u00a0and")),
    "cut off": account(lane="b", external_id="x", text=WORDS[:40] + "…"),
    "cut off in Spanish": account(lane="b", external_id="x", text=WORDS[:40] + "... Ver más"),
    "gone on with later": account(lane="b", external_id="x", text=f"{WORDS} UPDATE: after 2 days it works."),
    "a letter typed wrong": account(lane="b", external_id="x", text=WORDS.replace("patient", "patiend")),
    "without an opinion": account(lane="b", external_id="x", recommends=None),
    "two days apart": account(lane="b", external_id="x", at=MONDAY + timedelta(days=2)),
    "told late and undated": account(lane="b", external_id="x", at=MONDAY + timedelta(days=6), dated=False),
    "typed in by a colleague": account(external_id="typed-1"),
    "another of a lane that names no network": account(lane="signed:community:a", channel="community"),
    "the words withheld": account(lane="b", external_id="x", text=""),
}
OTHER = {
    "two of one lane's own ids": account(external_id="r-2"),
    "lanes that are not known": replace(account(external_id="x"), lane=""),
    "another person": account(lane="b", external_id="x", author="Ana Pereira"),
    "nobody": account(lane="b", external_id="x", author=None),
    "Facebook's word for nobody": account(lane="b", external_id="x", author="Facebook user"),
    "another id of the same name": account(lane="b", external_id="x", author_id="2"),
    "another Page": account(lane="b", external_id="x", page="990000000000002"),
    "no place in common": account(lane="b", external_id="x", page=None, store="4001"),
    "other words": account(lane="b", external_id="x", text="I waited an hour and nobody asked me what I had come for."),
    "short words that differ": account(lane="b", external_id="x", text="Great"),
    "the other opinion": account(lane="b", external_id="x", recommends=False),
    "a month apart": account(lane="b", external_id="x", at=MONDAY + timedelta(days=30)),
    "another network": account(lane="b", external_id="x", channel="google"),
    "a comment": account(lane="b", external_id="x", kind="comment"),
    "no words and another day": account(lane="b", external_id="x", text="", at=MONDAY + timedelta(days=2)),
    "no words and no opinion": account(lane="b", external_id="x", text="", recommends=None),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_the_same_review_is_recognised(other: Account) -> None:
    here = replace(HERE, state=replace(HERE.state, author_external_id="1"))
    assert is_same(here, other)
    assert is_same(other, here)


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_what_may_be_another_stays_another(other: Account) -> None:
    here = replace(HERE, state=replace(HERE.state, author_external_id="1"))
    assert not is_same(here, other)
    assert not is_same(other, here)


def test_one_link_is_one_review_however_the_words_differ() -> None:
    link = "https://www.facebook.com/permalink.php?story_fbid=77&id=990000000000001"
    told = account(link=link), account(lane="b", external_id="x", text="…", at=MONDAY + timedelta(days=40), link=link)
    assert is_same(*told)


def test_a_link_to_all_reviews_is_a_link_to_none() -> None:
    assert item_of("https://www.facebook.com/990000000000001/reviews") is None
    assert item_of("https://www.facebook.com/pellora/posts/123456") == "path:123456"
    assert item_of("https://www.facebook.com/p/?comment_id=9&story_fbid=8") == "comment_id:9"


def test_marks_of_direction_and_joined_emoji_do_not_split_words() -> None:
    assert fold_words("\u200fשלום\u200f, \u2067אנה\u2069") == fold_words("שלום אנה")
    assert fold_words("👩‍🔧 great!") == fold_words("👩🔧 GREAT")


people = st.sampled_from(["Ana Pérez", "Bo Li", "Cem Öz", None, "Facebook user", ""])
accounts = st.builds(
    account,
    lane=st.sampled_from(["import:stored", "mail:stored", "signed:facebook:a", ""]),
    external_id=st.sampled_from(["r-1", "r-2", "mail-1", "typed-1", "made-1"]),
    author=people,
    author_id=st.sampled_from([None, "1", "2"]),
    text=st.sampled_from([WORDS, WORDS[:30] + "…", "Great!", ""]),
    page=st.sampled_from(["1", "2", None]),
    store=st.sampled_from(["4001", None]),
    recommends=st.sampled_from([True, False, None]),
    at=st.sampled_from([MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=20)]),
    dated=st.booleans(),
)


@given(accounts, accounts)
def test_two_people_are_never_one(one: Account, other: Account) -> None:
    if is_same(one, other):
        assert is_same(other, one)
        assert one.state.author_name == other.state.author_name not in (None, "", "Facebook user")
        assert len({one.state.author_external_id, other.state.author_external_id} - {None}) < 2
        assert one.places & other.places


def facts(state: MentionState) -> tuple[object, ...]:
    return (
        state.text, state.rating, state.recommends, state.author_name, state.author_external_id, state.page_id,
        state.store_number, state.permalink, state.network_created_at, state.removed_at,
    )  # fmt: skip


RICHER = st.builds(
    account,
    external_id=st.uuids().map(str),
    author_id=st.sampled_from([None, "1"]),
    text=st.sampled_from([WORDS, WORDS[:30] + "…", WORDS[:60] + "...", ""]),
    rating=st.sampled_from([None, 5]),
    recommends=st.sampled_from([None, True]),
    store=st.sampled_from([None, "4001"]),
    link=st.sampled_from([None, "https://www.facebook.com/1/reviews", "https://www.facebook.com/1/posts/22"]),
    at=st.sampled_from([MONDAY, MONDAY + timedelta(hours=5), MONDAY - timedelta(hours=5)]),
    dated=st.booleans(),
)


@given(st.lists(RICHER, min_size=1, max_size=5).flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_whichever_lane_comes_first_the_same_is_known(told: tuple[list[Account], list[Account]]) -> None:
    one, other = (reduce(join, [each.state for each in order]) for order in told)
    assert facts(one) == facts(other)
    assert one.external_id == told[0][0].state.external_id
    assert join(one, told[0][0].state) == one


def test_an_edit_is_news_and_a_repeated_beginning_is_not() -> None:
    known = account().state
    edit = MentionChange(
        channel="facebook", kind="review", external_id="x", verb=Verb.EDIT, at=MONDAY + timedelta(days=1), digest="e",
        text="Short, but it is what I think now.",
    )  # fmt: skip
    edited = join(known, fold(None, [edit]))
    assert edited.text == "Short, but it is what I think now."
    late = account(lane="b", external_id="y", at=MONDAY + timedelta(days=2))
    assert join(edited, late.state).text == edited.text


def test_what_is_removed_by_one_lane_is_removed() -> None:
    gone = MentionChange(
        channel="facebook", kind="post", external_id="x", verb=Verb.REMOVE, at=MONDAY + timedelta(days=1), digest="r"
    )
    after = join(account().state, fold(None, [gone]))
    assert (after.text, after.author_name, after.external_id) == ("", None, "r-1")
