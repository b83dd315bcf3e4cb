"""Places side by side: what can be said of each, and whether it differs from its peers by more than chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from localcare.insight.core.shares import Prior, Share, estimate_shares, fit_prior
from localcare.insight.core.tally import Tally
from localcare.insight.core.waiting import MedianWait

MIN_OPINIONS = 5
WIDEST = 0.4
"""With less, or an interval wider than this, there is not enough to compare."""
ENOUGH_PEERS = 30
"""A region with fewer stores takes its peers from the region above."""


class Band(StrEnum):
    """Where a place stands among its peers, at 90 %: chance explains `alike`."""

    BETTER = "better"
    ALIKE = "alike"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """A store or a region with stores: its own address, and (for a store) its number."""

    id: int
    name: str
    href: str
    number: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One place with its numbers. `share` is None where there is not enough to compare; it is not ranked then."""

    place: Place
    tally: Tally
    share: Share | None
    answered: Share
    band: Band
    answers_band: Band

    @property
    def first_reply(self) -> MedianWait:
        """The median time to the first reply; worked out when asked for, since most rows are never shown."""
        return self.tally.answers.first_reply

    @property
    def is_ranked(self) -> bool:
        """Whether there is enough to compare."""
        return self.share is not None


@dataclass(frozen=True, slots=True)
class Peers:
    """What stores are compared with: the priors that they give each other, who they are and how many."""

    name: str
    stores: int
    positive: Prior
    answered: Prior


def know_peers(name: str, tallies: Sequence[Tally]) -> Peers:
    """What a store among these is taken for until its own numbers say otherwise."""
    return Peers(
        name,
        len(tallies),
        fit_prior([tally.voices.opinions for tally in tallies]),
        fit_prior([tally.answers.share for tally in tallies]),
    )


def compare(places: Sequence[Place], tallies: Mapping[int, Tally], peers: Peers) -> list[Standing]:
    """Every place with its estimates, in the order given. A place that nobody wrote about is there too."""
    counted = [tallies.get(place.id, Tally()) for place in places]
    shares = estimate_shares([tally.voices.opinions for tally in counted], peers.positive)
    answered = estimate_shares([tally.answers.share for tally in counted], peers.answered)
    return [
        _standing(*row, peers) for row in zip(places, counted, shares, answered, strict=True)
    ]  # fmt: skip


def ranked(standings: Iterable[Standing]) -> list[Standing]:
    """Those with enough to compare, the best first."""
    known = [standing for standing in standings if standing.share is not None]
    return sorted(known, key=lambda standing: (-_value(standing), standing.place.name))


def _standing(place: Place, tally: Tally, share: Share, answered: Share, peers: Peers) -> Standing:
    known = share if share.count.n >= MIN_OPINIONS and share.width <= WIDEST else None
    return Standing(
        place=place,
        tally=tally,
        share=known,
        answered=answered,
        band=_band(known, peers.positive),
        answers_band=_band(answered if answered.count.n >= MIN_OPINIONS else None, peers.answered),
    )


def _band(share: Share | None, prior: Prior) -> Band:
    if share is None:
        return Band.UNKNOWN
    if share.low > prior.mean:
        return Band.BETTER
    return Band.WORSE if share.high < prior.mean else Band.ALIKE


def _value(standing: Standing) -> float:
    return standing.share.value if standing.share else 0.0
