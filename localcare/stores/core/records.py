"""Comma-separated lines as they are found: byte order marks, other delimiters, quotes that never close."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MAX_LINES = 6
"""A value may span this many lines; a quote open for longer is a mistake in its first line, not a value."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record and the line it begins on (1 is the first). `broken` says what is wrong with it."""

    line: int
    values: tuple[str, ...]
    broken: str | None = None


def decode(raw: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 with or without a mark, else in Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read_records(lines: Iterable[str]) -> Iterator[Record]:
    """Records in order, blank ones left out. One broken line costs that line and nothing after it."""
    physical = [line.replace("\x00", "") for line in lines]
    if not physical:
        return
    physical[0] = physical[0].lstrip("\ufeff")
    delimiter = max(",;\t|", key=physical[0].count)
    at = 0
    while at < len(physical):
        record, used = _one_record(physical, at, delimiter)
        at += used
        if any(value.strip() for value in record.values):
            yield record


def _one_record(physical: list[str], at: int, delimiter: str) -> tuple[Record, int]:
    for used in range(1, min(_MAX_LINES, len(physical) - at) + 1):
        joined = "".join(line if line.endswith("\n") else line + "\n" for line in physical[at : at + used])
        if joined.count('"') % 2 == 0:
            return _parsed(joined, at + 1, delimiter), used
    loose = tuple(value.strip('" \r\n') for value in physical[at].split(delimiter))
    return Record(at + 1, loose, "a quotation mark is opened and never closed"), 1


def _parsed(joined: str, line: int, delimiter: str) -> Record:
    try:
        rows = list(csv.reader([joined], delimiter=delimiter))
    except csv.Error as error:
        return Record(line, (joined,), f"the line cannot be read: {error}")
    values = rows[0] if rows else []
    return Record(line, tuple(value.strip() for value in values))
