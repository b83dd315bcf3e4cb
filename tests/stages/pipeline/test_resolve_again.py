"""A case that waits for its store: the customer's answer, the author's earlier cases, and a directory that changes."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from localcare.cases import finding
from localcare.cases.models import Case, CaseClock, CaseEvent
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.jobs import run_jobs
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.stores.models import AliasVote, Resolution, Store, StoreAlias
from localcare.stores.repository import raise_directory_version
from tests.deliveries import comment, fresh_id, message, post
from tests.factories import make_brand, make_person, make_store
from tests.stages.pipeline.conftest import BRAND_PAGE, STORE_PAGE, Town

RUDE = "The staff at your store was so rude to me. I want an answer!"


def the_case(session: Session) -> Case:
    return session.exec(select(Case)).one()


def routes_of(session: Session) -> list[str]:
    routed = select(CaseEvent.detail).where(CaseEvent.kind == "routed").order_by(col(CaseEvent.id))
    return list(session.exec(routed))


def complain(town: Town, clock: SetClock, text: str = RUDE, page: str = BRAND_PAGE, author: str = "77") -> str:
    """A post on the brand's Page; returns its id."""
    root = fresh_id(page)
    town.tell(post(page, clock.now(), text, post_id=root, author=author))
    clock.advance(timedelta(minutes=5))
    return root


def ask(
    town: Town, clock: SetClock, root: str, page: str = BRAND_PAGE, words: str = "Which store did you visit?"
) -> None:
    """The Page asks which store it was."""
    town.tell(comment(page, clock.now(), words, comment_id=fresh_id(page), post_id=root, author=page))
    clock.advance(timedelta(minutes=5))


def reply(town: Town, clock: SetClock, root: str, text: str, page: str = BRAND_PAGE, author: str = "77") -> None:
    """The customer writes below their post."""
    town.tell(comment(page, clock.now(), text, comment_id=fresh_id(page), post_id=root, author=author))
    clock.advance(timedelta(minutes=5))


def test_the_customers_answer_moves_the_case_to_the_store_and_says_why(
    town: Town, database: Database, clock: SetClock
) -> None:
    root = complain(town, clock)
    ask(town, clock, root)
    reply(town, clock, root, "It was store #4002 in Katy")
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert (case.queue, case.state, case.owner_id) == ("store:4002", "queued", None)
        assert "the customer answered which store it is: store 4002" in case.route_reason
        assert routes_of(session)[-1].startswith("store:4002: the customer answered which store it is")
        kinds = {c.kind for c in session.exec(select(CaseClock)) if c.stopped_at is None}
        assert kinds == {"next_reply", "resolve"}


def test_the_words_that_were_answered_belong_to_the_store_too(town: Town, database: Database, clock: SetClock) -> None:
    root = complain(town, clock)
    ask(town, clock, root)
    reply(town, clock, root, "store #4002")
    with database.session(town.brand_id) as session:
        current = session.exec(select(Resolution).where(col(Resolution.superseded_at).is_(None))).all()
        assert [(each.decided_by, each.store_id is not None) for each in current] == [("customer", True)] * 2


def test_what_the_page_said_before_anybody_complained_is_no_question(
    town: Town, database: Database, clock: SetClock
) -> None:
    root = complain(town, clock, "ok thank you")
    ask(town, clock, root, words="See you at the opening!")
    said_at, words = clock.now(), fresh_id(BRAND_PAGE)
    town.tell(comment(BRAND_PAGE, said_at, RUDE, comment_id=words, post_id=root))
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == "which-store"
    clock.advance(timedelta(minutes=5))
    kind = "What a lovely team, customer for life!"
    town.tell(comment(BRAND_PAGE, clock.now(), kind, comment_id=words, post_id=root, verb="edited", created=said_at))
    with database.session(town.brand_id) as session:
        assert the_case(session).closed_how == "withdrawn"


def test_whoever_asked_does_not_keep_the_case_that_found_its_store(
    town: Town, database: Database, clock: SetClock, brand: Brand
) -> None:
    root = complain(town, clock)
    with database.session(town.brand_id) as session:
        agent = make_person(session, brand, "agent", name="Priya Nair")
        the_case(session).owner_id = agent.id
    ask(town, clock, root)
    reply(town, clock, root, "I went to store 4002")
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert (case.queue, case.owner_id, case.routed_by_hand) == ("store:4002", None, False)


def test_an_answer_that_tells_no_store_leaves_the_case_where_it_is(
    town: Town, database: Database, clock: SetClock
) -> None:
    root = complain(town, clock)
    ask(town, clock, root)
    reply(town, clock, root, "The big one, why do you not answer me?")
    with database.session(town.brand_id) as session:
        assert (the_case(session).queue, the_case(session).store_id) == ("which-store", None)


def test_an_answer_is_read_together_with_what_it_answers(town: Town, database: Database, clock: SetClock) -> None:
    with database.session(town.brand_id) as session:
        for number, street in (("4100", "5000 Katy Mills Cir"), ("4101", "777 Grand Pkwy")):
            store = make_store(
                session, town.brand_id, number=number, name=f"Pellora {number}", city="Dallas", zip_code="75201"
            )
            store.street = street
        raise_directory_version(session, town.brand_id)
    root = complain(town, clock, "Your Dallas store was so rude to me. I want an answer!")
    ask(town, clock, root)
    reply(town, clock, root, "The one on Grand Pkwy")
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == "store:4101"


def test_a_store_that_a_person_has_ruled_out_is_not_found_again(
    town: Town, database: Database, clock: SetClock
) -> None:
    root = complain(town, clock, page=STORE_PAGE)
    rule_out(database, town)
    ask(town, clock, root, page=STORE_PAGE)
    reply(town, clock, root, "I told you: store 4001!", page=STORE_PAGE)
    with database.session(town.brand_id) as session:
        assert (the_case(session).queue, the_case(session).store_id) == ("which-store", None)
    reply(town, clock, root, "Sorry, it was store 4002", page=STORE_PAGE)
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == "store:4002"


def rule_out(database: Database, town: Town) -> None:
    """A person has said that it is not store 4001, as the inbox writes it down."""
    with database.session(town.brand_id) as session:
        case, was = the_case(session), session.exec(select(Resolution)).one()
        case.queue, case.routed_by_hand, case.store_id, case.resolution_status = "which-store", True, None, "none"
        was.superseded_at = was.resolved_at
        session.flush()
        session.add(
            Resolution(
                brand_id=town.brand_id, mention_id=was.mention_id, mentioned_at=was.mentioned_at, status="none",
                confidence=0.0, decided_by="person:1", resolved_at=was.resolved_at,
            )
        )  # fmt: skip


def test_the_authors_earlier_cases_are_known_within_the_brand_only(
    town: Town, database: Database, clock: SetClock
) -> None:
    complain(town, clock, "I waited 50 minutes and nobody helped me.", page=STORE_PAGE, author="88")
    with database.session(town.brand_id) as session:
        earlier = finding.list_earlier(
            session, town.brand_id, [("facebook", "88"), ("facebook", "99")], now=clock.now()
        )
        assert [(one.author, one.store_id) for cases in earlier.values() for one in cases] == [("88", town.store.id)]
    with database.session(None) as session:
        assert not finding.list_earlier(session, town.brand_id + 1, [("facebook", "88")], now=clock.now())


def test_a_case_is_read_again_when_the_directory_has_changed(town: Town, database: Database, clock: SetClock) -> None:
    complain(town, clock, "The staff at your Sugar Land store was so rude to me. I want an answer!")
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == "which-store"
        make_store(
            session, town.brand_id, number="4200", name="Pellora Sugar Land", city="Sugar Land", zip_code="77478"
        )
        raise_directory_version(session, town.brand_id)
    clock.advance(timedelta(seconds=5))
    town.pipeline.work_batch()
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert case.queue == "store:4200"
        assert case.route_reason.startswith("the directory says so now: store 4200")


def test_what_a_person_has_in_hand_is_read_again_but_not_moved(
    town: Town, database: Database, clock: SetClock, brand: Brand
) -> None:
    complain(town, clock, "The staff at your Sugar Land store was so rude to me. I want an answer!")
    with database.session(town.brand_id) as session:
        agent = make_person(session, brand, "agent", name="Priya Nair")
        the_case(session).owner_id = agent.id
        store = make_store(
            session, town.brand_id, number="4200", name="Pellora Sugar Land", city="Sugar Land", zip_code="77478"
        )
        raise_directory_version(session, town.brand_id)
        agent_id, store_id = agent.id, store.id
    clock.advance(timedelta(seconds=5))
    town.pipeline.work_batch()
    with database.session(town.brand_id) as session:
        case = the_case(session)
        assert (case.queue, case.owner_id, case.store_id) == ("which-store", agent_id, store_id)


def test_what_a_person_decided_stays_whatever_the_directory_says(
    town: Town, database: Database, clock: SetClock
) -> None:
    complain(town, clock, page=STORE_PAGE)
    rule_out(database, town)
    with database.session(town.brand_id) as session:
        mention_id = the_case(session).lead_mention_id
    town.pipeline.resolve_again(town.brand_id, [mention_id], why="a test asks")
    with database.session(town.brand_id) as session:
        assert (the_case(session).queue, the_case(session).store_id) == ("which-store", None)


def test_reading_again_what_nothing_is_new_about_changes_nothing(
    town: Town, database: Database, clock: SetClock
) -> None:
    complain(town, clock)
    with database.session(town.brand_id) as session:
        mention_id, version = the_case(session).lead_mention_id, the_case(session).version
        rows = len(session.exec(select(Resolution)).all())
    assert town.pipeline.resolve_again(town.brand_id, [mention_id], why="a test asks") == 0
    with database.session(town.brand_id) as session:
        assert (the_case(session).version, len(session.exec(select(Resolution)).all())) == (version, rows)


def test_another_brands_mention_is_never_read_again(town: Town, database: Database, clock: SetClock) -> None:
    complain(town, clock)
    with database.session(town.brand_id) as session:
        mention_id = the_case(session).lead_mention_id
    with database.session(None) as session:
        other = make_brand(session, name="Other")
    assert other.id is not None
    assert town.pipeline.resolve_again(other.id, [mention_id], why="a test asks") == 0
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Resolution)).all()) == 1


def test_a_removed_word_is_not_read_again(town: Town, database: Database, clock: SetClock) -> None:
    root = complain(town, clock)
    with database.session(town.brand_id) as session:
        mention_id = the_case(session).lead_mention_id
    town.tell(post(BRAND_PAGE, clock.now(), "", post_id=root, verb="remove"))
    assert town.pipeline.resolve_again(town.brand_id, [mention_id], why="a test asks") == 0


@pytest.mark.parametrize("answer", ["store 4002", "fue la tienda 4002"])
def test_an_answer_by_message_counts_like_a_comment(
    town: Town, database: Database, clock: SetClock, answer: str
) -> None:
    def say(text: str, *, is_echo: bool = False) -> None:
        clock.advance(timedelta(minutes=3))
        town.tell(message(BRAND_PAGE, clock.now(), text, mid=fresh_id("m"), customer="555", is_echo=is_echo))

    say(RUDE)
    say("Which store did you visit?", is_echo=True)
    say(answer)
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == "store:4002"


def test_what_customers_call_a_store_before_they_tell_which_is_learned_as_a_vote(
    town: Town, database: Database, clock: SetClock
) -> None:
    root = complain(town, clock, "The staff at your Cinco Ranch store was so rude to me. I want an answer!")
    ask(town, clock, root)
    reply(town, clock, root, "It is store 4002")
    with database.session(town.brand_id) as session:
        alias, vote = session.exec(select(StoreAlias)).one(), session.exec(select(AliasVote)).one()
        other = session.exec(select(Store.id).where(Store.number == "4002")).one()
        assert (alias.words, alias.store_id, alias.state, alias.source) == ("cinco ranch", other, "proposed", "learned")
        assert (vote.verdict, vote.person_id, vote.case_id) == ("supports", None, the_case(session).id)
        assert "77" not in vote.by


@pytest.mark.parametrize(
    ("question", "answer", "queue"),
    [
        ("Was it Pellora 4101 on 777 Grand Pkwy?", "Yes!", "store:4101"),
        ("¿Fue 777 Grand Pkwy?", "Sí, esa", "store:4101"),
        ("Was it Pellora 4100 or Pellora 4101?", "yes", "which-store"),
        ("Was it Pellora 4101?", "Yes but not that one", "which-store"),
        ("Could you tell us more?", "yes", "which-store"),
        ("Was it Pellora 4101?", "No, not the one on Grand Pkwy", "which-store"),
        ("Was it Pellora 4101?", "No, it was Katy Mills Cir", "store:4100"),
        ("Was it Pellora 4101 or Pellora 4100?", "the second one", "store:4100"),
    ],
)
def test_a_yes_means_the_one_store_that_the_question_named(
    town: Town, database: Database, clock: SetClock, question: str, answer: str, queue: str
) -> None:
    with database.session(town.brand_id) as session:
        for number, street in (("4100", "5000 Katy Mills Cir"), ("4101", "777 Grand Pkwy")):
            store = make_store(
                session, town.brand_id, number=number, name=f"Pellora {number}", city="Dallas", zip_code="75201"
            )
            store.street = street
        raise_directory_version(session, town.brand_id)
    root = complain(town, clock, "Your Dallas store was so rude to me. I want an answer!")
    ask(town, clock, root, words=question)
    reply(town, clock, root, answer)
    with database.session(town.brand_id) as session:
        assert the_case(session).queue == queue


def test_the_authors_other_case_in_doubt_is_read_again_when_the_customer_has_answered(
    town: Town, database: Database, clock: SetClock, runtime: Runtime
) -> None:
    first = complain(town, clock)
    complain(town, clock, "Still waiting. The staff at your store was so rude to me. I want an answer!")
    ask(town, clock, first)
    reply(town, clock, first, "store #4002")
    with database.session(town.brand_id) as session:
        jobs = session.execute(text("select args from procrastinate_jobs where task_name = 'pipeline.resolve_again'"))
        ((arguments,),) = jobs.all()
        other = session.exec(select(Case).where(Case.lead_mention_id == arguments["mention_ids"][0])).one()
        assert (arguments["brand_id"], other.excerpt[:14]) == (town.brand_id, "Still waiting.")
    asyncio.run(run_jobs(database, runtime, concurrency=1, wait=False))
    with database.session(town.brand_id) as session:
        left = session.execute(text("select count(*) from procrastinate_jobs where status = 'todo'")).scalar_one()
        assert left == 0
