"""The running server: started as nobody's child, found alive by asking it, stopped by signal.

The postmaster and every process under it inherit one descriptor that holds an exclusive `flock` on `server.lock`.
Whoever can take that lock knows that nothing runs on the cluster any more: no pid is trusted, a zombie holds no lock.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from psycopg.pq import PGconn, Ping

from localcare.errors import UnavailableError
from localcare.kit.embedded.binaries import Binaries
from localcare.kit.embedded.cluster import SUPERUSER, log_tail, open_log, prepare_cluster
from localcare.kit.embedded.folders import Home
from localcare.kit.embedded.locks import Lock
from localcare.kit.embedded.sockets import PORT, remove_leftovers

# Crash recovery replays at most a checkpoint's distance of WAL; minutes on a slow disk.
START_SECONDS = 300
_FAST_STOP_SECONDS = 60
_QUICK_STOP_SECONDS = 10
_POLL_SECONDS = 0.01


def server_url(role: str, database: str, sockets: Path) -> str:
    """A libpq URL through the socket folder; the port is named because PGPORT could say another."""
    return f"postgresql://{role}@/{database}?host={sockets}&port={PORT}"


def bring_up(home: Home, binaries: Binaries, sockets: Path) -> None:
    """Return once the server answers, started if nothing runs. Needs the gate; UnavailableError says why not."""
    deadline = time.monotonic() + START_SECONDS
    launched = False
    while _ping(sockets) != Ping.OK:
        if not launched:
            launched = _launch_if_down(home, binaries, sockets)
        elif is_down(home):
            raise UnavailableError(f"PostgreSQL did not start on {home.cluster}: {log_tail(home)}")
        if time.monotonic() > deadline:
            raise UnavailableError(f"PostgreSQL runs on {home.cluster} but does not answer; see {home.log}.")
        time.sleep(_POLL_SECONDS)


def take_down(home: Home) -> None:
    """Stop the server cleanly and return when nothing of it runs. Needs the gate, and that we are the last user."""
    with _server_lock(home) as lock:
        for kind, seconds in ((signal.SIGINT, _FAST_STOP_SECONDS), (signal.SIGQUIT, _QUICK_STOP_SECONDS)):
            if lock.take():
                return
            pid = _postmaster_pid(home.cluster)
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, kind)
            if _waits_out(lock, seconds):
                return
    raise UnavailableError(f"The server on {home.cluster} did not stop; see {home.log}.")


def is_down(home: Home) -> bool:
    """Whether nothing runs on the cluster: one system call, and no work for the server."""
    with _server_lock(home) as lock:
        return lock.take(shared=True)


def _server_lock(home: Home) -> Lock:
    return Lock(home.folder / "server.lock")


def _ping(sockets: Path) -> Ping:
    url = server_url(SUPERUSER, "postgres", sockets)
    return Ping(PGconn.ping(f"{url}&connect_timeout=5".encode()))


def _launch_if_down(home: Home, binaries: Binaries, sockets: Path) -> bool:
    """Whether a server was launched; one that still starts, stops or recovers keeps the lock, and is waited for."""
    with _server_lock(home) as lock:
        if not lock.take():
            return False
        _refuse_stranger(home)
        prepare_cluster(home, binaries, lock)
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)
        remove_leftovers(sockets)
        command: list[str | Path] = [binaries.program("postgres"), "-D", home.cluster, *_options(binaries, sockets)]
        with open_log(home) as log:
            # The shell goes at once and the server belongs to init: no process of ours has to wait for it.
            home.account.run(["/bin/sh", "-c", '"$@" &', "sh", *command], log=log.fileno(), keep=lock.fd)
        return True


def _options(binaries: Binaries, sockets: Path) -> list[str]:
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": "256MB",
        "max_connections": "100",
        # Partitions lock their tables and indexes each; a batch touches several months.
        "max_locks_per_transaction": "256",
        # Rarer checkpoints write fewer full pages; a new WAL file stops every commit while it is zeroed, an old one does not.
        "checkpoint_timeout": "15min",
        "max_wal_size": "2GB",
        "min_wal_size": "512MB",
        "wal_compression": "lz4" if binaries.knows_lz4() else "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _refuse_stranger(home: Home) -> None:
    """A server somebody started by hand holds no lock of ours, and must not get a rival."""
    pid = _postmaster_pid(home.cluster)
    if pid is not None:
        raise UnavailableError(
            f"A PostgreSQL that localcare did not start (process {pid}) runs on {home.cluster}: "
            f"stop it with `kill -INT {pid}`."
        )


def _postmaster_pid(cluster: Path) -> int | None:
    """The pid in postmaster.pid if that process works in this cluster: pids are used again, zombies linger."""
    try:
        pid = int((cluster / "postmaster.pid").read_bytes().split(b"\n", 1)[0])
        if not Path("/proc/self").exists():
            os.kill(pid, 0)
            return pid
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster) else None
    except (OSError, ValueError):
        return None


def _waits_out(lock: Lock, seconds: float) -> bool:
    try:
        lock.wait(seconds)
    except UnavailableError:
        return False
    return True
