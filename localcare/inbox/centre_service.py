"""The centre as its supervisors see it: who is there, who has how much, what waits for whom, and what nobody serves."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from localcare.errors import ForbiddenError
from localcare.inbox.core.queues import national_queues
from localcare.people import duty as people
from localcare.people.core import Viewer
from localcare.people.core.duty import Duty
from localcare.routing import giving
from localcare.routing.core import Policy
from localcare.routing.core.cover import Cover, cover_queues
from localcare.routing.core.giving import Team


@dataclass(frozen=True, slots=True)
class Centre:
    """The team of a brand and what waits for it. `loads` are weights in hand by person."""

    duties: tuple[Duty, ...]
    loads: dict[int, int]
    covers: tuple[Cover, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class AgentDeskView:
    """One agent's desk, and the single days on which their hours differ."""

    duty: Duty
    days: tuple[tuple[date, str], ...]
    load: int
    now: datetime


def open_centre(session: Session, viewer: Viewer, policy: Policy, now: datetime) -> Centre:
    """Everybody at the desk and every queue. ForbiddenError for whoever does not run it."""
    require_supervisor(viewer)
    duties = tuple(people.list_duties(session, viewer.brand_id, day=now.date()))
    team = Team(policy.giving, frozenset().union(*(duty.languages for duty in duties)))
    backlogs = giving.list_backlogs(session, viewer.brand_id)
    return Centre(
        duties=duties,
        loads=giving.loads_of(session, viewer.brand_id, [duty.person_id for duty in duties], policy.giving),
        covers=tuple(cover_queues(national_queues(policy.skills), backlogs, duties, team, now)),
        now=now,
    )


def open_agent_desk(session: Session, viewer: Viewer, policy: Policy, person_id: int, now: datetime) -> AgentDeskView:
    """One agent's desk to be edited. NotFoundError for whoever does not work there."""
    require_supervisor(viewer)
    duty = people.get_duty(session, viewer, person_id, now=now)
    days = people.list_days(session, person_id, since=now.date())
    load = giving.loads_of(session, viewer.brand_id, [person_id], policy.giving).get(person_id, 0)
    return AgentDeskView(duty, tuple(days), load, now)


def require_supervisor(viewer: Viewer) -> None:
    """ForbiddenError for whoever does not run the centre."""
    if not (viewer.may_supervise or viewer.may_administer) or not viewer.may_see_store(None):
        raise ForbiddenError("The centre is run by supervisors.")
