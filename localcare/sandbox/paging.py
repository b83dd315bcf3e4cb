"""Cursor paging: opaque positions that survive deletions between two pages."""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from localcare.sandbox.refusals import invalid

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
MOST_LOCATIONS = 250


class Ordered(Protocol):
    """Something with a place in its list."""

    @property
    def order(self) -> int: ...


T = TypeVar("T", bound=Ordered)


@dataclass(frozen=True, slots=True)
class Trap:
    """How one list page misleads who reads it; `WHOLE` does not.

    `keep` is the share of the page that is shown, `repeated` how many rows of the page before come again, `most` the limit
    in place of a larger one, and with `is_stuck` the page's `next` leads to the page itself.
    """

    keep: float = 1.0
    repeated: int = 0
    most: int | None = None
    is_stuck: bool = False


WHOLE = Trap()


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
    def of(cls, params: dict[str, str], *, lowered_to: int | None = None) -> "Wanted":
        """From the query; a limit over 100 is an error, as it is on `/feed`, unless the edge lowers it without a word."""
        raw = params.get("limit") or str(DEFAULT_LIMIT)
        if not raw.isdecimal() or int(raw) < 1 or (lowered_to is None and int(raw) > MAX_LIMIT):
            raise invalid(f"The limit parameter should be between 1 and {MAX_LIMIT}")
        return cls(min(int(raw), lowered_to or MAX_LIMIT), params.get("after"), params.get("before"))


def cut(items: Sequence[T], wanted: Wanted, *, newest_first: bool = False, trap: Trap = WHOLE) -> Slice[T]:
    """The wanted page of `items`, which are in the order they are shown in.

    A trap may make the page shorter than asked for, or empty, while `next` still leads to all the rest.
    """
    asked = replace(wanted, limit=min(wanted.limit, trap.most or wanted.limit))
    start, stop = _bounds(items, asked, newest_first=newest_first)
    end = start + int((stop - start) * trap.keep)
    shown = items[max(0, start - trap.repeated) : end] if end > start else ()
    has_next = end < len(items)
    if shown:
        after = wanted.after or _before_all(items, newest_first) if trap.is_stuck else encode(shown[-1].order)
        return Slice(shown, encode(shown[0].order), after, has_next or trap.is_stuck, start > 0)
    if not has_next:
        return Slice((), None, None, has_next=False, has_previous=start > 0)
    here = _turned(wanted.after or _before_all(items, newest_first))
    return Slice((), here, here, has_next=True, has_previous=start > 0)


def encode(order: int, turn: int = 0) -> str:
    """A position as a cursor; a cursor of another `turn` differs and leads to the same place."""
    return "QVFI" + base64.urlsafe_b64encode(f"{order:x}.{turn:x}".encode()).decode().rstrip("=")


def decode(cursor: str) -> int:
    """The position of a cursor. Raises GraphRefusal for one that was not given out here."""
    return _read(cursor)[0]


def _read(cursor: str) -> tuple[int, int]:
    body = cursor.removeprefix("QVFI")
    try:
        order, _, turn = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition(".")
        return int(order, 16), int(turn or "0", 16)
    except (ValueError, binascii.Error) as error:
        raise invalid("Invalid cursors values") from error


def _turned(cursor: str) -> str:
    order, turn = _read(cursor)
    return encode(order, turn + 1)


def _before_all(items: Sequence[T], is_newest_first: bool) -> str:  # noqa: FBT001 (private)
    return encode(items[0].order + (1 if is_newest_first else -1))


def _bounds(items: Sequence[T], wanted: Wanted, *, newest_first: bool) -> tuple[int, int]:
    sign = -1 if newest_first else 1
    if wanted.after is not None:
        start = bisect_right(items, sign * decode(wanted.after), key=lambda item: sign * item.order)
        return start, min(len(items), start + wanted.limit)
    if wanted.before is not None:
        stop = bisect_left(items, sign * decode(wanted.before), key=lambda item: sign * item.order)
        return max(0, stop - wanted.limit), stop
    return 0, min(len(items), wanted.limit)
