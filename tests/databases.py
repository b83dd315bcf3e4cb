"""A fresh, migrated database per test: copied from a template that is migrated once per state of the migrations.

Copying ten megabytes takes longer than most tests: a database whose shape no test has changed is emptied and used again,
with its pool of connections, whose caches are warm, and its engine, which has compiled most statements before.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import event

from localcare.kit.assets import asset_dir
from localcare.kit.db import Database, connect_database
from localcare.kit.embedded import find_binaries, start_embedded
from localcare.kit.schema import migrate

ROLE = "localcare"
DATA = Path(__file__).parent.parent / "var"
_TEMPLATE_LOCK = 7_415_900
_LARGEST = 40 * 2**20
_names = count(1)

_SHAPE = """
    select md5(string_agg(c.relname || a.attname || a.atttypid, ',' order by c.relname, a.attnum)),
        (select count(*) from pg_proc), (select count(*) from pg_trigger), (select count(*) from pg_policy),
        (select count(*) from pg_constraint), (select count(*) from pg_db_role_setting)
    from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'public'::regnamespace
"""
_TABLES = """
    select oid::regclass::text from pg_class where relkind in ('r', 'p') and not relispartition
        and relnamespace = 'public'::regnamespace and relname <> 'alembic_version'
"""
_RESTART = """
    select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where last_value is not null
"""
_END_OTHERS = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and pid <> all(%s)
"""


class TestServer:
    """One embedded server that all test processes of a checkout share; the last one turns it off."""

    __test__ = False

    def __init__(self) -> None:
        self._server = start_embedded(DATA / f"tests-postgresql-{find_binaries().major}")
        self.admin_url = self._server.admin_url
        self._sweep()
        self._template = self._ensure_template()
        self._emptied: list[Copy] = []

    def close(self) -> None:
        for copy in self._emptied:
            self._drop(copy)
        self._server.close()

    def admin_url_of(self, database: Database) -> str:
        """The superuser's way into a test's database, for rows that the application could not write."""
        return self._admin_url_of(str(database.engine.url.database))

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[Database]:
        """A database of its own; connects as the application's role, never as superuser."""
        copy = self._emptied.pop() if migrated and self._emptied else self._new(migrated=migrated)
        try:
            yield copy.database
        finally:
            if migrated and copy.empty():
                self._emptied.append(copy)
            else:
                self._drop(copy)

    def _new(self, *, migrated: bool) -> "Copy":
        name = f"test_{os.getpid()}_{next(_names)}"
        self._create(name, self._template if migrated else "template0")
        return Copy(name, self._url_of(name), self._admin_url_of(name))

    def _drop(self, copy: "Copy") -> None:
        copy.close()
        self._admin(sql.SQL("drop database {} with (force)").format(sql.Identifier(copy.name)))

    def _admin_url_of(self, name: str) -> str:
        return self.admin_url.replace("@/postgres?", f"@/{name}?")

    def _ensure_template(self) -> str:
        name = f"template_{_state_of_migrations()}"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
            if not connection.execute("select from pg_database where datname = %s", [name]).fetchall():
                self._create(f"{name}_draft", "template0")
                database = connect_database(self._url_of(f"{name}_draft"))
                migrate(database)
                database.dispose()
                connection.execute(
                    sql.SQL("alter database {} rename to {}").format(
                        sql.Identifier(f"{name}_draft"), sql.Identifier(name)
                    )
                )
        return name

    def _create(self, name: str, template: str) -> None:
        parts = {"name": sql.Identifier(name), "template": sql.Identifier(template), "role": sql.Identifier(ROLE)}
        self._admin(sql.SQL("drop database if exists {name} with (force)").format(**parts))
        self._admin(sql.SQL("create database {name} template {template} owner {role}").format(**parts))

    def _sweep(self) -> None:
        """Drop what killed test processes left behind."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            rows = connection.execute("select datname from pg_database where datname ~ '^test_[0-9]+_'").fetchall()
        for (name,) in rows:
            if not _is_alive(int(name.split("_")[1])):
                with suppress(psycopg.Error):
                    self._admin(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _admin(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)

    def _url_of(self, name: str) -> str:
        return self._server.url.replace(f"@/{ROLE}?", f"@/{name}?")


class Copy:
    """A database for one test after the other, with the application's way into it and the superuser's."""

    def __init__(self, name: str, url: str, admin_url: str) -> None:
        self.name = name
        self.database = connect_database(url, pool_size=5)
        self._pids: set[int] = set()
        event.listen(self.database.engine, "connect", self._connected)
        self._admin = psycopg.connect(admin_url, autocommit=True)
        self._shape = self._shape_now()

    def empty(self) -> bool:
        """Leave no row and no counter behind; false when a test has changed its shape, made it large or thrown us out."""
        try:
            return self._empty()
        except psycopg.OperationalError:
            return False

    def close(self) -> None:
        self.database.dispose()
        self._admin.close()

    def _empty(self) -> bool:
        self._end_others()
        (size,) = self._admin.execute("select pg_database_size(current_database())").fetchone() or (0,)
        if size > _LARGEST or self._shape_now() != self._shape:
            return False
        with self._admin.transaction():
            self._admin.execute("set local session_replication_role = replica")  # no order among foreign keys
            for (table,) in self._admin.execute(self._filled).fetchall():
                self._admin.execute(f"delete from {table}")
            self._admin.execute(_RESTART)
        return True

    @cached_property
    def _filled(self) -> str:
        tables = [table for (table,) in self._admin.execute(_TABLES)]
        return " union all ".join(f"select '{table}' where exists (select from {table})" for table in tables)

    def _connected(self, connection: psycopg.Connection[Any], _record: object) -> None:
        """A connection of the pool need not wait for the disk: no test takes this server down."""
        connection.execute("set synchronous_commit to off")
        connection.commit()
        self._pids.add(connection.info.backend_pid)

    def _end_others(self) -> None:
        """End whatever is still connected, the pool too when a test has kept one of its connections."""
        if self.database.engine.pool.checkedout():
            self.database.dispose()
            self._pids.clear()
        self._admin.execute(_END_OTHERS, [list(self._pids)])

    def _shape_now(self) -> object:
        return self._admin.execute(_SHAPE).fetchone()


def _state_of_migrations() -> str:
    files = sorted(asset_dir("migrations").rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
