"""Tables of the noun everybody shares: a key that is unique for ever, and the mention itself, by month."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, utc_column


class MentionKey(SQLModel, table=True):
    """One row per mention ever seen, not partitioned: it makes a mention unique and other tables refer to it."""

    __tablename__ = "mention_key"
    __table_args__ = (UniqueConstraint("brand_id", "channel", "external_id"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    channel: str
    external_id: str
    received_at: datetime = Field(sa_column=utc_column(nullable=False))


class Mention(SQLModel, table=True):
    """A mention as far as it is known: `MentionState` with an id and a brand, partitioned by month of arrival.

    `purged_at`: what was removed, or kept long enough, is gone from the stored deliveries and from all that was derived too.
    """

    __tablename__ = "mention"
    __table_args__ = (
        PrimaryKeyConstraint("id", "received_at"),
        Index("ix_mention_conversation", "brand_id", "conversation_key"),
        Index("ix_mention_parent", "brand_id", "parent_id", postgresql_where=text("from_page")),
        # what falls with a post, and with a comment
        Index(
            "ix_mention_thread",
            "brand_id",
            "thread_id",
            postgresql_where=text("thread_id <> external_id and kind <> 'message'"),
        ),
        Index(
            "ix_mention_nested",
            "brand_id",
            "parent_id",
            postgresql_where=text(
                "parent_id is not null and parent_id is distinct from thread_id and kind <> 'message'"
            ),
        ),
        Index("ix_mention_page", "brand_id", "page_id", "created_at"),
        Index("ix_mention_removed", "removed_at", postgresql_where=text("removed_at is not null")),
        # what several lanes may tell of, by who wrote it: few, beside what the networks' own ids make unique
        Index(
            "ix_mention_told_by_people",
            "brand_id",
            text("lower(author_name)"),
            postgresql_where=text("kind = 'review' or starts_with(external_id, 'mail-')"),
        ),
        # what Instagram told by its bare id and nobody has read yet
        Index(
            "ix_mention_to_read",
            "page_id",
            "received_at",
            postgresql_where=text("channel = 'instagram' and kind = 'mention' and content_version = ''"),
        ),
        {"postgresql_partition_by": "RANGE (received_at)"},
    )
    id: int = Field(sa_type=BigInteger)
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    brand_id: int
    event_id: int | None = Field(default=None, sa_type=BigInteger)
    channel: str
    kind: str
    external_id: str
    page_id: str | None = None
    thread_id: str | None = None
    parent_id: str | None = None
    conversation_key: str
    author_version: str = ""
    author_external_id: str | None = None
    author_name: str | None = None
    from_page: bool = False
    content_version: str = ""
    text: str = ""
    rating: int | None = None
    recommends: bool | None = None
    attachments: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]")
    )
    place: dict[str, object] | None = Field(default=None, sa_column=Column(JSONB))
    store_number: str | None = None
    permalink: str | None = None
    first_change_at: datetime = Field(sa_column=utc_column(nullable=False))
    network_created_at: datetime | None = Field(default=None, sa_column=utc_column())
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    edited_at: datetime | None = Field(default=None, sa_column=utc_column())
    hidden_version: str = ""
    hidden: bool = False
    removed_at: datetime | None = Field(default=None, sa_column=utc_column())
    purged_at: datetime | None = Field(default=None, sa_column=utc_column())


class MentionName(SQLModel, table=True):
    """An id by which a lane knows a mention that several lanes may tell of: its own first, then those of the others.

    What is told again under any of them changes the one mention. `lane` is how the event came: "import:stored", say.
    """

    __tablename__ = "mention_name"
    __table_args__ = (PrimaryKeyConstraint("brand_id", "channel", "external_id"),)
    brand_id: int = Field(foreign_key="brand.id")
    channel: str
    external_id: str
    mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id", index=True)
    lane: str
    named_at: datetime = Field(sa_column=utc_column(nullable=False))


class Erasure(SQLModel, table=True):
    """A wish to be forgotten, and what became of it. Who asked is kept only as a hash, so that nothing comes back.

    `kind` is data-deletion, deauthorize or customer; `state` is asked, done or refused. `code` is what the asker can look up.
    """

    __tablename__ = "erasure"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int | None = Field(default=None, foreign_key="brand.id", index=True)
    code: str = Field(unique=True)
    kind: str
    subject_hash: str = Field(index=True)
    requested_at: datetime = Field(sa_column=utc_column(nullable=False))
    requested_by: str = Field(default="")
    state: str = Field(default="asked")
    done_at: datetime | None = Field(default=None, sa_column=utc_column())
    counts: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    reason: str | None = None
