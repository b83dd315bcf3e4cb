"""The state machine of a case, walked at random on a real database: always in exactly one queue or hand, every step on
record, and what is taken back is as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from localcare.cases import handling
from localcare.cases.core import Placement
from localcare.cases.core.states import CLOSED
from localcare.cases.handling import Hand
from localcare.cases.models import CaseClock, CaseEvent
from localcare.cases.tasks import CENTRAL_SILENCE, SILENCE
from localcare.cases.undoing import undo
from localcare.cases.waking_repository import take_back_silent, wake_snoozed
from localcare.errors import ConflictError, ForbiddenError
from localcare.people.models import Person
from tests.stages.desk import Desk, Said

pytestmark = pytest.mark.long

_CHANGING = (
    "state",
    "owner_id",
    "queue",
    "is_open",
    "closed_how",
    "merged_into",
    "snoozed_until",
    "waiting_since",
    "tier",
)


@dataclass
class Scene:
    """The desk with its people, made once for all walks."""

    desk: Desk
    people: list[Person]
    numbers: int = 0

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers


class LifeOfACase(RuleBasedStateMachine):
    scene: Scene

    @initialize()
    def open(self) -> None:
        self.thread = f"t{self.scene.next_number()}"
        self.posts = 0
        self.case = self.desk.open_case(self._said())
        self.other = self.desk.open_case(Said(external_id=f"o{self.thread}", author_id=f"x{self.thread}"))
        self.seen = self._look()
        self.lines = len(self.desk.history_of(self.case))
        self.kept: list[tuple[dict[str, Any], list[Any]]] = []

    @property
    def desk(self) -> Desk:
        return self.scene.desk

    def _said(self, **parts: object) -> Said:
        self.posts += 1
        given = {"external_id": f"{self.thread}-{self.posts}", "thread_id": self.thread, "author_id": self.thread}
        return Said(**given | {"topic": "billing", "matter": "billing"} | parts)  # type: ignore[arg-type]

    def _look(self) -> dict[str, Any]:
        case = self.desk.now(self.case)
        return {name: getattr(case, name) for name in _CHANGING}

    def _clocks(self) -> list[Any]:
        with self.desk.database.session(self.desk.brand_id) as session:
            query = select(CaseClock).where(CaseClock.case_id == self.case.id).order_by(col(CaseClock.kind))
            return [
                (each.kind, each.started_at, each.due_at, each.stopped_at, each.paused_at)
                for each in session.exec(query)
            ]

    def _do(self, who: int, action: Callable[[Hand, int], object]) -> None:
        before = (self._look(), self._clocks())
        person = self.scene.people[who % len(self.scene.people)]
        try:
            with self.desk.acting(person) as hand:
                action(hand, self.case.id or 0)
        except (ConflictError, ForbiddenError):
            assert (self._look(), self._clocks()) == before, "what is refused changes nothing"
            return
        self.kept.append(before)
        self._is_on_record()

    def _is_on_record(self) -> None:
        lines = len(self.desk.history_of(self.case))
        now = self._look()
        changed = {name for name in ("state", "owner_id", "queue", "merged_into") if now[name] != self.seen[name]}
        assert not changed or lines > self.lines, f"{changed} changed without a line"
        self.seen, self.lines = now, lines

    @rule(who=st.integers(0, 2))
    def claim(self, who: int) -> None:
        self._do(who, handling.claim)

    @rule(who=st.integers(0, 2))
    def release(self, who: int) -> None:
        self._do(who, handling.release)

    @rule(who=st.integers(0, 2), to=st.integers(0, 2))
    def hand_over(self, who: int, to: int) -> None:
        colleague = self.scene.people[to]
        self._do(
            who, lambda h, c: handling.hand_over(h, c, to_id=colleague.id or 0, to_name=colleague.name, note="Known.")
        )

    @rule(who=st.integers(0, 2), queue=st.sampled_from(["tier1:orders", "tier2:network", "which-store"]))
    def send(self, who: int, queue: str) -> None:
        self._do(who, lambda h, c: handling.send_to_queue(h, c, Placement(queue, "by hand"), to_name=queue, note=""))

    @rule(who=st.integers(0, 2))
    def escalate(self, who: int) -> None:
        self._do(who, lambda h, c: handling.escalate(h, c, Placement("tier3:billing", "up"), tier=3, note=""))

    @rule(who=st.integers(0, 2), hours=st.integers(-1, 5))
    def snooze(self, who: int, hours: int) -> None:
        self._do(who, lambda h, c: handling.snooze(h, c, until=h.now + timedelta(hours=hours)))

    @rule(who=st.integers(0, 2))
    def resolve(self, who: int) -> None:
        self._do(who, lambda h, c: handling.resolve(h, c, how="no-reply-needed"))

    @rule(who=st.integers(0, 2))
    def not_ours(self, who: int) -> None:
        self._do(who, handling.not_ours)

    @rule(who=st.integers(0, 2))
    def merge(self, who: int) -> None:
        self._do(who, lambda h, c: handling.merge(h, c, self.other.id or 0))

    @rule(who=st.integers(0, 2))
    def reopen(self, who: int) -> None:
        self._do(who, handling.reopen)

    @rule(who=st.integers(0, 2))
    def take_back(self, who: int) -> None:
        before = self._look()
        person = self.scene.people[who]
        try:
            with self.desk.acting(person) as hand:
                undo(hand, self.case.id or 0)
        except (ConflictError, ForbiddenError):
            assert self._look() == before
            return
        was, clocks = self.kept.pop()
        assert (self._look(), self._clocks()) == (was, clocks), "what is taken back is as it was"
        self._is_on_record()
        self.kept = []  # the line of taking back is no move of its own

    @rule(actionable=st.booleans(), urgency=st.sampled_from(["normal", "high"]))
    def write(self, actionable: bool, urgency: str) -> None:
        self.desk.wait(minutes=3)
        self.desk.hear(self._said(actionable=actionable, urgency=urgency))
        self._after_the_machine()
        if actionable:
            assert self._look()["is_open"], "a question is never closed away"

    @rule()
    def answer_on_the_page(self) -> None:
        self.desk.wait(minutes=2)
        self.desk.answer_natively(f"{self.thread}-{self.posts}", page_id="990000000000001")
        self._after_the_machine()

    @rule(hours=st.sampled_from([1, 6, 30]))
    def time_passes(self, hours: int) -> None:
        self.desk.wait(hours=hours)
        now, brand_id = self.desk.clock.now(), self.desk.brand_id
        with self.desk.database.session(brand_id) as session:
            woken = wake_snoozed(session, brand_id, now)
            back = take_back_silent(
                session, brand_id, now, store_since=now - SILENCE, central_since=now - CENTRAL_SILENCE
            )
        if {*woken, *back} & {self.case.id}:
            self.kept = []
        self.seen = self._look()

    def _after_the_machine(self) -> None:
        self.kept = [] if self._look() != self.seen else self.kept
        self._is_on_record()

    @invariant()
    def is_in_exactly_one_queue_or_hand(self) -> None:
        case = self.desk.now(self.case)
        assert case.is_open == (case.state not in CLOSED)
        assert case.queue
        if not case.is_open:
            assert case.closed_at is not None
            assert (case.merged_into is not None) == (case.state == "merged")
            assert self.desk.running_clocks_of(case) == set()
            return
        assert case.closed_at is None
        assert case.closed_how is None
        assert case.merged_into is None
        in_hand = case.owner_id is not None
        fitting = {"claimed", "waiting", "snoozed"} if in_hand else {"queued", "waiting", "snoozed", "escalated"}
        assert case.state in fitting, (case.state, case.owner_id)
        assert (case.state == "claimed") <= (case.waiting_since is not None), "nobody waits, and yet it is claimed"
        assert (case.state == "queued") <= (case.waiting_since is not None), "nobody waits, and yet it is queued"

    @invariant()
    def every_line_says_who(self) -> None:
        with self.desk.database.session(self.desk.brand_id) as session:
            lines = session.exec(select(CaseEvent).where(CaseEvent.case_id == self.case.id)).all()
        assert all(line.actor and line.detail for line in lines)


def test_a_case_lives_in_one_place_with_every_step_on_record(desk: Desk) -> None:
    people = [
        desk.person("agent", name="Bo Li", capacity=1000),
        desk.person("agent", name="Priya Nair", capacity=1000),
        desk.person("supervisor", name="Theo Marsh"),
    ]
    scene = Scene(desk, people)
    walk = type("Walk", (LifeOfACase,), {"scene": scene})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        walk,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
