"""`localcare bench reconcile`: every list of every Page, read from a stand-in that takes its time."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvicorn
from pydantic import SecretStr
from sqlalchemy import text

from localcare.bench.alone import in_own_process
from localcare.bench.ground import Ground, bench_ground, peak_rss_mb
from localcare.bench.processes import free_port
from localcare.bench.progress import note
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.channels.facebook.accounts import AccountTold
from localcare.channels.facebook.checking import PageStanding, keep_standings
from localcare.channels.facebook.core.rest_instagram import Account
from localcare.channels.facebook.core.tokens import TokenFacts
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.service import save_tokens
from localcare.errors import UnavailableError
from localcare.intake.polling import PollReport, poll_pages
from localcare.kit.db import ALL_BRANDS
from localcare.kit.opening import open_runtime
from localcare.kit.runtime import Runtime
from localcare.pipeline import Pipeline
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.objects import SCOPES
from localcare.sandbox.seeding import invented_brand, invented_stores
from localcare.sandbox.world import World
from localcare.settings import Settings
from localcare.triage.shipped import load_triager

DEFINITION = (
    "One worker process reads the feed with its comments, the tags, the comments under known posts and the conversations of "
    "every Page from a stand-in in a process of its own that takes the given time for each answer. On each Page stand two "
    "posts, three comments, a tag and a conversation of two messages; so many of the Pages have an account on Instagram, with a "
    "media, two comments, a tag and a message. first_round: everything is unknown and is stored as "
    "events; then the pipeline works them in; second_round: the same lists again, and nothing is news. Each Page may make "
    "100 calls a day, a forty-eighth of what Facebook gives for one engaged person. rss_mb is the peak of the "
    "worker process over both rounds, rss_idle_mb before the first."
)
DAILY_CALLS = 100
LONGEST_SECONDS, MOST_STATE_MB = 15 * 60, 150.0
_ACCOUNT = "178"
_SECRET = SecretStr("bench-secret-key-of-some-length-000001")
_POLLS = 1_000_000_000
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Round:
    """A round over all Pages, in the process that did it."""

    seconds: float
    report: PollReport


@dataclass(frozen=True, slots=True)
class _Measured:
    """Both rounds and the memory of their process in MiB."""

    first: _Round
    second: _Round
    rss_idle_mb: float
    rss_mb: float

    @property
    def state_mb(self) -> float:
        """What reading all Pages added."""
        return round(self.rss_mb - self.rss_idle_mb, 1)


def run_reconcile(*, pages: int = 5_000, latency_ms: float = 20.0, accounts: int = 0) -> Result:
    """Run the bench on a database and processes of its own; the first `accounts` Pages are on Instagram, too."""
    machine = describe_machine()
    with bench_ground(with_people=False) as ground:
        port = free_port()
        settings = _settings(ground.data_dir, port)
        note(f"{pages:,} Pages, {accounts:,} on Instagram, on a stand-in that takes {latency_ms:g} ms …")
        _connect(ground, settings, pages, accounts)
        with _stand_in(port, pages, latency_ms, accounts):
            note("two rounds over all Pages …")
            measured = in_own_process(_measure, ground.data_dir, port, ground.brand_id)
        fullest, behind = _how_pages_fare(ground)
    figures = _figures(measured, pages) | {"lanes_not_proven": behind, "fullest_budget_percent": fullest}
    return Result(
        bench="reconcile",
        figures=figures,
        reference={"pages": pages, "accounts": accounts, "latency_ms": latency_ms, "daily_calls": DAILY_CALLS},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(
            a_round_ends_within_15_minutes=max(measured.first.seconds, measured.second.seconds) < LONGEST_SECONDS,
            every_page_stays_within_its_quota=fullest < 100,
            every_list_is_read_to_the_end=behind == 0,
            a_second_round_tells_nothing_new=measured.second.report.changes == 0,
            the_state_of_all_pages_is_under_150_mb=measured.state_mb < MOST_STATE_MB,
        ),
    )


def _figures(measured: _Measured, pages: int) -> dict[str, object]:
    first, second = measured.first, measured.second
    return {
        "first_round_s": round(first.seconds, 1),
        "second_round_s": round(second.seconds, 1),
        "calls_a_page_first": round(first.report.calls / pages, 2),
        "calls_a_page_second": round(second.report.calls / pages, 2),
        "calls_per_s": round(second.report.calls / second.seconds, 1),
        "changes_first": first.report.changes,
        "changes_second": second.report.changes,
        "rss_idle_mb": measured.rss_idle_mb,
        "rss_mb": measured.rss_mb,
        "state_mb": measured.state_mb,
    }


def _settings(data_dir: Path, port: int) -> Settings:
    return Settings(
        _env_file=None, data_dir=data_dir, secret_key=_SECRET, graph_url=f"http://127.0.0.1:{port}",
        facebook_app_id=None, facebook_app_secret=None,
    )  # fmt: skip


def _world(pages: int, accounts: int) -> World:
    """The same tokens and ids in every process."""
    world = World.from_pages(invented_brand(), invented_stores(pages - 1))
    for page_id in [*world.pages][:accounts]:
        world.add_instagram(f"account.{page_id}", f"{_ACCOUNT}{page_id}", page_id=page_id)
    return world


def _connect(ground: Ground, settings: Settings, pages: int, accounts: int) -> None:
    now = datetime.now(UTC)
    there = [page for page in _world(pages, accounts).pages.values() if not page.is_on_instagram]
    tokens = {page.id: page.access_token for page in there}
    with (
        open_runtime(settings, application="localcare bench") as runtime,
        runtime.db.session(ground.brand_id) as session,
    ):
        save_tokens(session, runtime.cipher, ground.brand_id, tokens, now=now)
        session.flush()
        facts = TokenFacts(is_valid=True, kind="page", scopes=SCOPES)
        standings = [
            PageStanding(page.id, facts, (), None, Usage(), None, AccountTold(_account_of(page.instagram_id)))
            for page in there
        ]
        keep_standings(session, ground.brand_id, standings, now=now)


def _account_of(account_id: str | None) -> Account | None:
    return Account(account_id, f"account.{account_id.removeprefix(_ACCOUNT)}") if account_id else None


@contextmanager
def _stand_in(port: int, pages: int, latency_ms: float, accounts: int) -> Iterator[None]:
    given = (port, pages, latency_ms, accounts)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=given, daemon=True)
    process.start()
    try:
        _wait_until_answers(f"http://127.0.0.1:{port}/_sandbox")
        yield
    finally:
        process.terminate()
        process.join()


def _wait_until_answers(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise UnavailableError("The stand-in of the bench does not answer.")


def _serve(port: int, pages: int, latency_ms: float, accounts: int) -> None:
    world = _world(pages, accounts)
    for page in [*world.pages.values()]:
        (_furnish_account if page.is_on_instagram else _furnish)(world, page.id)
    app = create_sandbox_app(world)
    graph = app.state.standing.graph
    graph.meter.budget = DAILY_CALLS
    if latency_ms:
        graph.faults.add(Fault(FaultKind.SLOW, times=_POLLS, seconds=latency_ms / 1000))
    uvicorn.run(app, port=port, log_level="error", ws="none")


def _furnish(world: World, page_id: str) -> None:
    post = world.post(page_id, "I waited for an hour and nobody came", author="Ann Lee")
    comment = world.comment(post.id, "The same happened to me", author="Bob Ray")
    world.comment(comment.id, "We are sorry, Bob. Please write to us.")
    world.comment(world.post(page_id, "Open until eight tonight").id, "Thank you", author="Cyd Fox")
    world.mention(page_id, "Dan Orr", "Good service today")
    world.message(page_id, "Do you repair phones?", author="Eve Day")
    world.message(page_id, "Hello?", author="Eve Day")


def _furnish_account(world: World, account_id: str) -> None:
    media = world.post(account_id, "New phones are here")
    comment = world.comment(media.id, "Sold me a locked one", author="fay.gil")
    world.comment(comment.id, "Please send us a message, Fay.")
    world.mention(account_id, "gus.hay", "@you never again")
    world.message(account_id, "Are you open today?", author="ida.jon")


def _measure(data_dir: Path, port: int, brand_id: int) -> _Measured:
    with open_runtime(_settings(data_dir, port), application="localcare bench") as runtime:
        idle = peak_rss_mb()
        first = _timed_round(runtime, brand_id)
        rss = peak_rss_mb()
        in_own_process(_work_in, data_dir, port)
        second = _timed_round(runtime, brand_id)
        return _Measured(first, second, idle, max(rss, peak_rss_mb()))


def _timed_round(runtime: Runtime, brand_id: int) -> _Round:
    start = time.perf_counter()
    report = poll_pages(runtime, brand_id)
    return _Round(time.perf_counter() - start, report)


def _work_in(data_dir: Path, port: int) -> None:
    with open_runtime(_settings(data_dir, port), application="localcare bench") as runtime:
        pipeline = Pipeline(runtime.db, runtime.clock, load_triager())
        while pipeline.work_batch().events:
            pass


def _how_pages_fare(ground: Ground) -> tuple[float, int]:
    """The fullest budget in percent, and how many lanes were never read to the end."""
    with ground.database.session(ALL_BRANDS) as session:
        fullest = session.scalar(text("select max(quota_percent) from page_access"))
        behind = session.scalar(text("select count(*) from poll_state where proven_at is null or empty_reads > 0"))
    return float(fullest or 0), int(behind or 0)
