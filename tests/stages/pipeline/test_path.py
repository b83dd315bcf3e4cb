"""The path of a mention: from a delivery to a case in the right queue, or a line in the store's feed."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from localcare.cases.models import Case, CaseClock, CaseEvent, CaseMention
from localcare.intake.models import EventIssue
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.models import Mention
from localcare.stores.models import Resolution
from localcare.triage.models import VerdictRow
from tests.deliveries import comment, fresh_id, message, post
from tests.stages.pipeline.conftest import BRAND_PAGE, STORE_PAGE, Town

COMPLAINT = "I waited 50 minutes and nobody helped me. Why is there only one person working?"


def the_case(session: Session) -> Case:
    return session.exec(select(Case)).one()


def test_a_complaint_on_a_stores_page_is_a_case_in_that_stores_inbox(
    town: Town, database: Database, clock: SetClock
) -> None:
    town.tell(post(STORE_PAGE, clock.now(), COMPLAINT, post_id=fresh_id(STORE_PAGE)))
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert (case.queue, case.state, case.store_id) == ("store:4001", "queued", town.store.id)
        assert {clock.kind for clock in session.exec(select(CaseClock))} == {"acknowledge", "first_reply", "resolve"}
        assert [event.kind for event in session.exec(select(CaseEvent).order_by(CaseEvent.id))] == ["opened", "routed"]  # type: ignore[arg-type]


def test_praise_stays_in_the_feed_and_makes_no_case(town: Town, database: Database, clock: SetClock) -> None:
    town.tell(post(STORE_PAGE, clock.now(), "Love this store, thank you Ana!", post_id=fresh_id(STORE_PAGE)))
    with database.session(town.brand_id) as session:
        assert session.exec(select(Case)).all() == []
        assert session.exec(select(Resolution.store_id)).one() == town.store.id
        assert session.exec(select(VerdictRow.actionable)).one() is False


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("My bill is wrong again, I was charged twice. Please fix my bill.", "billing"),
        ("No signal since this morning, is there an outage in my area?", "network"),
        ("I fell on the wet floor in your store and broke my wrist. My lawyer will call you.", "crisis"),
    ],
)
def test_what_a_store_cannot_mend_goes_to_the_centre(
    town: Town, database: Database, clock: SetClock, text: str, queue: str
) -> None:
    town.tell(post(STORE_PAGE, clock.now(), text, post_id=fresh_id(STORE_PAGE)))
    with database.session(town.brand_id) as session:
        assert the_case(session).queue.endswith(queue)


def test_a_store_matter_on_the_brand_page_that_names_no_store_asks_which(
    town: Town, database: Database, clock: SetClock
) -> None:
    town.tell(
        post(
            BRAND_PAGE,
            clock.now(),
            "The staff at your store was so rude to me. I want an answer!",
            post_id=fresh_id(BRAND_PAGE),
        )
    )
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == "which-store"


def test_a_second_word_of_the_same_author_joins_the_case(town: Town, database: Database, clock: SetClock) -> None:
    root = fresh_id(STORE_PAGE)
    town.tell(post(STORE_PAGE, clock.now(), COMPLAINT, post_id=root))
    clock.advance(timedelta(minutes=5))
    town.tell(comment(STORE_PAGE, clock.now(), "Hello? Anybody?", comment_id=fresh_id(STORE_PAGE), post_id=root))
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert case.mention_count == 2
        assert len(session.exec(select(CaseMention)).all()) == 2


def test_unknown_authors_are_never_merged(town: Town, database: Database, clock: SetClock) -> None:
    root = fresh_id(STORE_PAGE)
    for _ in range(2):
        town.tell(
            comment(STORE_PAGE, clock.now(), COMPLAINT, comment_id=fresh_id(STORE_PAGE), post_id=root, author=None)
        )
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Case)).all()) == 2


def test_an_answer_typed_on_facebook_closes_the_clock(town: Town, database: Database, clock: SetClock) -> None:
    root = fresh_id(STORE_PAGE)
    town.tell(post(STORE_PAGE, clock.now(), COMPLAINT, post_id=root))
    clock.advance(timedelta(minutes=9))
    town.tell(
        comment(
            STORE_PAGE,
            clock.now(),
            "So sorry! Call us.",
            comment_id=fresh_id(STORE_PAGE),
            post_id=root,
            author=STORE_PAGE,
        )
    )
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert (case.state, case.waiting_since) == ("waiting", None)
        running = [c.kind for c in session.exec(select(CaseClock)) if c.stopped_at is None]
        assert running == ["resolve"]


def test_a_customer_who_writes_again_waits_again(town: Town, database: Database, clock: SetClock) -> None:
    def say(text: str, *, is_echo: bool = False) -> None:
        clock.advance(timedelta(minutes=3))
        town.tell(message(STORE_PAGE, clock.now(), text, mid=fresh_id("m"), customer="555", is_echo=is_echo))

    say(COMPLAINT)
    say("We are sorry, could you tell us more?", is_echo=True)
    with database.session(town.brand_id) as session:
        assert the_case(session).state == "waiting"
    say("Why was nobody there to help me? I want a manager to call me.")
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert (case.state, case.waiting_since) == ("queued", clock.now())


def test_removed_words_close_their_case_and_leave_nothing_personal(
    town: Town, database: Database, clock: SetClock
) -> None:
    root, reply = fresh_id(STORE_PAGE), fresh_id(STORE_PAGE)
    town.tell(comment(STORE_PAGE, clock.now(), COMPLAINT, comment_id=reply, post_id=root))
    clock.advance(timedelta(minutes=1))
    town.tell(comment(STORE_PAGE, clock.now(), "", comment_id=reply, post_id=root, verb="remove"))
    with database.session(town.brand_id) as session:
        case, mention = the_case(session), session.exec(select(Mention)).one()
        assert (case.state, case.closed_how) == ("resolved", "withdrawn")
        assert (mention.text, mention.author_name, mention.author_external_id) == ("", None, None)


def test_an_unknown_page_is_shown_to_the_administrator_and_runs_again_when_linked(
    town: Town, database: Database, clock: SetClock
) -> None:
    town.tell(post("999", clock.now(), COMPLAINT, post_id=fresh_id("999")))
    with database.session(ALL_BRANDS) as session:
        issue = session.exec(select(EventIssue)).one()
        assert (issue.kind, issue.page_id) == ("unknown-page", "999")


def test_the_same_delivery_twice_is_one_mention(town: Town, database: Database, clock: SetClock) -> None:
    entry = post(STORE_PAGE, clock.now(), COMPLAINT, post_id=fresh_id(STORE_PAGE))
    town.tell(entry)
    town.tell(entry)
    town.tell(entry, post(STORE_PAGE, clock.now(), "nice", post_id=fresh_id(STORE_PAGE), author="78"))
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Mention)).all()) == 2
        assert len(session.exec(select(Case)).all()) == 1
