"""Words and the Page's answer to them that arrive together."""

from datetime import timedelta

from sqlmodel import select

from localcare.cases.models import Case
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from tests.deliveries import comment, fresh_id, post
from tests.stages.pipeline.conftest import STORE_PAGE, Town


def test_an_answer_told_together_with_the_question_counts_as_the_first_reply(
    town: Town, database: Database, clock: SetClock
) -> None:
    post_id, at = fresh_id(STORE_PAGE), clock.now()
    answered = at + timedelta(minutes=9)
    question = post(STORE_PAGE, at, "I waited 50 minutes and nobody helped me. Call me.", post_id=post_id)
    answer = comment(
        STORE_PAGE, answered, "Sorry! We call you today.", comment_id="9_1", post_id=post_id, author=STORE_PAGE
    )
    town.tell(question, answer)
    with database.session(town.brand_id) as session:
        case = session.exec(select(Case)).one()
    assert (case.waiting_since, case.first_reply_at) == (None, answered)
