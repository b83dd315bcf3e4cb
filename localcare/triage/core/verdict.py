"""What goes into triage and what comes out of it."""

from dataclasses import dataclass
from typing import Literal

PageKind = Literal["store", "brand"]
Source = Literal["rule", "model", "signal", "person"]
SentimentClass = Literal["negative", "neutral", "positive"]
URGENCIES = ("low", "normal", "high", "critical")
NO_RISK = "none"
"""What labels, the head of risks and people say of words that carry no risk; a verdict names none at all."""
SENTIMENTS: tuple[SentimentClass, ...] = ("negative", "neutral", "positive")
AN_ANSWER = "it answers our question which store it was"
"""The reason of a verdict on words that answer our question: what it answers stays its matter."""


@dataclass(frozen=True, slots=True)
class Item:
    """One mention as triage needs it. `rating` is 1 to 5 stars; `recommends` is Facebook's yes or no.

    `places` are the groups its store belongs to, as rules name them: `region:texas`, `state:TX`, `store:4021`.
    """

    id: str
    text: str
    channel: str = "facebook"
    kind: str = "post"
    recommends: bool | None = None
    rating: int | None = None
    page_kind: PageKind = "brand"
    has_attachments: bool = False
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """One contribution to a verdict, in words a care agent understands."""

    source: Source
    detail: str


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Probabilities of the three classes; they add up to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def likeliest(self) -> SentimentClass:
        """The class with the highest probability; neutral wins a tie."""
        if self.neutral >= max(self.negative, self.positive):
            return "neutral"
        return "negative" if self.negative >= self.positive else "positive"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What triage decided about one mention, and why.

    `abstained` means that the evidence was too thin to decide: a person at tier 1 looks. `model` names what decided:
    the model's version and profile, or `rules-only`. `fired` are the ids of the rules that fired. `also_*` is a second matter
    that somebody else mends: the store's beside the nation's, or the other way round; "" where there is none.
    """

    actionable: bool
    actionable_probability: float
    topic: str
    tier: int
    sentiment: SentimentClass
    sentiment_probability: Sentiment
    urgency: str
    risks: tuple[str, ...]
    matter: str
    shout_out_present: bool
    shout_out_names: tuple[str, ...]
    language: str
    abstained: bool
    model: str
    reasons: tuple[Reason, ...]
    fired: tuple[str, ...] = ()
    also_topic: str = ""
    also_matter: str = ""
    also_tier: int = 1
