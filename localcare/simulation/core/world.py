"""What happens: simpy moves the time, and the desk that routing works with decides who gets what."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import simpy
from simpy.events import Event, Timeout

from localcare.routing.core.desk import Assignment, Desk
from localcare.routing.core.needs import Agent, Need, Rules, opening_step
from localcare.simulation.core.arrivals import Floats

Leg = tuple[Need, float]
"""One hand a case goes through: what it needs (or seems to), and for how many seconds it is worked on there."""
Presence = Sequence[tuple[float, float]]
_A_MOMENT = 1e-3


@dataclass(frozen=True, slots=True)
class Script:
    """What comes when, and through which hands it has to go; the last leg is the one that answers.

    Who has a case that turns out to be another's looks at it for `look` seconds and passes it on; whoever may do both does both.
    """

    times: Sequence[float]
    legs: Sequence[tuple[Leg, ...]]
    look: float = 0.0


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works, by which rules, and when each is there (None: always)."""

    agents: Sequence[Agent]
    rules: Rules
    presence: Sequence[Presence] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What happened to each case: seconds until the answering hand took it, and until it was answered (NaN: not yet).

    `busy` is seconds of work by agent, `present` seconds at work.
    """

    times: Floats
    begun: Floats
    answered: Floats
    busy: Floats
    present: Floats


class World:
    """One run. Work goes on after the end of a shift until it is done; no new case is given then."""

    def __init__(self, script: Script, crew: Crew, until: float) -> None:
        self._env = simpy.Environment()
        self._desk = Desk(crew.agents, crew.rules)
        self._script, self._crew, self._until = script, crew, until
        self._steps = [later.after for _, later in pairwise(crew.rules.steps)]
        self._place = [0] * len(script.times)
        self._begun = np.full(len(script.times), np.nan)
        self._answered = np.full(len(script.times), np.nan)
        self._agents = {agent.id: agent for agent in crew.agents}
        self._busy = dict.fromkeys((agent.id for agent in crew.agents), 0.0)

    def run(self) -> Run:
        """Play it to the end."""
        for spans, agent in zip(self._presence(), self._crew.agents, strict=True):
            self._env.process(self._work(agent.id, spans))
        self._env.process(self._arrive())
        self._env.run(until=self._until)
        present = [sum(ends - begins for begins, ends in spans) for spans in self._presence()]
        return Run(
            np.asarray(self._script.times), self._begun, self._answered,
            np.array([self._busy[agent.id] for agent in self._crew.agents]), np.array(present),
        )  # fmt: skip

    def _presence(self) -> Iterator[Presence]:
        for n in range(len(self._crew.agents)):
            spans = self._crew.presence[n] if self._crew.presence is not None else ((0.0, self._until),)
            yield [(begins, min(ends, self._until)) for begins, ends in spans if begins < self._until]

    def _work(self, agent_id: int, spans: Presence) -> Generator[Event, object, None]:
        env = self._env
        for begins, ends in spans:
            if begins > env.now:
                yield env.timeout(begins - env.now)
            self._begin(self._desk.come(agent_id, env.now))
            if ends < self._until:
                yield env.timeout(ends - env.now)
                self._desk.leave(agent_id)

    def _arrive(self) -> Generator[Event, object, None]:
        env, desk, legs = self._env, self._desk, self._script.legs
        for case_id, at in enumerate(self._script.times):
            yield Timeout(env, at - env.now)
            self._begin(desk.arrive(case_id, legs[case_id][0][0], env.now))
            self._wake_later(case_id)

    def _wake_later(self, case_id: int) -> None:
        """Look again when waiting lets more people take this case; a moment later, for the sum of floats may fall short."""
        if not self._steps or not self._desk.waits(case_id):
            return
        waited = self._env.now - self._script.times[case_id]
        for after in self._steps:
            if after > waited:
                self._upon(after - waited + _A_MOMENT, self._relax)

    def _upon(self, seconds: float, then: Callable[[Event], None], case_id: int | None = None) -> None:
        Timeout(self._env, seconds, value=case_id).callbacks.append(then)

    def _relax(self, _event: Event) -> None:
        self._begin(self._desk.relax(self._env.now))

    def _begin(self, given: Sequence[Assignment]) -> None:
        for each in given:
            self._work_on(each.case_id, each.agent_id)

    def _work_on(self, case_id: int, agent_id: int) -> None:
        now, legs, place = self._env.now, self._script.legs[case_id], self._place[case_id]
        seconds = legs[place][1]
        if place + 1 == len(legs):
            self._begun[case_id] = now
        self._busy[agent_id] += min(seconds, self._until - now)
        self._upon(seconds, self._done, case_id)

    def _done(self, event: Event) -> None:
        case_id = int(event.value or 0)
        self._place[case_id] += 1
        if self._place[case_id] == len(self._script.legs[case_id]):
            self._answered[case_id] = self._env.now
            self._begin(self._desk.finish(case_id, self._env.now))
        elif self._is_theirs(case_id):
            self._work_on(case_id, self._holder(case_id))
        else:
            self._busy[self._holder(case_id)] += self._script.look
            self._upon(self._script.look, self._pass_on, case_id)

    def _is_theirs(self, case_id: int) -> bool:
        """Whether who has the case may do what it now needs, as long as it has waited."""
        agent, need = self._agents[self._holder(case_id)], self._script.legs[case_id][self._place[case_id]][0]
        step = opening_step(agent, need, self._crew.rules)
        return step is not None and step.after <= self._env.now - self._script.times[case_id]

    def _pass_on(self, event: Event) -> None:
        case_id = int(event.value or 0)
        need = self._script.legs[case_id][self._place[case_id]][0]
        self._begin(self._desk.reroute(case_id, need, self._env.now))
        self._wake_later(case_id)

    def _holder(self, case_id: int) -> int:
        held_by = self._desk.holder_of(case_id)
        assert held_by is not None, "a case that is worked on is in a hand"  # noqa: S101
        return held_by
