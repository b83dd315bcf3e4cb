"""The demo's national team: there by their shifts, taking and answering cases, and leaving some for who looks on."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from localcare.demo.attendance import LEFT_WAITING, Attendance
from localcare.demo.conversation import load_conversation
from localcare.demo.rota import draw_rota
from localcare.people import duty as people
from localcare.people.core.duty import Duty, Presence, Skill
from localcare.people.core.shifts import WorkingTime, read_weekly
from localcare.replies.models import Reply
from tests.stages.desk import Desk
from tests.stages.routing.centre import Centre, billing

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def centre(desk: Desk) -> Centre:
    return Centre(desk)


@pytest.fixture
def team(desk: Desk) -> Attendance:
    return Attendance(desk.database, desk.clock, desk.brand_id, load_conversation(), random.Random(4))


def presences(desk: Desk) -> dict[str, Presence]:
    with desk.database.session(desk.brand_id) as session:
        duties = people.list_duties(session, desk.brand_id, day=desk.clock.now().date())
        return {duty.name: duty.presence for duty in duties}


def rounds(desk: Desk, team: Attendance, centre: Centre, *, minutes: float) -> None:
    for _ in range(int(minutes * 4)):
        desk.wait(seconds=15)
        team.take_round()
        centre.turn()


def test_somebody_works_at_every_hour_of_the_week() -> None:
    agents = [Duty(n, f"A{n}", frozenset({1}), (Skill("billing"),), frozenset({"en"}), 5) for n in range(39)]
    works = [WorkingTime(line.form.timezone, read_weekly(line.form.shifts)) for line in draw_rota(agents)]
    there = [sum(each.is_on(MONDAY + timedelta(hours=n)) for each in works) for n in range(168)]
    assert min(there) >= 5
    assert max(there) <= 25


def test_they_are_there_by_their_shifts_and_whoever_looks_on_is_left_alone(desk: Desk, centre: Centre) -> None:
    centre.agent("Ana", shifts="Fr 00:00-24:00", here=False)
    centre.agent("Bo", shifts="Mo 00:00-24:00", here=False)
    you = centre.agent("You", shifts="Fr 00:00-24:00", here=False)
    for n in range(LEFT_WAITING + 2):
        desk.open_case(billing(f"u-{n}"))
    team = Attendance(
        desk.database, desk.clock, desk.brand_id, load_conversation(), random.Random(4), frozenset({you.id or 0})
    )
    rounds(desk, team, centre, minutes=1)
    assert presences(desk) == {"Ana": Presence.HERE, "Bo": Presence.OFFLINE, "You": Presence.OFFLINE}


def test_they_look_at_what_they_are_given_and_answer_it(desk: Desk, centre: Centre, team: Attendance) -> None:
    centre.agent("Ana", shifts="Fr 00:00-24:00", here=False, capacity=2)
    for n in range(LEFT_WAITING + 6):
        desk.open_case(billing(f"u-{n}"))
    rounds(desk, team, centre, minutes=25)
    with desk.database.session(desk.brand_id) as session:
        answers = session.exec(select(Reply)).all()
    assert len(answers) >= 2
    assert {answer.author_name for answer in answers} == {"Ana"}
    assert all("{" not in answer.text for answer in answers)


def test_they_come_only_while_there_is_enough_to_do(desk: Desk, centre: Centre, team: Attendance) -> None:
    centre.agent("Ana", shifts="Fr 00:00-24:00", here=False)
    for n in range(LEFT_WAITING):
        desk.open_case(billing(f"u-{n}"))
    rounds(desk, team, centre, minutes=2)
    assert centre.held() == {}
