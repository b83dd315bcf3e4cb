"""Starting, sharing and stopping the embedded PostgreSQL, with real servers and real processes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text

from localcare.errors import ConfigurationError
from localcare.kit.embedded import EmbeddedServer, start_embedded
from localcare.kit.embedded.binaries import find_system
from localcare.kit.embedded.folders import settle

pytestmark = pytest.mark.long

Count = Callable[[Path], list[int]]


def ask(url: str, query: str) -> tuple[object, ...]:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_a_first_start_answers_and_the_last_close_leaves_nothing_running(data_dir: Path, processes_on: Count) -> None:
    with start_embedded(data_dir) as server:
        assert ask(server.url, "SELECT current_user, current_database()") == ("localcare", "localcare")
        assert processes_on(data_dir)
    assert processes_on(data_dir) == []


def test_rows_are_there_after_a_stop_and_a_start(data_dir: Path) -> None:
    with start_embedded(data_dir) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
    with start_embedded(data_dir) as server:
        assert ask(server.url, "SELECT text FROM note") == ("kept",)


def test_the_role_owns_its_database_and_cannot_pass_row_level_security(data_dir: Path) -> None:
    role = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = current_user"
    owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()"
    with start_embedded(data_dir) as server:
        assert ask(server.url, role) == (False, False, False, True)
        assert ask(server.url, owner) == ("localcare",)
        assert ask(server.admin_url, role)[0] is True


def test_commits_are_durable_and_nothing_listens_on_tcp(data_dir: Path) -> None:
    names = (
        "fsync",
        "synchronous_commit",
        "listen_addresses",
        "unix_socket_permissions",
        "TimeZone",
        "server_encoding",
    )
    with start_embedded(data_dir) as server:
        settings = [ask(server.url, f"SHOW {name}")[0] for name in names]
        assert settings == ["on", "on", "", "0700", "UTC", "UTF8"]
        assert ask(server.url, "SELECT lower('ÀÉ'), 'a' > 'B'") == ("àé", True)


def test_sqlalchemy_takes_the_url(data_dir: Path) -> None:
    with start_embedded(data_dir) as server:
        engine = create_engine(server.url.replace("postgresql:", "postgresql+psycopg:", 1))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()


def test_the_callers_pg_variables_do_not_matter(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "example.invalid", "PGUSER": "somebody"}.items():
        monkeypatch.setenv(name, value)
    with start_embedded(data_dir) as server:
        assert ask(server.url, "SELECT current_user") == ("localcare",)


def test_processes_share_one_server_and_the_last_to_leave_stops_it(
    data_dir: Path, start_user: Callable[..., Any], processes_on: Count
) -> None:
    first, second = start_user(data_dir), start_user(data_dir)
    assert first.url() == second.url() != ""
    assert first.leave() == 0
    assert processes_on(data_dir)
    assert second.leave() == 0
    assert processes_on(data_dir) == []


def test_three_processes_that_begin_at_once_get_one_server(
    data_dir: Path, start_user: Callable[..., Any], processes_on: Count
) -> None:
    users = [start_user(data_dir) for _ in range(3)]
    starts = {ask(user.url(), "SELECT pg_postmaster_start_time()") for user in users}
    assert len(starts) == 1
    assert [user.leave() for user in users] == [0, 0, 0]
    assert processes_on(data_dir) == []


def test_shares_of_one_process_count_one_by_one(data_dir: Path, processes_on: Count) -> None:
    first, second = start_embedded(data_dir), start_embedded(data_dir)
    first.close()
    first.close()
    assert ask(second.url, "SELECT 1") == (1,)
    second.close()
    assert processes_on(data_dir) == []


def test_a_fork_that_closes_does_not_stop_its_parents_server(data_dir: Path) -> None:
    with start_embedded(data_dir) as server:
        child = os.fork()
        if child == 0:
            server.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert ask(server.url, "SELECT 1") == (1,)


def test_files_of_another_major_version_are_refused_with_a_way_out(data_dir: Path, processes_on: Count) -> None:
    start_embedded(data_dir).close()
    (data_dir / "postgresql" / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ConfigurationError, match=r"made by PostgreSQL 9.*pg_dump.*pg_restore"):
        start_embedded(data_dir)
    assert processes_on(data_dir) == []


def test_a_cluster_that_was_never_finished_is_made_again(data_dir: Path) -> None:
    draft = data_dir / "postgresql" / "cluster.tmp"
    draft.mkdir(parents=True)
    draft.parent.chmod(0o711)
    (draft / "PG_VERSION").write_text("18\n")
    with start_embedded(data_dir) as server:
        assert ask(server.url, "SELECT 1") == (1,)
    assert not draft.exists()


def test_a_cluster_left_without_its_role_gets_it_at_the_next_start(data_dir: Path) -> None:
    with start_embedded(data_dir) as server, psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE localcare")
        connection.execute("DROP ROLE localcare")
    with start_embedded(data_dir) as server:
        assert ask(server.url, "SELECT current_user") == ("localcare",)


def test_the_systems_own_postgresql_will_do_when_the_wheel_is_missing(data_dir: Path) -> None:
    system = find_system()
    if system is None:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql")
    with EmbeddedServer(settle(data_dir, None), system) as server:
        assert str(ask(server.url, "SHOW server_version")[0]).startswith(str(system.major))
        assert ask(server.url, "SELECT lower('ÀÉ'), 'a' > 'B'") == ("àé", True)
