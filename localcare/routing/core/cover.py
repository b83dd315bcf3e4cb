"""Who covers what: for each queue and language, who of the team may take its cases now, and whether anybody ever does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from localcare.people.core.duty import Duty
from localcare.routing.core.giving import Team, Waiting, agent_of
from localcare.routing.core.needs import ALWAYS_READ, Knowing, opening_step

_NORMAL = 2


class Backlog(NamedTuple):
    """What waits in nobody's hand in one queue and language."""

    queue: str
    language: str
    waiting: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Cover:
    """A queue in one language: what waits in nobody's hand there, who is there and knows it, who does when at work.

    `last_resort` are those there who may take it only because it waited so long that no skill is asked any more.
    """

    queue: str
    language: str
    waiting: int
    oldest: datetime | None
    there: tuple[str, ...]
    at_work: tuple[str, ...]
    last_resort: tuple[str, ...]

    @property
    def is_unserved(self) -> bool:
        """Whether nobody of the whole team knows what it takes."""
        return not self.at_work

    @property
    def is_deserted(self) -> bool:
        """Whether somebody waits and nobody who knows what it takes is there."""
        return self.oldest is not None and not self.there


def cover_queues(
    queues: Iterable[str], backlogs: Iterable[Backlog], duties: Sequence[Duty], team: Team, now: datetime
) -> list[Cover]:
    """The cover of these queues in English, and of each other language in which somebody waits in one of them."""
    found: defaultdict[tuple[str, str], list[Backlog]] = defaultdict(list)
    for each in backlogs:
        found[each.queue, each.language if each.language in team.languages else ALWAYS_READ].append(each)
    keys = [*((queue, ALWAYS_READ) for queue in queues), *sorted(found)]
    return [
        _cover(queue, language, found[queue, language], duties, team, now) for queue, language in dict.fromkeys(keys)
    ]


def _cover(
    queue: str, language: str, backlogs: Sequence[Backlog], duties: Sequence[Duty], team: Team, now: datetime
) -> Cover:
    need = team.need_of(Waiting(0, queue, _NORMAL, language, now))
    steps = [(duty, opening_step(agent_of(duty), need, team.giving.rules)) for duty in duties]
    knowing = [duty for duty, step in steps if step is not None and step.knowing is not Knowing.ANY]
    others = [duty for duty, step in steps if step is not None and step.knowing is Knowing.ANY]
    return Cover(
        queue,
        language,
        sum(each.waiting for each in backlogs),
        min((each.oldest for each in backlogs), default=None),
        there=tuple(duty.name for duty in knowing if duty.is_there(now)),
        at_work=tuple(duty.name for duty in knowing),
        last_resort=tuple(duty.name for duty in others if duty.is_there(now)),
    )
