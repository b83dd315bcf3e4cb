"""What becomes of a case in the demo's history: answered sooner or later, natively, closed without words, or left. Pure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from localcare.demo.corpus import Drawn

_OPENS, _CLOSES = 9, 20
_NATIVE_SHARE = 0.18
_MEDIAN_MINUTES = {"crisis": 14.0, "tier1": 24.0, "tier2": 55.0, "tier3": 130.0, "which-store": 45.0}
_STORE_MEDIAN_MINUTES = 150.0
_SPREAD = 0.8


class Way(StrEnum):
    """How a case goes on."""

    ANSWER = "answer"
    NATIVE = "native"
    CLOSE = "close"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Fate:
    """What is done, when, and (before an answer) when somebody takes the case."""

    way: Way
    at: datetime
    claimed_at: datetime | None = None


def draw_fate(rng: random.Random, queue: str, *, goodness: float, timezone: str, opened_at: datetime) -> Fate:
    """The fate of a case in that queue. `goodness` is the store's; a good one answers more, and sooner."""
    kind = queue.partition(":")[0]
    if kind == "store":
        return _store_fate(rng, goodness, timezone, opened_at)
    return _central_fate(rng, kind, opened_at)


def likely_queue(drawn: Drawn, store_number: str) -> str:
    """Where a careful reader would send it; `store_number` is the store's on whose Page it stands."""
    line = drawn.line
    if line.risks:
        return "crisis"
    if line.matter == "store" and drawn.store is not None:
        return f"store:{store_number}"
    return f"tier{line.tier}:general"


def in_opening_hours(moment: datetime, timezone: str, rng: random.Random) -> datetime:
    """That moment, or the first minutes of the next morning when the store is closed then."""
    local = moment.astimezone(ZoneInfo(timezone))
    if _OPENS <= local.hour < _CLOSES:
        return moment
    day = local if local.hour < _OPENS else local + timedelta(days=1)
    opens = day.replace(hour=_OPENS, minute=0, second=0, microsecond=0)
    return (opens + timedelta(minutes=rng.uniform(2, 110))).astimezone(moment.tzinfo)


def _central_fate(rng: random.Random, kind: str, opened_at: datetime) -> Fate:
    if rng.random() > 0.96:
        return Fate(Way.LEFT, opened_at)
    after = _minutes(rng, _MEDIAN_MINUTES.get(kind, 60.0))
    if rng.random() < 0.05:
        return Fate(Way.CLOSE, opened_at + after)
    return Fate(Way.ANSWER, opened_at + after, claimed_at=opened_at + 0.4 * after)


def _store_fate(rng: random.Random, goodness: float, timezone: str, opened_at: datetime) -> Fate:
    answers = 0.35 + 0.6 * goodness
    if rng.random() > answers:
        return _unanswered(rng, timezone, opened_at)
    after = _minutes(rng, _STORE_MEDIAN_MINUTES * (1.9 - 1.4 * goodness))
    at = in_opening_hours(opened_at + after, timezone, rng)
    return Fate(Way.NATIVE if rng.random() < _NATIVE_SHARE else Way.ANSWER, at)


def _unanswered(rng: random.Random, timezone: str, opened_at: datetime) -> Fate:
    if rng.random() < 0.9:
        return Fate(Way.CLOSE, in_opening_hours(opened_at + timedelta(hours=rng.uniform(20, 70)), timezone, rng))
    return Fate(Way.LEFT, opened_at)


def _minutes(rng: random.Random, median: float) -> timedelta:
    return timedelta(minutes=max(1.5, rng.lognormvariate(math.log(median), _SPREAD)))
