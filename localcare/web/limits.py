"""How often somebody may try: a dependency for sign-in, mailed links and whatever costs us more than a page.

Counts are kept in the memory of an application; with several web processes the limit is that many times as generous.
"""

from collections.abc import Callable
from typing import cast

from fastapi import FastAPI, Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from localcare.errors import CareError


class TooManyTriesError(CareError):
    """Tried too often; `retry_after` is when it is worth trying again, in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def client_address(request: Request) -> str:
    """Who tries, by network address; behind a proxy uvicorn's `--proxy-headers` puts the right one here."""
    return request.client.host if request.client else "unknown"


class RateLimit:
    """`Depends(RateLimit("5/minute", "sign-in"))`: a moving window per key, the address unless another is given."""

    def __init__(self, rate: str, name: str, *, key: Callable[[Request], str] = client_address) -> None:
        self._rate: RateLimitItem = parse(rate)
        self._name = name
        self._key = key

    def __call__(self, request: Request) -> None:
        """Count one try. Raises TooManyTriesError when it was one too many."""
        if not _tries(request.app).hit(self._rate, self._name, self._key(request)):
            raise TooManyTriesError("This was tried too often. Wait a little, then try again.", self._rate.get_expiry())


def _tries(app: FastAPI) -> MovingWindowRateLimiter:
    if not hasattr(app.state, "tries"):
        app.state.tries = MovingWindowRateLimiter(MemoryStorage())
    return cast(MovingWindowRateLimiter, app.state.tries)
