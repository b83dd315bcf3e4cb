"""The stars of every Page, once a day: all that Facebook still tells of recommendations.

Asked in batches and written in short transactions, so it may be broken off and goes on where it was.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook import stars_repository as repository
from localcare.channels.facebook.batching import MOST_AT_ONCE, Question, ask_in_parallel, ask_many
from localcare.channels.facebook.checking import note_usage, open_keys
from localcare.channels.facebook.connecting_repository import SealedPage
from localcare.channels.facebook.core.batch import Told
from localcare.channels.facebook.core.stars import STAR_FIELDS, StarChange, Stars, stars_of
from localcare.channels.facebook.service import graph_access
from localcare.channels.facebook.session import GraphSession
from localcare.channels.facebook.stars_repository import RatedPage, StarRow
from localcare.errors import ConfigurationError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime

log = logging.getLogger(__name__)

AT_ONCE = 10_000
SHOWN_DAYS = timedelta(days=180)
_NEARLY_SPENT = 50.0


@dataclass(frozen=True, slots=True)
class StarHistory:
    """A Page's stars day by day, the newest last, and what the newest known day changed."""

    page_id: str
    days: tuple[Stars, ...]

    @property
    def latest(self) -> Stars | None:
        """The newest day, known or not."""
        return self.days[-1] if self.days else None

    @property
    def change(self) -> StarChange | None:
        """Between the two newest known days; None when nothing changed."""
        known = [day for day in self.days if day.is_known]
        change = StarChange(self.page_id, known[-2], known[-1]) if len(known) > 1 else None
        return change if change and change.is_change else None


def snapshot_due_brands(runtime: Runtime) -> int:
    """Ask for what is not known of today yet; called often, it asks each Page once a day. Returns how many were told."""
    with runtime.db.session(ALL_BRANDS, viewer="stars") as session:
        brands = repository.list_brands(session)
    try:
        return sum(snapshot_stars(runtime, brand_id) for brand_id in brands)
    except ConfigurationError as error:
        log.info("stars are not asked for: %s", error.message)
        return 0


def snapshot_stars(runtime: Runtime, brand_id: int) -> int:
    """Ask for today's stars of a brand's Pages; returns how many were told. Raises ConfigurationError without an app."""
    access = graph_access(runtime.settings)
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="stars") as session:
        due = repository.list_due(session, brand_id, day=now.date(), now=now, limit=AT_ONCE)
    known = 0

    def ask(graph: GraphSession, chunk: Sequence[RatedPage]) -> list[tuple[RatedPage, Told]]:
        return list(_ask(runtime, graph, chunk))

    for told in ask_in_parallel(access, access.app_token, due, ask, size=MOST_AT_ONCE):
        rows = [StarRow(page, stars_of(each.answer, now.date())) for page, each in told]
        with runtime.db.session(brand_id, viewer="stars") as session:
            repository.save_stars(session, brand_id, now.date(), rows)
            _note_budgets(session, brand_id, told, now)
        known += sum(row.stars.is_known for row in rows)
    return known


def star_history(session: Session, page_id: str, now: datetime) -> StarHistory:
    """A Page's last half year."""
    return StarHistory(page_id, tuple(repository.list_history(session, page_id, since=(now - SHOWN_DAYS).date())))


def list_star_changes(session: Session, spans: Sequence[tuple[int, date, date]]) -> dict[int, StarChange]:
    """By store, what changed of its Page's stars on the days after the first date up to the second."""
    if not spans:
        return {}
    changes: dict[int, StarChange] = {}
    for store_id, pairs in repository.list_pairs(session, spans).items():
        for pair in pairs:
            change = StarChange(*pair)
            if change.is_change:
                changes[store_id] = change
    return changes


def _ask(runtime: Runtime, graph: GraphSession, pages: Sequence[RatedPage]) -> Iterator[tuple[RatedPage, Told]]:
    keys, locked = open_keys(runtime.cipher, [SealedPage(page.page_id, page.sealed, []) for page in pages])
    questions = [Question("GET", (key.page_id,), {"fields": STAR_FIELDS}, key.token) for key in keys]
    told = {key.page_id: each for key, each in zip(keys, ask_many(graph, questions), strict=True)}
    return ((page, told.get(page.page_id) or Told(locked[page.page_id])) for page in pages)


def _note_budgets(session: Session, brand_id: int, told: Sequence[tuple[RatedPage, Told]], now: datetime) -> None:
    """Only of those that are running out: a Page that is well needs no row written for one call."""
    for page, each in told:
        is_spent = each.error is not None and each.error.kind == "quota"
        if is_spent or each.usage.page_percent >= _NEARLY_SPENT:
            note_usage(session, brand_id, page.page_id, each.usage, now=now, error=each.error)
