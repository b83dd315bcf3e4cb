"""A recommendation that was read on Facebook is typed in, on record, and can be taken back."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from localcare.kit.db import Database
from localcare.mentions.models import Mention
from localcare.people.models import AuditEntry
from localcare.pipeline import Pipeline
from localcare.triage.core import Triager
from tests.pageclient import PageClient
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import SignIn
from tests.stages.pipeline.conftest import triager

__all__ = ["triager"]
FILLED = {"author": "Ana  Pérez", "text": "Patient with me.\r\nThank you!", "opinion": "yes", "on": "2026-11-19"}


@pytest.fixture
def work(desk: Desk, triager: Triager) -> Callable[[], list[Mention]]:
    pipeline = Pipeline(desk.database, desk.clock, triager)

    def until_done() -> list[Mention]:
        while pipeline.work_batch().events:
            pass
        with desk.database.session(desk.brand_id) as session:
            return list(session.exec(select(Mention)))

    return until_done


Work = Callable[[], list[Mention]]


def manager(desk: Desk, sign_in: SignIn) -> PageClient:
    return sign_in(desk.person("manager", store=desk.store(number="4001"), name="Ana Ortiz"))


def audited(database: Database, desk: Desk) -> list[tuple[str, object]]:
    with database.session(desk.brand_id) as session:
        return [(entry.action, entry.detail) for entry in session.exec(select(AuditEntry))]


def test_a_manager_types_one_in_and_takes_it_back(desk: Desk, sign_in: SignIn, work: Work) -> None:
    client = manager(desk, sign_in)
    added = client.post_form(client.get("/reviews/new"), "/reviews", FILLED)
    assert "Added." in added.text
    (mention,) = work()
    assert (mention.author_name, mention.text) == ("Ana Pérez", "Patient with me.\nThank you!")
    assert (mention.kind, mention.channel, mention.recommends) == ("review", "facebook", True)
    assert (mention.store_number, mention.created_at.isoformat()) == ("4001", "2026-11-19T18:00:00+00:00")
    assert audited(desk.database, desk) == [("typed a review in", {"store": "4001"})]
    back = client.post_form(added, "/withdrawal", {})
    assert "Taken back." in back.text
    (mention,) = work()
    assert (mention.removed_at is not None, mention.text) == (True, "")


def test_a_form_that_is_sent_twice_is_one_review(desk: Desk, sign_in: SignIn, work: Work) -> None:
    client = manager(desk, sign_in)
    form = client.get("/reviews/new")
    client.post_form(form, "/reviews", FILLED)
    client.post_form(form, "/reviews", FILLED)
    assert len(work()) == 1
    assert len(audited(desk.database, desk)) == 1


def test_what_is_missing_comes_back_with_what_was_typed(desk: Desk, sign_in: SignIn, work: Work) -> None:
    client = manager(desk, sign_in)
    wrong = FILLED | {"author": " ", "opinion": "", "on": "2026-12-24", "link": "javascript:alert(1)"}
    page = client.post_form(client.get("/reviews/new"), "/reviews", wrong, status=422)
    for why in ("Write the name", "Say whether they recommend it", "not one in the future", "begins with https"):
        assert why in page.text
    assert "Patient with me." in page.text
    assert work() == []


def test_nobody_types_for_a_store_that_is_not_theirs(desk: Desk, sign_in: SignIn, work: Work) -> None:
    client = manager(desk, sign_in)
    desk.store(number="4002")
    page = client.post_form(client.get("/reviews/new"), "/reviews", FILLED | {"store": "4002"}, status=422)
    assert "no such store of yours" in page.text
    sign_in(desk.person("auditor", name="Al Reads")).get("/reviews/new", status=403)
    assert work() == []


def test_an_agent_types_for_the_brand_and_nobody_else_takes_it_back(desk: Desk, sign_in: SignIn, work: Work) -> None:
    agent, other = sign_in(desk.person("agent", name="Bo Li")), sign_in(desk.person("agent", name="Cy Ray"))
    added = agent.post_form(agent.get("/reviews/new"), "/reviews", FILLED | {"opinion": "2", "store": ""})
    (mention,) = work()
    assert (mention.rating, mention.recommends, mention.store_number) == (2, None, None)
    action = added.form("/withdrawal").action
    token = other.get("/reviews/new").form("/reviews").values["csrf_token"]
    assert other.request("POST", action, data={"csrf_token": token}).status_code == 403
