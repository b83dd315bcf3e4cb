"""The stars of every Page by day, and the nightly question whether recommendations are back."""

from datetime import timedelta

from sqlmodel import select

from localcare.channels.facebook.core.stars import FEW, PASSING
from localcare.channels.facebook.models import CapabilityProbe, PageRating
from localcare.channels.facebook.probing import last_probe, probe_due_brands, probe_ratings
from localcare.channels.facebook.stars import snapshot_due_brands, snapshot_stars, star_history
from localcare.sandbox.faults import Fault, FaultKind
from tests.stages.facebook.conftest import Facebook


def rated(facebook: Facebook) -> dict[str, PageRating]:
    day = facebook.clock.now().date()
    with facebook.runtime.db.session(facebook.brand_id) as session:
        rows = session.exec(select(PageRating).where(PageRating.on_day == day))
        return {row.page_id: row for row in rows}


def test_each_page_is_asked_once_a_day(facebook: Facebook) -> None:
    facebook.connect()
    assert snapshot_due_brands(facebook.runtime) == 6
    assert snapshot_due_brands(facebook.runtime) == 0
    facebook.clock.advance(timedelta(days=1))
    assert snapshot_due_brands(facebook.runtime) == 6


def test_few_ratings_are_no_stars_and_never_nought(facebook: Facebook) -> None:
    facebook.connect()
    page = facebook.world.pages[facebook.store(1)]
    page.seeded_rating_count, page.recommendations = 2, []
    snapshot_stars(facebook.runtime, facebook.brand_id)
    row = rated(facebook)[facebook.store(1)]
    assert (row.stars, row.count, row.reason) == (None, 2, FEW)


def test_a_dead_token_is_a_reason_and_a_busy_moment_is_asked_again(facebook: Facebook) -> None:
    facebook.connect()
    facebook.world.break_token(facebook.store(1), 460)
    facebook.graph.faults.add(Fault(FaultKind.ERROR, page_id=facebook.store(2), edge="", code=2, times=9))
    snapshot_stars(facebook.runtime, facebook.brand_id)
    rows = rated(facebook)
    assert rows[facebook.store(1)].stars is None
    assert "connect the Page again" in (rows[facebook.store(1)].reason or "")
    assert rows[facebook.store(2)].reason == PASSING
    facebook.graph.faults.clear()
    facebook.clock.advance(timedelta(hours=3))
    assert snapshot_stars(facebook.runtime, facebook.brand_id) == 1
    assert rated(facebook)[facebook.store(2)].count is not None


def test_what_changed_is_told_between_known_days(facebook: Facebook) -> None:
    facebook.connect()
    page = facebook.world.pages[facebook.store(1)]
    page.seeded_rating, page.seeded_rating_count, page.recommendations = 4.6, 10, []
    snapshot_stars(facebook.runtime, facebook.brand_id)
    facebook.clock.advance(timedelta(days=1))
    facebook.world.break_token(facebook.store(1), 460)
    snapshot_stars(facebook.runtime, facebook.brand_id)
    facebook.clock.advance(timedelta(days=1))
    facebook.connect()
    page.seeded_rating, page.seeded_rating_count = 4.4, 12
    snapshot_stars(facebook.runtime, facebook.brand_id)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        history = star_history(session, facebook.store(1), facebook.clock.now())
    assert len(history.days) == 3
    assert history.change is not None
    assert history.change.words == "2 new ratings, 4.6 → 4.4"
    assert history.change.url == f"https://www.facebook.com/{facebook.store(1)}/reviews"


def test_error_12_is_what_is_expected(facebook: Facebook) -> None:
    facebook.connect()
    assert probe_due_brands(facebook.runtime) == 1
    assert probe_due_brands(facebook.runtime) == 0
    with facebook.runtime.db.session(facebook.brand_id) as session:
        probe = last_probe(session, facebook.brand_id)
    assert probe is not None
    assert probe.outcome == "gone"
    assert probe.page_id in facebook.pages()


def test_recommendations_that_come_back_are_noticed(facebook: Facebook) -> None:
    facebook.connect()
    probe_ratings(facebook.runtime, facebook.brand_id)
    facebook.clock.advance(timedelta(days=1))
    facebook.world.sends_ratings = True
    probe = probe_ratings(facebook.runtime, facebook.brand_id)
    assert probe is not None
    assert probe.outcome == "answers"
    with facebook.runtime.db.session(facebook.brand_id) as session:
        assert len(list(session.exec(select(CapabilityProbe)))) == 2


def test_a_broken_answer_says_nothing_of_recommendations(facebook: Facebook) -> None:
    facebook.connect()
    facebook.graph.faults.add(Fault(FaultKind.BAD_GATEWAY, edge="ratings", times=9))
    probe = probe_ratings(facebook.runtime, facebook.brand_id)
    assert probe is not None
    assert probe.outcome == "unclear"
