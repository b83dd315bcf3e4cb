"""Whom to praise and whom to help, with the reason in words: only for what chance does not explain, or what is late."""

from collections.abc import Sequence
from dataclasses import dataclass

from localcare.insight.core.comparison import Band, Peers, Standing
from localcare.insight.core.shares import Share

AT_MOST = 5
MANY_SHOUT_OUTS = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """A store with the reasons to speak with its manager."""

    standing: Standing
    reasons: tuple[str, ...]


def whom_to_praise(standings: Sequence[Standing], peers: Peers, *, at_most: int = AT_MOST) -> list[Advice]:
    """Stores that customers like better than their peers by more than chance, the surest first."""
    liked = [item for item in standings if item.band is Band.BETTER]
    liked.sort(key=lambda item: (-_low(item), item.place.name))
    return [Advice(item, _praise(item, peers)) for item in liked[:at_most]]


def whom_to_help(standings: Sequence[Standing], peers: Peers, *, at_most: int = AT_MOST) -> list[Advice]:
    """Stores with something late, liked less, or answering less than their peers; the most pressing first."""
    advice = [Advice(item, reasons) for item in standings if (reasons := _worries(item, peers))]
    advice.sort(key=lambda one: (-one.standing.tally.desk.late, -len(one.reasons), one.standing.place.name))
    worse = [one for one in advice if one.standing.band is Band.WORSE]
    late = [one for one in advice if one.standing.tally.desk.late]
    others = [one for one in advice if one not in worse and one not in late]
    worse.sort(key=lambda one: (_high(one.standing), one.standing.place.name))
    return _in_turns(worse, late, others)[:at_most]


def _praise(item: Standing, peers: Peers) -> tuple[str, ...]:
    reasons = [f"{_share_words(item.share)}; stores of {peers.name}: {_percent(peers.positive.mean)}."]
    if item.tally.voices.shout_outs >= MANY_SHOUT_OUTS:
        reasons.append(f"{item.tally.voices.shout_outs} customers thanked somebody of the team.")
    if item.answers_band is Band.BETTER:
        reasons.append(f"{_answered_words(item)}.")
    return tuple(reasons)


def _worries(item: Standing, peers: Peers) -> tuple[str, ...]:
    reasons = []
    late, open_cases = item.tally.desk.late, item.tally.desk.open
    if item.band is Band.WORSE:
        reasons.append(f"{_share_words(item.share)}; stores of {peers.name}: {_percent(peers.positive.mean)}.")
    if late:
        reasons.append(f"{late} of {open_cases} open {'case is' if open_cases == 1 else 'cases are'} late.")
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


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _low(item: Standing) -> float:
    return item.share.low if item.share else 0.0


def _high(item: Standing) -> float:
    return item.share.high if item.share else 1.0


def _in_turns(*groups: Sequence[Advice]) -> list[Advice]:
    """One of each group after the other, none twice: a store that is late must not hide one that is disliked."""
    longest = max(map(len, groups))
    order = [group[turn] for turn in range(longest) for group in groups if turn < len(group)]
    return list(dict.fromkeys(order))
