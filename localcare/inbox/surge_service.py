"""Surges as supervisors see and switch them: what comes beside its forecast, what one would change, each deed on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.inbox.centre_service import require_supervisor
from localcare.people.core import Viewer
from localcare.people.service import audit
from localcare.routing import surging
from localcare.routing.core import Policy
from localcare.routing.core.dry_run import DryRun
from localcare.routing.counting import Counted, count_arrivals
from localcare.routing.models import Surge, SurgeEvent
from localcare.routing.ruling import By
from localcare.routing.service import try_surge
from localcare.routing.surging import Standing

TRIED_DAYS = 7


@dataclass(frozen=True, slots=True)
class SurgeView:
    """How things stand; `policy` is the one without a surge. `tried` is what a surge would have moved (None: not asked)."""

    standing: Standing
    counted: Counted
    policy: Policy
    history: Sequence[SurgeEvent]
    tried: DryRun | None
    now: datetime


def open_surges(session: Session, viewer: Viewer, policy: Policy, now: datetime, *, tries: bool) -> SurgeView:
    """What there is to see. ForbiddenError for whoever does not run the centre."""
    require_supervisor(viewer)
    brand_id = viewer.brand_id
    counted = count_arrivals(session, brand_id, policy.surge, now)
    since = now - timedelta(days=TRIED_DAYS)
    tried = try_surge(session, brand_id, policy, since=since, now=now) if tries else None
    history = surging.list_history(session, brand_id)
    return SurgeView(surging.standing_of(session, brand_id, now), counted, policy, history, tried, now)


def find_surge(session: Session, brand_id: int) -> Surge | None:
    """The surge that is on, for who works while it lasts."""
    return surging.find_on(session, brand_id)


def begin(session: Session, viewer: Viewer, *, until: datetime, why: str, now: datetime) -> int:
    """Switch one on by hand; returns it."""
    by = _by(viewer, now)
    surge_id = surging.switch_on(session, viewer.brand_id, by, until=until, why=why)
    _note(session, viewer, "switched a surge on", surge_id, now)
    return surge_id


def end(session: Session, viewer: Viewer, *, rests: timedelta, why: str, now: datetime, only: int | None = None) -> int:
    """Switch the one that is on off, where it is the one that is meant (`only`); returns it."""
    by = _by(viewer, now)
    surge_id = surging.switch_off(session, viewer.brand_id, by, rests=rests, why=why, only=only)
    _note(session, viewer, "switched a surge off", surge_id, now)
    return surge_id


def take_back_end(session: Session, viewer: Viewer, surge_id: int, *, now: datetime) -> None:
    """Undo an end."""
    surging.take_back_end(session, viewer.brand_id, surge_id, _by(viewer, now))
    _note(session, viewer, "took the end of a surge back", surge_id, now)


def plan(session: Session, viewer: Viewer, *, since: datetime, until: datetime, why: str, now: datetime) -> int:
    """Date one ahead; returns it."""
    by = _by(viewer, now)
    surge_id = surging.plan(session, viewer.brand_id, by, since=since, until=until, why=why)
    _note(session, viewer, "planned a surge", surge_id, now)
    return surge_id


def withdraw(session: Session, viewer: Viewer, surge_id: int, *, now: datetime) -> None:
    """Drop a plan."""
    surging.withdraw(session, viewer.brand_id, surge_id, _by(viewer, now))
    _note(session, viewer, "dropped a planned surge", surge_id, now)


def plan_again(session: Session, viewer: Viewer, surge_id: int, *, now: datetime) -> None:
    """Undo the dropping of a plan."""
    surging.plan_again(session, viewer.brand_id, surge_id, _by(viewer, now))
    _note(session, viewer, "planned a surge again", surge_id, now)


def wake_rule(session: Session, viewer: Viewer, *, now: datetime) -> None:
    """Let the rule watch again."""
    by = _by(viewer, now)
    surging.wake_rule(session, viewer.brand_id, by)
    audit(session, viewer, "let the rule for surges watch again", "surge", now)


def _by(viewer: Viewer, now: datetime) -> By:
    require_supervisor(viewer)
    return By(viewer.name, now, viewer.person_id)


def _note(session: Session, viewer: Viewer, deed: str, surge_id: int, now: datetime) -> None:
    audit(session, viewer, deed, f"surge:{surge_id}", now)
