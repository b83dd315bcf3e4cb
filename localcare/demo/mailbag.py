"""What Facebook and the listening tools have told and the pipeline has not yet heard: packed as they would send it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from localcare.channels.reading import FACEBOOK, signed_source
from localcare.demo.network import REVIEW_SOURCES, Review
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS
from localcare.pipeline import Pipeline
from localcare.sandbox.delivery import pack
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.world import World

_NOTICED_AFTER = timedelta(seconds=2)


@dataclass
class Mailbag:
    """Deliveries on their way from a world to a pipeline; both live by `clock`."""

    world: World
    pipeline: Pipeline
    clock: SetClock
    brand_id: int
    _updates: list[PageUpdate] = field(default_factory=list)
    _told: list[Delivery] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.listeners.append(self._updates.append)

    def put_review(self, review: Review) -> None:
        """A listening tool tells of a review."""
        label = signed_source(REVIEW_SOURCES[review.source], review.source)
        self._told.append(Delivery(Lane.WEBHOOK, label, review.body, self.clock.now(), brand_id=self.brand_id))

    def pack(self) -> None:
        """Pack what the world has just told, with the time at which Facebook would have sent it."""
        at = self.clock.now() + _NOTICED_AFTER
        self._told += [Delivery(Lane.WEBHOOK, FACEBOOK, each.body, at) for each in pack(self._updates, at)]
        self._updates.clear()

    def hand_over(self) -> bool:
        """Have the pipeline take everything in; returns whether there was anything."""
        self.pack()
        if not self._told:
            return False
        with self.pipeline.db.session(ALL_BRANDS, viewer="demo") as session:
            intake.accept(session, self._told)
        self._told.clear()
        self.clock.advance(_NOTICED_AFTER)
        while self.pipeline.work_batch().events:
            pass
        return True

    def close(self) -> None:
        """Stop listening to the world."""
        self.world.listeners.remove(self._updates.append)
