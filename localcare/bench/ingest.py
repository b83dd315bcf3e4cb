"""`localcare bench ingest`: signed bytes in, committed case or feed entry out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from psycopg.types.json import Jsonb
from sqlalchemy import text

from localcare.bench.crew import Crew, WorkerReport, started_crew
from localcare.bench.ground import Ground, bench_ground, server_cpu_seconds
from localcare.bench.progress import note, steps
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.bench.story import Story
from localcare.channels.facebook.signature import sign, verify_signature
from localcare.demo.corpus import load_corpus
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.kit.db import ALL_BRANDS, Database

DEFINITION = (
    "Each delivery (1 to 5 changes; 60 % store Pages, 40 % brand Page, 5 % edits, 5 % removals, 3 % native answers, "
    "10 % repeats, every text drawn anew) has its signature checked, is stored in the event log and worked in by the "
    "worker processes, which have their model and directory loaded; mentions_per_s is the rows of `mention` that SQL "
    "counts at the end over the seconds from the first stored delivery to the last committed batch. The reference writes "
    "the same event and mention rows, in batches of 400, with nothing else done."
)
SECRET = "bench-app-secret"  # noqa: S105 (signs invented deliveries only)
MOST_MEMORY_MB = 600
_GROUP = 200
_BACKLOG_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class _Counts:
    mentions: int
    customers: int
    cases: int
    without_verdict: int


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    reports: list[WorkerReport]
    server_cpu_seconds: float


def run_ingest(*, mentions: int = 40_000, workers: int = 2) -> Result:
    """Run the bench on a database of its own; `workers` processes drain while this one feeds."""
    machine = describe_machine()
    with bench_ground() as ground:
        note(f"{mentions:,} mentions are being written …")
        signed = [(body, sign(body, SECRET)) for body in Story(ground.brand, load_corpus(), mentions).deliveries()]
        run = _drain_while_feeding(ground, signed, workers)
        counts = _count(ground.database)
        note("the reference: the same rows, nothing else done …")
        reference = _reference_rows_per_s(ground.database)
    lost = mentions - counts.customers
    rss = max(report.rss_mb for report in run.reports)
    return Result(
        bench="ingest",
        figures={
            "mentions_per_s": round(counts.mentions / run.seconds, 1),
            "deliveries_per_s": round(len(signed) / run.seconds, 1),
            "rss_mb": rss,
            "mentions": counts.mentions,
            "distinct_texts": _count_texts(signed),
            "cases": counts.cases,
            "lost": lost,
            "without_verdict": counts.without_verdict,
            "seconds": round(run.seconds, 2),
            "workers": workers,
            "worker_cpu_ms_each": round(1000 * sum(r.cpu_seconds for r in run.reports) / counts.mentions, 3),
            "database_cpu_ms_each": round(1000 * run.server_cpu_seconds / counts.mentions, 3),
            "share_of_reference": round(counts.mentions / run.seconds / reference, 3),
        },
        reference={"reference_rows_per_s": round(reference, 1)},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(
            no_accepted_mention_is_lost=lost == 0,
            every_mention_has_a_verdict=counts.without_verdict == 0,
            a_worker_stays_below_600_MB=rss < MOST_MEMORY_MB,
        ),
    )


def _drain_while_feeding(ground: Ground, signed: Sequence[tuple[bytes, str]], workers: int) -> _Run:
    note(f"{workers} workers are loading …")
    with started_crew(ground, workers) as crew, steps("deliveries stored", len(signed)) as advance:
        cpu = server_cpu_seconds(ground.database)
        start = time.perf_counter()
        for at in range(0, len(signed), _GROUP):
            _store(ground.database, signed[at : at + _GROUP])
            advance(_GROUP)
            _wait_for(crew, ground.database)
        _wait_for(crew, ground.database, limit=0)
        seconds = time.perf_counter() - start
        cpu = server_cpu_seconds(ground.database) - cpu
        return _Run(seconds, crew.finish(), cpu)


def _store(database: Database, group: Sequence[tuple[bytes, str]]) -> None:
    """Store deliveries as the webhook's group commit does, all in one statement."""
    now = datetime.now(UTC)
    good = [
        Delivery(Lane.WEBHOOK, "facebook", body, now)
        for body, signature in group
        if verify_signature(body, signature, [SECRET])
    ]
    with database.session(ALL_BRANDS) as session:
        intake.accept(session, good)


def _wait_for(crew: Crew, database: Database, *, limit: int = _BACKLOG_LIMIT) -> None:
    """Return when no more than `limit` deliveries wait: a feeder far ahead would only measure itself."""
    while True:
        with database.session(ALL_BRANDS) as session:
            waiting = session.scalar(text("select count(*) from event_todo")) or 0
        if waiting <= limit:
            return
        crew.check()
        time.sleep(0.02)


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


def _count_texts(signed: Sequence[tuple[bytes, str]]) -> int:
    """How many different texts were told."""
    entries = (entry for body, _ in signed for entry in orjson.loads(body)["entry"])
    return len({change["value"].get("message") for entry in entries for change in entry["changes"]} - {None})


def _reference_rows_per_s(database: Database, rows: int = 20_000, batch: int = 400) -> float:
    """PostgreSQL's own rate for the same event and mention rows, from the rows just made, in batches of 400."""
    mentions, bodies = _rows_to_copy(database, rows)
    start = time.perf_counter()
    for at in range(0, len(mentions), batch):
        end = min(at + batch, len(mentions))
        values = {"at": at, "bodies": [bodies[i % len(bodies)] for i in range(at, end)]}
        with database.session(ALL_BRANDS) as session:
            session.execute(
                text("""
                    insert into bench_event (id, received_at, lane, source, body)
                    select :at + o, now(), 'webhook', 'facebook', b
                    from unnest(cast(:bodies as bytea[])) with ordinality u(b, o)
                """),
                values,
            )
            session.execute(
                text("insert into bench_mention select * from jsonb_populate_recordset(null::bench_mention, :rows)"),
                {"rows": Jsonb(mentions[at:end])},
            )
    return len(mentions) / (time.perf_counter() - start)


def _rows_to_copy(database: Database, rows: int) -> tuple[list[dict[str, object]], list[bytes]]:
    """Rows of `mention` as objects and bodies of `event`, with empty tables of the same shape and indexes beside them."""
    with database.session(ALL_BRANDS) as session:
        session.execute(text("create table bench_event (like event including all)"))
        session.execute(text("create table bench_mention (like mention including all)"))
        mentions = session.scalars(text("select to_jsonb(m) from mention m limit :n"), {"n": rows}).all()
        bodies = session.scalars(text("select body from event limit :n"), {"n": rows}).all()
    return list(mentions), list(bodies)
