"""How fast a Page writes: one that posts in a burst is stopped for a while, as Facebook stops it (368)."""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from localcare.sandbox.refusals import posts_too_fast

WITHIN = timedelta(minutes=1)
PAUSE = timedelta(minutes=30)


class Bursts:
    """Counts what each Page writes; Meta publishes no number, so this one is a guess that a calm client stays below."""

    def __init__(self, most: int = 20) -> None:
        self.most = most
        self._written: dict[str, deque[datetime]] = defaultdict(deque)
        self._stopped_until: dict[str, datetime] = {}

    def count(self, page_id: str, now: datetime) -> None:
        """One more writing. Raises GraphRefusal 368 when it is one too many, and until the pause is over."""
        if now < self._stopped_until.get(page_id, now):
            raise posts_too_fast()
        written = self._written[page_id]
        while written and now - written[0] >= WITHIN:
            written.popleft()
        if len(written) >= self.most:
            self._stopped_until[page_id] = now + PAUSE
            raise posts_too_fast()
        written.append(now)
