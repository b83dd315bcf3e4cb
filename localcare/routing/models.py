"""Tables of routing policies: every version as the text people wrote, how far it has come, and who did what with it when."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
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
