"""The real commands as child processes of a bench, with their log in a file that is shown when one dies."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from localcare.errors import UnavailableError

_START_SECONDS = 120
_STOP_SECONDS = 60


@contextmanager
def child(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m …` with these settings, asked to stop at the end of the block and killed if it does not."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own modules, no shell)
            [sys.executable, "-m", *arguments],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_answers(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    """Return when `url` answers with anything but an error of the server's; UnavailableError shows the end of the log."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    tail = log.read_text(encoding="utf-8", errors="replace")[-1_500:]
    raise UnavailableError(f"A process of the bench does not answer at {url}: {tail}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
