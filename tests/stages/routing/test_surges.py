"""Surges: begun by rule, hand and date, ended likewise; what they moved comes back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from localcare.cases import handling
from localcare.cases.models import Case, CaseClock
from localcare.errors import ConflictError, InvalidError
from localcare.kit.runtime import Runtime
from localcare.people.core.duty import Presence
from localcare.routing import surging
from localcare.routing.core.forecast import HOUR
from localcare.routing.core.surge import SurgePlan
from localcare.routing.counting import Counted, count_arrivals
from localcare.routing.models import ArrivalHour, Surge
from localcare.routing.ruling import By
from localcare.routing.service import PolicyShelf
from localcare.routing.tasks import watch_surges
from tests.stages.desk import Desk, Said
from tests.stages.routing.centre import Centre, billing


def order(author_id: str) -> Said:
    return Said(author_id=author_id, topic="order-pickup", matter="product", tier=2)


@pytest.fixture
def past(desk: Desk) -> None:
    """Four weeks in which each hour brought four cases."""
    running = desk.clock.now().replace(minute=0, second=0, microsecond=0)
    with desk.database.session(desk.brand_id) as session:
        for n in range(1, 28 * 24 + 1):
            session.add(ArrivalHour(brand_id=desk.brand_id, hour=running - n * HOUR, cases=4))


def by(desk: Desk, name: str = "Sue Lee") -> By:
    return By(name, desk.clock.now())


def switch_on(desk: Desk, **until: float) -> int:
    with desk.database.session(desk.brand_id) as session:
        ends = desk.clock.now() + timedelta(**until or {"hours": 4})
        return surging.switch_on(session, desk.brand_id, by(desk), until=ends, why="Launch")


def switch_off(desk: Desk) -> int:
    with desk.database.session(desk.brand_id) as session:
        return surging.switch_off(session, desk.brand_id, by(desk))


def is_on(desk: Desk) -> bool:
    with desk.database.session(desk.brand_id) as session:
        return PolicyShelf().policy_of(session, desk.brand_id).is_surging


def counted(desk: Desk) -> Counted:
    with desk.database.session(desk.brand_id) as session:
        return count_arrivals(session, desk.brand_id, SurgePlan(), desk.clock.now())


def history(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.database.session(desk.brand_id) as session:
        return [(each.kind, each.actor, each.why) for each in surging.list_history(session, desk.brand_id)]


def rush(desk: Desk, runtime: Runtime, minutes: int, each: int = 1) -> None:
    """So many cases a minute for so long, with the clock's look every minute."""
    for minute in range(minutes):
        for n in range(each):
            desk.open_case(billing(f"rush-{desk.clock.now():%H%M}-{minute}-{n}"))
        desk.wait(minutes=1)
        watch_surges(runtime)


@pytest.mark.usefixtures("past")
def test_the_rule_begins_one_after_its_minutes_and_ends_it_when_it_is_calm(desk: Desk, runtime: Runtime) -> None:
    watch_surges(runtime)
    assert not is_on(desk)
    rush(desk, runtime, 4, each=6)
    assert not is_on(desk), "four minutes are a burst"
    rush(desk, runtime, 11, each=2)
    assert is_on(desk)
    assert history(desk)[0][:2] == ("begun", "localcare")
    assert "cases came within 15 minutes, 1.1 were forecast." in history(desk)[0][2]
    for _ in range(20):
        desk.wait(minutes=1)
        watch_surges(runtime)
    assert is_on(desk), "a quiet quarter of an hour ends nothing"
    for _ in range(20):
        desk.wait(minutes=1)
        watch_surges(runtime)
    assert not is_on(desk)
    assert "cases came within 30 minutes, 2." in history(desk)[0][2]


@pytest.mark.usefixtures("past")
def test_who_ends_it_by_hand_is_not_overruled_at_once_and_may_wake_the_rule(desk: Desk, runtime: Runtime) -> None:
    rush(desk, runtime, 15, each=2)
    switch_off(desk)
    rush(desk, runtime, 2, each=2)
    assert not is_on(desk)
    with desk.database.session(desk.brand_id) as session:
        surging.wake_rule(session, desk.brand_id, by(desk))
    watch_surges(runtime)
    assert is_on(desk)


def test_a_young_brand_has_no_rule_and_can_be_switched_by_hand(desk: Desk, runtime: Runtime) -> None:
    rush(desk, runtime, 16, each=2)
    assert counted(desk).forecast is None
    assert not is_on(desk)
    switch_on(desk)
    assert is_on(desk)


@pytest.mark.usefixtures("past")
def test_hours_are_kept_once_and_those_of_a_surge_do_not_teach(desk: Desk, runtime: Runtime) -> None:
    before = counted(desk).forecast
    switch_on(desk, hours=3)
    for _ in range(3):
        rush(desk, runtime, 3, each=5)
        desk.wait(minutes=57)
        watch_surges(runtime)
    after = counted(desk)
    assert before is not None
    assert after.forecast is not None
    assert max(after.forecast.means) == pytest.approx(max(before.means), rel=0.02)
    assert sorted(after.hours.values())[-3:] == [15, 15, 15]


@pytest.mark.usefixtures("past")
def test_what_lasts_for_days_is_a_new_level_that_the_forecast_learns(desk: Desk) -> None:
    before = counted(desk).forecast
    switch_on(desk, days=5)
    begun = desk.clock.now().replace(minute=0, second=0, microsecond=0)
    desk.wait(days=4)
    with desk.database.session(desk.brand_id) as session:
        for n in range(4 * 24):
            session.add(ArrivalHour(brand_id=desk.brand_id, hour=begun + n * HOUR, cases=40))
    after = counted(desk).forecast
    assert before is not None
    assert after is not None
    assert max(after.means) > 1.2 * max(before.means)


def test_one_that_is_switched_on_by_hand_ends_at_its_time(desk: Desk, runtime: Runtime) -> None:
    switch_on(desk, hours=1)
    desk.wait(minutes=59)
    watch_surges(runtime)
    assert is_on(desk)
    desk.wait(minutes=1)
    watch_surges(runtime)
    assert not is_on(desk)
    assert history(desk)[0] == ("ended", "localcare", "Its end time has come.")


def test_a_planned_one_begins_and_ends_by_itself(desk: Desk, runtime: Runtime) -> None:
    now = desk.clock.now()
    with desk.database.session(desk.brand_id) as session:
        since, until = now + timedelta(days=2), now + timedelta(days=4)
        surging.plan(session, desk.brand_id, by(desk), since=since, until=until, why="Launch")
        with pytest.raises(ConflictError, match="“Launch” is planned for that time already"):
            surging.plan(session, desk.brand_id, by(desk), since=since + HOUR, until=until, why="Other")
    watch_surges(runtime)
    assert not is_on(desk)
    desk.wait(days=2)
    watch_surges(runtime)
    assert is_on(desk)
    desk.wait(days=2)
    watch_surges(runtime)
    assert not is_on(desk)


def test_an_end_can_be_taken_back_and_a_dropped_plan_stands_again(desk: Desk) -> None:
    switch_on(desk)
    ended = switch_off(desk)
    desk.wait(minutes=3)
    with desk.database.session(desk.brand_id) as session:
        surging.take_back_end(session, desk.brand_id, ended, by(desk))
    assert is_on(desk)
    with desk.database.session(desk.brand_id) as session:
        since = desk.clock.now() + timedelta(days=1)
        planned = surging.plan(session, desk.brand_id, by(desk), since=since, until=since + HOUR, why="Sale")
        surging.withdraw(session, desk.brand_id, planned, by(desk))
        surging.plan_again(session, desk.brand_id, planned, by(desk))
        assert [each.note for each in surging.standing_of(session, desk.brand_id, since).planned] == ["Sale"]


def test_only_one_is_on_and_it_ends_in_the_future(desk: Desk) -> None:
    switch_on(desk)
    with pytest.raises(ConflictError, match="on already"):
        switch_on(desk)
    switch_off(desk)
    with pytest.raises(ConflictError, match="somebody ended it already"):
        switch_off(desk)
    with pytest.raises(InvalidError, match="in the future"):
        switch_on(desk, hours=-1)
    with pytest.raises(InvalidError, match="14 days at most"):
        switch_on(desk, days=15)


def test_tier_two_gets_tier_one_while_it_lasts_and_gives_back_what_it_has_not_looked_at(
    desk: Desk, centre: Centre
) -> None:
    senior = centre.agent("Ana", tier=2)
    first = desk.open_case(billing("u-1", tier=1))
    assert centre.turn() == 0
    switch_on(desk)
    desk.wait(seconds=6)
    assert centre.turn() == 1
    second = desk.open_case(billing("u-2", tier=1))
    desk.wait(seconds=1)
    centre.turn()
    with desk.acting(senior) as hand:
        handling.glance(hand, first.id or 0)
    switch_off(desk)
    desk.wait(seconds=30)
    centre.turn()
    assert centre.held() == {first.id: "Ana"}, "what she looks at stays hers"
    assert desk.now(second).owner_id is None
    junior = centre.agent("Bo", tier=1)
    centre.say(junior, Presence.HERE)
    desk.wait(seconds=6)
    centre.turn()
    assert centre.held()[second.id or 0] == "Bo"


def test_what_stores_were_sent_goes_back_unless_they_took_or_answered_it(desk: Desk, runtime: Runtime) -> None:
    store = desk.store(number="4001")
    manager = desk.person("manager", store=store)
    before = desk.open_case(order("u-0"), store=store)
    own = desk.open_case(Said(author_id="u-own"), store=store)
    surge_id = switch_on(desk)
    untaken, taken, moved = (desk.open_case(order(f"u-{n}"), store=store) for n in range(3))
    own_too = desk.open_case(Said(author_id="u-own-too"), store=store)
    assert before.queue == "tier2:orders"
    assert {case.queue for case in (untaken, taken, moved, own, own_too)} == {"store:4001"}
    with desk.acting(manager) as hand:
        handling.claim(hand, taken.id or 0)
    with desk.database.session(desk.brand_id) as session:
        session.get_one(Case, moved.id).routed_by_hand = True
    desk.wait(hours=1)
    switch_off(desk)
    watch_surges(runtime)
    watch_surges(runtime)
    assert desk.now(untaken).queue == "tier2:orders"
    assert desk.history_of(untaken)[-1].startswith("tier2:orders: the surge is over; ")
    assert [desk.now(case).queue for case in (taken, moved, own, own_too)] == ["store:4001"] * 4
    with desk.database.session(desk.brand_id) as session:
        clocks = session.exec(select(CaseClock).where(CaseClock.case_id == untaken.id)).all()
        assert {clock.started_at for clock in clocks} == {desk.clock.now() - timedelta(hours=1)}
        assert session.get_one(Surge, surge_id).returned == 1


def test_a_worker_that_was_down_when_it_ended_sends_back_when_it_starts(desk: Desk, runtime: Runtime) -> None:
    store = desk.store(number="4001")
    switch_on(desk)
    case = desk.open_case(order("u-1"), store=store)
    switch_off(desk)
    desk.wait(hours=30)
    watch_surges(runtime)
    assert desk.now(case).queue == "tier2:orders"


def test_while_an_end_is_taken_back_nothing_goes_back(desk: Desk, runtime: Runtime) -> None:
    store = desk.store(number="4001")
    switch_on(desk)
    case = desk.open_case(order("u-1"), store=store)
    ended = switch_off(desk)
    with desk.database.session(desk.brand_id) as session:
        surging.take_back_end(session, desk.brand_id, ended, by(desk))
    watch_surges(runtime)
    assert desk.now(case).queue == "store:4001"


def test_a_plan_whose_time_passed_while_another_was_on_is_over_and_says_so(desk: Desk, runtime: Runtime) -> None:
    with desk.database.session(desk.brand_id) as session:
        since = desk.clock.now() + HOUR
        surging.plan(session, desk.brand_id, by(desk), since=since, until=since + HOUR, why="Sale")
    switch_on(desk, hours=3)
    desk.wait(hours=2)
    watch_surges(runtime)
    assert history(desk)[0][:2] == ("withdrawn", "localcare")
    with desk.database.session(desk.brand_id) as session:
        assert surging.standing_of(session, desk.brand_id, desk.clock.now()).planned == ()


def test_a_dropped_plan_does_not_stand_again_across_another(desk: Desk) -> None:
    since = desk.clock.now() + timedelta(days=1)
    with desk.database.session(desk.brand_id) as session:
        dropped = surging.plan(session, desk.brand_id, by(desk), since=since, until=since + HOUR, why="Sale")
        surging.withdraw(session, desk.brand_id, dropped, by(desk))
        surging.plan(session, desk.brand_id, by(desk), since=since, until=since + HOUR, why="Launch")
        with pytest.raises(ConflictError, match="“Launch” is planned for that time already"):
            surging.plan_again(session, desk.brand_id, dropped, by(desk))


def test_one_without_a_forecast_to_hold_it_against_does_not_last_for_ever(desk: Desk, runtime: Runtime) -> None:
    """A brand of a day: the hour before a surge tells nothing of ordinary ones, so that too little past is left."""
    running = desk.clock.now().replace(minute=0, second=0, microsecond=0)
    with desk.database.session(desk.brand_id) as session:
        for n in range(1, 25):
            session.add(ArrivalHour(brand_id=desk.brand_id, hour=running - n * HOUR, cases=1))
    rush(desk, runtime, 16, each=2)
    assert is_on(desk)
    assert counted(desk).forecast is None
    rush(desk, runtime, 31)
    assert not is_on(desk)
