"""Little waiting is judged carefully, a backlog fast; the verdict says which."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from localcare.intake import service as intake
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.routing.ruling import By
from localcare.routing.surging import switch_on
from localcare.triage.core import Triager
from localcare.triage.core.model import Scores
from localcare.triage.judging import CALM
from localcare.triage.models import VerdictRow
from tests.deliveries import delivery, fresh_id, post
from tests.stages.pipeline.conftest import STORE_PAGE, Town


class Slow:
    """A model that thinks the same of every text."""

    version = "slow-careful"

    def score(self, texts: list[str]) -> list[Scores]:
        return [Scores(0.9, (0.8, 0.1, 0.1)) for _ in texts]


def test_a_few_mentions_are_judged_carefully_and_a_backlog_is_not(
    town: Town, database: Database, clock: SetClock, triager: Triager
) -> None:
    careful = Triager(triager.rules, Slow(), lexicon=triager.lexicon)  # type: ignore[arg-type]
    pipeline = replace(town.pipeline, careful=careful)

    def tell(count: int) -> set[str]:
        entries = [
            post(STORE_PAGE, clock.now(), f"Is it open? {n}", post_id=fresh_id(STORE_PAGE)) for n in range(count)
        ]
        with database.session(ALL_BRANDS) as session:
            intake.accept(session, [delivery(entries, clock.now())])
        while pipeline.work_batch().events:
            pass
        with database.session(town.brand_id) as session:
            return set(session.exec(select(VerdictRow.model)).all())

    assert tell(2) == {"slow-careful"}
    assert tell(CALM + 1) == {"slow-careful", "rules-only"}


def test_while_a_surge_is_on_everything_is_judged_fast(
    town: Town, database: Database, clock: SetClock, triager: Triager
) -> None:
    careful = Triager(triager.rules, Slow(), lexicon=triager.lexicon)  # type: ignore[arg-type]
    with database.session(town.brand_id) as session:
        until = clock.now() + timedelta(hours=1)
        switch_on(session, town.brand_id, By("Sue Lee", clock.now()), until=until)
    with database.session(ALL_BRANDS) as session:
        said = post(STORE_PAGE, clock.now(), "Is it open?", post_id=fresh_id(STORE_PAGE))
        intake.accept(session, [delivery([said], clock.now())])
    replace(town.pipeline, careful=careful).work_batch()
    with database.session(town.brand_id) as session:
        assert session.exec(select(VerdictRow.model)).all() == ["rules-only"]
