"""What is said in the weeks before the demo opens: everyday life, two bursts, and what waits for each role. Pure."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcare.demo.brand import DemoBrand, DemoStore
from localcare.demo.corpus import Line
from localcare.demo.customers import STORE_PAGE_SHARE, Customers, Saying
from localcare.demo.timetable import draw_moment

DAYS = 24
_FORGOTTEN_HOURS = (22, 27, 34, 52)
_FALSE_ALARM_HOURS = (21, 52, 215)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that is said, and when.

    `is_left`: people leave it alone, so that it waits when the demo opens. `is_close`: told moment by moment, however long ago.
    """

    at: datetime
    saying: Saying
    is_left: bool = False
    is_close: bool = False


def draw_chapters(customers: Customers, rng: random.Random, *, mentions: int, until: datetime) -> list[Chapter]:
    """Everything that is said, in order of time."""
    start = until - timedelta(days=DAYS)
    chapters = [_everyday(customers, rng, start, until) for _ in range(mentions)]
    past = until - timedelta(days=8, hours=rng.uniform(0, 5))
    chapters += _outage(customers, rng, past, timedelta(hours=4), max(6, mentions // 100))
    chapters += _outage(customers, rng, until - timedelta(hours=2.5), timedelta(hours=2.4), max(4, mentions // 250))
    chapters += _waiting(customers, rng, until)
    chapters += _forgotten(customers, until)
    chapters += _false_alarms(customers, until)
    return sorted(chapters, key=lambda chapter: chapter.at)


def _everyday(customers: Customers, rng: random.Random, start: datetime, until: datetime) -> Chapter:
    saying = customers.speak()
    at = draw_moment(rng, start=start, end=until, timezone=saying.store.timezone)
    return Chapter(at, saying, is_close=saying.store is customers.brand.featured_store)


def _outage(
    customers: Customers, rng: random.Random, start: datetime, length: timedelta, mentions: int
) -> list[Chapter]:
    """The network is down around one city, and everybody there says so."""
    metro = customers.draw_store().metro
    stores = [store for store in customers.brand.open_stores if store.metro == metro]
    kinds = ["store" if rng.random() < STORE_PAGE_SHARE else "brand" for _ in range(mentions)]
    sayings = (customers.speak_of(rng.choice(stores), _is_outage, page_kind=kind) for kind in kinds)
    return [Chapter(start + length * rng.betavariate(1.6, 2.6), saying) for saying in sayings]


def _waiting(customers: Customers, rng: random.Random, until: datetime) -> list[Chapter]:
    """What nobody has got to yet: at the featured store, in the crisis queue, in the queue of unknown stores."""
    featured = customers.brand.featured_store
    chapters = [
        Chapter(
            until - timedelta(hours=rng.uniform(0.3, 15)),
            customers.speak(store=featured, actionable=True),
            is_left=True,
        )
        for _ in range(5)
    ]
    chapters += [
        Chapter(until - timedelta(hours=rng.uniform(0.5, 30)), customers.speak(store=featured, actionable=False))
        for _ in range(14)
    ]
    chapters += [
        Chapter(
            until - timedelta(hours=rng.uniform(20, 160)),
            customers.speak(store=featured, actionable=True),
            is_close=True,
        )
        for _ in range(9)
    ]
    urgent = (_is_injury, _is_legal, _is_store_matter, _is_store_matter, _is_store_matter)
    somewhere = [customers.speak_of(customers.draw_store(), fits, page_kind="brand") for fits in urgent]
    somewhere.append(customers.speak_of(_one_of_many(customers.brand), _says_where, page_kind="brand", style="city"))
    chapters += [Chapter(until - timedelta(minutes=rng.uniform(12, 55)), saying, is_left=True) for saying in somewhere]
    return chapters


def _forgotten(customers: Customers, until: datetime) -> list[Chapter]:
    """What a few stores and the centre have let lie for too long: late, and on its way up."""
    others = [customers.draw_store() for _ in range(2 * len(_FORGOTTEN_HOURS))]
    stores = [store for store in others if store is not customers.brand.featured_store]
    at_stores = [
        Chapter(
            until - timedelta(hours=hours), customers.speak_of(store, _is_for_store, page_kind="store"), is_left=True
        )
        for hours, store in zip(_FORGOTTEN_HOURS, stores, strict=False)
    ]
    bill = customers.speak_of(customers.draw_store(), _is_bill, page_kind="brand")
    return [*at_stores, Chapter(until - timedelta(hours=3), bill, is_left=True)]


def _false_alarms(customers: Customers, until: datetime) -> list[Chapter]:
    """What sounds like a disaster and was none: triage calls, and somebody says so."""
    return [
        Chapter(
            until - timedelta(hours=hours),
            customers.speak_of(customers.draw_store(), is_scare, page_kind="store"),
            is_close=True,
        )
        for hours in _FALSE_ALARM_HOURS
    ]


def is_scare(line: Line) -> bool:
    """Whether a line only sounds like a disaster."""
    return "scare-" in line.id


def _one_of_many(brand: DemoBrand) -> DemoStore:
    """A store in the city that has most of them: who names the city alone has not said which."""
    cities = Counter((store.city, store.state) for store in brand.open_stores)
    ((most, _count),) = cities.most_common(1)
    return next(store for store in brand.open_stores if (store.city, store.state) == most)


def _is_outage(line: Line) -> bool:
    return line.topic == "network-outage"


def _is_injury(line: Line) -> bool:
    return "injury" in line.risks


def _is_legal(line: Line) -> bool:
    return "legal" in line.risks


def _is_store_matter(line: Line) -> bool:
    return line.matter == "store" and not line.risks and not line.names_store and line.pages != "store"


def _is_for_store(line: Line) -> bool:
    return (
        line.topic in ("waiting", "hours-location")
        and line.matter == "store"
        and not line.risks
        and line.pages != "brand"
    )


def _is_bill(line: Line) -> bool:
    return line.matter == "billing" and not line.risks and line.pages != "store"


def _says_where(line: Line) -> bool:
    return line.matter == "store" and not line.risks and line.names_store and line.pages != "store"
