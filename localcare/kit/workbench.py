"""What a process made once and its jobs use: found by its kind, made by whoever needs it first."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class Workbench:
    """Things at hand by their class; any thread may put and take."""

    def __init__(self) -> None:
        self._things: dict[type[object], object] = {}
        self._lock = Lock()

    def put(self, thing: object) -> None:
        """Lay a thing there for all who ask for its class, in place of the one before."""
        with self._lock:
            self._things[type(thing)] = thing

    def find(self, kind: type[T]) -> T | None:
        """The thing of a class, None when nobody has needed it yet."""
        found = self._things.get(kind)
        return found if isinstance(found, kind) else None

    def take(self, kind: type[T], make: Callable[[], T]) -> T:
        """The thing of a class; what is not there yet is made and stays."""
        with self._lock:
            found = self._things.get(kind)
            if isinstance(found, kind):
                return found
            made = make()
            self._things[kind] = made
            return made
