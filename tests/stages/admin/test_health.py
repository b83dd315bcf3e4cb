"""The board of Pages and a Page's own page: found, sorted, explained; acted on by administrators only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from localcare.channels.facebook.core.incidents import IncidentKind, Trouble
from localcare.channels.facebook.incidents import find_obstacle
from localcare.channels.facebook.incidents_repository import everywhere, keep_troubles
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.service import page_row
from localcare.inbox.pages.page_state import page_state
from localcare.people.service import viewer_of_person
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import App
from localcare.sandbox.seeding import invented_brand, invented_stores
from localcare.sandbox.world import World
from localcare.web.templating import Frame, framed, templates
from tests.conftest import NOW
from tests.factories import make_page, make_region
from tests.journeys.serving import address_of, listen, serving
from tests.pageclient import PageClient
from tests.stages.admin.conftest import Office

DEAD = "Facebook does not take the token: it was revoked."


@pytest.fixture
def pages(office: Office) -> list[str]:
    """Three Pages: 901 in Texas with a dead token and no subscription, 902 in Ohio that is silent, 903 that is well."""
    desk = office.desk
    with desk.database.session(desk.brand_id) as session:
        texas = make_region(session, desk.brand, name="Texas", slug="texas")
        ohio = make_region(session, desk.brand, name="Ohio", slug="ohio")
    stores = [
        desk.store(number="4001", name="Pellora Waco", region=texas),
        desk.store(number="4002", region=ohio),
        None,
    ]
    with desk.database.session(desk.brand_id) as session:
        for number, store in enumerate(stores):
            page_id = f"90{number + 1}"
            make_page(session, desk.brand, page_id=page_id, store=store, name=f"Pellora {'ABC'[number]}")
            session.add(PageAccess(
                page_id=page_id, brand_id=desk.brand_id, token_encrypted=b"x", name=f"Pellora {'ABC'[number]}",
                health="token" if number == 0 else "ok", health_detail=DEAD if number == 0 else "",
                since=NOW - timedelta(hours=2), checked_at=NOW, quota_percent=91.0 if number == 1 else 3.0,
                tasks=["MODERATE"], scopes=["pages_messaging"], subscribed_fields=["feed", "mention"],
            ))  # fmt: skip
        troubles = {
            "901": [Trouble("token", DEAD, NOW - timedelta(hours=2)), Trouble("subscription", "Not subscribed.")],
            "902": [Trouble("silence", "It used to be heard of in 30 hours of a week.", NOW - timedelta(days=5))],
        }
        keep(office, troubles)
    return ["901", "902", "903"]


def keep(office: Office, troubles: dict[str, list[Trouble]]) -> None:
    kinds: tuple[IncidentKind, ...] = ("token", "subscription", "silence", "expiry")
    with office.desk.database.session(office.desk.brand_id) as session:
        keep_troubles(session, office.desk.brand_id, troubles, kinds, now=NOW)


def names(client: PageClient, question: str) -> list[str]:
    table = client.get(f"/admin/pages?{question}")
    return [row[0] for row in table.rows if row[0].startswith("Pellora")]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", ["Pellora A", "Pellora B"]),
        ("show=well", ["Pellora C"]),
        ("show=all&sort=name&order=down", ["Pellora C", "Pellora B", "Pellora A"]),
        ("show=all&sort=quota&order=down", ["Pellora B", "Pellora A", "Pellora C"]),
        ("kind=silence", ["Pellora B"]),
        ("kind=subscription", ["Pellora A"]),
        ("show=all&region=ohio", ["Pellora B"]),
        ("show=all&q=4001", ["Pellora A"]),
        ("show=all&q=%23903", ["Pellora C"]),
        ("show=all&q=%25", []),
        ("show=ending", []),
        ("show=unconnected", []),
    ],
)
def test_pages_are_found_by_what_is_wrong_and_where(
    admin: PageClient, pages: list[str], question: str, found: list[str]
) -> None:
    shown = names(admin, question)
    assert shown == found if "sort=quota" not in question else shown[0] == found[0]


def test_the_gravest_comes_first_with_its_reason(admin: PageClient, pages: list[str]) -> None:
    first = admin.get("/admin/pages").rows[0]
    assert "Token lost Not subscribed" in first[2]
    assert DEAD in first[2]


def test_a_page_says_what_broke_what_stops_who_mends_it_and_how(admin: PageClient, pages: list[str]) -> None:
    page = admin.get("/admin/pages/901")
    for words in (
        "Facebook does not take the Page's token any more", "2 h ago", DEAD, "Who can mend it Whoever manages the brand's",
        "Bring a token of a system user", "Page of store #4001",
    ):  # fmt: skip
        assert words in page.text
    assert page.links["Connect again"] == "/admin/connect?step=token"


def test_what_ended_already_is_not_said_to_stop_nothing(office: Office, admin: PageClient, pages: list[str]) -> None:
    keep(
        office,
        {"903": [Trouble("expiry", "Since 21 November 2026 the token is not shown any more what customers write.")]},
    )
    said = admin.get("/admin/pages/903").text
    assert "nothing until its day" in said
    assert "nothing yet" not in said
    assert "From then on reading, answers and messages do" in said


def test_what_is_about_all_pages_stands_above_them_once(office: Office, admin: PageClient, pages: list[str]) -> None:
    keep(office, {everywhere(office.desk.brand_id): [Trouble("silence", "Nothing has come of any Page.", NOW)]})
    board = admin.get("/admin/pages")
    assert board.text.count("No Page has sent anything") == 1
    assert "No Page has sent anything" in admin.get("/admin/pages/903").text


def test_thirty_days_are_drawn_and_told_in_numbers(admin: PageClient, pages: list[str]) -> None:
    days = {row[0]: row[1:] for row in admin.get("/admin/pages").rows if row[0].startswith("November")}
    assert days["November 20"] == ["1", "1", "1"]
    assert days["November 16"] == ["0", "0", "1"]
    assert days["November 14"] == ["0", "0", "0"]


def test_auditors_look_and_change_nothing(office: Office, pages: list[str]) -> None:
    browser = office.browser("auditor", email="olga@pellora.example.com")
    page = browser.get("/admin/pages/901")
    assert not [form for form in page.forms if form.action.endswith(("/checks", "/subscription"))]


def test_a_page_of_another_brand_is_not_there(admin: PageClient, pages: list[str]) -> None:
    admin.get("/admin/pages/999", status=404)


@pytest.fixture
def world(office: Office, pages: list[str]) -> Iterator[World]:
    """The stand-in has Page 901, whose stored token is good after all."""
    runtime = office.app.state.runtime
    settings = runtime.settings
    seeds = [replace(invented_stores(1)[0], id="901")]
    app = App(settings.facebook_app_id, secret=settings.facebook_app_secret.get_secret_value())
    world = World.from_pages(invented_brand(), seeds, clock=runtime.clock, app=app)
    world.app_fields = ("feed", "mention")
    token = world.pages["901"].access_token
    with office.desk.database.session(office.desk.brand_id) as session:
        session.get_one(PageAccess, "901").token_encrypted = runtime.cipher.encrypt(token, row=page_row("901"))
    with listen() as listener, serving(create_sandbox_app(world), listener):
        office.app.state.runtime = replace(
            runtime, settings=settings.model_copy(update={"graph_url": address_of(listener)})
        )
        yield world


def test_check_now_asks_facebook_and_ends_what_is_mended(office: Office, admin: PageClient, world: World) -> None:
    done = admin.post_form(admin.get("/admin/pages/901"), "/checks")
    assert "Facebook was asked just now" in done.text
    assert "does not take the Page's token" not in done.text
    assert ("looked at a Facebook Page", "page:901") in office.audit()


def test_subscribe_again_subscribes_and_reads_back(office: Office, admin: PageClient, world: World) -> None:
    done = admin.post_form(admin.get("/admin/pages/901"), "/subscription")
    assert "is subscribed, and Facebook says so when asked" in done.text
    assert "feed" in world.pages["901"].subscribed_fields


def test_a_case_says_that_its_answer_waits_and_since_when(office: Office, pages: list[str]) -> None:
    desk = office.desk
    person = desk.person("administrator", name="Olu Adeyemi", email="olu@pellora.example.com")
    with desk.database.session(desk.brand_id) as session:
        viewer = viewer_of_person(session, person.id or 0, NOW)
        assert viewer is not None
        state = page_state(viewer, find_obstacle(session, "901", now=NOW), "901")
        assert page_state(viewer, find_obstacle(session, "903", now=NOW), "903") is None
    assert state is not None
    assert (state.since, state.href) == (NOW - timedelta(hours=2), "/admin/pages/901")
    with framed(Frame(NOW, ZoneInfo("UTC"), "")):
        html = str(templates().get_template("inbox/_page_state.html").module.page_state(state))  # type: ignore[attr-defined]
    assert "it waits, and is sent by itself" in html
