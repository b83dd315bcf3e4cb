"""Tables of where: regions, stores, their Pages, and which store each mention is about."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, text_array, utc_column


class Region(SQLModel, table=True):
    """A node of the hierarchy above stores. `path` is the ids from the root, "/1/4/9/", so that a prefix is a subtree."""

    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("brand_id", "slug"), Index("ix_region_brand_id_path", "brand_id", "path"))
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    parent_id: int | None = Field(default=None, foreign_key="region.id")
    slug: str
    name: str
    depth: int
    path: str


class Store(SQLModel, table=True):
    """A place of the brand. `number` is kept exactly as the directory spells it."""

    __tablename__ = "store"
    __table_args__ = (
        UniqueConstraint("brand_id", "number"),
        Index("ix_store_next_digest_at", "next_digest_at", postgresql_where=text("closed_on is null")),
    )
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    region_id: int = Field(foreign_key="region.id", index=True)
    number: str
    name: str
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = Field(default="US")
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = Field(default="America/New_York")
    phone: str | None = None
    hours: str | None = None
    nicknames: list[str] = Field(default_factory=list, sa_column=text_array())
    opened_on: date | None = None
    closed_on: date | None = None
    successor_number: str | None = None
    next_digest_at: datetime | None = Field(default=None, sa_column=utc_column())
    updated_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))


class StorePage(SQLModel, table=True):
    """A network's Page of the brand: a store's, or (without a store) the brand's own. One brand and link at a time."""

    __tablename__ = "store_page"
    __table_args__ = (
        Index("uq_store_page_current", "channel", "page_id", unique=True, postgresql_where=text("valid_to is null")),
    )
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    channel: str = Field(default="facebook")
    page_id: str
    name: str
    store_id: int | None = Field(default=None, foreign_key="store.id", index=True)
    valid_from: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    valid_to: datetime | None = Field(default=None, sa_column=utc_column())


class Resolution(SQLModel, table=True):
    """Which store a mention is about, with the evidence. The newest one of a mention has no `superseded_at`.

    `mentioned_at` repeats the mention's time so that a store's feed is read in order from one index.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        Index("uq_resolution_current", "mention_id", unique=True, postgresql_where=text("superseded_at is null")),
        Index(
            "ix_resolution_feed", "store_id", text("mentioned_at desc"), postgresql_where=text("superseded_at is null")
        ),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    mentioned_at: datetime = Field(sa_column=utc_column(nullable=False))
    status: str
    store_id: int | None = Field(default=None, foreign_key="store.id")
    confidence: float
    candidates: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]")
    )
    decided_by: str = Field(default="resolver")
    resolved_at: datetime = Field(sa_column=utc_column(nullable=False))
    superseded_at: datetime | None = Field(default=None, sa_column=utc_column())
