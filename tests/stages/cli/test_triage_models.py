"""`localcare triage models` and what is done to one, on a database of its own."""

import json
import sys
from pathlib import Path

import pytest

from localcare.kit.db import Database
from localcare.people.models import Brand
from localcare.triage import register
from localcare.triage.register import Who
from tests.conftest import NOW
from tests.stages.cli.conftest import Run
from tests.stages.triage.models import HELD_BACK, trained


@pytest.fixture(autouse=True)
def _two_models(database: Database, brand: Brand, tmp_path: Path) -> None:
    assert brand.id is not None
    with database.session(brand.id) as session:
        for done in (trained(tmp_path, "2026.11.2-own1"), trained(tmp_path, "2026.11.2-own2", gate=HELD_BACK)):
            register.add_candidate(session, brand.id, done, who=Who("Dana"), now=NOW)


def _states(run: Run) -> dict[str, str]:
    found = json.loads(run("triage", "models", "--json").stdout)["models"]
    return {str(each["version"]).rpartition("-")[2]: each["state"] for each in found}


def test_the_shipped_model_is_always_listed_and_judges_until_another_does(run: Run) -> None:
    assert "came with the software" in run("triage", "models").stdout.splitlines()[-1]
    *_, shipped = json.loads(run("triage", "models", "--json").stdout)["models"]
    assert shipped["state"] == "live"


def test_a_model_is_promoted_and_rolled_back_in_one_command(run: Run) -> None:
    assert "own1 judges from now on" in run("triage", "promote", "own1").stdout
    assert _states(run)["own1"] == "live"
    assert "own1 is retired" in run("triage", "rollback").stdout
    assert _states(run)["own1"] == "retired"
    assert "nothing to go back to" in run("triage", "rollback", status=1).stderr


def test_texts_are_tried_with_the_model_that_judges_if_one_does(run: Run) -> None:
    def asks() -> tuple[bool, bool]:
        words = "lol ok"
        tried = run("triage", "rules", "test", words, "--json"), run("policy", "try", words, "--json")
        first, second = (json.loads(each.stdout)["actionable"] for each in tried)
        return first, second

    assert asks() == (False, False)
    run("triage", "promote", "own1")
    assert asks() == (True, True)
    run("triage", "switch-off", "--reason", "it cries wolf")
    assert asks() == (False, False)


def test_one_that_the_gate_held_back_needs_a_reason(run: Run) -> None:
    assert "Say why" in run("triage", "promote", "own2", status=1).stderr
    run("triage", "promote", "own2", "--reason", "only for the launch week")
    found = json.loads(run("triage", "models", "--json").stdout)["models"]
    assert {each.get("reason") for each in found} == {None, "only for the launch week"}
    run("triage", "promote", "shipped")
    assert _states(run)["own2"] == "retired"


def test_a_model_goes_into_the_shadow_and_away(run: Run) -> None:
    assert "judges 50% of what comes in along" in run("triage", "shadow", "own1", "--share", "0.5").stdout
    assert _states(run)["own1"] == "shadow"
    run("triage", "retire", "own1")
    assert "There is no model own7" in run("triage", "retire", "own7", status=1).stderr


def test_training_without_corrections_says_what_to_do(run: Run) -> None:
    assert "10 are the fewest that make sense" in run("triage", "train", status=1).stderr


def test_without_the_trainers_library_one_sentence_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for arguments in (
        ["train"],
        ["train", "--to", str(tmp_path), "--data", str(tmp_path)],
        ["evaluate", "--data", "x"],
    ):
        assert "pip install 'localcare[train]'" in run("triage", *arguments, status=1).stderr
    assert "own1" in run("triage", "models").stdout


def test_the_model_is_switched_off_and_on_in_one_command_each(run: Run) -> None:
    assert "rules judge alone" in run("triage", "switch-off", "--reason", "it sees crises everywhere").stdout
    assert "it sees crises everywhere. Rules judge alone" in run("triage", "models").stdout
    assert json.loads(run("triage", "models", "--json").stdout)["off_why"] == "it sees crises everywhere"
    assert "off already" in run("triage", "switch-off", "--reason", "it sees crises everywhere", status=1).stderr
    assert "own1 would judge from now on. The model is switched off" in run("triage", "promote", "own1").stdout
    assert "would judge again" in run("triage", "rollback").stdout
    assert "judges again" in run("triage", "switch-on").stdout
    assert json.loads(run("triage", "models", "--json").stdout)["off_since"] is None
