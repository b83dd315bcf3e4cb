"""The tasks that a Page leaves us are read again each day, and at once when a person has the Page looked at."""

from datetime import timedelta

from localcare.channels.facebook.rereading import REREAD_AFTER_FAILURE, REREAD_EVERY
from localcare.channels.facebook.watching import look_now, watch
from localcare.sandbox.faults import Fault, FaultKind
from tests.stages.facebook.conftest import Facebook
from tests.stages.facebook.test_health_watch import connect_and_rest, open_incidents

MINUTE = timedelta(minutes=1)
LEFT = ("ANALYZE", "CREATE_CONTENT", "MESSAGING")


def take_task(facebook: Facebook, number: int) -> str:
    page_id = facebook.store(number)
    facebook.world.pages[page_id].tasks = LEFT
    return page_id


def test_a_task_that_was_taken_away_is_on_the_board_within_a_day(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    page_id = take_task(facebook, 2)
    facebook.clock.advance(REREAD_EVERY)
    watch(facebook.runtime)
    assert tuple(facebook.pages()[page_id].tasks) == LEFT
    assert open_incidents(facebook) == [(page_id, "permission")]


def test_a_task_that_was_given_back_ends_the_incident_when_a_person_has_the_page_looked_at(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    page_id = facebook.store(2)
    given = facebook.world.pages[page_id].tasks
    take_task(facebook, 2)
    facebook.clock.advance(REREAD_EVERY)
    watch(facebook.runtime)
    facebook.world.pages[page_id].tasks = given
    look_now(facebook.runtime, facebook.brand_id, [page_id])
    facebook.clock.advance(MINUTE)
    watch(facebook.runtime)
    assert tuple(facebook.pages()[page_id].tasks) == tuple(given)
    assert open_incidents(facebook) == []


def test_a_list_that_cannot_be_read_changes_nothing_and_is_asked_again_in_an_hour(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    page_id = take_task(facebook, 2)
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="accounts", code=10, times=1))
    facebook.clock.advance(REREAD_EVERY)
    watch(facebook.runtime)
    assert "MODERATE" in facebook.pages()[page_id].tasks
    facebook.clock.advance(REREAD_AFTER_FAILURE)
    watch(facebook.runtime)
    assert "MODERATE" not in facebook.pages()[page_id].tasks


def test_a_page_that_is_not_listed_keeps_what_was_known_of_it(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    page_id = take_task(facebook, 2)
    facebook.world.pages[page_id].is_assigned = False
    facebook.clock.advance(REREAD_EVERY)
    watch(facebook.runtime)
    assert "MODERATE" in facebook.pages()[page_id].tasks
