"""What comes in, beside its forecast: full hours are counted once and kept, the last minutes at every look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.routing import surge_repository as repository
from localcare.routing.core.conditions import CENTRE_ZONE
from localcare.routing.core.forecast import HOUR, Forecast, make_forecast
from localcare.routing.core.surge import Arrivals, SurgePlan

PAST = timedelta(weeks=8)
_PARTS = 3
_NEAR = timedelta(hours=12)
_NEW_LEVEL = timedelta(days=3)
"""What lasts longer is no rush any more: the forecast learns from there on."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The forecast (None: too little past), the window that may begin a surge in equal parts, the one that may end it.

    `hours` are cases by full hour of the last day; `running` is what the hour under way has brought so far.
    """

    forecast: Forecast | None
    window: tuple[Arrivals, ...]
    calm: Arrivals
    hours: dict[datetime, int]
    running: int


def count_arrivals(session: Session, brand_id: int, plan: SurgePlan, now: datetime) -> Counted:
    """Everything that tells whether more comes in than it should."""
    running = now.replace(minute=0, second=0, microsecond=0)
    kept = _kept(session, brand_id, running)
    past = kept | _uncounted(session, brand_id, kept, running)
    forecast = make_forecast(
        past, since=min(past, default=running), until=running, zone=CENTRE_ZONE,
        without=_hours_in_surges(session, brand_id, now),
    )  # fmt: skip
    longest = timedelta(minutes=max(plan.minutes, plan.calm_minutes))
    recent = repository.list_recent(session, brand_id, since=min(running, now - longest), until=now)
    window = timedelta(minutes=plan.minutes)
    part = window / _PARTS
    begins = [now - window + n * part for n in range(_PARTS)]
    return Counted(
        forecast,
        tuple(_arrivals(recent, forecast, begin, begin + part) for begin in begins),
        _arrivals(recent, forecast, now - timedelta(minutes=plan.calm_minutes), now),
        {hour: cases for hour, cases in past.items() if hour >= running - 24 * HOUR},
        sum(at >= running for at in recent),
    )


def keep_full_hours(session: Session, brand_id: int, now: datetime) -> None:
    """Keep the full hours that nobody has counted yet, so that the next look at them is quick."""
    running = now.replace(minute=0, second=0, microsecond=0)
    if hours := _uncounted(session, brand_id, _kept(session, brand_id, running), running):
        repository.keep_hours(session, brand_id, hours)


def _kept(session: Session, brand_id: int, running: datetime) -> dict[datetime, int]:
    """Cases by full hour, the last weeks."""
    return {each.hour: each.cases for each in repository.list_hours(session, brand_id, since=running - PAST)}


def _uncounted(session: Session, brand_id: int, kept: Mapping[datetime, int], running: datetime) -> dict[datetime, int]:
    """The same of the full hours since."""
    since = max(kept) + HOUR if kept else _begin_of_past(session, brand_id, running)
    if since is None or since >= running:
        return {}
    counted = repository.count_hours(session, brand_id, since=since, until=running, is_far=running - since > _NEAR)
    hours = (since + n * HOUR for n in range((running - since) // HOUR))
    return {hour: counted.get(hour, 0) for hour in hours}


def _begin_of_past(session: Session, brand_id: int, running: datetime) -> datetime | None:
    first = repository.find_first_case_at(session, brand_id)
    if first is None:
        return None
    # the hour of the first case was not there as a whole
    return max(first.replace(minute=0, second=0, microsecond=0) + HOUR, running - PAST)


def _hours_in_surges(session: Session, brand_id: int, now: datetime) -> set[datetime]:
    hours: set[datetime] = set()
    for begun, ended in repository.list_spans(session, brand_id, since=now - PAST):
        # what made it begin had come before it began
        at = (begun - HOUR).replace(minute=0, second=0, microsecond=0)
        while at < min(ended or now, begun + _NEW_LEVEL):
            hours.add(at)
            at += HOUR
    return hours


def _arrivals(recent: Sequence[datetime], forecast: Forecast | None, begins: datetime, ends: datetime) -> Arrivals:
    expected = forecast.expect_between(begins, ends).mean if forecast else 0.0
    return Arrivals(sum(begins <= at < ends for at in recent), expected)
