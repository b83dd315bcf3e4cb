"""Table of Page access: the token that speaks for a Page, encrypted, and how it fares."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import utc_column


class PageAccess(SQLModel, table=True):
    """The credential of one Page. `health` is ok, token, permission, quota or unknown; `since` is when it became so."""

    __tablename__ = "page_access"
    page_id: str = Field(primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    token_encrypted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    health: str = Field(default="unknown")
    health_detail: str = Field(default="")
    since: datetime = Field(sa_column=utc_column(nullable=False))
    subscribed_at: datetime | None = Field(default=None, sa_column=utc_column())
