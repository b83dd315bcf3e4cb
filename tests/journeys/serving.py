"""Applications on real ports of this machine, each in a thread of its own."""

import asyncio
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


class PromptServer(uvicorn.Server):
    """A server that stops as soon as it may: uvicorn itself looks up every tenth of a second, three times on its way."""

    _LOOK_SECONDS = 0.01

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await asyncio.sleep(self._LOOK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = time.monotonic() + (self.config.timeout_graceful_shutdown or PATIENCE_SECONDS)
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < deadline:
            await asyncio.sleep(self._LOOK_SECONDS)
        await self.lifespan.shutdown()


@contextmanager
def serving(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """The application answers on that port until the block ends."""
    server = PromptServer(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=2))
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
