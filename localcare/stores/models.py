"""Tables of where: regions, stores now and before, their Pages and other names, and which store each mention is about."""

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
    """A place of the brand as it is now. `number` is kept exactly as the directory spells it.

    `store_code` is what a network calls it; `merged_into_id` is the store of which this row turned out to be a duplicate.
    """

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
    store_code: str | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="store.id")
    next_digest_at: datetime | None = Field(default=None, sa_column=utc_column())
    updated_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))


class StoreVersion(SQLModel, table=True):
    """What a store was until a change. `valid_from` without a value is since ever; the present is in `store` alone."""

    __tablename__ = "store_version"
    __table_args__ = (Index("ix_store_version_brand_id_store_id_valid_to", "brand_id", "store_id", "valid_to"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    store_id: int = Field(foreign_key="store.id", index=True)
    region_id: int = Field(foreign_key="region.id")
    number: str
    name: str
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = Field(default="US")
    latitude: float | None = None
    longitude: float | None = None
    timezone: str
    phone: str | None = None
    hours: str | None = None
    nicknames: list[str] = Field(default_factory=list, sa_column=text_array())
    opened_on: date | None = None
    closed_on: date | None = None
    successor_number: str | None = None
    store_code: str | None = None
    valid_from: datetime | None = Field(default=None, sa_column=utc_column())
    valid_to: datetime = Field(sa_column=utc_column(nullable=False))


class DirectoryChange(SQLModel, table=True):
    """What somebody did to the directory. `before` and `after` hold only what differs; what was undone stays to be read."""

    __tablename__ = "directory_change"
    __table_args__ = (
        Index("ix_directory_change_store_id_id", "store_id", "id"),
        Index("ix_directory_change_brand_id_recorded_at", "brand_id", "recorded_at"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    store_id: int | None = Field(default=None, foreign_key="store.id")
    kind: str
    before: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    after: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}"))
    effective_at: datetime = Field(sa_column=utc_column(nullable=False))
    recorded_at: datetime = Field(sa_column=utc_column(nullable=False))
    recorded_by: str
    note: str | None = None
    undone_at: datetime | None = Field(default=None, sa_column=utc_column())
    undone_by: str | None = None


class StoreAlias(SQLModel, table=True):
    """What people call a store or the place it is in. Without a city it needs none to be understood."""

    __tablename__ = "store_alias"
    __table_args__ = (
        Index(
            "uq_store_alias_current",
            "brand_id",
            "store_id",
            "kind",
            "words",
            "city",
            unique=True,
            postgresql_where=text("state <> 'retired'"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    store_id: int = Field(foreign_key="store.id", index=True)
    kind: str
    words: str
    city: str | None = None
    source: str
    state: str
    supports: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    contradictions: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    created_by: str
    decided_at: datetime | None = Field(default=None, sa_column=utc_column())
    decided_by: str | None = None
    valid_from: datetime | None = Field(default=None, sa_column=utc_column())
    valid_to: datetime | None = Field(default=None, sa_column=utc_column())


class AliasVote(SQLModel, table=True):
    """What one correction or one customer's answer said about an alias. It outlives the mention it came from."""

    __tablename__ = "alias_vote"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id", index=True)
    alias_id: int = Field(foreign_key="store_alias.id", index=True)
    mention_id: int | None = Field(default=None, sa_type=BigInteger)
    case_id: int | None = Field(default=None, sa_type=BigInteger)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    by: str
    verdict: str
    at: datetime = Field(sa_column=utc_column(nullable=False))
    undone_at: datetime | None = Field(default=None, sa_column=utc_column())


class StorePage(SQLModel, table=True):
    """A network's Page of the brand: a store's, a region's, or (without either) the brand's own. One link at a time.

    `kind` tells the store's official Page from a duplicate and from a rogue one that somebody else runs in its name.
    """

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
    kind: str = Field(default="official", sa_column_kwargs={"server_default": "official"})
    region_id: int | None = Field(default=None, foreign_key="region.id")
    valid_from: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    valid_to: datetime | None = Field(default=None, sa_column=utc_column())


class DirectoryConflict(SQLModel, table=True):
    """Something that two sources tell differently, for a person to decide. `subject` names what it is about."""

    __tablename__ = "directory_conflict"
    __table_args__ = (
        Index(
            "uq_directory_conflict_open",
            "brand_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    source: str
    kind: str
    subject: str
    detail: str
    candidates: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]")
    )
    incoming: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    state: str = Field(default="open", sa_column_kwargs={"server_default": "open"})
    decision: str | None = None
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    decided_at: datetime | None = Field(default=None, sa_column=utc_column())
    decided_by: str | None = None


class GeocodeCache(SQLModel, table=True):
    """What a geocoder answered for an address, until it must be asked again. No brand: these are public facts."""

    __tablename__ = "geocode_cache"
    __table_args__ = (UniqueConstraint("provider", "key"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    provider: str
    key: str
    status: str
    lat: float | None = None
    lng: float | None = None
    precision: str | None = None
    answer: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    asked_at: datetime = Field(sa_column=utc_column(nullable=False))
    expires_at: datetime = Field(sa_column=utc_column(nullable=False))


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
