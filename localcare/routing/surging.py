"""Surges: begun by the rule, by hand or by date, ended likewise, each with a line of history; one at a time per brand.

While one is on, `service.PolicyShelf` gives out the policy as its plan changes it, so that everything that routes, gives
out or promises follows at once; when it is over, what the surge sent to stores and nobody took goes back (`calming`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.routing import surge_repository as repository
from localcare.routing.core.surge import SurgePlan, should_begin, should_end
from localcare.routing.counting import Counted, count_arrivals, keep_full_hours
from localcare.routing.models import Surge, SurgeEvent
from localcare.routing.ruling import CLOCK, By

RULE, BY_HAND, DATED = "rule", "hand", "dated"
LONGEST = timedelta(days=14)
RESTS = timedelta(hours=2)
"""For so long the rule begins none after a person has ended one, unless they say otherwise."""
UNDO = timedelta(minutes=30)
_NOTE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a surge is on, what is dated ahead, and until when the rule rests because somebody ended one."""

    on: Surge | None
    planned: tuple[Surge, ...]
    resting: Surge | None


def standing_of(session: Session, brand_id: int, now: datetime) -> Standing:
    """How the brand stands now."""
    return Standing(
        repository.find_on(session, brand_id),
        tuple(repository.list_planned(session, brand_id)),
        repository.find_resting(session, brand_id, now),
    )


def find_on(session: Session, brand_id: int) -> Surge | None:
    """The surge that is on."""
    return repository.find_on(session, brand_id)


def list_history(session: Session, brand_id: int, *, limit: int = 50) -> list[SurgeEvent]:
    """What became of surges, who did it, when and why, the newest first."""
    return repository.list_events(session, brand_id, limit=limit)


def switch_on(session: Session, brand_id: int, by: By, *, until: datetime, why: str = "") -> int:
    """Overflow rules hold from now on until then; returns the surge. ConflictError while one is on."""
    _check_span(by.now, until, by.now)
    repository.take_turn(session, brand_id)
    _require_none_on(session, brand_id)
    surge = _new(brand_id, BY_HAND, by, begins_at=by.now, ends_by=until, note=why)
    return _begin(session, surge, by, why or "Switched on by hand.")


def switch_off(
    session: Session, brand_id: int, by: By, *, rests: timedelta = RESTS, why: str = "", only: int | None = None
) -> int:
    """Overflow rules hold no more and the rule begins none for so long; returns the surge.

    ConflictError when none is on, or not the one that is meant (`only`).
    """
    repository.take_turn(session, brand_id)
    surge = repository.find_on(session, brand_id)
    if surge is None or only not in (None, surge.id):
        raise ConflictError("This surge is not on: somebody ended it already.")
    surge.rests_until = by.now + rests if rests else None
    return _end(session, surge, by, why or "Switched off by hand.")


def take_back_end(session: Session, brand_id: int, surge_id: int, by: By) -> None:
    """Undo an end that is some minutes old: it goes on as if it had not been ended."""
    repository.take_turn(session, brand_id)
    surge = _get(session, brand_id, surge_id)
    if surge.ended_at is None or by.now - surge.ended_at > UNDO:
        raise ConflictError("This end cannot be taken back any more: switch a surge on anew.")
    if surge.ends_by is not None and surge.ends_by <= by.now:
        raise ConflictError("Its time is over meanwhile: switch a surge on anew.")
    _require_none_on(session, brand_id)
    surge.ended_at = surge.rests_until = None
    _write(session, surge, "resumed", by, "Its end was taken back.")


def plan(session: Session, brand_id: int, by: By, *, since: datetime, until: datetime, why: str = "") -> int:
    """Overflow rules shall hold from then to then (a launch week); returns the surge. They may not cross another plan."""
    if since <= by.now:
        raise InvalidError("A planned surge begins in the future: switch it on by hand to begin now.")
    _check_span(since, until, by.now)
    repository.take_turn(session, brand_id)
    _require_none_planned(session, brand_id, since, until)
    surge = _new(brand_id, DATED, by, begins_at=since, ends_by=until, note=why)
    _write(session, surge, "planned", by, f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC. {why}".strip())
    return surge.id or 0


def withdraw(session: Session, brand_id: int, surge_id: int, by: By) -> None:
    """A plan is dropped."""
    repository.take_turn(session, brand_id)
    surge = _get_plan(session, brand_id, surge_id)
    surge.withdrawn_at = by.now
    _write(session, surge, "withdrawn", by, "")


def plan_again(session: Session, brand_id: int, surge_id: int, by: By) -> None:
    """Undo: a plan that was dropped stands again, as long as its time is to come."""
    repository.take_turn(session, brand_id)
    surge = _get(session, brand_id, surge_id)
    if surge.begun_at is not None or surge.withdrawn_at is None or surge.begins_at <= by.now:
        raise ConflictError("This plan cannot stand again: plan it anew.")
    _require_none_planned(session, brand_id, surge.begins_at, surge.ends_by or surge.begins_at)
    surge.withdrawn_at = None
    _write(session, surge, "planned", by, "It stands again.")


def wake_rule(session: Session, brand_id: int, by: By) -> None:
    """The rule watches again at once. ConflictError when it does not rest."""
    repository.take_turn(session, brand_id)
    resting = repository.list_resting(session, brand_id, by.now)
    if not resting:
        raise ConflictError("The rule watches already.")
    for surge in resting:
        surge.rests_until = None
    _write(session, resting[0], "rule-woken", by, "The rule watches again.")


def let_rule_rest(session: Session, brand_id: int, by: By, *, until: datetime, why: str) -> None:
    """The rule begins none until then, though none was ended: what is to come is known to be no surge."""
    repository.take_turn(session, brand_id)
    surge = _new(brand_id, BY_HAND, by, begins_at=by.now, ends_by=None, note=why)
    surge.withdrawn_at, surge.rests_until = by.now, until
    _write(session, surge, "rule-rests", by, why)


def keep_time(session: Session, brand_id: int, plan: SurgePlan, now: datetime) -> bool:
    """What time does: planned ones begin, those with an end time end, the rule judges. Whether something was switched."""
    keep_full_hours(session, brand_id, now)
    counted = count_arrivals(session, brand_id, plan, now)
    repository.take_turn(session, brand_id)
    clock, on = By(CLOCK, now), repository.find_on(session, brand_id)
    _drop_missed(session, brand_id, clock)
    if on is None:
        return _begin_planned(session, brand_id, clock) or _begin_by_rule(session, brand_id, plan, counted, clock)
    if why := _why_over(on, plan, counted, now):
        _end(session, on, clock, why)
    return bool(why)


def _begin_planned(session: Session, brand_id: int, clock: By) -> bool:
    for surge in repository.list_planned(session, brand_id):
        if surge.begins_at <= clock.now and surge.ends_by is not None and clock.now < surge.ends_by:
            _begin(session, surge, clock, "Its time has come.")
            return True
    return False


def _drop_missed(session: Session, brand_id: int, clock: By) -> None:
    """Plans whose whole time passed while another one was on, or while no worker ran, are over."""
    for surge in repository.list_planned(session, brand_id):
        if surge.ends_by is not None and surge.ends_by <= clock.now:
            surge.withdrawn_at = clock.now
            _write(session, surge, "withdrawn", clock, "Its time has passed: another surge was on, or no worker ran.")


def _begin_by_rule(session: Session, brand_id: int, plan: SurgePlan, counted: Counted, clock: By) -> bool:
    if not plan.by_rule or counted.forecast is None or not should_begin(counted.window, plan):
        return False
    if repository.find_resting(session, brand_id, clock.now):
        return False
    came = sum(part.came for part in counted.window)
    expected = sum(part.expected for part in counted.window)
    why = f"{came} cases came within {plan.minutes} minutes, {expected:.1f} were forecast."
    surge = _new(brand_id, RULE, clock, begins_at=clock.now, ends_by=None, note="More came than was forecast")
    surge.came, surge.expected = came, expected
    _begin(session, surge, clock, why)
    return True


def _why_over(surge: Surge, plan: SurgePlan, counted: Counted, now: datetime) -> str:
    if surge.ends_by is not None:
        return "Its end time has come." if surge.ends_by <= now else ""
    if not plan.by_rule:
        return "The policy has no rule for surges any more."
    begun = surge.begun_at or now
    if now - begun < timedelta(minutes=plan.calm_minutes):
        return ""
    if counted.forecast is None:
        return "There is no forecast any more that it could be held against."
    if not should_end(counted.calm, plan):
        return ""
    calm = counted.calm
    return f"Only {calm.came} cases came within {plan.calm_minutes} minutes, {calm.expected:.1f} were forecast."


def _new(
    brand_id: int, origin: str, by: By, *, begins_at: datetime, ends_by: datetime | None, note: str
) -> Surge:  # fmt: skip
    return Surge(
        brand_id=brand_id, origin=origin, note=note.strip()[:_NOTE], created_by=by.name, created_at=by.now,
        begins_at=begins_at, ends_by=ends_by,
    )  # fmt: skip


def _begin(session: Session, surge: Surge, by: By, why: str) -> int:
    surge.begun_at = by.now
    _write(session, surge, "begun", by, why)
    return surge.id or 0


def _end(session: Session, surge: Surge, by: By, why: str) -> int:
    surge.ended_at = by.now
    _write(session, surge, "ended", by, why)
    return surge.id or 0


def _require_none_on(session: Session, brand_id: int) -> None:
    if repository.is_on(session, brand_id):
        raise ConflictError("A surge is on already.")


def _require_none_planned(session: Session, brand_id: int, since: datetime, until: datetime) -> None:
    for other in repository.list_planned(session, brand_id):
        if other.ends_by is not None and since < other.ends_by and other.begins_at < until:
            raise ConflictError(f"“{other.note or 'Another surge'}” is planned for that time already.")


def _check_span(since: datetime, until: datetime, now: datetime) -> None:
    if until <= since or until <= now:
        raise InvalidError("The end must be in the future, and after the beginning.")
    if until - since > LONGEST:
        raise InvalidError(f"A surge lasts {LONGEST.days} days at most: what lasts longer is a new policy.")


def _get(session: Session, brand_id: int, surge_id: int) -> Surge:
    surge = repository.find(session, brand_id, surge_id)
    if surge is None:
        raise NotFoundError("There is no such surge.")
    return surge


def _get_plan(session: Session, brand_id: int, surge_id: int) -> Surge:
    surge = _get(session, brand_id, surge_id)
    if surge.begun_at is not None or surge.withdrawn_at is not None:
        raise ConflictError("This plan is over, or it has begun: switch the surge off instead.")
    return surge


def _write(session: Session, surge: Surge, kind: str, by: By, why: str) -> None:
    repository.save(session, [surge])
    line = SurgeEvent(
        brand_id=surge.brand_id, surge_id=surge.id or 0, at=by.now, kind=kind, actor=by.name, why=why[:_NOTE]
    )
    repository.save(session, [line])
