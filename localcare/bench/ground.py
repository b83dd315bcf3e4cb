"""What every bench stands on: a database of its own that really syncs, the demo brand in it, and clocks of its processes."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import text

from localcare.bench.progress import note
from localcare.demo.brand import DemoBrand, load_brand
from localcare.demo.setting_up import set_up_brand
from localcare.errors import ConfigurationError
from localcare.kit.db import ALL_BRANDS, Database, connect_database
from localcare.kit.embedded import start_embedded
from localcare.kit.schema import ensure_months, migrate

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ground:
    """A database with the demo brand and its stores, and nothing said about them yet; other processes join by `data_dir`."""

    database: Database
    data_dir: Path
    brand_id: int
    brand: DemoBrand


@contextmanager
def bench_ground(*, brand: DemoBrand | None = None, with_people: bool = True) -> Iterator[Ground]:
    """A fresh embedded database in a temporary folder, gone afterwards. Refuses one that does not sync its commits.

    Without a `brand` it is the demo's, whole.
    """
    settled = brand or load_brand()
    note("a database of its own, with the demo brand in it …")
    with tempfile.TemporaryDirectory(prefix="localcare-bench-") as folder:
        Path(folder).chmod(0o711)
        with start_embedded(Path(folder)) as server:
            refuse_unsafe(server.url)
            database = connect_database(server.url, application="localcare bench")
            try:
                migrate(database)
                yield Ground(database, Path(folder), _set_up(database, settled, with_people=with_people), settled)
            finally:
                database.dispose()


def refuse_unsafe(url: str) -> None:
    """A rate measured without durable commits is no rate. Raises ConfigurationError."""
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute(f"show {name}").fetchone()
            if row is None or row[0] != "on":
                raise ConfigurationError(f"The bench refuses to run while {name} is not on.")


def peak_rss_mb(pid: int | str = "self") -> float:
    """The most memory a process has held, in MiB; 0 where there is no /proc."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    peak = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return round(int(peak.split()[1]) / 1024, 1)


def server_cpu_seconds(database: Database) -> float:
    """Processor time of the server's living processes; the difference of two readings is what came between."""
    with database.session(ALL_BRANDS) as session:
        pids = session.scalars(text("select pid from pg_stat_activity")).all()
    return sum(cpu_seconds(pid) for pid in pids)


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used so far; 0 where there is no such process, or no /proc."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / _TICKS_PER_SECOND


def _set_up(database: Database, brand: DemoBrand, *, with_people: bool) -> int:
    now = datetime.now(UTC)
    with database.session(ALL_BRANDS) as session:
        ensure_months(session, now.date().replace(day=1), now.date())
        return set_up_brand(session, brand, now=now, with_people=with_people)
