"""Who is polled when: fair over Pages, within their quotas, by several workers, after outages, with history first."""

from datetime import timedelta

import pytest
from sqlmodel import select

from localcare.cases.models import Case
from localcare.channels.facebook.core.schedule import PollLane
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.polling_visits import claim_visits
from localcare.digests.alerting import send_alerts
from localcare.intake.polling import poll_due, poll_pages
from localcare.sandbox.faults import FaultKind
from localcare.sandbox.payloads import PageUpdate
from tests.factories import make_person
from tests.stages.facebook.conftest import BRAND_PAGE, Facebook
from tests.stages.facebook.polling import Polling

pytestmark = pytest.mark.long


@pytest.fixture
def polling(facebook: Facebook) -> Polling:
    return Polling(facebook)


def test_a_backlog_ends_after_some_turns_and_others_are_read_meanwhile(polling: Polling) -> None:
    world, page, other = polling.world, polling.page, polling.facebook.store(2)
    for number in range(600):
        world.post(page, f"Complaint {number}", author="Bob")
    world.post(other, "One complaint", author="Ann")
    polling.poll(page, other)
    assert polling.lane("feed").watermark is None
    assert polling.lane("feed", other).watermark is not None
    before = len(polling.mentions())
    assert before < 600
    polling.later(hours=1)
    polling.poll(page)
    assert len(polling.mentions()) == 601
    assert polling.lane("feed").watermark is not None


def test_a_spent_budget_waits_as_long_as_facebook_says(polling: Polling) -> None:
    polling.world.post(polling.page, "Bad service", author="Bob")
    polling.fault(FaultKind.RATE_LIMITED, "feed", times=1, minutes=90)
    report = polling.poll()
    access, now = polling.page_access(), polling.facebook.clock.now()
    assert (report.calls, access.health, access.quota_until) == (1, "quota", now + timedelta(minutes=90))
    assert polling.poll().lanes == 0
    polling.later(minutes=91)
    assert polling.poll().proven == 4
    assert polling.page_access().health == "ok"


def test_polling_leaves_most_of_a_small_budget_to_people(polling: Polling) -> None:
    meter = polling.facebook.graph.meter
    meter.budgets[polling.page] = meter.percent(polling.page) + 30
    used = meter._calls[polling.page][1]
    for number in range(600):
        polling.world.post(polling.page, f"Complaint {number}", author="Bob")
    for _ in range(6):
        polling.poll()
        polling.later(hours=1)
    assert meter._calls[polling.page][1] - used <= 30
    assert meter.percent(polling.page) <= 90


def test_a_dead_token_stands_on_the_page_and_is_not_asked_again(polling: Polling) -> None:
    polling.world.break_token(polling.page, 460)
    assert polling.poll().failed == 1
    assert (polling.page_access().health, polling.page_access().error_code) == ("token", 190)
    polling.later(days=1)
    assert polling.poll().lanes == 0


def test_a_list_that_is_refused_says_nothing_of_the_others(polling: Polling) -> None:
    post = polling.world.post(polling.page, "Bad service", author="Bob")
    polling.fault(FaultKind.ERROR, "conversations", times=1, code=10)
    report = polling.poll()
    assert (report.proven, report.failed) == (3, 1)
    assert post.id in polling.mentions()
    assert polling.page_access().health == "ok"
    assert "(10)" in polling.lane("conversations").last_error


def test_the_clock_takes_up_all_pages_spread_over_an_hour_with_their_history(polling: Polling) -> None:
    old = polling.world.post(polling.page, "Three weeks ago", author="Bob")
    polling.later(days=21)
    report = poll_due(polling.facebook.runtime)
    assert report.lanes < 24
    polling.later(hours=1)
    report = report.plus(poll_due(polling.facebook.runtime))
    polling.work()
    assert (report.lanes, report.proven) == (24, 24)
    assert old.id in polling.mentions()
    assert poll_due(polling.facebook.runtime).lanes == 0


@pytest.mark.parametrize(("days", "mails"), [(20, 0), (0, 1)])
def test_history_rings_nobody(polling: Polling, days: int, mails: int) -> None:
    runtime, brand_id = polling.facebook.runtime, polling.facebook.brand_id
    with runtime.db.session(brand_id) as session:
        make_person(session, brand_id, "supervisor")
    words = "I fell on the wet floor in your store and broke my wrist. My lawyer will call you."
    post = polling.world.post(polling.page, words, author="Bob")
    polling.later(days=days)
    polling.poll()
    send_alerts(runtime, brand_id)
    with runtime.db.session(brand_id) as session:
        (case,) = session.exec(select(Case))
    assert (case.queue, case.waiting_since, len(runtime.mail.sent)) == ("crisis", post.created_at, mails)  # type: ignore[attr-defined]


def test_two_workers_never_read_the_same_lane(polling: Polling) -> None:
    runtime = polling.facebook.runtime
    poll_pages(runtime, polling.facebook.brand_id)
    polling.later(days=4)
    from_one = _claimed(polling)
    assert len(from_one) == 24
    assert _claimed(polling) == set()
    polling.later(minutes=16)
    assert len(_claimed(polling)) == 24


def test_after_an_outage_all_pages_are_read_from_before_it(polling: Polling) -> None:
    runtime = polling.facebook.runtime
    poll_pages(runtime, polling.facebook.brand_id)
    polling.deliver([PageUpdate(polling.page, "feed", {"item": "reaction", "verb": "add"})])
    before = polling.facebook.clock.now()
    for _ in range(3):
        polling.later(hours=13)
        poll_due(runtime)
    assert polling.lane("feed").backfill_until == before - timedelta(hours=1)
    polling.later(hours=1)
    poll_due(runtime)
    state = polling.lane("feed")
    assert state.backfilled_at is not None
    assert state.backfilled_at > before + timedelta(hours=36)
    polling.later(hours=1)
    poll_due(runtime)
    assert polling.lane("feed").backfilled_at == state.backfilled_at


def test_after_our_own_outage_all_pages_are_read_even_if_webhooks_come_first(polling: Polling) -> None:
    runtime = polling.facebook.runtime
    poll_pages(runtime, polling.facebook.brand_id)
    missed = polling.world.post(polling.page, "Nobody heard me", author="Bob")
    polling.later(hours=48)
    polling.deliver([PageUpdate(polling.page, "feed", {"item": "reaction", "verb": "add"})])
    poll_due(runtime)
    polling.later(hours=1)
    poll_due(runtime)
    polling.work()
    assert missed.id in polling.mentions()


def test_a_page_that_webhooks_speak_for_is_read_rarely(polling: Polling) -> None:
    now = polling.facebook.clock.now()
    with polling.facebook.runtime.db.session(polling.facebook.brand_id) as session:
        for page_id, fields in ((polling.page, ["feed"]), (BRAND_PAGE, [])):
            access = session.get(PageAccess, page_id)
            assert access is not None
            access.last_event_at, access.subscribed_fields = now, fields
            session.add(access)
    for page_id in (polling.page, BRAND_PAGE):
        polling.world.post(page_id, "Bad service", author="Bob")
    polling.poll(polling.page, BRAND_PAGE)
    assert polling.lane("feed").next_at > now + timedelta(hours=19)
    assert polling.lane("feed", BRAND_PAGE).next_at < now + timedelta(minutes=19)


def _claimed(polling: Polling) -> set[tuple[str, PollLane]]:
    runtime = polling.facebook.runtime
    with runtime.db.session(None) as session:
        visits = claim_visits(session, now=runtime.clock.now(), limit=100)
    return {(visit.page_id, PollLane(lane.lane)) for visit in visits for lane in visit.lanes}
