"""How often rules fired of late."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from localcare.triage import rule_repository as repository
from localcare.triage.rule_shelf import rule_day

DAYS = 30


@dataclass(frozen=True, slots=True)
class RuleHits:
    """Hits of one rule by day, and the last of them."""

    by_day: Mapping[date, int]
    last_at: datetime


def hits_by_rule(session: Session, brand_id: int, *, now: datetime) -> dict[str, RuleHits]:
    """The rules that fired in the last thirty days, today among them. A mention that is judged again counts again."""
    days: dict[str, dict[date, int]] = defaultdict(dict)
    last: dict[str, datetime] = {}
    for key, day, count, at in repository.list_hits(session, brand_id, since=rule_day(now) - timedelta(days=DAYS - 1)):
        days[key][day] = count
        last[key] = max(at, last.get(key, at))
    return {key: RuleHits(by_day, last[key]) for key, by_day in days.items()}
