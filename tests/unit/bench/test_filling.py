"""The filled database looks like one that the pipeline wrote: every row has its fellows, at the same moment."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from localcare.bench.filling import fill
from localcare.bench.ground import Ground, bench_ground
from localcare.demo.brand import load_brand
from localcare.kit.db import ALL_BRANDS

pytestmark = pytest.mark.long

ORPHANS = {
    "a key without its mention": "mention_key k where not exists (select from mention m"
    " where m.id = k.id and m.received_at = k.received_at and m.external_id = k.external_id)",
    "a word without a verdict": "mention m where not m.from_page and m.removed_at is null"
    " and not exists (select from verdict v where v.mention_id = m.id)",
    "a word without a resolution": "mention m where not m.from_page and m.removed_at is null"
    " and not exists (select from resolution r where r.mention_id = m.id)",
    "a case whose first words are of another conversation": "care_case c join mention m on m.id = c.lead_mention_id"
    " where m.conversation_key <> c.conversation_key",
    "a case in the inbox of another store than its own": "care_case c join store s on s.id = c.store_id"
    " where c.queue like 'store:%' and c.queue <> 'store:' || s.number",
    "an open case that nobody waits for": "care_case c where c.is_open and c.waiting_since is null and c.state = 'queued'",
    "a closed case with a running clock": "case_clock k join care_case c on c.id = k.case_id"
    " where not c.is_open and k.stopped_at is null",
    "a word on a store's Page about another store": "mention m join store_page p on p.page_id = m.page_id"
    " join resolution r on r.mention_id = m.id where p.store_id is not null and r.status = 'exact'"
    " and r.store_id <> p.store_id and m.conversation_key like '%#%'",
}


@pytest.fixture(scope="module")
def filled() -> Iterator[Ground]:
    with bench_ground(brand=load_brand(12)) as ground:
        fill(ground, 900, pattern=300)
        yield ground


def count(ground: Ground, what: str) -> int:
    with ground.database.session(ALL_BRANDS) as session:
        return int(session.scalar(text(f"select count(*) from {what}")) or 0)


def test_it_has_about_as_many_mentions_as_asked_for(filled: Ground) -> None:
    assert count(filled, "mention") == pytest.approx(900, rel=0.05)


@pytest.mark.parametrize("orphan", ORPHANS)
def test_there_is_no(filled: Ground, orphan: str) -> None:
    assert count(filled, ORPHANS[orphan]) == 0


def test_copies_are_spread_over_stores_and_days(filled: Ground) -> None:
    copies = "resolution r join mention m on m.id = r.mention_id where m.external_id like '%#%'"
    with filled.database.session(ALL_BRANDS) as session:
        days, stores = session.execute(
            text(f"select count(distinct r.mentioned_at::date), count(distinct r.store_id) from {copies}")
        ).one()
    assert days >= 20
    assert stores == 12
