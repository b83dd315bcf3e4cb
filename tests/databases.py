"""A fresh, migrated database per test: copied from a template that is migrated once per state of the migrations."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from localcare.kit.assets import asset_dir
from localcare.kit.db import Database, connect_database
from localcare.kit.embedded import find_binaries, start_embedded
from localcare.kit.schema import migrate

ROLE = "localcare"
DATA = Path(__file__).parent.parent / "var"
_TEMPLATE_LOCK = 7_415_900
_names = count(1)


class TestServer:
    """One embedded server that all test processes of a checkout share; the last one turns it off."""

    __test__ = False

    def __init__(self) -> None:
        self._server = start_embedded(DATA / f"tests-postgresql-{find_binaries().major}")
        self.admin_url = self._server.admin_url
        self._sweep()
        self._template = self._ensure_template()

    def close(self) -> None:
        self._server.close()

    def admin_url_of(self, database: Database) -> str:
        """The superuser's way into a test's database, for rows that the application could not write."""
        name = database.engine.url.database
        return self.admin_url.replace("@/postgres?", f"@/{name}?")

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[Database]:
        """A database of its own, dropped afterwards; connects as the application's role, never as superuser."""
        name = f"test_{os.getpid()}_{next(_names)}"
        self._create(name, self._template if migrated else "template0")
        database = connect_database(self._url_of(name), pool_size=5)
        try:
            yield database
        finally:
            database.dispose()
            self._admin(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

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
