"""The first start of a demo: the brand, what listens to reviews, and the weeks behind it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcare.demo.away import keep_absences
from localcare.demo.brand import DemoBrand
from localcare.demo.chapters import DAYS, draw_chapters
from localcare.demo.conversation import load_conversation
from localcare.demo.corpus import load_corpus
from localcare.demo.customers import Customers
from localcare.demo.desk import Desk
from localcare.demo.facebook import found_world
from localcare.demo.history import History, Progress
from localcare.demo.mailbag import Mailbag
from localcare.demo.network import REVIEW_SOURCES
from localcare.demo.repository import gather_statistics, list_talked_about
from localcare.demo.setting_up import connect_pages, set_up_brand
from localcare.digests.backdating import schedule_last_digest
from localcare.errors import ConflictError
from localcare.intake.sources import add_source
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Session
from localcare.kit.runtime import Runtime
from localcare.kit.schema import ensure_coming_months, ensure_months
from localcare.pipeline import Pipeline
from localcare.routing import surging
from localcare.routing.lateness import escalate_late
from localcare.routing.ruling import By
from localcare.routing.service import PolicyShelf
from localcare.sandbox.objects import App
from localcare.sandbox.world import World
from localcare.triage import reporting
from localcare.triage.shipped import load_triager

_SEED = 20
_STORES_OF_A_FULL_HISTORY = 3_000
_FEWEST, _MOST = 400, 5_000
_LATE_HOURS = 72
_RULE_RESTS = timedelta(days=60)
_WHY_IT_RESTS = "The demo's customers write far more than in its past: by rule it would always be a surge."


@dataclass(frozen=True, slots=True)
class Begun:
    """A brand that stands, with the stand-in's world that belongs to it."""

    brand_id: int
    world: World


def begin(
    runtime: Runtime,
    brand: DemoBrand,
    app: App,
    *,
    mentions: int | None = None,
    progress: Progress | None = None,
) -> Begun:
    """Set up the brand and tell its history up to the runtime's now; the more stores, the more is said."""
    until = runtime.clock.now()
    clock = SetClock(until - timedelta(days=DAYS))
    brand_id = install(runtime, brand)
    world = found_world(brand, app, clock=clock)
    connect_pages(runtime, brand_id, world)
    customers = Customers(brand, load_corpus(), random.Random(_SEED))
    chapters = draw_chapters(customers, customers.rng, mentions=mentions or _mentions_for(brand), until=until)
    _historian(runtime, brand_id, world, clock, customers).tell(chapters, until=until, progress=progress)
    _tell_of_late(runtime, brand_id, until)
    with runtime.db.session(brand_id, viewer="demo") as session:
        stores = list_talked_about(session, brand_id, since=until - timedelta(days=1))
        schedule_last_digest(session, stores, now=until, hour=runtime.settings.digest_hour)
        for week in range(1, DAYS // 7):  # the last one the worker counts, and tells supervisors of
            reporting.keep_week(session, brand_id, reporting.last_week(until - timedelta(weeks=week)), now=until)
        keep_absences(session, brand_id, brand, now=until)
        surging.let_rule_rest(session, brand_id, By("the demo", until), until=until + _RULE_RESTS, why=_WHY_IT_RESTS)
    return Begun(brand_id, world)


def install(runtime: Runtime, brand: DemoBrand) -> int:
    """The brand in the database, with room for its past and the tools that tell of reviews; returns its id."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="demo") as session:
        ensure_months(session, (now - timedelta(days=DAYS + 7)).date().replace(day=1), now.date())
        ensure_coming_months(session, now.date())
        brand_id = set_up_brand(session, brand, now=now - timedelta(days=DAYS + 7))
    with runtime.db.session(brand_id, viewer="demo") as session:
        for name, channel in REVIEW_SOURCES.items():
            _add_source(session, runtime, brand_id, name, channel, now)
    with runtime.db.session(ALL_BRANDS, viewer="demo") as session:
        gather_statistics(session)
    return brand_id


def _tell_of_late(runtime: Runtime, brand_id: int, until: datetime) -> None:
    """What the clock would have done with what is late by now, in the order in which it became so."""
    policies = PolicyShelf()
    for back in range(_LATE_HOURS, -1, -1):
        with runtime.db.session(brand_id, viewer="demo") as session:
            policy = policies.policy_of(session, brand_id)
            escalate_late(session, brand_id, policy, now=until - timedelta(hours=back))


def _historian(runtime: Runtime, brand_id: int, world: World, clock: SetClock, customers: Customers) -> History:
    rng = customers.rng
    desk = Desk(runtime.db, clock, brand_id, world, rng)
    desk.staff()
    return History(
        clock=clock,
        mailbag=Mailbag(world, Pipeline(runtime.db, clock, load_triager()), clock, brand_id),
        desk=desk,
        customers=customers,
        talk=load_conversation(),
        photo_url=f"{runtime.settings.base_url.rstrip('/')}/dev/photos",
        rng=rng,
    )


def _mentions_for(brand: DemoBrand) -> int:
    size = min(1.0, len(brand.open_stores) / _STORES_OF_A_FULL_HISTORY)
    return int(_FEWEST + size * (_MOST - _FEWEST))


def _add_source(session: Session, runtime: Runtime, brand_id: int, name: str, channel: str, now: datetime) -> None:
    try:
        add_source(session, brand_id, name, channel=channel, cipher=runtime.cipher, now=now)
    except ConflictError:
        return
