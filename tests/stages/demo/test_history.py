"""The demo's past: made by the real pipeline, true on both sides, and ending with something to do for everybody."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from localcare.demo.beginning import Begun, begin
from localcare.demo.brand import DemoBrand, load_brand
from localcare.demo.chapters import DAYS
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.runtime import Runtime
from localcare.sandbox.objects import App
from localcare.triage import reporting
from tests.conftest import NOW

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Past:
    """A small history that has been told, and the way to ask about it."""

    begun: Begun
    brand: DemoBrand
    database: Database

    def ask(self, query: str) -> list[Any]:
        with self.database.session(self.begun.brand_id) as session:
            return list(session.execute(text(query)).all())


@pytest.fixture
def past(runtime: Runtime) -> Past:
    brand = load_brand(30)
    return Past(begin(runtime, brand, App(), mentions=160), brand, runtime.db)


def test_history_is_complete_and_both_sides_agree(past: Past) -> None:
    assert past.ask("select * from event_todo") == []
    assert past.ask("select kind, what, why from event_issue") == []
    _lies_in_the_past(past)
    _everybody_finds_something(past)
    _the_world_has_what_can_be_answered(past)
    _answers_stand_on_the_pages(past)
    _digests_of_talked_about_stores_are_due(past)
    _colleagues_have_corrected_triage(past)


def _lies_in_the_past(past: Past) -> None:
    ((first, last, newest_case),) = past.ask(
        "select (select min(created_at) from mention), (select max(created_at) from mention),"
        " (select max(updated_at) from care_case)"
    )
    assert NOW - timedelta(days=DAYS + 1) < first < NOW - timedelta(days=DAYS - 5)
    assert last <= NOW
    assert newest_case <= NOW + timedelta(minutes=1)


def _everybody_finds_something(past: Past) -> None:
    waiting = dict(
        past.ask("select queue, count(*) from care_case where is_open and waiting_since is not null group by 1")
    )
    assert waiting[f"store:{past.brand.featured_store.store_number}"] >= 3
    assert waiting["crisis"] >= 1
    assert waiting["which-store"] >= 1
    assert any(queue.startswith("tier") for queue in waiting)
    assert past.ask("select * from case_clock where stopped_at is null and due_at < '2026-11-20T15:00Z'")
    states = {state for (state,) in past.ask("select distinct state from care_case")}
    assert {"resolved", "queued", "waiting"} <= states


def _the_world_has_what_can_be_answered(past: Past) -> None:
    world = past.begun.world
    open_cases = past.ask(
        "select k.external_id, m.kind from care_case c join mention_key k on k.id = c.lead_mention_id"
        " join mention m on m.id = k.id where c.is_open and c.channel = 'facebook' and m.kind in ('post', 'comment')"
    )
    assert len(open_cases) >= 5
    assert [row for row in open_cases if world.find_object(row.external_id) is None] == []


def _answers_stand_on_the_pages(past: Past) -> None:
    world = past.begun.world
    replies = past.ask(
        "select r.external_id, r.state, r.kind, r.sent_at, c.opened_at from reply r join care_case c on c.id = r.case_id"
        " where r.state in ('sent', 'confirmed')"
    )
    assert replies
    known = set(world.messages) | {
        key for page in world.pages.values() for post in page.posts for key in _ids(post.comments)
    }
    # what a customer took down since takes its answers with it
    assert sum(row.external_id in known for row in replies) >= 0.8 * len(replies)
    assert all(row.sent_at > row.opened_at for row in replies)


def _digests_of_talked_about_stores_are_due(past: Past) -> None:
    ((due,),) = past.ask(f"select count(*) from store where next_digest_at <= '{NOW}'")
    assert due >= 1


def _ids(comments: list) -> list[str]:  # type: ignore[type-arg]
    return [comment.id for comment in comments]


def _colleagues_have_corrected_triage(past: Past) -> None:
    with past.database.session(past.begun.brand_id) as session:
        weeks = reporting.list_weeks(session, past.begun.brand_id)
        assert len(weeks) == 2
        weeks += [reporting.count_week(session, past.begun.brand_id, reporting.last_week(NOW))]
        labels = reporting.list_latest_labels(session, past.begun.brand_id)
    with past.database.session(ALL_BRANDS) as session:
        assert past.begun.brand_id in reporting.list_due_brands(
            session, NOW
        )  # the Monday mail of the last week is owed
    assert sum(week.judged for week in weeks) > 50
    assert labels
    assert all(label.who and label.words for label in labels)
    alarms = [label for label in labels if label.right_risk == "none" and not label.taken_back_at]
    assert len(alarms) >= 2
    assert sum(week.false_alarms for week in weeks) >= 1
