"""A brand's accounts on Instagram over the real SDK: found, linked as their Pages are, heard, read and answered."""

from datetime import timedelta

import pytest
from sqlmodel import select

from localcare.channels.facebook.checking import check_pages
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.incidents import find_obstacle
from localcare.channels.facebook.models import PollState
from localcare.channels.facebook.sending import Errand, open_sender
from localcare.channels.facebook.service import note_health
from localcare.channels.facebook.watching import watch
from localcare.channels.reading import FACEBOOK
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.intake.models import EventIssue
from localcare.intake.polling import poll_due
from localcare.sandbox.delivery import pack
from localcare.sandbox.objects import SCOPES
from localcare.sandbox.tokens import make_login
from localcare.stores import service as stores
from localcare.stores.models import StorePage
from tests.factories import make_store
from tests.stages.facebook.conftest import BRAND_PAGE, Facebook
from tests.stages.facebook.polling import Polling

OF_STORE, OF_BRAND = "17841400000000001", "17841400000000002"
LANES = {"instagram-media", "instagram-tags", "instagram-named", "instagram-messages"}


def open_accounts(facebook: Facebook) -> None:
    facebook.world.add_instagram("bluebird.houston", OF_STORE, page_id=facebook.store(1))
    facebook.world.add_instagram("bluebird", OF_BRAND, page_id=BRAND_PAGE)


def links(facebook: Facebook) -> dict[str, int | None]:
    with facebook.runtime.db.session(facebook.brand_id) as session:
        listed = session.exec(select(StorePage).where(StorePage.channel == "instagram", StorePage.valid_to == None))  # noqa: E711
        return {link.page_id: link.store_id for link in listed}


@pytest.fixture
def store_id(facebook: Facebook) -> int:
    with facebook.runtime.db.session(facebook.brand_id) as session:
        return make_store(session, facebook.brand_id, number="1").id or 0


@pytest.fixture
def polling(facebook: Facebook, store_id: int) -> Polling:
    open_accounts(facebook)
    return Polling(facebook)


def test_an_account_is_found_with_its_page_and_linked_where_that_is(facebook: Facebook, store_id: int) -> None:
    open_accounts(facebook)
    facebook.connect()
    watch(facebook.runtime)
    pages = facebook.pages()
    page = pages[facebook.store(1)]
    assert (page.instagram_id, page.instagram_name) == (OF_STORE, "bluebird.houston")
    assert pages[facebook.store(2)].instagram_id is None
    assert links(facebook) == {OF_STORE: store_id, OF_BRAND: None}


def test_an_account_that_moved_or_left_is_forgotten_and_a_persons_link_stands(
    facebook: Facebook, store_id: int
) -> None:
    open_accounts(facebook)
    facebook.connect()
    check_pages(facebook.runtime, facebook.brand_id)
    now = facebook.clock.now() + timedelta(minutes=1)
    facebook.clock.advance(timedelta(minutes=1))
    with facebook.runtime.db.session(facebook.brand_id) as session:
        stores.link_pages(
            session, facebook.brand_id, ["page_id,channel,store_number\n", f"{OF_BRAND},instagram,1\n"], now=now
        )
    facebook.world.pages[facebook.store(1)].instagram_id = None
    check_pages(facebook.runtime, facebook.brand_id)
    assert facebook.pages()[facebook.store(1)].instagram_id is None
    assert links(facebook)[OF_STORE] == store_id


def test_without_the_permission_nobody_is_asked_for_accounts(facebook: Facebook) -> None:
    open_accounts(facebook)
    few = tuple(scope for scope in SCOPES if not scope.startswith("instagram"))
    facebook.connect(make_login(facebook.world, scopes=few).value)
    check_pages(facebook.runtime, facebook.brand_id)
    assert {page.instagram_id for page in facebook.pages().values()} == {None}


def test_what_the_lists_of_an_account_show_becomes_mentions_of_its_store(polling: Polling, store_id: int) -> None:
    world = polling.world
    media = world.post(OF_STORE, "New phones are here")
    comment = world.comment(media.id, "Sold me a locked one", author="ana.r")
    reply = world.comment(comment.id, "Me too", author="bob")
    tag = world.mention(OF_STORE, "cyd", "Ask for Ann")
    message = world.message(OF_STORE, "Are you open?", author="ana.r")
    report = polling.poll()
    found = polling.mentions()
    assert set(found) == {media.id, comment.id, reply.id, tag.post_id, message.id}
    assert (report.lanes, report.failed) == (8, 0)
    assert {mention.channel for mention in found.values()} == {"instagram"}
    assert {mention.page_id for mention in found.values()} == {OF_STORE}
    assert (found[reply.id].parent_id, found[reply.id].thread_id) == (comment.id, media.id)
    assert (found[comment.id].author_name, found[media.id].from_page) == ("ana.r", True)
    polling.later(minutes=20)
    assert polling.poll().changes == 0


def test_a_webhook_of_an_account_and_a_read_tell_one_mention(polling: Polling) -> None:
    comment = polling.world.comment(polling.world.post(OF_STORE, "New phones").id, "Locked!", author="ana.r")
    polling.deliver(polling.told)
    before = polling.mentions()[comment.id]
    polling.poll()
    after = polling.mentions()[comment.id]
    assert (before.id, before.text, before.page_id) == (after.id, "Locked!", OF_STORE)
    assert after.content_version == before.content_version


def test_an_account_that_was_named_is_read_the_next_minute_and_not_for_ever(polling: Polling) -> None:
    polling.poll()
    assert polling.lane("instagram-named").next_at > polling.facebook.clock.now()
    polling.later(minutes=1)
    tag = polling.world.mention(OF_STORE, "cyd", "Never again at @bluebird.houston", in_comment=True)
    polling.deliver(polling.told)
    assert polling.mentions()[tag.comment_id or ""].content_version == ""
    assert poll_due(polling.facebook.runtime).changes == 1
    polling.work()
    named = polling.mentions()[tag.comment_id or ""]
    assert (named.text, named.kind) == ("Never again at @bluebird.houston", "mention")
    assert polling.lane("instagram-named").next_at > polling.facebook.clock.now()
    assert poll_due(polling.facebook.runtime).changes == 0


def test_what_instagram_never_tells_is_learned_by_reading(polling: Polling) -> None:
    world = polling.world
    media = world.post(OF_STORE, "New phones")
    gone, kept = (world.comment(media.id, words, author="ana.r") for words in ("Rude", "Kind"))
    polling.poll()
    polling.later(minutes=20)
    world.remove(gone.id)
    world.hide(kept.id)
    polling.poll()
    found = polling.mentions()
    assert (found[gone.id].text, found[gone.id].author_name) == ("", None)
    assert found[gone.id].removed_at is not None
    assert (found[kept.id].hidden, found[kept.id].removed_at) == (True, None)
    assert found[media.id].removed_at is None


def test_pages_without_an_account_have_no_lanes_of_instagram(polling: Polling) -> None:
    polling.poll(polling.facebook.store(2), polling.page)
    assert polling.lane("instagram-media").proven_at is not None
    with polling.facebook.runtime.db.session(polling.facebook.brand_id) as session:
        lanes = session.exec(select(PollState.lane).where(PollState.page_id == polling.facebook.store(2))).all()
    assert not LANES & set(lanes)


def test_an_account_of_nobody_is_shown_and_makes_no_mention(facebook: Facebook) -> None:
    polling = Polling(facebook)
    facebook.world.add_instagram("stranger", "17841400000000009")
    facebook.world.subscribe_all()
    facebook.world.comment(facebook.world.post("17841400000000009", "Hi").id, "Hello?", author="ana.r")
    runtime = facebook.runtime

    with runtime.db.session(None) as session:
        now = facebook.clock.now()
        intake.accept(session, [Delivery(Lane.WEBHOOK, FACEBOOK, each.body, now) for each in pack(polling.told, now)])
    polling.work()
    assert polling.mentions() == {}
    with runtime.db.session(None) as session:
        assert [issue.page_id for issue in session.exec(select(EventIssue))] == ["17841400000000009"]


def test_an_account_is_answered_with_the_token_of_its_page(polling: Polling) -> None:
    facebook, world = polling.facebook, polling.world
    comment = world.comment(world.post(OF_STORE, "New phones").id, "Locked!", author="ana.r")
    world.message(OF_STORE, "Hello?", author="ana.r")
    person = world.person(OF_STORE, "ana.r").id
    with facebook.runtime.db.session(facebook.brand_id) as session:
        hand = open_sender(session, facebook.runtime.settings, facebook.runtime.cipher, OF_STORE)
    since = facebook.clock.now()
    in_public = hand.send(Errand("comment", comment.id, "We are sorry", since, "instagram"))
    assert world.comments[in_public].author.id == OF_STORE
    in_private = hand.send(Errand("message", person, "Come by", since, "instagram", by_person=True))
    assert [each.id for each in world.pages[OF_STORE].conversations[person].messages][-1] == in_private


def test_what_an_account_may_not_makes_its_page_not_ill_and_a_dead_token_both(polling: Polling) -> None:
    facebook = polling.facebook
    now = facebook.clock.now()
    with facebook.runtime.db.session(facebook.brand_id) as session:
        note_health(session, OF_STORE, GraphError("permission", code=10), now=now)
        assert find_obstacle(session, OF_STORE, now=now) is None
        note_health(session, OF_STORE, GraphError("token", code=190), now=now)
        obstacle = find_obstacle(session, OF_STORE, now=now)
    assert obstacle is not None
    assert obstacle.kind == "token"
    assert facebook.pages()[facebook.store(1)].health == "token"
