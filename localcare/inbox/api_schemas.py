"""Cases, mentions and queues as JSON: the names are stable, people script against them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class AuthorOut(BaseModel):
    """Who wrote it, as that Page sees them: ids differ from Page to Page."""

    id: str | None
    name: str | None


class AttachmentOut(BaseModel):
    """A photo, a video or a link in somebody's words."""

    type: str
    url: str | None


class MentionOut(BaseModel):
    """One piece of what customers said. A removed one stays as a tombstone without words and author."""

    id: int
    channel: str
    kind: str
    external_id: str
    page_id: str | None
    parent_id: str | None
    author: AuthorOut | None
    text: str
    rating: int | None
    recommends: bool | None
    attachments: list[AttachmentOut]
    language: str | None
    created_at: datetime
    received_at: datetime
    edited_at: datetime | None
    removed_at: datetime | None
    hidden: bool
    permalink: str | None


class MentionWithVerdict(MentionOut):
    """A mention with what the resolver and triage made of it; null where they have not read it."""

    store: str | None = Field(description="The store's number.")
    actionable: bool | None
    topic: str | None
    sentiment: str | None
    urgency: str | None
    case_id: int | None


class MentionList(BaseModel):
    """Mentions, the newest first."""

    items: list[MentionWithVerdict]
    next: str | None


class StoreOfCase(BaseModel):
    """The store a case is about; `region` is a slug."""

    number: str
    name: str
    region: str


class EvidenceOut(BaseModel):
    """What speaks for a store, in words."""

    store_number: str
    kind: str
    detail: str


class ResolutionOut(BaseModel):
    """Which store, how sure, and why; `against` is what spoke against it, `decided_by` the resolver or a person."""

    status: Literal["exact", "likely", "ambiguous", "none"]
    confidence: float
    evidence: list[EvidenceOut]
    against: list[str]
    decided_by: str | None


class ReasonOut(BaseModel):
    """Why a case is judged and routed as it is."""

    source: str = Field(serialization_alias="from", description="person, rule, model, signal or policy")
    detail: str


class ClockOut(BaseModel):
    """A promise: acknowledge, first_reply, next_reply or resolve. It runs while `stopped_at` is null.

    `started_at` is the arrival of what waits; it rests since `paused_at` while it is the customer's turn.
    """

    kind: str
    due_at: datetime
    breached: bool
    started_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None


class ReplyOut(BaseModel):
    """An answer and how far it has come; `external_id` is the network's."""

    id: int
    kind: str
    state: str
    external_id: str | None
    author: str
    text: str
    sent_at: datetime | None
    approved_at: datetime | None = Field(description="When somebody else approved it, where the policy asks for that.")


class ApprovalOut(BaseModel):
    """Whether answers of this case wait until somebody else has approved them, who may, and since when one waits."""

    needed: bool
    by: list[str] = Field(description="supervisor, lead, centre, tier2, tier3; a supervisor always may")
    asked_at: datetime | None


class LinkedCaseOut(BaseModel):
    """Another case that belongs to this one."""

    id: int
    how: Literal["merged-into", "merged-in", "other-matter"]
    answers_in_public: bool = Field(description="Of two cases of the same words, the one that does.")


class CaseOut(BaseModel):
    """One author's matter, with everything that was said and done."""

    id: int
    brand: str
    store: StoreOfCase | None
    queue: str
    tier: int
    state: str
    owner: str | None = Field(description="The owner's e-mail address.")
    topic: str
    sentiment: str
    urgency: str
    risks: list[str]
    resolution: ResolutionOut
    reasons: list[ReasonOut]
    clocks: list[ClockOut]
    approval: ApprovalOut
    linked: list[LinkedCaseOut]
    mentions: list[MentionOut]
    replies: list[ReplyOut]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class CaseList(BaseModel):
    """Cases, the newest first."""

    items: list[CaseOut]
    next: str | None


class QueueOut(BaseModel):
    """A queue with open cases: how many there are, wait, have an owner, are late, and the oldest that waits."""

    queue: str
    open: int
    waiting: int
    owned: int
    late: int
    oldest_waiting_since: datetime | None


class QueueList(BaseModel):
    """Queues by name."""

    items: list[QueueOut]
    next: str | None
