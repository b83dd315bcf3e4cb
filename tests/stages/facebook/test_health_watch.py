"""Watching over Pages: what is lost is found within minutes, what passes opens nothing, what is mended ends."""

from dataclasses import replace
from datetime import timedelta

from pydantic import SecretStr

from localcare.channels.facebook.checking import check_pages, note_usage
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.incidents import find_obstacle, list_everywhere
from localcare.channels.facebook.incidents_repository import KeptIncident, everywhere, list_incidents
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.service import note_health
from localcare.channels.facebook.watching import look_now, watch
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.objects import SCOPES
from localcare.sandbox.tokens import make_login
from tests.stages.facebook.conftest import Facebook

MINUTE = timedelta(minutes=1)


def connect_and_rest(facebook: Facebook, token: str | None = None) -> None:
    """Connected, looked at for the first time, and a quiet quarter of an hour later."""
    facebook.connect(token)
    watch(facebook.runtime)
    facebook.clock.advance(15 * MINUTE)
    assert open_incidents(facebook) == []


def pass_minutes(facebook: Facebook, minutes: int) -> None:
    for _ in range(minutes):
        facebook.clock.advance(MINUTE)
        watch(facebook.runtime)


def all_incidents(facebook: Facebook, *, only_open: bool = False) -> list[KeptIncident]:
    with facebook.runtime.db.session(facebook.brand_id) as session:
        pages = [*facebook.pages(), everywhere(facebook.brand_id)]
        return list_incidents(session, facebook.brand_id, pages, only_open=only_open)


def open_incidents(facebook: Facebook) -> list[tuple[str, str]]:
    return sorted((found.page_id, found.kind) for found in all_incidents(facebook, only_open=True))


def refuse(facebook: Facebook, page_id: str, kind: str = "token") -> None:
    """A call of somebody else was refused, and they wrote it down."""
    with facebook.runtime.db.session(facebook.brand_id) as session:
        note_health(session, page_id, GraphError(kind, code=190), now=facebook.clock.now())  # type: ignore[arg-type]


def test_a_token_that_dies_in_silence_is_found_within_five_minutes(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    facebook.world.break_token(facebook.store(2), 492)
    pass_minutes(facebook, 5)
    (found,) = all_incidents(facebook, only_open=True)
    assert (found.page_id, found.kind) == (facebook.store(2), "token")
    assert "lost the role" in found.detail


def test_one_refusal_is_looked_into_and_opens_nothing_when_the_token_lives(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1))
    watch(facebook.runtime)
    assert open_incidents(facebook) == []
    assert facebook.pages()[facebook.store(1)].health == "ok"


def test_a_refusal_is_looked_into_at_once_and_not_twice(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    facebook.world.break_token(facebook.store(1), 467)
    refuse(facebook, facebook.store(1))
    assert watch(facebook.runtime).looked == 1
    assert open_incidents(facebook) == [(facebook.store(1), "token")]
    assert watch(facebook.runtime).looked == 0


def test_while_facebook_does_not_answer_nothing_is_taken_for_lost(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1))
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="debug_token", code=2, times=99))
    watch(facebook.runtime)
    assert open_incidents(facebook) == []
    facebook.graph.faults.clear()
    facebook.world.break_token(facebook.store(1), 467)
    pass_minutes(facebook, 6)
    assert open_incidents(facebook) == [(facebook.store(1), "token")]


def test_when_the_brands_token_dies_all_pages_that_came_from_it_are_looked_at(facebook: Facebook) -> None:
    login = make_login(facebook.world, scopes=SCOPES)
    connect_and_rest(facebook, login.value)
    login.broken = 460
    pass_minutes(facebook, 5)
    kinds = {kind for _, kind in open_incidents(facebook)}
    assert kinds == {"token"}
    assert len(open_incidents(facebook)) == 7
    with facebook.runtime.db.session(facebook.brand_id) as session:
        (told,) = list_everywhere(session, facebook.brand_id)
    assert "changed the password" in told.detail


def test_what_is_mended_ends_and_keeps_its_dates(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    began = facebook.clock.now()
    facebook.world.break_token(facebook.store(2), 463)
    pass_minutes(facebook, 5)
    facebook.world.tokens[facebook.token_of(facebook.store(2))].broken = None
    look_now(facebook.runtime, facebook.brand_id, [facebook.store(2)])
    assert open_incidents(facebook) == []
    (ended,) = all_incidents(facebook)
    assert ended.ended_at == facebook.clock.now()
    assert began < ended.since <= ended.noticed_at < ended.ended_at


def test_what_ended_a_moment_ago_goes_on_as_the_same(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    now = facebook.clock.now
    for percent in (95.0, 40.0, 96.0):
        with facebook.runtime.db.session(facebook.brand_id) as session:
            note_usage(
                session, facebook.brand_id, facebook.store(1), Usage(percent, 0, percent, is_told=True), now=now()
            )
        pass_minutes(facebook, 1)
    (found,) = all_incidents(facebook)
    assert (found.kind, found.ended_at) == ("quota", None)
    assert found.detail.startswith("96 %")


def test_a_subscription_that_is_gone_is_told_and_no_token_is_blamed(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    facebook.world.pages[facebook.store(3)].subscribed_fields = ()
    look_now(facebook.runtime, facebook.brand_id, [facebook.store(3)])
    assert open_incidents(facebook) == [(facebook.store(3), "subscription")]


def test_another_version_is_told_once_for_all(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        for page_id in facebook.pages():
            session.get_one(PageAccess, page_id).served_version = "v27.0"
    pass_minutes(facebook, 1)
    assert open_incidents(facebook) == [(everywhere(facebook.brand_id), "version")]


def test_pages_are_looked_at_about_daily_each_at_its_own_time(facebook: Facebook) -> None:
    facebook.connect()
    watch(facebook.runtime)
    pauses = [page.next_check_at - facebook.clock.now() for page in facebook.pages().values() if page.next_check_at]
    assert all(timedelta(hours=21) <= pause <= timedelta(hours=27) for pause in pauses)
    assert len(set(pauses)) == len(pauses) == 6


def test_glances_end_where_the_app_has_little_left(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    facebook.graph.meter._app_calls = (facebook.clock.now(), 400_000)
    assert watch(facebook.runtime).glanced == 1


def test_a_page_without_a_check_of_its_own_is_looked_at_the_first_minute(facebook: Facebook) -> None:
    facebook.connect()
    with facebook.runtime.db.session(facebook.brand_id) as session:
        session.get_one(PageAccess, facebook.store(4)).next_check_at = None
    assert SecretStr(facebook.token_of(facebook.store(4)))
    watch(facebook.runtime)
    assert facebook.pages()[facebook.store(4)].checked_at == facebook.clock.now()


def test_two_clocks_share_the_pages(facebook: Facebook) -> None:
    facebook.connect()
    check_pages(facebook.runtime, facebook.brand_id)
    assert watch(facebook.runtime).looked == 0


def test_a_token_that_ends_is_told_a_week_before_once_for_all_that_came_from_it(facebook: Facebook) -> None:
    ends_at = facebook.clock.now() + timedelta(days=30)
    connect_and_rest(facebook, make_login(facebook.world, expires_at=ends_at).value)
    facebook.clock.move_to(ends_at - timedelta(days=6))
    watch(facebook.runtime)
    (told,) = all_incidents(facebook, only_open=True)
    assert (told.page_id, told.kind) == (everywhere(facebook.brand_id), "expiry")
    facebook.connect(make_login(facebook.world).value)
    pass_minutes(facebook, 1)
    assert open_incidents(facebook) == []


def test_pages_whose_customers_are_not_shown_any_more_are_told_though_the_token_lives(facebook: Facebook) -> None:
    shown_until = facebook.clock.now() + timedelta(days=90)
    connect_and_rest(facebook, make_login(facebook.world, data_access_expires_at=shown_until).value)
    facebook.clock.move_to(shown_until + timedelta(days=1))
    watch(facebook.runtime)
    found = all_incidents(facebook, only_open=True)
    assert {(each.kind, each.detail) for each in found} == {
        ("expiry", f"Since {shown_until:%d %B %Y} the token is not shown any more what customers write.")
    }
    assert len(found) == len(facebook.pages())


def test_an_app_secret_that_was_changed_at_meta_is_told_within_five_minutes_and_ends_when_it_is_known(
    facebook: Facebook,
) -> None:
    connect_and_rest(facebook)
    known = facebook.world.app
    facebook.world.app = replace(known, secret="the-secret-that-meta-has-made-anew")
    pass_minutes(facebook, 5)
    (told,) = all_incidents(facebook, only_open=True)
    assert (told.page_id, told.kind) == (everywhere(facebook.brand_id), "token")
    assert "LOCALCARE_FACEBOOK_APP_SECRET" in told.detail
    facebook.world.app = known
    pass_minutes(facebook, 4)
    assert open_incidents(facebook) == []


def test_a_subscription_that_may_not_be_read_keeps_no_answer_waiting(facebook: Facebook) -> None:
    scopes = tuple(scope for scope in SCOPES if scope != "pages_manage_metadata")
    facebook.begin(make_login(facebook.world, scopes=scopes).value)
    facebook.find()
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="subscribed_apps", method="GET", code=200, times=99))
    watch(facebook.runtime)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        assert find_obstacle(session, facebook.store(1), now=facebook.clock.now()) is None
    assert {page.health for page in facebook.pages().values()} == {"ok"}
    assert (everywhere(facebook.brand_id), "permission") in open_incidents(facebook)


def test_a_task_that_was_taken_away_is_on_the_board_as_long_as_facebook_refuses(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    page = facebook.store(1)
    for _ in range(5):
        refuse(facebook, page, "permission")
        pass_minutes(facebook, 15)
        assert open_incidents(facebook) == [(page, "permission")], "an answer was refused a quarter of an hour ago"
    (found,) = all_incidents(facebook)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        note_health(session, page, None, now=facebook.clock.now())
    pass_minutes(facebook, 1)
    assert open_incidents(facebook) == []
    assert found.since < facebook.clock.now() - 60 * MINUTE


def test_a_single_refusal_that_is_not_repeated_ends_within_hours(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1), "permission")
    pass_minutes(facebook, 5)
    assert open_incidents(facebook) == [(facebook.store(1), "permission")]
    pass_minutes(facebook, 130)
    assert open_incidents(facebook) == []


def test_who_has_a_page_looked_at_after_mending_it_sees_it_well(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    refuse(facebook, facebook.store(1), "permission")
    pass_minutes(facebook, 1)
    look_now(facebook.runtime, facebook.brand_id, [facebook.store(1)])
    assert open_incidents(facebook) == []
