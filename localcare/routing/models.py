"""Table of routing policies: every version that was ever in force, as the text people wrote."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from localcare.kit.db import utc_column


class PolicyVersion(SQLModel, table=True):
    """One version of a brand's policy.yaml; at most one is active."""

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
    created_by: str
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
