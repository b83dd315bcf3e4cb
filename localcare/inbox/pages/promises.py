"""The promises of a case: its clocks, in which hours they count, and how late the network told us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from localcare.cases.core import ALWAYS
from localcare.cases.models import Case, CaseClock
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.words import CLOCK_NAMES, words_of
from localcare.inbox.pages.rows import clock_warning
from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.service.case import CaseFile
from localcare.routing.core import STORE, Policy, hours_in, hours_of
from localcare.web.parts import ClockFace
from localcare.web.words import duration

_WORTH_TELLING = timedelta(minutes=1)
_REPLY = ("first_reply", "next_reply")


@dataclass(frozen=True, slots=True)
class PromisePanel:
    """What is promised, and in which hours it counts; `notes` say from when on, and what the network took."""

    faces: tuple[ClockFace, ...]
    hours: str
    notes: tuple[str, ...]


def promise_panel(file: CaseFile) -> PromisePanel | None:
    """The promises of an open case; None when none run."""
    case = file.case
    if not case.is_open or not file.clocks:
        return None
    warn = clock_warning(case.queue)
    faces = tuple(_face(clock, warn) for clock in file.clocks)
    return PromisePanel(faces, _hours(case, file.store, file.policy), tuple(_notes(file)))


def _face(clock: CaseClock, warn: timedelta) -> ClockFace:
    label = CLOCK_NAMES.get(clock.kind, words_of(clock.kind))
    return ClockFace(label, clock.due_at, clock.stopped_at, paused=clock.paused_at is not None, warn=warn)


def _hours(case: Case, store: StoreCard | None, policy: Policy | None) -> str:
    """In which hours the clocks count."""
    kind, _, number = case.queue.partition(":")
    if policy is None or (kind == STORE and store is None):
        return ""
    if kind != STORE or store is None:
        is_always = hours_in(case.queue, None, policy) == ALWAYS
        said = "day and night" if is_always else f"in the centre’s hours, {policy.centre_hours} ({policy.centre_zone})"
        return f"Counted {said}."
    if number != store.number:
        return f"Counted while store {number} is open, which answers for it."
    hours = hours_of(store, policy)
    closed = f", not on {' and '.join(policy.holidays)}" if policy.holidays and hours.days else ""
    if hours.are_own:
        return f"Counted while the store is open: {store.hours}{closed}."
    brand = f"{policy.store_opens:%H:%M} to {policy.store_closes:%H:%M}" if hours.days else "day and night"
    missing = "could not be read" if store.hours else "are not known"
    return f"The store’s own hours {missing}, so the brand’s count: {brand}{closed}."


def _notes(file: CaseFile) -> list[str]:
    running = next((clock for clock in file.clocks if clock.kind in _REPLY and clock.stopped_at is None), None)
    notes = []
    if running is not None:
        notes.append(f"Measured from its arrival, {wall_time(running.started_at, file.zone or 'UTC')}.")
        notes += _delay(file.case, file.clocks)
    if any(clock.paused_at is not None for clock in file.clocks):
        notes.append("It is the customer’s turn: what promises the end of it rests.")
    return notes


def _delay(case: Case, clocks: Sequence[CaseClock]) -> list[str]:
    arrived = min(
        (clock.started_at for clock in clocks if clock.kind in _REPLY and clock.stopped_at is None), default=None
    )
    if arrived is None or case.waiting_since is None or arrived - case.waiting_since < _WORTH_TELLING:
        return []
    return [f"It was written {duration(arrived - case.waiting_since)} before the network told us; that is not counted."]
