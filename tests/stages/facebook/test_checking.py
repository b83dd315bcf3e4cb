"""How Pages fare is asked in batches and written down, each Page on its own."""

from datetime import timedelta

import pytest

from localcare.channels.facebook.checking import check_pages, note_usage
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.sending import Errand, MeteredSender, open_sender
from localcare.channels.facebook.service import note_health
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.tokens import make_login
from tests.stages.facebook.conftest import FIELDS, Facebook


def test_a_well_page_is_told_in_full(facebook: Facebook) -> None:
    facebook.connect()
    report = check_pages(facebook.runtime, facebook.brand_id)
    assert (report.pages, report.health, report.unsubscribed) == (6, {"ok": 6}, 0)
    page = facebook.pages()[facebook.store(1)]
    assert (page.token_kind, page.expires_at, page.checked_at) == ("page", None, facebook.clock.now())
    assert page.next_check_at == facebook.clock.now() + timedelta(days=1)
    assert "pages_read_user_content" in page.scopes
    assert page.subscribed_fields == list(FIELDS)
    assert page.quota_percent is not None


def test_each_page_is_ill_on_its_own(facebook: Facebook) -> None:
    facebook.connect()
    facebook.world.break_token(facebook.store(1), 492)
    facebook.world.pages[facebook.store(2)].subscribed_fields = ()
    facebook.graph.meter.budgets[facebook.store(3)] = 1
    report = check_pages(facebook.runtime, facebook.brand_id)
    assert report.health == {"ok": 4, "token": 1, "quota": 1}
    assert report.unsubscribed == 1
    pages = facebook.pages()
    assert "lost the role" in pages[facebook.store(1)].health_detail
    assert pages[facebook.store(2)].subscribed_fields == []
    until = pages[facebook.store(3)].quota_until
    assert until is not None
    assert until > facebook.clock.now()


def test_a_page_that_is_well_again_is_well_since_now(facebook: Facebook) -> None:
    facebook.connect()
    facebook.graph.meter.budgets[facebook.store(3)] = 1
    check_pages(facebook.runtime, facebook.brand_id, page_ids=[facebook.store(3)])
    facebook.graph.meter.budgets.clear()
    facebook.clock.advance(timedelta(minutes=7))
    assert check_pages(facebook.runtime, facebook.brand_id, page_ids=[facebook.store(3)]).health == {"ok": 1}
    page = facebook.pages()[facebook.store(3)]
    assert (page.health, page.health_detail, page.error_code) == ("ok", "", None)
    assert (page.since, page.quota_until) == (facebook.clock.now(), None)


def test_pages_die_with_the_person_who_gave_them(facebook: Facebook) -> None:
    login = make_login(facebook.world, expires_at=facebook.clock.now() + timedelta(days=59))
    facebook.connect(login.value)
    login.broken = 460
    assert check_pages(facebook.runtime, facebook.brand_id).health == {"token": 6}


def test_what_passes_is_no_illness(facebook: Facebook) -> None:
    facebook.connect()
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="subscribed_apps", code=2, times=99))
    report = check_pages(facebook.runtime, facebook.brand_id)
    assert report.health == {"unanswered": 6}
    assert {page.health for page in facebook.pages().values()} == {"ok"}


def test_usage_is_kept_per_page(facebook: Facebook) -> None:
    facebook.connect()
    now = facebook.clock.now()
    error = GraphError("quota", retry_after_seconds=900)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        note_usage(session, facebook.brand_id, facebook.store(1), Usage(97, 0, 61.0, is_told=True), now=now)
        note_usage(
            session, facebook.brand_id, facebook.store(2), Usage(100, 0, 100.0, is_told=True), now=now, error=error
        )
    pages = facebook.pages()
    assert (pages[facebook.store(1)].quota_percent, pages[facebook.store(1)].quota_until) == (61.0, None)
    assert pages[facebook.store(2)].quota_until == now + timedelta(minutes=15)


def test_each_errand_tells_how_full_the_budget_is_also_when_it_fails(facebook: Facebook) -> None:
    facebook.connect()
    page = facebook.store(1)
    facebook.graph.meter.budgets[page] = 10
    told: list[tuple[str, float]] = []
    with facebook.runtime.db.session(facebook.brand_id) as session:
        sender = open_sender(session, facebook.runtime.settings, facebook.runtime.cipher, page)
    hand = MeteredSender(sender, lambda host_id, usage: told.append((host_id, usage.page_percent)))
    post = facebook.world.post(page, "Closed at noon?", author="Ann")
    hand.send(Errand("comment", post.id, "We are sorry", facebook.clock.now(), is_on_comment=False))
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="comments", code=100))
    with pytest.raises(GraphError):
        hand.send(Errand("comment", post.id, "Again", facebook.clock.now(), is_on_comment=False))
    assert [host_id for host_id, _ in told] == [page, page]
    assert 0 < told[0][1] < told[1][1]


def test_a_block_for_bad_manners_outlasts_a_look_that_is_answered(facebook: Facebook) -> None:
    facebook.connect()
    page, begun = facebook.store(1), facebook.clock.now()
    with facebook.runtime.db.session(facebook.brand_id) as session:
        note_health(session, page, GraphError("quota", code=368, retry_after_seconds=14_400), now=begun)
    facebook.clock.advance(timedelta(minutes=30))
    check_pages(facebook.runtime, facebook.brand_id, page_ids=[page])
    blocked = facebook.pages()[page]
    assert (blocked.health, blocked.quota_until) == ("quota", begun + timedelta(hours=4))
    facebook.clock.advance(timedelta(hours=4))
    check_pages(facebook.runtime, facebook.brand_id, page_ids=[page])
    assert (facebook.pages()[page].health, facebook.pages()[page].quota_until) == ("ok", None)
