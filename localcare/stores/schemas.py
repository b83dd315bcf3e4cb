"""The resolver's question and answer as JSON: one object a line, the shapes of docs/reference."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from localcare.stores.core.resolve import Answer, Candidate, Place, Question


class PlaceIn(BaseModel):
    """A place tag; any part may be missing, parts not known here are left aside."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str | None = None
    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    lat: float | None = None
    lng: float | None = None

    def to_place(self) -> Place:
        """The place as the resolver reads it."""
        return Place(**self.model_dump())


class AuthorIn(BaseModel):
    """Who wrote it. Where somebody lives is the weakest hint of which store they mean."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str | None = None
    name: str | None = None
    home_city: str | None = None
    home_state: str | None = None

    @property
    def home(self) -> str | None:
        """The home town as the resolver reads it."""
        return ", ".join(filter(None, (self.home_city, self.home_state))) or None


class QuestionIn(BaseModel):
    """One line of `localcare resolve --file`. The id comes back as it was given, a number as a number.

    Keys that are not known here are left aside; the answer's notes name them.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True, extra="allow")

    id: int | str | None = Field(default=None, union_mode="left_to_right")
    text: str | None = None
    page_id: str | None = None
    store_number: str | None = None
    place: PlaceIn | None = None
    lat: float | None = None
    lng: float | None = None
    accuracy_m: float | None = None
    author: AuthorIn | None = None
    created_at: datetime | None = None

    @field_validator("created_at")
    @classmethod
    def in_utc(cls, moment: datetime | None) -> datetime | None:
        """A time without an offset is UTC."""
        return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment

    @property
    def unknown(self) -> list[str]:
        """The keys that are not known here, in order of the alphabet."""
        return sorted(self.model_extra or ())

    def to_question(self) -> Question:
        """The question as the resolver reads it."""
        return Question(
            id=str(self.id),
            text=self.text or "",
            page_id=self.page_id,
            place=self.place.to_place() if self.place else None,
            lat=self.lat,
            lng=self.lng,
            store_number=self.store_number,
            author_id=self.author.id if self.author else None,
            created_at=self.created_at,
            accuracy_m=self.accuracy_m,
            home=self.author.home if self.author else None,
        )


class EvidenceOut(BaseModel):
    """What speaks for a store, in words."""

    kind: str
    detail: str


class CandidateOut(BaseModel):
    """A store it may be about."""

    store_number: str
    confidence: float
    evidence: list[EvidenceOut]


class AnswerOut(BaseModel):
    """Which store; `store_number` is null unless the status is exact or likely. `notes` say what spoke against."""

    id: int | str | None
    status: Literal["exact", "likely", "ambiguous", "none"]
    store_number: str | None
    confidence: float
    candidates: list[CandidateOut]
    notes: list[str]


def answer_out(question_id: int | str | None, answer: Answer, unknown: Sequence[str] = ()) -> AnswerOut:
    """An answer as JSON, with the id of its question; `unknown` are keys of the question that were left aside."""
    left_aside = [f"left aside, for these keys are not known: {', '.join(unknown)}"] if unknown else []
    return AnswerOut(
        id=question_id,
        status=answer.status,
        store_number=answer.candidates[0].number if answer.store_id is not None else None,
        confidence=answer.confidence,
        candidates=[_candidate_out(candidate) for candidate in answer.candidates],
        notes=[*answer.notes, *left_aside],
    )


def _candidate_out(candidate: Candidate) -> CandidateOut:
    return CandidateOut(
        store_number=candidate.number,
        confidence=candidate.confidence,
        evidence=[EvidenceOut(kind=each.kind, detail=each.detail) for each in candidate.evidence],
    )
