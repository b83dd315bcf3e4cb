"""A mention is judged again when something new is known of it: its words, its store. What it was before is kept."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from localcare.cases.crisis import list_ringing
from localcare.cases.models import Case
from localcare.inbox.admin.rules.again import judge_open_cases_again
from localcare.inbox.service.correcting import is_no_crisis
from localcare.inbox.service.which_store import set_store
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.jobs import run_jobs
from localcare.kit.runtime import Runtime
from localcare.people.core import SystemViewer
from localcare.people.models import Brand
from localcare.routing.service import PolicyShelf
from localcare.triage.core.correction import Ruling
from localcare.triage.correcting import Ruled, rule
from localcare.triage.models import VerdictRow
from tests.deliveries import comment, fresh_id, post
from tests.stages.desk import Desk
from tests.stages.pipeline.conftest import BRAND_PAGE, Town
from tests.stages.triage.test_rule_shelf import keep

RUDE = "The staff at your store was so rude to me. I want an answer!"


def verdicts(town: Town) -> list[VerdictRow]:
    """Every verdict on the first mention, the oldest first."""
    with town.pipeline.db.session(town.brand_id) as session:
        rows = list(session.exec(select(VerdictRow).order_by(col(VerdictRow.id))))
    return [row for row in rows if row.mention_id == rows[0].mention_id]


def complain(town: Town, clock: SetClock) -> str:
    root = fresh_id(BRAND_PAGE)
    town.tell(post(BRAND_PAGE, clock.now(), RUDE, post_id=root, author="77"))
    clock.advance(timedelta(minutes=5))
    return root


def the_case(town: Town) -> Case:
    with town.pipeline.db.session(town.brand_id) as session:
        return session.exec(select(Case)).one()


def test_a_rule_for_some_stores_counts_once_the_customer_has_said_which(
    town: Town, database: Database, clock: SetClock
) -> None:
    keep(database, town.brand_id, "rude-here", any=["rude"], tier_at_least=3, places=["store:4002"])
    root = complain(town, clock)
    assert [row.tier for row in verdicts(town)] == [1]
    ask = comment(
        BRAND_PAGE, clock.now(), "Which store did you visit?", comment_id=fresh_id("c"), post_id=root, author=BRAND_PAGE
    )
    town.tell(ask)
    clock.advance(timedelta(minutes=5))
    town.tell(
        comment(BRAND_PAGE, clock.now(), "The one at Katy Mills", comment_id=fresh_id("c"), post_id=root, author="77")
    )
    assert [row.tier for row in verdicts(town)] == [1, 3]
    assert verdicts(town)[0].superseded_at == clock.now()
    assert the_case(town).tier == 3


def test_and_once_a_colleague_has_said_which(
    town: Town, brand: Brand, database: Database, clock: SetClock, runtime: Runtime
) -> None:
    keep(database, town.brand_id, "rude-here", any=["rude"], tier_at_least=3, places=["store:4002"])
    complain(town, clock)
    desk = Desk(database, brand, clock)
    with desk.acting(desk.person("agent")) as hand:
        set_store(hand, the_case(town).id or 0, "4002", PolicyShelf().policy_of(hand.session, town.brand_id))
    runtime.workbench.put(town.pipeline)
    asyncio.run(run_jobs(database, runtime, concurrency=1, wait=False))
    assert [row.tier for row in verdicts(town)] == [1, 3]
    assert the_case(town).tier == 3


def test_without_rules_for_some_stores_nothing_is_judged_again(
    town: Town, brand: Brand, database: Database, clock: SetClock
) -> None:
    complain(town, clock)
    assert town.pipeline.judge_again(town.brand_id, [verdicts(town)[0].mention_id]) == 0
    assert len(verdicts(town)) == 1


def test_a_correction_holds_whatever_is_judged_later(town: Town, database: Database, clock: SetClock) -> None:
    root = complain(town, clock)
    mention_id = verdicts(town)[0].mention_id
    with database.session(town.brand_id) as session:
        said = Ruling("Ana", topic="billing", tier=2, matter="billing")
        rule(session, town.brand_id, [Ruled(mention_id, said)], person_id=None, now=clock.now())
    clock.advance(timedelta(minutes=1))
    edited = post(BRAND_PAGE, clock.now(), f"{RUDE} Edit: still waiting.", post_id=root, author="77", verb="edited")
    town.tell(edited)
    assert [row.topic for row in verdicts(town)][1:] == ["billing", "billing"]
    keep(database, town.brand_id, "rude-all", any=["rude"], tier_at_least=3, places=["state:TX"])
    town.pipeline.judge_again(town.brand_id, [mention_id])
    assert verdicts(town)[-1].topic == "billing"
    assert [row.superseded_at is None for row in verdicts(town)] == [False] * (len(verdicts(town)) - 1) + [True]


def test_an_open_case_is_judged_anew_by_a_rule_that_came_later_when_somebody_wants_it(
    town: Town, brand: Brand, database: Database, clock: SetClock, runtime: Runtime
) -> None:
    complain(town, clock)
    keep(database, town.brand_id, "rude-all", any=["rude"], tier_at_least=3)
    keep(database, town.brand_id, "other", any=["billing error"], tier_at_least=2)
    runtime.workbench.put(town.pipeline)
    for key, asked, tiers in (("other", 0, [1]), ("rude-all", 1, [1, 3])):
        with database.session(town.brand_id) as session:
            assert judge_open_cases_again(session, town.brand_id, key) == asked
        asyncio.run(run_jobs(database, runtime, concurrency=1, wait=False))
        assert [row.tier for row in verdicts(town)] == tiers
    assert the_case(town).tier == 3


def test_a_false_alarm_holds_for_its_words_and_an_edit_that_tells_of_an_injury_calls(
    town: Town, database: Database, brand: Brand, clock: SetClock
) -> None:
    hurt = "A shelf at your store fell on my son and he is bleeding!"
    root = fresh_id(BRAND_PAGE)
    town.tell(post(BRAND_PAGE, clock.now(), hurt, post_id=root, author="77"))
    case, desk = the_case(town), Desk(database, brand, clock)
    assert case.queue == "crisis"
    clock.advance(timedelta(minutes=2))
    with desk.acting(desk.person("agent", tier=3)) as hand:
        is_no_crisis(hand, case.id or 0, PolicyShelf().policy_of(hand.session, town.brand_id))
    keep(database, town.brand_id, "shelf", any=["shelf"], risk="safety", places=["state:TX"])
    town.pipeline.judge_again(town.brand_id, [verdicts(town)[0].mention_id])
    assert (verdicts(town)[-1].risks, the_case(town).queue == "crisis") == ([], False)
    assert calls(database, town) == []
    clock.advance(timedelta(minutes=2))
    worse = f"{hurt} We are in the emergency room, he broke his arm."
    town.tell(post(BRAND_PAGE, clock.now(), worse, post_id=root, author="77", verb="edited"))
    assert "injury" in verdicts(town)[-1].risks
    assert the_case(town).queue == "crisis"
    assert calls(database, town) == [clock.now()]


def calls(database: Database, town: Town) -> list[datetime]:
    """Since when crises call."""
    with database.session(town.brand_id) as session:
        return [each.raised_at for each in list_ringing(session, SystemViewer(town.brand_id))]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1)])
def test_a_question_and_its_answer_are_understood_in_any_order_and_at_once(
    town: Town, clock: SetClock, order: tuple[int, ...]
) -> None:
    root, at = fresh_id(BRAND_PAGE), clock.now() - timedelta(hours=1)
    told = [
        post(BRAND_PAGE, at, RUDE, post_id=root, author="77"),
        comment(
            BRAND_PAGE, at + timedelta(minutes=5), "Which store did you visit?", comment_id=fresh_id("c"), post_id=root,
            author=BRAND_PAGE,
        ),
        comment(
            BRAND_PAGE, at + timedelta(minutes=9), "The one near my office, I think.", comment_id=fresh_id("c"), post_id=root,
            author="77",
        ),
    ]  # fmt: skip
    town.tell(*(told[each] for each in order), together=order == (0, 1, 2))
    case = the_case(town)
    assert (case.queue, case.waiting_since) == ("which-store", at + timedelta(minutes=9)), "they wait for us again"
