"""Through the whole pipeline: words with two matters make two placed cases; a risk calls whoever has the case in hand."""

from datetime import timedelta

from sqlmodel import col, select

from localcare.cases import handling
from localcare.cases.models import Case, CrisisCall
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.people.models import Brand
from tests.deliveries import comment, fresh_id, post
from tests.stages.desk import Desk
from tests.stages.pipeline.conftest import STORE_PAGE, Town


def cases_of(town: Town) -> list[Case]:
    with town.pipeline.db.session(town.brand_id) as session:
        return list(session.exec(select(Case).order_by(col(Case.id))))


def test_a_store_matter_and_a_bill_in_one_post_are_two_placed_cases(town: Town, clock: SetClock) -> None:
    words = "Nobody helped me for half an hour, and my bill is wrong since March. I want an answer."
    town.tell(post(STORE_PAGE, clock.now(), words, post_id=fresh_id(STORE_PAGE), author="77"))
    cases = cases_of(town)
    assert {each.queue.partition(":")[0] for each in cases} == {"store", "tier2"}
    assert sorted((each.part, each.is_silent) for each in cases) == [("", False), ("also", True)]


def test_a_later_word_about_the_bill_opens_a_case_beside_the_store_s(town: Town, clock: SetClock) -> None:
    root = fresh_id(STORE_PAGE)
    town.tell(
        post(STORE_PAGE, clock.now(), "The staff was so rude to me. I want an answer!", post_id=root, author="77")
    )
    assert len(cases_of(town)) == 1
    clock.advance(timedelta(minutes=4))
    said = "And you charged me twice on my bill. Please refund me!"
    town.tell(comment(STORE_PAGE, clock.now(), said, comment_id=fresh_id("c"), post_id=root, author="77"))
    main, also = cases_of(town)
    assert {main.queue.partition(":")[0], also.queue.partition(":")[0]} == {"store", "tier2"}


def test_a_risk_calls_though_somebody_has_the_case_in_hand(
    town: Town, database: Database, brand: Brand, clock: SetClock
) -> None:
    desk = Desk(database, brand, clock)
    ana = desk.person("manager", store=town.store)
    root = fresh_id(STORE_PAGE)
    town.tell(
        post(STORE_PAGE, clock.now(), "The staff was so rude to me. I want an answer!", post_id=root, author="77")
    )
    [case] = cases_of(town)
    with desk.acting(ana) as hand:
        handling.claim(hand, case.id or 0)
    clock.advance(timedelta(minutes=4))
    said = "I fell on the wet floor in your store and broke my wrist. My lawyer will call you."
    town.tell(comment(STORE_PAGE, clock.now(), said, comment_id=fresh_id("c"), post_id=root, author="77"))
    now = desk.now(case)
    assert (now.queue, now.owner_id) == ("store:4001", ana.id), "it stays with who has it"
    with database.session(town.brand_id) as session:
        assert [call.case_id for call in session.exec(select(CrisisCall))] == [case.id]
