"""`localcare bench ingest`: signed bytes in, committed case or feed entry out."""

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg.types.json import Jsonb
from sqlalchemy import text

from localcare.bench.ground import Ground, Result, bench_ground, peak_rss_mb
from localcare.bench.story import Story
from localcare.channels.facebook.signature import sign, verify_signature
from localcare.demo.corpus import load_corpus
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.kit.clock import SystemClock
from localcare.kit.db import ALL_BRANDS, Database, connect_database
from localcare.pipeline import Pipeline
from localcare.triage.shipped import load_triager

DEFINITION = (
    "Each delivery (1 to 5 changes; 60 % store Pages, 40 % brand Page, 5 % edits, 5 % removals, 3 % native answers, "
    "10 % repeats, every text drawn anew) has its signature checked, is stored in the event log and worked in by the "
    "worker processes; mentions_per_s is the rows of `mention` that SQL counts at the end over the seconds from the "
    "first stored delivery to the last committed batch. The reference writes the same event and mention rows, in batches "
    "of 400, with nothing else done."
)
SECRET = "bench-app-secret"  # noqa: S105 (signs invented deliveries only)
_GROUP = 200
_BACKLOG_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class _Counts:
    mentions: int
    customers: int
    cases: int
    without_verdict: int


def run_ingest(*, mentions: int = 100_000, workers: int = 2) -> Result:
    """Run the bench on a database of its own; `workers` processes drain while one feeds."""
    with bench_ground() as ground:
        signed = [(body, sign(body, SECRET)) for body in Story(ground.brand, load_corpus(), mentions).deliveries()]
        seconds, rss = _drain_while_feeding(ground, signed, workers)
        counts = _count(ground.database)
        reference = _reference_rows_per_s(ground.database)
    return Result(
        bench="ingest",
        figures={
            "mentions_per_s": round(counts.mentions / seconds, 1),
            "deliveries_per_s": round(len(signed) / seconds, 1),
            "mentions": counts.mentions,
            "cases": counts.cases,
            "lost": mentions - counts.customers,
            "without_verdict": counts.without_verdict,
            "seconds": round(seconds, 2),
            "workers": workers,
            "rss_mb": round(rss, 1),
            "share_of_reference": round(counts.mentions / seconds / reference, 3),
        },
        reference={"reference_rows_per_s": round(reference, 1)},
        definition=DEFINITION,
    )


def _drain_while_feeding(ground: Ground, signed: Sequence[tuple[bytes, str]], workers: int) -> tuple[float, float]:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(workers + 1), context.Event()
    peaks = context.Array("d", workers)
    processes = [
        context.Process(target=_work, args=(ground.database.url, ready, done, peaks, number))
        for number in range(workers)
    ]
    for process in processes:
        process.start()
    ready.wait()
    start = time.perf_counter()
    _feed(ground.database, signed)
    done.set()
    for process in processes:
        process.join()
    return time.perf_counter() - start, max(peaks)


def _work(url: str, ready: object, done: object, peaks: list[float], number: int) -> None:
    database = connect_database(url, application="localcare bench worker")
    pipeline = Pipeline(database, SystemClock(), load_triager())
    ready.wait()  # type: ignore[attr-defined]
    while True:
        was_done = done.is_set()  # type: ignore[attr-defined]
        if pipeline.work_batch().events == 0:
            if was_done:
                break
            time.sleep(0.01)
    peaks[number] = peak_rss_mb(multiprocessing.current_process().pid or 0)
    database.dispose()


def _feed(database: Database, signed: Sequence[tuple[bytes, str]]) -> None:
    """Store deliveries as the webhook's group commit does, never far ahead of the workers."""
    for start in range(0, len(signed), _GROUP):
        group = signed[start : start + _GROUP]
        now = datetime.now(UTC)
        good = [
            Delivery(Lane.WEBHOOK, "facebook", body, now)
            for body, signature in group
            if verify_signature(body, signature, [SECRET])
        ]
        with database.session(ALL_BRANDS) as session:
            intake.accept(session, good)
        while _backlog(database) > _BACKLOG_LIMIT:
            time.sleep(0.02)


def _backlog(database: Database) -> int:
    with database.session(ALL_BRANDS) as session:
        return int(session.execute(text("select count(*) from event_todo")).scalar_one())


def _count(database: Database) -> _Counts:
    with database.session(ALL_BRANDS) as session:
        row = session.execute(
            text("""
                select (select count(*) from mention), (select count(*) from mention where not from_page),
                       (select count(*) from care_case),
                       (select count(*) from mention m where not from_page and removed_at is null
                          and not exists (select from verdict v where v.mention_id = m.id and v.superseded_at is null))
            """)
        ).one()
    return _Counts(*row)


def _reference_rows_per_s(database: Database, rows: int = 40_000, batch: int = 400) -> float:
    """PostgreSQL's own rate for the same event and mention rows, from the rows just made, in batches of 400."""
    with database.session(ALL_BRANDS) as session:
        session.execute(text("create table bench_event (like event including all)"))
        session.execute(text("create table bench_mention (like mention including all)"))
        source = session.execute(
            text("select jsonb_agg(to_jsonb(m)) from (select * from mention limit :n) m"), {"n": rows}
        )
        mentions = source.scalar_one()
        bodies = [row[0] for row in session.execute(text("select body from event limit :n"), {"n": rows})]
    start = time.perf_counter()
    for at in range(0, len(mentions), batch):
        with database.session(ALL_BRANDS) as session:
            session.execute(
                text("""
                    insert into bench_event (id, received_at, lane, source, body)
                    select :at + o, now(), 'webhook', 'facebook', b from unnest(cast(:bodies as bytea[])) with ordinality u(b, o)
                """),
                {"at": at, "bodies": [bodies[i % len(bodies)] for i in range(at, min(at + batch, len(mentions)))]},
            )
            session.execute(
                text("insert into bench_mention select * from jsonb_populate_recordset(null::bench_mention, :rows)"),
                {"rows": Jsonb(mentions[at : at + batch])},
            )
    return len(mentions) / (time.perf_counter() - start)
