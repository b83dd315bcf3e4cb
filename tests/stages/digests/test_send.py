"""Sending digests: what they say is read from the database, each is sent once, and nothing to say is no mail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from localcare.digests.models import Digest
from localcare.digests.service import ABANDONED_AFTER, claim_due, resume, send_batch, send_due
from localcare.errors import UnavailableError
from localcare.kit.clock import SetClock
from localcare.kit.mail import Mail, MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand, Person, SignInLink
from localcare.stores.models import Store
from tests.conftest import NOW
from tests.factories import make_person, make_store
from tests.stages.digests.furnish import make_answered_case, make_mention, make_waiting_case


class ClosedDoor:
    """A mail server that cannot be reached."""

    def send_many(self, mails: Sequence[Mail]) -> list[str | None]:
        raise UnavailableError("The mail server cannot be reached.")


class PickyDoor:
    """A mail server that refuses one recipient."""

    def __init__(self, refused: str) -> None:
        self.refused = refused

    def send_many(self, mails: Sequence[Mail]) -> list[str | None]:
        return ["refused: no such user" if mail.to == self.refused else None for mail in mails]


def store_with_manager(session: Session, brand: Brand, **options: str) -> tuple[Store, Person]:
    store = make_store(session, brand, **options)  # type: ignore[arg-type]
    store.next_digest_at = NOW - timedelta(minutes=1)
    return store, make_person(session, brand, store=store)


def owe(runtime: Runtime) -> list[int]:
    with runtime.db.session(None) as session:
        claim_due(session, runtime.clock.now(), hour=8)
        return [digest.id or 0 for digest in session.exec(select(Digest).order_by("id")) if digest.state == "due"]


def states(runtime: Runtime) -> list[str]:
    with runtime.db.session(None) as session:
        return [digest.state for digest in session.exec(select(Digest).order_by("id"))]


def test_a_digest_tells_the_stores_day_and_every_line_leads_to_its_case(
    runtime: Runtime, brand: Brand, outbox: MailList
) -> None:
    with runtime.db.session(None) as session:
        store, ana = store_with_manager(session, brand)
        other, _ = store_with_manager(session, brand, name="Pellora Elsewhere")
        waiting = make_waiting_case(session, store, "Nobody called me back.", due_at=NOW - timedelta(hours=1))
        answered = make_answered_case(
            session, store, "Wrong price.", "Come by, I mend it.", at=NOW - timedelta(hours=4), by="Ana Ortiz"
        )
        make_mention(session, store, "Marisol is wonderful!", names=("Marisol",))
        make_mention(session, store, "Parking is hard.", topic="store-condition", sentiment="neutral")
        make_mention(session, store, "Taken back.", removed=True)
        make_mention(session, store, "Last month.", at=NOW - timedelta(days=30))
        make_waiting_case(session, store, "My bill is wrong.", queue="tier2:billing")
        make_waiting_case(session, other, "Not your customer.")
    assert send_batch(runtime, brand.id or 0, owe(runtime)) == 2
    mail = next(mail for mail in outbox.sent if mail.to == ana.email)
    assert mail.subject == "1 customer waits for you, 1 late · Pellora Memorial City"
    for words in ("Nobody called me back.", "Come by, I mend it.", "Ana Ortiz answered", "For Marisol", "Parking is hard.",
                  "My bill is wrong.", "National care has it."):  # fmt: skip
        assert words in mail.text
        assert words in mail.html
    for absent in ("Taken back.", "Last month.", "Not your customer."):
        assert absent not in mail.text
    assert f"?to=/cases/{waiting}\n" in mail.text
    assert f"?to=/cases/{answered}\n" in mail.text
    assert states(runtime) == ["sent", "sent"]


def test_the_link_opens_only_that_store_for_72_hours(runtime: Runtime, brand: Brand) -> None:
    with runtime.db.session(None) as session:
        store, ana = store_with_manager(session, brand)
        make_mention(session, store, "Lovely.")
    send_batch(runtime, brand.id or 0, owe(runtime))
    with runtime.db.session(None) as session:
        link = session.exec(select(SignInLink)).one()
    assert (link.person_id, link.store_id, link.purpose) == (ana.id, store.id, "digest")
    assert link.expires_at - NOW == timedelta(hours=72)


def test_nothing_to_say_is_no_mail(runtime: Runtime, brand: Brand, outbox: MailList) -> None:
    with runtime.db.session(None) as session:
        store_with_manager(session, brand)
    assert send_batch(runtime, brand.id or 0, owe(runtime)) == 0
    assert outbox.sent == []
    assert states(runtime) == ["empty"]


def test_sent_twice_by_the_queue_it_is_one_mail(runtime: Runtime, brand: Brand, outbox: MailList) -> None:
    with runtime.db.session(None) as session:
        store, _ = store_with_manager(session, brand)
        make_mention(session, store, "Lovely.")
    ids = owe(runtime)
    assert [send_batch(runtime, brand.id or 0, ids) for _ in range(3)] == [1, 0, 0]
    assert len(outbox.sent) == 1


def test_a_mention_that_arrived_late_is_in_the_next_digest_and_in_one_only(
    runtime: Runtime, brand: Brand, clock: SetClock, outbox: MailList
) -> None:
    with runtime.db.session(None) as session:
        store, _ = store_with_manager(session, brand)
        make_mention(session, store, "On time.")
        make_mention(session, store, "Late arrival.", received_at=NOW + timedelta(minutes=3))
    send_batch(runtime, brand.id or 0, owe(runtime))
    clock.advance(timedelta(days=1))
    send_batch(runtime, brand.id or 0, owe(runtime))
    first, second = (mail.text for mail in outbox.sent)
    assert ("On time." in first, "Late arrival." in first) == (True, False)
    assert ("On time." in second, "Late arrival." in second) == (False, True)


def test_without_a_mail_server_digests_stay_owed_and_keep_their_message_id(
    runtime: Runtime, brand: Brand, outbox: MailList
) -> None:
    with runtime.db.session(None) as session:
        store, _ = store_with_manager(session, brand)
        make_mention(session, store, "Lovely.")
    ids = owe(runtime)
    with pytest.raises(UnavailableError):
        send_batch(replace(runtime, mail=ClosedDoor()), brand.id or 0, ids)
    assert states(runtime) == ["due"]
    assert send_batch(runtime, brand.id or 0, ids) == 1
    with runtime.db.session(None) as session:
        digest = session.exec(select(Digest)).one()
    assert outbox.sent[0].message_id == f"{digest.message_id}@localhost"
    assert digest.attempts == 2


def test_a_refused_or_impossible_address_keeps_nobody_else_from_their_mail(runtime: Runtime, brand: Brand) -> None:
    with runtime.db.session(None) as session:
        people = []
        for _ in range(3):
            store, person = store_with_manager(session, brand)
            make_mention(session, store, "Lovely.")
            people.append(person)
        people[1].email = "not an address"
    assert send_batch(replace(runtime, mail=PickyDoor(people[0].email)), brand.id or 0, owe(runtime)) == 1
    assert states(runtime) == ["failed", "failed", "sent"]


def test_what_a_dead_process_left_is_taken_up_after_five_minutes(
    runtime: Runtime, brand: Brand, clock: SetClock, outbox: MailList
) -> None:
    with runtime.db.session(None) as session:
        store, _ = store_with_manager(session, brand)
        make_mention(session, store, "Lovely.")

    def die(point: str) -> None:
        if point == "digests claimed":
            raise KeyboardInterrupt

    ids = owe(runtime)
    with pytest.raises(KeyboardInterrupt):
        send_batch(runtime, brand.id or 0, ids, at_point=die)
    assert (states(runtime), resume(runtime)) == (["sending"], 0)
    assert send_batch(runtime, brand.id or 0, ids) == 0
    clock.advance(ABANDONED_AFTER)
    assert (resume(runtime), resume(runtime)) == (1, 0)
    assert send_due(runtime) == 1
    assert len(outbox.sent) == 1


def test_a_mail_says_why_it_came_and_how_to_stop_it(runtime: Runtime, brand: Brand, outbox: MailList) -> None:
    with runtime.db.session(None) as session:
        store, _ = store_with_manager(session, brand)
        make_mention(session, store, "Lovely.")
    send_batch(runtime, brand.id or 0, owe(runtime))
    (mail,) = outbox.sent
    headers = dict(mail.headers)
    assert headers["List-Unsubscribe"].startswith("<http://localhost:8000/digests/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["X-Localcare-Dedupe-Key"].endswith(":2026-11-20")
    assert "You get this because you manage Pellora Memorial City" in mail.text
    assert headers["List-Unsubscribe"].strip("<>") in mail.html
