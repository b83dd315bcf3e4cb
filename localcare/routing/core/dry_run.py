"""What another policy would have done with cases that are there: the same facts, both policies, where they differ."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from localcare.routing.core.conditions import Beside, StoreFacts
from localcare.routing.core.policy import STORE, Policy, place

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class AlikeCases:
    """Cases that no rule can tell apart: how many, and the newest of them by id. `at` is when, where rules ask for hours."""

    store_id: int | None
    resolution_status: str
    topic: str
    tier: int
    matter: str
    urgency: str
    risks: tuple[str, ...]
    count: int
    examples: tuple[int, ...]
    sentiment: str = "neutral"
    language: str = "en"
    channel: str = "facebook"
    page_kind: str = "brand"
    earlier_cases: int = 0
    at: datetime | None = None
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """Cases that would have gone elsewhere, and why; the inboxes of all stores are one place, `store`."""

    before: str
    after: str
    because: str
    cases: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """Of so many cases, those that would have moved, the most first; and what each queue had and would have had."""

    cases: int
    moves: tuple[Move, ...]
    queues: tuple[tuple[str, int, int], ...]

    @property
    def moved(self) -> int:
        """How many cases would have gone elsewhere."""
        return sum(move.cases for move in self.moves)


def compare_policies(
    kinds: Iterable[AlikeCases], stores: Mapping[int, StoreFacts], before: Policy, after: Policy
) -> DryRun:
    """Both policies over the same cases. Stores stand as they are given; what a person moved by hand counts as the rules say."""
    moved: dict[tuple[str, str, str], list[AlikeCases]] = defaultdict(list)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    cases = 0
    for kind in kinds:
        store = stores.get(kind.store_id or 0)
        beside = Beside(kind.page_kind, kind.earlier_cases, kind.at, kind.stars)
        old, new = place(kind, store, before, beside), place(kind, store, after, beside)
        source, target = _place_of(old.queue), _place_of(new.queue)
        counts[source][0] += kind.count
        counts[target][1] += kind.count
        cases += kind.count
        if source != target:
            moved[source, target, new.reason].append(kind)
    moves = (Move(*way, sum(kind.count for kind in alike), _newest(alike)) for way, alike in moved.items())
    queues = ((queue, old, new) for queue, (old, new) in sorted(counts.items()))
    return DryRun(cases, tuple(sorted(moves, key=lambda move: (-move.cases, move.before, move.after))), tuple(queues))


def _place_of(queue: str) -> str:
    return STORE if queue.partition(":")[0] == STORE else queue


def _newest(alike: Iterable[AlikeCases]) -> tuple[int, ...]:
    every = sorted((case_id for kind in alike for case_id in kind.examples), reverse=True)
    return tuple(islice(every, EXAMPLES))
