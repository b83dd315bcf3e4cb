"""Tables of mail: digests by store and local day, alerts by case and person, and who wants none."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import utc_column


class Digest(SQLModel, table=True):
    """One mail for one person about one store and day. `message_id` is fixed at claim, so a repeat is known as one.

    States: due, sending, sent, empty (nothing to say, no mail), failed.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("store_id", "person_id", "local_date"),
        Index("ix_digest_unsent", "state", postgresql_where=text("state in ('due', 'sending')")),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    store_id: int = Field(foreign_key="store.id")
    person_id: int = Field(foreign_key="person.id")
    local_date: date
    window_from: datetime = Field(sa_column=utc_column(nullable=False))
    window_to: datetime = Field(sa_column=utc_column(nullable=False))
    state: str
    message_id: str
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())


class Alert(SQLModel, table=True):
    """The mail that cannot wait: one per case, person and kind (`crisis`, `crisis-2` … for the next calls, `notice`).

    `not_before` is when quiet hours are over, for what is no crisis.
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "kind"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    case_id: int = Field(sa_type=BigInteger, foreign_key="care_case.id")
    person_id: int = Field(foreign_key="person.id")
    kind: str
    state: str
    message_id: str
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    not_before: datetime | None = Field(default=None, sa_column=utc_column())
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())


class MailOptOut(SQLModel, table=True):
    """A person who does not want a kind of mail, by one click or in the settings."""

    __tablename__ = "mail_opt_out"
    __table_args__ = (PrimaryKeyConstraint("person_id", "kind"),)
    person_id: int = Field(foreign_key="person.id")
    brand_id: int = Field(foreign_key="brand.id")
    kind: str
    since: datetime = Field(sa_column=utc_column(nullable=False))
