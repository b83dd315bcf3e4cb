"""Everything known about one mention before it is judged, and one term of a sum with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from localcare.triage.core.model import Scores
from localcare.triage.core.rules import Fired
from localcare.triage.core.verdict import Item, Reason


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything known about one mention before it is judged."""

    item: Item
    folded: str
    fired: Sequence[Fired]
    scores: Scores | None
    language: str
    personal_data: str | None
    names: tuple[str, ...]
    model: str

    @property
    def has_words(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.folded.strip())


@dataclass(frozen=True, slots=True)
class Weight:
    """A term of the sum, in log-odds, and why."""

    log_odds: float
    reason: Reason
