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
from localcare.triage.core.shadow import AlarmCount, ShadowReport
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
        self.folder = tmp_path
        self.model_id = self.train("own1")

    def session(self) -> AbstractContextManager[Session]:
        return self.town.pipeline.db.session(self.town.brand_id)

    def train(self, version: str, *, alarms: bool = False) -> int:
        with self.session() as session:
            made = trained(self.folder, version, alarms=alarms)
            model = register.add_candidate(session, self.town.brand_id, made, who=DANA, now=self.clock.now())
            assert model.id is not None
            return model.id

    def promote(self, model_id: int) -> None:
        with self.session() as session:
            register.promote(session, self.town.brand_id, model_id, who=DANA, now=self.clock.now())

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


def test_it_says_who_would_be_alarmed_that_nobody_is_now(shade: Shade) -> None:
    shade.model_id = shade.train("own2", alarms=True)
    shade.start()
    shade.say(PLAIN)
    for _ in range(2):
        shade.say(CROOKED)
    shade.work()
    report = shade.report()
    assert report.alarms == AlarmCount(more=2)
    assert [(case.words, case.live, case.shadow) for case in report.more_alarms] == [(CROOKED, "none", "injury")]
    assert report.fewer_alarms == ()
    assert (report.shares["risk"].hits, report.shares["risk"].of) == (1, 3)


def test_it_says_who_would_be_alarmed_no_more(shade: Shade) -> None:
    shade.promote(shade.train("own2", alarms=True))
    shade.start()
    shade.say(CROOKED)
    shade.work()
    report = shade.report()
    assert report.alarms == AlarmCount(fewer=1)
    assert [(case.words, case.live, case.shadow) for case in report.fewer_alarms] == [(CROOKED, "injury", "none")]


def test_of_risks_nothing_is_said_that_was_not_compared(shade: Shade) -> None:
    shade.start()
    shade.say(CROOKED)
    shade.work()
    with shade.session() as session:
        session.execute(text("update triage_shadow set said = said - 'risk'"))
    report = shade.report()
    assert report.shares["topic"].of == 1
    assert "risk" not in report.shares
    assert report.alarms == AlarmCount()


def test_who_was_right_of_a_false_alarm(shade: Shade) -> None:
    shade.promote(shade.train("own2", alarms=True))
    shade.start()
    mention_id = shade.say(CROOKED)
    shade.work()
    with shade.session() as session:
        ruling = Ruling("Ana", risk="none", calm_tier=1)
        rule(session, shade.town.brand_id, [Ruled(mention_id, ruling)], person_id=None, now=shade.clock.now())
    contest = shade.report().contests[0]
    assert (contest.task, contest.corrected, contest.live_right, contest.shadow_right) == ("risk", 1, 0, 1)


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
    assert set(row.said) == {"actionable", "topic", "tier", "matter", "sentiment", "urgency", "risk", "queue"}


def test_what_was_said_long_ago_is_let_go(shade: Shade, database: Database) -> None:
    shade.start()
    shade.say(PLAIN)
    shade.work()
    with database.session(ALL_BRANDS) as session:
        shadowing.forget_old(session, shade.clock.now() + timedelta(days=91))
    assert shade.report().judged == 0
