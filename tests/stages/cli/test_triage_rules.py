"""`localcare triage rules` on a database of its own."""

import json
from pathlib import Path

import pytest

from localcare.kit.db import Database
from localcare.people.models import Brand
from tests.stages.cli.conftest import Run

FILE = """
rules:
  - {id: launch, because: asks about the launch, any: ["pellora one"], topic: product-stock, tier_at_least: 3}
"""
BAD = FILE + "  - {id: broad, because: b, any: [the], topic: billing}\n"

pytestmark = pytest.mark.usefixtures("brand", "database")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "rules.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def test_rules_are_imported_listed_tested_and_exported(run: Run, file: str) -> None:
    assert "No rule of your own yet" in run("triage", "rules", "list").stdout
    assert "1 new" in run("triage", "rules", "import", file).stdout
    assert "the shipped ones are at work" not in (listed := run("triage", "rules", "list").stdout)
    assert listed.split()[:3] == ["launch", "draft", "asks"]
    now, coming = (
        json.loads(run("triage", "rules", "test", "Where is the Pellora One?", "--json", *more).stdout)
        for more in ((), ("--drafts",))
    )
    assert (now["tier"], coming["tier"]) == (1, 3)
    assert "launch" in {fired["id"] for fired in coming["fired"]}
    out = run("triage", "rules", "export").stdout
    assert "1 as before" in run("triage", "rules", "import", "-", stdin=out).stdout
    assert run("triage", "rules", "export", "--format", "csv").stdout.startswith("id,because,any")


def test_a_file_can_go_live_at_once_or_only_be_looked_at(run: Run, file: str) -> None:
    assert "nothing was kept" in run("triage", "rules", "import", file, "--dry-run").stdout
    assert json.loads(run("triage", "rules", "list", "--json").stdout) == {"rules": []}
    run("triage", "rules", "import", file, "--live")
    assert json.loads(run("triage", "rules", "list", "--json").stdout)["rules"][0]["state"] == "live"


def test_what_is_left_out_is_said_and_makes_it_fail(run: Run) -> None:
    done = run("triage", "rules", "import", "-", stdin=BAD, status=1)
    assert "left out broad: “the” stands in nearly every text" in done.stdout
    assert "1 new" in done.stdout
    assert "not readable YAML" in run("triage", "rules", "import", "-", stdin="rules: [", status=1).stderr


def test_a_dry_run_changes_nothing(run: Run, file: str, database: Database, brand: Brand) -> None:
    assert "There is nothing to try" in run("triage", "rules", "dry-run", status=1).stderr
    run("triage", "rules", "import", file)
    told = run("triage", "rules", "dry-run").stdout
    assert "Fires when “pellora one” stands in the text." in told
    assert "read 0 mentions" in told
    assert json.loads(run("triage", "rules", "dry-run", "launch", "--json").stdout)["fired"] == 0
    assert "no rule nothing" in run("triage", "rules", "dry-run", "nothing", status=1).stderr
