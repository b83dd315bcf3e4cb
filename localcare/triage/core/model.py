"""The trained model, run from its exported weights: TF-IDF of words and word pieces, one linear head per question."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model thinks of one text: probability that it needs an answer; negative, neutral, positive."""

    actionable: float
    sentiment: tuple[float, float, float]


class Model(Protocol):
    """Anything that scores folded texts."""

    @property
    def version(self) -> str:
        """Version and profile, as verdicts show it."""
        ...

    def score(self, folded: list[str]) -> list[Scores]:
        """One `Scores` per text, in order."""
        ...
