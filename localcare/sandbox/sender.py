"""Sends webhooks: a bounded queue, a few requests in flight, retries by the world's clock."""

import asyncio
import contextlib
import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

import httpx

from localcare.kit.clock import Clock
from localcare.sandbox.delivery import Delivery, Habits, disturb, next_attempt, pack, sign
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.signed_requests import make_signed_request
from localcare.sandbox.state import State

MAX_PENDING = 100_000
IN_FLIGHT = 8
POLL_SECONDS = 0.25
LATE = timedelta(seconds=2)
TIMEOUT = httpx.Timeout(20.0, connect=3.0)  # a webhook call times out after 20 seconds at Meta, too


class Forgery(StrEnum):
    """What somebody who is not Meta might send: no signature, one by another secret, other words under a true one."""

    UNSIGNED = "unsigned"
    WRONG_SECRET = "wrong-secret"  # noqa: S105 -- the name of a forgery
    ALTERED = "altered"


class Sender:
    """Delivers a world's updates to its callback. `run` it as a task, or call `deliver_due` step by step in tests.

    `pending` counts updates neither acknowledged nor dropped, `sent` those acknowledged, `refused` failed attempts. With a
    `retry_clock` of its own the hours between two attempts can pass while the world's clock goes on as it does.
    """

    def __init__(
        self,
        state: State,
        client: httpx.AsyncClient,
        *,
        habits: Habits | None = None,
        retry_clock: Clock | None = None,
    ) -> None:
        self.habits = habits or Habits()
        self.is_paused = False
        self.pending = self.sent = self.refused = self.dropped = 0
        self._state = state
        self._clock: Clock = state.clock
        self._retry_clock = retry_clock or state.clock
        self._client = client
        self._rng = random.Random(self.habits.seed)  # noqa: S311 -- disorder on purpose, not a secret
        self._fresh: list[PageUpdate] = []
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._numbers = itertools.count()
        self._news = asyncio.Event()
        state.listeners.append(self.take)

    def take(self, update: PageUpdate) -> None:
        """Queue an update; over the bound it is dropped and counted."""
        if not self._state.callback_url:
            return
        if self.pending >= MAX_PENDING:
            self.dropped += 1
            return
        self.pending += 1
        self._fresh.append(update)
        self._news.set()

    async def room(self) -> None:
        """Wait until the queue can take more, so that who acts over HTTP is slowed down instead of losing updates."""
        while self.pending >= MAX_PENDING and not self.is_paused:
            await asyncio.sleep(POLL_SECONDS)

    def set_habits(self, habits: Habits) -> None:
        """Change how webhooks are sent, and begin the seeded disorder anew."""
        self.habits = habits
        self._rng = random.Random(habits.seed)  # noqa: S311 -- disorder on purpose, not a secret

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            self._news.clear()
            await self.deliver_due()
            if self.is_paused or not self._fresh:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), POLL_SECONDS)

    async def deliver_due(self) -> int:
        """Send what is new and what is due again at the clock's now; returns how many POSTs were made."""
        if self.is_paused:
            return 0
        due = self._pack_fresh() + self._take_due()
        if not due:
            return 0
        queue = iter(due)
        lanes = min(IN_FLIGHT, len(due))
        await asyncio.gather(*(self._drain(queue) for _ in range(lanes)))
        return len(due)

    async def handshake(self, url: str, verify_token: str) -> str | None:
        """Ask the callback to prove itself; None if it echoes the challenge, else what is wrong with it."""
        challenge = str(self._rng.randrange(10**9, 10**10))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            response = await self._client.get(url, params=query, timeout=TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"Curl Error = {type(error).__name__}"
        if response.status_code != 200:
            return f"HTTP Status Code = {response.status_code}; HTTP Message = {response.reason_phrase}"
        if response.text != challenge:
            return "The challenge was not echoed as it was sent"
        return None

    async def ask_for_deletion(self, url: str, user_id: str) -> httpx.Response:
        """Post a `signed_request` about a person to a data deletion or deauthorize callback."""
        issued_at = int(self._clock.now().timestamp())
        request = make_signed_request(self._state.app.secret, user_id, issued_at=issued_at)
        return await self._client.post(url, data={"signed_request": request}, timeout=TIMEOUT)

    async def forge(self, forgery: Forgery) -> int:
        """Send the callback something that Meta did not send; returns the status it answers with."""
        update = PageUpdate(
            self._state.brand_id, "feed", {"item": "post", "verb": "add", "post_id": "0_0", "message": "x"}
        )
        body = next(pack([update], self._clock.now())).body
        secret = "another-secret" if forgery is Forgery.WRONG_SECRET else self._state.app.secret
        headers = _headers(body, secret)
        if forgery is Forgery.UNSIGNED:
            del headers["x-hub-signature-256"]
        if forgery is Forgery.ALTERED:
            body = body.replace(b'"x"', b'"y"')
        response = await self._client.post(self._state.callback_url, content=body, headers=headers, timeout=TIMEOUT)
        return response.status_code

    @property
    def unpacked(self) -> int:
        """How many updates have not been put into a delivery yet; one that has bears the time of its packing."""
        return len(self._fresh)

    def _pack_fresh(self) -> list[Delivery]:
        fresh, self._fresh = self._fresh, []
        updates = disturb(fresh, self.habits, self._rng)
        self.pending += len(updates) - len(fresh)
        includes_values = self._state.includes_values
        packed = pack(updates, self._clock.now(), batch=self.habits.batch, includes_values=includes_values)
        return [delivery for delivery in packed if not self._is_late(delivery)]

    def _is_late(self, delivery: Delivery) -> bool:
        """Whether it is kept to arrive after what is packed later."""
        is_late = self._rng.random() < self.habits.late_share
        if is_late:
            self._wait(delivery, self._retry_clock.now() + LATE)
        return is_late

    def _wait(self, delivery: Delivery, until: datetime) -> None:
        heapq.heappush(self._waiting, (until.timestamp(), next(self._numbers), delivery))

    def _take_due(self) -> list[Delivery]:
        now = self._retry_clock.now().timestamp()
        due = []
        while self._waiting and self._waiting[0][0] <= now:
            due.append(heapq.heappop(self._waiting)[2])
        return due

    async def _drain(self, queue: Iterator[Delivery]) -> None:
        for delivery in queue:
            await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> None:
        if await self._post(delivery):
            self.sent += delivery.updates
            if self._rng.random() < self.habits.repeat_share:
                self._wait(delivery, self._retry_clock.now() + LATE)
            else:
                self.pending -= delivery.updates
            return
        self.refused += 1
        at = next_attempt(delivery, self._retry_clock.now())
        if at is None:
            self.dropped += delivery.updates
            self.pending -= delivery.updates
            return
        self._wait(replace(delivery, attempt=delivery.attempt + 1), at)

    async def _post(self, delivery: Delivery) -> bool:
        headers = _headers(delivery.body, self._state.app.secret)
        url = self._state.callback_url
        try:
            response = await self._client.post(url, content=delivery.body, headers=headers, timeout=TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return response.status_code == 200


def _headers(body: bytes, secret: str) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "facebookexternalua",
        "x-hub-signature-256": sign(secret, body),
    }
