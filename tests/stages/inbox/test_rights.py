"""Nobody sees another store's customers: every page and every verb, tried by those who should not."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from localcare.cases.models import Case
from localcare.kit.db import Database
from localcare.people.models import Person
from localcare.stores.models import Region, Store
from tests.factories import grant_role, make_brand
from tests.pageclient import PageClient
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

_MOVE_SESSION = text("update web_session set brand_id = :brand where person_id = :person")
SECRET = Said(text="My landlord is Quentin Zebedee and he cut the line", author="Hortensia Vandermeer", author_id="u-h")


@dataclass(frozen=True)
class Strangers:
    """A store with a customer, and the same person's other store."""

    store: Store
    case: Case
    own: Store
    ana: Person


@pytest.fixture
def strangers(desk: Desk) -> Strangers:
    store, own = desk.store(), desk.store()
    case = desk.open_case(SECRET, store=store)
    return Strangers(store, case, own, desk.person("manager", store=own))


def verbs_on(strangers: Strangers) -> Iterator[tuple[str, dict[str, str]]]:
    case, mention = f"/cases/{strangers.case.id}", strangers.case.lead_mention_id
    yield f"{case}/claim", {}
    yield f"{case}/release", {}
    yield f"{case}/notes", {"text": "x"}
    yield f"{case}/handover", {"to": "tier1:general"}
    yield f"{case}/escalation", {"to": "crisis"}
    yield f"{case}/snooze", {"until": "hour"}
    yield f"{case}/closure", {"how": "spam"}
    yield f"{case}/reopening", {}
    yield f"{case}/store", {}
    yield f"{case}/store", {"number": strangers.own.number}
    yield f"{case}/centre", {"skill": "billing"}
    yield f"{case}/replies", {"text": "Hello"}
    yield f"{case}/glance", {}
    yield f"/mentions/{mention}/case", {}


def token_of(client: PageClient) -> str:
    return client.get("/cases").form("/cases").values.get("csrf_token") or _body_token(client)


def _body_token(client: PageClient) -> str:
    return client.get("/cases").one("body").get("hx-headers", "").split('"')[3]


def assert_hidden(client: PageClient, strangers: Strangers) -> None:
    for url in (f"/cases/{strangers.case.id}", f"/stores/{strangers.store.number}", f"/cases?store={strangers.store.number}",
                f"/cases?queue=store:{strangers.store.number}"):  # fmt: skip
        client.get(url, status=404)
    for url in ("/", "/cases", "/cases?q=Zebedee", "/cases?state=all",
                "/cases?state=closed", f"/stores/{strangers.own.number}"):  # fmt: skip
        page = client.get(url).text
        assert "Hortensia" not in page, url
        assert "landlord" not in page, url
    token = token_of(client)
    for url, data in verbs_on(strangers):
        answer = client.request("POST", url, data={"csrf_token": token} | data, follow=False)
        assert answer.status_code == 404, f"{url} answered {answer.status_code}"
        assert "Hortensia" not in answer.text


def test_a_manager_never_sees_or_touches_another_stores_customer(
    desk: Desk, sign_in: SignIn, strangers: Strangers
) -> None:
    before = desk.now(strangers.case)
    assert_hidden(sign_in(strangers.ana), strangers)
    assert desk.now(strangers.case) == before


def test_a_visit_from_a_digest_opens_that_store_only_though_the_person_runs_both(
    desk: Desk, sign_in: SignIn, strangers: Strangers
) -> None:
    with desk.database.session(desk.brand_id) as session:
        grant_role(session, strangers.ana, "manager", store=strangers.store)
    assert "Hortensia" in sign_in(strangers.ana).get("/").text, "signed in, both stores are there"
    assert_hidden(sign_in(strangers.ana, only=strangers.own), strangers)


def test_a_lead_sees_the_stores_of_the_region_and_no_others(desk: Desk, sign_in: SignIn, strangers: Strangers) -> None:
    with desk.database.session(desk.brand_id) as session:
        region = session.get_one(Region, strangers.own.region_id)
    cindy = desk.person("lead", name="Cindy Porter", region=region)
    mine = desk.open_case(Said(author="Ruth Palmer", author_id="u-r"), store=strangers.own)
    client = sign_in(cindy)
    client.get(f"/cases/{strangers.case.id}", status=404)
    client.get(f"/stores/{strangers.store.number}", status=404)
    assert client.get(f"/cases/{mine.id}").h1 == "Ruth Palmer"
    page = client.get("/cases")
    assert "Ruth Palmer" in page.text
    assert "Hortensia" not in page.text


def test_central_roles_see_the_whole_brand(desk: Desk, sign_in: SignIn, strangers: Strangers) -> None:
    for role in ("agent", "supervisor"):
        client = sign_in(desk.person(role, name="Priya Nair"))
        assert client.get(f"/cases/{strangers.case.id}").h1 == "Hortensia Vandermeer"
        assert "Hortensia" in client.get(f"/stores/{strangers.store.number}").text


def test_another_brand_is_another_world(database: Database, desk: Desk, sign_in: SignIn, strangers: Strangers) -> None:
    with database.session(None) as session:
        rival = make_brand(session, name="Rival", slug="rival")
    other = Desk(database, rival, desk.clock)
    spy = other.person("supervisor", name="Sly Spy")
    client = sign_in(spy)
    with database.session(None) as session:
        session.execute(_MOVE_SESSION, {"brand": rival.id, "person": spy.id})
    client.get(f"/cases/{strangers.case.id}", status=404)
    client.get(f"/stores/{strangers.store.number}", status=404)
    assert "Hortensia" not in client.get("/cases?q=Quentin").text


def test_an_auditor_reads_and_changes_nothing(desk: Desk, sign_in: SignIn, strangers: Strangers) -> None:
    client = sign_in(desk.person("auditor", name="Ada Audit"))
    page = client.get(f"/cases/{strangers.case.id}")
    assert page.h1 == "Hortensia Vandermeer"
    assert [form.action for form in page.forms if form.method == "post"] == []
    token = _body_token(client)
    for url, data in verbs_on(strangers):
        answer = client.request("POST", url, data={"csrf_token": token} | data, follow=False)
        assert answer.status_code in (403, 404) or url.endswith("/glance"), f"{url} answered {answer.status_code}"


def test_strangers_are_sent_to_sign_in(app: object, desk: Desk, strangers: Strangers) -> None:
    client = PageClient(app)
    answer = client.request("GET", f"/cases/{strangers.case.id}", follow=False)
    assert answer.headers["location"] == f"/sign-in?next=/cases/{strangers.case.id}"
