"""Mail about approval: who may give it is asked, not the author; the author hears when it comes back."""

import pytest
from sqlmodel import Session, select

from localcare.cases.handling import Hand
from localcare.cases.models import Case
from localcare.digests.alerting import send_alerts
from localcare.digests.approvals import tell_of_approval
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand, Person
from localcare.people.service import viewer_of_person
from localcare.replies.approving import send_back
from localcare.replies.service import Answer, answer_case, undo_reply
from tests.conftest import NOW
from tests.factories import make_person, make_region, make_store
from tests.stages.digests.furnish import make_waiting_case


@pytest.fixture
def people(runtime: Runtime, brand: Brand) -> dict[str, Person]:
    with runtime.db.session(None) as session:
        region = make_region(session, brand, name="Houston")
        store = make_store(session, brand, region=region)
        case_id = make_waiting_case(session, store, "Nobody helped me.", queue=f"store:{store.number}")
        session.get_one(Case, case_id).needs_approval = True
        return {
            "ana": make_person(session, brand, name="Ana Ortiz", store=store),
            "lea": make_person(session, brand, "lead", name="Lea Rossi", region=region),
            "otto": make_person(session, brand, "lead", name="Otto", region=make_region(session, brand)),
            "theo": make_person(session, brand, "supervisor", name="Theo Marsh"),
        }


def case_of(runtime: Runtime, brand: Brand) -> int:
    with runtime.db.session(brand.id) as session:
        return session.exec(select(Case.id)).one() or 0


def acting(runtime: Runtime, session: Session, person: Person) -> Hand:
    viewer = viewer_of_person(session, person.id or 0, NOW)
    assert viewer is not None
    return Hand(session, viewer, NOW)


def ask(runtime: Runtime, brand: Brand, ana: Person) -> int:
    with runtime.db.session(brand.id) as session:
        reply = answer_case(acting(runtime, session, ana), case_of(runtime, brand), Answer("Sorry."), undo_seconds=0)
        return reply.id or 0


def test_the_lead_above_the_store_is_asked_once(
    runtime: Runtime, brand: Brand, outbox: MailList, people: dict[str, Person]
) -> None:
    reply_id = ask(runtime, brand, people["ana"])
    for _ in range(2):
        tell_of_approval(runtime, brand.id or 0, reply_id, what="asked")
    assert [send_alerts(runtime, brand.id or 0) for _ in range(2)] == [1, 0]
    [mail] = outbox.sent
    assert mail.to == people["lea"].email
    assert mail.subject.startswith("Please approve an answer: ")
    for words in ("An answer waits for your approval", "Nobody helped me.", "the clocks run on"):
        assert words in mail.text.replace("\n", " ")
        assert words in mail.html


def test_what_was_taken_back_meanwhile_is_not_asked(
    runtime: Runtime, brand: Brand, outbox: MailList, people: dict[str, Person]
) -> None:
    reply_id = ask(runtime, brand, people["ana"])
    tell_of_approval(runtime, brand.id or 0, reply_id, what="asked")
    with runtime.db.session(brand.id) as session:
        undo_reply(acting(runtime, session, people["ana"]), reply_id)
    assert send_alerts(runtime, brand.id or 0) == 0
    assert outbox.sent == []


def test_the_author_hears_that_it_came_back(
    runtime: Runtime, brand: Brand, outbox: MailList, people: dict[str, Person]
) -> None:
    reply_id = ask(runtime, brand, people["ana"])
    with runtime.db.session(brand.id) as session:
        send_back(acting(runtime, session, people["theo"]), reply_id, "Say when.")
    tell_of_approval(runtime, brand.id or 0, reply_id, what="returned")
    assert send_alerts(runtime, brand.id or 0) == 1
    assert (outbox.sent[0].to, outbox.sent[0].subject.partition(":")[0]) == (people["ana"].email, "Sent back to you")
