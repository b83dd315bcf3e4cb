"""`localcare bench digests`: the digests of one morning, built and handed to an SMTP server on this machine."""

import smtplib
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from localcare.bench.alone import in_own_process
from localcare.bench.at_hand import bench_runtime
from localcare.bench.crowd import load_crowd
from localcare.bench.filling import fill
from localcare.bench.ground import Ground, bench_ground
from localcare.bench.progress import note
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.digests.service import send_due
from localcare.kit.db import ALL_BRANDS, connect_database
from localcare.kit.mail import SmtpTransport
from localcare.kit.mail_sink import MailSink

DEFINITION = (
    "The demo's brand with so many stores, a manager for each, twelve mentions a store of the last day. All stores are due at "
    "once; one process owes, builds and sends everything (what `localcare digest send --due` does), over SMTP to a sink in "
    "another process that writes each mail to a file before its 250. seconds counts from the first look for what is due to "
    "the last recorded acceptance. missing: owed digests with something to say that the sink does not have; double: mails "
    "that came to the sink more than once. A store with nothing to say gets no mail (empty). The reference sends 1,000 of "
    "the same mails, ready made, over one connection."
)
SENDER = "localcare <care@pellora.example.com>"
_MENTIONS_EACH = 12
_REFERENCE_MAILS = 1_000


@dataclass(frozen=True, slots=True)
class _Counts:
    owed: int
    sent: int
    empty: int
    failed: int


def run_digests(*, stores: int = 5_500) -> Result:
    """Run the bench on a database and a mail sink of its own."""
    machine = describe_machine()
    with bench_ground(brand=load_crowd(stores)) as ground:
        fill(ground, _MENTIONS_EACH * stores, days=1)
        _make_all_due(ground)
        mails, again = ground.data_dir / "mails", ground.data_dir / "again"
        with MailSink(mails, keep=10 * stores) as sink, MailSink(again, keep=10 * stores) as other:
            note(f"the digests of {stores:,} stores …")
            seconds = in_own_process(send_everything, ground.database.url, ground.data_dir, sink.url)
            counts, kept = _count(ground), sink.folder.count()
            double = sink.folder.count_repeats()
            note("the same mails, ready made …")
            reference = in_own_process(send_ready_made, mails, other.port)
    missing = counts.owed - counts.empty - kept
    return Result(
        bench="digests",
        figures={
            "seconds": round(seconds, 2),
            "per_s": round(counts.sent / seconds, 1),
            "missing": missing,
            "double": double,
            "owed": counts.owed,
            "sent": counts.sent,
            "empty": counts.empty,
            "failed": counts.failed,
        },
        reference={"smtp_only_per_s": round(reference, 1)},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(
            no_digest_is_missing=missing == 0,
            no_digest_came_twice=double == 0,
            every_store_is_owed_a_digest=counts.owed >= stores,
        ),
    )


def send_everything(url: str, data_dir: Path, smtp_url: str) -> float:
    """What `in_own_process` calls: owe and send all that is due; the seconds it took."""
    database = connect_database(url, application="localcare bench digests")
    runtime = bench_runtime(database, data_dir, SmtpTransport(smtp_url, SENDER))
    start = time.perf_counter()
    send_due(runtime)
    seconds = time.perf_counter() - start
    database.dispose()
    return seconds


def send_ready_made(folder: Path, port: int) -> float:
    """What `in_own_process` calls: mails a second when they only have to be sent."""
    mails = [file.read_bytes() for file in sorted(folder.glob("*.eml"))[:_REFERENCE_MAILS]]
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for mail in mails:
            connection.sendmail("care@pellora.example.com", ["somebody@pellora.example.com"], mail)
    return len(mails) / (time.perf_counter() - start)


def _make_all_due(ground: Ground) -> None:
    with ground.database.session(ALL_BRANDS) as session:
        session.execute(text("update store set next_digest_at = now() - interval '1 minute' where closed_on is null"))


def _count(ground: Ground) -> _Counts:
    with ground.database.session(ALL_BRANDS) as session:
        row = session.execute(
            text("""
                select count(*), count(*) filter (where state = 'sent'), count(*) filter (where state = 'empty'),
                       count(*) filter (where state not in ('sent', 'empty')) from digest
            """)
        ).one()
    return _Counts(*row)
