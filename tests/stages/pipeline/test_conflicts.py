"""Transactions that stand in each other's way: the work is done again at once, and no event is blamed for it."""

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func, select

from localcare.intake import service as intake
from localcare.intake.models import EventIssue
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database, is_conflict, is_outage, set_actor, through_conflicts
from localcare.mentions.models import Mention
from localcare.people.models import Brand
from tests.deliveries import delivery, fresh_id, post
from tests.stages.pipeline.conftest import STORE_PAGE, Town


class StandInTheWay:
    """Fails so many batches as PostgreSQL does when it ends one of two that wait for each other."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, point: str) -> None:
        if point == "mid batch" and self.left:
            self.left -= 1
            raise psycopg.errors.DeadlockDetected


def told(town: Town, database: Database, clock: SetClock) -> None:
    entry = post(STORE_PAGE, clock.now(), "Nobody helped me.", post_id=fresh_id(STORE_PAGE))
    with database.session(ALL_BRANDS) as session:
        intake.accept(session, [delivery([entry], clock.now())])


def test_a_batch_that_lost_a_deadlock_is_worked_again_at_once(town: Town, database: Database, clock: SetClock) -> None:
    told(town, database, clock)
    report = replace(town.pipeline, at_point=StandInTheWay(3)).work_batch()
    with database.session(town.brand_id) as session:
        assert (report.events, session.exec(select(func.count()).select_from(Mention)).one()) == (1, 1)
        assert session.exec(select(EventIssue)).all() == []


def test_one_that_never_gets_through_says_so_and_its_events_wait(
    town: Town, database: Database, clock: SetClock
) -> None:
    told(town, database, clock)
    with pytest.raises(psycopg.errors.DeadlockDetected):
        replace(town.pipeline, at_point=StandInTheWay(99)).work_batch()
    assert town.pipeline.work_batch().events == 1


def test_a_transaction_that_another_overtook_is_no_outage_and_gets_through(town: Town, database: Database) -> None:
    seen: list[Exception] = []

    def rename() -> None:
        engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            with Session(engine) as session:
                set_actor(session, ALL_BRANDS, viewer="test")
                assert session.exec(select(Brand.name)).one()
                if not seen:
                    _rename(database, "Theirs")
                session.execute(text("update brand set name = name || '!'"))
                session.commit()
        except DBAPIError as error:
            seen.append(error)
            raise

    through_conflicts(rename)
    assert [(is_conflict(error), is_outage(error)) for error in seen] == [(True, False)]
    with database.session(town.brand_id) as session:
        assert session.exec(select(Brand.name)).one() == "Theirs!"


def _rename(database: Database, name: str) -> None:
    with database.session(ALL_BRANDS) as session:
        session.execute(text("update brand set name = :name"), {"name": name})
