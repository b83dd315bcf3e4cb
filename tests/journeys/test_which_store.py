"""Which store? Asked, answered, moved: a customer of whom nobody knows which store they mean gets to its manager."""

from localcare.cases.models import Case
from tests.journeys.installation import BRAND_PAGE, Installation

RUDE = "The staff at your store was so rude to me. I want an answer!"


def answers(place: Installation, post_id: str, words: str) -> None:
    """The customer writes below their own post."""
    place.act("/comments", target_id=post_id, author="Marcus Bell", message=words)
    place.settle()


def asked(place: Installation) -> tuple[str, Case]:
    """A post on the brand's Page that names no store, and an agent's ready question below it."""
    post_id = place.customer_posts(RUDE, page=BRAND_PAGE)
    case = place.case_of(post_id)
    assert case.queue == "which-store"
    bo = place.sign_in(place.people.bo)
    page = bo.get(f"/cases/{case.id}?ask=en")
    assert "Which of our stores did you visit?" in page.form("/replies").values["text"]
    bo.post_form(page, "/replies")
    place.wait(seconds=11)
    (comment,) = place.comments_on(post_id)
    assert "Which of our stores did you visit?" in comment
    place.wait(minutes=5)
    return post_id, case


def test_the_customers_answer_to_our_question_brings_the_case_to_the_managers_screen(place: Installation) -> None:
    post_id, case = asked(place)
    assert (place.case_of(post_id).state, place.case_of(post_id).owner_id) == ("waiting", place.people.bo.id)
    answers(place, post_id, "It was the Katy Mills one, store 4002")
    now = place.case_of(post_id)
    assert (now.queue, now.state, now.owner_id) == ("store:4002", "queued", None)
    cem = place.sign_in(place.people.cem)
    assert "Marcus Bell" in cem.get("/").text
    page = cem.get(f"/cases/{case.id}")
    assert "The customer answered which store it is: store 4002" in page.text
    place.sign_in(place.people.ana).get(f"/cases/{case.id}", status=404)
    cem.post_form(page, "/replies", {"text": "I am sorry, Marcus. Please call me."})
    place.wait(seconds=11)
    assert place.comments_on(post_id)[-1] == "I am sorry, Marcus. Please call me."


def test_an_answer_that_tells_nothing_comes_back_to_whoever_asked(place: Installation) -> None:
    post_id, case = asked(place)
    answers(place, post_id, "Why do you ask me that?")
    now = place.case_of(post_id)
    assert (now.queue, now.state, now.owner_id) == ("which-store", "claimed", place.people.bo.id)
    bo = place.sign_in(place.people.bo)
    page = bo.post_form(bo.get(f"/cases/{case.id}?find=katy"), "/store")
    assert "It goes to Store 4002." in page.text
    assert place.case_of(post_id).queue == "store:4002"
    bo.post_form(page, "/store/withdrawal")
    assert place.case_of(post_id).queue == "which-store"
