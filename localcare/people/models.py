"""Tables of who asks: brands, people and their roles, sign-in, sessions, API tokens, audit."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, text_array, utc_column


class Brand(SQLModel, table=True):
    """The tenant. `directory_version` counts changes of its stores, so that every worker notices them.

    Words of customers older than `retention_months` are forgotten; None keeps them.
    """

    __tablename__ = "brand"
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    directory_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    retention_months: int | None = Field(default=None)
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))


class Person(SQLModel, table=True):
    """Somebody who signs in or gets mail. The e-mail is lower case and unique in its brand."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("brand_id", "email"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    email: str
    name: str
    locale: str = Field(default="en-US")
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    deactivated_at: datetime | None = Field(default=None, sa_column=utc_column())


class RoleGrant(SQLModel, table=True):
    """A role of a person over a scope: the nation (both ids null), one region with all below it, or one store."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_store_id_role", "store_id", "role"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    region_id: int | None = Field(default=None, foreign_key="region.id")
    store_id: int | None = Field(default=None, foreign_key="store.id")
    skills: list[str] = Field(default_factory=list, sa_column=text_array())
    tier: int | None = None
    capacity: int = Field(default=5, sa_column_kwargs={"server_default": "5"})
    valid_from: date | None = None
    valid_to: date | None = None


class Absence(SQLModel, table=True):
    """Days, both included, on which somebody of a store is away, and who stands in for them at all of their stores.

    Ended or taken back, it stays to be read. `released_at` is when what they had in hand went back to the store's inbox.
    """

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_person_id", "person_id", "to_on"),
        Index("ix_absence_stand_in_id", "stand_in_id", "to_on", postgresql_where=text("stand_in_id is not null")),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    from_on: date
    to_on: date
    stand_in_id: int | None = Field(default=None, foreign_key="person.id")
    note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    recorded_by: str
    recorded_at: datetime = Field(sa_column=utc_column(nullable=False))
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=utc_column())
    released_at: datetime | None = Field(default=None, sa_column=utc_column())


class AgentDesk(SQLModel, table=True):
    """What a care agent's grants do not say: languages, working time, whether they are there. See `core.duty.Duty`.

    `shifts` is text such as `Mo-Fr 09:00-17:00` in `timezone`; empty is whenever they say so.
    """

    __tablename__ = "agent_desk"
    person_id: int = Field(sa_column=Column(ForeignKey("person.id"), primary_key=True, autoincrement=False))
    brand_id: int = Field(foreign_key="brand.id", index=True)
    languages: list[str] = Field(
        default_factory=lambda: ["en"], sa_column=Column(ARRAY(Text), nullable=False, server_default="{en}")
    )
    shifts: str = Field(default="", sa_column_kwargs={"server_default": ""})
    timezone: str = Field(default="America/New_York", sa_column_kwargs={"server_default": "America/New_York"})
    is_pushed: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    is_willing: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    presence: str = Field(default="offline", sa_column_kwargs={"server_default": "offline"})
    presence_at: datetime | None = Field(default=None, sa_column=utc_column())
    last_seen_at: datetime | None = Field(default=None, sa_column=utc_column())
    given_at: datetime | None = Field(default=None, sa_column=utc_column())
    acted_at: datetime | None = Field(default=None, sa_column=utc_column())


class AgentSkill(SQLModel, table=True):
    """How well an agent knows a skill (1..5), and those they help out in; their own trades stand in the grant."""

    __tablename__ = "agent_skill"
    __table_args__ = (PrimaryKeyConstraint("person_id", "skill"),)
    person_id: int = Field(foreign_key="person.id")
    brand_id: int = Field(foreign_key="brand.id", index=True)
    skill: str
    is_primary: bool
    proficiency: int


class AgentDay(SQLModel, table=True):
    """A single day on which an agent's working time differs: other hours such as `10:00-14:00`, or `off`."""

    __tablename__ = "agent_day"
    __table_args__ = (PrimaryKeyConstraint("person_id", "on_day"),)
    person_id: int = Field(foreign_key="person.id")
    brand_id: int = Field(foreign_key="brand.id", index=True)
    on_day: date
    hours: str


class SignInLink(SQLModel, table=True):
    """A mailed link, kept as its hash. Sign-in links work once; a digest's opens one store until it expires."""

    __tablename__ = "sign_in_link"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: str
    target: str = Field(default="/")
    store_id: int | None = Field(default=None, foreign_key="store.id")
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    expires_at: datetime = Field(sa_column=utc_column(nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=utc_column())


class WebSession(SQLModel, table=True):
    """A signed-in browser, kept as the hash of its cookie. With `store_id` it sees that store only."""

    __tablename__ = "web_session"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    brand_id: int = Field(foreign_key="brand.id")
    store_id: int | None = Field(default=None, foreign_key="store.id")
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    expires_at: datetime = Field(sa_column=utc_column(nullable=False))


class ApiToken(SQLModel, table=True):
    """A bearer token of the API, kept as its hash, with the scopes it was given."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    name: str
    token_hash: str = Field(unique=True)
    scopes: list[str] = Field(default_factory=list, sa_column=text_array())
    created_at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    last_used_at: datetime | None = Field(default=None, sa_column=utc_column())
    revoked_at: datetime | None = Field(default=None, sa_column=utc_column())


class AuditEntry(SQLModel, table=True):
    """Who did what to what. Append-only: a trigger refuses updates and deletes."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_brand_id_at", "brand_id", "at"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    at: datetime = Field(sa_column=utc_column(nullable=False, server_default=text("now()")))
    actor: str
    person_id: int | None = Field(default=None)
    action: str
    subject: str
    detail: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
