"""The desk: what waits, who has what in hand, and who gets what next. In memory, without a clock: the caller says when.

Cases of equal need wait in one lane, a heap by age. An agent who frees looks at the first of each lane they may take and
gets the oldest (counted with its urgency's head start), so a hundred thousand waiting cases cost as much as a hundred.
A case that arrives goes to a free agent at once: the best suited, then the least loaded share, then the longest idle.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from localcare.routing.core.needs import Agent, Need, Rules, Seconds, Step, find_skill, opening_step


class Assignment(NamedTuple):
    """A case given to an agent: how long it had waited, and the step of the rules that let them take it."""

    case_id: int
    agent_id: int
    need: Need
    waited: Seconds
    step: Step


class _Waiting(NamedTuple):
    since: Seconds
    number: int
    case_id: int


@dataclass(slots=True)
class _Lane:
    need: Need
    head_start: Seconds
    heap: list[_Waiting] = field(default_factory=list)


@dataclass(slots=True)
class _Way:
    """How an agent reaches a lane; `rank` orders agents by how well they suit it."""

    lane: _Lane
    step: Step
    rank: tuple[Seconds, bool]


@dataclass(slots=True)
class _Seat:
    agent: Agent
    load: int = 0
    freed_at: Seconds = 0.0
    is_present: bool = False
    is_willing: bool = True
    ways: dict[Need, _Way] = field(default_factory=dict)

    @property
    def is_free(self) -> bool:
        return self.is_present and self.is_willing and self.agent.is_pushed and self.load < self.agent.capacity


@dataclass(frozen=True, slots=True)
class _Held:
    agent_id: int
    need: Need
    since: Seconds


class Desk:
    """Cases and agents of the centre. Every verb returns what it gave out; a case is in one lane or in one hand, never both.

    `moment` never runs backwards. KeyError for a case or agent that the desk does not know.
    """

    def __init__(self, agents: Iterable[Agent], rules: Rules) -> None:
        self._rules = rules
        self._seats = {agent.id: _Seat(agent) for agent in agents}
        self._free: dict[int, _Seat] = {}
        self._lanes: dict[Need, _Lane] = {}
        self._waiting: dict[int, tuple[_Lane, _Waiting]] = {}
        self._held: dict[int, _Held] = {}
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many cases wait in nobody's hand."""
        return len(self._waiting)

    @property
    def in_hand(self) -> int:
        """How many cases are in somebody's hand."""
        return len(self._held)

    def waits(self, case_id: int) -> bool:
        """Whether this case waits in nobody's hand."""
        return case_id in self._waiting

    def holder_of(self, case_id: int) -> int | None:
        """The agent who has the case in hand."""
        held = self._held.get(case_id)
        return held.agent_id if held else None

    def load_of(self, agent_id: int) -> int:
        """The weight an agent has in hand."""
        return self._seats[agent_id].load

    def arrive(
        self, case_id: int, need: Need, moment: Seconds, *, since: Seconds | None = None
    ) -> tuple[Assignment, ...]:
        """A case comes in (or back, with `since` when its customer began to wait): pushed to somebody free, else it waits."""
        lane = self._lane_of(need)
        waiting = _Waiting(moment if since is None else since, next(self._numbers), case_id)
        heappush(lane.heap, waiting)
        self._waiting[case_id] = (lane, waiting)
        return self._offer(lane, waiting, moment) if self._free else ()

    def pull(self, agent_id: int, moment: Seconds) -> Assignment | None:
        """“Next case”: the oldest that this agent may take and has room for; None when there is none."""
        seat = self._seats[agent_id]
        seat.is_willing = True
        given = self._give_next(seat, moment)
        self._note_freedom(seat)
        return given

    def finish(self, case_id: int, moment: Seconds) -> tuple[Assignment, ...]:
        """A case in hand is done; whoever had it is given the oldest they may take."""
        held = self._held.pop(case_id)
        return self._fill(self._unload(held, moment), moment)

    def withdraw(self, case_id: int) -> None:
        """A waiting case goes: its customer gave up, or it was settled elsewhere."""
        self._waiting.pop(case_id)

    def release(self, case_id: int, moment: Seconds) -> tuple[Assignment, ...]:
        """A case in hand goes back as old as it is. Whoever put it back gets none pushed until they ask for the next."""
        held = self._held.pop(case_id)
        self._unload(held, moment).is_willing = False
        self._note_freedom(self._seats[held.agent_id])
        return self.arrive(case_id, held.need, moment, since=held.since)

    def reroute(self, case_id: int, need: Need, moment: Seconds) -> tuple[Assignment, ...]:
        """A case needs something else now (triage changed, escalated): it stays in a hand that may keep it, else waits anew."""
        held = self._held.get(case_id)
        if held is None:
            _, waiting = self._waiting.pop(case_id)
            return self.arrive(case_id, need, moment, since=waiting.since)
        seat = self._seats[held.agent_id]
        self._lane_of(need)
        way = seat.ways.get(need)
        fits = seat.load - held.need.weight + need.weight <= seat.agent.capacity
        if way and fits and way.step.after <= moment - held.since:
            seat.load += need.weight - held.need.weight
            self._held[case_id] = _Held(held.agent_id, need, held.since)
            self._note_freedom(seat)
            return self._fill(seat, moment)
        del self._held[case_id]
        self._unload(held, moment)
        return (*self.arrive(case_id, need, moment, since=held.since), *self._fill(seat, moment))

    def come(self, agent_id: int, moment: Seconds) -> tuple[Assignment, ...]:
        """An agent is there and takes cases."""
        seat = self._seats[agent_id]
        seat.is_present, seat.is_willing, seat.freed_at = True, True, moment
        return self._fill(seat, moment)

    def burden(self, agent_id: int, weight: int) -> None:
        """An agent has so much in hand beside what this desk gave them."""
        seat = self._seats[agent_id]
        seat.load += weight
        self._note_freedom(seat)

    def prefer(self, agent_id: int, moment: Seconds, *, most: int) -> list[Assignment]:
        """What this agent would be given, the first choice first: each as if those before it were gone. They stay gone.

        For who must try several, because others reach for the same ones.
        """
        wanted: list[Assignment] = []
        while len(wanted) < most and (given := self._give_next(self._seats[agent_id], moment)):
            wanted.append(given)
            self._unload(self._held.pop(given.case_id), moment)
        return wanted

    def leave(self, agent_id: int) -> None:
        """An agent takes no more cases; those in hand stay theirs until they are finished or released."""
        seat = self._seats[agent_id]
        seat.is_present = False
        self._note_freedom(seat)

    def relax(self, moment: Seconds) -> tuple[Assignment, ...]:
        """Give out what free agents may take only now, because it waited for so long. Call it when a step's time has come."""
        idle = deque(sorted(self._free.values(), key=lambda seat: (seat.load / seat.agent.capacity, seat.freed_at)))
        given: list[Assignment] = []
        while idle:
            seat = idle.popleft()
            if seat.is_free and (more := self._give_next(seat, moment)):
                given.append(more)
                idle.append(seat)
            self._note_freedom(seat)
        return tuple(given)

    def adopt(self, rules: Rules, moment: Seconds) -> tuple[Assignment, ...]:
        """From now on other rules (a surge begins or ends); what they let free agents take is given out."""
        self._rules = rules
        for seat in self._seats.values():
            seat.ways.clear()
        for lane in self._lanes.values():
            lane.head_start = rules.head_start(lane.need.urgency)
            self._open_ways(lane)
        return self.relax(moment)

    def _offer(self, lane: _Lane, waiting: _Waiting, moment: Seconds) -> tuple[Assignment, ...]:
        """The newcomer to the best of those who are free. One who holds back for a heavier case is passed over."""
        waited = moment - waiting.since
        able = [
            (way.rank, seat.load / seat.agent.capacity, seat.freed_at, seat.agent.id)
            for seat in self._free.values()
            if (way := seat.ways.get(lane.need)) and way.step.after <= waited
        ]
        given: list[Assignment] = []
        for *_, agent_id in sorted(able) if len(able) > 1 else able:
            given += self._fill(self._seats[agent_id], moment)
            if waiting.case_id in self._held:
                break
        return tuple(given)

    def _fill(self, seat: _Seat, moment: Seconds) -> tuple[Assignment, ...]:
        given: list[Assignment] = []
        while seat.is_free and (more := self._give_next(seat, moment)):
            given.append(more)
        self._note_freedom(seat)
        return tuple(given)

    def _give_next(self, seat: _Seat, moment: Seconds) -> Assignment | None:
        way = self._next_way(seat, moment)
        if way is None:
            return None
        waiting = heappop(way.lane.heap)
        del self._waiting[waiting.case_id]
        self._held[waiting.case_id] = _Held(seat.agent.id, way.lane.need, waiting.since)
        seat.load += way.lane.need.weight
        return Assignment(waiting.case_id, seat.agent.id, way.lane.need, moment - waiting.since, way.step)

    def _next_way(self, seat: _Seat, moment: Seconds) -> _Way | None:
        """The lane whose first case is the oldest that may be taken; None too when an older, heavier one is held for."""
        spare = seat.agent.capacity - seat.load
        best: _Way | None = None
        oldest, oldest_held = (float("inf"), 0), (float("inf"), 0)
        for way in seat.ways.values():
            lane = way.lane
            first = self._first(lane) if lane.heap else None
            if first is None or way.step.after > moment - first.since:
                continue
            age = (first.since - lane.head_start, first.number)
            if lane.need.weight <= spare:
                if age < oldest:
                    best, oldest = way, age
            elif age < oldest_held and moment - first.since >= self._rules.hold_after:
                oldest_held = age
        return best if oldest < oldest_held else None

    def _first(self, lane: _Lane) -> _Waiting | None:
        """The oldest of a lane; those that were withdrawn are dropped on the way."""
        while lane.heap:
            first = lane.heap[0]
            known = self._waiting.get(first.case_id)
            if known is not None and known[1] is first:
                return first
            heappop(lane.heap)
        return None

    def _unload(self, held: _Held, moment: Seconds) -> _Seat:
        seat = self._seats[held.agent_id]
        seat.load -= held.need.weight
        seat.freed_at = moment
        return seat

    def _note_freedom(self, seat: _Seat) -> None:
        if seat.is_free:
            self._free[seat.agent.id] = seat
        else:
            self._free.pop(seat.agent.id, None)

    def _lane_of(self, need: Need) -> _Lane:
        lane = self._lanes.get(need)
        if lane is None:
            lane = self._lanes[need] = _Lane(need, self._rules.head_start(need.urgency))
            self._open_ways(lane)
        return lane

    def _open_ways(self, lane: _Lane) -> None:
        for seat, step in self._able(lane.need):
            skill = find_skill(seat.agent, lane.need.skill)
            rank = (step.after, not (skill and skill.is_primary))
            seat.ways[lane.need] = _Way(lane, step, rank)

    def _able(self, need: Need) -> Iterator[tuple[_Seat, Step]]:
        for seat in self._seats.values():
            step = opening_step(seat.agent, need, self._rules)
            if step is not None:
                yield seat, step
