"""When Facebook says that the app has called too often, every call rests, for all Pages and workers, and goes on by itself."""

from datetime import timedelta

from localcare.channels.facebook.app_pause import APP_WINDOW
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.incidents import find_obstacle, list_everywhere
from localcare.channels.facebook.probing import probe_ratings
from localcare.channels.facebook.sending import paused_until
from localcare.channels.facebook.service import note_health
from localcare.channels.facebook.stars import snapshot_stars
from localcare.channels.facebook.watching import watch
from localcare.sandbox.faults import Fault, FaultKind
from tests.stages.facebook.conftest import Facebook
from tests.stages.facebook.polling import Polling
from tests.stages.facebook.test_health_watch import connect_and_rest, open_incidents

MINUTE = timedelta(minutes=1)


def refuse(facebook: Facebook, page_id: str, *, code: int = 4, seconds: int | None = None) -> None:
    """An answer to a Page was refused."""
    with facebook.runtime.db.session(facebook.brand_id) as session:
        error = GraphError("quota", code=code, retry_after_seconds=seconds)
        note_health(session, page_id, error, now=facebook.clock.now())


def paused(facebook: Facebook, page_id: str) -> timedelta | None:
    """How long answers to a Page still wait."""
    with facebook.runtime.db.session(facebook.brand_id) as session:
        until = paused_until(session, page_id)
    return until - facebook.clock.now() if until else None


def calls(facebook: Facebook) -> int:
    meter = facebook.graph.meter
    return sum(count for _, count in meter._calls.values()) + (meter._app_calls[1] if meter._app_calls else 0)


def test_one_refused_answer_has_the_answers_of_all_pages_wait(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1))
    assert paused(facebook, facebook.store(1)) == paused(facebook, facebook.store(4)) == APP_WINDOW
    assert {page.health for page in facebook.pages().values()} == {"ok"}
    refuse(facebook, facebook.store(2), seconds=600)
    assert paused(facebook, facebook.store(4)) == APP_WINDOW


def test_another_limit_is_its_pages_own(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1), code=80001, seconds=600)
    assert paused(facebook, facebook.store(1)) == timedelta(minutes=10)
    assert paused(facebook, facebook.store(4)) is None


def test_nothing_calls_while_the_app_rests_and_all_goes_on_after_it(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    polling = Polling(facebook)
    facebook.clock.advance(timedelta(days=1))
    refuse(facebook, facebook.store(1))
    before = calls(facebook)
    watch(facebook.runtime)
    snapshot_stars(facebook.runtime, facebook.brand_id)
    assert probe_ratings(facebook.runtime, facebook.brand_id) is None
    assert polling.poll().lanes == 0
    assert calls(facebook) == before
    facebook.clock.advance(APP_WINDOW + MINUTE)
    watch(facebook.runtime)
    assert snapshot_stars(facebook.runtime, facebook.brand_id) > 0
    assert polling.poll().proven > 0


def test_the_board_tells_it_once_for_all_pages_and_ends_it(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1))
    watch(facebook.runtime)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        (told,) = list_everywhere(session, facebook.brand_id)
        obstacle = find_obstacle(session, facebook.store(4), now=facebook.clock.now())
    assert (told.kind, told.since) == ("quota", facebook.clock.now())
    assert obstacle is not None
    assert (obstacle.advice.name, obstacle.until) == ("App paused", facebook.clock.now() + APP_WINDOW)
    facebook.clock.advance(APP_WINDOW + MINUTE)
    watch(facebook.runtime)
    assert open_incidents(facebook) == []


def test_a_read_that_is_refused_pauses_the_app_too(facebook: Facebook) -> None:
    polling = Polling(facebook)
    polling.world.post(polling.page, "Bad service", author="Bob")
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="feed", code=4))
    polling.poll()
    assert paused(facebook, facebook.store(4)) == APP_WINDOW
    assert polling.page_access().health == "ok"


def test_a_look_that_is_refused_pauses_the_app_too(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    facebook.graph.faults.add(Fault(FaultKind.ERROR, method="GET", code=4, times=99))
    watch(facebook.runtime)
    assert paused(facebook, facebook.store(4)) == APP_WINDOW
    assert {page.health for page in facebook.pages().values()} == {"ok"}
