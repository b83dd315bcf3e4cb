"""What stands below something removed is gone with it, though nobody tells: comments, answers to them, and their cases."""

import random
from collections.abc import Mapping
from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, select

from localcare.cases.models import Case
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.mentions.models import Mention
from tests.deliveries import comment, feed, message, post
from tests.stages.pipeline.conftest import STORE_PAGE, Town

COMPLAINT = "I waited 50 minutes and nobody helped me. Why is there only one person working?"
POST = f"{STORE_PAGE}_1"
Entry = dict[str, object]


@pytest.fixture
def thread(clock: SetClock) -> Mapping[str, Entry]:
    """A post with two comments; below the first an answer, and one below that."""
    at = clock.now()
    told = {
        "post": post(STORE_PAGE, at, COMPLAINT, post_id=POST, author="71"),
        "top": comment(STORE_PAGE, at, "Same here, nobody helped me.", comment_id="top", post_id=POST, author="72"),
        "other": comment(STORE_PAGE, at, "My bill is wrong again!", comment_id="other", post_id=POST, author="73"),
    }
    for name, above, author in (("answer", "top", "74"), ("below", "answer", STORE_PAGE)):
        told[name] = comment(STORE_PAGE, at, COMPLAINT, comment_id=name, post_id=POST, parent_id=above, author=author)
    later = at + timedelta(minutes=8)
    told["post gone"] = feed(STORE_PAGE, later, "post", "remove", post_id=POST)
    told["top gone"] = comment(STORE_PAGE, later, "", comment_id="top", post_id=POST, verb="remove", author="72")
    return told


def standing(session: Session) -> set[str]:
    return set(session.exec(select(Mention.external_id).where(Mention.removed_at == None)).all())  # noqa: E711


def open_cases(session: Session) -> int:
    return len(session.exec(select(Case).where(Case.is_open)).all())


def test_with_a_post_goes_everything_below_it_and_no_case_stays_open(
    town: Town, database: Database, thread: Mapping[str, Entry]
) -> None:
    words = [thread[name] for name in ("post", "top", "other", "answer", "below")]
    town.tell(*words)
    with database.session(town.brand_id) as session:
        assert (len(standing(session)), open_cases(session)) == (5, 4)
    town.tell(thread["post gone"])
    with database.session(town.brand_id) as session:
        assert (standing(session), open_cases(session)) == (set(), 0)
        assert {mention.text for mention in session.exec(select(Mention))} == {""}
        assert {case.closed_how for case in session.exec(select(Case))} == {"withdrawn"}


def test_with_a_comment_goes_what_answers_it_and_nothing_else(
    town: Town, database: Database, thread: Mapping[str, Entry]
) -> None:
    town.tell(*(thread[name] for name in ("post", "top", "other", "answer", "below", "top gone")), together=False)
    with database.session(town.brand_id) as session:
        assert standing(session) == {POST, "other"}


def test_whatever_order_a_removal_and_three_levels_below_it_come_in_nothing_stands(
    town: Town, database: Database, thread: Mapping[str, Entry]
) -> None:
    orders = list(permutations(("top", "answer", "below", "top gone")))
    for number, order in enumerate(random.Random(1).sample(orders, 24)):
        told = [_elsewhere(thread[name], number) for name in order]
        town.tell(*told, together=number % 3 == 0)
    with database.session(town.brand_id) as session:
        assert (standing(session), open_cases(session)) == (set(), 0)
        assert len({mention.removed_at for mention in session.exec(select(Mention))}) == 1


def test_the_earliest_word_of_a_removal_counts_for_what_falls(
    town: Town, database: Database, clock: SetClock, thread: Mapping[str, Entry]
) -> None:
    earlier = clock.now() + timedelta(minutes=5)
    town.tell(thread["post"], thread["top"], thread["post gone"])
    town.tell(feed(STORE_PAGE, earlier, "post", "remove", post_id=POST))
    with database.session(town.brand_id) as session:
        assert {mention.removed_at for mention in session.exec(select(Mention))} == {earlier.replace(microsecond=0)}


def test_a_message_that_quotes_one_taken_back_still_stands(town: Town, database: Database, clock: SetClock) -> None:
    first = message(STORE_PAGE, clock.now(), COMPLAINT, mid="m1", customer="555")
    clock.advance(timedelta(minutes=1))
    second = message(STORE_PAGE, clock.now(), "Hello? Nobody helped me!", mid="m2", customer="555")
    taken_back = message(STORE_PAGE, clock.now(), "", mid="m1", customer="555")
    _words_of(second)["reply_to"] = {"mid": "m1"}
    _words_of(taken_back).pop("text")
    _words_of(taken_back)["is_deleted"] = True
    town.tell(first, taken_back, second, together=False)
    with database.session(town.brand_id) as session:
        assert standing(session) == {"m2"}


def _words_of(entry: Entry) -> dict[str, object]:
    events = entry["messaging"]
    assert isinstance(events, list)
    words = events[0]["message"]
    assert isinstance(words, dict)
    return words


def _elsewhere(entry: Entry, number: int) -> Entry:
    """The same below another post."""
    changes = entry["changes"]
    assert isinstance(changes, list)
    told = changes[0]["value"]
    moved = {name: f"{told[name]}-{number}" for name in ("comment_id", "parent_id", "post_id")}
    return entry | {"changes": [changes[0] | {"value": told | moved}]}
