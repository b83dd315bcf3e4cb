"""Everything a simulated month takes for granted, in one place, so that each figure can be read beside it."""

from dataclasses import dataclass

from localcare.errors import InvalidError

SKILL_SHARES = (
    ("general", 0.28),
    ("billing", 0.22),
    ("network", 0.18),
    ("account", 0.14),
    ("technical", 0.10),
    ("orders", 0.08),
)
"""What cases are about. The shares are those of the six queues of the check."""
SKILLS = tuple(name for name, _ in SKILL_SHARES)
TIERS = (1, 2, 3)
MOST_CASES, MOST_AGENTS, MOST_DAYS = 1_000_000, 1_000, 366


@dataclass(frozen=True, slots=True)
class Assumptions:
    """A month of a national care team. InvalidError for what no month can be.

    `spike` is the day of a launch against an ordinary one; half of the excess is left each day after. `reading_s` is how long a
    person takes to see that a mention needs no answer, `look_s` to see that a case is not theirs and pass it on. Handling is
    exponential around `handling_min` of its tier. `wages` are what an hour at work costs, by tier, all included.
    `skill_right` and `tier_right` are how often triage is; `false_alarms` how many mentions that need no answer it brings
    along for each case. `promise_min` is the wait within which a customer should be answered.
    """

    agents: int = 100
    cases: int = 100_000
    days: int = 30
    spike: float = 3.0
    spike_day: int = 12
    mentions_per_case: float = 10.0
    reading_s: float = 10.0
    look_s: float = 90.0
    handling_min: tuple[float, float, float] = (3.5, 7.0, 12.0)
    tier_shares: tuple[float, float, float] = (0.6, 0.3, 0.1)
    wages: tuple[float, float, float] = (24.0, 31.0, 40.0)
    skill_right: float = 0.8
    tier_right: float = 0.85
    false_alarms: float = 0.3
    presence_h: float = 6.8
    relax_min: float = 15.0
    promise_min: float = 60.0

    def __post_init__(self) -> None:
        least = len(SKILLS) + len(TIERS)
        _require(least <= self.agents <= MOST_AGENTS, f"A team has between {least} and {MOST_AGENTS:,} people.")
        _require(1 <= self.cases <= MOST_CASES, f"A month has between 1 and {MOST_CASES:,} cases.")
        _require(1 <= self.days <= MOST_DAYS, f"The simulation runs for 1 to {MOST_DAYS} days.")
        _require(self.spike >= 1, "A launch day brings at least as much as an ordinary one.")
        _require(self.mentions_per_case >= 1, "Each case is at least one mention.")
        _require(min(*self.handling_min, *self.wages, self.presence_h) > 0, "Handling, wages and hours are above zero.")
        _require(min(self.reading_s, self.look_s, self.false_alarms, self.relax_min) >= 0, "No time is below zero.")
        _require(self.promise_min > 0, "The promised wait is above zero.")
        _require(self.presence_h <= 16, "Nobody is there for more than 16 hours of a day.")
        shares = (self.skill_right, self.tier_right, *self.tier_shares)
        _require(all(0 <= share <= 1 for share in shares), "Shares lie between 0 and 1.")
        _require(abs(sum(self.tier_shares) - 1) < 1e-9, "The shares of the tiers add up to 1.")


def _require(holds: bool, sentence: str) -> None:  # noqa: FBT001 (reads as a sentence)
    if not holds:
        raise InvalidError(sentence)
