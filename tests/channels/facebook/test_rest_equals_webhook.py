"""The same story told by webhooks and by lists: one mention each, with the same ids, parents and threads."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.channels.facebook.core.delivery import parse_delivery
from localcare.kit.clock import SetClock
from localcare.mentions.core import MentionChange, MentionState, conversation_key
from localcare.sandbox.delivery import pack
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import PageSeed
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.world import World
from tests.channels.facebook.reading import Memory

PAGE = "108000000000001"
START = datetime(2026, 11, 1, 9, tzinfo=UTC)
AUTHORS = (None, "Ann Lee", "Bob Ray", "Cyd Fox")
ACTS = ("post", "photo", "comment", "reply", "edit", "hide", "unhide", "remove", "message", "answer", "mention")
Step = tuple[str, int, int]
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99), st.integers(0, 3)), max_size=25)


@dataclass(frozen=True)
class Told:
    """What a webhook said, and when it was sent."""

    update: PageUpdate
    at: datetime


class Story:
    """A Page on which things happen, a minute apart, while somebody notes the webhooks."""

    def __init__(self) -> None:
        self.clock = SetClock(START)
        self.world = World.from_pages(
            PageSeed("Brand", id="108000000000000"), [PageSeed("Store", id=PAGE)], clock=self.clock
        )
        self.world.subscribe_all()
        self.told: list[Told] = []
        self.world.listeners.append(lambda update: self.told.append(Told(update, self.clock.now())))
        self.graph = Graph(self.world)

    def play(self, script: Sequence[Step]) -> None:
        for act, which, who in script:
            self.clock.advance(timedelta(minutes=1))
            self._act(act, which, AUTHORS[who])

    def _act(self, act: str, which: int, author: str | None) -> None:
        world, posts, comments = self.world, [*self.world.posts], [*self.world.comments]
        anything = posts + comments
        if act in ("post", "photo"):
            world.post(
                PAGE,
                f"Words {which}",
                author=author,
                photo=f"https://cdn.example/{which}.jpg" if act == "photo" else None,
            )
        elif act == "message":
            world.message(PAGE, f"Message {which}", author=author or "Dan Orr")
        elif act == "answer" and world.pages[PAGE].conversations:
            people = [*world.pages[PAGE].conversations]
            world.answer_natively(PAGE, people[which % len(people)], f"Answer {which}")
        elif act == "mention":
            world.mention(PAGE, author or "Dan Orr", f"Tag {which}")
        elif act == "comment" and posts:
            world.comment(posts[which % len(posts)], f"Comment {which}", author=author)
        elif act == "reply" and comments:
            world.comment(comments[which % len(comments)], f"Reply {which}", author=author)
        elif act in ("edit", "hide", "unhide", "remove") and anything:
            target = anything[which % len(anything)]
            {"edit": lambda: world.edit(target, f"New words {which}"), "hide": lambda: world.hide(target),
             "unhide": lambda: world.unhide(target), "remove": lambda: world.remove(target)}[act]()  # fmt: skip

    def settle(self) -> datetime:
        """Half an hour later: lists show everything."""
        self.clock.advance(timedelta(minutes=30))
        return self.clock.now()


def changes_of(told: Sequence[Told]) -> list[MentionChange]:
    return [
        outcome
        for each in told
        for delivery in pack([each.update], each.at)
        for outcome in parse_delivery(delivery.body)
        if isinstance(outcome, MentionChange)
    ]


def view(states: dict[str, MentionState]) -> dict[str, tuple[object, ...]]:
    """What must be the same whoever told it; what was removed has nothing but its id."""
    return {
        external_id: (
            state.kind, state.page_id, state.thread_id, state.parent_id, state.from_page, conversation_key(state),
            state.author_external_id, state.text, state.hidden, tuple(sorted(a.url or "" for a in state.attachments)),
        )
        for external_id, state in states.items()
        if state.removed_at is None
    }  # fmt: skip


def truth(story: Story) -> set[str]:
    world = story.world
    tags = {tag.post_id for tag in world.pages[PAGE].tags}
    return {*world.posts, *world.comments, *world.messages} | tags


@given(steps)
@settings(max_examples=150, deadline=None)
def test_lists_alone_tell_what_webhooks_tell(script: list[Step]) -> None:
    story = Story()
    story.play(script)
    by_list, by_webhook = Memory(), Memory()
    by_list.reconcile(story.graph, PAGE, now=story.settle())
    by_webhook.take(changes_of(story.told))
    shown = view(by_list.states)
    assert set(shown) == truth(story)
    told = view(by_webhook.states)
    assert {key: told[key] for key in shown} == shown


@given(steps, steps, st.randoms(use_true_random=False), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_after_a_read_the_truth_is_known_whatever_was_lost_or_comes_late(
    before: list[Step], after: list[Step], rng: random.Random, share: float
) -> None:
    story, memory = Story(), Memory()
    story.play(before)
    memory.take(changes_of([each for each in story.told if rng.random() < share]))
    memory.reconcile(story.graph, PAGE, now=story.settle())
    story.play(after)
    late = [*story.told]
    rng.shuffle(late)
    memory.take(changes_of([each for each in late if rng.random() < share]))
    memory.reconcile(story.graph, PAGE, now=story.settle())
    alone = Memory()
    alone.reconcile(story.graph, PAGE, now=story.clock.now())
    assert view(memory.states) == view(alone.states)
    assert set(view(memory.states)) == truth(story)
    rng.shuffle(late)
    memory.take(changes_of(late))
    # a comment whose post went before anybody heard of it is told late, and missed at the next read
    memory.reconcile(story.graph, PAGE, now=story.settle())
    assert view(memory.states) == view(alone.states)


@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_both_ways_in_any_order_fold_to_the_same(script: list[Step], rng: random.Random) -> None:
    story, reader = Story(), Memory()
    story.play(script)
    taken: list[MentionChange] = []
    reader.take = lambda changes: taken.extend(changes)  # type: ignore[method-assign]
    reader.reconcile(story.graph, PAGE, now=story.settle())
    changes = changes_of(story.told) + taken
    first, second = Memory(), Memory()
    first.take(changes)
    rng.shuffle(changes)
    second.take([*changes, *changes[:5]])
    assert first.states == second.states


@given(steps)
@settings(max_examples=80, deadline=None)
def test_a_second_read_tells_nothing_new(script: list[Step]) -> None:
    story, memory = Story(), Memory()
    story.play(script)
    memory.take(changes_of(story.told))
    memory.reconcile(story.graph, PAGE, now=story.settle())
    before = dict(memory.states)
    memory.reconcile(story.graph, PAGE, now=story.settle())
    assert memory.states == before
