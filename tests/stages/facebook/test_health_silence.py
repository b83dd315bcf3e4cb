"""Silence in the log: when Pages were last heard of by webhook, and what is told of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from sqlmodel import Session

from localcare.channels.facebook.incidents_repository import everywhere, list_incidents
from localcare.channels.facebook.listening import listen, note_heard
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.watching import watch
from localcare.intake.models import Event
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.kit.schema import ensure_months
from localcare.mentions.models import Mention, MentionKey
from localcare.people.models import Brand
from tests.conftest import NOW

_numbers = count(1)
DAY = timedelta(days=1)
BUSY, CALM = "701", "702"


def hear(session: Session, brand_id: int, page_id: str, at: datetime, *, lane: str = "webhook") -> None:
    """A comment of a Page, as a lane brought it at that moment."""
    number = next(_numbers)
    session.add(Event(id=10**9 + number, received_at=at, lane=lane, source="facebook", body=b"{}"))
    key = MentionKey(brand_id=brand_id, channel="facebook", external_id=f"h{number}", received_at=at)
    session.add(key)
    session.flush()
    session.add(
        Mention(
            id=key.id or 0, received_at=at, brand_id=brand_id, event_id=10**9 + number, channel="facebook", kind="comment",
            external_id=f"h{number}", page_id=page_id, conversation_key=f"c{number}", first_change_at=at, created_at=at,
        )
    )  # fmt: skip


@pytest.fixture
def brand_id(runtime: Runtime, brand: Brand) -> int:
    """Two Pages: one is heard of four times a day, the other once in nine days; both for eight weeks, until now."""
    assert brand.id is not None
    with runtime.db.session(None) as session:
        ensure_months(session, date(2026, 8, 1), date(2026, 12, 31))
        for page_id in (BUSY, CALM):
            session.add(PageAccess(page_id=page_id, brand_id=brand.id, token_encrypted=b"x", since=NOW - 80 * DAY))
        for step in range(4 * 56):
            hear(session, brand.id, BUSY, NOW - step * DAY / 4)
        for step in range(6):
            hear(session, brand.id, CALM, NOW - step * 9 * DAY)
    note_heard(runtime)
    return brand.id


def told(runtime: Runtime, brand_id: int) -> list[str]:
    with runtime.db.session(brand_id) as session:
        pages = [BUSY, CALM, everywhere(brand_id)]
        return [found.page_id for found in list_incidents(session, brand_id, pages, only_open=True)]


def last_heard(runtime: Runtime, brand_id: int, page_id: str) -> datetime | None:
    with runtime.db.session(brand_id) as session:
        return session.get_one(PageAccess, page_id).last_event_at


def test_a_page_with_a_rhythm_is_told_and_a_quiet_one_never(runtime: Runtime, clock: SetClock, brand_id: int) -> None:
    listen(runtime)
    assert told(runtime, brand_id) == []
    clock.advance(2 * DAY)
    listen(runtime)
    assert told(runtime, brand_id) == []
    clock.advance(12 * DAY)
    listen(runtime)
    assert told(runtime, brand_id) == [BUSY]


def test_silence_ends_with_the_next_event(runtime: Runtime, clock: SetClock, brand_id: int) -> None:
    clock.advance(14 * DAY)
    listen(runtime)
    with runtime.db.session(None) as session:
        hear(session, brand_id, BUSY, clock.now())
    assert note_heard(runtime) == 1
    listen(runtime)
    assert told(runtime, brand_id) == []


def test_what_reading_found_is_no_sign_of_the_webhook(runtime: Runtime, clock: SetClock, brand_id: int) -> None:
    before = last_heard(runtime, brand_id, BUSY)
    clock.advance(timedelta(hours=1))
    with runtime.db.session(None) as session:
        hear(session, brand_id, BUSY, clock.now(), lane="poll")
    assert note_heard(runtime) == 0
    assert last_heard(runtime, brand_id, BUSY) == before


def test_all_at_once_is_told_once_and_within_the_hour(runtime: Runtime, clock: SetClock, brand_id: int) -> None:
    with runtime.db.session(None) as session:
        for day in range(1, 15):
            for minute in range(0, 60, 5):
                hear(session, brand_id, f"8{minute:02}", NOW - day * DAY + timedelta(minutes=minute))
    clock.advance(timedelta(minutes=20))
    listen(runtime)
    assert told(runtime, brand_id) == []
    clock.advance(timedelta(minutes=40))
    listen(runtime)
    assert told(runtime, brand_id) == [everywhere(brand_id)]


def test_the_minutes_round_leaves_silence_alone(runtime: Runtime, clock: SetClock, brand_id: int) -> None:
    clock.advance(14 * DAY)
    listen(runtime)
    settings = runtime.settings.model_copy(update={"facebook_app_id": None})
    watch(replace(runtime, settings=settings))
    assert told(runtime, brand_id) == [BUSY]
