"""Through the real stand-in: answers typed in Business Suite, posts that are deleted, bursts, windows, deeds and the way back."""

from datetime import timedelta

import pytest

from localcare.cases.models import Case
from localcare.replies.models import Reply
from tests.journeys.installation import Browser, Installation
from tests.journeys.test_main_job import COMPLAINT, SORRY

pytestmark = pytest.mark.long


def write(place: Installation, external_id: str, ana: Browser | None = None, **values: str) -> tuple[Case, Browser]:
    """The manager writes an answer; it waits in the undo window."""
    case = place.case_of(external_id)
    ana = ana or place.sign_in(place.people.ana)
    ana.post_form(ana.get(f"/cases/{case.id}"), f"/cases/{case.id}/replies", {"text": SORRY} | values)
    return case, ana


def only_reply(place: Installation, case: Case) -> Reply:
    (reply,) = place.replies_to(case)
    return reply


def test_an_answer_typed_in_business_suite_stops_ours_and_the_manager_decides(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    case, ana = write(place, post_id)
    place.clock.advance(timedelta(seconds=5))
    place.world.comment(post_id, "Please come by.")
    place.settle()
    assert only_reply(place, case).state == "held"
    place.wait(seconds=30)
    assert place.comments_on(post_id) == ["Please come by."]
    page = ana.get(f"/cases/{case.id}")
    assert "Please come by." in page.text
    ana.post_form(page, "/attempts")
    place.settle()
    assert place.comments_on(post_id) == ["Please come by.", SORRY]


def test_a_message_typed_in_business_suite_stops_ours(place: Installation) -> None:
    said = place.act("/messages", page_id=place.store_page, author="Rosa Diaz", text=COMPLAINT)["id"]
    place.settle()
    case, ana = write(place, said)
    place.clock.advance(timedelta(seconds=5))
    person = place.world.person(place.store_page, "Rosa Diaz").id
    place.world.answer_natively(place.store_page, person, "We are open.")
    place.settle()
    place.wait(seconds=30)
    assert only_reply(place, case).state == "held"
    ana.post_form(ana.get(f"/cases/{case.id}"), "/withdrawal")
    assert only_reply(place, case).state == "undone"


def test_a_post_that_its_author_deletes_closes_the_case_and_stops_the_answer(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    case, _ = write(place, post_id)
    place.clock.advance(timedelta(seconds=5))
    place.world.remove(post_id)
    place.settle()
    place.wait(seconds=30)
    reply = only_reply(place, case)
    assert (reply.state, reply.attempts) == ("failed", 0)
    with place.session() as session:
        now = session.get_one(Case, case.id)
    assert (now.is_open, now.closed_how) == (False, "withdrawn")


@pytest.mark.long
def test_a_burst_of_answers_leaves_calmly_and_no_page_is_blocked(place: Installation) -> None:
    place.world.bursts.most = 3
    ana = place.sign_in(place.people.ana)
    posts = [place.customer_posts(f"{COMPLAINT} ({number})", author=f"Customer {number}") for number in range(6)]
    cases = [write(place, post_id, ana)[0] for post_id in posts]
    for _ in range(8):
        place.wait(seconds=20)
    assert [place.comments_on(post_id) for post_id in posts] == [[SORRY]] * 6
    assert {only_reply(place, case).state for case in cases} == {"confirmed"}


def test_a_message_is_answered_after_a_day_as_a_persons(place: Installation) -> None:
    said = place.act("/messages", page_id=place.store_page, author="Rosa Diaz", text=COMPLAINT)["id"]
    place.settle()
    place.wait(hours=30)
    case, _ = write(place, said)
    place.wait(seconds=11)
    assert only_reply(place, case).state == "confirmed"


def test_a_private_answer_reaches_the_author_once(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    case, ana = write(place, post_id, way="private")
    place.wait(seconds=11)
    assert only_reply(place, case).state == "confirmed"
    assert place.comments_on(post_id) == []
    threads = place.world.pages[place.store_page].conversations.values()
    assert [message.text for thread in threads for message in thread.messages] == [SORRY]
    assert "has been used" in ana.get(f"/cases/{case.id}").text


def test_a_comment_is_hidden_shown_liked_and_our_answer_changed_and_deleted(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    case, ana = write(place, post_id)
    place.wait(seconds=11)
    post = place.world.posts[post_id]
    url = f"/cases/{case.id}"
    ana.post_form(ana.get(url), "/hiding", {"reason": "personal"})
    place.wait(seconds=30)
    assert post.is_hidden
    ana.post_form(ana.get(url), "/showing")
    place.wait(seconds=30)
    assert not post.is_hidden
    ana.post_form(ana.get(url), "/like")
    place.wait(seconds=30)
    assert list(post.likes) == [place.store_page]
    ana.post_form(ana.get(url), "/correction", {"text": "Sorry, and thank you."})
    place.wait(seconds=30)
    assert place.comments_on(post_id) == ["Sorry, and thank you."]
    ana.post_form(ana.get(url), "/deletion")
    place.wait(seconds=30)
    assert place.comments_on(post_id) == []
    page = ana.get(url).text
    assert "Deleted from the Page" in page
    for line in (
        "hid the customer's words",
        "again.",
        "liked the customer",
        "changed the answer",
        "deleted the answer",
    ):
        assert line in page.replace("&#39;", "'")
