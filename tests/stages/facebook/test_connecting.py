"""A brand is connected over the real SDK: which token is taken, which Pages are found, what they are subscribed to."""

import traceback
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from localcare.channels.facebook.core.discovery import WayTold
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.discovering import Doors
from localcare.errors import NotFoundError
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.objects import SCOPES, TokenKind
from localcare.sandbox.tokens import make_login
from localcare.stores.models import Store, StorePage
from tests.factories import make_brand, make_store
from tests.journeys.serving import address_of, listen, serving
from tests.stages.facebook.conftest import BRAND_PAGE, FIELDS, Facebook


def test_a_system_user_connects_the_whole_brand(facebook: Facebook) -> None:
    assert facebook.begin() == []
    found = facebook.find()
    assert (found.phase, found.found, found.without_token) == ("found", 6, 0)
    assert found.ways == (
        WayTold("accounts", 6, 6, 0),
        WayTold("owned", 6, 6, 0),
        WayTold("client", 0, 0, 0),
        WayTold("locations", 5, 5, 0),
    )
    done = facebook.subscribe()
    assert (done.phase, done.asked, done.subscribed, done.failed, done.app) == ("done", 6, 6, 0, ())
    assert all(page.subscribed_fields == FIELDS for page in facebook.world.pages.values())
    page = facebook.pages()[facebook.store(1)]
    assert (page.health, page.token_kind, page.subscribed_fields, page.served_version) == (
        "ok",
        "page",
        list(FIELDS),
        "v26.0",
    )
    assert page.found_by == ["accounts", "owned", "locations"]
    assert "MODERATE" in page.tasks
    connection = facebook.connection()
    assert (connection.kind, connection.state, connection.subject_name) == (
        "system-user",
        "connected",
        "localcare system user",
    )
    assert (connection.pages_found, connection.pages_connected, connection.pages_failed) == (6, 6, 0)


def test_a_token_is_stored_sealed_and_opens_only_for_its_page(facebook: Facebook) -> None:
    facebook.connect()
    pages = facebook.pages()
    plain = facebook.world.pages[facebook.store(2)].access_token
    assert facebook.token_of(facebook.store(2)) == plain
    assert all(plain.encode() not in page.token_encrypted for page in pages.values())
    assert facebook.world.system_token.encode() not in facebook.connection().token_encrypted


@pytest.mark.parametrize("ways", [("accounts",), ("owned",), ("locations",)])
def test_one_way_alone_is_enough(facebook: Facebook, ways: tuple[str, ...]) -> None:
    world = facebook.world
    scopes = tuple(scope for scope in SCOPES if scope != "business_management" or "owned" in ways)
    if ways == ("accounts",):
        token = make_login(world, kind=TokenKind.SYSTEM, scopes=scopes).value
        for page in world.store_pages():
            page.parent_id = None
    elif ways == ("owned",):
        token = make_login(world, kind=TokenKind.SYSTEM).value
        for edge in ("accounts", "locations"):
            facebook.graph.faults.add(Fault(FaultKind.ERROR, edge=edge, times=99, code=10))
    else:
        token = make_login(world, scopes=scopes, pages=(BRAND_PAGE,)).value
    doors = Doors((BRAND_PAGE,), world.app.business_id if "owned" in ways else None)
    facebook.begin(token, doors)
    report = facebook.find()
    (told,) = [way for way in report.ways if way.way in ways]
    assert told.tokens >= 5
    assert len(facebook.pages()) == 6
    assert facebook.subscribe().failed == 0


def test_the_stores_of_a_brand_page_come_with_that_pages_token_alone(facebook: Facebook) -> None:
    assert facebook.begin(facebook.world.pages[BRAND_PAGE].access_token) == ["page-token"]
    report = facebook.find()
    assert {way.way: way.pages for way in report.ways}["locations"] == 5
    assert (report.found, report.without_token) == (6, 0)
    assert facebook.subscribe().subscribed == 6


def test_a_brand_page_is_recognised_by_the_stores_below_it(facebook: Facebook) -> None:
    facebook.begin()
    found = {way.way: way.pages for way in facebook.find().ways}
    assert found == {"accounts": 6, "owned": 6, "client": 0, "locations": 5}


def test_a_closed_way_says_why_and_the_others_count(facebook: Facebook) -> None:
    scopes = tuple(scope for scope in SCOPES if scope != "business_management")
    token = make_login(facebook.world, kind=TokenKind.SYSTEM, scopes=scopes).value
    assert facebook.begin(token) == ["scope:business_management"]
    report = facebook.find()
    owned = next(way for way in report.ways if way.way == "owned")
    assert "business_management" in owned.error
    assert report.found == 6


def test_a_page_without_a_token_is_named_and_not_kept(facebook: Facebook) -> None:
    facebook.world.pages[facebook.store(3)].is_assigned = False
    facebook.begin()
    report = facebook.find()
    assert report.without_token == 1
    assert [page.page_id for page in report.locked] == [facebook.store(3)]
    assert facebook.store(3) not in facebook.pages()


@pytest.mark.parametrize(
    ("facts", "slug"),
    [
        ({"expires_at": timedelta(hours=1)}, "expires"),
        ({"scopes": ("business_management",)}, "scope:pages_show_list"),
        ({"app_id": "999"}, "other-app"),
    ],
)
def test_a_token_that_cannot_do_the_work_is_not_kept(facebook: Facebook, facts: dict[str, object], slug: str) -> None:
    if "expires_at" in facts:
        facts = {"expires_at": facebook.clock.now() + timedelta(hours=1), "kind": TokenKind.SYSTEM}
    assert slug in facebook.begin(make_login(facebook.world, **facts).value)  # type: ignore[arg-type]
    assert not facebook.is_connected()


def test_a_dead_and_an_unknown_token_are_refused_with_the_reason(facebook: Facebook) -> None:
    login = make_login(facebook.world)
    login.broken = 460
    assert facebook.begin(login.value) == ["dead"]
    assert facebook.begin("EAAB" + "x" * 40) == ["dead"]
    assert not facebook.is_connected()


def test_a_page_without_messenger_rights_is_subscribed_to_posts(facebook: Facebook) -> None:
    facebook.begin()
    facebook.find()
    login = make_login(facebook.world, scopes=tuple(scope for scope in SCOPES if scope != "pages_messaging"))
    assert "scope:pages_messaging" in facebook.begin(login.value)
    facebook.find()
    assert facebook.subscribe().failed == 0
    assert facebook.world.pages[BRAND_PAGE].subscribed_fields == ("feed", "mention")


def test_running_again_goes_on_with_what_is_missing(facebook: Facebook) -> None:
    facebook.begin()
    facebook.find()
    facebook.world.tokens[facebook.world.pages[facebook.store(4)].access_token].broken = 460
    first = facebook.subscribe()
    assert (first.subscribed, first.failed) == (5, 1)
    ill = facebook.pages()[facebook.store(4)]
    assert (ill.health, ill.error_code, ill.subscribed_fields) == ("token", 190, [])
    assert "password" in ill.health_detail
    facebook.world.break_token(facebook.store(4), 460)
    facebook.find()
    second = facebook.subscribe()
    assert (second.asked, second.subscribed, second.failed) == (1, 1, 0)
    assert facebook.subscribe().asked == 0
    assert facebook.subscribe(again=True).asked == 6
    assert facebook.connection().pages_connected == 6


def test_what_is_well_keeps_its_health_when_pages_are_found_again(facebook: Facebook) -> None:
    facebook.connect()
    since = facebook.pages()[BRAND_PAGE].since
    facebook.clock.advance(timedelta(hours=1))
    facebook.find()
    assert (facebook.pages()[BRAND_PAGE].health, facebook.pages()[BRAND_PAGE].since) == ("ok", since)


def test_items_left_unanswered_are_asked_again(facebook: Facebook) -> None:
    facebook.begin()
    facebook.find()
    facebook.graph.faults.add(Fault(FaultKind.NULL_BATCH_ITEM, edge="subscribed_apps", times=3))
    assert facebook.subscribe().failed == 0


def test_a_dead_login_is_written_down_with_its_reason(facebook: Facebook) -> None:
    login = make_login(facebook.world)
    facebook.begin(login.value)
    login.broken = 458
    with pytest.raises(GraphError, match="token"):
        facebook.find()
    connection = facebook.connection()
    assert (connection.health, connection.report["phase"]) == ("token", "broken")


def test_pages_are_linked_by_store_number_where_that_is_plain(facebook: Facebook) -> None:
    brand_id = facebook.brand_id
    with facebook.runtime.db.session(brand_id) as session:
        make_store(session, brand_id, number="0001")
        make_store(session, brand_id, number="2")
        make_store(session, brand_id, number="77")
    facebook.begin()
    assert facebook.find().linked == 3
    assert facebook.find().linked == 0
    with facebook.runtime.db.session(brand_id) as session:
        linked = {page.page_id: page.store_id is not None for page in session.exec(select(StorePage))}
    assert linked == {facebook.store(1): True, facebook.store(2): True, BRAND_PAGE: False}


def test_numbers_that_differ_by_their_zeros_alone_are_told_apart_by_the_code_or_not_at_all(facebook: Facebook) -> None:
    brand_id = facebook.brand_id
    with facebook.runtime.db.session(brand_id) as session:
        for number in ("1", "00001", "2", "002"):
            make_store(session, brand_id, number=number)
    facebook.begin()
    facebook.find()
    with facebook.runtime.db.session(brand_id) as session:
        numbers = {store.id: store.number for store in session.exec(select(Store))}
        linked = {page.page_id: numbers.get(page.store_id) for page in session.exec(select(StorePage))}
    assert linked == {facebook.store(1): "00001", BRAND_PAGE: None}


def test_another_brands_page_is_not_taken(facebook: Facebook) -> None:
    facebook.connect()
    with facebook.runtime.db.session(None) as session:
        other = make_brand(session, name="Other")
    before = facebook.pages()
    theirs = Facebook(facebook.runtime, facebook.clock, other.id or 0, facebook.world, facebook.graph)
    theirs.begin()
    assert theirs.find().foreign == 6
    assert theirs.pages() == {}
    assert {page_id: page.token_encrypted for page_id, page in facebook.pages().items()} == {
        page_id: page.token_encrypted for page_id, page in before.items()
    }


def test_the_apps_own_subscription_is_verified(facebook: Facebook) -> None:
    facebook.world.app_fields = ("feed",)
    facebook.world.includes_values = False
    facebook.begin()
    facebook.find()
    # the stand-in's handshake finds nobody at base_url, as Meta would behind a firewall
    (finding,) = facebook.subscribe().app
    assert (finding.slug, finding.weight) == ("app-refused", "stops")
    facebook.world.callback_url = "https://other.example/hook"
    assert [each.slug for each in facebook.subscribe().app] == ["app-callback", "app-values", "app-fields"]


def test_without_a_connection_the_way_to_one_is_said(facebook: Facebook) -> None:
    with pytest.raises(NotFoundError, match="pages connect"):
        facebook.find()


def _answer_handshake(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.query_params["hub.challenge"])


def test_the_app_is_subscribed_with_values_once_its_callback_answers(facebook: Facebook) -> None:
    world = facebook.world
    world.callback_url, world.app_fields = "", ()
    app = Starlette(routes=[Route("/webhooks/facebook", _answer_handshake)])
    with listen() as listener, serving(app, listener):
        settings = facebook.runtime.settings.model_copy(
            update={"base_url": address_of(listener), "facebook_verify_token": SecretStr(world.app.verify_token)}
        )
        facebook.runtime = replace(facebook.runtime, settings=settings)
        assert facebook.connect().app == ()
        assert world.callback_url == f"{address_of(listener)}/webhooks/facebook"
        assert facebook.graph.world.app_fields == FIELDS
        world.callback_url = "https://other.example/hook"
        assert [finding.slug for finding in facebook.subscribe().app] == ["app-callback"]
        assert facebook.subscribe(takes_over=True).app == ()
    assert world.includes_values


def test_a_failing_database_shows_no_token(facebook: Facebook) -> None:
    facebook.begin()
    with facebook.runtime.db.session(None) as session:
        session.execute(text("alter table page_access rename to page_access_away"))
    for verb in (facebook.find, facebook.subscribe):
        with pytest.raises(Exception) as failed:  # noqa: PT011 (any)
            verb()
        lines = traceback.TracebackException.from_exception(failed.value, capture_locals=True).format()
        rendered = "\n".join([*lines, repr(failed.value)])
        assert [token for token in facebook.world.tokens if token in rendered] == []
