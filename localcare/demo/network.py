"""How a saying reaches the brand: through Facebook, or through a listening tool that watches reviews."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import orjson

from localcare.demo.customers import Saying
from localcare.sandbox.minting import person_id
from localcare.sandbox.objects import Place
from localcare.sandbox.world import World

REVIEW_SOURCES = {"google-reviews": "google", "facebook-recommendations": "facebook"}
"""Listening tools of the demo, by name, with the channel each reads: no Facebook API tells recommendations any more."""

_GOOGLE_SHARE = 0.65
_STARS = {"positive": (4, 5, 5, 5), "neutral": (3, 3, 4), "negative": (1, 1, 2)}


class Facebook(Protocol):
    """Where customers write; each verb returns the id of what was written. Without an author the Page writes."""

    def post(self, page_id: str, text: str, *, author: str | None, photo: str | None, place: Place | None) -> str: ...

    def comment(self, target_id: str, text: str, *, author: str | None, photo: str | None) -> str: ...

    def message(self, page_id: str, text: str, *, author: str, photo: str | None) -> str: ...

    def tag(self, page_id: str, text: str, *, author: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A saying that was written, under the id the network gave it."""

    saying: Saying
    external_id: str

    @property
    def kind(self) -> str:
        """What it is: review, post, comment, mention or message."""
        return self.saying.drawn.kind


@dataclass(frozen=True, slots=True)
class WorldFacebook:
    """The stand-in in memory, for the history."""

    world: World

    def post(self, page_id: str, text: str, *, author: str | None, photo: str | None, place: Place | None) -> str:
        return self.world.post(page_id, text, author=author, photo=photo, place=place).id

    def comment(self, target_id: str, text: str, *, author: str | None, photo: str | None) -> str:
        return self.world.comment(target_id, text, author=author, photo=photo).id

    def message(self, page_id: str, text: str, *, author: str, photo: str | None) -> str:
        return self.world.message(page_id, text, author=author, photo=photo).id

    def tag(self, page_id: str, text: str, *, author: str) -> str:
        return self.world.mention(page_id, author, text).post_id


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes sayings on Facebook. `post_of` gives the Page's own post that a comment goes under."""

    facebook: Facebook
    photo_url: str
    post_of: Callable[[Saying], str]

    def write(self, saying: Saying) -> Spoken:
        """Write it as its kind says; a review is not Facebook's to tell, see `review_body`."""
        drawn = saying.drawn
        photo = f"{self.photo_url}/{drawn.photo}.svg" if drawn.photo else None
        match drawn.kind:
            case "comment":
                post_id = self.post_of(saying)
                written = self.facebook.comment(post_id, drawn.text, author=saying.author, photo=photo)
            case "message":
                written = self.facebook.message(saying.page_id, drawn.text, author=saying.author, photo=photo)
            case "mention":
                written = self.facebook.tag(saying.page_id, drawn.text, author=saying.author)
            case _:
                place = _place(saying)
                written = self.facebook.post(saying.page_id, drawn.text, author=saying.author, photo=photo, place=place)
        return Spoken(saying, written)


@dataclass(frozen=True, slots=True)
class Review:
    """A review as its listening tool tells it."""

    source: str
    external_id: str
    body: bytes


def tell_review(saying: Saying, rng: random.Random, *, now: datetime) -> Review:
    """The delivery of a signed source that tells this review, seen a minute after it was written."""
    drawn = saying.drawn
    source = "google-reviews" if rng.random() < _GOOGLE_SHARE else "facebook-recommendations"
    external_id = f"{source}-{rng.randrange(10**15, 10**16)}"
    row: dict[str, object] = {
        "external_id": external_id,
        "kind": "review",
        "text": drawn.text,
        "author": saying.author,
        "author_id": person_id(source, saying.author),
        "created_at": (now - timedelta(minutes=1)).isoformat(),
        "store_number": saying.store.store_number,
    }
    if source == "google-reviews":
        row |= {"rating": rng.choice(_STARS[drawn.line.sentiment])}
        row |= {"permalink": f"https://maps.google.com/?cid={rng.randrange(10**18, 10**19)}"}
    else:
        row |= {"recommends": bool(drawn.recommends), "page_id": saying.page_id}
        row |= {"permalink": f"https://www.facebook.com/{saying.page_id}/reviews"}
    return Review(source, external_id, orjson.dumps({"mentions": [row]}))


def add_owner_reply(review: Review, text: str, *, now: datetime) -> Review:
    """The same review told again, now with the answer that stands below it."""
    row = orjson.loads(review.body)["mentions"][0] | {"owner_reply": text, "owner_replied_at": now.isoformat()}
    return Review(review.source, review.external_id, orjson.dumps({"mentions": [row]}))


def _place(saying: Saying) -> Place | None:
    place = saying.drawn.place
    if place is None:
        return None
    return Place(
        street=place.street,
        city=place.city,
        state=place.state,
        zip=place.zip,
        country=place.country,
        latitude=place.lat,
        longitude=place.lng,
        id=place.id,
        name=place.name,
    )
