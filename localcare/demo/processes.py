"""The demo's child processes: each with a log of its own, on a leash, stopped in order; the first to die is named."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localcare.errors import UnavailableError

_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.1


@dataclass
class Children:
    """Children by name, in the order in which they were started. Leaving the block stops them, last one first."""

    logs: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Children:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a module with these arguments. A Ctrl-C in the terminal reaches the demo only, which stops its children."""
        with self._log_of(name).open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 (our own modules)
                [sys.executable, "-m", "localcare.demo.leash", *arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise UnavailableError that names a child which has ended by itself, with the last thing it said."""
        for name, process in self._running.items():
            if (code := process.poll()) is not None:
                log = self._log_of(name)
                raise UnavailableError(
                    f"The demo's {name} stopped by itself (exit code {code}). {_last_words(log)} See {log}"
                )

    def wait_for(self, is_ready: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Wait until `is_ready`, as long as no child dies. Raises UnavailableError when it takes too long."""
        end = time.monotonic() + seconds
        while not is_ready():
            self.check()
            if time.monotonic() > end:
                raise UnavailableError(
                    f"The demo's {what} did not answer within {seconds:.0f} seconds. See {self.logs}"
                )
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Ask every child to end, all at once; one that does not within twenty seconds is killed."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self._running.clear()

    def _log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return f"It said: {lines[-1].strip()[:300]}." if lines else ""
