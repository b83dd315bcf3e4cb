"""`localcare simulate`: figures, a report, and refusals."""

import json
from pathlib import Path

from tests.stages.cli.conftest import Run

SMALL = ("--agents", "10", "--cases", "80", "--days", "2", "--seeds", "2")


def test_a_month_in_json_says_what_it_was_asked(run: Run) -> None:
    ran = run("simulate", "staffing", *SMALL, "--no-vary", "--json")
    month = json.loads(ran.stdout)["month"]
    assert (month["given"]["agents"], month["seeds"], len(month["outcomes"])) == (10, 2, 5)
    assert "10 of 10 months" in ran.stderr


def test_a_report_and_tables_for_people(run: Run, tmp_path: Path) -> None:
    ran = run("simulate", "staffing", *SMALL, "--no-vary", "--out", str(tmp_path / "report.html"))
    assert "AT&T, published" in ran.stdout
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")


def test_assumptions_come_from_a_file_too(run: Run) -> None:
    given = json.dumps({"agents": 11, "cases": 50, "days": 1})
    ran = run("simulate", "staffing", "--given", "-", "--seeds", "1", "--no-vary", "--json", stdin=given)
    assert json.loads(ran.stdout)["month"]["given"]["agents"] == 11
    assert "agents:" in run("simulate", "staffing", "--given", "-", stdin='{"agents": "all"}', status=1).stderr


def test_a_team_that_cannot_be_is_refused(run: Run) -> None:
    assert "A team has between 9" in run("simulate", "staffing", "--agents", "4", status=1).stderr


def test_the_formula_answers_the_textbook_s_question(run: Run) -> None:
    answer = json.loads(run("simulate", "erlang", "--patience", "5", "--json").stdout)
    assert answer["agents"] == 14
    assert round(answer["service_level"], 5) == 0.88835
    assert answer["with_patience"]["mean_wait"] < answer["service"]["mean_wait"]
    assert "14 people" in run("simulate", "erlang").stdout
