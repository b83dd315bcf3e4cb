"""What customers and staff do on the stand-in during a soak, and what was taken off it again, which it forgets itself.

Two changes of one thing never share a second on the wire: networks tell time in seconds, and nobody could say which came last.
"""

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from localcare.sandbox.objects import Comment, Post
from localcare.sandbox.world import World

_APART_SECONDS = 1.2
_RECENT = 3_000
_CUSTOMERS_PER_PAGE = 40
_EDITED, _HIDDEN, _SHOWN_AGAIN, _REMOVED = 0.10, 0.06, 0.5, 0.06

Deed = Callable[[], bool]
Life = list[Deed]
"""What still happens to one thing, in order; a deed says whether anything was done."""


@dataclass(slots=True)
class Customers:
    """Acts in the world, an event at a time.

    `removed` holds the ids of everything that was taken off it, `fallen` those among them that went silently with what they
    stood below, `removed_words` what Pages had said among them.
    """

    world: World
    rng: random.Random
    pages: Sequence[str]
    words: Callable[[], str]
    told: int = 0
    removed: set[str] = field(default_factory=set)
    fallen: set[str] = field(default_factory=set)
    removed_words: Counter[str] = field(default_factory=Counter)
    _recent: list[str] = field(default_factory=list)
    _touched: list[Life] = field(default_factory=list)
    _due: list[tuple[float, int, Life]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def act(self, most: int, *, begins: bool = True) -> int:
        """Let up to `most` things happen: what is due of earlier lives, then new ones if it `begins` any."""
        done = 0
        while done < most and self._due and self._due[0][0] <= time.monotonic():
            done += self._live_on(heapq.heappop(self._due)[2])
        while begins and done < most:
            done += self._begin()
        self.told += done
        return done

    def settle(self) -> None:
        """Everything that happened has been put into deliveries: from a while later on, more may happen to it."""
        at = time.monotonic() + _APART_SECONDS
        for life in self._touched:
            heapq.heappush(self._due, (at + self.rng.random(), next(self._numbers), life))
        self._touched.clear()

    @property
    def has_plans(self) -> bool:
        """Whether something will still happen to what is there."""
        return bool(self._due or self._touched)

    def _live_on(self, life: Life) -> bool:
        is_done = life.pop(0)()
        if life and is_done:
            self._touched.append(life)
        return is_done

    def _begin(self) -> bool:
        doings: tuple[tuple[int, Deed], ...] = (
            (34, self._post), (30, self._comment), (14, self._message), (6, self._tag), (5, self._page_posts),
            (4, self._page_comments), (3, self._staff_message), (4, self._react),
        )  # fmt: skip
        (doing,) = self.rng.choices([doing for _, doing in doings], [weight for weight, _ in doings])
        return doing()

    def _post(self) -> bool:
        photo = "https://example.org/photo.jpg" if self.rng.random() < 0.1 else None
        return self._remember(self.world.post(self._page(), self.words(), author=self._somebody(), photo=photo))

    def _page_posts(self) -> bool:
        return self._remember(self.world.post(self._page(), self.words()))

    def _comment(self) -> bool:
        return self._below_something(lambda target: self.world.comment(target, self.words(), author=self._somebody()))

    def _page_comments(self) -> bool:
        return self._below_something(lambda target: self.world.comment(target, f"{self.words()} ({self.told})"))

    def _message(self) -> bool:
        self.world.message(self._page(), self.words(), author=self._somebody())
        return True

    def _staff_message(self) -> bool:
        page = self._page()
        threads = self.world.pages[page].conversations
        if not threads:
            return self._message()
        person = self.rng.choice(list(threads))
        self.world.answer_natively(page, person, f"{self.words()} ({self.told})")
        return True

    def _tag(self) -> bool:
        self.world.mention(self._page(), self._somebody(), self.words(), in_comment=self.rng.random() < 0.3)
        return True

    def _react(self) -> bool:
        target = self._something()
        if target is None:
            return False
        self.world.react(target, self._somebody())
        return True

    def _below_something(self, say: Callable[[str], Comment]) -> bool:
        target = self._something()
        return target is not None and self._remember(say(target))

    def _something(self) -> str | None:
        """A recent post or comment that still stands."""
        for _ in range(20):
            if self._recent:
                target = self.rng.choice(self._recent)
                if self.world.find_object(target) is not None:
                    return target
        return None

    def _remember(self, thing: Post | Comment) -> bool:
        if len(self._recent) < _RECENT:
            self._recent.append(thing.id)
        else:
            self._recent[self.rng.randrange(_RECENT)] = thing.id
        life = self._plan(thing)
        if life:
            self._touched.append(life)
        return True

    def _plan(self, thing: Post | Comment) -> Life:
        life: Life = []
        if self.rng.random() < _EDITED:
            life.append(partial(self._edit, thing.id))
        if thing.author.id != thing.page_id and self.rng.random() < _HIDDEN:
            life.append(partial(self._hide, thing.id))
            if self.rng.random() < _SHOWN_AGAIN:
                life.append(partial(self._show_again, thing.id))
        if self.rng.random() < _REMOVED:
            life.append(partial(self._remove, thing.id))
        return life

    def _edit(self, object_id: str) -> bool:
        return self._if_there(object_id, lambda: self.world.edit(object_id, self.words()))

    def _hide(self, object_id: str) -> bool:
        return self._if_there(object_id, lambda: self.world.hide(object_id))

    def _show_again(self, object_id: str) -> bool:
        return self._if_there(object_id, lambda: self.world.unhide(object_id))

    def _remove(self, object_id: str) -> bool:
        thing = self.world.find_object(object_id)
        if thing is None:
            return False
        post = thing if isinstance(thing, Post) else self.world.posts[thing.post_id]
        below = [comment for comment in post.comments if object_id in (post.id, comment.id, comment.parent_id)]
        self.fallen |= {comment.id for comment in below if comment.id != object_id}
        self.removed |= self.fallen | {object_id}
        self.removed_words.update(comment.message for comment in below if comment.author.id == comment.page_id)
        self.world.remove(object_id)
        return True

    def _if_there(self, object_id: str, act: Callable[[], None]) -> bool:
        if self.world.find_object(object_id) is None:
            return False
        act()
        return True

    def _page(self) -> str:
        return self.rng.choice(self.pages)

    def _somebody(self) -> str:
        return f"Customer {self.rng.randrange(_CUSTOMERS_PER_PAGE)}"
