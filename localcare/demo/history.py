"""A few weeks of the brand's past, made by the real pipeline and the real verbs of people under a clock that is set.

What happens is a queue of moments: customers write, people answer, customers write again. Both sides remember it: the
database what localcare saw and did, the stand-in's world what stands on the Pages. The weeks before the last days are
told in larger strokes: they are answered on the Pages themselves, and the pipeline takes them in by the hour.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from localcare.cases.quiet import settle_quiet
from localcare.demo.chapters import Chapter, is_scare
from localcare.demo.conversation import Conversation
from localcare.demo.customers import Customers, Saying
from localcare.demo.desk import Desk
from localcare.demo.fates import Fate, Way, draw_fate, likely_queue
from localcare.demo.mailbag import Mailbag
from localcare.demo.network import Pen, Review, Spoken, WorldFacebook, add_owner_reply, tell_review
from localcare.demo.repository import OpenCase, list_new_cases, list_waiting_cases
from localcare.kit.clock import SetClock
from localcare.people.core import Viewer
from localcare.routing.core import CRISIS
from localcare.sandbox.minting import person_id
from localcare.sandbox.refusals import GraphRefusal

FINE_STROKES = timedelta(hours=24)
"""How much of the end is told moment by moment, with people who answer through localcare."""

_SOON, _LATER = timedelta(minutes=7), timedelta(hours=4)
_POST_EVERY = timedelta(days=6)
_TIDY_EVERY = timedelta(hours=5)
_NOISE_AFTER, _GIVEN_UP_AFTER = timedelta(hours=1), timedelta(hours=22)
_TOPIC_CORRECTED, _NOISE_CORRECTED = 0.3, 0.15  # of what triage got wrong, how much people care to correct
_ALARM_CORRECTED = 0.8
_BY_HAND = frozenset({"review", "mention"})
_ON_THE_WALL = frozenset({"post", "comment"})

Progress = Callable[[float], None]
"""Called with the share of the time that has been told."""


@dataclass
class History:
    """Tells chapters in order. `clock` is shared by the pipeline, the desk and the stand-in's world."""

    clock: SetClock
    mailbag: Mailbag
    desk: Desk
    customers: Customers
    talk: Conversation
    photo_url: str
    rng: random.Random
    _moments: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _spoken: dict[str, Spoken] = field(default_factory=dict)
    _reviews: dict[str, Review] = field(default_factory=dict)
    _settled: set[str] = field(default_factory=set)
    _left: set[str] = field(default_factory=set)
    _close_by: set[str] = field(default_factory=set)
    _page_posts: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _catch_up_at: datetime | None = None
    _last_case: int = 0
    _fine_from: datetime | None = None

    def tell(self, chapters: Sequence[Chapter], *, until: datetime, progress: Progress | None = None) -> None:
        """Live through the chapters and what follows from them, up to `until`."""
        start = chapters[0].at
        self._fine_from = until - FINE_STROKES
        self._pen = Pen(WorldFacebook(self.desk.world), self.photo_url, self._page_post)
        self._plan(start + _TIDY_EVERY, self._tidy)
        for chapter in chapters:
            self._plan(chapter.at, lambda chapter=chapter: self._write(chapter))  # type: ignore[misc]
        while self._moments and self._moments[0][0] <= until:
            at, number, happen = heapq.heappop(self._moments)
            self.clock.move_to(at)
            happen()
            if progress and number % 100 == 0:
                progress((at - start) / (until - start))
        self.clock.move_to(until)
        self._catch_up()
        self.mailbag.close()

    def _plan(self, at: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self._moments, (at, next(self._numbers), happen))

    @property
    def _is_fine(self) -> bool:
        return self._fine_from is not None and self.clock.now() >= self._fine_from

    # --- customers ----------------------------------------------------------------------------------------------------

    def _write(self, chapter: Chapter) -> None:
        saying = chapter.saying
        if saying.drawn.kind == "review":
            review = tell_review(saying, self.rng, now=self.clock.now())
            self.mailbag.put_review(review)
            self._reviews[review.external_id] = review
            spoken = Spoken(saying, review.external_id)
        else:
            spoken = self._pen.write(saying)
        self._spoken[spoken.external_id] = spoken
        if chapter.is_left:
            self._left.add(spoken.external_id)
        elif chapter.is_close:
            self._close_by.add(spoken.external_id)
        elif saying.line.actionable and not self._is_fine:
            self._answer_in_strokes(spoken)
        elif spoken.kind in _ON_THE_WALL and self.rng.random() < 0.03:
            self._plan(self.clock.now() + timedelta(minutes=self.rng.uniform(1, 40)), lambda: self._rue(spoken))
        self._be_noticed(soon=saying.line.actionable and (self._is_fine or chapter.is_close))

    def _rue(self, spoken: Spoken) -> None:
        """The customer takes it back, or mends the wording."""
        world = self.desk.world
        if world.find_object(spoken.external_id) is None:
            return
        if self.rng.random() < 0.4:
            world.remove(spoken.external_id)
        else:
            world.edit(spoken.external_id, f"{spoken.saying.drawn.text} Edit: typo.".strip())
        self._be_noticed(soon=False)

    def _write_again(self, spoken: Spoken, mood: str) -> None:
        world, saying = self.desk.world, spoken.saying
        text = self.talk.follow_up(self.rng, saying.drawn, mood=mood)
        if spoken.kind == "message":
            world.message(saying.page_id, text, author=saying.author)
        elif world.find_object(spoken.external_id) is not None:
            world.comment(spoken.external_id, text, author=saying.author)
        self._be_noticed(soon=self._is_fine)

    def _page_post(self, saying: Saying) -> str:
        """The Page's own post that a comment goes under: its last one, or a new one."""
        known = self._page_posts.get(saying.page_id)
        now = self.clock.now()
        if known is not None and now - known[1] < _POST_EVERY:
            return known[0]
        store = saying.store if saying.drawn.page_kind == "store" else None
        text = self.talk.page_post(self.rng, page_kind=saying.drawn.page_kind, store=store)
        self.clock.move_to(now - timedelta(hours=self.rng.uniform(0.5, 9)))
        post_id = self.desk.world.post(saying.page_id, text).id
        self.clock.move_to(now)
        self._page_posts[saying.page_id] = (post_id, now)
        return post_id

    # --- the pipeline -------------------------------------------------------------------------------------------------

    def _be_noticed(self, *, soon: bool) -> None:
        """Have what was just written taken in: soon when somebody ought to answer, else with what comes after it."""
        self.mailbag.pack()
        at = self.clock.now() + (_SOON if soon else _LATER)
        if self._catch_up_at is None or at < self._catch_up_at:
            self._catch_up_at = at
            self._plan(at, self._catch_up)

    def _catch_up(self) -> None:
        """Have the pipeline take in what was told, and plan what becomes of the cases it opens."""
        self._catch_up_at = None
        if not self.mailbag.hand_over():
            return
        with self.desk.session() as session:
            fresh = list_new_cases(session, self.desk.brand_id, after_id=self._last_case)
        for case in fresh:
            self._last_case = case.id
            spoken = self._spoken.get(case.external_id)
            if spoken is None:
                continue
            if case.external_id not in self._settled | self._left:
                self._decide_fate(case, spoken)
            self._be_corrected(case, spoken)

    # --- the brand's people -------------------------------------------------------------------------------------------

    def _answer_in_strokes(self, spoken: Spoken) -> None:
        """Plan an answer on the Page itself as soon as the words are written: no case has to be looked for."""
        store = spoken.saying.store
        fate = self._fate(likely_queue(spoken.saying.drawn, store.store_number), spoken)
        self._settled.add(spoken.external_id)
        if fate.way in (Way.ANSWER, Way.NATIVE):
            self._plan(fate.at, lambda: self._answer_natively(spoken))

    def _decide_fate(self, case: OpenCase, spoken: Spoken) -> None:
        fate = self._fate(case.queue, spoken)
        if not self._is_fine and spoken.external_id not in self._close_by:
            # the weeks before are answered as they are written; here come words that only looked like a question
            if self.rng.random() < 0.4:
                self._plan(fate.at, lambda: self._answer_natively(spoken))
            return
        if not spoken.saying.line.actionable:
            fate = Fate(Way.CLOSE, fate.at)
        self._follow(fate, case, spoken)
        if fate.way is not Way.ANSWER and self.rng.random() < 0.12:
            later = self.clock.now() + timedelta(hours=self.rng.uniform(3, 20))
            self._plan(later, lambda: self._write_again(spoken, "waiting"))

    def _be_corrected(self, case: OpenCase, spoken: Spoken) -> None:
        """Where triage is wrong about a case, somebody may say so; drawn apart, so that all else is told as without it."""
        lot, line = random.Random(f"{case.id} {spoken.external_id}"), spoken.saying.line
        if case.queue == CRISIS and not line.risks:
            if is_scare(line) or lot.random() < _ALARM_CORRECTED:
                self._plan(self.clock.now() + timedelta(minutes=lot.uniform(2, 12)), lambda: self.desk.calm(case))
            return
        is_wrong = not line.actionable or line.topic != case.topic
        if is_wrong and lot.random() < (_TOPIC_CORRECTED if line.actionable else _NOISE_CORRECTED):
            at = self.clock.now() + timedelta(minutes=lot.uniform(4, 90))
            topic = line.topic if line.actionable else None
            self._plan(at, lambda: self.desk.correct(case, topic))

    def _follow(self, fate: Fate, case: OpenCase, spoken: Spoken) -> None:
        if fate.claimed_at is not None:
            self._plan(fate.claimed_at, lambda: self.desk.claim(case))
        match fate.way:
            case Way.ANSWER:
                self._plan(fate.at, lambda: self._answer(case, spoken))
            case Way.NATIVE:
                self._plan(fate.at, lambda: self._answer_natively(spoken))
            case Way.CLOSE:
                self._plan(fate.at, lambda: self.desk.close([case], "no-reply-needed"))
            case Way.LEFT:
                pass

    def _fate(self, queue: str, spoken: Spoken) -> Fate:
        store = spoken.saying.store
        goodness = self.customers.characters[store.store_number].goodness
        now = self.clock.now()
        return draw_fate(self.rng, queue, goodness=goodness, timezone=store.timezone, opened_at=now)

    def _answer(self, case: OpenCase, spoken: Spoken) -> None:
        try:
            is_done = self.desk.answer(case, lambda who: self._words(spoken, who), elsewhere=spoken.kind in _BY_HAND)
        except GraphRefusal:
            return
        if is_done:
            self._be_noticed(soon=False)
            wait = timedelta(minutes=2) if self.rng.random() < 0.6 else timedelta(hours=self.rng.uniform(8, 40))
            self._plan(self.clock.now() + wait, lambda: self.desk.close([case], "answered"))
            self._hear_back(spoken)

    def _answer_natively(self, spoken: Spoken) -> None:
        """Staff answer where it was written, and localcare learns of it."""
        world, saying = self.desk.world, spoken.saying
        text = self._words(spoken, None)
        if spoken.kind == "message":
            world.answer_natively(saying.page_id, person_id(saying.page_id, saying.author), text)
        elif spoken.kind == "review":
            self.mailbag.put_review(add_owner_reply(self._reviews[spoken.external_id], text, now=self.clock.now()))
        elif world.find_object(spoken.external_id) is not None:
            world.comment(spoken.external_id, text)
        self._be_noticed(soon=self._is_fine)
        self._hear_back(spoken)

    def _hear_back(self, spoken: Spoken) -> None:
        chance = self.rng.random()
        if chance < 0.22 and spoken.kind not in _BY_HAND:
            mood = "thanks" if chance < 0.16 or not self._is_fine else "worse"
            at = self.clock.now() + timedelta(minutes=self.rng.uniform(6, 400))
            self._plan(at, lambda: self._write_again(spoken, mood))

    def _words(self, spoken: Spoken, who: Viewer | None) -> str:
        saying = spoken.saying
        by = "centre" if who is not None and who.is_central else "store"
        signed = who.name.split(" ")[0] if who else saying.store.manager_name.split(" ")[0]
        return self.talk.reply(self.rng, saying.drawn, by=by, customer=saying.author, signed=signed)

    def _tidy(self) -> None:
        """Several times a day what needs no answer is closed, soon or at last; answered cases that fell quiet end."""
        now = self.clock.now()
        with self.desk.session() as session:
            settle_quiet(session, self.desk.brand_id, now=now)
            waiting = list_waiting_cases(session, self.desk.brand_id, since=now - _NOISE_AFTER)
        self.desk.close([case for case in waiting if self._is_closed_now(case)], "no-reply-needed")
        self._plan(now + _TIDY_EVERY, self._tidy)

    def _is_closed_now(self, case: OpenCase) -> bool:
        if case.external_id in self._left:
            return False
        spoken = self._spoken.get(case.external_id)
        is_noise = spoken is not None and not spoken.saying.line.actionable
        is_old = case.waiting_since is not None and case.waiting_since < self.clock.now() - _GIVEN_UP_AFTER
        return self.rng.random() < (0.85 if is_noise else 0.4 if is_old else 0.0)
