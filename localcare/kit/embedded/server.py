"""Start or join the server of a data folder, and leave it: the last to leave turns it off."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from localcare.kit.embedded.binaries import find_binaries, within_reach
from localcare.kit.embedded.cluster import SUPERUSER
from localcare.kit.embedded.folders import Home, settle
from localcare.kit.embedded.locks import Lock
from localcare.kit.embedded.postmaster import START_SECONDS, bring_up, server_url, take_down
from localcare.kit.embedded.sockets import socket_folder

ROLE = "localcare"
_GATE_SECONDS = START_SECONDS + 60


class EmbeddedServer:
    """One process's share in the server: the server runs while any share is open.

    `url` connects as `localcare`, the database's owner and no superuser; `admin_url` as the superuser, for tests and doctor.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._pid = os.getpid()
        self._share = Lock(home.folder / "users.lock")
        try:
            self._join()
        except BaseException:
            self.close()
            raise

    @property
    def log(self) -> Path:
        """Where PostgreSQL writes what it has to say."""
        return self._home.log

    def close(self) -> None:
        """Give up the share, and stop the server when it was the last one; closing twice, or in a fork, does nothing."""
        if self._share.fd < 0 or self._pid != os.getpid():
            return
        try:
            with self._gate() as gate:
                gate.wait(_GATE_SECONDS)
                if self._share.take():
                    take_down(self._home)
        finally:
            self._share.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _join(self) -> None:
        with self._gate() as gate:
            gate.wait(_GATE_SECONDS)
            self._share.take(shared=True)
            sockets = socket_folder(self._home)
            self.url = server_url(ROLE, ROLE, sockets)
            self.admin_url = server_url(SUPERUSER, "postgres", sockets)
            bring_up(self._home, within_reach(find_binaries(), self._home.account), sockets)
            _ensure_database(self.admin_url)

    def _gate(self) -> Lock:
        return Lock(self._home.folder / "gate.lock")


def start_embedded(data_dir: Path, *, pg_user: str | None = None) -> EmbeddedServer:
    """A share in the server of `data_dir`, which answers when this returns; started if it does not run.

    Run by root, PostgreSQL gets the account `pg_user`, else `postgres`, else `nobody`. Raises ConfigurationError when
    something must be set or repaired, UnavailableError when the server does not come up.
    """
    return EmbeddedServer(settle(data_dir, pg_user))


def _ensure_database(admin_url: str) -> None:
    # Asked at every start: whoever made the cluster may have been killed before coming here.
    with psycopg.connect(admin_url, autocommit=True) as connection:
        name = sql.Identifier(ROLE)
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchall():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(name))
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [ROLE]).fetchall():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
