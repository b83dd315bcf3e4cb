"""Tokens that were sealed with a secret key nobody has any more: that Page is told, and every other goes on."""

import os

import pytest
from sqlmodel import select

from localcare.channels.facebook.checking import check_pages
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.models import FacebookConnection, PageAccess
from localcare.channels.facebook.probing import probe_ratings
from localcare.channels.facebook.stars import snapshot_stars
from localcare.channels.facebook.watching import look_now, subscribe_now, watch
from localcare.intake.polling import poll_pages
from localcare.replies.tasks import outbox_of
from tests.stages.facebook.conftest import Facebook
from tests.stages.facebook.test_health_watch import all_incidents, connect_and_rest, open_incidents, pass_minutes


def lose_the_key(facebook: Facebook, *page_ids: str) -> None:
    """As after a restart with a new LOCALCARE_SECRET_KEY and no previous one."""
    with facebook.runtime.db.session(facebook.brand_id) as session:
        for page_id in page_ids:
            session.get_one(PageAccess, page_id).token_encrypted = os.urandom(80)


def test_its_page_is_on_the_board_within_five_minutes_with_what_mends_it(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    lose_the_key(facebook, facebook.store(2))
    pass_minutes(facebook, 5)
    (found,) = all_incidents(facebook, only_open=True)
    assert (found.page_id, found.kind) == (facebook.store(2), "token")
    assert "LOCALCARE_SECRET_KEY_PREVIOUS" in found.detail


def test_the_others_are_looked_at_read_rated_and_subscribed(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    lost, other = facebook.store(1), facebook.store(2)
    lose_the_key(facebook, lost)
    facebook.world.post(other, "One complaint", author="Ann")
    report = poll_pages(facebook.runtime, facebook.brand_id, page_ids=[lost, other])
    assert (report.pages, report.failed, report.changes) == (2, 1, 1)
    assert snapshot_stars(facebook.runtime, facebook.brand_id) == 5
    assert check_pages(facebook.runtime, facebook.brand_id).health == {"ok": 5, "token": 1}
    assert look_now(facebook.runtime, facebook.brand_id, [lost, other]).looked == 2
    assert facebook.subscribe(again=True).failed == 1
    assert isinstance(subscribe_now(facebook.runtime, facebook.brand_id, lost), GraphError)
    assert open_incidents(facebook) == [(lost, "token")]


def test_all_of_them_lost_crash_nothing_and_connecting_again_mends_all(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    lose_the_key(facebook, *facebook.pages())
    watch(facebook.runtime)
    snapshot_stars(facebook.runtime, facebook.brand_id)
    probe_ratings(facebook.runtime, facebook.brand_id)
    pass_minutes(facebook, 5)
    assert {kind for _, kind in open_incidents(facebook)} == {"token"}
    facebook.connect()
    pass_minutes(facebook, 2)
    assert open_incidents(facebook) == []


def test_a_connection_that_cannot_be_opened_is_told_and_its_pages_are_watched(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        session.exec(select(FacebookConnection)).one().token_encrypted = os.urandom(80)
    facebook.world.break_token(facebook.store(3), 460)
    pass_minutes(facebook, 5)
    assert [kind for _, kind in open_incidents(facebook)] == ["token", "token"]
    assert any("LOCALCARE_SECRET_KEY_PREVIOUS" in found.detail for found in all_incidents(facebook, only_open=True))


def test_an_answer_meets_a_refusal_that_waits_for_the_page_to_be_connected(facebook: Facebook) -> None:
    connect_and_rest(facebook)
    lose_the_key(facebook, facebook.store(1))
    with pytest.raises(GraphError) as refused:
        outbox_of(facebook.runtime).publisher_of(facebook.brand_id, facebook.store(1))
    assert refused.value.kind == "token"
