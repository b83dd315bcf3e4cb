"""The people of the demo at work in its history: they claim, answer, close, through the same verbs as real ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlmodel import Session

from localcare.cases import handling
from localcare.cases.handling import Hand
from localcare.channels.facebook.sending import Errand
from localcare.demo.repository import OpenCase, list_managers
from localcare.errors import CareError
from localcare.inbox.service import correcting
from localcare.kit.clock import Clock
from localcare.kit.db import Database
from localcare.people import roster
from localcare.people.core import SystemViewer, Viewer
from localcare.people.service import viewer_of_person
from localcare.replies.core import UNPACED
from localcare.replies.outbox import Outbox, Publisher
from localcare.replies.service import Answer, answer_case
from localcare.routing.service import PolicyShelf
from localcare.sandbox.world import World


@dataclass(frozen=True, slots=True)
class WorldPublisher:
    """One Page's end of the stand-in, without HTTP between."""

    world: World
    page_id: str

    def send(self, errand: Errand) -> str:
        if errand.kind == "message":
            return self.world.send(self.page_id, errand.target_id, errand.text, by_human=True).id
        return self.world.comment(errand.target_id, errand.text).id

    def find_done(self, errand: Errand) -> str | None:  # noqa: ARG002 (nothing is sent twice here)
        return None


@dataclass
class Desk:
    """Everybody who answers, by what they are responsible for. What a person may not do any more is left undone."""

    db: Database
    clock: Clock
    brand_id: int
    world: World
    rng: random.Random
    _managers: dict[int, int] = field(default_factory=dict)
    _agents: Sequence[roster.Agent] = ()
    _viewers: dict[int, Viewer] = field(default_factory=dict)
    _hands: dict[int, int] = field(default_factory=dict)

    def staff(self) -> None:
        """Learn who manages which store and who works for the nation."""
        day = self.clock.now().date()
        with self.session() as session:
            self._agents = roster.list_agents(session, SystemViewer(self.brand_id), day=day)
            self._managers = list_managers(session, self.brand_id, day)

    def session(self) -> AbstractContextManager[Session]:
        """A transaction of the brand."""
        return self.db.session(self.brand_id, viewer="demo")

    def claim(self, case: OpenCase) -> None:
        """Somebody takes the case."""
        self._act(case, lambda hand: handling.claim(hand, case.id))

    def answer(self, case: OpenCase, text_of: Callable[[Viewer], str], *, elsewhere: bool) -> bool:
        """Somebody answers; `elsewhere` where no API can carry it. Returns whether it was done."""
        reply_ids: list[int] = []

        def say(hand: Hand) -> None:
            answer = Answer(text_of(hand.viewer), answered_elsewhere=elsewhere)
            reply = answer_case(hand, case.id, answer, undo_seconds=0)
            reply_ids.append(reply.id or 0)

        is_done = self._act(case, say)
        if is_done and not elsewhere:
            Outbox(self.db, self.clock, self._publisher_of, pace=UNPACED).send(reply_ids[0], self.brand_id)
        return is_done

    def close(self, cases: Sequence[OpenCase], how: str) -> None:
        """Whoever has these cases resolves them."""
        with self.session() as session:
            for case in cases:
                self._try(session, case, lambda hand, case=case: handling.resolve(hand, case.id, how=how))  # type: ignore[misc]

    def correct(self, case: OpenCase, topic: str | None) -> None:
        """Somebody says what the case is really about, or with None that nobody had to look at it."""
        with self.session() as session:
            policy = PolicyShelf().policy_of(session, self.brand_id)
            if topic is None:
                self._try(session, case, lambda hand: correcting.needs_no_answer(hand, case.id, policy))
            else:
                self._try(session, case, lambda hand: correcting.set_topic(hand, case.id, topic, policy))

    def calm(self, case: OpenCase) -> None:
        """Somebody of the crisis team says that it is none."""
        with self.session() as session:
            policy = PolicyShelf().policy_of(session, self.brand_id)
            self._try(session, case, lambda hand: correcting.is_no_crisis(hand, case.id, policy))

    def _act(self, case: OpenCase, action: Callable[[Hand], object]) -> bool:
        with self.session() as session:
            return self._try(session, case, action)

    def _try(self, session: Session, case: OpenCase, action: Callable[[Hand], object]) -> bool:
        viewer = self._viewer_for(session, case)
        if viewer is None:
            return False
        try:
            with session.begin_nested():
                action(Hand(session, viewer, self.clock.now()))
        except CareError:
            return False
        return True

    def _viewer_for(self, session: Session, case: OpenCase) -> Viewer | None:
        if case.id not in self._hands:
            person_id = self._draw_person(case)
            if person_id is None:
                return None
            self._hands[case.id] = person_id
        person_id = self._hands[case.id]
        if person_id not in self._viewers:
            viewer = viewer_of_person(session, person_id, self.clock.now())
            if viewer is None:
                return None
            self._viewers[person_id] = viewer
        return self._viewers[person_id]

    def _draw_person(self, case: OpenCase) -> int | None:
        kind, _, skill = case.queue.partition(":")
        if kind == "store":
            return self._managers.get(case.store_id or 0)
        wanted = {"crisis": "crisis", "which-store": "general"}.get(kind, skill)
        skilled = [agent for agent in self._agents if wanted in agent.skills]
        right = [agent for agent in skilled if kind == f"tier{agent.tier}"] or skilled or list(self._agents)
        return self.rng.choice(right).person_id if right else None

    def _publisher_of(self, brand_id: int, page_id: str) -> Publisher:  # noqa: ARG002 (the world has one brand)
        return WorldPublisher(self.world, page_id)
