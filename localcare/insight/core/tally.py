"""What was counted about one store, or about many together."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

from localcare.insight.core.shares import Count
from localcare.insight.core.waiting import MedianWait, Wait, median_wait


@dataclass(frozen=True, slots=True)
class Voices:
    """What customers said within a window. `network` to `product` are complaints that no store can mend."""

    mentions: int = 0
    positive: int = 0
    mixed: int = 0
    complaints: int = 0
    network: int = 0
    billing: int = 0
    account: int = 0
    product: int = 0
    shout_outs: int = 0

    @property
    def opinions(self) -> Count:
        """The positive ones of all opinions that are the store's."""
        return Count(self.positive, self.positive + self.mixed + self.complaints)

    @property
    def elsewhere(self) -> int:
        """Complaints that are not the store's."""
        return self.network + self.billing + self.account + self.product


_counts = attrgetter(*(field.name for field in fields(Voices)))


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of the cases of a window: `waits` of all, `answered` and still `waiting` ones of those that asked."""

    waits: tuple[Wait, ...] = ()
    answered: int = 0
    waiting: int = 0

    @property
    def share(self) -> Count:
        """The answered ones of those that asked."""
        return Count(self.answered, self.answered + self.waiting)

    @property
    def first_reply(self) -> MedianWait:
        """The median time to the first reply."""
        return median_wait(self.waits)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies in the inbox right now."""

    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything counted about a place."""

    voices: Voices = Voices()
    answers: Answers = Answers()
    desk: Desk = Desk()


def pool(tallies: Iterable[Tally]) -> Tally:
    """Many places as one."""
    items = list(tallies)
    answers = Answers(
        tuple(wait for item in items for wait in item.answers.waits),
        sum(item.answers.answered for item in items),
        sum(item.answers.waiting for item in items),
    )
    voices = Voices(*map(sum, zip(*(_counts(item.voices) for item in items), strict=True)))
    desk = Desk(sum(item.desk.open for item in items), sum(item.desk.late for item in items))
    return Tally(voices, answers, desk)
