"""Previews: the mail as it would go, without owing or sending anything."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from localcare.digests.models import Digest
from localcare.digests.previewing import preview_digests
from localcare.errors import InvalidError, NotFoundError
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand, SignInLink
from tests.conftest import NOW
from tests.factories import make_person, make_store
from tests.stages.digests.furnish import make_mention


def preview(
    session: Session, runtime: Runtime, number: str | None = "4012", email: str | None = None, day: date | None = None
) -> list[str]:
    mails = preview_digests(session, runtime, store_number=number, email=email, day=day)
    return [f"{mail.to}\n{mail.text}" if mail else "" for mail in mails]


@pytest.fixture
def furnished(session: Session, brand: Brand) -> Session:
    store = make_store(session, brand, number="4012")
    make_person(session, brand, store=store, email="ana@pellora.example.com")
    make_mention(session, store, "Lovely today.")
    make_mention(session, store, "Lovely last week.", at=NOW - timedelta(days=7, hours=3))
    return session


def test_a_stores_digest_of_now(furnished: Session, runtime: Runtime, outbox: MailList) -> None:
    (text,) = preview(furnished, runtime)
    assert text.startswith("ana@pellora.example.com")
    assert "Lovely today." in text
    assert "Lovely last week." not in text
    assert outbox.sent == []
    assert furnished.exec(select(Digest)).all() == []
    assert furnished.exec(select(SignInLink)).all() == []


def test_a_managers_digest_of_a_past_day(furnished: Session, runtime: Runtime) -> None:
    (text,) = preview(furnished, runtime, None, "Ana@pellora.example.com", NOW.date() - timedelta(days=7))
    assert "Lovely last week." in text
    assert "Lovely today." not in text


def test_nothing_to_say_is_no_mail(furnished: Session, runtime: Runtime) -> None:
    assert preview(furnished, runtime, day=NOW.date() - timedelta(days=3)) == [""]


def test_a_store_without_anybody_can_be_looked_at(session: Session, brand: Brand, runtime: Runtime) -> None:
    make_mention(session, make_store(session, brand, number="4012"), "Lovely.")
    assert "Lovely." in preview(session, runtime)[0]


def test_what_does_not_exist_is_said_so(furnished: Session, runtime: Runtime) -> None:
    with pytest.raises(NotFoundError, match="There is no store 9"):
        preview(furnished, runtime, "9")
    with pytest.raises(NotFoundError, match="zoe@"):
        preview(furnished, runtime, None, "zoe@pellora.example.com")
    with pytest.raises(InvalidError, match="not over yet"):
        preview(furnished, runtime, day=NOW.date() + timedelta(days=1))
