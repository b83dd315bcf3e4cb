"""Alert mails: the customer's words, why, who else; once, and not about the past."""

from datetime import timedelta

from sqlmodel import Session, select

from localcare.cases.models import Case
from localcare.digests.alerting import send_alerts
from localcare.digests.alerts import raise_alerts
from localcare.digests.models import Alert
from localcare.kit.clock import SetClock
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.stores.models import Store
from tests.conftest import NOW
from tests.factories import make_person, make_store
from tests.stages.digests.furnish import make_waiting_case

WORDS = "A display fell on my son, he was hurt."


def raise_crisis(session: Session, store: Store, **options: object) -> int:
    case_id = make_waiting_case(session, store, WORDS, queue="crisis", risks=("injury", "legal"), **options)  # type: ignore[arg-type]
    raise_alerts(session, store.brand_id, [(case_id, store.id)], now=NOW)
    return case_id


def test_it_says_what_happened_why_and_who_else_knows(runtime: Runtime, brand: Brand, outbox: MailList) -> None:
    with runtime.db.session(None) as session:
        store = make_store(session, brand, number="4012")
        ana = make_person(session, brand, name="Ana Ortiz", store=store)
        sol = make_person(session, brand, "supervisor", name="Sol Brandt")
        case_id = raise_crisis(session, store)
    assert [send_alerts(runtime, brand.id or 0) for _ in range(2)] == [2, 0]
    mails = {mail.to: mail for mail in outbox.sent}
    mail = mails[ana.email]
    assert mail.subject == "Injury and legal threat: Pellora Memorial City, please look now"
    for words in (WORDS, "somebody was hurt (“hurt”)", "Also told: Sol Brandt."):
        assert words in mail.text
        assert words in mail.html
    assert f"?to=/cases/{case_id}\n" in mail.text
    assert "Also told: Ana Ortiz." in mails[sol.email].text
    assert f"http://localhost:8000/cases/{case_id}\n" in mails[sol.email].text


def test_words_of_long_ago_wake_nobody(runtime: Runtime, brand: Brand, outbox: MailList) -> None:
    with runtime.db.session(None) as session:
        make_person(session, brand, "supervisor")
        raise_crisis(session, make_store(session, brand), at=NOW - timedelta(days=200))
    assert send_alerts(runtime, brand.id or 0) == 0
    assert outbox.sent == []


def test_what_was_settled_before_the_mail_went_is_not_mailed(runtime: Runtime, brand: Brand, outbox: MailList) -> None:
    with runtime.db.session(None) as session:
        make_person(session, brand, "supervisor")
        case_id = raise_crisis(session, make_store(session, brand))
        session.get_one(Case, case_id).is_open = False
    assert send_alerts(runtime, brand.id or 0) == 0
    with runtime.db.session(None) as session:
        assert session.exec(select(Alert.state)).one() == "settled"


def test_one_bad_address_keeps_nobody_else_in_the_dark(
    runtime: Runtime, brand: Brand, clock: SetClock, outbox: MailList
) -> None:
    with runtime.db.session(None) as session:
        make_person(session, brand, "supervisor", email="not an address")
        good = make_person(session, brand, "supervisor")
        raise_crisis(session, make_store(session, brand))
    assert send_alerts(runtime, brand.id or 0) == 1
    assert [mail.to for mail in outbox.sent] == [good.email]
