"""Fifty people at once, on real connections: fifty cases, nobody over their room, nobody waits long for another's lock."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from localcare.cases.handling import Hand
from localcare.kit.db import Database, connect_database
from localcare.people.service import viewer_of_person
from localcare.routing.core.giving import Giving
from localcare.routing.giving import take_next
from tests.stages.desk import Desk
from tests.stages.routing.centre import Centre, billing

AT_ONCE = 50


@pytest.mark.long
def test_fifty_people_who_ask_at_the_same_moment_get_fifty_cases(desk: Desk, centre: Centre) -> None:
    people = [centre.agent(f"Agent {n}", capacity=1).id or 0 for n in range(AT_ONCE)]
    for n in range(AT_ONCE + 10):
        desk.open_case(billing(f"u-{n}"))
    database = connect_database(desk.database.url, pool_size=AT_ONCE)
    together = Barrier(AT_ONCE)

    def ask(person_id: int) -> int | None:
        together.wait(60)
        return _next_case(database, desk, person_id)

    begin = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        first = list(pool.map(ask, people))
        second = list(pool.map(ask, people))
    took = time.monotonic() - begin
    database.dispose()
    assert len(set(first) - {None}) == AT_ONCE
    assert set(second) == {None}, "nobody has room for a second one"
    assert len(centre.held()) == AT_ONCE
    assert took < 20, "nobody waits for locks"


def _next_case(database: Database, desk: Desk, person_id: int) -> int | None:
    with database.session(desk.brand_id) as session:
        viewer = viewer_of_person(session, person_id, desk.clock.now())
        assert viewer is not None
        return take_next(Hand(session, viewer, desk.clock.now()), Giving())
