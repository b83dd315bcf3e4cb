"""The main job over real parts: what a customer writes on Facebook reaches the right person, and the answer goes back."""

from sqlmodel import select

from localcare.cases.models import Case, CaseClock
from localcare.mentions.core import MentionChange, Verb
from tests.journeys.installation import OTHER_PAGE, Installation, find_link, text_of_mail
from tests.pageclient import text_of

COMPLAINT = "I waited 50 minutes and nobody helped me. Why is there only one person working?"
SORRY = "I am sorry, Marcus. Please call me, I will make it right."


def running_clocks(place: Installation, case: Case) -> list[str]:
    with place.session() as session:
        clocks = session.exec(select(CaseClock).where(CaseClock.case_id == case.id))
        return sorted(clock.kind for clock in clocks if clock.stopped_at is None)


def test_a_complaint_becomes_the_managers_case_and_the_answer_a_comment_that_its_echo_confirms(
    place: Installation,
) -> None:
    post_id = place.customer_posts(COMPLAINT)
    case = place.case_of(post_id)
    assert (case.queue, case.state) == ("store:4001", "queued")
    assert running_clocks(place, case) == ["acknowledge", "first_reply", "resolve"]

    bo, ana = place.sign_in(place.people.bo), place.sign_in(place.people.ana)
    seen_by_bo = bo.get(f"/cases/{case.id}")
    page = ana.get(f"/cases/{case.id}")
    assert COMPLAINT in page.text
    ana.post_form(page, f"/cases/{case.id}/replies", {"text": SORRY})
    place.settle()
    assert place.comments_on(post_id) == [], "the undo window is open"

    place.wait(seconds=11)
    (reply,) = place.replies_to(case)
    assert place.comments_on(post_id) == [SORRY]
    assert (reply.state, reply.external_id) == ("confirmed", place.world.posts[post_id].comments[0].id)
    now = place.case_of(post_id)
    assert (now.state, now.waiting_since) == ("waiting", None)
    assert running_clocks(place, case) == ["resolve"]

    refused = bo.post_form(seen_by_bo, f"/cases/{case.id}/replies", {"text": "How can I help?"}, status=409)
    assert "Ana Ortiz answered this first" in refused.text
    place.wait(minutes=5)
    assert place.comments_on(post_id) == [SORRY]


def test_a_reply_typed_on_facebook_closes_the_clock_and_nobody_sees_another_stores_case(place: Installation) -> None:
    post_id = place.customer_posts(COMPLAINT, page=OTHER_PAGE)
    case = place.case_of(post_id)
    assert case.queue == "store:4002"
    ana = place.sign_in(place.people.ana)
    ana.get(f"/cases/{case.id}", status=404)
    place.wait(minutes=3)
    place.act("/comments", target_id=post_id, message="So sorry! Call us.")
    place.settle()
    now = place.case_of(post_id)
    assert (now.state, now.waiting_since) == ("waiting", None)
    assert running_clocks(place, case) == ["resolve"]


def test_a_direct_message_is_answered_as_a_message(place: Installation) -> None:
    said = place.act("/messages", page_id=place.store_page, author="Rosa Diaz", text=COMPLAINT)
    place.settle()
    case = place.case_of(said["id"])
    ana = place.sign_in(place.people.ana)
    ana.post_form(ana.get(f"/cases/{case.id}"), f"/cases/{case.id}/replies", {"text": SORRY})
    place.wait(seconds=11)
    (conversation,) = place.world.pages[place.store_page].conversations.values()
    assert [message.text for message in conversation.messages] == [COMPLAINT, SORRY]
    assert [reply.state for reply in place.replies_to(case)] == ["confirmed"]


def test_a_billing_matter_is_the_next_case_of_one_agent_only(place: Installation) -> None:
    post_id = place.customer_posts("My bill is wrong again, I was charged twice. Please fix my bill.")
    assert place.case_of(post_id).queue == "tier2:billing"
    bo, ivy = place.sign_in(place.people.bo), place.sign_in(place.people.ivy)
    page = bo.post_form(bo.get("/"), "/next-case")
    assert page.url.endswith(f"/cases/{place.case_of(post_id).id}")
    assert place.case_of(post_id).owner_id == place.people.bo.id
    assert "Nobody waits in your queues" in ivy.post_form(ivy.get("/"), "/next-case").text


def test_an_imported_review_can_only_be_answered_where_it_stands(place: Installation) -> None:
    place.imported(
        MentionChange(
            channel="facebook", kind="review", external_id="r-1", verb=Verb.ADD, at=place.clock.now(), digest="r-1",
            page_id=place.store_page, author_name="Walt Brandt", author_id="w-1", text=COMPLAINT, recommends=False,
            created_at=place.clock.now(), permalink="https://www.facebook.com/r-1",
        )
    )  # fmt: skip
    case = place.case_of("r-1")
    ana = place.sign_in(place.people.ana)
    page = ana.get(f"/cases/{case.id}")
    assert "no program answer recommendations" in page.text
    assert "Send" not in [text_of(button) for button in page.all("button")]
    ana.post_form(page, f"/cases/{case.id}/replies", {"text": SORRY, "elsewhere": "yes"})
    place.wait(minutes=1)
    assert [reply.state for reply in place.replies_to(case)] == ["noted"]
    assert place.case_of("r-1").waiting_since is None


def test_a_danger_is_mailed_at_once_to_all_who_answer_for_it(place: Installation) -> None:
    post_id = place.customer_posts(
        "I fell on the wet floor in your store and broke my wrist. My lawyer will call you.", author="Dana Reyes"
    )
    assert place.case_of(post_id).queue == "crisis"
    for person in (place.people.ana, place.people.lena, place.people.sue):
        (mail,) = place.mails_to(person)
        assert "broke my wrist" in text_of_mail(mail)
        assert f"/cases/{place.case_of(post_id).id}" in text_of_mail(mail)
    assert place.mails_to(place.people.cem) == []


def test_the_morning_mail_tells_praise_and_who_waits_and_its_link_opens_the_case(place: Installation) -> None:
    waiting = place.customer_posts(COMPLAINT)
    place.customer_posts("Love this store! Marisol was so kind and patient, thank you!", author="Grace Okafor")
    place.wait(hours=24)
    (mail,) = place.mails_to(place.people.ana)
    words = text_of_mail(mail)
    assert "Marisol was so kind" in words
    assert "I waited 50 minutes" in words
    case = place.case_of(waiting)
    link = find_link(mail, f"?to=/cases/{case.id}")
    phone = place.browser()
    asked = phone.get(link)
    assert "Continue as Ana" in asked.text
    page = phone.post_form(asked, asked.forms[0].action)
    assert page.url.endswith(f"/cases/{case.id}")
    phone.post_form(page, f"/cases/{case.id}/replies", {"text": SORRY})
    place.wait(seconds=11)
    assert place.comments_on(waiting) == [SORRY]
    place.wait(minutes=30)
    assert len(place.mails_to(place.people.ana)) == 1, "one digest a day"
