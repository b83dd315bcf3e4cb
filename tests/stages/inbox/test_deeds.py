"""On the case page: the choice of a way, the window's clock, what can be done on the Page, answers that are held or wait."""

from datetime import timedelta

from sqlmodel import select

from localcare.people.models import Person
from localcare.replies.core import REMEDIES, Button
from localcare.replies.models import Reply
from localcare.stores.models import Store
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

COMMENT = Said(kind="comment", external_id="c-77", thread_id="p-77")


def manager(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store, name="Ana Ortiz")


def change_reply(desk: Desk, **values: object) -> Reply:
    """What the outbox would have made of the only reply."""
    with desk.database.session(desk.brand_id) as session:
        (reply,) = session.exec(select(Reply)).all()
        for name, value in values.items():
            setattr(reply, name, value)
        session.add(reply)
    return reply


def test_a_comment_is_answered_in_public_or_in_private(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    page = client.get(f"/cases/{case.id}")
    assert "In private" in page.text
    assert "Possible until Fri, Nov 27" in page.text
    sent = client.post_form(page, "/replies", {"text": "May we call you?", "way": "private"})
    assert "Sending in 10 seconds." in sent.text
    assert [reply.kind for reply in desk.replies_of(case.id or 0)] == ["private"]


def test_a_private_answer_that_is_refused_comes_back_as_one(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    refused = client.post_form(
        client.get(f"/cases/{case.id}"), "/replies", {"text": "Hi {customer}", "way": "private"}, status=422
    )
    assert refused.form("/replies").values["way"] == "private"


def test_a_message_shows_how_long_it_can_be_answered_and_what_comes_then(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(Said(kind="message", external_id="m-7", thread_id="psid-7"), store=store)
    client = sign_in(manager(desk, store))
    desk.wait(hours=1)
    fresh = client.get(f"/cases/{case.id}").text
    assert "Facebook’s deadline:" in fresh
    assert "Due in 23 h" in fresh
    assert "only an answer that a person writes is delivered" in fresh
    desk.wait(hours=24)
    later = client.get(f"/cases/{case.id}").text
    assert "answer yourself" in later
    assert "Nothing can be sent after Fri, Nov 27" in later
    desk.wait(days=7)
    over = client.get(f"/cases/{case.id}").text
    assert "they are over" in over
    assert "Answered there" in over


def test_words_are_hidden_with_a_reason_and_the_page_says_that_it_is_under_way(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    page = client.get(f"/cases/{case.id}")
    assert "Choose why" in client.post_form(page, "/hiding", {}).text
    hidden = client.post_form(page, "/hiding", {"reason": "spam"})
    assert "Being hidden" in hidden.text
    assert "/hiding" not in hidden.text, "while it is under way it is not asked for again"


def test_words_are_liked_by_one_tap(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/like")
    change_reply(desk, state="done")
    page = client.get(f"/cases/{case.id}")
    assert "Liked by the Page" in page.text
    client.post_form(page, "/unlike")


def test_an_answer_that_stands_there_is_changed_and_deleted(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/replies", {"text": "Sory"})
    change_reply(desk, state="confirmed", external_id="own-7")
    page = client.get(f"/cases/{case.id}")
    assert page.form("/correction").values["text"].strip() == "Sory"
    assert "stand there already" in client.post_form(page, "/correction", {"text": "Sory"}).text
    assert "The new words are on their way" in client.post_form(page, "/correction", {"text": "Sorry"}).text


def test_who_may_not_change_an_answer_sees_no_button(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry"})
    change_reply(desk, state="confirmed", external_id="own-8")
    agent = sign_in(desk.person("agent", name="Bo Li"))
    assert "/correction" not in agent.get(f"/cases/{case.id}").text


def test_a_held_answer_asks_and_is_dropped_or_sent(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry"})
    change_reply(desk, state="held", error="The Page has answered in the meantime: “Come by.”. Send yours too?")
    page = client.get(f"/cases/{case.id}")
    assert "Somebody has answered" in page.text
    assert "An answer is held back" in page.text
    client.post_form(page, "/attempts")
    assert [reply.state for reply in desk.replies_of(case.id or 0)] == ["queued"]
    change_reply(desk, state="held")
    assert "in the box again" in client.post_form(client.get(f"/cases/{case.id}"), "/withdrawal").text
    assert [reply.state for reply in desk.replies_of(case.id or 0)] == ["undone"]


def test_an_answer_that_waits_says_until_when_and_can_be_taken_back(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry"})
    change_reply(
        desk, state="sending", send_after=desk.clock.now() + timedelta(hours=2), error="Facebook allows no more calls."
    )
    page = client.get(f"/cases/{case.id}")
    assert "Waits until Fri, Nov 20, 11:00 AM" in page.text
    client.post_form(page, "/withdrawal")
    assert [reply.state for reply in desk.replies_of(case.id or 0)] == ["undone"]


def test_what_helps_is_offered_to_whoever_can_do_it(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(COMMENT, store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry"})
    for remedy in REMEDIES:
        change_reply(desk, state="failed" if not remedy.waits else "sending", attempts=1, error=remedy.said)
        page = client.get(f"/cases/{case.id}").text
        assert remedy.said[:30] in page
        assert ("Change the words" in page) is (remedy.button is Button.REWRITE)
        assert "/admin/pages" not in page, "a manager cannot mend the connection"
