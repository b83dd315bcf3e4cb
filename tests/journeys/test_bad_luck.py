"""The answer's way when Facebook fails: one comment whatever happens, and people know why nothing has been sent yet."""

import pytest

from localcare.cases.models import Case
from localcare.replies.models import Reply
from tests.journeys.installation import STORE_PAGE, Browser, Installation
from tests.journeys.test_main_job import COMPLAINT, SORRY

pytestmark = pytest.mark.long


def answered(place: Installation, post_id: str, text: str = SORRY) -> tuple[Case, Browser]:
    """The manager answers, and the undo window passes."""
    case = place.case_of(post_id)
    ana = place.sign_in(place.people.ana)
    ana.post_form(ana.get(f"/cases/{case.id}"), f"/cases/{case.id}/replies", {"text": text})
    place.wait(seconds=11)
    return case, ana


def only_reply(place: Installation, case: Case) -> Reply:
    (reply,) = place.replies_to(case)
    return reply


@pytest.mark.parametrize(
    "kind",
    ["error_but_created", "reset_but_created", "bad_gateway", "empty", "reset", "error"],
)
def test_however_the_call_breaks_there_is_one_comment_in_the_end_and_the_reply_knows_it(
    place: Installation, kind: str
) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.act("/faults", kind=kind, edge="comments", method="POST")
    case, _ = answered(place, post_id)
    place.wait(minutes=1)
    reply = only_reply(place, case)
    assert place.comments_on(post_id) == [SORRY]
    assert (reply.state, reply.external_id) == ("confirmed", place.world.posts[post_id].comments[0].id)
    assert place.case_of(post_id).waiting_since is None


def test_the_question_whether_it_arrived_may_fail_too(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.act("/faults", kind="error_but_created", edge="comments", method="POST")
    place.act("/faults", kind="bad_gateway", edge="comments", method="GET", times=2)
    place.act("/faults", kind="empty_page", edge="comments", method="GET")
    case, _ = answered(place, post_id)
    for _ in range(5):
        place.wait(minutes=5)
    assert place.comments_on(post_id) == [SORRY]
    assert only_reply(place, case).state == "confirmed"


def test_a_broken_token_is_seen_and_the_answer_waits_until_it_is_mended(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.act("/token-failures", page_id=STORE_PAGE, subcode=460)
    case, ana = answered(place, post_id)
    health, detail = place.page_health(STORE_PAGE)
    assert health == "token"
    assert "connect the Page again" in detail
    shown = ana.get(f"/cases/{case.id}")
    assert "Not sent yet" in shown.text
    assert "connect the Page again" in shown.text
    for _ in range(15):
        place.wait(hours=1)
    assert only_reply(place, case).state == "sending", "it waits, it is not given up"
    place.repair_token(STORE_PAGE)
    place.wait(minutes=16)
    assert place.comments_on(post_id) == [SORRY]
    assert only_reply(place, case).state == "confirmed"
    assert place.page_health(STORE_PAGE) == ("ok", "")


def test_an_answer_that_has_waited_a_week_is_given_back_to_people(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.act("/token-failures", page_id=STORE_PAGE, subcode=460)
    case, _ = answered(place, post_id)
    place.wait(days=8)
    assert only_reply(place, case).state == "failed"
    assert place.case_of(post_id).waiting_since is not None


def test_a_spent_quota_is_waited_for_as_long_as_facebook_says(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.act("/faults", kind="rate_limited", edge="comments", method="POST", minutes=30)
    case, _ = answered(place, post_id)
    assert place.page_health(STORE_PAGE)[0] == "quota"
    place.wait(minutes=20)
    assert place.comments_on(post_id) == []
    place.wait(minutes=11)
    assert place.comments_on(post_id) == [SORRY]
    assert only_reply(place, case).state == "confirmed"


def test_a_post_that_is_gone_fails_with_a_sentence_on_the_case(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.act("/faults", kind="error", edge="comments", method="POST", code=100, subcode=33)
    case, ana = answered(place, post_id)
    assert only_reply(place, case).state == "failed"
    shown = ana.get(f"/cases/{case.id}")
    assert "Facebook does not have this any more" in shown.text
    assert place.case_of(post_id).waiting_since is not None
    assert place.page_health(STORE_PAGE)[0] == "unknown", "the Page's access is not to blame"


def test_the_same_words_said_before_are_not_taken_for_an_answer_that_was_never_posted(place: Installation) -> None:
    post_id = place.act(f"/pages/{STORE_PAGE}/posts", message="Come and see the new phones.")["id"]
    complaint = place.act("/comments", target_id=post_id, message=COMPLAINT, author="Marcus Bell")["id"]
    place.settle()
    case, ana = answered(place, complaint)
    place.wait(hours=1)
    again = "Nobody called me. I am still waiting for your call!"
    place.act("/comments", target_id=complaint, message=again, author="Marcus Bell")
    place.settle()
    place.act("/faults", kind="reset", edge="comments", method="POST")
    ana.post_form(ana.get(f"/cases/{case.id}"), f"/cases/{case.id}/replies", {"text": SORRY})
    place.wait(seconds=11)
    place.wait(minutes=2)
    first, second = place.replies_to(case)
    assert (first.state, second.state) == ("confirmed", "confirmed")
    assert first.target_id == second.target_id
    assert first.external_id != second.external_id
    assert place.comments_on(post_id) == [SORRY, SORRY]
