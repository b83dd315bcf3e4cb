"""How many people it takes: Erlang C (nobody gives up) and Erlang A (people give up after a while).

Sources: Erlang's delay formula by the stable recursion of his loss formula (Cooper, Introduction to Queueing Theory, 1981,
§3.4); M/M/n+M: Palm 1957; Mandelbaum and Zeltyn, “Service engineering in action: the Palm/Erlang-A queue”, 2007, §4.
All durations are in one unit, whichever the caller uses; rates are per that unit.
"""

from dataclasses import dataclass
from math import exp

_MOST_AGENTS = 100_000
_NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes in: `rate` of arrivals, mean `handling` time."""

    rate: float
    handling: float

    @property
    def load(self) -> float:
        """Offered load in erlangs: how many people are busy on average if nobody ever waits."""
        return self.rate * self.handling


@dataclass(frozen=True, slots=True)
class Service:
    """What so many agents give: who waits at all, the mean wait, busy share, and who gives up."""

    agents: int
    waiting_probability: float
    mean_wait: float
    occupancy: float
    abandoned: float = 0.0


def erlang_b(load: float, agents: int) -> float:
    """The share of arrivals that find everybody busy when such arrivals go away."""
    blocked = 1.0
    for busy in range(1, agents + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """The share of arrivals that wait; 1 when the load is more than the agents can ever do."""
    if agents <= load:
        return 1.0
    blocked = erlang_b(load, agents)
    return agents * blocked / (agents - load * (1 - blocked))


def answered_within(demand: Demand, agents: int, wait: float) -> float:
    """Service level of Erlang C: the share of arrivals that wait for at most `wait`; 0 when the queue grows for ever."""
    if agents <= demand.load:
        return 0.0
    return 1 - erlang_c(demand.load, agents) * exp(-(agents - demand.load) * wait / demand.handling)


def service_of(demand: Demand, agents: int) -> Service:
    """Erlang C's answer for so many agents; an endless mean wait when the load is more than they can do."""
    waiting = erlang_c(demand.load, agents)
    is_stable = agents > demand.load
    mean = waiting * demand.handling / (agents - demand.load) if is_stable else float("inf")
    return Service(agents, waiting, mean, min(1.0, demand.load / agents))


def agents_for(demand: Demand, *, wait: float, share: float, most_busy: float = 1.0) -> int:
    """The fewest agents with whom `share` of arrivals wait for at most `wait`, and who are busy for at most `most_busy`.

    ValueError for a share of 1 or more, which no number of agents promises.
    """
    if not 0 < share < 1:
        raise ValueError("The share that is to be answered in time lies between 0 and 1.")
    for agents in range(max(1, int(demand.load)), _MOST_AGENTS):
        if answered_within(demand, agents, wait) >= share and demand.load / agents <= most_busy:
            return agents
    raise ValueError("The load is beyond any team.")


def service_with_patience(demand: Demand, agents: int, patience: float) -> Service:
    """Erlang A: the stationary M/M/n+M queue whose customers give up after an exponential time of mean `patience`.

    Birth and death: the chance of k in the system falls by rate/(min(k, n)/handling + (k-n)+/patience) from k-1 to k. Who gives
    up is the mean queue times the rate of giving up, over all arrivals; the mean wait follows by Little's law.
    """
    if agents < 1 or patience <= 0:
        raise ValueError("It takes at least one agent, and patience longer than nothing.")
    serving, chance, total, waits, queue, busy = 1 / demand.handling, 1.0, 1.0, 0.0, 0.0, 0.0
    present = 0
    while present < agents or chance > _NEGLIGIBLE * total:
        present += 1
        chance *= demand.rate / (min(present, agents) * serving + max(0, present - agents) / patience)
        total += chance
        waits += chance if present >= agents else 0.0
        queue += chance * max(0, present - agents)
        busy += chance * min(present, agents)
        if total > 1e250:  # only the ratios count; they must stay finite for very large teams
            chance, total, waits, queue, busy = (value / 1e250 for value in (chance, total, waits, queue, busy))
    queue, busy = queue / total, busy / total
    return Service(agents, waits / total, queue / demand.rate, busy / agents, queue / patience / demand.rate)
