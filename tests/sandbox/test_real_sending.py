"""What localcare says and does for a Page, by the real SDK over real HTTP, with every way in which it may go wrong."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from localcare.channels.facebook.client import GraphError
from localcare.channels.facebook.sending import Errand, PageSender
from localcare.channels.facebook.session import GraphAccess
from localcare.kit.clock import SetClock
from localcare.sandbox.objects import Comment
from tests.sandbox.conftest import NOON, STORE, Served

pytestmark = pytest.mark.long

INSTAGRAM = "17841400000000001"
HIDDEN_SUCCESS = ["error_but_created", "reset_but_created"]
NOTHING_DONE = ["bad_gateway", "empty", "reset"]


def sender(served: Served, page_id: str = STORE) -> PageSender:
    app = served.world.app
    access = GraphAccess(served.url, "v26.0", app.id, app.secret)
    return PageSender(access, page_id, served.world.pages[STORE].access_token, host_id=STORE)


def fail(served: Served, kind: str, **where: str) -> None:
    answer = requests.post(
        f"{served.url}/_sandbox/faults", json={"kind": kind, **where}, proxies={"http": "", "https": ""}, timeout=5
    )
    assert answer.status_code == 204


def errand(kind: str, target_id: str, text: str = "", **more: object) -> Errand:
    return Errand(kind, target_id, text, NOON, **more)  # type: ignore[arg-type]


@pytest.fixture
def complaint(served: Served) -> Comment:
    """A customer's comment under a post of the Page."""
    return served.world.comment(served.world.post(STORE, "New hours").id, "You were closed", author="Ana")


Made = Callable[[Served, Comment], Errand]


def on_own(kind: str, text: str = "") -> Made:
    return lambda served, complaint: errand(kind, served.world.comment(complaint.id, "Sory").id, text)


def on_words(kind: str, text: str = "") -> Made:
    return lambda _, complaint: errand(kind, complaint.id, text, recipient_id=complaint.author.id)


def as_message(served: Served, complaint: Comment) -> Errand:
    served.world.message(STORE, "Hello?", author="Ana")
    return errand("message", complaint.author.id, "We are here.")


ERRANDS: dict[str, tuple[Made, str]] = {
    "comment": (on_words("comment", "Sorry, Zoë 🎉 & co."), "comments"),
    "private": (on_words("private", "May we call you?"), "messages"),
    "message": (as_message, "messages"),
    "edit": (on_own("edit", "Sorry"), ""),
    "delete": (on_own("delete"), ""),
    "hide": (on_words("hide"), ""),
    "like": (on_words("like"), "likes"),
}


@pytest.mark.parametrize("kind", ERRANDS)
def test_what_was_done_is_found_and_what_was_not_is_not(served: Served, complaint: Comment, kind: str) -> None:
    make, _ = ERRANDS[kind]
    hand, what = sender(served), make(served, complaint)
    assert hand.find_done(what) is None
    done = hand.send(what)
    assert hand.find_done(what) == done


@pytest.mark.parametrize("fault", HIDDEN_SUCCESS)
@pytest.mark.parametrize("kind", ERRANDS)
def test_an_error_that_hides_success_is_seen_through(served: Served, complaint: Comment, kind: str, fault: str) -> None:
    make, edge = ERRANDS[kind]
    hand, what = sender(served), make(served, complaint)
    fail(served, fault, edge=edge, method="DELETE" if kind == "delete" else "POST")
    with pytest.raises(GraphError) as refused:
        hand.send(what)
    assert refused.value.kind == "unknown_result"
    assert hand.find_done(what) is not None


@pytest.mark.parametrize("fault", NOTHING_DONE)
@pytest.mark.parametrize("kind", ERRANDS)
def test_an_error_behind_which_nothing_stands_is_seen_through_too(
    served: Served, complaint: Comment, kind: str, fault: str
) -> None:
    make, edge = ERRANDS[kind]
    hand, what = sender(served), make(served, complaint)
    fail(served, fault, edge=edge, method="DELETE" if kind == "delete" else "POST")
    with pytest.raises(GraphError):
        hand.send(what)
    assert hand.find_done(what) is None
    hand.send(what)
    assert hand.find_done(what) is not None


def test_hidden_words_are_shown_again_and_a_like_is_taken_back(served: Served, complaint: Comment) -> None:
    hand = sender(served)
    for deed, undone in (("hide", "unhide"), ("like", "unlike")):
        hand.send(errand(deed, complaint.id))
        hand.send(errand(undone, complaint.id))
        assert hand.find_done(errand(undone, complaint.id)) == complaint.id
        assert hand.find_done(errand(deed, complaint.id)) is None
    assert (complaint.is_hidden, complaint.likes) == (False, {})


def test_to_delete_what_is_gone_already_is_done(served: Served, complaint: Comment) -> None:
    own = served.world.comment(complaint.id, "Sory")
    served.world.remove(own.id)
    assert sender(served).send(errand("delete", own.id)) == own.id


def test_what_cannot_be_seen_is_not_taken_for_gone_when_the_token_is_dead(served: Served, complaint: Comment) -> None:
    own = served.world.comment(complaint.id, "Sory")
    hand = sender(served)
    served.world.remove(own.id)
    served.world.break_token(STORE, 460)
    with pytest.raises(GraphError) as refused:
        hand.send(errand("delete", own.id))
    assert refused.value.kind == "token"


def test_the_same_words_from_before_the_answer_was_written_are_not_this_answer(
    served: Served, complaint: Comment, clock: SetClock
) -> None:
    served.world.comment(complaint.id, "Sorry!")
    clock.advance(timedelta(minutes=20))
    later = Errand("comment", complaint.id, "Sorry!", clock.now())
    assert sender(served).find_done(later) is None
    done = sender(served).send(later)
    assert sender(served).find_done(later) == done


def test_an_answer_is_found_below_a_hundred_newer_comments(served: Served, complaint: Comment) -> None:
    what = errand("comment", complaint.id, "Sorry!")
    done = sender(served).send(what)
    for number in range(100):
        served.world.comment(complaint.id, f"Me too {number}", author="Ben")
    assert sender(served).find_done(what) == done


def test_after_a_day_a_persons_answer_goes_as_one_and_a_programs_does_not(served: Served, clock: SetClock) -> None:
    served.world.message(STORE, "Open today?", author="Ana")
    person = served.world.person(STORE, "Ana").id
    clock.advance(timedelta(hours=25))
    hand = sender(served)
    with pytest.raises(GraphError) as refused:
        hand.send(errand("message", person, "Yes"))
    assert (refused.value.kind, refused.value.subcode) == ("unsendable", 2018278)
    assert hand.send(errand("message", person, "Yes", by_person=True))
    assert hand.send(errand("message", person, "Until nine.", as_person=True))
    clock.advance(timedelta(days=6))
    with pytest.raises(GraphError):
        hand.send(errand("message", person, "Still?", by_person=True))
    thread = served.world.pages[STORE].conversations[person]
    assert [each.text for each in thread.messages if each.from_page] == ["Yes", "Until nine."]


def test_a_post_is_answered_privately_once(served: Served) -> None:
    post = served.world.post(STORE, "My bill is wrong", author="Ana")
    what = errand("private", post.id, "May we call you?", is_on_comment=False, recipient_id=post.author.id)
    done = sender(served).send(what)
    with pytest.raises(GraphError) as refused:
        sender(served).send(what)
    assert refused.value.code == 10900
    assert sender(served).find_done(what) == done


def test_a_private_reply_to_an_unknown_author_is_found_by_its_words(served: Served, complaint: Comment) -> None:
    served.world.message(STORE, "Hello?", author="Somebody else")
    what = errand("private", complaint.id, "May we call you?")
    assert sender(served).find_done(what) is None
    done = sender(served).send(what)
    assert sender(served).find_done(what) == done


def test_instagram_is_answered_hidden_and_deleted_in_its_own_words(served: Served) -> None:
    account = served.world.add_instagram("bluebird", INSTAGRAM, page_id=STORE)
    comment = served.world.comment(served.world.post(account.id, "New store").id, "Is it open?", author="Ana")
    hand = sender(served, INSTAGRAM)
    answer = errand("comment", comment.id, "Since noon.", channel="instagram")
    done = hand.send(answer)
    assert hand.find_done(answer) == done
    hidden = errand("hide", comment.id, channel="instagram")
    hand.send(hidden)
    assert (comment.is_hidden, hand.find_done(hidden)) == (True, comment.id)
    hand.send(errand("delete", done, channel="instagram"))
    assert hand.find_done(answer) is None
    on_media = errand("comment", comment.post_id, "Welcome!", channel="instagram", is_on_comment=False)
    assert hand.send(on_media) == hand.find_done(on_media)


def test_instagram_messages_have_the_same_windows(served: Served, clock: SetClock) -> None:
    account = served.world.add_instagram("bluebird", INSTAGRAM, page_id=STORE)
    served.world.message(account.id, "Open?", author="Ana")
    person = served.world.person(account.id, "Ana").id
    hand = sender(served, INSTAGRAM)
    what = errand("message", person, "Yes", channel="instagram", by_person=True)
    clock.advance(timedelta(days=2))
    done = hand.send(what)
    assert hand.find_done(what) == done
    clock.advance(timedelta(days=6))
    with pytest.raises(GraphError) as refused:
        hand.send(what)
    assert (refused.value.kind, refused.value.subcode) == ("unsendable", 2534022)


def test_an_instagram_comment_is_answered_privately_under_the_pages_own_id(served: Served) -> None:
    account = served.world.add_instagram("bluebird", INSTAGRAM, page_id=STORE)
    comment = served.world.comment(served.world.post(account.id, "New store").id, "Is it open?", author="Ana")
    hand = sender(served, INSTAGRAM)
    what = errand("private", comment.id, "May we call you?", channel="instagram", recipient_id=comment.author.id)
    done = hand.send(what)
    assert hand.find_done(what) == done
    assert [message.id for message in account.conversations[comment.author.id].messages] == [done]
    with pytest.raises(GraphError) as refused:
        hand.send(what)
    assert (refused.value.kind, refused.value.code) == ("unsendable", 10900)


def test_an_answer_among_many_replies_on_instagram_is_found(served: Served) -> None:
    account = served.world.add_instagram("bluebird", INSTAGRAM, page_id=STORE)
    comment = served.world.comment(served.world.post(account.id, "New store").id, "Is it open?", author="Ana")
    for number in range(30):
        served.world.comment(comment.id, f"Reply {number}", author="Bob")
    hand, what = sender(served, INSTAGRAM), errand("comment", comment.id, "Since noon.", channel="instagram")
    assert hand.send(what) == hand.find_done(what)


def test_a_page_that_posts_too_fast_is_told_to_pause_for_hours(served: Served, complaint: Comment) -> None:
    served.world.bursts.most = 1
    hand = sender(served)
    hand.send(errand("comment", complaint.id, "One"))
    with pytest.raises(GraphError) as refused:
        hand.send(errand("comment", complaint.id, "Two"))
    assert (refused.value.kind, refused.value.code) == ("quota", 368)
    assert (refused.value.retry_after_seconds or 0) >= 3600
