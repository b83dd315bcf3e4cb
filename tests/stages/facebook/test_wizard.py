"""The administrator connects the brand in the browser, a worker does the long parts, the page tells how far it is."""

import asyncio
from datetime import timedelta

import pytest

from localcare.channels.facebook import tasks
from localcare.channels.facebook.checking import check_pages
from localcare.channels.facebook.connecting import get_connection
from localcare.channels.facebook.core.report import ConnectReport, as_kept
from localcare.channels.facebook.watching import watch
from localcare.kit.jobs import run_jobs
from localcare.sandbox.objects import SCOPES
from localcare.sandbox.tokens import make_login
from tests.pageclient import OpenedPage, PageClient
from tests.stages.admin.conftest import Office, make_app
from tests.stages.desk import Desk
from tests.stages.facebook.conftest import Facebook

HERE = "/admin/connect"


@pytest.fixture
def office(facebook: Facebook, desk: Desk) -> Office:
    return Office(desk, make_app(facebook.runtime))


@pytest.fixture
def admin(office: Office) -> PageClient:
    return office.browser()


def bring(admin: PageClient, token: str, *, status: int = 200, **typed: str) -> OpenedPage:
    return admin.post_form(
        admin.get(f"{HERE}?step=token"), "/admin/connection", {"token": token, **typed}, status=status
    )


def work(facebook: Facebook) -> None:
    assert tasks.find is not None
    asyncio.run(run_jobs(facebook.runtime.db, facebook.runtime, concurrency=1, wait=False))


def step_of(page: OpenedPage) -> str:
    (current,) = [step for step in page.all("li") if step.get("aria-current") == "step"]
    return "".join(current.itertext()).strip().lstrip("12345").strip()


def test_from_a_token_to_connected_pages(facebook: Facebook, office: Office, admin: PageClient) -> None:
    assert step_of(admin.get(HERE)) == "Token"
    page = bring(admin, facebook.world.system_token)
    assert step_of(page) == "What it may do"
    assert "may do all that is needed" in page.text
    assert "localcare system user" in page.text
    page = admin.post_form(page, "/search")
    assert step_of(page) == "Pages"
    assert "Finding Pages" in page.text
    work(facebook)
    page = admin.get(HERE)
    assert "Pages found 6" in page.text
    assert "Belong to none 5" in page.text
    page = admin.post_form(page, "/subscription")
    assert step_of(page) == "Subscribe"
    work(facebook)
    page = admin.get(HERE)
    assert step_of(page) == "Done"
    assert "Every Page is subscribed" in page.text
    assert [action for action, _ in office.audit()] == [
        "brought a Facebook token",
        "had Facebook Pages found",
        "had Facebook Pages subscribed",
    ]


def test_the_page_asks_for_itself_only_while_somebody_works(facebook: Facebook, admin: PageClient) -> None:
    page = bring(admin, facebook.world.system_token)
    assert "hx-trigger" not in admin.fragment(HERE)
    admin.post_form(page, "/search")
    assert 'hx-trigger="every 2s"' in admin.fragment(HERE)
    work(facebook)
    assert "hx-trigger" not in admin.fragment(HERE)


def test_work_that_stopped_can_be_gone_on_with(facebook: Facebook, admin: PageClient) -> None:
    page = admin.post_form(bring(admin, facebook.world.system_token), "/search")
    facebook.clock.advance(timedelta(minutes=3))
    page = admin.get(HERE)
    assert "Nothing has moved" in page.text
    admin.post_form(page, "/search")
    work(facebook)
    assert "Pages found 6" in admin.get(HERE).text


def test_a_token_that_cannot_do_the_work_comes_back_with_sentences(facebook: Facebook, admin: PageClient) -> None:
    token = make_login(facebook.world, scopes=("pages_messaging",)).value
    page = bring(admin, token, status=422, page_id="108")
    assert "pages_show_list is missing: the Pages cannot be listed." in page.text
    assert page.form("/admin/connection").values["page_id"] == "108"
    assert page.form("/admin/connection").values["token"] == ""
    assert not facebook.is_connected()


@pytest.mark.parametrize("token", ["hello", "EAAB with blanks in it", "EAAB'; drop table page_access"])
def test_what_is_no_token_is_said_and_not_repeated(admin: PageClient, token: str) -> None:
    page = bring(admin, token, status=422)
    assert "no access token" in page.text
    assert token not in page.text


def test_a_persons_token_is_taken_with_a_warning(facebook: Facebook, admin: PageClient) -> None:
    page = bring(admin, make_login(facebook.world, name="Casey Brand", scopes=SCOPES).value)
    assert step_of(page) == "What it may do"
    assert "dies when they change their password" in page.text
    assert "Casey Brand" in page.text


def test_facebook_that_is_not_there_is_said(facebook: Facebook, desk: Desk) -> None:
    settings = facebook.runtime.settings.model_copy(update={"graph_url": "http://127.0.0.1:9"})
    facebook.runtime = type(facebook.runtime)(
        settings,
        facebook.runtime.db,
        facebook.clock,
        facebook.runtime.mail,
        facebook.runtime.cipher,
        facebook.runtime.signer,
    )
    admin = Office(desk, make_app(facebook.runtime)).browser()
    assert "Facebook could not be asked" in bring(admin, facebook.world.system_token, status=422).text


def test_failures_are_grouped_by_reason(facebook: Facebook, admin: PageClient) -> None:
    facebook.begin()
    facebook.find()
    for number in (1, 2):
        facebook.world.break_token(facebook.store(number), 492)
    facebook.subscribe()
    page = admin.get(HERE)
    assert "Why Pages cannot speak" in page.text
    assert "2 Pages" in page.text
    assert "Try 2 Pages again" in page.text


def test_an_auditor_sees_and_changes_nothing(facebook: Facebook, office: Office) -> None:
    auditor = office.browser("auditor", name="Ari Audit")
    assert "An administrator brings a token" in auditor.get(HERE).text
    facebook.connect()
    page = auditor.get(HERE)
    assert [form.action for form in page.forms if "/admin/connection" in form.action] == []
    answer = auditor.request("POST", "/admin/connection/search", data=page.forms[0].values if page.forms else {})
    assert answer.status_code == 403


def test_when_the_person_took_the_app_away_it_begins_anew(facebook: Facebook, admin: PageClient) -> None:
    facebook.connect()
    with facebook.runtime.db.session(facebook.brand_id) as session:
        connection = get_connection(session, facebook.brand_id)
        connection.state, connection.report = "revoked", as_kept(ConnectReport(phase="done"))
    assert step_of(admin.get(HERE)) == "Token"


def test_what_is_under_way_is_not_begun_twice(facebook: Facebook, admin: PageClient) -> None:
    page = bring(admin, facebook.world.system_token)
    admin.post_form(page, "/search")
    assert "it is under way" in admin.post_form(page, "/search").text


def test_a_refusal_ends_the_work_with_its_reason(facebook: Facebook, admin: PageClient) -> None:
    login = make_login(facebook.world)
    page = admin.post_form(bring(admin, login.value), "/search")
    login.broken = 460
    work(facebook)
    page = admin.get(HERE)
    assert "Facebook did not let us read the Pages" in page.text
    assert "changed their password" in page.text


def test_what_was_lost_since_is_said_and_nothing_is_called_connected(facebook: Facebook, admin: PageClient) -> None:
    facebook.connect()
    assert "Every Page is subscribed" in admin.get(HERE).text
    facebook.world.pages[facebook.store(2)].subscribed_fields = ()
    check_pages(facebook.runtime, facebook.brand_id)
    page = admin.get(HERE)
    assert "Every Page is subscribed" not in page.text
    assert "Try 1 Page again" in page.text
    facebook.world.tokens[facebook.world.system_token].broken = 460
    facebook.clock.advance(timedelta(minutes=3))
    watch(facebook.runtime)
    assert "The connection is lost" in admin.get(HERE).text
