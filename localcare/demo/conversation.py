"""How the demo's conversations go on: the customer's next words, people's answers, the Pages' own posts, saved replies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from localcare.demo.brand import DemoStore
from localcare.demo.corpus import Drawn, Line
from localcare.demo.reading import read_yaml
from localcare.demo.slots import Parts, Slots, load_slots, parse

_ANY = "other"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a customer (or a bystander) writes next: waiting, thanks, detail, worse or bystander; no topics: any."""

    id: str
    mood: str
    language: str
    topics: frozenset[str]
    parts: Parts


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answer; `by` is `store` or `centre`, topics may name risks too; `lines` narrows it to those lines."""

    id: str
    by: str
    language: str
    topics: tuple[str, ...]
    lines: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class PagePost:
    """What a Page itself posts, for customers to comment under."""

    id: str
    pages: str
    language: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class SavedReply:
    """A text to start from, with who keeps it right and until when."""

    slug: str
    title: str
    language: str
    scope: str
    topics: tuple[str, ...]
    text: str
    owner: str
    review_on: date


@dataclass(frozen=True, slots=True)
class Conversation:
    """The demo's stock of second and third words; the same random source picks the same ones."""

    follow_ups: tuple[FollowUp, ...]
    replies: tuple[Reply, ...]
    posts: tuple[PagePost, ...]
    saved_replies: tuple[SavedReply, ...]
    slots: Slots

    def follow_up(self, rng: random.Random, drawn: Drawn, *, mood: str) -> str:
        """What is written next on the same thread, in the same language."""
        language, store = drawn.line.language, drawn.store
        in_mood = [line for line in self.follow_ups if line.mood == mood and line.language == language]
        chosen = rng.choice([line for line in in_mood if not line.topics or drawn.line.topic in line.topics])
        return self._fill(chosen.parts, rng, store, language)

    def reply(self, rng: random.Random, drawn: Drawn, *, by: str, customer: str, signed: str) -> str:
        """A person's answer to the mention: to its risk if it has one, else to this very line, else to its topic.

        `customer` is the author's full name (the first one is used), `signed` how the answer is signed.
        """
        own = [reply for reply in self.replies if reply.language == drawn.line.language]
        chosen = rng.choice(_best(own, drawn.line, by))
        store = drawn.store.name if drawn.store else "our store"
        return chosen.text.format(customer=customer.split(" ")[0], signed=signed, store=store)

    def answer_about(
        self, rng: random.Random, subjects: Sequence[str], *, language: str, customer: str, signed: str, store: str
    ) -> str:
        """The centre's answer to what a case is about (risks and topics), the first that there is one for."""
        known = language if any(reply.language == language for reply in self.replies) else "en"
        own = [reply for reply in self.replies if reply.language == known and not reply.lines]
        wanted = [*subjects, _ANY]
        fitting = next(found for each in wanted if (found := [reply for reply in own if each in reply.topics]))
        chosen = rng.choice([reply for reply in fitting if reply.by == "centre"] or fitting)
        return chosen.text.format(customer=customer.split(" ")[0], signed=signed, store=store)

    def page_post(self, rng: random.Random, *, page_kind: str, store: DemoStore | None, language: str = "en") -> str:
        """A post of the brand's or a store's Page."""
        fitting = [post for post in self.posts if post.pages in ("both", page_kind) and post.language == language]
        return self._fill(rng.choice(fitting).parts, rng, store, language)

    def _fill(self, parts: Parts, rng: random.Random, store: DemoStore | None, language: str) -> str:
        if store is None:
            scene = self.slots.scene_on_brand_page(rng, None, language)
        else:
            scene = self.slots.scene_on_store_page(rng, store, language)
        return self.slots.fill(parts, rng, scene)


def _best(replies: Sequence[Reply], line: Line, by: str) -> list[Reply]:
    """The most fitting replies; among equals those by the right hand."""
    general = [reply for reply in replies if not reply.lines]
    to_risk = next((own for risk in line.risks if (own := [reply for reply in general if risk in reply.topics])), [])
    to_line = [reply for reply in replies if line.id in reply.lines]
    to_topic = [reply for reply in general if line.topic in reply.topics]
    to_anything = [reply for reply in general if _ANY in reply.topics]
    fitting = to_risk or to_line or to_topic or to_anything
    return [reply for reply in fitting if reply.by == by] or fitting


@cache
def load_conversation() -> Conversation:
    """The stock shipped with the demo."""
    return Conversation(
        follow_ups=tuple(
            FollowUp(row["id"], row["mood"], row["language"], frozenset(row.get("topics", ())), parse(row["text"]))
            for row in read_yaml("followups.yaml")["lines"]
        ),
        replies=tuple(
            Reply(
                id=row["id"],
                by=row["by"],
                language=row["language"],
                topics=tuple(row["topics"]),
                lines=frozenset(row.get("for", ())),
                text=row["text"],
            )
            for row in read_yaml("replies.yaml")["replies"]
        ),
        posts=tuple(
            PagePost(row["id"], row["pages"], row["language"], parse(row["text"]))
            for row in read_yaml("posts.yaml")["lines"]
        ),
        saved_replies=tuple(
            SavedReply(**(row | {"topics": tuple(row["topics"])}))
            for row in read_yaml("saved_replies.yaml")["saved_replies"]
        ),
        slots=load_slots(),
    )
