"""Tables of routing policies, each version as people wrote it with its history; of surges; of what is posted about crises."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import utc_column


class PolicyVersion(SQLModel, table=True):
    """One version of a brand's policy.yaml; at most one is active. See `core.versions.Version`.

    `replaced` is the version that was in force before it, 0 the shipped one; `note` is why it was written.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        UniqueConstraint("brand_id", "version"),
        Index("uq_policy_version_active", "brand_id", unique=True, postgresql_where=text("active")),
    )
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    version: int
    body: str
    active: bool = False
    stage: str = Field(default="draft", sa_column_kwargs={"server_default": "draft"})
    note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_by: str
    author_id: int | None = None
    signed_by: str | None = None
    live_from: datetime | None = Field(default=None, sa_column=utc_column())
    live_until: datetime | None = Field(default=None, sa_column=utc_column())
    replaced: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))


class PolicyEvent(SQLModel, table=True):
    """One line of the policy's history: what became of a version, who did it, why."""

    __tablename__ = "policy_event"
    __table_args__ = (Index("ix_policy_event_brand_id_at", "brand_id", "at"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    version: int
    at: datetime = Field(sa_column=utc_column(nullable=False))
    kind: str
    actor: str
    why: str = Field(default="")


class CrisisHook(SQLModel, table=True):
    """Where a brand's crises are posted to; the secret that signs them is sealed."""

    __tablename__ = "crisis_hook"
    brand_id: int = Field(sa_column=Column(ForeignKey("brand.id"), primary_key=True, autoincrement=False))
    url: str
    secret: bytes
    changed_by: str
    changed_at: datetime = Field(sa_column=utc_column(nullable=False))


class HookPost(SQLModel, table=True):
    """One thing to post about a case (None: a test). States: due, sending, sent, failed. Its words are read when it is sent."""

    __tablename__ = "hook_post"
    __table_args__ = (
        Index("ix_hook_post_due", "next_at", postgresql_where=text("state in ('due', 'sending')")),
        Index("ix_hook_post_brand_id_id", "brand_id", "id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    case_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="care_case.id")
    event: str
    wave: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    state: str
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_at: datetime = Field(sa_column=utc_column(nullable=False))
    error: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())


class Surge(SQLModel, table=True):
    """A time in which overflow rules hold, or shall: begun and not ended is on; neither begun nor withdrawn is dated ahead.

    `origin` is rule, hand or dated. `ends_by` is when it ends by itself. A person who ends it may have the rule rest
    until `rests_until`. `came` and `expected` are what made it begin; `returned` how many cases went back afterwards.
    """

    __tablename__ = "surge"
    __table_args__ = (
        Index(
            "uq_surge_on", "brand_id", unique=True, postgresql_where=text("begun_at is not null and ended_at is null")
        ),
        Index("ix_surge_brand_id_id", "brand_id", "id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    origin: str
    note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_by: str
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    begins_at: datetime = Field(sa_column=utc_column(nullable=False))
    ends_by: datetime | None = Field(default=None, sa_column=utc_column())
    begun_at: datetime | None = Field(default=None, sa_column=utc_column())
    ended_at: datetime | None = Field(default=None, sa_column=utc_column())
    withdrawn_at: datetime | None = Field(default=None, sa_column=utc_column())
    rests_until: datetime | None = Field(default=None, sa_column=utc_column())
    came: int | None = None
    expected: float | None = None
    returned: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SurgeEvent(SQLModel, table=True):
    """One line of the history of surges: what happened, who or which rule did it, why."""

    __tablename__ = "surge_event"
    __table_args__ = (Index("ix_surge_event_brand_id_at", "brand_id", "at"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    surge_id: int = Field(sa_type=BigInteger, foreign_key="surge.id")
    at: datetime = Field(sa_column=utc_column(nullable=False))
    kind: str
    actor: str
    why: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ArrivalHour(SQLModel, table=True):
    """How many cases a full hour brought: the past that forecasts are made from."""

    __tablename__ = "arrival_hour"
    __table_args__ = (PrimaryKeyConstraint("brand_id", "hour"),)
    brand_id: int = Field(foreign_key="brand.id")
    hour: datetime = Field(sa_column=utc_column(nullable=False))
    cases: int
