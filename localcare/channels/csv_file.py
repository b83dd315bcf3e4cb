"""CSV exports of any network, as changes of mentions: a bad row is named and the rest goes on."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from pydantic import ValidationError

from localcare.channels.mention_row import MentionRow, changes_of, content_key, is_anonymous
from localcare.mentions.core import MentionChange

_ALSO_CALLED: dict[str, Sequence[str]] = {
    "external_id": ("id", "reviewid", "commentid", "mentionid", "messageid", "tweetid"),
    "parent_external_id": ("parentid", "inreplyto", "inreplytoid"),
    "kind": ("type",),
    "verb": (),
    "created_at": (
        *("created", "createdtime", "date", "time", "timestamp", "datetime", "reviewtime", "reviewdate"),
        *("publishedat", "postedat"),
    ),
    "text": ("review", "reviewtext", "comment", "message", "body", "content", "tweet"),
    "author": ("authorname", "reviewer", "reviewername", "user", "username", "customer"),
    "author_id": ("reviewerid", "userid", "customerid"),
    "owner_reply": ("reply", "response", "ownerresponse", "responsefromowner", "replytext"),
    "owner_replied_at": ("replytime", "repliedat", "replydate", "responsedate", "responsetime"),
    "photo_url": ("photo", "photos", "image", "imageurl"),
    "rating": ("stars", "score", "starrating"),
    "recommends": ("recommendation", "recommendationtype"),
    "page_id": (),
    "store_number": ("store", "storeid", "storecode", "shop", "locationid"),
    "permalink": ("url", "link", "reviewurl"),
    "place_name": ("place", "location", "storename"),
    "street": ("address", "storeaddress", "streetaddress"),
    "city": ("town",),
    "state": ("province",),
    "zip": ("zipcode", "postalcode", "postcode"),
    "country": (),
    "latitude": ("lat",),
    "longitude": ("lng", "lon", "long"),
}
_FIELD_OF = {spelling: name for name, others in _ALSO_CALLED.items() for spelling in (name.replace("_", ""), *others)}
_SAY_SOMETHING = {"text", "rating", "recommends", "verb"}
_LONGEST_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: the line it begins on, the column as the file spells it, why, and what stood there."""

    line: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    name: str | None


def parse_mentions_csv(lines: Iterable[str], *, channel: str, now: datetime) -> Iterator[MentionChange | BadRow]:
    """The changes of a file, row by row, and its bad rows. `lines` keep their line ends (texts may span several).

    `now` is when the file was imported: it dates the changes, later rows after earlier ones, and relative times.
    """
    columns: list[_Column] = []
    seen: Counter[str] = Counter()
    for line, cells in _rows(lines):
        if isinstance(cells, BadRow):
            yield cells
        elif columns:
            yield from _row(line, columns, cells, channel=channel, at=now, seen=seen)
        else:
            columns = _columns(cells)
            if not _SAY_SOMETHING & {column.name for column in columns}:
                yield BadRow(line, "", "no column for a text, a rating or a recommendation", _shown(" ".join(cells)))
                return


def has_rows(lines: Iterable[str]) -> bool:
    """Whether anything stands below the header line, readable or not."""
    return sum(1 for _ in islice(_rows(lines), 2)) > 1


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | BadRow]]:
    """The rows that are not blank, each with the line it begins on."""
    source = iter(lines)
    first = next(source, "").removeprefix("\ufeff")
    reader = csv.reader(chain([first], source), delimiter=max(",;\t|", key=first.count))
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except csv.Error as error:
            yield line, BadRow(line, "", f"not readable as CSV: {error}", "")
        except StopIteration:
            return
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells


def _columns(headers: list[str]) -> list[_Column]:
    columns, taken = [], set()
    for header in headers:
        name = _FIELD_OF.get(re.sub(r"[^a-z0-9]", "", header.lower()))
        columns.append(_Column(header.strip(), None if name in taken else name))
        taken.add(name)
    return columns


def _row(
    line: int, columns: list[_Column], cells: list[str], *, channel: str, at: datetime, seen: Counter[str]
) -> Iterator[MentionChange | BadRow]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        yield BadRow(line, "", "more cells than the header has columns", _shown(cells[len(columns)]))
        return
    given: dict[str, object] = {
        column.name: cell for column, cell in zip(columns, cells, strict=False) if column.name and cell.strip()
    }
    try:
        row = MentionRow.model_validate(given, context={"now": at})
    except ValidationError as error:
        yield _bad_row(line, columns, error)
        return
    occurrence = 0
    if is_anonymous(given):
        key = content_key(given)
        occurrence, seen[key] = seen[key], seen[key] + 1
    moment = at + timedelta(microseconds=line)
    yield from changes_of(row, given, channel=channel, at=moment, occurrence=occurrence)


def _bad_row(line: int, columns: list[_Column], error: ValidationError) -> BadRow:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    header = next((column.header for column in columns if column.name == name), name)
    reason = first["msg"].removeprefix("Value error, ")
    return BadRow(line, header, reason, _shown(str(first["input"])) if name else "")


def _shown(value: str) -> str:
    return value.strip()[:_LONGEST_VALUE_SHOWN]
