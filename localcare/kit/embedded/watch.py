"""A process that uses the server brings it back when it dies: killed for want of memory, say, at night."""

import logging
import threading
from collections.abc import Callable

from localcare.errors import CareError

_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Watch:
    """Asks `is_down` every second until closed, and calls `revive` when it is."""

    def __init__(self, is_down: Callable[[], bool], revive: Callable[[], None]) -> None:
        self._is_down = is_down
        self._revive = revive
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded-postgresql-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Return when nothing will be revived any more."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(_SECONDS):
            try:
                if self._is_down():
                    _log.warning("The embedded PostgreSQL has died; starting it again")
                    self._revive()
            except (CareError, OSError) as error:
                _log.warning("The embedded PostgreSQL could not be brought back yet: %s", error)
