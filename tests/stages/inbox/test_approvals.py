"""Approving on the pages: the author sees that it waits, the approver decides with the case in sight."""

import pytest

from localcare.cases.models import Case
from localcare.people.models import Person
from localcare.routing.ruling import put_policy_in_force
from localcare.routing.service import shipped_policy_text
from localcare.stores.models import Store
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn
from tests.stages.inbox.test_acting import send

RULE = (
    "rules:\n  - {name: held, when: {matters: [store], store_known: true}, to: store, because: held, approval: true}\n"
)


@pytest.fixture
def store(desk: Desk) -> Store:
    with desk.database.session(desk.brand_id) as session:
        body = shipped_policy_text().replace("rules:\n", RULE, 1)
        put_policy_in_force(session, desk.brand_id, body, created_by="Dana", now=desk.clock.now())
    return desk.store()


@pytest.fixture
def ana(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store)


@pytest.fixture
def theo(desk: Desk) -> Person:
    return desk.person("supervisor", name="Theo Marsh")


@pytest.fixture
def case(desk: Desk, store: Store) -> Case:
    return desk.open_case(Said(external_id="p-1", thread_id="p-1"), store=store)


def test_the_author_sees_that_it_waits_and_for_whom_and_can_take_it_back(
    desk: Desk, sign_in: SignIn, ana: Person, case: Case
) -> None:
    author = sign_in(ana)
    page = author.get(f"/cases/{case.id}")
    assert "goes out when the lead above the store or somebody of the national team has approved it" in page.text
    asked = send(author, page, "/replies", {"text": "Sorry, Marcus."})
    for words in ("It waits for approval. The clocks run on.", "Waits for approval", "Your answer waits for approval"):
        assert words in asked.text
    assert "Approve and send" not in asked.text
    listed = author.get("/approvals")
    assert "Yours, with somebody else" in listed.text
    assert "Nothing waits for you" in listed.text
    back = send(author, asked, "/withdrawal")
    assert back.form("/replies").values["text"].strip() == "Sorry, Marcus."


def test_an_approver_finds_it_on_every_page_and_sends_it(
    desk: Desk, sign_in: SignIn, ana: Person, theo: Person, case: Case
) -> None:
    author, approver = sign_in(ana), sign_in(theo)
    send(author, author.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry, Marcus."})
    assert "1 answer waits for your approval" in approver.fragment("/crises")
    assert "your approval" not in author.fragment("/crises")
    listed = approver.get("/approvals")
    for words in ("Sorry, Marcus.", "Waited 40 minutes", "First reply"):
        assert words in listed.text
    sent = send(approver, listed, "/approval")
    assert "Approved: it is sent in 10 seconds." in sent.text
    assert "Nothing waits for you" in sent.text
    assert [reply.state for reply in desk.replies_of(case.id or 0)] == ["queued"]
    undone = send(approver, sent, "/withdrawal")
    assert "The answer waits for approval again." in undone.text


def test_an_approver_changes_the_words_or_sends_them_back(
    desk: Desk, sign_in: SignIn, ana: Person, theo: Person, case: Case
) -> None:
    author, approver = sign_in(ana), sign_in(theo)
    send(author, author.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry, Marcus."})
    page = approver.get(f"/cases/{case.id}")
    assert "Approve and send" in page.text
    assert "Ana Ortiz’s answer waits for approval" in page.text
    back = send(approver, page, "/return", {"note": "Say when you call."})
    assert "Sent back to Ana Ortiz with your note." in back.text
    seen = author.get(f"/cases/{case.id}")
    assert "Sent back: please change it" in seen.text
    assert "Say when you call." in seen.text
    draft = author.get(f"/cases/{case.id}?draft={desk.replies_of(case.id or 0)[0].id}")
    assert draft.form("/replies").values["text"].strip() == "Sorry, Marcus."
    send(author, draft, "/replies", {"text": "Sorry, Marcus. I call at five."})
    page = approver.get(f"/cases/{case.id}")
    sent = send(approver, page, "/approval", {"text": "Sorry, Marcus. I will call you at five."})
    assert "Approved: it is sent" in sent.text
    assert desk.replies_of(case.id or 0)[-1].text == "Sorry, Marcus. I will call you at five."


def test_new_words_of_the_customer_are_shown_before_anything_is_sent(
    desk: Desk, sign_in: SignIn, ana: Person, theo: Person, case: Case
) -> None:
    author, approver = sign_in(ana), sign_in(theo)
    send(author, author.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry, Marcus."})
    listed = approver.get("/approvals")
    desk.wait(minutes=2)
    desk.hear(Said(external_id="p-2", thread_id="p-1", text="They rang me. All is well.", actionable=False))
    refused = send(approver, listed, "/approval")
    assert "The customer has written again meanwhile. Read it first, then decide." in refused.text
    assert "All is well" in refused.text
    again = approver.get("/approvals")
    assert "The customer has written again since" in again.text
    assert "Approved: it is sent" in send(approver, again, "/approval").text
