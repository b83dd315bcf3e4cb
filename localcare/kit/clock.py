"""What time it is, as a value to hand in: real in processes, set by hand in tests and in the demo's history."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """The current instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock; going back is allowed, since networks tell old news too."""
        self._instant = instant

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._instant += by
