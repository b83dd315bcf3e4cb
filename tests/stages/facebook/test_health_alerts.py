"""Who is told of lost Pages: administrators, in minutes, by one mail for many, again after a day, and when all is well."""

from datetime import timedelta

import pytest

from localcare.channels.facebook.watching import watch
from localcare.digests.models import MailOptOut
from localcare.digests.page_alerts import KIND, tell_administrators
from localcare.errors import UnavailableError
from localcare.kit.mail import MailList
from localcare.people.models import Brand, Person
from tests.factories import make_person
from tests.stages.facebook.conftest import Facebook

MINUTE = timedelta(minutes=1)


@pytest.fixture
def dana(facebook: Facebook, brand: Brand) -> Person:
    """An administrator; a manager is there too, and is told nothing. All Pages are connected and well."""
    with facebook.runtime.db.session(None) as session:
        make_person(session, brand, "manager", name="Ana Ortiz")
        dana = make_person(session, brand, "administrator", name="Dana Whitfield")
    facebook.connect()
    watch(facebook.runtime)
    facebook.clock.advance(15 * MINUTE)
    return dana


def pass_time(facebook: Facebook, minutes: int, *, step: int = 1) -> None:
    for _ in range(0, minutes, step):
        facebook.clock.advance(step * MINUTE)
        watch(facebook.runtime)
        tell_administrators(facebook.runtime)


def lose(facebook: Facebook, *numbers: int) -> None:
    for number in numbers:
        facebook.world.break_token(facebook.store(number), 460)


def test_many_pages_of_one_cause_are_one_mail_within_five_minutes(
    facebook: Facebook, outbox: MailList, dana: Person
) -> None:
    lose(facebook, 1, 2, 3, 4)
    pass_time(facebook, 5)
    (mail,) = outbox.sent
    assert mail.to == dana.email
    assert mail.subject == "4 Pages: token lost"
    words = " ".join(mail.text.split())
    assert "changed the password" in words
    assert "Whoever manages the brand's business" in words
    pass_time(facebook, 10)
    assert len(outbox.sent) == 1


def test_it_is_told_again_after_a_day_and_when_it_is_mended(facebook: Facebook, outbox: MailList, dana: Person) -> None:
    lose(facebook, 1)
    pass_time(facebook, 5)
    pass_time(facebook, 25 * 60, step=60)
    assert [mail.subject for mail in outbox.sent] == ["1 Page: token lost", "Still: 1 Page, token lost"]
    facebook.world.tokens[facebook.token_of(facebook.store(1))].broken = None
    pass_time(facebook, 120, step=20)
    assert [mail.subject for mail in outbox.sent][2:] == ["Mended: 1 Page"]
    assert "step" not in outbox.sent[2].text


def test_who_wants_none_gets_none(facebook: Facebook, outbox: MailList, dana: Person) -> None:
    with facebook.runtime.db.session(None) as session:
        assert dana.id is not None
        session.add(MailOptOut(person_id=dana.id, brand_id=dana.brand_id, kind=KIND, since=facebook.clock.now()))
    lose(facebook, 1)
    pass_time(facebook, 6)
    assert outbox.sent == []


def test_what_could_not_be_sent_is_owed_still(facebook: Facebook, outbox: MailList, dana: Person) -> None:
    class Down:
        def send_many(self, mails: object) -> list[str | None]:
            raise UnavailableError("The mail server cannot be reached.")

    lose(facebook, 1)
    up = facebook.runtime
    for _ in range(5):
        facebook.clock.advance(MINUTE)
        watch(up)
    facebook.runtime = type(up)(
        settings=up.settings, db=up.db, clock=up.clock, mail=Down(), cipher=up.cipher, signer=up.signer
    )
    with pytest.raises(UnavailableError):
        tell_administrators(facebook.runtime)
    assert tell_administrators(up) == 1
    assert len(outbox.sent) == 1


def test_budgets_that_come_back_are_not_mailed(facebook: Facebook, outbox: MailList, dana: Person) -> None:
    facebook.graph.meter.budgets[facebook.store(3)] = 1
    pass_time(facebook, 5)
    assert outbox.sent == []
