"""The page and the command by which an administrator forgets somebody."""

import json

from sqlmodel import select

from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.runtime import Runtime
from localcare.mentions.models import Mention
from localcare.people.models import Brand, Person, RoleGrant
from localcare.privacy import service
from tests.deliveries import fresh_id, post
from tests.pageclient import PageClient
from tests.stages.admin.conftest import Office
from tests.stages.cli.conftest import Run
from tests.stages.pipeline.conftest import STORE_PAGE, Town

WORDS = "I waited 50 minutes and nobody helped me. Why?"


def tell(town: Town, clock: SetClock, *authors: str) -> None:
    for author in authors:
        town.tell(post(STORE_PAGE, clock.now(), WORDS, post_id=fresh_id(STORE_PAGE), author=author))


def texts(town: Town, database: Database) -> list[str]:
    while town.pipeline.work_batch().events:
        pass
    with database.session(town.brand_id) as session:
        return [mention.text for mention in session.exec(select(Mention).order_by(Mention.id))]  # type: ignore[arg-type]


def test_only_what_is_ticked_is_forgotten(
    office: Office, admin: PageClient, town: Town, database: Database, clock: SetClock
) -> None:
    tell(town, clock, "611", "622")
    found = admin.get("/admin/privacy?by=name&sought=Customer+611")
    form = found.form("/admin/privacy/erasures")
    assert "mention" not in form.values, "people who share a name are not ticked by themselves"
    box = found.one("input", name="mention")
    after = admin.post_form(found, "/admin/privacy/erasures", {"mention": box.get("value") or ""})
    assert "1 mention forgotten" in after.text
    assert texts(town, database) == ["", WORDS]
    service.purge(database, clock.now())
    assert "done" in admin.get("/admin/privacy").text
    assert "Customer 611" not in admin.get("/admin/privacy").text
    assert [action for action, _ in office.audit()] == ["forgot a customer"]


def test_nothing_found_nothing_ticked_and_nonsense_are_said(admin: PageClient, town: Town, clock: SetClock) -> None:
    tell(town, clock, "611")
    assert "Nothing found" in admin.get("/admin/privacy?by=name&sought=nobody").text
    found = admin.get("/admin/privacy?by=name&sought=Customer+611")
    assert "Tick what shall be forgotten" in admin.post_form(found, "/admin/privacy/erasures", {}).text


def test_auditors_see_what_was_asked_and_can_forget_nobody(office: Office, town: Town, clock: SetClock) -> None:
    tell(town, clock, "611")
    auditor = office.browser("auditor", name="Ian Moss")
    found = auditor.get("/admin/privacy?by=id&sought=611")
    assert "Forget what is ticked" not in found.text
    assert office.browser("agent", name="Bo Li").request("GET", "/admin/privacy").status_code == 403


def test_the_command_looks_first_and_forgets_when_told(
    run: Run, town: Town, database: Database, clock: SetClock, runtime: Runtime
) -> None:
    tell(town, clock, "611")
    assert json.loads(run("erase", "--author", "Customer 611", "--dry-run", "--json").stdout) == {
        "found": 1, "forgotten": 0, "code": None,
    }  # fmt: skip
    assert texts(town, database) == [WORDS]
    told = json.loads(run("erase", "--id", "611", "--yes", "--json").stdout)
    assert (told["found"], told["forgotten"]) == (1, 1)
    assert texts(town, database) == [""]
    assert "exactly" in run("erase", status=1).stderr or "Say one of" in run("erase", status=1).stderr


def test_a_colleague_who_left_is_nobody_any_more(run: Run, office: Office, database: Database) -> None:
    person = office.desk.person("agent", name="Bo Li")
    run("erase", "--person", person.email, "--yes")
    with database.session(office.desk.brand_id) as session:
        known = session.get_one(Person, person.id)
        assert (known.name, known.email.endswith("@invalid"), known.deactivated_at is None) == (
            "A former colleague",
            True,
            False,
        )
        grants = session.exec(select(RoleGrant).where(RoleGrant.person_id == person.id)).all()
        assert all(grant.valid_to is not None for grant in grants)
    assert "nobody" in run("erase", "--person", person.email, "--yes", status=1).stderr


def test_how_long_words_are_kept_is_set_by_a_command(run: Run, town: Town, database: Database) -> None:
    run("brand", "retention", "--months", "25")
    with database.session(None) as session:
        assert session.exec(select(Brand.retention_months)).one() == 25
    run("brand", "retention", "--forever")
    with database.session(None) as session:
        assert session.exec(select(Brand.retention_months)).one() is None
    assert "either" in run("brand", "retention", status=1).stderr
