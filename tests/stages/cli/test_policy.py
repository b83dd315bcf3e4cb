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


def test_a_policy_is_applied_shown_compared_and_rolled_back(run: Run, desk: Desk) -> None:
    text = EXAMPLE.read_text().replace(
        "tier1: {acknowledge: 15, first_reply: 60", "tier1: {acknowledge: 15, first_reply: 30"
    )
    assert "Version 1 is in force." in run("policy", "apply", "-", "--why", "A drill", stdin=text).stdout
    assert "answered within 30 min in tier 1" in run("policy", "show").stdout
    assert run("policy", "show", "--yaml").stdout == text
    assert "In tier1 a case is answered within 30 min instead of 1 h." in run("policy", "diff", "0", "1").stdout
    assert "+  tier1: {acknowledge: 15, first_reply: 30" in run("policy", "diff", "0", "1", "--text").stdout
    assert "as version 2" in run("policy", "rollback").stdout
    history = json.loads(run("policy", "history", "--json").stdout)["history"]
    assert [(line["version"], line["what"]) for line in history][:2] == [(2, "live"), (1, "superseded")]
    assert "A drill" in run("policy", "history").stdout
    assert "Version 1 is superseded" in run("policy", "apply", "1", status=1).stderr


def test_a_second_person_signs_where_it_is_asked(run: Run, desk: Desk) -> None:
    author, second = (desk.person("administrator", name=name).email for name in ("Dana", "Lee"))
    asked = {"POLICY_SECOND_PERSON": "true"}
    assert "second person" in run("policy", "apply", str(EXAMPLE), status=1, **asked).stderr
    run("policy", "draft", str(EXAMPLE), "--by", author, **asked)
    assert "Dana wrote version 1" in run("policy", "sign-off", "1", "--by", author, status=1, **asked).stderr
    run("policy", "sign-off", "1", "--by", second, **asked)
    run("policy", "schedule", "1", "--from", "2031-01-01T09:00", "--until", "2031-01-08", **asked)
    assert "scheduled" in run("policy", "history").stdout
    run("policy", "withdraw", "1")


def test_a_text_is_asked_where_it_would_go(run: Run, desk: Desk) -> None:
    number = desk.store().number
    told = json.loads(run("policy", "try", "I waited 50 minutes, nobody helped me", "--store", number, "--json").stdout)
    assert (told["queue"], told["rule"]) == (f"store:{number}", "store")


def test_a_check_with_the_team_names_queues_nobody_serves(run: Run, desk: Desk) -> None:
    desk.person("agent", name="Kim", tier=1, skills=("network",))
    assert (
        "tier2:network, tier3:network, which nobody of the team serves"
        in run("policy", "check", str(EXAMPLE), "--team").stdout
    )
