"""Rules and texts tried on pages: a month as a dry run, a text at once, by the model that judges."""

import re
from pathlib import Path

from sqlmodel import select

from localcare.inbox.admin.rules.queues import queues_by_policy
from localcare.inbox.admin.rules.tasks import dry_run
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.runtime import Runtime
from localcare.triage import register, switching
from localcare.triage.core import Triager
from localcare.triage.models import TriageDryRun
from localcare.triage.register import Who
from localcare.triage.rule_trial import find_dry_run, work_dry_run
from tests.conftest import NOW
from tests.pageclient import PageClient, text_of
from tests.stages.admin.conftest import Office
from tests.stages.admin.rule_writing import LAUNCH, care, office, press, write
from tests.stages.desk import Said
from tests.stages.triage.models import trained

__all__ = ["care", "office"]


def test_a_dry_run_tells_what_would_have_changed(
    care: PageClient, office: Office, database: Database, clock: SetClock, triager: Triager
) -> None:
    office.desk.hear(Said(text="Where is my Pellora One?"))
    draft = write(care, {**LAUNCH, "id": "launch"})
    asked = press(care, draft, "/launch/dry-run")
    assert "Waiting for a worker to begin." in asked.text
    with database.session(office.desk.brand_id) as session:
        run_id = session.exec(select(TriageDryRun)).one().id
    assert run_id is not None
    work_dry_run(database, clock, triager, office.desk.brand_id, run_id)
    done = care.get("/admin/rules/launch")
    assert "100.0% of 1" in done.text
    assert "Where is my Pellora One ?" in done.text.replace("One?", "One ?")
    assert [mark.text for mark in done.all("mark")] == ["Pellora One"]
    assert "1 mention to read" in care.fragment("/admin/rules/launch/dry-run")
    assert care.request("GET", "/admin/rules/en-billing/dry-run").status_code == 404


def test_a_dry_run_shows_what_changes_first_the_same_words_once_and_queues_by_their_names(
    care: PageClient, office: Office, database: Database, clock: SetClock, triager: Triager
) -> None:
    calm, moved = "A ceiling fell on my mother near the Pellora One, she is in hospital.", "Where is my Pellora One?"
    for number, words in enumerate((moved, calm, calm, calm)):
        office.desk.hear(Said(text=words, author_id=f"c{number}"))
    write(care, {"id": "launch", "because": "asks about it", "any": "Pellora One", "tier_at_least": "2"})
    press(care, care.get("/admin/rules/launch"), "/launch/dry-run")
    with database.session(office.desk.brand_id) as session:
        run_id = session.exec(select(TriageDryRun)).one().id
    assert run_id is not None
    work_dry_run(database, clock, triager, office.desk.brand_id, run_id, route=queues_by_policy)
    done = care.get("/admin/rules/launch")
    assert "2 mentions to read" in done.text
    quoted = [text_of(quote) for quote in done.all("blockquote", class_="tried-text")]
    assert [words[:5] for words in quoted] == ["Where", "A cei"]
    assert "stays: answer" in done.text
    assert "goes to the crisis queue" in done.text
    assert not re.search(r"tier\d:", done.text)


def promote_own(office: Office, folder: Path) -> None:
    """A model of the brand's own, which calls everything with “crooked” billing, is to judge."""
    with office.desk.database.session(office.desk.brand_id) as session:
        model = register.add_candidate(session, office.desk.brand_id, trained(folder, "own1"), who=Who("Dana"), now=NOW)
        register.promote(session, office.desk.brand_id, model.id or 0, who=Who("Dana"), now=NOW)


def test_a_text_is_tried_with_the_model_that_judges_or_with_none_while_it_is_off(
    care: PageClient, office: Office, tmp_path: Path
) -> None:
    def tried() -> str:
        return write(care, {**LAUNCH, "text": "Is the Pellora One here?"}, do="try").text

    assert "own1-fast" not in tried()
    promote_own(office, tmp_path)
    assert "own1-fast" in tried()
    box = care.get("/admin/rules/try")
    assert "own1-fast" in care.post_form(box, "/admin/rules/try", {"text": "Is the Pellora One here?"}).text
    where = office.browser().get("/admin/policy/try?text=We+saw+your+new+sign+by+the+road.")
    assert "it would make no case by itself" not in where.text
    with office.desk.database.session(office.desk.brand_id) as session:
        switching.switch_off(session, office.desk.brand_id, who=Who("Dana"), now=NOW, why="it cries wolf")
    assert "own1-fast" not in tried()


def test_a_dry_run_is_judged_by_the_model_that_judges(
    care: PageClient, office: Office, runtime: Runtime, tmp_path: Path
) -> None:
    office.desk.hear(Said(text="The new Pellora One stands by the road."))
    promote_own(office, tmp_path)
    press(care, write(care, {**LAUNCH, "id": "launch"}), "/launch/dry-run")
    with office.desk.database.session(office.desk.brand_id) as session:
        run_id = session.exec(select(TriageDryRun)).one().id
    assert run_id is not None
    dry_run(runtime, brand_id=office.desk.brand_id, run_id=run_id)
    with office.desk.database.session(office.desk.brand_id) as session:
        found = find_dry_run(session, office.desk.brand_id, "launch")
    assert found is not None
    assert found.report.samples[0].before.actionable  # own1 says so of everything; rules alone do not


def test_a_dry_run_is_stopped(care: PageClient) -> None:
    asked = press(care, write(care, {**LAUNCH, "id": "launch"}), "/launch/dry-run")
    assert "was stopped after 0 mentions" in press(care, asked, "/dry-run/stop").text
