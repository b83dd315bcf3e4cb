"""What came of a Page that nobody has linked keeps its words only while somebody may still link it."""

from datetime import timedelta

from sqlmodel import select

from localcare.intake.core import FORGOTTEN_STRANGER
from localcare.intake.models import Event, EventIssue
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people.models import Brand
from localcare.privacy.service import purge
from localcare.privacy.strangers import KEPT_UNLINKED
from tests.deliveries import comment, fresh_id, post
from tests.factories import make_page
from tests.stages.admin.conftest import Office
from tests.stages.pipeline.conftest import STORE_PAGE, Town

UNKNOWN = "999000000000009"
WORDS, OURS = "They promised a refund, xyzzy", "Nobody helped me, plugh"


def tell(town: Town, clock: SetClock) -> None:
    """One delivery with two mentions of an unknown Page beside one of a Page we know."""
    town.tell(
        post(UNKNOWN, clock.now(), WORDS, post_id=fresh_id(UNKNOWN), author="811"),
        comment(UNKNOWN, clock.now(), WORDS, comment_id=fresh_id(UNKNOWN), post_id=fresh_id(UNKNOWN), author="811"),
        post(STORE_PAGE, clock.now(), OURS, post_id=fresh_id(STORE_PAGE), author="822"),
    )


def kept(database: Database) -> tuple[str, list[EventIssue]]:
    with database.session(ALL_BRANDS) as session:
        bodies = "".join(bytes(event.body).decode() for event in session.exec(select(Event)))
        return bodies, list(session.exec(select(EventIssue)))


def test_it_waits_for_ninety_days_and_no_longer_and_what_is_ours_stays(
    town: Town, database: Database, clock: SetClock
) -> None:
    tell(town, clock)
    clock.advance(KEPT_UNLINKED - timedelta(minutes=1))
    purge(database, clock.now())
    assert "xyzzy" in kept(database)[0]
    clock.advance(timedelta(minutes=2))
    purge(database, clock.now())
    bodies, issues = kept(database)
    assert "xyzzy" not in bodies
    assert "811" not in bodies
    assert "plugh" in bodies
    assert [(issue.what, issue.settled_at) for issue in issues] == [(FORGOTTEN_STRANGER, clock.now())] * 2


def test_a_shorter_retention_of_the_brand_counts(town: Town, database: Database, clock: SetClock) -> None:
    with database.session(ALL_BRANDS) as session:
        session.get_one(Brand, town.brand_id).retention_months = 1
    tell(town, clock)
    clock.advance(timedelta(days=32))
    purge(database, clock.now())
    assert "xyzzy" not in kept(database)[0]


def test_a_page_that_is_linked_by_then_keeps_what_it_sent(
    town: Town, database: Database, brand: Brand, clock: SetClock
) -> None:
    tell(town, clock)
    with database.session(town.brand_id) as session:
        make_page(session, brand, page_id=UNKNOWN, store=town.store)
    clock.advance(KEPT_UNLINKED + timedelta(days=1))
    purge(database, clock.now())
    bodies, issues = kept(database)
    assert "xyzzy" in bodies
    assert all(issue.settled_at is None for issue in issues)


def test_the_administrator_sees_how_much_was_forgotten(office: Office, town: Town, clock: SetClock) -> None:
    tell(town, clock)
    browser = office.browser()
    assert "waited too long" not in browser.get("/admin/unknown-pages").text
    clock.advance(KEPT_UNLINKED + timedelta(days=1))
    purge(town.pipeline.db, clock.now())
    page = office.browser().get("/admin/unknown-pages")
    assert "2 mentions of 1 unknown Page waited too long" in page.text
    assert f"Page {UNKNOWN}" not in page.text
