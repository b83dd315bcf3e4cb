"""`localcare bench webhook`: signed deliveries over HTTP, each durable before its 200, while a worker drains them."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from sqlalchemy import text

from localcare.bench.alone import in_own_process
from localcare.bench.ground import Ground, bench_ground, cpu_seconds, peak_rss_mb
from localcare.bench.load import LoadReport, request_bytes, send_flat_out, send_on_timetable
from localcare.bench.processes import child, free_port, wait_until_answers
from localcare.bench.progress import note
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.bench.story import Story
from localcare.channels.facebook.signature import sign
from localcare.demo.corpus import load_corpus
from localcare.errors import UnavailableError
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.mail_sink import MailSink

DEFINITION = (
    "`localcare serve` (one process) and `localcare worker` on the embedded database; a third process sends signed "
    "deliveries of the ingest bench's mix at a fixed rate over 64 keep-alive connections, whether or not the earlier ones "
    "are answered (open loop), while the worker drains that same stream. Latency counts from the time a request was due. "
    "generator_late_p99_ms is how late the generator itself was, connections being busy included. highest_rate_held: the "
    "rate is raised by a quarter, 8 s each, until p99 is over 50 ms or there is an error. Closed loop (16 connections, "
    "each sends when it has its answer): closed_loop_per_s is the webhook's rate, bare_requests_per_s that of an ASGI "
    "endpoint that does nothing, on the same uvicorn with the same bodies."
)
SECRET = "bench-app-secret-of-some-length-0001"  # noqa: S105 (signs invented deliveries only)
SLOWEST_P99_MS = 50.0
_STEP, _STEP_SECONDS, _HIGHEST = 1.25, 8, 5_000
_CLOSED_REQUESTS, _CLOSED_CONNECTIONS = 5_000, 16
_CATCH_UP_SECONDS = 300


@dataclass(frozen=True, slots=True)
class _Scene:
    """The running processes and an endless stream of signed requests to them."""

    database: Database
    port: int
    bare_port: int
    web_pid: int
    worker_pid: int
    requests: Iterator[bytes]

    def take(self, number: int) -> list[bytes]:
        return list(islice(self.requests, number))


def run_webhook(*, rate: int = 300, seconds: int = 60, climb: bool = True) -> Result:
    """Run the bench on a database and processes of its own."""
    machine = describe_machine()
    with bench_ground() as ground, _scene(ground) as scene:
        before = _count_events(scene.database)
        note(f"{rate} deliveries a second for {seconds} s …")
        requests, web_cpu = scene.take(rate * seconds), cpu_seconds(scene.web_pid)
        load = in_own_process(send_on_timetable, scene.port, requests, rate)
        web_cpu = cpu_seconds(scene.web_pid) - web_cpu
        waiting = _count_waiting(scene.database)
        drained = _wait_until_drained(scene.database)
        stored = _count_events(scene.database) - before
        highest = _climb(scene, rate, load) if climb else None
        note("flat out, and the same on an endpoint that does nothing …")
        closed = in_own_process(send_flat_out, scene.port, scene.take(_CLOSED_REQUESTS), _CLOSED_CONNECTIONS)
        bare = in_own_process(send_flat_out, scene.bare_port, scene.take(_CLOSED_REQUESTS), _CLOSED_CONNECTIONS)
        rss = peak_rss_mb(scene.worker_pid)
    lost = rate * seconds - load.errors - stored
    return Result(
        bench="webhook",
        figures={
            "requests_per_s": round(load.per_second, 1),
            "p50_ms": load.percentile_ms(0.5),
            "p99_ms": load.percentile_ms(0.99),
            "p999_ms": load.percentile_ms(0.999),
            "errors": load.errors,
            "lost": lost,
            "generator_late_p99_ms": load.percentile_ms(0.99, of_generator=True),
            "web_cpu_ms_each": round(1000 * web_cpu / (rate * seconds), 3),
            "waiting_at_the_end": waiting,
            "drained_after_s": round(drained, 2),
            "highest_rate_held": highest,
            "closed_loop_per_s": round(closed.per_second, 1),
            "worker_rss_mb": rss,
        },
        reference={"bare_requests_per_s": round(bare.per_second, 1)},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(what_was_acknowledged_is_stored=lost == 0, no_delivery_is_refused=load.errors == 0),
    )


@contextmanager
def _scene(ground: Ground) -> Iterator[_Scene]:
    port, bare_port = free_port(), free_port()
    url, bare_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
    logs = ground.data_dir / "logs"
    logs.mkdir()
    with ExitStack() as stack:
        sink = stack.enter_context(MailSink(ground.data_dir / "mail"))
        settings = _settings(ground.data_dir, url, sink.url)
        note("web, worker and the bare endpoint are starting …")
        web = stack.enter_context(child(["localcare", "serve", "--port", str(port)], settings, logs / "web"))
        worker = stack.enter_context(child(["localcare", "worker"], settings, logs / "worker"))
        bare_command = ["uvicorn", "localcare.bench.bare:app", "--port", str(bare_port), "--no-access-log"]
        bare = stack.enter_context(child(bare_command, settings, logs / "bare"))
        wait_until_answers(web, f"{url}/readyz", logs / "web")
        wait_until_answers(bare, bare_url, logs / "bare")
        scene = _Scene(ground.database, port, bare_port, web.pid, worker.pid, _requests(ground, url))
        in_own_process(send_flat_out, port, scene.take(200), 4)
        _wait_until_drained(ground.database)
        yield scene


def _settings(data_dir: Path, url: str, smtp_url: str) -> dict[str, str]:
    return {
        "LOCALCARE_DATABASE_URL": "",
        "LOCALCARE_DATA_DIR": str(data_dir),
        "LOCALCARE_SECRET_KEY": SECRET,
        "LOCALCARE_FACEBOOK_APP_SECRET": SECRET,
        "LOCALCARE_BASE_URL": url,
        "LOCALCARE_SMTP_URL": smtp_url,
    }


def _requests(ground: Ground, url: str) -> Iterator[bytes]:
    """Signed deliveries without end, each of its own: a whole repeated one would rightly not be stored again."""
    told: set[bytes] = set()
    for seed in count(1):
        for body in Story(ground.brand, load_corpus(), 100_000, seed=seed).deliveries():
            if body in told:
                continue
            told.add(body)
            headers = [("X-Hub-Signature-256", sign(body, SECRET))]
            yield request_bytes("/webhooks/facebook", body, host=url.partition("//")[2], headers=headers)


def _climb(scene: _Scene, rate: int, load: LoadReport) -> float:
    """The highest rate held, in deliveries a second; 0 when not even the first was."""
    held, wanted = 0.0, float(rate)
    while _is_held(load) and wanted < _HIGHEST:
        held, wanted = load.per_second, wanted * _STEP
        note(f"{wanted:.0f} deliveries a second …")
        load = in_own_process(send_on_timetable, scene.port, scene.take(round(wanted * _STEP_SECONDS)), wanted)
    _wait_until_drained(scene.database)
    return round(held, 1)


def _is_held(load: LoadReport) -> bool:
    return load.errors == 0 and load.percentile_ms(0.99) <= SLOWEST_P99_MS


def _wait_until_drained(database: Database) -> float:
    """How many seconds it takes until nothing waits. UnavailableError when it takes too long."""
    start = time.perf_counter()
    while _count_waiting(database):
        if time.perf_counter() - start > _CATCH_UP_SECONDS:
            raise UnavailableError(f"The worker has not caught up within {_CATCH_UP_SECONDS} s.")
        time.sleep(0.05)
    return time.perf_counter() - start


def _count_waiting(database: Database) -> int:
    with database.session(ALL_BRANDS) as session:
        return int(session.scalar(text("select count(*) from event_todo")) or 0)


def _count_events(database: Database) -> int:
    with database.session(ALL_BRANDS) as session:
        return int(session.scalar(text("select count(*) from event")) or 0)
