"""Tables of Facebook: the brand's connection, the token of each Page and how it fares, what broke, what was read when."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, text_array, utc_column


class FacebookConnection(SQLModel, table=True):
    """What the brand let us in with: a person's or a system user's token, encrypted, and how far connecting Pages has come.

    `kind` is user, system-user or page; `state` is connecting, connected or revoked; `health` as of a Page's access; `report`
    is a ConnectReport.
    """

    __tablename__ = "facebook_connection"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", unique=True)
    kind: str
    token_encrypted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    subject_id: str | None = None
    subject_name: str | None = None
    brand_page_id: str | None = None
    business_id: str | None = None
    scopes: list[str] = Field(default_factory=list, sa_column=text_array())
    expires_at: datetime | None = Field(default=None, sa_column=utc_column())
    state: str = Field(default="connecting")
    health: str = Field(default="unknown")
    health_detail: str = Field(default="")
    since: datetime = Field(sa_column=utc_column(nullable=False))
    pages_found: int = 0
    pages_connected: int = 0
    pages_failed: int = 0
    report: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))
    tasks_read_at: datetime | None = Field(default=None, sa_column=utc_column())


class PageAccess(SQLModel, table=True):
    """The credential of one Page. `health` is ok, token, permission, quota or unknown; `since` is when it became so.

    `instagram_id` is its professional account there, by name `instagram_name`.
    `found_by` names the ways that gave the Page; `token_kind` is page or unknown.
    `quota_percent` is how full Meta said the budget was; calls wait until `quota_until`.
    """

    __tablename__ = "page_access"
    __table_args__ = (
        Index("ix_page_access_next_check_at", "next_check_at"),
        Index("ix_page_access_instagram_id", "instagram_id", postgresql_where=text("instagram_id is not null")),
    )
    page_id: str = Field(primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    token_encrypted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    found_by: list[str] = Field(default_factory=list, sa_column=text_array())
    token_kind: str = Field(default="unknown", sa_column_kwargs={"server_default": "unknown"})
    scopes: list[str] = Field(default_factory=list, sa_column=text_array())
    tasks: list[str] = Field(default_factory=list, sa_column=text_array())
    expires_at: datetime | None = Field(default=None, sa_column=utc_column())
    data_access_expires_at: datetime | None = Field(default=None, sa_column=utc_column())
    health: str = Field(default="unknown")
    health_detail: str = Field(default="")
    error_code: int | None = None
    since: datetime = Field(sa_column=utc_column(nullable=False))
    subscribed_at: datetime | None = Field(default=None, sa_column=utc_column())
    subscribed_fields: list[str] = Field(default_factory=list, sa_column=text_array())
    checked_at: datetime | None = Field(default=None, sa_column=utc_column())
    next_check_at: datetime | None = Field(default=None, sa_column=utc_column())
    last_event_at: datetime | None = Field(default=None, sa_column=utc_column())
    last_poll_at: datetime | None = Field(default=None, sa_column=utc_column())
    quota_percent: float | None = None
    quota_until: datetime | None = Field(default=None, sa_column=utc_column())
    served_version: str | None = None
    instagram_id: str | None = None
    instagram_name: str = Field(default="", sa_column_kwargs={"server_default": ""})


class GraphPause(SQLModel, table=True):
    """Until when Facebook takes no call of the app at all (error 4), whichever the brand: one row, by the name of `app`."""

    __tablename__ = "graph_pause"
    name: str = Field(primary_key=True)
    since: datetime = Field(sa_column=utc_column(nullable=False))
    until: datetime = Field(sa_column=utc_column(nullable=False))


class PageIncident(SQLModel, table=True):
    """Something that broke on a Page, from when to when. One open incident per Page and kind.

    `kind` is token, permission, subscription, silence, reading, expiry, quota or version.
    """

    __tablename__ = "page_incident"
    __table_args__ = (
        Index("uq_page_incident_open", "page_id", "kind", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_page_incident_brand_id_since", "brand_id", "since"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    page_id: str
    kind: str
    detail: str = Field(default="")
    since: datetime = Field(sa_column=utc_column(nullable=False))
    noticed_at: datetime = Field(sa_column=utc_column(nullable=False))
    alerted_at: datetime | None = Field(default=None, sa_column=utc_column())
    ended_at: datetime | None = Field(default=None, sa_column=utc_column())


class PollState(SQLModel, table=True):
    """How far one lane of a Page was read. The watermark moves only over what was proven to be read.

    `lane` is feed, tagged, comments, conversations, or one of the Page's account on Instagram.
    """

    __tablename__ = "poll_state"
    __table_args__ = (PrimaryKeyConstraint("page_id", "lane"), Index("ix_poll_state_next_at", "next_at"))
    page_id: str
    lane: str
    brand_id: int = Field(foreign_key="brand.id", index=True)
    watermark: datetime | None = Field(default=None, sa_column=utc_column())
    proven_at: datetime | None = Field(default=None, sa_column=utc_column())
    empty_reads: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_at: datetime = Field(sa_column=utc_column(nullable=False))
    backfill_until: datetime | None = Field(default=None, sa_column=utc_column())
    backfilled_at: datetime | None = Field(default=None, sa_column=utc_column())
    last_error: str = Field(default="")


class PageRating(SQLModel, table=True):
    """What a Page's stars were on a day; null is "not told", with the reason, and never 0."""

    __tablename__ = "page_rating"
    __table_args__ = (PrimaryKeyConstraint("page_id", "on_day"),)
    page_id: str
    on_day: date
    brand_id: int = Field(foreign_key="brand.id", index=True)
    store_id: int | None = Field(default=None, foreign_key="store.id", index=True)
    stars: float | None = None
    count: int | None = None
    reason: str | None = None


class CapabilityProbe(SQLModel, table=True):
    """Whether something that Meta took away, or may, still answers: asked once a night on one Page.

    `told_at` is when administrators were told by mail that it answers again.
    """

    __tablename__ = "capability_probe"
    __table_args__ = (Index("ix_capability_probe_brand_id_what_at", "brand_id", "what", "at"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    what: str
    page_id: str | None = None
    at: datetime = Field(sa_column=utc_column(nullable=False))
    outcome: str
    detail: str = Field(default="")
    told_at: datetime | None = Field(default=None, sa_column=utc_column())
