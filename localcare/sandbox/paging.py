"""Cursor paging: opaque positions that survive deletions between two pages."""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from localcare.sandbox.refusals import invalid

DEFAULT_LIMIT = 25
MAX_LIMIT = 100


class Ordered(Protocol):
    """Something with a place in its list."""

    @property
    def order(self) -> int: ...


T = TypeVar("T", bound=Ordered)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list. `after` is where the next page starts, which exists only if `has_next`."""

    items: Sequence[T]
    before: str | None
    after: str | None
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page is asked for."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None

    @classmethod
    def of(cls, params: dict[str, str]) -> "Wanted":
        """From the query; a limit over 100 is an error, as it is on `/feed`."""
        raw = params.get("limit") or str(DEFAULT_LIMIT)
        if not raw.isdecimal() or not 1 <= int(raw) <= MAX_LIMIT:
            raise invalid(f"The limit parameter should be between 1 and {MAX_LIMIT}")
        return cls(int(raw), params.get("after"), params.get("before"))


def cut(items: Sequence[T], wanted: Wanted, *, newest_first: bool = False, keep: float = 1.0) -> Slice[T]:
    """The wanted page of `items`, which are in the order they are shown in.

    `keep` below 1 makes the page shorter than asked for, or empty at 0, while `next` still leads to all the rest.
    """
    start, stop = _bounds(items, wanted, newest_first=newest_first)
    shown = items[start : start + int((stop - start) * keep)]
    has_next = start + len(shown) < len(items)
    if shown:
        return Slice(shown, encode(shown[0].order), encode(shown[-1].order), has_next, start > 0)
    if not has_next:
        return Slice((), None, None, has_next=False, has_previous=start > 0)
    here = wanted.after or encode(items[0].order + (1 if newest_first else -1))
    return Slice((), here, here, has_next=True, has_previous=start > 0)


def encode(order: int) -> str:
    """A position as a cursor."""
    return "QVFI" + base64.urlsafe_b64encode(f"{order:x}".encode()).decode().rstrip("=")


def decode(cursor: str) -> int:
    """The position of a cursor. Raises GraphRefusal for one that was not given out here."""
    body = cursor.removeprefix("QVFI")
    try:
        return int(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), 16)
    except (ValueError, binascii.Error) as error:
        raise invalid("Invalid cursors values") from error


def _bounds(items: Sequence[T], wanted: Wanted, *, newest_first: bool) -> tuple[int, int]:
    sign = -1 if newest_first else 1
    if wanted.after is not None:
        start = bisect_right(items, sign * decode(wanted.after), key=lambda item: sign * item.order)
        return start, min(len(items), start + wanted.limit)
    if wanted.before is not None:
        stop = bisect_left(items, sign * decode(wanted.before), key=lambda item: sign * item.order)
        return max(0, stop - wanted.limit), stop
    return 0, min(len(items), wanted.limit)
