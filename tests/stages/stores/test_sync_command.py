"""`localcare stores sync`, `conflicts`, `decide`: what they say to people and to programs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from localcare.cli.stores_sync import app as sync_app
from localcare.errors import InvalidError
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.settings import get_settings
from localcare.stores.models import Store
from tests.conftest import SECRET
from tests.stages.stores.brandside import BRAND_PAGE, Brandside, brandside, far_off


@pytest.fixture
def side(runtime: Runtime, clock: SetClock, brand: Brand) -> Iterator[Brandside]:
    with brandside(runtime, clock, brand) as side:
        yield side


@pytest.fixture
def command(side: Brandside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """`localcare stores …` on the test's database and stand-in; returns what it says."""
    settings = side.runtime.settings
    assert settings.facebook_app_secret is not None
    monkeypatch.setenv("LOCALCARE_DATABASE_URL", side.runtime.db.url)
    monkeypatch.setenv("LOCALCARE_SECRET_KEY", SECRET)
    monkeypatch.setenv("LOCALCARE_GRAPH_URL", settings.graph_url)
    monkeypatch.setenv("LOCALCARE_FACEBOOK_APP_ID", settings.facebook_app_id or "")
    monkeypatch.setenv("LOCALCARE_FACEBOOK_APP_SECRET", settings.facebook_app_secret.get_secret_value())
    get_settings.cache_clear()

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(sync_app, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    yield run
    get_settings.cache_clear()


def test_the_command_reports_for_people_and_for_programs(side: Brandside, command: Callable[..., str]) -> None:
    far_off(side)
    said = command("sync", "--dry-run")
    assert "5 Pages: 4 stores would be opened" in said
    assert "far-away" in said
    report = json.loads(command("sync", "--json", "--page-size", "250"))
    assert (report["read"], len(report["opened"]), report["tokens_saved"]) == (5, 4, 5)
    assert [conflict["store_numbers"] for conflict in report["conflicts"]] == [["0001"]]
    shown = command("conflicts")
    assert "move:" in shown
    (conflict,) = json.loads(command("conflicts", "--json"))["conflicts"]
    assert "decided: ignore" in command("decide", str(conflict["id"]), "ignore")
    assert "Nothing to decide" in command("conflicts")
    assert "taken back" in command("decide", str(conflict["id"]), "undo")
    assert "1 to decide" in command("conflicts")


def test_the_summary_adds_up_and_gives_the_numbers_of_what_is_to_decide(
    side: Brandside, command: Callable[..., str]
) -> None:
    far_off(side)
    command("sync")
    report = json.loads(command("sync", "--json"))
    assert report["unchanged"] + len(report["conflicts"]) == report["read"] == 5
    (asked,) = json.loads(command("conflicts", "--json"))["conflicts"]
    assert [conflict["number"] for conflict in report["conflicts"]] == [asked["id"]]
    said = command("sync")
    assert "5 Pages: 0 stores opened, 0 linked, 0 updated, 4 unchanged, 1 to decide." in " ".join(said.split())
    assert f"│ {asked['id']} " in said


def test_a_rehearsal_with_a_token_wants_no_secret_key_and_keeps_nothing(
    side: Brandside, command: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text(side.world.pages[BRAND_PAGE].access_token + "\n", encoding="utf-8")
    monkeypatch.delenv("LOCALCARE_SECRET_KEY")
    get_settings.cache_clear()
    said = command("sync", "--dry-run", "--page", BRAND_PAGE, "--token-file", str(file))
    assert "5 stores would be opened" in said
    with side.runtime.db.session(side.brand_id) as session:
        assert not session.exec(select(Store)).all()


def test_the_command_takes_a_token_from_a_file(side: Brandside, command: Callable[..., str], tmp_path: Path) -> None:
    side.world.break_token(BRAND_PAGE, 460)
    file = tmp_path / "token"
    file.write_text(side.world.pages[BRAND_PAGE].access_token + "\n", encoding="utf-8")
    with pytest.raises(InvalidError, match="--page"):
        command("sync", "--token-file", str(file))
    assert "5 stores opened" in command("sync", "--page", BRAND_PAGE, "--token-file", str(file))
