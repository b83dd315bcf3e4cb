"""The national team of a running demo: there by their shifts, with breaks; they take cases and answer them at their own pace.

They do it with the same verbs as people at their desks, and leave some waiting for whoever looks at the demo.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import handling
from localcare.cases.handling import Hand
from localcare.demo.attendance_repository import HeldCase, list_held, list_untaken
from localcare.demo.conversation import Conversation
from localcare.errors import CareError
from localcare.kit.clock import Clock
from localcare.kit.db import Database, is_conflict, is_outage
from localcare.people import duty as people
from localcare.people.core import Viewer
from localcare.people.core.duty import Duty, Presence
from localcare.people.service import viewer_of_person
from localcare.replies.service import Answer, answer_case

log = logging.getLogger(__name__)

ROUND_SECONDS = 6.0
LEFT_WAITING = 8
"""So many cases of the centre they leave in nobody's hand, so that “next case” has one for whoever looks at the demo."""
_AT_MOST_HELD = 3
_BREAK_CHANCE, _LATE_SHARE = 0.004, 0.12
_BREAK = (8.0, 20.0)
_LOOKS_AFTER, _ANSWERS_AFTER = (15.0, 70.0), (150.0, 420.0)
_CLOSES = 0.15


@dataclass(slots=True)
class _Plan:
    """What one of them is about to do: until when they are away, when each case is looked at and when it is done."""

    away_until: datetime | None = None
    looks_at: dict[int, datetime] = field(default_factory=dict)
    done_at: dict[int, datetime] = field(default_factory=dict)


@dataclass
class Attendance:
    """The team of one brand; `but` are persons who look at the demo themselves."""

    db: Database
    clock: Clock
    brand_id: int
    talk: Conversation
    rng: random.Random
    but: frozenset[int] = frozenset()
    _plans: dict[int, _Plan] = field(default_factory=dict)
    _viewers: dict[int, Viewer] = field(default_factory=dict)

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; what cannot be done now is left for the next round."""
        while not stop.is_set():
            try:
                self.take_round()
            except Exception as error:
                if not (is_outage(error) or is_conflict(error) or isinstance(error, CareError)):
                    log.exception("the demo's team lost a round")
            stop.wait(ROUND_SECONDS)

    def take_round(self) -> None:
        """Everybody comes, goes, takes a case, looks at one or finishes one, as is due."""
        now = self.clock.now()
        with self.db.session(self.brand_id, viewer="demo") as session:
            duties = [
                each for each in people.list_duties(session, self.brand_id, day=now.date()) if self._is_of_team(each)
            ]
            untaken = list_untaken(session, self.brand_id)
            late = _kept_back(duties, now, untaken)
            there = [duty for duty in duties if duty.person_id not in late and self._attend(session, duty, now)]
            held = list_held(session, self.brand_id, [duty.person_id for duty in there])
        for duty in there:
            own = [case for case in held if case.owner_id == duty.person_id]
            if not duty.is_pushed or len(untaken) > LEFT_WAITING // 2:
                self._work(duty, own, now)
            if not duty.is_pushed and len(own) < min(duty.capacity, _AT_MOST_HELD) and len(untaken) > LEFT_WAITING:
                self._take(duty, untaken, now)

    def _is_of_team(self, duty: Duty) -> bool:
        return bool(duty.shifts) and duty.person_id not in self.but

    def _attend(self, session: Session, duty: Duty, now: datetime) -> bool:
        """Say where somebody is; returns whether they work now."""
        plan = self._plans.setdefault(duty.person_id, _Plan())
        if not duty.works.is_on(now):
            self._say(session, duty, Presence.OFFLINE, now)
            return False
        if plan.away_until is None and self._is_on_break():
            plan.away_until = now + timedelta(minutes=self.rng.uniform(*_BREAK))
        if plan.away_until is not None and now < plan.away_until:
            self._say(session, duty, Presence.AWAY, now)
            return False
        plan.away_until = None
        self._say(session, duty, Presence.HERE, now)
        return True

    def _is_on_break(self) -> bool:
        is_first_round = not self._viewers
        return self.rng.random() < (_LATE_SHARE if is_first_round else _BREAK_CHANCE)

    def _say(self, session: Session, duty: Duty, presence: Presence, now: datetime) -> None:
        viewer = self._viewer_of(session, duty)
        if viewer is None:
            return
        if duty.presence is not presence:
            people.say_presence(session, viewer, presence, now=now)
        elif presence is Presence.HERE and _is_due(duty.last_seen_at, now):
            people.note_sign_of_life(session, viewer, now=now)

    def _work(self, duty: Duty, own: Sequence[HeldCase], now: datetime) -> None:
        """Look at what has come, and finish one that is done."""
        plan = self._plans[duty.person_id]
        for case in own:
            looks_at = plan.looks_at.setdefault(case.id, now + _seconds(self.rng, _LOOKS_AFTER))
            if looks_at <= now and case.id not in plan.done_at:
                plan.done_at[case.id] = self._latest(plan, now) + _seconds(self.rng, _ANSWERS_AFTER)
                self._act(duty, lambda hand, case=case: handling.glance(hand, case.id))  # type: ignore[misc]
        due = next((case for case in own if plan.done_at.get(case.id, now) < now), None)
        if due is not None:
            self._finish(duty, due)
            del plan.done_at[due.id]

    def _latest(self, plan: _Plan, now: datetime) -> datetime:
        """They do one case after the other."""
        return max([now, *plan.done_at.values()])

    def _finish(self, duty: Duty, case: HeldCase) -> None:
        if case.is_silent:  # the other case of these words answers; this matter is settled without
            self._act(duty, lambda hand: handling.resolve(hand, case.id, how="answered"))
            return
        if self.rng.random() < _CLOSES and not case.risks:
            self._act(duty, lambda hand: handling.resolve(hand, case.id, how="no-reply-needed"))
            return
        text = self.talk.answer_about(
            self.rng, [*case.risks, case.topic], language=case.language, customer=case.author or "there",
            signed=duty.name.split(" ")[0], store=case.store_name or "our store",
        )  # fmt: skip
        if not self._act(duty, lambda hand: answer_case(hand, case.id, Answer(text), undo_seconds=10)):
            self._act(
                duty, lambda hand: answer_case(hand, case.id, Answer(text, answered_elsewhere=True), undo_seconds=0)
            )

    def _take(self, duty: Duty, untaken: list[HeldCase], now: datetime) -> None:
        """The oldest of their own queues; it leaves the list."""
        names = {skill.name for skill in duty.skills}
        queues = {f"tier{tier}:{name}" for tier in duty.tiers for name in names}
        found = next((each for each in untaken if each.queue in queues and each.language in duty.languages), None)
        if found is not None and self._act(duty, lambda hand: handling.claim(hand, found.id)):
            untaken.remove(found)
            plan = self._plans[duty.person_id]
            plan.looks_at[found.id] = now

    def _act(self, duty: Duty, action: Callable[[Hand], object]) -> bool:
        """One deed in a transaction of its own; False when somebody else was quicker, or it cannot be done."""
        try:
            with self.db.session(self.brand_id, viewer="demo") as session:
                viewer = self._viewer_of(session, duty)
                if viewer is None:
                    return False
                people.note_deed(session, viewer, now=self.clock.now())
                action(Hand(session, viewer, self.clock.now()))
        except CareError:
            return False
        return True

    def _viewer_of(self, session: Session, duty: Duty) -> Viewer | None:
        if duty.person_id not in self._viewers:
            viewer = viewer_of_person(session, duty.person_id, self.clock.now())
            if viewer is None:
                return None
            self._viewers[duty.person_id] = viewer
        return self._viewers[duty.person_id]


def _kept_back(duties: Sequence[Duty], now: datetime, untaken: Sequence[HeldCase]) -> set[int]:
    """Those who are given cases without asking come one a round and only while enough waits: they would take all of it."""
    to_come = [
        duty.person_id
        for duty in duties
        if duty.is_pushed and duty.presence is Presence.OFFLINE and duty.works.is_on(now)
    ]
    return set(to_come[1:] if len(untaken) > LEFT_WAITING else to_come)


def _is_due(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is None or now - seen_at > timedelta(minutes=1)


def _seconds(rng: random.Random, span: tuple[float, float]) -> timedelta:
    return timedelta(seconds=rng.uniform(*span))
