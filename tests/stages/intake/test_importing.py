"""Files of mentions become events; bad rows are named and spoil nothing."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from localcare.intake.models import Event, EventIssue
from localcare.kit.db import Database
from localcare.mentions.models import Mention
from localcare.people.models import AuditEntry, Brand
from tests.stages.cli.conftest import Run
from tests.stages.pipeline.conftest import Town

HEAD = "external_id,kind,created_at,text,author,rating,store_number\n"
GOOD = [
    f"r-{number},review,2026-11-01T10:00:00Z,I waited {number} minutes for help,Jo,2,4001\n" for number in range(450)
]
BAD = [
    "b-1,review,yesterday-ish,Nobody helped me,Jo,2,4001\n",
    "b-2,review,2026-11-01T10:00:00Z,Nobody helped me,Jo,eleven,4001\n",
    "b-3,shout,2026-11-01T10:00:00Z,Nobody helped me,Jo,2,4001\n",
    "b-4,review,2026-11-01T10:00:00Z,,Jo,,4001\n",
    "b-5,review,2026-11-01T10:00:00Z,Nobody helped me,Jo,2,4001,one,too,many\n",
]


def write(folder: Path, rows: list[str]) -> Path:
    file = folder / "reviews.csv"
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    return file


def test_five_bad_rows_are_named_and_the_rest_is_imported(
    run: Run, town: Town, database: Database, tmp_path: Path
) -> None:
    file = write(tmp_path, [*GOOD[:200], *BAD, *GOOD[200:]])
    answer = json.loads(run("mentions", "import", str(file), "--channel", "google", "--json", status=1).stdout)
    assert (answer["changes"], answer["refused"], len(answer["events"])) == (450, 5, 3)
    named = [(row["line"], row["column"]) for row in answer["bad_rows"]]
    assert named == [(202, "created_at"), (203, "rating"), (204, "kind"), (205, ""), (206, "")]
    while town.pipeline.work_batch().events:
        pass
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Mention.id)).all()) == 450
        issues = session.exec(select(EventIssue).where(EventIssue.kind == "bad-row")).all()
        assert {issue.event_id for issue in issues} == {min(answer["events"])}
        assert sorted(issue.what for issue in issues)[0] == "line 202, created_at"
        kept = session.exec(select(AuditEntry).where(AuditEntry.action == "imported mentions")).one()
        assert kept.detail["refused"] == 5
        assert "eleven" not in json.dumps(kept.detail)


def test_a_file_imported_twice_makes_no_mention_twice(run: Run, town: Town, database: Database, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD[:10])
    for _ in range(2):
        run("mentions", "import", str(file), "--channel", "google")
        while town.pipeline.work_batch().events:
            pass
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Mention.id)).all()) == 10


def test_a_dry_run_stores_nothing_and_says_so(run: Run, brand: Brand, database: Database, tmp_path: Path) -> None:
    said = run("mentions", "import", str(write(tmp_path, [*GOOD[:3], BAD[1]])), "--dry-run", status=1).stdout
    assert said.startswith("Dry run, nothing was kept: 3 changes of mentions, 1 row refused.")
    assert "line 5, rating: not a rating from 1 to 5 (“eleven”)" in said
    with database.session(None) as session:
        assert session.exec(select(Event.id)).all() == []


def test_a_file_of_which_nothing_can_be_used_is_a_failure(run: Run, brand: Brand, tmp_path: Path) -> None:
    run("mentions", "import", str(write(tmp_path, BAD[:1])), status=1)
    assert "There is no channel" in run("mentions", "import", "-", "--channel", "telex", status=1).stderr


@pytest.mark.parametrize("text", ["", HEAD, HEAD + "\n,,\n"])
def test_a_file_without_a_row_is_refused_with_a_sentence(
    run: Run, brand: Brand, database: Database, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(text, encoding="utf-8")
    for more in ((), ("--dry-run",), ("--json",)):
        said = run("mentions", "import", str(file), *more, status=1)
        assert "There is no mention in this file: nothing stands below its header line." in said.stderr
    with database.session(None) as session:
        assert session.exec(select(Event.id)).all() == []


def test_a_line_separator_inside_a_text_does_not_break_the_row(run: Run, town: Town, tmp_path: Path) -> None:
    file = write(tmp_path, ["u-1,review,2026-11-01T10:00:00Z,First\u2028second,Jo,2,4001\n"])
    assert json.loads(run("mentions", "import", str(file), "--json").stdout)["changes"] == 1


def test_events_shows_what_is_set_aside_and_replay_runs_it_again(run: Run, town: Town, tmp_path: Path) -> None:
    run("mentions", "import", str(write(tmp_path, [*GOOD[:2], BAD[0]])), status=1)
    (issue,) = json.loads(run("events", "--json").stdout)["events"]
    assert (issue["kind"], issue["what"]) == ("bad-row", "line 4, created_at")
    assert json.loads(run("events", "--state", "stuck", "--json").stdout)["events"] == []
    assert "1 event put back" in run("replay", str(issue["event_id"])).stdout
    assert "Nothing is set aside." in run("events").stdout
    assert "There is no event 999999." in run("replay", "999999", status=1).stderr
    assert "There is no state" in run("events", "--state", "lost", status=1).stderr
