"""The steady hand of the desk: gives out what waits within a second or two, in whichever worker gets the turn."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from localcare.kit.clock import Clock
from localcare.kit.db import ALL_BRANDS, Database, is_outage, through_conflicts
from localcare.people import duty as people
from localcare.people.core.duty import Duty
from localcare.routing import giving
from localcare.routing.core.giving import Giving
from localcare.routing.service import PolicyShelf

log = logging.getLogger(__name__)

BUSY_SECONDS, IDLE_SECONDS, OUTAGE_SECONDS = 0.05, 0.3, 2.0
"""How long it rests after a turn that gave something, after one that did not, and while the database is away."""
KNOWN_FOR = timedelta(seconds=5)
"""Skills, shifts and the policy are read again after so long; who is there and what they have in hand at every turn."""
TIDY_EVERY = timedelta(seconds=20)


@dataclass(slots=True)
class _Known:
    """A brand's team and rules as they were read some seconds ago."""

    duties: Sequence[Duty]
    giving: Giving
    read_at: datetime
    tidied_at: datetime | None = None


@dataclass(slots=True)
class Assigner:
    """Pushes cases for every brand whose agents say whether they are there; of many, one gives out at a time."""

    db: Database
    clock: Clock
    policies: PolicyShelf = field(default_factory=PolicyShelf)
    _known: dict[int, _Known] = field(default_factory=dict)
    _brands: list[int] = field(default_factory=list)
    _brands_at: datetime | None = None

    def run(self, stop: Event) -> None:
        """Take turns until told to stop; through an outage of the database, or whatever else fails, it goes on."""
        while not stop.is_set():
            try:
                rest = BUSY_SECONDS if self.take_turn() else IDLE_SECONDS
            except Exception as error:
                why = "the database cannot be reached" if is_outage(error) else "cases could not be given out"
                log.exception("%s; they wait in their queues", why)
                rest = OUTAGE_SECONDS
            stop.wait(rest)

    def take_turn(self) -> int:
        """Give out what can be given out now; returns how many cases."""
        return sum(through_conflicts(partial(self._serve, brand_id)) for brand_id in self._attended())

    def _serve(self, brand_id: int) -> int:
        now = self.clock.now()
        with self.db.session(brand_id, viewer="desk") as session:
            known = self._known.get(brand_id)
            if known is None or now - known.read_at >= KNOWN_FOR:
                duties = people.list_duties(session, brand_id, day=now.date())
                tidied_at = known.tidied_at if known else None
                known = _Known(duties, self.policies.policy_of(session, brand_id).giving, now, tidied_at)
                self._known[brand_id] = known
            if known.tidied_at is None or now - known.tidied_at >= TIDY_EVERY:
                known.tidied_at = now
                giving.take_back_untouched(session, brand_id, known.duties, known.giving, now=now)
            return len(giving.push(session, brand_id, known.duties, known.giving, now=now))

    def _attended(self) -> list[int]:
        """Brands whose agents say whether they are there."""
        now = self.clock.now()
        if self._brands_at is None or now - self._brands_at >= KNOWN_FOR:
            with self.db.session(ALL_BRANDS, viewer="desk") as session:
                self._brands = people.list_attended_brands(session)
            self._brands_at = now
        return self._brands
