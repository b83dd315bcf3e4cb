"""A light load generator: prepared requests over keep-alive connections of one process, on a timetable or flat out.

On a timetable (open loop) a request is due whether or not the ones before it were answered, and its latency counts from
when it was due: a server that stalls is charged for everybody who had to wait.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

_CONNECTIONS = 64
_PATIENCE_SECONDS = 30
_OK = b" 200 "


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What came of the requests. `latencies` are seconds, sorted; `lateness` is how late the generator itself sent."""

    seconds: float
    errors: int
    latencies: tuple[float, ...]
    lateness: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float, *, of_generator: bool = False) -> float:
        """A percentile in milliseconds; 0 without any answer."""
        values = self.lateness if of_generator else self.latencies
        return round(1000 * values[min(len(values) - 1, int(share * len(values)))], 2) if values else 0.0


@dataclass(slots=True)
class _Run:
    """Requests that are due and not yet sent, idle connections, and what is known so far."""

    due: deque[tuple[float, bytes]] = field(default_factory=deque)
    idle: list["_Connection"] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)
    errors: int = 0

    def send_due(self) -> None:
        while self.due and self.idle:
            due_at, request = self.due.popleft()
            self.lateness.append(time.perf_counter() - due_at)
            self.idle.pop().send(due_at, request)


class _Connection(asyncio.Protocol):
    """One request at a time over one connection."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._due_at: float | None = None
        self._answer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._run.idle.append(self)

    def send(self, due_at: float, request: bytes) -> None:
        self._due_at = due_at
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not _is_whole(self._answer) or self._due_at is None:
            return
        self._run.latencies.append(time.perf_counter() - self._due_at)
        self._run.errors += _OK not in self._answer[:20]
        self._answer, self._due_at = b"", None
        self._run.idle.append(self)
        self._run.send_due()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """A connection that goes in the middle of an answer is an error."""
        if self._due_at is not None:
            self._run.errors += 1
            self._due_at = None
        if self in self._run.idle:
            self._run.idle.remove(self)


def request_bytes(path: str, body: bytes, *, host: str, headers: Sequence[tuple[str, str]] = ()) -> bytes:
    """A POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def send_on_timetable(port: int, requests: Sequence[bytes], rate: float) -> LoadReport:
    """Open loop: request number n is due n / rate seconds after the first."""
    return asyncio.run(_send(port, requests, connections=_CONNECTIONS, rate=rate))


def send_flat_out(port: int, requests: Sequence[bytes], connections: int) -> LoadReport:
    """Closed loop: each connection sends its next request as soon as it has its answer."""
    return asyncio.run(_send(port, requests, connections=connections, rate=None))


async def _send(port: int, requests: Sequence[bytes], *, connections: int, rate: float | None) -> LoadReport:
    run, loop = _Run(), asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: _Connection(run), "127.0.0.1", port) for _ in range(connections)]
    start = time.perf_counter()
    if rate is None:
        run.due.extend((start, request) for request in requests)
        run.send_due()
    else:
        await _keep_timetable(run, requests, start, rate)
    await _answers(run, len(requests))
    seconds = time.perf_counter() - start
    for transport, _ in opened:
        transport.close()
    unanswered = len(requests) - len(run.latencies)
    return LoadReport(seconds, max(run.errors, unanswered), tuple(sorted(run.latencies)), tuple(sorted(run.lateness)))


async def _keep_timetable(run: _Run, requests: Sequence[bytes], start: float, rate: float) -> None:
    for number, request in enumerate(requests):
        due_at = start + number / rate
        wait = due_at - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        run.due.append((due_at, request))
        run.send_due()


async def _answers(run: _Run, count: int) -> None:
    patience = time.perf_counter() + _PATIENCE_SECONDS
    while len(run.latencies) + run.errors < count and time.perf_counter() < patience:
        await asyncio.sleep(0.005)


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line[15:])
    return True
