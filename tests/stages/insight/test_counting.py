"""What is counted about a store, from the rows that the real steps write."""

from datetime import timedelta

import pytest

from localcare.cases.handling import record_answer, resolve
from localcare.insight import service
from localcare.insight.core.comparison import Standing
from localcare.insight.core.tally import Desk as Inbox
from localcare.insight.core.tally import Voices
from localcare.people.core import SystemViewer
from tests.stages.desk import Desk, Said
from tests.stages.insight.conftest import Land, complain, praise


def standing_of(desk: Desk, number: str = "4001", *, region: str = "nation", days: int = 28) -> Standing:
    with desk.database.session(desk.brand_id) as session:
        viewer = SystemViewer(desk.brand_id)
        standings = service.list_store_standings(session, viewer, region=region, days=days, now=desk.clock.now())
    return next(item for item in standings if item.place.number == number)


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        (Said(recommends=True, sentiment="negative"), Voices(mentions=1, positive=1)),
        (Said(recommends=False, sentiment="positive"), Voices(mentions=1, complaints=1)),
        (Said(rating=4, sentiment="negative"), Voices(mentions=1, positive=1)),
        (Said(rating=3, sentiment="positive"), Voices(mentions=1, mixed=1)),
        (Said(rating=2, sentiment="neutral"), Voices(mentions=1, complaints=1)),
        (Said(sentiment="positive", shout_out_names=("Ana",)), Voices(mentions=1, positive=1, shout_outs=1)),
        (Said(sentiment="neutral"), Voices(mentions=1)),
        (Said(sentiment="negative"), Voices(mentions=1, complaints=1)),
        (Said(sentiment="negative", matter="network"), Voices(mentions=1, network=1)),
        (Said(sentiment="negative", matter="product"), Voices(mentions=1, product=1)),
        (Said(sentiment="positive", matter="billing"), Voices(mentions=1, positive=1)),
    ],
)
def test_an_opinion_is_what_the_customer_chose_else_what_triage_read(
    desk: Desk, land: Land, said: Said, counted: Voices
) -> None:
    desk.hear(said, store=land.store)
    assert standing_of(desk).tally.voices == counted


def test_what_was_removed_or_written_before_the_window_does_not_count(desk: Desk, land: Land) -> None:
    desk.hear(Said(external_id="gone"), store=land.store)
    desk.remove("gone")
    desk.hear(Said(author_id="u-2"), store=land.store, at=desk.clock.now() - timedelta(days=10))
    assert standing_of(desk, days=28).tally.voices.mentions == 1
    assert standing_of(desk, days=7).tally.voices.mentions == 0


def test_who_is_answered_counts_and_who_still_waits_does_not_vanish(desk: Desk, land: Land) -> None:
    case = desk.open_case(Said(author_id="u-1"), store=land.store)
    desk.open_case(Said(author_id="u-2"), store=land.store)
    desk.wait(minutes=40)
    with desk.database.session(desk.brand_id) as session:
        record_answer(
            session, desk.brand_id, case.id or 0, at=desk.clock.now(), who="Ana", person_id=None, detail="Ana answered."
        )
    desk.wait(hours=3)
    item = standing_of(desk)
    assert (item.answered.count.hits, item.answered.count.n) == (1, 2)
    assert (item.first_reply.minutes, item.first_reply.n) == (40, 2)
    assert item.tally.desk == Inbox(open=1, late=0)


def test_a_case_that_needed_no_reply_did_not_ask(desk: Desk, land: Land) -> None:
    manager = desk.person("manager", store=land.store)
    needless = desk.open_case(Said(author_id="u-1"), store=land.store)
    settled = desk.open_case(Said(author_id="u-2"), store=land.store)
    desk.wait(minutes=30)
    with desk.acting(manager) as hand:
        resolve(hand, needless.id or 0, how="no-reply-needed")
        resolve(hand, settled.id or 0, how="settled-in-person")
    item = standing_of(desk)
    assert (item.answered.count.hits, item.answered.count.n) == (1, 1)
    assert item.first_reply.minutes == 30


def test_a_case_of_the_national_team_is_not_the_store_s_to_answer(desk: Desk, land: Land) -> None:
    desk.open_case(Said(matter="billing", topic="billing"), store=land.store)
    item = standing_of(desk)
    assert item.answered.count.n == 0
    assert item.tally.desk == Inbox()
    assert item.tally.voices.billing == 1


def test_an_overdue_case_is_late(desk: Desk, land: Land) -> None:
    desk.open_case(store=land.store)
    desk.wait(days=3)
    assert standing_of(desk).tally.desk == Inbox(open=1, late=1)


def test_a_region_counts_its_whole_subtree_and_nothing_beside_it(desk: Desk, land: Land) -> None:
    praise(desk, land.city_store, 2)
    praise(desk, land.far_store, 3)
    with desk.database.session(desk.brand_id) as session:
        seen = {
            slug: service.compare_region(
                session, SystemViewer(desk.brand_id), slug, days=28, now=desk.clock.now()
            ).whole.tally.voices.mentions
            for slug in ("nation", "texas", "houston", "ohio")
        }
    assert seen == {"nation": 5, "texas": 2, "houston": 2, "ohio": 3}


def test_a_store_of_few_is_compared_with_those_of_the_regions_above(desk: Desk, land: Land) -> None:
    praise(desk, land.far_store, 9)
    complain(desk, land.far_store, 1)
    praise(desk, land.city_store, 5)
    with desk.database.session(desk.brand_id) as session:
        houston = service.compare_region(session, SystemViewer(desk.brand_id), "houston", days=28, now=desk.clock.now())
    assert (houston.peers.name, houston.peers.stores) == ("Nation", 3)
    assert [item.place.number for item in houston.stores] == ["4002"]
    assert houston.stores[0].share is not None
    assert houston.stores[0].share.value < 1


def test_a_closed_store_is_not_compared(desk: Desk, land: Land) -> None:
    closed = desk.store(region=land.texas, number="4009", closed_on=desk.clock.now().date() - timedelta(days=1))
    praise(desk, closed, 1)
    with desk.database.session(desk.brand_id) as session:
        texas = service.compare_region(session, SystemViewer(desk.brand_id), "texas", days=28, now=desk.clock.now())
    assert {item.place.number for item in texas.stores} == {"4001", "4002"}
