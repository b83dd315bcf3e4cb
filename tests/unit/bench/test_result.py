"""A bench's answer: the promised keys, and an exit code that says when a promise is broken."""

import orjson
import psycopg
import pytest
import typer
from psycopg import sql

from localcare.bench.ground import refuse_unsafe
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.cli.bench import _show
from localcare.errors import ConfigurationError
from localcare.kit.db import Database
from tests.databases import TestServer

RESULT = Result(
    "ingest", {"mentions_per_s": 1.5, "parts": {"p50_ms": 2}}, {"rows_per_s": 9}, "what is counted", "2 cores"
)


def test_the_printed_object_has_the_keys_people_script_against(capsys: pytest.CaptureFixture[str]) -> None:
    _show(RESULT, as_json=True)
    printed = orjson.loads(capsys.readouterr().out)
    assert {"bench", "machine", "figures", "reference", "definition"} <= printed.keys()
    assert printed["figures"]["rows_per_s"] == printed["reference"]["rows_per_s"] == 9


def test_the_table_names_every_figure_parts_too(capsys: pytest.CaptureFixture[str]) -> None:
    _show(RESULT, as_json=False)
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("mentions_per_s", "parts p50_ms", "rows_per_s", "what is counted", "2 cores"))


def test_a_broken_promise_is_named_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    broken = find_broken(nothing_is_lost=False, nothing_came_twice=True)
    result = Result("digests", {}, {}, "", "", broken)
    with pytest.raises(typer.Exit) as ended:
        _show(result, as_json=False)
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "broken: nothing is lost\n"


def test_the_machine_says_what_a_figure_depends_on() -> None:
    assert all(word in describe_machine() for word in ("cores", "GiB", "Python", "PostgreSQL", "load average"))


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_a_database_that_does_not_sync_its_commits_is_refused(
    server: TestServer, database: Database, setting: str
) -> None:
    refuse_unsafe(database.url)
    with psycopg.connect(server.admin_url_of(database), autocommit=True) as connection:
        name = sql.Identifier(str(database.engine.url.database))
        connection.execute(sql.SQL("alter database {} set {} = off").format(name, sql.Identifier(setting)))
    with pytest.raises(ConfigurationError, match=setting):
        refuse_unsafe(database.url)
