"""A model in the shadow judges along, and nothing it says, or fails to say, touches what counts."""

from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database, Session
from localcare.triage import register, shadowing
from localcare.triage.core import Triager
from localcare.triage.core.correction import Ruling
from localcare.triage.core.shadow import ShadowReport
from localcare.triage.correcting import Ruled, rule
from localcare.triage.judging import Judging
from localcare.triage.model_files import ModelHome
from localcare.triage.model_shelf import Bases, ModelShelf
from localcare.triage.models import TriageModel, TriageShadow, VerdictRow
from localcare.triage.register import Who
from localcare.triage.shadowing import ShadowDesk
from tests.deliveries import fresh_id, post
from tests.stages.pipeline.conftest import STORE_PAGE, Town, town, triager
from tests.stages.triage.models import trained

__all__ = ["town", "triager"]

DANA = Who("Dana")
PLAIN, CROOKED = "We saw your new sign by the road.", "The sign by the road is crooked."


class Shade:
    """A town with a model in the shadow, and a worker that lets it judge along."""

    def __init__(self, town: Town, clock: SetClock, triager: Triager, tmp_path: Path) -> None:
        self.town, self.clock = town, clock
        home = ModelHome(tmp_path / "models")
        judging = Judging(Bases(triager, None), ModelShelf(home))
        self.desk = ShadowDesk(judging, home, lambda _s, _b: lambda _m, verdict: f"tier1:{verdict.topic}")
        with self.session() as session:
            model = register.add_candidate(session, town.brand_id, trained(tmp_path, "own1"), who=DANA, now=clock.now())
            assert model.id is not None
            self.model_id = model.id

    def session(self) -> AbstractContextManager[Session]:
        return self.town.pipeline.db.session(self.town.brand_id)

    def start(self, share: float = 1.0) -> None:
        with self.session() as session:
            register.start_shadow(
                session, self.town.brand_id, self.model_id, who=DANA, now=self.clock.now(), share=share
            )

    def say(self, words: str) -> int:
        self.clock.advance(timedelta(minutes=1))
        root = fresh_id(STORE_PAGE)
        self.town.tell(post(STORE_PAGE, self.clock.now(), words, post_id=root, author=fresh_id("u")))
        with self.session() as session:
            return session.exec(select(VerdictRow.mention_id).order_by(col(VerdictRow.id).desc())).first() or 0

    def work(self, budget: float = 5.0) -> int:
        return self.desk.work(self.town.pipeline.db, self.clock, budget=budget)

    def report(self) -> ShadowReport:
        with self.session() as session:
            return shadowing.report_on(session, session.get_one(TriageModel, self.model_id))

    def verdicts(self) -> set[str]:
        with self.session() as session:
            return set(session.exec(select(VerdictRow.model)))


@pytest.fixture
def shade(town: Town, clock: SetClock, triager: Triager, tmp_path: Path) -> Shade:
    return Shade(town, clock, triager, tmp_path)


def test_it_says_where_it_differs_and_no_verdict_changes(shade: Shade) -> None:
    shade.start()
    shade.say(PLAIN)
    shade.say(CROOKED)
    assert shade.work() == 2
    report = shade.report()
    assert report.judged == 2
    assert shade.verdicts() == {"rules-only"}
    asked = {task: share.hits for task, share in report.shares.items()}
    assert asked["actionable"] < 2  # the small model thinks that everything asks for an answer
    assert report.queue_moves == 2 - asked["queue"]
    assert {case.words for case in report.cases} <= {PLAIN, CROOKED}
    assert [day.judged for day in report.days] == [2]


def test_nothing_is_judged_along_twice(shade: Shade) -> None:
    shade.start()
    shade.say(PLAIN)
    assert (shade.work(), shade.work()) == (1, 0)


def test_it_looks_at_the_days_before_it_began_and_at_its_share_only(shade: Shade) -> None:
    for _ in range(40):
        shade.say(PLAIN)
    shade.start(share=0.25)
    assert 1 <= shade.work() <= 25


def test_who_was_right_of_what_colleagues_corrected_since(shade: Shade) -> None:
    shade.start()
    mention_id = shade.say(PLAIN)
    shade.work()
    with shade.session() as session:
        ruling = Ruling("Ana", actionable=True)
        rule(session, shade.town.brand_id, [Ruled(mention_id, ruling)], person_id=None, now=shade.clock.now())
    contest = shade.report().contests[0]
    assert (contest.task, contest.corrected, contest.live_right, contest.shadow_right) == ("actionable", 1, 0, 1)


def test_a_model_that_fails_is_noted_and_the_live_one_goes_on(shade: Shade) -> None:
    shade.start()
    with shade.session() as session:
        session.execute(text("update triage_model_file set content = 'nothing'"))
    shade.say(PLAIN)
    assert shade.work() == 0
    with shade.session() as session:
        assert "spoilt" in (session.get_one(TriageModel, shade.model_id).trouble or "")
    shade.say(CROOKED)
    assert shade.verdicts() == {"rules-only"}


def test_without_time_it_waits(shade: Shade) -> None:
    shade.start()
    shade.say(PLAIN)
    assert shade.work(budget=0.0) == 0
    assert shade.work() == 1


def test_it_keeps_facts_and_no_words(shade: Shade) -> None:
    shade.start()
    shade.say(CROOKED)
    shade.work()
    with shade.session() as session:
        row = session.exec(select(TriageShadow)).one()
    assert "crooked" not in str(row.said) + str(row.differs)
    assert set(row.said) == {"actionable", "topic", "tier", "matter", "sentiment", "urgency", "queue"}


def test_what_was_said_long_ago_is_let_go(shade: Shade, database: Database) -> None:
    shade.start()
    shade.say(PLAIN)
    shade.work()
    with database.session(ALL_BRANDS) as session:
        shadowing.forget_old(session, shade.clock.now() + timedelta(days=91))
    assert shade.report().judged == 0
