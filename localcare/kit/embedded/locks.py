"""Locks the kernel itself drops when their last holder dies, however it dies."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from localcare.errors import UnavailableError

_POLL_SECONDS = 0.02


def open_private(path: Path, flags: int) -> int:
    """A close-on-exec descriptor of a file only its owner may open; made by root, it belongs to the folder's owner."""
    fd = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    folder = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(fd).st_uid != folder.st_uid:
        os.fchown(fd, folder.st_uid, folder.st_gid)
    return fd


class Lock:
    """A `flock` on a file. Closing gives it up, unless a child was handed the descriptor: then the child's end does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = open_private(path, os.O_RDWR)

    def take(self, *, shared: bool = False) -> bool:
        """Whether the lock could be had at once; a held lock that is asked for in another form may be lost on False."""
        try:
            fcntl.flock(self.fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self, seconds: float) -> None:
        """Return holding the lock alone; UnavailableError when others have kept it for `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"Another process has held {self.path} for {seconds:.0f} s; look at what it does."
                )
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Give up our part of the lock; closing twice is harmless."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
