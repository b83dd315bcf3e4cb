"""A simulated day at the desk: who works when, what arrives, what hands do with it; minutes pass as fast as they can."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text

from localcare.bench.desk_scene import SHARES, SKILLS, DeskScene, NewCase
from localcare.cases import handling
from localcare.cases.core import Placement
from localcare.cases.handling import Hand
from localcare.cases.promises import start_clocks
from localcare.errors import CareError
from localcare.kit.clock import SetClock
from localcare.people import roster
from localcare.people.core import Grant, SystemViewer, Viewer
from localcare.people.service import viewer_of_person
from localcare.routing.core import Policy, placement_in
from localcare.routing.giving import take_next

CENTRAL_SHARE = 0.4
AGENT_MINUTES, MANAGER_MINUTES = 3.0, 150.0
_SHIFTS = (("00:00-08:00", 0.2), ("08:00-16:00", 0.4), ("16:00-24:00", 0.4))
_ABSENT_SHARE, _SLOW_STORE_SHARE = 0.1, 0.05
_BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 4, 3, 2, 1)
_ASK_EVERY = 5
_TIERS, _TIER_SHARES = (1, 2, 3), (60, 30, 10)

_SEEN = "update agent_desk set presence = 'here', presence_at = :now, last_seen_at = :now where person_id = any(:ids)"
_LEFT = "update agent_desk set presence = 'offline' where person_id = any(:ids)"
_HANDS = text("""
    select owner_id, id, queue from care_case where is_open and owner_id = any(:ids) and state = 'claimed'
    order by untouched_since nulls first, waiting_since, id
""")


@dataclass(slots=True)
class Worker:
    """An agent of the day: from which minute to which, and in which they are gone without a word."""

    viewer: Viewer
    begins: int
    ends: int
    gone: range
    busy_until: float = 0.0
    at_case: int | None = None
    asks: bool = False

    def attends(self, minute: int) -> bool:
        """Whether they sit there."""
        return self.begins <= minute < self.ends and minute not in self.gone


@dataclass(slots=True)
class Day:
    """The day's script and its state. `due` are store cases by the minute in which their manager settles them."""

    scene: DeskScene
    clock: SetClock
    policy: Policy
    stores: Sequence[tuple[int, str, str]]
    workers: list[Worker]
    rng: random.Random
    total: int
    arrived: int = 0
    settled: int = 0
    escalated: int = 0
    put_back: int = 0
    due: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def let_arrive(self, minute: int) -> None:
        """The cases of this minute, with the clocks of their queues."""
        now = self.clock.now()
        count = _poisson(self.rng, self.total * _BY_HOUR[minute // 60] / sum(_BY_HOUR) / 60)
        drawn = [self._draw(now) for _ in range(count)]
        ids = self.scene.make([case for case, _ in drawn])
        for case_id, (case, _) in zip(ids, drawn, strict=True):
            if case.store_id is not None and self.rng.random() > _SLOW_STORE_SHARE:
                at = minute + 1 + int(self.rng.expovariate(1 / MANAGER_MINUTES))
                self.due[at].append((case_id, case.store_id))
        placed = {case_id: placement for case_id, (_, placement) in zip(ids, drawn, strict=True)}
        with self.scene.database.session(self.scene.brand_id, viewer="bench") as session:
            start_clocks(session, self.scene.brand_id, placed, now=now)
        self.arrived += count

    def show_life(self, minute: int) -> None:
        """Who sits there is seen, who goes home says so."""
        here = [w.viewer.person_id for w in self.workers if w.attends(minute)]
        left = [w.viewer.person_id for w in self.workers if w.ends == minute]
        self.scene.run(_SEEN, ids=here, now=self.clock.now())
        self.scene.run(_LEFT, ids=left)

    def work(self, minute: int) -> None:
        """Everybody at the desk finishes what is done and takes up the next of what they have in hand."""
        at_work = {w.viewer.person_id: w for w in self.workers if w.attends(minute)}
        with self.scene.database.session(self.scene.brand_id, viewer="bench") as session:
            hands: dict[int, list[tuple[int, str]]] = defaultdict(list)
            for owner_id, case_id, queue in session.execute(_HANDS, {"ids": list(at_work)}):
                hands[owner_id].append((case_id, queue))
            for person_id, worker in at_work.items():
                hand = Hand(session, worker.viewer, self.clock.now())
                self._work_one(hand, worker, dict(hands[person_id or 0]), minute)

    def settle_in_stores(self, minute: int) -> None:
        """Managers settle what is due."""
        due = self.due.pop(minute, [])
        with self.scene.database.session(self.scene.brand_id, viewer="bench") as session:
            for case_id, store_id in due:
                viewer = Viewer(
                    self.scene.brand_id,
                    self.workers[0].viewer.person_id,
                    "Manager",
                    grants=(Grant("manager", frozenset({store_id})),),
                )
                handling.resolve(Hand(session, viewer, self.clock.now()), case_id, how="answered")
                self.settled += 1

    def _work_one(self, hand: Hand, worker: Worker, held: dict[int, str], minute: int) -> None:
        while worker.busy_until <= minute + 1:
            if worker.at_case is not None and worker.at_case in held:
                worker.asks = self._finish(hand, worker.at_case, held.pop(worker.at_case))
            worker.at_case = next(iter(held), None)
            if worker.at_case is None and worker.asks:
                worker.asks = False
                worker.at_case = take_next(hand, self.policy.giving)
            if worker.at_case is None:
                worker.busy_until, worker.asks = 0.0, minute % _ASK_EVERY == 0
                return
            handling.glance(hand, worker.at_case)
            worker.busy_until = max(worker.busy_until, float(minute)) + self.rng.expovariate(1 / AGENT_MINUTES)

    def _finish(self, hand: Hand, case_id: int, queue: str) -> bool:
        """One case comes to an end; whether it was put back, so that they ask for another one."""
        kind, _, skill = queue.partition(":")
        drawn = self.rng.random()
        try:
            if drawn < 0.08 and kind in ("tier1", "tier2"):
                tier = int(kind.removeprefix("tier")) + 1
                placement = placement_in(f"tier{tier}:{skill}", "escalated", None, self.policy)
                handling.escalate(hand, case_id, placement, tier=tier, note="It needs more than we may give.")
                self.escalated += 1
            elif drawn < 0.1:
                handling.release(hand, case_id)
                self.put_back += 1
                return True
            else:
                handling.resolve(hand, case_id, how="answered")
                self.settled += 1
        except CareError:
            return False  # it went back meanwhile, as it may when its owner was gone
        return False

    def _draw(self, now: datetime) -> tuple[NewCase, Placement]:
        urgency, rank = self.rng.choices((("normal", 2), ("low", 3), ("high", 1)), (80, 12, 8))[0]
        if self.rng.random() < CENTRAL_SHARE:
            tier = self.rng.choices(_TIERS, _TIER_SHARES)[0]
            queue = f"tier{tier}:{self.rng.choices(SKILLS, SHARES)[0]}"
            if tier == 3 and self.rng.random() < 0.1:
                queue, urgency, rank = "crisis", "critical", 0
            language = self.rng.choices(("en", "es", "und"), (90, 7, 3))[0]
            case = NewCase(f"day-{self.rng.getrandbits(62)}", queue, now, urgency, rank, language)
            return case, placement_in(queue, "bench", None, self.policy)
        store_id, number, _ = self.rng.choice(self.stores)
        queue = f"store:{number}"
        case = NewCase(f"day-{self.rng.getrandbits(62)}", queue, now, urgency, rank, store_id=store_id)
        return case, placement_in(queue, "bench", None, self.policy)


def hire(scene: DeskScene, agents: int, begins_at: datetime, rng: random.Random) -> list[Worker]:
    """The day's team, in the file that a brand would import: tiers, two skills, shifts; some are gone for a while."""
    rows, hours = ["email,name,role,scope,skills,second_skills,tier,capacity,languages,shifts,timezone"], []
    for number, (shift, share) in enumerate(_plan(agents)):
        skill = SKILLS[number % len(SKILLS)] if number % 4 else rng.choices(SKILLS, SHARES)[0]
        second = SKILLS[(SKILLS.index(skill) + 1) % len(SKILLS)]
        tier = rng.choices(_TIERS, _TIER_SHARES)[0] if number >= 2 * len(SKILLS) else 1 + number % 3
        languages = "en es" if number % 4 == 0 else "en"
        rows.append(
            f"day-{number}@x.example,Agent {number},agent,nation,{skill},{second},{tier},5,{languages},Mo-Su {shift},UTC"
        )
        hours.append((int(shift[:2]) * 60, int(shift[6:8]) * 60, share))
    with scene.database.session(scene.brand_id, viewer="bench") as session:
        report = roster.import_people(session, SystemViewer(scene.brand_id), "\n".join(rows), now=begins_at)
        assert not report.refused, report.refused  # noqa: S101
        ids = session.scalars(
            text(
                "select id from person where email like 'day-%' order by substr(email, 5, strpos(email, '@') - 5)::integer"
            )
        ).all()
        viewers = [viewer_of_person(session, person_id, begins_at) for person_id in ids]
    return [
        Worker(viewer, begin, end, _absence(rng, begin, end))
        for viewer, (begin, end, _) in zip(viewers, hours, strict=True)
        if viewer is not None
    ]


def _plan(agents: int) -> Iterable[tuple[str, float]]:
    for number in range(agents):
        at = (number * 7 % agents) / agents
        passed = 0.0
        for shift, share in _SHIFTS:
            passed += share
            if at < passed:
                yield shift, share
                break


def _absence(rng: random.Random, begin: int, end: int) -> range:
    """One in ten does not come at all, one in ten goes for an hour or two without a word."""
    drawn = rng.random()
    if drawn < _ABSENT_SHARE:
        return range(begin, end)
    if drawn < 2 * _ABSENT_SHARE:
        away = rng.randrange(begin + 60, end - 150)
        return range(away, away + rng.randrange(60, 150))
    return range(0)


def _poisson(rng: random.Random, mean: float) -> int:
    at, count = rng.expovariate(1.0), 0
    while at < mean:
        at += rng.expovariate(1.0)
        count += 1
    return count


MINUTE = timedelta(minutes=1)
