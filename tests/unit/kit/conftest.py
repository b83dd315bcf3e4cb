"""What the tests of the embedded PostgreSQL share: data folders, and real processes that use one."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_USER = """
import sys
from pathlib import Path
from localcare.kit.embedded import start_embedded
server = start_embedded(Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
server.close()
"""


class User:
    """A process of its own with a share in the server, until told to leave or killed."""

    def __init__(self, data_dir: Path, *, python: str = sys.executable, **options: object) -> None:
        self.process = subprocess.Popen(  # type: ignore[call-overload]
            [python, "-c", _USER, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options
        )

    def url(self) -> str:
        """The server's URL, once the process has it; empty when it failed."""
        return str(self.process.stdout.readline()).strip()

    def leave(self) -> int:
        """Exit status after a clean close."""
        self.process.communicate()
        return int(self.process.returncode)

    def kill(self) -> None:
        """`kill -9`, and gone."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data folder that PostgreSQL's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="lc-data-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start_user() -> Iterator[Callable[..., User]]:
    """Starts processes that use a server; those left over are killed."""
    users: list[User] = []

    def start(data_dir: Path, **options: object) -> User:
        users.append(User(data_dir, **options))  # type: ignore[arg-type]
        return users[-1]

    yield start
    for user in users:
        user.kill()


@pytest.fixture
def processes_on() -> Callable[[Path], list[int]]:
    """Pids of all living processes of the server on a data folder's cluster, read from /proc."""
    if not Path("/proc/self").exists():
        pytest.skip("counting a server's processes needs /proc")

    def find(home: Path) -> list[int]:
        return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _works_in(int(entry), home)]

    return find


def _works_in(pid: int, home: Path) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(home.resolve())
    except OSError:
        return False
