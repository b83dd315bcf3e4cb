"""The load generator: honest about latency, about errors and about itself."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from localcare.bench.load import LoadReport, request_bytes, send_flat_out, send_on_timetable

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class Door:
    """A server that hands each request, by its number, to `answer`, which says what is sent to whom."""

    def __init__(self, answer: Callable[["Door", int, socket.socket], None]) -> None:
        self.answer = answer
        self.bodies: list[bytes] = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def accept_for_ever(self) -> None:
        while True:
            try:
                visitor, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(visitor,), daemon=True).start()

    def serve(self, visitor: socket.socket) -> None:
        with visitor, visitor.makefile("rb") as lines:
            while line := lines.readline():
                size = 0
                while line.strip():
                    name, _, value = line.partition(b":")
                    size = int(value) if name.lower() == b"content-length" else size
                    line = lines.readline()
                with self.lock:
                    self.bodies.append(lines.read(size))
                    self.answer(self, len(self.bodies), visitor)


@contextmanager
def opened(answer: Callable[[Door, int, socket.socket], None]) -> Iterator[Door]:
    door = Door(answer)
    threading.Thread(target=door.accept_for_ever, daemon=True).start()
    yield door
    door.listener.close()


def requests(count: int) -> list[bytes]:
    return [request_bytes("/", b"%d" % number, host="here", headers=[("X-Mark", "1")]) for number in range(count)]


def at_once(_door: Door, _number: int, visitor: socket.socket) -> None:
    visitor.sendall(OK)


def test_every_request_is_sent_once_and_answered() -> None:
    with opened(at_once) as door:
        report = send_flat_out(door.port, requests(50), 4)
    assert sorted(door.bodies) == sorted(b"%d" % number for number in range(50))
    assert (report.errors, len(report.latencies)) == (0, 50)
    assert report.per_second > 0


def test_an_answer_in_pieces_is_one_answer() -> None:
    def in_pieces(_door: Door, _number: int, visitor: socket.socket) -> None:
        for at in range(0, len(OK), 7):
            visitor.sendall(OK[at : at + 7])

    with opened(in_pieces) as door:
        report = send_flat_out(door.port, requests(20), 2)
    assert (report.errors, len(report.latencies)) == (0, 20)


def test_refusals_are_errors() -> None:
    def refuse_every_fourth(_door: Door, number: int, visitor: socket.socket) -> None:
        visitor.sendall(BUSY if number % 4 == 0 else OK)

    with opened(refuse_every_fourth) as door:
        report = send_flat_out(door.port, requests(20), 2)
    assert report.errors == 5


def test_a_server_that_stalls_is_charged_for_everybody_who_had_to_wait() -> None:
    held: list[socket.socket] = []

    def stall_until_the_twentieth(_door: Door, number: int, visitor: socket.socket) -> None:
        held.append(visitor)
        if number >= 20:
            for waiting in held:
                waiting.sendall(OK)
            held.clear()

    with opened(stall_until_the_twentieth) as door:
        report = send_on_timetable(door.port, requests(20), rate=200)
    assert report.errors == 0
    assert report.latencies[-1] >= 19 / 200, "the first was due that long before the twentieth was sent"


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 100.0)])
def test_percentiles_are_of_the_sorted_latencies(share: float, expected: float) -> None:
    report = LoadReport(1.0, 0, tuple(number / 1000 for number in range(1, 101)), ())
    assert report.percentile_ms(share) == expected
    assert report.percentile_ms(share, of_generator=True) == 0.0
