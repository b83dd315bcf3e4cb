"""Tables of answers: replies with their way through the outbox, and saved replies."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import utc_column


class Reply(SQLModel, table=True):
    """One answer to one customer turn, or one deed on the Page. `turn_id` is the customer's newest mention when it was written.

    `kind` is comment, private, message, by-hand, or a deed: edit, delete, hide, unhide, like, unlike. States: queued (in
    the undo window or waiting), sending, held (a person is asked), sent (the network gave an id), confirmed (its echo came
    back), noted, done (a deed took effect), deleted (it stood there once), failed, undone;
    awaiting (somebody else is to approve it), approved (of what a person posts by hand), returned (`error` is the note).
    `additional` numbers deliberate further answers to the same turn: 0 is the first; deeds count down
    from -1, `text` is then the new words, or why.
    """

    __tablename__ = "reply"
    __table_args__ = (
        Index(
            "uq_reply_turn", "case_id", "turn_id", "additional", unique=True,
            postgresql_where=text("state not in ('failed', 'undone', 'returned')"),
        ),
        Index("ix_reply_external", "brand_id", "channel", "external_id"),
        Index("ix_reply_page_id_sent_at", "page_id", "sent_at"),
        Index("ix_reply_awaiting", "brand_id", "created_at", postgresql_where=text("state = 'awaiting'")),
        Index("ix_reply_due", "send_after", postgresql_where=text("state in ('queued', 'sending')")),
    )  # fmt: skip
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    case_id: int = Field(sa_type=BigInteger, foreign_key="care_case.id", index=True)
    turn_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    additional: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    channel: str
    page_id: str | None = None
    kind: str
    target_id: str
    text: str
    author_id: int | None = Field(default=None, foreign_key="person.id")
    author_name: str
    state: str
    external_id: str | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    error: str | None = None
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    send_after: datetime = Field(sa_column=utc_column(nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())
    approver_id: int | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = Field(default=None, sa_column=utc_column())


class SavedReply(SQLModel, table=True):
    """A text the brand stands behind, with an owner and a day it is looked at again."""

    __tablename__ = "saved_reply"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    title: str
    topic: str
    language: str = Field(default="en")
    body: str
    owner: str
    review_on: date | None = None
