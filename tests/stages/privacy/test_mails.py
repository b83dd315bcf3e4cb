"""A mail that became no mention keeps its words only while somebody may still teach a template for it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from localcare.channels.mail.templates import SHIPPED
from localcare.intake.mail import MailRules, accept_mail
from localcare.intake.models import Event, EventIssue
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people.models import Brand
from localcare.pipeline import Pipeline
from localcare.privacy.mails import KEPT_UNREAD, forget_in_mails
from localcare.privacy.service import purge
from tests.channels.mail.letters import RELAY, letter
from tests.triagers import rules_only

WORDS = "Zoe lobt Pellora.\nSehr geduldig, xyzzy.\nSee recommendation"


@pytest.fixture
def waiting(database: Database, brand: Brand, clock: SetClock) -> int:
    """A mail that no template fits, shown to an administrator; its event id."""
    with database.session(ALL_BRANDS) as session:
        accept_mail(session, letter("Zoe lobt Pellora", WORDS), MailRules.of(SHIPPED, RELAY), now=clock.now())
    Pipeline(database, clock, rules_only()).work_batch()
    with database.session(ALL_BRANDS) as session:
        return session.exec(select(EventIssue)).one().event_id


def kept(database: Database) -> str:
    with database.session(ALL_BRANDS) as session:
        issue, event = session.exec(select(EventIssue)).one(), session.exec(select(Event)).one()
        return f"{bytes(event.body).decode()} {issue.what} {issue.why}"


def test_it_waits_with_its_words_for_ninety_days_and_no_longer(
    database: Database, waiting: int, clock: SetClock
) -> None:
    clock.advance(KEPT_UNREAD - timedelta(minutes=1))
    purge(database, clock.now())
    assert "xyzzy" in kept(database)
    clock.advance(timedelta(minutes=2))
    purge(database, clock.now())
    left = kept(database)
    assert "xyzzy" not in left
    assert "Zoe" not in left
    assert "facebookmail.com" in left
    assert "forgotten before a template was taught" in left


def test_a_shorter_retention_of_the_brand_counts(
    database: Database, brand: Brand, waiting: int, clock: SetClock
) -> None:
    with database.session(ALL_BRANDS) as session:
        session.get_one(Brand, brand.id).retention_months = 1
    clock.advance(timedelta(days=32))
    purge(database, clock.now())
    assert "xyzzy" not in kept(database)


def test_what_was_settled_needs_its_words_no_longer(database: Database, waiting: int, clock: SetClock) -> None:
    with database.session(ALL_BRANDS) as session:
        session.exec(select(EventIssue)).one().settled_at = clock.now()
    purge(database, clock.now())
    assert "xyzzy" not in kept(database)


def test_a_customer_who_is_forgotten_by_name_is_forgotten_in_mails_that_wait(
    database: Database, brand: Brand, waiting: int, clock: SetClock
) -> None:
    with database.session(ALL_BRANDS) as session:
        assert forget_in_mails(session, brand.id or 0, ["Ana Ortiz"], clock.now()) == 0
        assert forget_in_mails(session, brand.id or 0, ["zoe"], clock.now()) == 1
    assert "xyzzy" not in kept(database)
