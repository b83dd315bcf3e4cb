"""When the demo is told to end: a signal only leaves word of it, and the demo looks where it can stop in good order.

Raising inside a signal handler would be shorter, but what strikes in a finalizer or a driver's callback is swallowed there; and
a threading.Event is not safe in one: its lock may be held by the very code that was interrupted.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ended(Exception):  # noqa: N818 (no error, a way out)
    """The demo was told to end; no error."""


class Ending:
    """Whether the demo was told to end."""

    def __init__(self) -> None:
        self._is_told = False

    def tell(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End as soon as it can be; fit to be a signal's handler."""
        self._is_told = True

    def check(self) -> None:
        """Raise Ended when the demo is to end."""
        if self._is_told:
            raise Ended

    def wait(self, seconds: float) -> bool:
        """Wait this long; whether the demo is to end by then."""
        time.sleep(seconds)
        return self._is_told


@contextmanager
def ending_on_signals() -> Iterator[Ending]:
    """SIGTERM and Ctrl-C tell the ending that is given; the block that raises Ended is done."""
    ending = Ending()
    before = {number: signal.signal(number, ending.tell) for number in _SIGNALS}
    try:
        with suppress(Ended):
            yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
