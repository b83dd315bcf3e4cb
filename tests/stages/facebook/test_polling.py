"""Polling over the real SDK: what the lists show becomes mentions, and a watermark moves only over what was proven."""

import pytest

from localcare.channels.facebook.models import PageAccess
from localcare.sandbox.faults import FaultKind
from localcare.sandbox.objects import Place
from tests.stages.facebook.conftest import Facebook
from tests.stages.facebook.polling import Polling


@pytest.fixture
def polling(facebook: Facebook) -> Polling:
    return Polling(facebook)


def test_what_no_webhook_told_is_found(polling: Polling) -> None:
    world, page = polling.world, polling.page
    post = world.post(
        page, "My phone was sold to somebody else", author="Ann", place=Place(city="Houston", name="Mall")
    )
    comment = world.comment(post.id, "Same here", author="Bob", photo="https://cdn.example/1.jpg")
    reply = world.comment(comment.id, "And here", author="Cyd")
    own = world.comment(comment.id, "We are sorry, Bob", author=None)
    message = world.message(page, "Are you open?", author="Dan")
    tag = world.mention(page, "Eve", "Great help at @Bluebird")
    report = polling.poll()
    found = polling.mentions()
    assert set(found) == {post.id, comment.id, reply.id, own.id, message.id, tag.post_id}
    assert (report.lanes, report.proven, report.failed) == (4, 4, 0)
    assert found[post.id].author_name == "Ann"
    assert (found[post.id].place or {})["city"] == "Houston"
    assert (found[comment.id].parent_id, found[reply.id].parent_id) == (post.id, comment.id)
    assert (found[own.id].from_page, found[message.id].thread_id) == (True, world.person(page, "Dan").id)
    assert found[tag.post_id].kind == "mention"
    assert {event.lane for event in polling.events()} == {"poll"}


def test_reading_again_stores_nothing(polling: Polling) -> None:
    post = polling.world.post(polling.page, "Closed at noon?", author="Ann")
    polling.world.comment(post.id, "Yes, closed", author="Bob")
    assert polling.poll().changes == 2
    events = len(polling.events())
    polling.later(minutes=20)
    assert polling.poll().changes == 0
    assert len(polling.events()) == events


def test_what_webhooks_told_is_not_told_again(polling: Polling) -> None:
    post = polling.world.post(polling.page, "Closed at noon?", author="Ann")
    comment = polling.world.comment(post.id, "Yes, closed", author="Bob")
    polling.deliver(polling.told)
    before = polling.mentions()
    polling.poll()
    after = polling.mentions()
    assert after[comment.id] == before[comment.id]
    # a visitor's post is told without its time
    assert (before[post.id].network_created_at, after[post.id].network_created_at) == (None, post.created_at)
    assert after[post.id].content_version == before[post.id].content_version


def test_edits_and_hides_that_were_missed_are_made_up_for(polling: Polling) -> None:
    post = polling.world.post(polling.page, "They are rude", author="Ann")
    comment = polling.world.comment(post.id, "Yes, rude", author="Bob")
    polling.poll()
    polling.later(minutes=10)
    polling.world.edit(post.id, "They were rude, and said sorry")
    polling.world.hide(comment.id)
    polling.poll()
    found = polling.mentions()
    assert found[post.id].text == "They were rude, and said sorry"
    assert found[post.id].edited_at is not None
    assert (found[comment.id].hidden, found[comment.id].text) == (True, "Yes, rude")
    polling.later(minutes=10)
    polling.world.unhide(comment.id)
    polling.poll()
    assert not polling.mentions()[comment.id].hidden


def test_an_author_that_the_list_keeps_back_stays_known(polling: Polling) -> None:
    post = polling.world.post(polling.page, "They are rude", author="Ann")
    polling.deliver(polling.told)
    polling.world.pages[polling.page].tasks = ("ANALYZE",)
    polling.later(minutes=10)
    fresh = polling.world.post(polling.page, "Nobody knows me", author="Bob")
    polling.poll()
    found = polling.mentions()
    assert (found[post.id].author_name, found[fresh.id].author_name) == ("Ann", None)


def test_a_deletion_is_noticed_and_takes_along_what_hung_on_it(polling: Polling) -> None:
    world, page = polling.world, polling.page
    kept, post = world.post(page, "Good service", author="Ann"), world.post(page, "Bad service", author="Bob")
    comments = [world.comment(post.id, "Indeed", author=name).id for name in ("Cyd", "Dan")]
    lone = world.comment(kept.id, "Bad words", author="Eve")
    polling.poll()
    polling.later(minutes=30)
    world.remove(post.id)
    world.remove(lone.id)
    polling.poll()
    found = polling.mentions()
    assert found[kept.id].removed_at is None
    assert all(found[each].removed_at and found[each].text == "" for each in (post.id, lone.id, *comments))
    polling.later(minutes=30)
    assert polling.poll().changes == 0


def test_what_the_list_leaves_out_but_still_stands_is_not_removed(polling: Polling) -> None:
    world, page = polling.world, polling.page
    post = world.post(page, "Bad service", author="Bob")
    world.post(page, "Good service", author="Ann")
    polling.poll()
    polling.later(minutes=30)
    world.pages[page].posts.remove(post)
    polling.poll()
    assert polling.mentions()[post.id].removed_at is None


def test_a_page_that_has_gone_dark_removes_nothing(polling: Polling) -> None:
    post = polling.world.post(polling.page, "Bad service", author="Bob")
    polling.poll()
    polling.later(minutes=30)
    polling.world.pages[polling.page].posts.remove(post)
    polling.fault(FaultKind.ERROR, "", times=9, code=100, subcode=33)
    polling.poll()
    assert polling.mentions()[post.id].removed_at is None


def test_an_empty_page_of_a_token_that_is_proven_moves_the_watermark(polling: Polling) -> None:
    polling.poll()
    state = polling.lane("feed")
    assert state.watermark == state.proven_at == polling.facebook.clock.now()
    assert state.backfilled_at is not None


def test_an_empty_page_of_an_unknown_token_proves_nothing(polling: Polling) -> None:
    with polling.facebook.runtime.db.session(polling.facebook.brand_id) as session:
        access = session.get(PageAccess, polling.page)
        assert access is not None
        access.token_kind, access.scopes = "unknown", []
        session.add(access)
    report = polling.poll()
    state = polling.lane("feed")
    assert (report.proven, report.unproven) == (0, 4)
    assert (state.watermark, state.empty_reads) == (None, 1)
    assert "proves nothing" in state.last_error
    assert polling.page_access().next_check_at == polling.facebook.clock.now()


def test_a_token_of_the_wrong_kind_is_shown_no_comments_and_proves_nothing(polling: Polling) -> None:
    post = polling.world.post(polling.page, "Bad service", author="Bob")
    comment = polling.world.comment(post.id, "Indeed", author="Ann")
    polling.poll()
    runtime = polling.facebook.runtime
    proven_at = polling.lane("feed").proven_at
    with runtime.db.session(polling.facebook.brand_id) as session:
        access = session.get(PageAccess, polling.page)
        assert access is not None
        wrong = polling.world.system_token
        access.token_encrypted, access.token_kind = runtime.cipher.encrypt(wrong, row=f"page:{polling.page}"), "unknown"
        session.add(access)
    polling.later(hours=1)
    polling.poll()
    assert polling.mentions()[comment.id].removed_at is None
    assert (polling.lane("feed").proven_at, polling.lane("feed").watermark) == (proven_at, proven_at)


@pytest.mark.parametrize("kind", [FaultKind.EMPTY, FaultKind.BAD_GATEWAY, FaultKind.RESET, FaultKind.REPEATED_CURSOR])
def test_an_answer_that_is_none_leaves_the_watermark(polling: Polling, kind: FaultKind) -> None:
    polling.world.post(polling.page, "Bad service", author="Bob")
    polling.fault(kind, "feed", times=20)
    report = polling.poll()
    state = polling.lane("feed")
    assert (report.proven, report.failed, state.watermark, state.empty_reads) == (3, 1, None, 1)
    assert state.next_at > polling.facebook.clock.now()
    polling.facebook.graph.faults.clear()
    assert polling.poll().proven == 4
    assert (polling.lane("feed").empty_reads, polling.lane("feed").last_error) == (0, "")


def test_an_empty_first_page_that_leads_on_is_followed(polling: Polling) -> None:
    posts = [polling.world.post(polling.page, f"Bad service {n}", author="Bob") for n in range(30)]
    polling.fault(FaultKind.EMPTY_PAGE, "feed", times=1)
    polling.fault(FaultKind.SHORT_PAGE, "feed", times=1)
    polling.poll()
    assert set(polling.mentions()) == {post.id for post in posts}


def test_many_comments_are_read_to_the_end(polling: Polling) -> None:
    post = polling.world.post(polling.page, "Who else?", author="Bob")
    comments = {polling.world.comment(post.id, f"Me {n}", author=f"N{n}").id for n in range(90)}
    messages = {polling.world.message(polling.page, f"Hello {n}", author="Ann").id for n in range(60)}
    polling.poll()
    assert set(polling.mentions()) == {post.id} | comments | messages


def test_a_comment_under_an_old_post_is_found(polling: Polling) -> None:
    world, page = polling.world, polling.page
    post = world.post(page, "Who else?", author="Bob")
    polling.poll()
    polling.later(days=6)
    for number in range(60):
        world.post(page, f"Offer {number}")
    polling.poll()
    polling.later(days=6)
    comment = world.comment(post.id, "Me too, just now", author="Ann")
    polling.poll()
    assert comment.id in polling.mentions()
