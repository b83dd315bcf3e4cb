"""`localcare bench soak`: bad days with the stand-in, after which we know exactly what stands there, each answer once."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from localcare.bench.crowd import load_crowd
from localcare.bench.ground import Ground, bench_ground, peak_rss_mb
from localcare.bench.progress import Advance, note, steps
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.bench.soak_customers import Customers
from localcare.bench.soak_desk import Desk
from localcare.bench.soak_scene import SECRET, Scene, running_scene
from localcare.bench.soak_truth import Differences, ReplyCount, beliefs_of, compare, count_replies, truth_of
from localcare.demo.brand import DemoBrand
from localcare.demo.corpus import load_corpus
from localcare.errors import UnavailableError
from localcare.kit.opening import open_cipher

DEFINITION = (
    "`localcare serve` and `localcare worker` against the stand-in over HTTP. So many events happen on so many store Pages "
    "and the brand's: posts, comments, replies, edits, hides, removals (with all below), messages, tags, reactions, native "
    "answers. Of the updates 5 % are told twice and authors come in three spellings; of the deliveries 5 % are repeated "
    "after they were taken and 10 % arrive late. Every 50th answer of the API is faulty in one of eight ways. From half of "
    "the events on the web process is away while a twentieth of them happens; for the sender ten minutes pass meanwhile. "
    "One Page in a hundred loses its token for a while. Answers are written through the product's verbs and sent by its "
    "outbox; waits of minutes and hours are cut short at the end. differences compares every mention with the stand-in by "
    "id, text, author, own words, hidden and removed; fallen_and_still_believed counts apart what went silently with a removed "
    "post or comment above it. replies_lost: said to be sent and never there, there and not known, or "
    "under way for ever; replies_given_up: failed though what they answer still stands."
)
_AT_ONCE = 100
_MOST_PENDING, _MOST_BACKLOG = 4_000, 600
_ANSWERED_SHARE = 0.1
_OUTAGE, _OUTAGE_SHARE = timedelta(minutes=10), 0.05
_STALLED_SECONDS = 240


@dataclass(frozen=True, slots=True)
class _End:
    differences: Differences
    replies: ReplyCount
    known: int
    seconds: float


def run_soak(*, events: int = 200_000, pages: int = 5_000, faulty_one_in: int = 50, seed: int = 1) -> Result:
    """Run the soak on a database and processes of its own; every `faulty_one_in`-th answer of the API is faulty."""
    machine = describe_machine()
    brand = _brand(pages)
    with bench_ground(brand=brand) as ground, running_scene(brand, ground.data_dir) as scene:
        scene.stand_in.let_answers_fail(faulty_one_in)
        soak = _Soak(ground, scene, events, seed)
        end = soak.run()
        memory = peak_rss_mb(scene.worker.pid)
    for example in end.differences.examples():
        note(example)
    for lost in end.replies.lost[:8]:
        note(f"lost: {lost}")
    for given_up in end.replies.given_up[:8]:
        note(f"given up: {given_up}")
    for reason, times in end.replies.reasons.items():
        note(f"{times} replies: {reason}")
    return Result(
        bench="soak",
        figures=_figures(soak, end) | {"worker_rss_mb": memory},
        reference={"true_mentions": end.known},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(
            what_we_know_is_what_stands_there=end.differences.count == 0,
            what_stood_below_something_removed_is_removed_too=not end.differences.still_believed,
            nothing_is_answered_twice=end.replies.duplicates == 0,
            no_answer_is_lost=not end.replies.lost,
            no_answer_is_given_up_without_need=not end.replies.given_up,
            no_update_is_dropped=scene.stand_in.standing.sender.dropped == 0,
            every_lost_token_is_on_the_board_within_5_minutes=not soak.desk.tokens.are_late,
            there_are_answers=soak.desk.written > 0,
        ),
    )


class _Soak:
    """One run: customers act, the desk answers, things go wrong, and in the end all is quiet."""

    def __init__(self, ground: Ground, scene: Scene, events: int, seed: int) -> None:
        self.events, self.scene = events, scene
        self.desk = Desk(ground.database, open_cipher(SECRET), ground.brand_id)
        self.rng = random.Random(seed)
        self.customers = Customers(scene.world, self.rng, list(scene.world.pages), self._words_of(ground.brand))
        self.outage_seconds = 0.0

    def run(self) -> _End:
        """Everything, from the first event to the comparison."""
        self.desk.connect_again({page.id: page.access_token for page in self.scene.world.pages.values()})
        started = time.perf_counter()
        with steps("events", self.events) as advance:
            self._live_until(0.3, advance)
            self._live_until(0.4, advance, is_answered=False)
            self._lose_tokens()
            self._live_until(0.5, advance)
            self._outage(advance)
            self._live_until(0.8, advance)
            self._mend_tokens()
            self._live_until(1.0, advance)
        note("until all is quiet …")
        self._live_to_the_end()
        self._until_quiet()
        seconds = time.perf_counter() - started
        return self.scene.stand_in.act(lambda: self._compare(seconds))

    def _live_until(self, share: float, advance: Advance, *, is_heard: bool = True, is_answered: bool = True) -> None:
        """Events up to this share of all. `is_heard`: somebody takes the webhooks, so that one can wait for room."""
        while self.customers.told < share * self.events:
            done = self._act()
            advance(done)
            if is_heard and is_answered:
                self.desk.answer(max(1, round(_ANSWERED_SHARE * done)))
            if is_heard:
                self._wait_for(lambda: self.scene.pending < _MOST_PENDING and self.desk.backlog < _MOST_BACKLOG)

    def _act(self, *, begins: bool = True) -> int:
        self.desk.look_at_board()
        done = self.scene.stand_in.act(lambda: self.customers.act(_AT_ONCE, begins=begins))
        self._wait_for(lambda: self.scene.stand_in.standing.sender.unpacked == 0)
        self.customers.settle()
        return done

    def _lose_tokens(self) -> None:
        """Some Pages with a case that waits for an answer lose their token, and then somebody answers there."""
        world = self.scene.world
        self._wait_for(lambda: self.scene.pending == 0 and self.desk.backlog == 0, most_seconds=20)
        for page in self.desk.list_waiting_pages(max(3, len(world.pages) // 100)):
            self.scene.stand_in.act(partial(world.break_token, page, 460))
            if self.desk.answer(1, page=page):
                self.desk.tokens.lose(page)
            else:  # nobody uses it, so nobody can notice
                self.desk.connect_again({page: world.pages[page].access_token})

    def _mend_tokens(self) -> None:
        self._wait_for(self._all_seen, pause=0.5, most_seconds=300)
        lost = self.desk.tokens.since
        self.desk.connect_again({page: self.scene.world.pages[page].access_token for page in lost})

    def _all_seen(self) -> bool:
        self.desk.pass_time()
        self.desk.look_at_board()
        return not self.desk.tokens.unseen

    def _outage(self, advance: Advance) -> None:
        started = time.perf_counter()
        self.scene.web.stop()
        self._live_until(0.5 + _OUTAGE_SHARE / 2, advance, is_heard=False)
        self.scene.retry_clock.skip(_OUTAGE)
        self._live_until(0.5 + _OUTAGE_SHARE, advance, is_heard=False)
        self.scene.web.start()
        self.outage_seconds = time.perf_counter() - started

    def _live_to_the_end(self) -> None:
        while self.customers.has_plans:
            self._act(begins=False)
            time.sleep(0.05)

    def _until_quiet(self) -> None:
        self._wait_for(self._is_quiet, pause=0.5)

    def _is_quiet(self) -> bool:
        self.scene.retry_clock.skip(timedelta(minutes=15))
        self.desk.pass_time()
        return self.desk.unsent == 0 and self.scene.pending == 0 and self.desk.backlog == 0

    def _wait_for(
        self, holds: Callable[[], bool], *, pause: float = 0.02, most_seconds: float = _STALLED_SECONDS
    ) -> None:
        """Return when it holds or, with a note, when it has not for a long time: the comparison will tell."""
        deadline = time.monotonic() + most_seconds
        while not holds():
            if self.scene.worker.poll() is not None:
                raise UnavailableError("The worker of the soak has died.")
            if time.monotonic() > deadline:
                note(f"waited {most_seconds} s in vain: {self.scene.pending} updates, {self.desk.unsent} replies left")
                return
            time.sleep(pause)

    def _compare(self, seconds: float) -> _End:
        truth = truth_of(self.scene.world, self.customers.removed)
        differences = compare(truth, beliefs_of(self.desk.database), fallen=self.customers.fallen)
        replies = count_replies(self.desk.database, self.scene.world, self.customers.removed_words)
        return _End(differences, replies, len(truth), seconds)

    def _words_of(self, brand: DemoBrand) -> Callable[[], str]:
        corpus, stores = load_corpus(), brand.open_stores

        def words() -> str:
            """Photos without a word are for other benches."""
            drawn = ""
            while not drawn:
                drawn = corpus.draw(self.rng, page_kind="store", store=self.rng.choice(stores)).text
            return drawn

        return words


def _brand(pages: int) -> DemoBrand:
    """So many stores with a Page, and one supervisor who answers for all."""
    crowd = load_crowd(pages)
    return replace(crowd, people=[person for person in crowd.people if person.role == "supervisor"][:1])


def _figures(soak: _Soak, end: _End) -> dict[str, object]:
    sender, tokens = soak.scene.stand_in.standing.sender, soak.desk.tokens
    return {
        "events": soak.customers.told,
        "pages": len(soak.scene.world.pages),
        "differences": end.differences.count,
        "missing": len(end.differences.missing),
        "invented": len(end.differences.invented),
        "otherwise": len(end.differences.otherwise),
        "fallen_and_still_believed": len(end.differences.still_believed),
        "replies": dict(end.replies.by_state),
        "replies_twice": end.replies.duplicates,
        "replies_lost": len(end.replies.lost),
        "replies_given_up": len(end.replies.given_up),
        "tokens_lost_and_used": len(tokens.since),
        "tokens_on_board": len(tokens.seen_after),
        "slowest_on_board_s": round(max(tokens.seen_after.values(), default=0.0), 1),
        "updates_taken": sender.sent,
        "attempts_refused": sender.refused,
        "updates_dropped": sender.dropped,
        "faulty_answers": soak.scene.stand_in.standing.graph.faults.struck,
        "outage_s": round(soak.outage_seconds, 1),
        "seconds": round(end.seconds, 1),
        "events_per_s": round(soak.customers.told / end.seconds, 1),
    }
