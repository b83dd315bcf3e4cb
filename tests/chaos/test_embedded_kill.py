"""`kill -9` of the embedded PostgreSQL and of those who use it: no row is lost and no server is left over."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from localcare.errors import UnavailableError
from localcare.kit.embedded import find_binaries, start_embedded
from localcare.kit.embedded.folders import settle

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="counting a server's processes needs /proc"),
]

USER = """
import sys
from pathlib import Path
from localcare.errors import UnavailableError
from localcare.kit.embedded import find_binaries, start_embedded
from localcare.kit.embedded.folders import settle
server = start_embedded(Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
"""
PATIENCE_SECONDS = 30


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lc-kill-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def start_user(data_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def url_of(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def kill_user(user: subprocess.Popen[str]) -> None:
    user.kill()
    user.communicate()


def processes_on(data_dir: Path) -> list[int]:
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if Path(os.readlink(f"/proc/{entry}/cwd")).is_relative_to(data_dir):
                found.append(int(entry))
        except OSError:
            continue
    return found


def kill_postmaster(data_dir: Path) -> None:
    os.kill(int((data_dir / "postgresql/cluster/postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def until(holds: Callable[[], bool]) -> None:
    """Ask again until it holds, or fail after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def insert(url: str, number: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS row (number int)")
        connection.execute("INSERT INTO row VALUES (%s)", [number])


def rows(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM row ORDER BY 1")]


def test_a_killed_postmaster_is_started_again_with_every_committed_row(data_dir: Path) -> None:
    user = start_user(data_dir)
    url = url_of(user)
    for number in range(5):
        insert(url, number)
    kill_postmaster(data_dir)
    kill_user(user)
    with start_embedded(data_dir) as server:
        assert rows(server.url) == [0, 1, 2, 3, 4]
    assert processes_on(data_dir) == []


def test_a_process_that_uses_the_server_brings_it_back_under_the_same_url(data_dir: Path) -> None:
    with start_embedded(data_dir) as server:
        insert(server.url, 1)
        kill_postmaster(data_dir)

        def answers() -> bool:
            try:
                return rows(server.url) == [1]
            except psycopg.OperationalError:
                return False

        until(lambda: not answers())
        until(answers)
    assert processes_on(data_dir) == []


def test_when_the_only_user_was_killed_the_next_clean_close_stops_the_server(data_dir: Path) -> None:
    user = start_user(data_dir)
    insert(url_of(user), 7)
    kill_user(user)
    left = processes_on(data_dir)
    assert left
    with start_embedded(data_dir) as server:
        assert rows(server.url) == [7]
        assert set(left) <= set(processes_on(data_dir))
    assert processes_on(data_dir) == []


def test_a_user_killed_beside_a_living_one_does_not_keep_the_server(data_dir: Path) -> None:
    user = start_user(data_dir)
    assert url_of(user)
    with start_embedded(data_dir):
        kill_user(user)
    assert processes_on(data_dir) == []


@pytest.mark.parametrize(
    "stage", ["postgresql/cluster.tmp/PG_VERSION", "postgresql/cluster", "postgresql/socket/.s.PGSQL.5432"]
)
def test_a_starter_killed_at_any_point_leaves_a_folder_the_next_one_can_use(data_dir: Path, stage: str) -> None:
    user = start_user(data_dir)
    until((data_dir / stage).exists)
    kill_user(user)
    with start_embedded(data_dir) as server:
        insert(server.url, 3)
        assert rows(server.url) == [3]
    assert processes_on(data_dir) == []


def test_a_pid_file_that_names_a_zombie_or_a_stranger_does_not_delay_the_start(data_dir: Path) -> None:
    start_embedded(data_dir).close()
    zombie = subprocess.Popen(["/bin/true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    for pid in (zombie.pid, os.getpid()):
        (data_dir / "postgresql/cluster/postmaster.pid").write_text(f"{pid}\n{data_dir}\n")
        started = time.monotonic()
        start_embedded(data_dir).close()
        assert time.monotonic() - started < PATIENCE_SECONDS / 3
    zombie.wait()


def test_a_server_started_by_hand_gets_no_rival(data_dir: Path) -> None:
    start_embedded(data_dir).close()
    home = settle(data_dir, None)
    sockets = data_dir / "by-hand"
    sockets.mkdir()
    home.account.own(sockets)
    by_hand: list[str | Path] = [
        "-D",
        home.cluster,
        "-c",
        "listen_addresses=",
        "-c",
        f"unix_socket_directories={sockets}",
    ]
    home.account.run(["/bin/sh", "-c", '"$@" &', "sh", find_binaries().program("postgres"), *by_hand])
    until((sockets / ".s.PGSQL.5432").exists)
    with pytest.raises(UnavailableError, match="localcare did not start"):
        start_embedded(data_dir)
    os.kill(int((home.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
    until(lambda: not processes_on(data_dir))
