"""After somebody is forgotten, neither their words nor their name are anywhere in the database; others' still are."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from localcare.cases.models import Case
from localcare.errors import InvalidError, NotFoundError
from localcare.intake.models import Event, EventTodo
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.models import Erasure, Mention
from localcare.people.core import SystemViewer
from localcare.people.models import Brand
from localcare.privacy import service
from localcare.privacy.core import Wish, ids_in_link
from localcare.privacy.service import FoundMention
from localcare.stores.learning import mark_of_customer
from localcare.stores.models import AliasVote, StoreAlias
from localcare.triage import register
from localcare.triage.models import TriageShadow
from localcare.triage.register import Who
from tests.deliveries import comment, feed, fresh_id, post
from tests.factories import make_brand, make_store
from tests.stages.pipeline.conftest import OTHER_STORE_PAGE, STORE_PAGE, Town
from tests.stages.triage.models import trained

PRIVATE = "I waited 50 minutes at the Galleria store and nobody helped me. Why is there one person? xyzzy"
PUBLIC = "Why was nobody at the counter? plugh"


def everything(database: Database) -> str:
    """Every row of every table, as text, and the bodies as they are."""
    with database.session(ALL_BRANDS) as session:
        tables = session.execute(
            text(
                "select c.relname from pg_class c where c.relkind in ('r', 'p') and not c.relispartition"
                " and c.relnamespace = 'public'::regnamespace"
            )
        ).scalars()
        rows = [
            str(row)
            for table in list(tables)
            for row in session.execute(text(f"select t.*::text from {table} t")).all()
        ]
        bodies = [bytes(event.body).decode() for event in session.exec(select(Event))]
    return "\n".join([*rows, *bodies])


def find(town: Town, **wish: str) -> list[FoundMention]:
    with town.pipeline.db.session(town.brand_id) as session:
        return service.find_mentions(session, SystemViewer(town.brand_id, "test"), Wish(**wish))


def forget(town: Town, clock: SetClock, *chosen: FoundMention, **wish: str) -> str:
    with town.pipeline.db.session(town.brand_id) as session:
        viewer = SystemViewer(town.brand_id, "test")
        ids = [mention.id for mention in chosen]
        code = service.forget_mentions(session, viewer, Wish(**wish), ids, now=clock.now()).code
    while town.pipeline.work_batch().events:
        pass
    return code


@pytest.fixture
def told(town: Town, clock: SetClock) -> Town:
    """One delivery in which two people write about a store."""
    town.tell(
        post(STORE_PAGE, clock.now(), PRIVATE, post_id=fresh_id(STORE_PAGE), author="611"),
        post(STORE_PAGE, clock.now(), PUBLIC, post_id=fresh_id(STORE_PAGE), author="622"),
    )
    return town


def test_a_forgotten_customer_is_nowhere_and_others_stay(told: Town, database: Database, clock: SetClock) -> None:
    assert "xyzzy" in everything(database)
    found = find(told, name="customer 611")
    code = forget(told, clock, *found, name="customer 611")
    assert service.purge(database, clock.now()) == 1
    left = everything(database)
    for trace in ("xyzzy", "Customer 611", "Galleria"):
        assert trace not in left
    assert "plugh" in left
    assert "Customer 622" in left
    with database.session(told.brand_id) as session:
        erasure = service.find_erasure(session, code)
        assert (erasure.state, erasure.counts["mentions"]) == ("done", 1)
        states = {case.author_name: (case.state, case.closed_how) for case in session.exec(select(Case))}
        assert states == {None: ("resolved", "withdrawn"), "Customer 622": ("queued", None)}


def test_likes_and_receipts_name_nobody_in_the_event_log_after_a_week(
    told: Town, database: Database, clock: SetClock
) -> None:
    liked = feed(
        STORE_PAGE, clock.now(), "reaction", "add", post_id="9", reaction_type="like",
        **{"from": {"id": "611", "name": "Customer 611"}},
    )  # fmt: skip
    told.tell(liked, post(STORE_PAGE, clock.now(), PUBLIC, post_id=fresh_id(STORE_PAGE), author="633"))
    told.tell(liked | {"time": 1})
    found = find(told, name="customer 611")
    forget(told, clock, *found, name="customer 611")
    service.purge(database, clock.now())
    assert "Customer 611" in everything(database)
    clock.advance(timedelta(days=8))
    service.purge(database, clock.now())
    left = everything(database)
    assert "Customer 611" not in left
    assert "Customer 633" in left


def test_a_forgotten_customers_votes_count_on_and_lead_to_nobody(
    told: Town, database: Database, clock: SetClock
) -> None:
    (private,) = find(told, name="customer 611")
    with database.session(told.brand_id) as session:
        mention = session.exec(select(Mention).where(Mention.id == private.id)).one()
        mark = mark_of_customer(told.brand_id, mention.channel, mention.author_external_id, "")
        store = make_store(session, told.brand_id, number="4711")
        alias = StoreAlias(
            brand_id=told.brand_id, store_id=store.id or 0, kind="nickname", words="big blue", source="learned",
            state="proposed", created_at=clock.now(), created_by="test",
        )  # fmt: skip
        session.add(alias)
        session.flush()
        for mention_id in (private.id, None):
            session.add(
                AliasVote(
                    brand_id=told.brand_id, alias_id=alias.id or 0, mention_id=mention_id, by=mark, verdict="supports",
                    at=clock.now(),
                )
            )  # fmt: skip
    forget(told, clock, private, name="customer 611")
    service.purge(database, clock.now())
    with database.session(told.brand_id) as session:
        votes = session.exec(select(AliasVote)).all()
    assert [vote.mention_id for vote in votes] == [None, None]
    assert len({vote.by for vote in votes}) == 1
    assert mark not in {vote.by for vote in votes}


def test_what_the_network_removed_is_purged_too_and_again_after_late_deliveries(
    told: Town, database: Database, clock: SetClock
) -> None:
    root, reply = fresh_id(STORE_PAGE), fresh_id(STORE_PAGE)
    words = comment(STORE_PAGE, clock.now(), PRIVATE, comment_id=reply, post_id=root, author="633")
    told.tell(words)
    clock.advance(timedelta(minutes=5))
    told.tell(comment(STORE_PAGE, clock.now(), "", comment_id=reply, post_id=root, author="633", verb="remove"))
    service.purge(database, clock.now())
    clock.advance(timedelta(hours=20))
    told.tell(words, post(STORE_PAGE, clock.now(), "new words", post_id=fresh_id(STORE_PAGE)))
    assert "Customer 633" in everything(database)
    clock.advance(timedelta(days=4))
    assert service.purge(database, clock.now()) == 1
    assert "Customer 633" not in everything(database)
    assert service.purge(database, clock.now()) == 0


def test_running_the_events_again_brings_nothing_back(told: Town, database: Database, clock: SetClock) -> None:
    forget(told, clock, *find(told, id="611"), id="611")
    service.purge(database, clock.now())
    with database.session(ALL_BRANDS) as session:
        for event in session.exec(select(Event)).all():
            session.add(EventTodo(event_id=event.id, received_at=event.received_at))
    while told.pipeline.work_batch().events:
        pass
    with database.session(told.brand_id) as session:
        mentions = session.exec(select(Mention)).all()
        assert {mention.text for mention in mentions} == {"", PUBLIC}
    assert "xyzzy" not in everything(database)


def test_an_id_finds_what_else_the_author_wrote_on_that_page_and_nobody_elses(
    told: Town, database: Database, clock: SetClock
) -> None:
    second = fresh_id(STORE_PAGE)
    told.tell(post(STORE_PAGE, clock.now(), "once more", post_id=second, author="611"))
    told.tell(post(OTHER_STORE_PAGE, clock.now(), "same number, another person", post_id=fresh_id("1"), author="699"))
    found = find(told, link=f"https://www.facebook.com/{STORE_PAGE}/posts/{second.partition('_')[2]}")
    assert {mention.author_external_id for mention in found} == {"611"}
    assert len(found) == 2
    assert find(told, name="nobody at all") == []


def test_another_brand_finds_and_forgets_nothing(told: Town, database: Database, clock: SetClock) -> None:
    chosen = find(told, id="611")
    with database.session(None) as session:
        other: Brand = make_brand(session)
        other_id = other.id
    assert other_id is not None
    ids = [mention.id for mention in chosen]
    with database.session(other_id) as session, pytest.raises(NotFoundError):
        service.forget_mentions(session, SystemViewer(other_id, "test"), Wish(id="611"), ids, now=clock.now())


def test_words_older_than_a_brand_keeps_them_go_but_not_those_of_an_open_case(
    told: Town, database: Database, clock: SetClock
) -> None:
    told.tell(post(STORE_PAGE, clock.now(), "Lovely place, grault", post_id=fresh_id(STORE_PAGE), author="644"))
    with database.session(None) as session:
        session.execute(text("update brand set retention_months = 13"))
    assert service.purge(database, clock.now()) == 0
    clock.advance(timedelta(days=400))
    assert service.purge(database, clock.now()) == 1
    left = everything(database)
    assert "grault" not in left
    assert "Customer 644" not in left
    assert "xyzzy" in left
    with database.session(told.brand_id) as session:
        assert len(session.exec(select(Mention)).all()) == 3


@pytest.mark.parametrize("wish", [{}, {"name": " "}, {"name": "a", "id": "1"}])
def test_a_wish_names_exactly_one_thing(wish: dict[str, str]) -> None:
    with pytest.raises(InvalidError):
        Wish(**wish)


@pytest.mark.parametrize(
    ("link", "ids"),
    [
        ("https://www.facebook.com/pellora/posts/10158?comment_id=20777", ("20777", "10158")),
        ("https://www.facebook.com/permalink.php?story_fbid=10158&id=108000000000101", ("10158", "108000000000101")),
        ("https://facebook.com/108000000000101_10158999", ("108000000000101_10158999",)),
        ("not a link", ()),
    ],
)
def test_a_link_gives_the_most_telling_id_first(link: str, ids: tuple[str, ...]) -> None:
    assert ids_in_link(link) == ids


def test_a_code_that_was_never_given_is_not_found(told: Town, database: Database) -> None:
    with database.session(ALL_BRANDS) as session, pytest.raises(NotFoundError):
        service.find_erasure(session, "guess")
    with database.session(ALL_BRANDS) as session:
        assert session.exec(select(Erasure)).all() == []


def test_what_a_model_in_the_shadow_said_of_their_words_goes_too(
    told: Town, database: Database, clock: SetClock, tmp_path: Path
) -> None:
    found = find(told, name="customer 611")
    with database.session(told.brand_id) as session:
        model = register.add_candidate(
            session, told.brand_id, trained(tmp_path, "own1"), who=Who("Dana"), now=clock.now()
        )
        for mention_id in session.exec(select(Mention.id)).all():
            session.add(
                TriageShadow(
                    brand_id=told.brand_id, model_id=model.id or 0, mention_id=mention_id, at=clock.now(),
                    said={"topic": "waiting"}, differs={},
                )
            )  # fmt: skip
    forget(told, clock, *found, name="customer 611")
    service.purge(database, clock.now())
    with database.session(told.brand_id) as session:
        left = set(session.exec(select(TriageShadow.mention_id)))
    assert left
    assert found[0].id not in left
