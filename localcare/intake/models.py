"""Tables of intake: the event log as it came, what is still to do, what was set aside and why, signed sources."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import utc_column


class EventKey(SQLModel, table=True):
    """The hash of every delivery ever accepted, not partitioned, so that a repeated one is known for what it is."""

    __tablename__ = "event_key"
    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    event_id: int = Field(sa_type=BigInteger)
    received_at: datetime = Field(sa_column=utc_column(nullable=False))


class Event(SQLModel, table=True):
    """One delivery, byte for byte, by month of arrival. Never changed. `brand_id` is null until a Page tells it."""

    __tablename__ = "event"
    __table_args__ = (PrimaryKeyConstraint("id", "received_at"), {"postgresql_partition_by": "RANGE (received_at)"})
    id: int = Field(sa_type=BigInteger)
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    lane: str
    source: str
    brand_id: int | None = None
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class EventTodo(SQLModel, table=True):
    """A thin queue of events not yet worked in; a row goes in the transaction that does the work."""

    __tablename__ = "event_todo"
    event_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    not_before: datetime | None = Field(default=None, sa_column=utc_column())


class EventIssue(SQLModel, table=True):
    """What could not be worked in, for an administrator: which event, which Page, why, and whether it was dealt with."""

    __tablename__ = "event_issue"
    __table_args__ = (
        UniqueConstraint("event_id", "position"),
        Index("ix_event_issue_open", text("noticed_at desc"), postgresql_where=text("settled_at is null")),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    event_id: int = Field(sa_type=BigInteger)
    position: int
    brand_id: int | None = None
    kind: str
    page_id: str | None = None
    what: str
    why: str
    noticed_at: datetime = Field(sa_column=utc_column(nullable=False))
    settled_at: datetime | None = Field(default=None, sa_column=utc_column())


class Source(SQLModel, table=True):
    """A listening tool or aggregator that signs what it sends; its secret is kept encrypted."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    name: str
    channel: str = Field(default="community")
    secret_encrypted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
