"""`localcare policy check`: what people read before a policy is put in force."""

import json
from pathlib import Path

from tests.stages.cli.conftest import Run

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
