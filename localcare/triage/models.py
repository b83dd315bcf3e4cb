"""Table of verdicts: what triage said of each mention, why, and what it said before."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, text_array, utc_column


class VerdictRow(SQLModel, table=True):
    """A verdict on one mention. The newest one of a mention has no `superseded_at`; older ones are its history."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index("uq_verdict_current", "mention_id", unique=True, postgresql_where=text("superseded_at is null")),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    actionable: bool
    actionable_probability: float
    topic: str
    tier: int
    sentiment: str
    sentiment_probability: dict[str, float] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    urgency: str
    risks: list[str] = Field(default_factory=list, sa_column=text_array())
    matter: str
    shout_out: bool = False
    shout_out_names: list[str] = Field(default_factory=list, sa_column=text_array())
    language: str
    abstained: bool
    model: str
    reasons: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]")
    )
    judged_at: datetime = Field(sa_column=utc_column(nullable=False))
    superseded_at: datetime | None = Field(default=None, sa_column=utc_column())
