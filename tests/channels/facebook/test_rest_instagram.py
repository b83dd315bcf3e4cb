"""Instagram told by webhooks and by lists: one mention each; what webhooks keep to themselves is learned by reading."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.channels.facebook.core.delivery import parse_delivery
from localcare.kit.clock import SetClock
from localcare.mentions.core import MentionChange
from localcare.sandbox.delivery import pack
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import PageSeed
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.world import World
from tests.channels.facebook.reading import Memory

PAGE, ACCOUNT = "108000000000001", "17841405726653026"
START = datetime(2026, 11, 1, 9, tzinfo=UTC)
AUTHORS = (None, "ann.lee", "bob.ray", "cyd.fox")
ACTS = ("media", "comment", "reply", "edit", "hide", "unhide", "remove", "message", "answer", "tag", "name")
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99), st.integers(0, 3), st.booleans()), max_size=25)


class Account:
    """A Page's account on which things happen, a minute apart, while somebody notes the webhooks."""

    def __init__(self) -> None:
        self.clock = SetClock(START)
        self.world = World.from_pages(
            PageSeed("Brand", id="108000000000000"), [PageSeed("Store", id=PAGE)], clock=self.clock
        )
        self.world.add_instagram("bluebird", ACCOUNT, page_id=PAGE)
        self.world.subscribe_all()
        self.told: list[PageUpdate] = []
        self.world.listeners.append(self.told.append)
        self.graph = Graph(self.world)

    def play(self, script: Sequence[tuple[str, int, int, bool]], memory: Memory) -> None:
        """Each step is told by its webhook, or the webhook is lost."""
        for act, which, who, is_told in script:
            self.clock.advance(timedelta(minutes=1))
            self._act(act, which, AUTHORS[who])
            if is_told:
                memory.take(self.changes())
            self.told.clear()

    def changes(self) -> list[MentionChange]:
        deliveries = pack(self.told, self.clock.now())
        outcomes = [outcome for delivery in deliveries for outcome in parse_delivery(delivery.body)]
        return [outcome for outcome in outcomes if isinstance(outcome, MentionChange)]

    def read(self, memory: Memory) -> None:
        self.clock.advance(timedelta(minutes=30))
        memory.reconcile(self.graph, PAGE, now=self.clock.now())

    def _act(self, act: str, which: int, author: str | None) -> None:
        world, media, comments = self.world, [*self.world.posts], [*self.world.comments]
        if act == "media":
            world.post(ACCOUNT, f"Caption {which}")
        elif act == "message":
            world.message(ACCOUNT, f"Message {which}", author=author or "dan.orr")
        elif act == "answer" and world.pages[ACCOUNT].conversations:
            people = [*world.pages[ACCOUNT].conversations]
            world.answer_natively(ACCOUNT, people[which % len(people)], f"Answer {which}")
        elif act in ("tag", "name"):
            world.mention(ACCOUNT, author or "dan.orr", f"@bluebird {which}", in_comment=act == "name")
        elif act == "comment" and media:
            world.comment(media[which % len(media)], f"Comment {which}", author=author)
        elif act == "reply" and comments:
            world.comment(comments[which % len(comments)], f"Reply {which}", author=author)
        elif act in ("edit", "hide", "unhide", "remove") and comments:
            target = comments[which % len(comments)]
            {"edit": lambda: world.edit(target, f"New words {which}"), "hide": lambda: world.hide(target),
             "unhide": lambda: world.unhide(target), "remove": lambda: world.remove(target)}[act]()  # fmt: skip


@given(steps)
@settings(max_examples=60, deadline=None)
def test_after_a_read_the_truth_of_the_account_is_known(script: list[tuple[str, int, int, bool]]) -> None:
    account, memory = Account(), Memory()
    account.play(script, memory)
    account.read(memory)
    account.read(memory)
    world = account.world
    live = {key: state for key, state in memory.states.items() if state.removed_at is None and state.is_known}
    comments = {key: state for key, state in live.items() if state.kind == "comment"}
    assert {key: (state.text, state.hidden, state.from_page) for key, state in comments.items()} == {
        comment.id: (comment.message, comment.is_hidden, comment.author.id == ACCOUNT)
        for comment in world.comments.values()
    }
    assert {key: (state.parent_id, state.thread_id) for key, state in comments.items()} == {
        comment.id: (comment.parent_id or comment.post_id, comment.post_id) for comment in world.comments.values()
    }
    assert {key for key, state in live.items() if state.kind == "message"} == set(world.messages)
    assert {key for key, state in live.items() if state.kind == "post"} == set(world.posts)
    assert {state.page_id for state in memory.states.values()} <= {ACCOUNT}
    assert {state.channel for state in memory.states.values()} <= {"instagram"}


@given(steps)
@settings(max_examples=30, deadline=None)
def test_a_second_read_of_the_account_tells_nothing_new(script: list[tuple[str, int, int, bool]]) -> None:
    account, memory = Account(), Memory()
    account.play(script, memory)
    account.read(memory)
    before = dict(memory.states)
    account.read(memory)
    assert memory.states == before


@pytest.mark.parametrize("in_comment", [False, True])
def test_what_named_the_account_by_a_bare_id_gets_its_words_by_a_read(in_comment: bool) -> None:
    account, memory = Account(), Memory()
    tag = account.world.mention(ACCOUNT, "dan.orr", "Ask for Ann at @bluebird", in_comment=in_comment)
    memory.take(account.changes())
    (state,) = memory.states.values()
    assert (state.is_known, state.text) == (False, "")
    account.read(memory)
    (state,) = memory.states.values()
    assert (state.external_id, state.kind, state.text) == (tag.comment_id or tag.post_id, "mention", tag.message)
    # whose comment it is Instagram tells nobody
    assert state.author_name == (None if in_comment else "dan.orr")
    assert state.permalink
    assert state.permalink.startswith("https://www.instagram.com/p/")


def test_a_private_author_costs_neither_the_others_nor_another_call_for_ever() -> None:
    account, memory = Account(), Memory()
    private = account.world.mention(ACCOUNT, "dan.orr", "@bluebird never again", in_comment=True)
    account.world.mention(ACCOUNT, "eve.fox", "@bluebird thanks", in_comment=True)
    memory.take(account.changes())
    account.world.pages[ACCOUNT].tags.remove(private)
    account.read(memory)
    known = {state.external_id: state.is_known for state in memory.states.values()}
    assert sorted(known.values()) == [False, True]
    assert known[private.comment_id or ""] is False


def test_the_accounts_own_comment_is_its_own_under_whatever_id_it_comes() -> None:
    account, memory = Account(), Memory()
    media = account.world.post(ACCOUNT, "New phones")
    own = account.world.comment(media.id, "In red, too", author="bluebird")
    assert own.author.id != ACCOUNT
    account.read(memory)
    assert memory.states[own.id].from_page
