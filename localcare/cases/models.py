"""Tables of cases: the unit of work, what belongs to it, its clocks and its history."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, text_array, utc_column

IN_NO_HAND = (
    "is_open and owner_id is null and waiting_since is not null and state <> 'snoozed' and left(queue, 6) <> 'store:'"
)
"""What the national team's desk gives out; queries say it word for word, so that the index of lanes serves them."""


class Case(SQLModel, table=True):
    """One author's matter. Only `cases` writes it; `version` counts changes, so that a stale page cannot overwrite.

    `untouched_since` is when the desk pushed it to its owner, for as long as they have not looked at it.
    `queue` is `store:<number>`, `tier<n>:<skill>`, `which-store` or `crisis`. `waiting_since` is the oldest unanswered
    customer word; null when it is the customer's turn. `priority_rank` is the policy's, where it lists the case otherwise
    than its own urgency would: `urgency_rank` is what lists are sorted by. `needs_approval`: somebody else reads its answers
    before they go out, one of `approvers` (none: the usual ones); one waits since `approval_asked_at`.
    `merged_into` is the case in which its matter is handled. A conversation with two matters has a second case (`part`
    “also”), about what triage found or a person told (`told_…`); the one that `is_silent` does not answer in public, and
    what the Page said between `deaf_from` and `deaf_to` was about the other matter.
    """

    __tablename__ = "care_case"
    __table_args__ = (
        UniqueConstraint("brand_id", "conversation_key", "part"),
        Index(
            "ix_care_case_open", "brand_id", "queue", "urgency_rank", "waiting_since", postgresql_where=text("is_open")
        ),
        Index(
            "ix_care_case_lane",
            "brand_id",
            "queue",
            "urgency_rank",
            "language",
            "waiting_since",
            "id",
            postgresql_where=text(IN_NO_HAND),
        ),
        Index("ix_care_case_untouched", "untouched_since", postgresql_where=text("untouched_since is not null")),
        Index("ix_care_case_merged", "merged_into", postgresql_where=text("merged_into is not null")),
        Index("ix_care_case_store", "store_id", "opened_at"),
        Index("ix_care_case_owner", "owner_id", postgresql_where=text("is_open")),
        Index(
            "ix_care_case_author",
            "brand_id",
            "channel",
            "author_external_id",
            "last_customer_at",
            postgresql_where=text("author_external_id is not null"),
        ),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    conversation_key: str
    part: str = Field(default="", sa_column_kwargs={"server_default": ""})
    told_topic: str | None = None
    told_matter: str | None = None
    told_tier: int | None = None
    is_silent: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    deaf_from: datetime | None = Field(default=None, sa_column=utc_column())
    deaf_to: datetime | None = Field(default=None, sa_column=utc_column())
    channel: str
    page_id: str | None = None
    store_id: int | None = Field(default=None, foreign_key="store.id")
    resolution_status: str = Field(default="none")
    author_external_id: str | None = None
    author_name: str | None = None
    state: str
    is_open: bool
    queue: str
    route_reason: str = Field(default="")
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    topic: str
    tier: int
    matter: str
    sentiment: str
    urgency: str
    urgency_rank: int
    priority_rank: int | None = None
    needs_approval: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    approvers: list[str] = Field(default_factory=list, sa_column=text_array())
    approval_asked_at: datetime | None = Field(default=None, sa_column=utc_column())
    risks: list[str] = Field(default_factory=list, sa_column=text_array())
    language: str = Field(default="en")
    excerpt: str = Field(default="")
    lead_mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    mention_count: int = Field(default=1)
    opened_by_hand: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    routed_by_hand: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    opened_at: datetime = Field(sa_column=utc_column(nullable=False))
    last_customer_at: datetime = Field(sa_column=utc_column(nullable=False))
    waiting_since: datetime | None = Field(default=None, sa_column=utc_column())
    replied_at: datetime | None = Field(default=None, sa_column=utc_column())
    first_reply_at: datetime | None = Field(default=None, sa_column=utc_column())
    answered_at: datetime | None = Field(default=None, sa_column=utc_column())
    closed_at: datetime | None = Field(default=None, sa_column=utc_column())
    closed_how: str | None = None
    merged_into: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("care_case.id"), nullable=True)
    )
    untouched_since: datetime | None = Field(default=None, sa_column=utc_column())
    snoozed_until: datetime | None = Field(default=None, sa_column=utc_column())
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class CaseMention(SQLModel, table=True):
    """Which case a mention belongs to: at most one."""

    __tablename__ = "case_mention"
    mention_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    case_id: int = Field(sa_type=BigInteger, foreign_key="care_case.id", index=True)


class CaseClock(SQLModel, table=True):
    """A promise with a time: acknowledge, first reply, next reply or resolve. Running while `stopped_at` is null.

    `started_at` is the arrival of what waits. It rests since `paused_at`; `paused_seconds` of open time it has rested before.
    `warned_at` is when its becoming late was told of, `escalated_at` its being late, `again_at` when it goes on up if nobody
    has it in hand by then.
    """

    __tablename__ = "case_clock"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "kind"),
        Index("ix_case_clock_due", "due_at", postgresql_where=text("stopped_at is null")),
        Index(
            "ix_case_clock_untold",
            "brand_id",
            "due_at",
            postgresql_where=text("stopped_at is null and escalated_at is null"),
        ),
        Index(
            "ix_case_clock_again",
            "brand_id",
            "again_at",
            postgresql_where=text("stopped_at is null and again_at is not null"),
        ),
    )
    case_id: int = Field(sa_type=BigInteger, foreign_key="care_case.id")
    brand_id: int = Field(foreign_key="brand.id")
    kind: str
    started_at: datetime = Field(sa_column=utc_column(nullable=False))
    due_at: datetime = Field(sa_column=utc_column(nullable=False))
    stopped_at: datetime | None = Field(default=None, sa_column=utc_column())
    escalated_at: datetime | None = Field(default=None, sa_column=utc_column())
    paused_at: datetime | None = Field(default=None, sa_column=utc_column())
    paused_seconds: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    warned_at: datetime | None = Field(default=None, sa_column=utc_column())
    again_at: datetime | None = Field(default=None, sa_column=utc_column())


class CaseEvent(SQLModel, table=True):
    """One line of a case's history: what happened, who or which rule did it, why.

    `data` of a person's move has the case as it was before, so that it can be taken back.
    """

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_case_id_at", "case_id", "at"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    case_id: int = Field(sa_type=BigInteger, foreign_key="care_case.id")
    at: datetime = Field(sa_column=utc_column(nullable=False))
    kind: str
    actor: str
    person_id: int | None = None
    detail: str = Field(default="")
    data: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}"))


class CaseGlance(SQLModel, table=True):
    """Who has a case open on their screen right now, so that two people do not write the same answer."""

    __tablename__ = "case_glance"
    __table_args__ = (PrimaryKeyConstraint("case_id", "person_id"),)
    case_id: int = Field(sa_type=BigInteger, foreign_key="care_case.id")
    brand_id: int = Field(foreign_key="brand.id")
    person_id: int = Field(foreign_key="person.id")
    seen_at: datetime = Field(sa_column=utc_column(nullable=False))


class CrisisCall(SQLModel, table=True):
    """A crisis that calls people, wave after wave, until somebody says “I have it” or has it in hand. See `cases.crisis`.

    `calmed_at` is when a person said that it is none: then a new risk calls anew.
    """

    __tablename__ = "crisis_call"
    __table_args__ = (
        Index(
            "ix_crisis_call_next_at", "next_at", postgresql_where=text("acknowledged_at is null and ended_at is null")
        ),
    )
    case_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("care_case.id"), primary_key=True, autoincrement=False)
    )
    brand_id: int = Field(foreign_key="brand.id")
    raised_at: datetime = Field(sa_column=utc_column(nullable=False))
    wave: int
    next_at: datetime = Field(sa_column=utc_column(nullable=False))
    acknowledged_at: datetime | None = Field(default=None, sa_column=utc_column())
    acknowledged_by: str
    person_id: int | None = None
    ended_at: datetime | None = Field(default=None, sa_column=utc_column())
    calmed_at: datetime | None = Field(default=None, sa_column=utc_column())
