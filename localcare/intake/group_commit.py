"""The durable write behind a webhook's 200: what arrives while one commit runs goes into the next, all in one statement."""

import asyncio
import logging
from collections import deque
from contextlib import suppress

import psycopg

from localcare.errors import UnavailableError
from localcare.intake.core import Delivery
from localcare.intake.repository import INSERT_EVENTS, event_parameters

log = logging.getLogger(__name__)

MAX_WAITING = 5_000
MAX_ROWS = 500
MAX_BYTES = 32 * 2**20
_OPTIONS = "-c timezone=UTC -c statement_timeout=10s"
_CONNECT_SECONDS = 5
_FAILED = "The delivery could not be stored; send it again later."
_BUSY = "Too many deliveries wait to be stored; send this one again later."


class GroupCommit:
    """One writer task over one connection. `store` returns only after the commit that contains the delivery."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: deque[tuple[Delivery, asyncio.Future[None]]] = deque()
        self._arrived = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[tuple[int]] | None = None

    async def start(self) -> None:
        """Begin to write; the connection is made with the first delivery."""
        self._stopping = False
        self._task = asyncio.create_task(self._write_until_stopped())

    async def stop(self) -> None:
        """Write what waits, then close."""
        self._stopping = True
        self._arrived.set()
        if self._task is not None:
            await self._task
        await self._disconnect()

    async def store(self, delivery: Delivery) -> None:
        """Make a delivery durable. Raises UnavailableError when it could not be stored: the sender keeps it and retries."""
        if len(self._waiting) >= MAX_WAITING:
            raise UnavailableError(_BUSY)
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, stored))
        self._arrived.set()
        await stored

    async def _write_until_stopped(self) -> None:
        while self._waiting or not self._stopping:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._write(self._next_group())

    def _next_group(self) -> list[tuple[Delivery, asyncio.Future[None]]]:
        group: list[tuple[Delivery, asyncio.Future[None]]] = []
        size = 0
        while self._waiting and len(group) < MAX_ROWS and size < MAX_BYTES:
            group.append(self._waiting.popleft())
            size += len(group[-1][0].body)
        return group

    async def _write(self, group: list[tuple[Delivery, asyncio.Future[None]]]) -> None:
        failure: UnavailableError | None = None
        try:
            await self._insert(event_parameters([delivery for delivery, _ in group]))
        except (psycopg.Error, OSError) as error:
            log.warning("deliveries could not be stored: %s", error)
            await self._disconnect()
            failure = UnavailableError(_FAILED)
        for _, stored in group:
            if stored.done():
                continue
            if failure is None:
                stored.set_result(None)
            else:
                stored.set_exception(failure)

    async def _insert(self, parameters: dict[str, list[object]]) -> None:
        """A connection that has died since its last use is replaced; what was stored by it is known by its digest."""
        if self._connection is not None:
            with suppress(psycopg.OperationalError):
                await self._connection.execute(INSERT_EVENTS, parameters)
                return
            await self._disconnect()
        self._connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            application_name="localcare webhook",
            connect_timeout=_CONNECT_SECONDS,
            options=_OPTIONS,
        )
        await self._connection.execute(INSERT_EVENTS, parameters)

    async def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error, OSError):
                await self._connection.close()
            self._connection = None
