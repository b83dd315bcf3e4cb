"""Whom to praise and whom to help, with the reason in words: beyond chance, thanked for, or late."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from localcare.insight.core.comparison import Band, Peers, Standing
from localcare.insight.core.shares import Share
from localcare.insight.core.tally import Desk

AT_MOST = 5
MANY_SHOUT_OUTS = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """A store with the reasons to speak with its manager."""

    standing: Standing
    reasons: tuple[str, ...]


def whom_to_praise(standings: Sequence[Standing], peers: Peers, *, at_most: int = AT_MOST) -> list[Advice]:
    """Stores that customers like better than their peers by more than chance, the surest first; then the most thanked."""
    liked = sorted(
        (item for item in standings if item.band is Band.BETTER), key=lambda item: (-_low(item), _name(item))
    )
    thanked = [item for item in standings if _is_thanked(item) and item.band not in (Band.BETTER, Band.WORSE)]
    thanked.sort(key=lambda item: (-item.tally.voices.shout_outs, _name(item)))
    return [Advice(item, _praise(item, peers)) for item in [*liked, *thanked][:at_most]]


def whom_to_help(standings: Sequence[Standing], peers: Peers, *, at_most: int = AT_MOST) -> list[Advice]:
    """Stores with something late, liked less, or answering less than their peers. The three take turns, so that a store
    that is late does not hide one that is disliked."""
    worse = sorted((item for item in standings if item.band is Band.WORSE), key=lambda item: (_high(item), _name(item)))
    late = sorted(
        (item for item in standings if item.tally.desk.late), key=lambda item: (-item.tally.desk.late, _name(item))
    )
    silent = [item for item in standings if item.answers_band is Band.WORSE]
    silent.sort(key=lambda item: (item.answered.high, _name(item)))
    turns = [item for turn in zip_longest(worse, late, silent) for item in turn if item is not None]
    unique = {item.place.id: item for item in turns}
    return [Advice(item, _worries(item, peers)) for item in list(unique.values())[:at_most]]


def _praise(item: Standing, peers: Peers) -> tuple[str, ...]:
    reasons = []
    if item.band is Band.BETTER:
        reasons.append(f"{_share_words(item.share)}; stores of {peers.name}: {_percent(peers.positive.mean)}.")
    if _is_thanked(item):
        reasons.append(f"{item.tally.voices.shout_outs} customers thanked somebody of the team.")
    if item.answers_band is Band.BETTER:
        reasons.append(f"{_answered_words(item)}.")
    return tuple(reasons)


def _worries(item: Standing, peers: Peers) -> tuple[str, ...]:
    reasons = []
    if item.band is Band.WORSE:
        reasons.append(f"{_share_words(item.share)}; stores of {peers.name}: {_percent(peers.positive.mean)}.")
    if item.tally.desk.late:
        reasons.append(_late_words(item.tally.desk))
    if item.answers_band is Band.WORSE:
        reasons.append(f"{_answered_words(item)}; stores of {peers.name}: {_percent(peers.answered.mean)}.")
    return tuple(reasons)


def _share_words(share: Share | None) -> str:
    if share is None:
        return "Not enough opinions to compare"
    return (
        f"{_percent(share.value)} positive ({_percent(share.low)} to {_percent(share.high)}, {share.count.n} opinions)"
    )


def _answered_words(item: Standing) -> str:
    count = item.answered.count
    return f"{count.hits} of {count.n} customers who asked were answered"


def _late_words(desk: Desk) -> str:
    if desk.open == 1:
        return "Its only open case is late."
    if desk.late == desk.open:
        return f"All {desk.open} open cases are late."
    return f"{desk.late} of {desk.open} open cases {'is' if desk.late == 1 else 'are'} late."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _low(item: Standing) -> float:
    return item.share.low if item.share else 0.0


def _high(item: Standing) -> float:
    return item.share.high if item.share else 1.0


def _name(item: Standing) -> str:
    return item.place.name


def _is_thanked(item: Standing) -> bool:
    return item.tally.voices.shout_outs >= MANY_SHOUT_OUTS
