"""A policy from draft to live and back: who may sign, what time does, what a worker sees, what the history keeps."""

from datetime import timedelta

import pytest

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.kit.runtime import Runtime
from localcare.routing import ruling
from localcare.routing.ruling import By
from localcare.routing.service import PolicyShelf, shipped_policy_text
from localcare.routing.tasks import turn_policies
from tests.stages.desk import Desk

CHANGED = shipped_policy_text().replace("name: crisis", "name: on fire", 1)
LAUNCH = shipped_policy_text().replace("name: crisis", "name: launch week", 1)
FAULTY = shipped_policy_text().replace("skill: billing", "skill: biling")


def first_rule(desk: Desk) -> str:
    """The first rule that a worker reads now."""
    with desk.database.session(desk.brand_id) as session:
        return PolicyShelf().policy_of(session, desk.brand_id).rules[0].name


def by(desk: Desk, name: str = "Dana", person_id: int | None = 1) -> By:
    return By(name, desk.clock.now(), person_id)


def signed(desk: Desk, body: str) -> int:
    """A version that somebody has signed off."""
    with desk.database.session(desk.brand_id) as session:
        number = ruling.draft_policy(session, desk.brand_id, body, by(desk), why="why not")
        ruling.sign_off(session, desk.brand_id, number, by(desk, "Lee", 2), by_second=True)
    return number


def put_in_force(desk: Desk, body: str) -> int:
    number = signed(desk, body)
    with desk.database.session(desk.brand_id) as session:
        ruling.put_in_force(session, desk.brand_id, number, by(desk))
    return number


def stages(desk: Desk) -> dict[int, str]:
    with desk.database.session(desk.brand_id) as session:
        return {row.version: row.stage for row in ruling.list_versions(session, desk.brand_id)}


def test_nothing_changes_until_a_version_is_signed_off_and_put_in_force(desk: Desk) -> None:
    number = signed(desk, CHANGED)
    assert first_rule(desk) == "crisis"
    with desk.database.session(desk.brand_id) as session:
        ruling.put_in_force(session, desk.brand_id, number, by(desk))
    assert first_rule(desk) == "on fire"


def test_whoever_wrote_it_cannot_sign_it_off_where_a_second_person_is_asked(desk: Desk) -> None:
    with desk.database.session(desk.brand_id) as session:
        number = ruling.draft_policy(session, desk.brand_id, CHANGED, by(desk))
        with pytest.raises(ConflictError, match="Dana wrote version 1: somebody else"):
            ruling.sign_off(session, desk.brand_id, number, by(desk, "Dana W.", 1), by_second=True)
        with pytest.raises(ConflictError, match="has to be signed-off"):
            ruling.put_in_force(session, desk.brand_id, number, by(desk))
        ruling.sign_off(session, desk.brand_id, number, by(desk), by_second=False)
    assert stages(desk) == {1: "signed-off"}


def test_a_refused_policy_leaves_no_version_and_the_old_one_live(desk: Desk) -> None:
    put_in_force(desk, CHANGED)
    with (
        desk.database.session(desk.brand_id) as session,
        pytest.raises(InvalidError, match="Line 23: Rule “billing”"),
    ):
        ruling.draft_policy(session, desk.brand_id, FAULTY, by(desk))
    assert first_rule(desk) == "on fire"
    assert stages(desk) == {1: "live"}


def test_the_week_of_a_launch_starts_by_itself_and_ends_with_what_was_before(runtime: Runtime, desk: Desk) -> None:
    put_in_force(desk, CHANGED)
    number, now = signed(desk, LAUNCH), desk.clock.now()
    with desk.database.session(desk.brand_id) as session:
        begins, ends = now + timedelta(days=1), now + timedelta(days=8)
        ruling.schedule(session, desk.brand_id, number, by(desk), since=begins, until=ends)
    assert turn_policies(runtime) == 0
    desk.wait(days=1)
    assert (turn_policies(runtime), turn_policies(runtime)) == (1, 0)
    assert first_rule(desk) == "launch week"
    assert stages(desk) == {1: "superseded", 2: "live"}
    desk.wait(days=7)
    assert turn_policies(runtime) == 1
    assert first_rule(desk) == "on fire"
    assert stages(desk) == {1: "live", 2: "superseded"}


def test_after_a_launch_over_the_shipped_policy_the_shipped_one_holds_again(runtime: Runtime, desk: Desk) -> None:
    number, now = signed(desk, LAUNCH), desk.clock.now()
    with desk.database.session(desk.brand_id) as session:
        times = {"since": now + timedelta(hours=1), "until": now + timedelta(hours=2)}
        ruling.schedule(session, desk.brand_id, number, by(desk), **times)
    desk.wait(hours=1)
    turn_policies(runtime)
    assert first_rule(desk) == "launch week"
    desk.wait(hours=1)
    turn_policies(runtime)
    assert first_rule(desk) == "crisis"


def test_a_time_that_went_by_or_cuts_across_another_is_refused(desk: Desk) -> None:
    first, second, now = signed(desk, LAUNCH), signed(desk, CHANGED), desk.clock.now()
    day = timedelta(days=1)
    with desk.database.session(desk.brand_id) as session:
        with pytest.raises(InvalidError, match="in the future"):
            ruling.schedule(session, desk.brand_id, first, by(desk), since=now, until=None)
        ruling.schedule(session, desk.brand_id, first, by(desk), since=now + day, until=now + 3 * day)
        with pytest.raises(ConflictError, match="Version 1 is scheduled"):
            ruling.schedule(session, desk.brand_id, second, by(desk), since=now + 2 * day, until=now + 4 * day)


def test_rolled_back_twice_is_where_one_was(desk: Desk) -> None:
    put_in_force(desk, CHANGED)
    put_in_force(desk, LAUNCH)
    with desk.database.session(desk.brand_id) as session:
        assert ruling.roll_back(session, desk.brand_id, by(desk)) == 3
    assert first_rule(desk) == "on fire"
    with desk.database.session(desk.brand_id) as session:
        ruling.roll_back(session, desk.brand_id, by(desk))
    assert first_rule(desk) == "launch week"


def test_before_the_first_version_there_is_nothing_to_roll_back_to(desk: Desk) -> None:
    with desk.database.session(desk.brand_id) as session:
        with pytest.raises(ConflictError, match="nothing came before"):
            ruling.roll_back(session, desk.brand_id, by(desk))
        with pytest.raises(NotFoundError):
            ruling.withdraw(session, desk.brand_id, 9, by(desk))


def test_the_history_says_who_did_what_when_and_why(desk: Desk) -> None:
    put_in_force(desk, CHANGED)
    with desk.database.session(desk.brand_id) as session:
        ruling.roll_back(session, desk.brand_id, by(desk), why="It was too hot.")
        lines = [(row.version, row.kind, row.actor, row.why) for row in ruling.list_history(session, desk.brand_id)]
    assert lines == [
        (2, "live", "Dana", "It is the shipped policy again. It was too hot."),
        (1, "superseded", "Dana", "By version 2."),
        (2, "draft", "Dana", "It was too hot."),
        (1, "live", "Dana", ""),
        (1, "signed-off", "Lee", ""),
        (1, "draft", "Dana", "why not"),
    ]
