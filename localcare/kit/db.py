"""The database: one transaction per unit of work, and who acts in it, so that row-level security means something."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import orjson
import psycopg
from psycopg.types.json import Jsonb
from pydantic import AwareDatetime
from sqlalchemy import Column, DateTime, Engine, MetaData, create_engine, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import Text
from sqlmodel import Session, SQLModel

__all__ = ["ALL_BRANDS", "JSONB", "Database", "Session", "connect_database", "rows_as_json", "text_array", "utc_column"]

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = MetaData(naming_convention=NAMING).naming_convention

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL in a JSON text, which PostgreSQL cannot keep; an escaped backslash before a literal "u0000" is not one."""

_OUTAGES = (psycopg.OperationalError, psycopg.InterfaceError)
_CONFLICTS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
T = TypeVar("T")

ALL_BRANDS = None
"""The brand of work that serves every brand: intake before a Page is known, the clock's tick, sign-in."""

Utc = Annotated[datetime, AwareDatetime]


def utc_column(**options: Any) -> Any:  # noqa: ANN401 (SQLAlchemy's own Column options)
    """A timestamptz column for a SQLModel field: `Field(sa_column=utc_column(nullable=False))`."""
    return Column(DateTime(timezone=True), **options)


def text_array(**options: Any) -> Any:  # noqa: ANN401
    """A text[] column, empty by default."""
    return Column(ARRAY(Text), nullable=False, server_default="{}", **options)


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and how work is done with it: one block, one transaction, one brand."""

    engine: Engine
    url: str

    @contextmanager
    def session(self, brand_id: int | None, *, viewer: str = "system") -> Iterator[Session]:
        """A session whose transaction is committed at the end of the block, or rolled back when the block raises.

        `brand_id` limits what row-level security lets through; `ALL_BRANDS` lifts it and is for the few places that
        docs/operations.md lists.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            set_actor(session, brand_id, viewer=viewer)
            yield session
            session.commit()

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def connect_database(url: str, *, pool_size: int = 10, application: str = "localcare") -> Database:
    """A database from a libpq URL. Nothing is connected until the first session."""
    sqlalchemy_url = url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
        "postgres://", "postgresql+psycopg://", 1
    )
    engine = create_engine(
        sqlalchemy_url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"application_name": application, "options": "-c timezone=UTC"},
    )
    return Database(engine=engine, url=url)


def set_actor(session: Session, brand_id: int | None, *, viewer: str) -> None:
    """Tell the transaction who acts; it forgets with its end."""
    session.execute(
        text(
            "select set_config('localcare.brand', :brand, true), set_config('localcare.all_brands', :all, true),"
            " set_config('localcare.viewer', :viewer, true)"
        ),
        {
            "brand": "" if brand_id is None else str(brand_id),
            "all": "on" if brand_id is None else "off",
            "viewer": viewer,
        },
    )


def is_outage(error: Exception) -> bool:
    """Whether the database went away, so that the same work will succeed once it is back."""
    if is_conflict(error):
        return False
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error.orig, _OUTAGES)
    return isinstance(error, _OUTAGES)


def is_conflict(error: Exception) -> bool:
    """Whether two transactions stood in each other's way, so that the same work will succeed at once."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, _CONFLICTS)


def through_conflicts(work: Callable[[], T], *, most_tries: int = 5) -> T:
    """Do a piece of work in transactions of its own, again at once when another transaction stood in its way."""
    for _ in range(most_tries - 1):
        try:
            return work()
        except Exception as error:
            if not is_conflict(error):
                raise
            log.info("two transactions stood in each other's way; the work is done again")
    return work()


def server_version(session: Session) -> str:
    """The server's version, as it tells it."""
    return str(session.execute(text("show server_version")).scalar_one())


def raw_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection under a session, inside its transaction: for batches and for jobs deferred with it."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101
    return connection


def rows_as_json(rows: Sequence[dict[str, object]]) -> Jsonb:
    """Rows for `jsonb_to_recordset(%b::jsonb)`: one parameter for a whole batch, which is the fastest way in."""
    return Jsonb(rows, dumps=_dump_json)


def beginning_of(column: str, most: int) -> str:
    """SQL of the first characters of a text, with an ellipsis where there are more."""
    return f"left({column}, {most}) || case when length({column}) > {most} then '…' else '' end"


def _dump_json(rows: object) -> bytes:
    encoded = orjson.dumps(rows, default=str, option=orjson.OPT_UTC_Z)
    return _NUL.sub(rb"\1", encoded) if b"\\u0000" in encoded else encoded
