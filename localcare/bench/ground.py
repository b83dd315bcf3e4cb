"""What every bench stands on: a database of its own that really syncs, the demo brand in it, and a word on the machine."""

import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from localcare.demo.brand import DemoBrand, load_brand
from localcare.demo.setting_up import set_up_brand
from localcare.errors import ConfigurationError
from localcare.kit.db import Database, connect_database
from localcare.kit.embedded import start_embedded
from localcare.kit.schema import ensure_months, migrate


@dataclass(frozen=True, slots=True)
class Result:
    """One bench's answer: figures of ours, the reference of the same run, and what exactly was counted."""

    bench: str
    figures: dict[str, object]
    reference: dict[str, object]
    definition: str
    machine: str = ""

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        return asdict(self) | {"machine": self.machine or describe_machine()}


@dataclass(frozen=True, slots=True)
class Ground:
    """A database with the demo brand and its stores, and nothing said about them yet."""

    database: Database
    brand_id: int
    brand: DemoBrand


@contextmanager
def bench_ground(*, stores: int | None = None) -> Iterator[Ground]:
    """A fresh embedded database in a temporary folder, gone afterwards. Refuses one that does not sync its commits."""
    with tempfile.TemporaryDirectory(prefix="localcare-bench-") as folder:
        Path(folder).chmod(0o711)
        with start_embedded(Path(folder)) as server:
            refuse_unsafe(server.url)
            database = connect_database(server.url, application="localcare bench")
            try:
                migrate(database)
                yield _with_brand(database, load_brand(stores))
            finally:
                database.dispose()


def refuse_unsafe(url: str) -> None:
    """A rate measured without durable commits is no rate."""
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute(f"show {name}").fetchone()
            if row is None or row[0] != "on":
                raise ConfigurationError(f"The bench refuses to run while {name} is not on.")


def describe_machine() -> str:
    """Cores, memory and versions, so that a figure can be compared with another."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def peak_rss_mb(pid: int) -> float:
    """The most memory a process has held, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _with_brand(database: Database, brand: DemoBrand) -> Ground:
    now = datetime.now(UTC)
    with database.session(None) as session:
        ensure_months(session, now.date().replace(day=1), now.date())
        brand_id = set_up_brand(session, brand, now=now)
    return Ground(database, brand_id, brand)
