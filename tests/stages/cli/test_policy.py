"""`localcare policy check`: what people read before a policy is put in force."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.stages.cli.conftest import Run
from tests.stages.desk import Desk, Said

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "policy.yaml"


def test_the_example_can_be_put_in_force(run: Run) -> None:
    assert "The policy can be put in force: 10 rules." in run("policy", "check", str(EXAMPLE)).stdout


def test_a_fault_is_told_with_its_line(run: Run) -> None:
    text = EXAMPLE.read_text().replace("skill: billing", "skill: biling")
    assert (
        "Line 23: Rule “billing” sends to the skill “biling”"
        in run("policy", "check", "-", stdin=text, status=1).stderr
    )
    told = json.loads(run("policy", "check", "-", "--json", stdin=text, status=1).stdout)
    assert (told["sound"], told["faults"][0]["line"]) == (False, 23)


def test_a_dry_run_says_what_would_move_and_changes_nothing(run: Run, desk: Desk) -> None:
    case = desk.open_case(Said(topic="billing", matter="billing", tier=2), at=datetime.now(UTC), store=desk.store())
    text = EXAMPLE.read_text().replace("{matters: [billing]}", "{matters: [billing], urgencies: [high]}")
    told = json.loads(run("policy", "dry-run", "-", "--days", "7", "--json", stdin=text).stdout)
    assert (told["cases"], told["moved"]) == (1, 1)
    assert (told["moves"][0]["before"], told["moves"][0]["examples"]) == ("tier2:billing", [case.id])
    assert (
        "1 of 1 cases of 7 days would have gone elsewhere."
        in run("policy", "dry-run", "-", "--days", "7", stdin=text).stdout
    )
    assert "faults" in run("policy", "dry-run", "-", stdin=text.replace("to: centre", "to: moon"), status=1).stderr
