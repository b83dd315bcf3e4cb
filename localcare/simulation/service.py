"""The verbs of staffing: what is shown, what is asked, and the playing of a month.

A brand that has asked nothing sees the month that is shipped: written by
`localcare simulate staffing --json > localcare/simulation/shipped_month.json`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import cast

from sqlmodel import Session

from localcare.errors import CareError, ConflictError, ForbiddenError
from localcare.kit.jobs import defer
from localcare.kit.runtime import Runtime
from localcare.people.core import SystemViewer, Viewer
from localcare.simulation import repository
from localcare.simulation.apart import Player, play_apart
from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.month import Month, runs_of
from localcare.simulation.models import StaffingRun
from localcare.simulation.schemas import GIVEN, MONTH, SEEDS, ShippedMonth

PLAY_TASK = "simulation.play"
GIVEN_UP_AFTER = timedelta(minutes=15)
"""A run whose worker has said nothing for so long is dead, and a new one may be asked for."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """What there is to see: a month (somebody's, or the shipped one without `asked_by`), and what is under way."""

    month: Month
    asked_by: str
    asked_at: datetime | None
    under_way: StaffingRun | None
    failure: str


def open_staffing(session: Session, viewer: Viewer, now: datetime) -> Staffing:
    """The latest month played for this brand. ForbiddenError for all but supervisors and administrators."""
    _require_supervisor(viewer)
    newest, played = repository.find_newest(session, viewer), repository.find_newest_played(session, viewer)
    return Staffing(
        month=MONTH.validate_python(played.month) if played else shipped_month(),
        asked_by=played.asked_by if played else "",
        asked_at=played.asked_at if played else None,
        under_way=newest if newest and _is_under_way(newest, now) else None,
        failure=newest.failure or "" if newest else "",
    )


def ask(session: Session, viewer: Viewer, given: Assumptions, now: datetime) -> int:
    """Have a month played by the worker; returns the run. ConflictError while another one is under way."""
    _require_supervisor(viewer)
    newest = repository.find_newest(session, viewer)
    if newest and _is_under_way(newest, now):
        raise ConflictError(f"A month is being played for {newest.asked_by} already. Wait until it is done.")
    run = StaffingRun(
        brand_id=viewer.brand_id,
        asked_by=viewer.name,
        person_id=viewer.person_id,
        asked_at=now,
        given=cast(dict[str, object], GIVEN.dump_python(given, mode="json")),
        total=runs_of(SEEDS, vary=False),
        noted_at=now,
    )
    run_id = repository.add_run(session, run)
    defer(session, PLAY_TASK, brand_id=viewer.brand_id, run_id=run_id)
    return run_id


def play(runtime: Runtime, brand_id: int, run_id: int, player: Player = play_apart) -> None:
    """Play a month that was asked for, saying how far it is. Twice is once: a run with an answer keeps it."""
    viewer = SystemViewer(brand_id)
    with runtime.db.session(brand_id, viewer=viewer.actor) as session:
        run = repository.find_run(session, viewer, run_id)
        if run is None or run.month is not None or run.failure is not None:
            return
        given = GIVEN.validate_python(run.given)

    def note(done: int) -> None:
        with runtime.db.session(brand_id, viewer=viewer.actor) as session:
            repository.note_progress(session, run_id, done=done, now=runtime.clock.now())

    month, failure = None, None
    try:
        month = cast(dict[str, object], MONTH.dump_python(player(given, seeds=SEEDS, note=note), mode="json"))
    except CareError as error:
        failure = error.message
    with runtime.db.session(brand_id, viewer=viewer.actor) as session:
        repository.finish(session, run_id, month=month, failure=failure, now=runtime.clock.now())


@lru_cache(maxsize=1)
def shipped_month() -> Month:
    """The month that comes with localcare."""
    body = files("localcare.simulation").joinpath("shipped_month.json").read_bytes()
    return ShippedMonth.model_validate_json(body).month


def _is_under_way(run: StaffingRun, now: datetime) -> bool:
    return run.month is None and run.failure is None and now - run.noted_at < GIVEN_UP_AFTER


def _require_supervisor(viewer: Viewer) -> None:
    if not (viewer.may_supervise or viewer.may_administer):
        raise ForbiddenError("Staffing is for supervisors and administrators.")
