"""The commands a production installation starts with, run as people run them."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from localcare.cli import COMMANDS
from localcare.kit.db import Database
from localcare.people.models import Brand
from tests.factories import make_store
from tests.stages.cli.conftest import Run

ROOT = Path(__file__).parents[3]


def test_help_names_every_command_and_is_quick() -> None:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "localcare", "--help"], cwd=ROOT, capture_output=True, text=True)
    took = time.perf_counter() - started
    assert done.returncode == 0
    assert all(f"\n  {name}" in done.stdout for name, entry in COMMANDS.items() if entry.is_there)
    assert took < 3, "importing a command's module makes every command slow"


def test_help_imports_no_command() -> None:
    code = "import sys, localcare.cli as c; c.app(['--help'], standalone_mode=False); print([m for m in sys.modules if m.startswith(('localcare.', 'sqlalchemy', 'fastapi', 'rich'))])"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(json.loads(done.stdout.splitlines()[-1].replace("'", '"'))) == ["localcare.cli", "localcare.errors"]


@pytest.mark.parametrize("name", [name for name, entry in COMMANDS.items() if entry.is_there])
def test_every_command_of_the_table_can_be_loaded(name: str) -> None:
    assert COMMANDS[name].load(name).name == name


def test_an_installation_is_set_up_from_nothing(run: Run) -> None:
    assert json.loads(run("migrate", "--json").stdout)["changed"] is False
    added = json.loads(run("brand", "add", "pellora", "--name", "Pellora Wireless", "--json").stdout)
    assert (added["slug"], added["name"]) == ("pellora", "Pellora Wireless")
    assert "1 person added" in run("people", "add", "--role", "administrator", "dana@x.example").stdout
    token = json.loads(run("token", "create", "--scope", "cases:read,stores:read", "--json").stdout)
    assert token["scopes"] == ["cases:read", "stores:read"]
    source = json.loads(run("source", "add", "listener", "--json").stdout)
    assert source["url"].endswith("/webhooks/mentions/listener")
    assert len(source["secret"]) >= 32


def test_an_empty_database_is_refused_until_it_is_migrated(empty_database: Database, run: Run) -> None:
    refused = run("brand", "add", "pellora", DATABASE_URL=empty_database.url, status=1)
    assert refused.stderr == ("localcare: The database is not at this version's schema: run localcare migrate first.\n")
    assert run("migrate", DATABASE_URL=empty_database.url).stdout.startswith("From empty to ")
    run("brand", "add", "pellora", DATABASE_URL=empty_database.url)


def test_people_are_imported_and_bad_rows_named(run: Run, database: Database, brand: Brand) -> None:
    with database.session(brand.id) as session:
        make_store(session, brand, number="4460")
    rows = "email,name,role,scope\nana@x.example,Ana,manager,4460\nbob@x.example,Bob,manager,9999\n"
    dry = json.loads(run("people", "import", "-", "--dry-run", "--json", stdin=rows, status=1).stdout)
    assert (dry["change"]["persons_added"], dry["dry_run"]) == (1, True)
    report = run("people", "import", "-", stdin=rows, status=1).stdout
    assert "1 person added" in report
    assert "line 3, scope: “9999” is no store number of this brand" in report
    with database.session(brand.id) as session:
        assert session.execute(text("select email from person")).scalars().all() == ["ana@x.example"]


def test_a_dry_run_keeps_nothing(run: Run, database: Database, brand: Brand) -> None:
    run("people", "import", "-", "--dry-run", stdin="email,role\nana@x.example,auditor\n")
    with database.session(brand.id) as session:
        assert session.execute(text("select count(*) from person")).scalar_one() == 0


def test_a_file_without_one_good_row_is_a_failure(run: Run, brand: Brand) -> None:
    assert brand.slug
    run("people", "import", "-", stdin="email,role\nana,auditor\n", status=1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("people", "add", "--role", "boss", "ana@x.example"), "role “boss” must be one of"),
        (("token", "create", "--scope", "everything"), "Unknown scope everything"),
        (("people", "import", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("brand", "add", "Not A Slug"), "is no slug"),
        (("source", "add", "a/b"), "cannot be part of an address"),
        (("people", "add", "--role", "auditor", "a@x.example", "--brand", "other"), "There is no brand “other”"),
    ],
)
@pytest.mark.usefixtures("brand")
def test_a_refusal_is_one_sentence_and_exit_code_one(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    refused = run(*arguments, status=1)
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


@pytest.mark.parametrize("process", ["serve", "worker"])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"SECRET_KEY": ""}, "LOCALCARE_SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "at least 32 characters"),
        ({"BASE_URL": "http://care.example"}, "must begin with https://"),
        ({"BASE_URL": "https://care.example"}, "LOCALCARE_FACEBOOK_APP_SECRET"),
        ({"DATABASE_URL": "postgresql://nobody@localhost:1/none"}, "Check LOCALCARE_DATABASE_URL"),
        ({"DIGEST_HOUR": "noon"}, "LOCALCARE_DIGEST_HOUR"),
    ],
)
def test_an_unsafe_setting_stops_the_start_with_one_sentence(
    run: Run, process: str, settings: dict[str, str], sentence: str
) -> None:
    refused = run(process, status=1, **settings)
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1
