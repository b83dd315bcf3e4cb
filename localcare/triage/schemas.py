"""The shapes at triage's borders: rule files in, the JSON of `localcare triage` in and out."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from localcare.triage.core import Item, Reason, Risk, Rule, Taxonomy, Topic, Verdict
from localcare.triage.core.verdict import SENTIMENTS, SentimentClass

Phrases = tuple[str, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleEntry(_Strict):
    """One rule as the care team writes it; `Rule` says what each part means."""

    id: str
    because: str
    any: Phrases = ()
    all: Phrases = ()
    near: Annotated[tuple[Phrases, Phrases], Field()] | None = None
    within: int = 5
    none: Phrases = ()
    unless: Phrases = ()
    denials: Phrases = ()
    topic: str | None = None
    weight: float = 1.0
    risk: str | None = None
    actionable: float = 0.0
    sentiment: SentimentClass | None = None
    tier_at_least: int = Field(0, ge=0, le=3)
    urgency: Literal["low", "normal", "high", "critical"] | None = None
    shout_out: bool = False
    channels: Phrases = ()
    language: Literal["en", "es"] | None = None
    places: Phrases = ()
    precedence: int = 0
    final: bool = False
    owner: str | None = None
    since: date | None = None
    until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, values: object) -> object:
        """What a file leaves empty is as usual; what the database could not keep of a number (NaN) is too."""
        return {k: v for k, v in values.items() if v is not None} if isinstance(values, dict) else values

    def to_rule(self, *, owner: str, lists: Mapping[str, Phrases]) -> Rule:
        """The rule with `{name}` replaced by the named list of phrases."""
        values = self.model_dump(exclude={"any", "all", "none", "near", "owner", "denials"})
        near = (_spelled_out(self.near[0], lists), _spelled_out(self.near[1], lists)) if self.near else None
        return Rule(
            **values,
            any_of=_spelled_out(self.any, lists),
            all_of=self.all,
            none_of=self.none,
            near=near,
            denials=_spelled_out(self.denials, lists),
            owner=self.owner or owner,
        )


class RuleFile(_Strict):
    """A file of rules with one owner; its `denials` hold for each of them."""

    owner: str = "care"
    language: str | None = None
    denials: Phrases = ()
    rules: tuple[RuleEntry, ...]

    @property
    def entries(self) -> tuple[RuleEntry, ...]:
        """Its rules, in order, each with the file's owner and denials beside its own."""
        return tuple(
            entry.model_copy(update={"denials": entry.denials + self.denials, "owner": entry.owner or self.owner})
            for entry in self.rules
        )

    def to_rules(self, lists: Mapping[str, Phrases]) -> list[Rule]:
        """Its rules, in order."""
        return [entry.to_rule(owner=self.owner, lists=lists) for entry in self.entries]


class ListsFile(RootModel[dict[str, Phrases]]):
    """Lists of phrases that rules name in braces."""


class TopicEntry(_Strict):
    """One topic of the taxonomy file."""

    slug: str
    name: str
    tier: int = Field(ge=1, le=3)
    matter: Literal["store", "network", "billing", "account", "product", "other"]
    matter_on_store_page: Literal["store", "network", "billing", "account", "product", "other"] | None = None
    about: str

    def to_topic(self) -> Topic:
        """The topic; on a store's page it is the same matter unless the file says otherwise."""
        return Topic(**{**self.model_dump(), "matter_on_store_page": self.matter_on_store_page or self.matter})


class RiskEntry(_Strict):
    """One risk of the taxonomy file."""

    slug: str
    name: str
    tier: int = Field(ge=1, le=3)
    urgency: Literal["low", "normal", "high", "critical"]
    about: str


class TaxonomyFile(_Strict):
    """Topics and risks."""

    topics: tuple[TopicEntry, ...]
    risks: tuple[RiskEntry, ...]

    def to_taxonomy(self) -> Taxonomy:
        """The taxonomy in the order of the file."""
        return Taxonomy(
            topics={t.slug: t.to_topic() for t in self.topics},
            risks={r.slug: Risk(**r.model_dump()) for r in self.risks},
        )


class NamesFile(_Strict):
    """First names, and words that only look like names."""

    first_names: frozenset[str]
    never_names: frozenset[str]

    @field_validator("first_names", "never_names", mode="before")
    @classmethod
    def _split(cls, words: str) -> frozenset[str]:
        return frozenset(words.lower().split())


class SpellingsFile(_Strict):
    """Words that are known again when they are misspelt, and ordinary ones that only look like a slip."""

    misspelt: frozenset[str]
    ordinary: frozenset[str]

    @field_validator("misspelt", "ordinary", mode="before")
    @classmethod
    def _split(cls, words: str) -> frozenset[str]:
        return frozenset(words.lower().split())


class TriageInput(BaseModel):
    """One line of `localcare triage --file`."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    text: str | None = None
    channel: str = "facebook"
    kind: str = "post"
    recommends: bool | None = None
    rating: int | None = Field(None, ge=1, le=5)
    page_kind: Literal["store", "brand"] = "brand"
    has_attachments: bool = False

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, values: object) -> object:
        return {k: v for k, v in values.items() if v is not None} if isinstance(values, dict) else values

    def to_item(self) -> Item:
        """The item; a missing text is an empty one."""
        return Item(**{**self.model_dump(), "id": str(self.id), "text": self.text or ""})


class ReasonOutput(BaseModel):
    """A reason; `from` says who gave it."""

    source: Literal["rule", "model", "signal", "person"] = Field(serialization_alias="from")
    detail: str

    @classmethod
    def of(cls, reason: Reason) -> "ReasonOutput":
        """The reason as JSON shows it."""
        return cls(source=reason.source, detail=reason.detail)


class ShoutOutOutput(BaseModel):
    """Praise that names or describes an associate."""

    present: bool
    names: tuple[str, ...]


class TriageOutput(BaseModel):
    """One verdict as `localcare triage` prints it and the API shows it."""

    id: str | int | None
    actionable: bool
    actionable_probability: float
    topic: str
    tier: int
    sentiment: SentimentClass
    sentiment_probability: dict[SentimentClass, float]
    urgency: str
    risks: tuple[str, ...]
    matter: str
    shout_out: ShoutOutOutput
    language: str
    abstained: bool
    model: str
    reasons: tuple[ReasonOutput, ...]

    @classmethod
    def of(cls, id: str | int | None, verdict: Verdict) -> "TriageOutput":  # noqa: A002 - the JSON's own name
        """The verdict on the item of that id."""
        same = {name: getattr(verdict, name) for name in cls.model_fields if hasattr(verdict, name)}
        same |= {
            "actionable_probability": round(verdict.actionable_probability, 4),
            "sentiment_probability": {s: round(getattr(verdict.sentiment_probability, s), 4) for s in SENTIMENTS},
            "reasons": tuple(ReasonOutput.of(reason) for reason in verdict.reasons),
        }
        shout_out = ShoutOutOutput(present=verdict.shout_out_present, names=verdict.shout_out_names)
        return cls(id=id, shout_out=shout_out, **same)

    def to_json(self) -> str:
        """One line of JSON."""
        return self.model_dump_json(by_alias=True)


class UnreadLine(BaseModel):
    """What stands in the place of a verdict when a line could not be read."""

    id: str | int | None
    error: str

    def to_json(self) -> str:
        """One line of JSON."""
        return self.model_dump_json()


def _spelled_out(phrases: Phrases, lists: Mapping[str, Phrases]) -> Phrases:
    spelled: list[str] = []
    for phrase in phrases:
        spelled.extend(lists[phrase[1:-1]] if phrase.startswith("{") else (phrase,))
    return tuple(spelled)
