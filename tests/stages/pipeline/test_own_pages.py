"""What one Page of the brand writes on another is the brand's own word: it answers, and is nobody's complaint."""

from datetime import timedelta

import orjson
from sqlmodel import select

from localcare.cases.models import Case
from localcare.channels.facebook.models import PageAccess
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.intake.models import EventIssue
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.models import Mention
from localcare.people.models import Brand
from tests.deliveries import comment, post
from tests.factories import make_page
from tests.stages.pipeline.conftest import BRAND_PAGE, OTHER_STORE_PAGE, STORE_PAGE, Town

ACCOUNT = "17841405726653026"
WORDS = "I waited 50 minutes and nobody helped me. This is a terrible store."


def cases(town: Town, database: Database) -> list[Case]:
    with database.session(town.brand_id) as session:
        return list(session.exec(select(Case)))


def test_the_brands_page_answers_a_customer_on_a_stores_page(town: Town, database: Database, clock: SetClock) -> None:
    town.tell(post(STORE_PAGE, clock.now(), WORDS, post_id=f"{STORE_PAGE}_1"))
    (case,) = cases(town, database)
    assert case.waiting_since is not None
    clock.advance(timedelta(minutes=5))
    town.tell(comment(STORE_PAGE, clock.now(), WORDS, comment_id="1_2", post_id=f"{STORE_PAGE}_1", author=BRAND_PAGE))
    (case,) = cases(town, database)
    assert (case.waiting_since, case.answered_at) == (None, clock.now())


def test_a_stores_page_under_the_brands_post_makes_no_case_however_it_complains(
    town: Town, database: Database, clock: SetClock
) -> None:
    town.tell(comment(BRAND_PAGE, clock.now(), WORDS, comment_id="9_2", post_id="9", author=STORE_PAGE))
    town.tell(comment(OTHER_STORE_PAGE, clock.now(), WORDS, comment_id="8_2", post_id="8", author="77"))
    assert [case.author_external_id for case in cases(town, database)] == ["77"]
    with database.session(town.brand_id) as session:
        assert {each.external_id: each.from_page for each in session.exec(select(Mention))} == {
            "9_2": True,
            "8_2": False,
        }


def test_an_accounts_own_comment_on_instagram_is_its_own_under_whatever_id_it_is_told(
    town: Town, database: Database, brand: Brand, clock: SetClock
) -> None:
    with database.session(brand.id) as session:
        make_page(session, brand, page_id=ACCOUNT, store=town.store, channel="instagram", name="@Pellora.Houston")
        session.get_one(Brand, brand.id).directory_version += 1
    tell_on_instagram(town, clock, "1", {"id": "9001", "username": "ann.lee"})
    tell_on_instagram(town, clock, "2", {"id": "9002", "username": "pellora.houston"})
    with database.session(town.brand_id) as session:
        assert {each.external_id: each.from_page for each in session.exec(select(Mention))} == {"1": False, "2": True}
    assert [case.author_name for case in cases(town, database)] == ["ann.lee"]


def tell_on_instagram(town: Town, clock: SetClock, comment_id: str, author: dict[str, str]) -> None:
    value = {"id": comment_id, "text": WORDS, "from": author, "media": {"id": "55"}}
    entry = {"id": ACCOUNT, "time": int(clock.now().timestamp()), "changes": [{"field": "comments", "value": value}]}
    body = orjson.dumps({"object": "instagram", "entry": [entry]})
    with town.pipeline.db.session(ALL_BRANDS) as session:
        intake.accept(session, [Delivery(Lane.WEBHOOK, "facebook", body, clock.now())])
    while town.pipeline.work_batch().events:
        pass


def test_a_page_that_is_connected_and_linked_to_nothing_makes_cases_that_seek_their_store(
    town: Town, database: Database, brand: Brand, clock: SetClock
) -> None:
    with database.session(brand.id) as session:
        session.add(PageAccess(page_id="777", brand_id=brand.id or 0, token_encrypted=b"sealed", since=clock.now()))
        session.get_one(Brand, brand.id).directory_version += 1
    town.tell(post("777", clock.now(), WORDS, post_id="777_1"), post("888", clock.now(), WORDS, post_id="888_1"))
    (case,) = cases(town, database)
    assert (case.store_id, case.queue) == (None, "which-store")
    with database.session(ALL_BRANDS) as session:
        assert [issue.page_id for issue in session.exec(select(EventIssue))] == ["888"]
