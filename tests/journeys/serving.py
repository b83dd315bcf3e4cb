"""Applications on real ports of this machine, each in a thread of its own."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30


def listen() -> socket.socket:
    """A free port, taken: who needs to know the address before the application exists asks here first."""
    return socket.create_server((HOST, 0))


def address_of(listener: socket.socket) -> str:
    """The URL of a listener."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


@contextmanager
def serving(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """The application answers on that port until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive())
    assert server.started, "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


def until(holds: Callable[[], bool], what: str = "it did not come true") -> None:
    """Ask again until it holds, or fail after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.01)
