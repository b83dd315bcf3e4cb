"""Row-level security really walls brands off: asked of every table, with rows, as the application's own role."""

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from localcare.kit.db import Database
from tests.databases import TestServer
from tests.factories import make_brand

WITHOUT_A_WALL = {
    "event": "stored before a Page tells the brand; read by intake and by administrators through the service",
    "event_issue": "may be of an unknown Page, which belongs to no brand",
    "web_session": "read before anybody knows who asks",
}
VALUES = {
    "integer": 1, "bigint": 1, "text": "x", "character varying": "x", "double precision": 0.5, "boolean": False,
    "date": "2026-11-20", "timestamp with time zone": "2026-11-20T15:00:00Z", "bytea": b"x", "jsonb": "{}", "ARRAY": [],
}  # fmt: skip


@pytest.fixture
def furnished(database: Database, server: TestServer) -> tuple[Database, list[str]]:
    """A database with one row of brand 1 and one of brand 2 in every table that has a brand, and those tables."""
    with database.session(None) as session:
        for _ in range(2):
            make_brand(session)
    with psycopg.connect(server.admin_url_of(database), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        tables = [
            name
            for (name,) in admin.execute(
                "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'brand_id'"
                " where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace"
                " order by 1"
            )
        ]
        for table in tables:
            for brand_id in (1, 2):
                _insert(admin, table, brand_id)
    return database, tables


def _insert(admin: psycopg.Connection, table: str, brand_id: int) -> None:
    columns = admin.execute(
        "select column_name, data_type from information_schema.columns where table_name = %s and column_name <> 'brand_id'"
        " and is_nullable = 'NO' and column_default is null and is_identity = 'NO'",
        [table],
    ).fetchall()
    values = {name: _value(kind, brand_id) for name, kind in columns} | {"brand_id": brand_id}
    admin.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ),
        list(values.values()),
    )


def _value(kind: str, brand_id: int) -> object:
    """A value of that type; numbers and texts differ by brand, for the keys among them."""
    match VALUES[kind]:
        case bool() as value:
            return value
        case int():
            return brand_id
        case str("x") | bytes():
            return f"x{brand_id}".encode() if kind == "bytea" else f"x{brand_id}"
        case value:
            return value


def test_a_session_of_one_brand_sees_no_row_of_another(furnished: tuple[Database, list[str]]) -> None:
    database, tables = furnished
    walled = [table for table in tables if table not in WITHOUT_A_WALL]
    assert len(walled) >= 20
    with database.session(1) as session:
        seen = {table: {row[0] for row in session.execute(text(f"select brand_id from {table}"))} for table in walled}
    assert seen == {table: {1} for table in walled}


def test_work_for_every_brand_sees_all_rows(furnished: tuple[Database, list[str]]) -> None:
    database, tables = furnished
    with database.session(None) as session:
        seen = {table: {row[0] for row in session.execute(text(f"select brand_id from {table}"))} for table in tables}
    assert seen == {table: {1, 2} for table in tables}


def test_a_connection_that_names_no_brand_sees_nothing(furnished: tuple[Database, list[str]]) -> None:
    database, tables = furnished
    with database.engine.connect() as connection:
        for table in set(tables) - set(WITHOUT_A_WALL):
            assert connection.execute(text(f"select count(*) from {table}")).scalar() == 0, table


def test_a_session_of_one_brand_cannot_write_a_row_of_another(furnished: tuple[Database, list[str]]) -> None:
    database, _ = furnished
    with database.session(1) as session, pytest.raises(Exception, match="row-level security"):
        session.execute(text("insert into region (brand_id, slug, name, depth, path) values (2, 'r', 'R', 0, '/9/')"))
