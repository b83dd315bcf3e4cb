"""Start or join the server of a data folder, and leave it: the last to leave turns it off.

Three locks beside the cluster, each dropped by the kernel with its holder: `users.lock`, shared by the processes that
use the server; `gate.lock`, exclusive, who starts or stops it; `server.lock`, exclusive, the server's own processes.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from localcare.errors import ConfigurationError
from localcare.kit.embedded.binaries import Binaries, find_binaries, within_reach
from localcare.kit.embedded.cluster import SUPERUSER
from localcare.kit.embedded.folders import Home, settle
from localcare.kit.embedded.locks import Lock
from localcare.kit.embedded.postmaster import START_SECONDS, bring_up, is_down, server_url, take_down
from localcare.kit.embedded.sockets import drop_short_folder, socket_folder
from localcare.kit.embedded.watch import Watch

ROLE = "localcare"
_GATE_SECONDS = START_SECONDS + 60


class EmbeddedServer:
    """One process's share in the server, which runs while any share is open and is brought back when it dies.

    `url` connects as `localcare`, owner of the database and no superuser; `admin_url` as the superuser, for tests and
    doctor. Both stay the same while the share is open.
    """

    def __init__(self, home: Home, binaries: Binaries) -> None:
        self._home = home
        self._binaries = binaries
        self._pid = os.getpid()
        self._watch: Watch | None = None
        self._share = Lock(home.folder / "users.lock")
        try:
            self.url, self.admin_url = self._join()
        except BaseException:
            self.close()
            raise
        self._watch = Watch(lambda: is_down(home), self._revive)

    @property
    def log(self) -> Path:
        """Where PostgreSQL writes what it has to say."""
        return self._home.log

    def close(self) -> None:
        """Give up the share, and stop the server when it was the last; closing twice, or in a fork, does nothing."""
        if self._share.fd < 0 or self._pid != os.getpid():
            return
        if self._watch is not None:
            self._watch.close()
        try:
            with self._gate() as gate:
                gate.wait(_GATE_SECONDS)
                if self._share.take():
                    take_down(self._home)
                    drop_short_folder(self._home)
        finally:
            self._share.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _join(self) -> tuple[str, str]:
        with self._gate() as gate:
            gate.wait(_GATE_SECONDS)
            self._share.take(shared=True)
            sockets = socket_folder(self._home)
            bring_up(self._home, self._binaries, sockets)
            admin_url = server_url(SUPERUSER, "postgres", sockets)
            _ensure_database(admin_url)
            return server_url(ROLE, ROLE, sockets), admin_url

    def _revive(self) -> None:
        with self._gate() as gate:
            gate.wait(_GATE_SECONDS)
            bring_up(self._home, self._binaries, socket_folder(self._home))

    def _gate(self) -> Lock:
        return Lock(self._home.folder / "gate.lock")


def start_embedded(data_dir: Path, *, pg_user: str | None = None) -> EmbeddedServer:
    """A share in the server of `data_dir`, which answers when this returns; started if it does not run.

    Run by root, PostgreSQL gets the account `pg_user`, else `postgres`, else `nobody`. Raises ConfigurationError when
    something must be set or repaired, UnavailableError when the server does not come up. Each process calls it for
    itself: a share does not survive a fork.
    """
    try:
        home = settle(data_dir, pg_user)
        return EmbeddedServer(home, within_reach(find_binaries(), home.account))
    except PermissionError as error:
        raise ConfigurationError(
            f"The data folder cannot be used ({error}): set LOCALCARE_DATA_DIR to a folder of yours, "
            "or run as the account that made it."
        ) from error


def _ensure_database(admin_url: str) -> None:
    # Asked at every start: whoever made the cluster may have been killed before coming here.
    with psycopg.connect(admin_url, autocommit=True) as connection:
        name = sql.Identifier(ROLE)
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchall():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(name))
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [ROLE]).fetchall():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
