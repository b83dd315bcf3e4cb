"""Real reviews through the import lane of the demo."""

import random
import threading
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import text

from localcare.demo.brand import load_brand
from localcare.demo.reviews import ReviewStream, read_reviews, require_readable
from localcare.demo.setting_up import set_up_brand
from localcare.errors import InvalidError
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.pipeline import Pipeline
from localcare.triage.shipped import load_triager
from tests.conftest import NOW

HEADER = "reviewer_id,store_number,store_address,latitude,longitude,review_time,rating,review\n"
STORES = ["1001", "1002", "1003"]


def test_a_store_nobody_knows_becomes_one_of_the_demos_always_the_same() -> None:
    rows = [HEADER, *(f'{n},77,"1 Elm St",40.0,-80.0,2 years ago,5,"Fine, really {n}"\n' for n in range(5))]
    changes = list(read_reviews(rows, STORES, SetClock(NOW)))
    assert len(changes) == 5
    assert len({change.store_number for change in changes}) == 1
    assert changes[0].store_number in STORES
    assert all(change.place is None and change.created_at == NOW for change in changes)


def test_a_store_of_the_demo_stays_itself() -> None:
    rows = [HEADER, '1,1002,"1 Elm St",40.0,-80.0,2 years ago,1,"Cold"\n']
    assert [change.store_number for change in read_reviews(rows, STORES, SetClock(NOW))] == ["1002"]


def test_a_row_that_cannot_be_read_is_left_out() -> None:
    rows = [HEADER, '1,1002,,,,2 years ago,9,"Cold"\n', '2,1002,,,,2 years ago,2,"Warm"\n']
    assert [change.text for change in read_reviews(rows, STORES, SetClock(NOW))] == ["Warm"]


def test_a_missing_file_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"none\.csv cannot be read"):
        require_readable(tmp_path / "none.csv")


@pytest.mark.eval
def test_real_reviews_reach_the_stores_feeds(database: Database, clock: SetClock, eval_data: Path) -> None:
    brand = load_brand(20)
    with database.session(ALL_BRANDS) as session:
        brand_id = set_up_brand(session, brand, now=NOW, with_people=False)
    numbers = [store.store_number for store in brand.open_stores]
    file = eval_data / "reviews" / "mcdonalds_reviews.csv"
    stream = ReviewStream(file, numbers, database, brand_id, clock, random.Random(1))
    told = list(islice(stream.reviews(), 60))
    for change in told:
        stream.tell(change)
    pipeline = Pipeline(database, clock, load_triager())
    while pipeline.work_batch().events:
        pass
    with database.session(brand_id) as session:
        resolved = session.execute(text("select count(*) from resolution where status = 'exact'")).scalar_one()
        kinds = set(session.execute(text("select distinct kind from mention")).scalars())
    assert resolved == len(told) == 60
    assert kinds == {"review"}


def test_a_stream_that_is_told_to_stop_stops_at_once(tmp_path: Path, database: Database, clock: SetClock) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(HEADER + '1,1002,,,,2 years ago,2,"Warm"\n2,1002,,,,2 years ago,2,"Warmer"\n')
    with database.session(ALL_BRANDS) as session:
        brand_id = set_up_brand(session, load_brand(2), now=NOW, with_people=False)
    stop = threading.Event()
    stop.set()
    ReviewStream(file, ["1002"], database, brand_id, clock, random.Random(1)).run(stop)
    with database.session(ALL_BRANDS) as session:
        assert session.execute(text("select count(*) from event")).scalar_one() == 1
