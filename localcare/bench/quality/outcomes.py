"""What the resolver made of the texts, beside what is true of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from localcare.bench.quality.texts import Asked
from localcare.stores.core.resolve import Answer, Question, Resolver


@dataclass(frozen=True, slots=True)
class Outcome:
    """One text and its answer. `guess` is the first candidate, `confidence` what it was given; `is_routed` to it."""

    asked: Asked
    status: str
    guess: str | None
    confidence: float
    is_routed: bool
    evidence: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether the first candidate is the one store the words name."""
        return self.asked.is_knowable and self.guess == self.asked.right[0]

    @property
    def is_own(self) -> bool:
        """Whether the first candidate is the customer's store, known or by luck: what a confidence must foretell."""
        return self.guess is not None and self.guess == self.asked.store

    @property
    def is_wrong(self) -> bool:
        """Whether it was sent to a store it is not about, or to one of several that fit as well."""
        return self.is_routed and not self.is_right


def ask_texts(resolver: Resolver, texts: Sequence[Asked]) -> list[Outcome]:
    """Each text alone: no Page, no place, no author."""
    answers = resolver.resolve_many([Question(asked.id, asked.text) for asked in texts])
    return [outcome_of(asked, answer) for asked, answer in zip(texts, answers, strict=True)]


def of_kinds(outcomes: Iterable[Outcome], *kinds: str) -> list[Outcome]:
    """Those whose style is of one of the kinds."""
    return [outcome for outcome in outcomes if outcome.asked.kind in kinds]


def outcome_of(asked: Asked, answer: Answer) -> Outcome:
    """The answer beside what is true of the text."""
    first = answer.candidates[0] if answer.candidates else None
    return Outcome(
        asked=asked,
        status=answer.status,
        guess=first.number if first else None,
        confidence=first.confidence if first else 0.0,
        is_routed=answer.store_id is not None,
        evidence=(*(each.detail for each in first.evidence), *answer.notes) if first else answer.notes,
    )
