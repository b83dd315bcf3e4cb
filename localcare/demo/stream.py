"""The live stream: customers write all day, to the stand-in over HTTP, so that signed webhooks come in by the real door."""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from localcare.demo.conversation import Conversation
from localcare.demo.customers import Customers, Saying
from localcare.demo.network import Pen, Spoken, tell_review
from localcare.demo.timetable import liveliness
from localcare.kit.clock import Clock
from localcare.sandbox.delivery import sign
from localcare.sandbox.objects import Place

log = logging.getLogger(__name__)

BUSIEST_PAUSE = 2.0
"""Mean seconds between two mentions at the liveliest hour."""

_LONGEST_PAUSE = 8.0
_BURST_CHANCE = 0.004
_BURST = range(8, 20)
_BURST_PAUSE = 0.4
_LOOKS_BACK = 0.12
_REMEMBERED = 60
_OUTAGE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class HttpFacebook:
    """The stand-in's side door for customers. Raises httpx.HTTPError when it does not answer."""

    client: httpx.Client

    def post(self, page_id: str, text: str, *, author: str | None, photo: str | None, place: Place | None) -> str:
        tagged = {name: getattr(place, name) for name in place.__slots__} if place else None
        body = {"message": text, "author": author, "photo": photo, "place": tagged}
        return self._id(f"/_sandbox/pages/{page_id}/posts", body)

    def comment(self, target_id: str, text: str, *, author: str | None, photo: str | None) -> str:
        body = {"target_id": target_id, "message": text, "author": author, "photo": photo}
        return self._id("/_sandbox/comments", body)

    def message(self, page_id: str, text: str, *, author: str, photo: str | None) -> str:
        body = {"page_id": page_id, "author": author, "text": text, "photo": photo}
        return self._id("/_sandbox/messages", body)

    def tag(self, page_id: str, text: str, *, author: str) -> str:
        return self._id("/_sandbox/tags", {"page_id": page_id, "author": author, "message": text}, key="post_id")

    def is_answered(self, page_id: str, object_id: str) -> bool:
        """Whether the Page has said something below a visitor's post or comment."""
        answer = self.client.get(f"/_sandbox/pages/{page_id}").raise_for_status().json()
        return any(
            object_id in (post["id"], comment["parent_id"]) and comment["author"]["id"] == page_id
            for post in answer["posts"]
            for comment in post["comments"]
        )

    def _id(self, path: str, body: Mapping[str, object], *, key: str = "id") -> str:
        return str(self.client.post(path, json=body).raise_for_status().json()[key])


@dataclass(frozen=True, slots=True)
class ReviewTool:
    """The listening tools: they post reviews to localcare, signed with the secret of each source."""

    client: httpx.Client
    secrets: Mapping[str, str]

    def tell(self, saying: Saying, rng: random.Random, now: datetime) -> None:
        """Tell of one review."""
        review = tell_review(saying, rng, now=now)
        headers = {
            "x-localcare-signature-256": sign(self.secrets[review.source], review.body),
            "content-type": "application/json",
        }
        self.client.post(f"/webhooks/mentions/{review.source}", content=review.body, headers=headers).raise_for_status()


@dataclass
class Stream:
    """Customers of a running demo. What cannot be said now (the stand-in restarts, say) is left unsaid."""

    customers: Customers
    talk: Conversation
    facebook: HttpFacebook
    reviews: ReviewTool
    clock: Clock
    photo_url: str
    rng: random.Random
    _page_posts: dict[str, str] = field(default_factory=dict)
    _recent: deque[Spoken] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def run(self, stop: threading.Event) -> None:
        """Speak until told to stop."""
        while not stop.is_set():
            try:
                self._speak_a_while(stop)
            except httpx.HTTPError as error:
                log.info("nobody hears the customers right now: %s", error)
                stop.wait(_OUTAGE_SECONDS)

    def say(self, saying: Saying) -> None:
        """Say one thing."""
        if saying.drawn.kind == "review":
            self.reviews.tell(saying, self.rng, self.clock.now())
            return
        spoken = Pen(self.facebook, self.photo_url, self._page_post).write(saying)
        if saying.drawn.page_kind == "store" and spoken.kind in ("post", "comment"):
            self._recent.append(spoken)

    def _speak_a_while(self, stop: threading.Event) -> None:
        if self.rng.random() < _BURST_CHANCE:
            self._burst(stop)
        elif self._recent and self.rng.random() < _LOOKS_BACK:
            self._look_back()
        else:
            self.say(self.customers.speak())
        stop.wait(draw_pause(self.rng, self.clock.now()))

    def _burst(self, stop: threading.Event) -> None:
        """Something has happened in one store, and many say so at once."""
        store = self.customers.draw_store()
        for _ in range(self.rng.choice(_BURST)):
            if stop.wait(_BURST_PAUSE * self.rng.random() * 2):
                return
            self.say(self.customers.speak(store=store))

    def _look_back(self) -> None:
        """Somebody looks whether they were answered, and says something to that."""
        spoken = self.rng.choice(self._recent)
        saying = spoken.saying
        if not self.facebook.is_answered(saying.page_id, spoken.external_id):
            return
        self._recent.remove(spoken)
        mood = self.rng.choices(("thanks", "waiting", "worse"), weights=(7, 2, 1))[0]
        text = self.talk.follow_up(self.rng, saying.drawn, mood=mood)
        self.facebook.comment(spoken.external_id, text, author=saying.author, photo=None)

    def _page_post(self, saying: Saying) -> str:
        if saying.page_id not in self._page_posts:
            page_kind = saying.drawn.page_kind
            store = saying.store if page_kind == "store" else None
            text = self.talk.page_post(self.rng, page_kind=page_kind, store=store)
            self._page_posts[saying.page_id] = self.facebook.post(
                saying.page_id, text, author=None, photo=None, place=None
            )
        return self._page_posts[saying.page_id]


def draw_pause(rng: random.Random, now: datetime) -> float:
    """Seconds until somebody speaks again: about two at noon, more at night, never quite even."""
    mean = min(BUSIEST_PAUSE / liveliness(now), _LONGEST_PAUSE)
    return mean * rng.uniform(0.4, 1.6)


def start_stream(
    run: Callable[[threading.Event], None], stop: threading.Event, *, name: str = "customers"
) -> threading.Thread:
    """Run a stream in a thread that ends with the demo."""
    thread = threading.Thread(target=run, args=(stop,), name=name, daemon=True)
    thread.start()
    return thread
