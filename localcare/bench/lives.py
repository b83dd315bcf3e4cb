"""Lives of threads: several authors (some unknown), edits, hides, removals, the Page's own answers, and messages.

The property test of any order tells the same lives in small (tests/stages/pipeline/test_any_order.py).
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from localcare.bench.story import START, Entry

_MESSAGES_SHARE, _ANSWERING_SHARE = 0.15, 0.4
_SECONDS_BETWEEN_THREADS = 7


@dataclass(frozen=True, slots=True)
class Teller:
    """Draws what happens: on which Pages, in whose words."""

    rng: random.Random
    pages: Sequence[str]
    words: Callable[[], str]

    def entries(self, count: int) -> list[Entry]:
        """`count` changes in the order in which they happened."""
        told = list(islice(self._lives(), count))
        return sorted(told, key=_when)

    def _lives(self) -> Iterator[Entry]:
        at, number = int(START.timestamp()) - 50 * 86_400, 0
        while True:
            page = self.rng.choice(self.pages)
            yield from (self._talk if self.rng.random() < _MESSAGES_SHARE else self._thread)(page, number, at)
            number, at = number + 1, at + _SECONDS_BETWEEN_THREADS

    def _thread(self, page: str, number: int, at: int) -> Iterator[Entry]:
        post = {"item": "post", "post_id": f"{page}_{number}", "author": f"7{number}"}
        yield self._words(page, at, "add", post, created=at)
        if self.rng.random() < 0.2:
            yield self._words(page, at + 120, "edited", post, created=at)
        for comment in range(self.rng.randrange(4)):
            yield from self._comment(page, number, comment, at + 60 * comment)
        if self.rng.random() < 0.05:
            yield _feed(page, at + 2_400, "remove", post)

    def _comment(self, page: str, number: int, comment: int, at: int) -> Iterator[Entry]:
        author = self.rng.choice([f"7{number}", f"8{number}", None, page])
        told = {
            "item": "comment",
            "post_id": f"{page}_{number}",
            "comment_id": f"c{number}_{comment}",
            "author": author,
        }
        if comment and self.rng.random() < _ANSWERING_SHARE:
            told["parent_id"] = f"c{number}_{self.rng.randrange(comment)}"
        yield self._words(page, at, "add", told, created=at)
        if self.rng.random() < 0.2:
            yield self._words(page, at + 300, "edited", told, created=at)
        for minute, verb, share in ((6, "hide", 0.1), (7, "unhide", 0.1), (8, "remove", 0.05)):
            if self.rng.random() < share:
                yield _feed(page, at + 60 * minute, verb, told)

    def _talk(self, page: str, number: int, at: int) -> Iterator[Entry]:
        customer = f"5{number}"
        for turn in range(self.rng.randrange(1, 5)):
            is_echo = self.rng.random() < 0.4
            sender, recipient = (page, customer) if is_echo else (customer, page)
            words = {"mid": f"m{number}_{turn}", "text": self.words(), **({"is_echo": True} if is_echo else {})}
            millis = 1000 * (at + 60 * turn)
            event = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": millis, "message": words}
            yield {"id": page, "time": millis, "messaging": [event]}

    def _words(self, page: str, at: int, verb: str, told: Mapping[str, str | None], *, created: int) -> Entry:
        return _feed(page, at, verb, told, message=self.words(), created_time=created)


def _feed(page: str, at: int, verb: str, told: Mapping[str, str | None], **words: object) -> Entry:
    value: Entry = {name: part for name, part in told.items() if name != "author"} | {"verb": verb} | words
    if author := told.get("author"):
        value["from"] = {"id": author, "name": f"Customer {author}"}
    if "comment_id" in told:
        value.setdefault("parent_id", told["post_id"])
    return {"id": page, "time": at, "changes": [{"field": "feed", "value": value}]}


def _when(entry: Entry) -> int:
    """The entry's second; messages are timed in milliseconds."""
    time = int(str(entry["time"]))
    return time // 1000 if "messaging" in entry else time
