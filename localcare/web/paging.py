"""Long lists for programs, a page at a time: a cursor names the last row seen, so that pages are quick and never overlap."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel

from localcare.errors import InvalidError

MOST_AT_ONCE = 200
_FOREIGN = "The cursor is not one of this list: take `next` from the page before."
Row = TypeVar("Row")
Key = tuple[str | int, ...]
"""What a list is sorted by, as of its last row."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is asked for: what comes after a key, and how many rows at most."""

    after: Key | None
    limit: int

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than wanted tells whether there is a next page."""
        return self.limit + 1

    @property
    def after_id(self) -> int:
        """The id after which a list sorted by id goes on; 0 is its beginning."""
        match self.after:
            case None:
                return 0
            case (int(row_id),):
                return row_id
            case _:
                raise InvalidError(_FOREIGN)

    @property
    def after_name(self) -> str:
        """The same for a list sorted by a name."""
        match self.after:
            case None:
                return ""
            case (str(name),):
                return name
            case _:
                raise InvalidError(_FOREIGN)


class Problem(BaseModel):
    """What is said when something is refused (RFC 9457, `application/problem+json`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None


REFUSALS: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "No token, or one that is not good."},
    403: {"model": Problem, "description": "The token lacks the scope."},
    422: {"model": Problem, "description": "A parameter was not understood."},
}
"""The refusals of every API route, for its OpenAPI description."""


def _read_request(
    cursor: Annotated[str, Query(description="`next` of the page before.", max_length=500)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE, description="Rows at most.")] = 50,
) -> PageRequest:
    return PageRequest(read_cursor(cursor) if cursor else None, limit)


Paging = Annotated[PageRequest, Depends(_read_request)]


def read_cursor(cursor: str) -> Key:
    """The key in a cursor; InvalidError when we did not write it."""
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (Base64Error, ValueError) as error:
        raise InvalidError(_FOREIGN) from error
    if not isinstance(parts, list) or not all(isinstance(part, str | int) for part in parts):
        raise InvalidError(_FOREIGN)
    return tuple(parts)


def write_cursor(key: Key) -> str:
    """A key as text for a URL."""
    return urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def cut(rows: Sequence[Row], asked: PageRequest, key: Callable[[Row], Key]) -> tuple[Sequence[Row], str | None]:
    """Of `asked.fetch` rows, those of this page, and the cursor of the next one (None on the last)."""
    page = rows[: asked.limit]
    return page, write_cursor(key(page[-1])) if len(rows) > asked.limit else None
