"""The import lane: a file of mentions becomes events, a few hundred changes each, and the pipeline takes it from there.

Rows that cannot be used are named and the rest goes on. A file that is imported twice makes no mention twice: the rows'
ids are their own, or made from what they say.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlmodel import Session

from localcare.channels.csv_file import BadRow, has_rows, parse_mentions_csv
from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.errors import InvalidError
from localcare.intake import service
from localcare.intake.core import Delivery, Issue, Lane
from localcare.mentions.core import MentionChange
from localcare.people.core import Viewer
from localcare.people.service import audit

CHANGES_AN_EVENT = 200
_EVENTS_AT_ONCE = 50
_BAD_ROWS_KEPT = 1_000
_SHOWN = 200
_NO_ROWS = "There is no mention in this file: nothing stands below its header line."
Progress = Callable[[int], None]
"""Called with the number of changes stored so far."""


@dataclass(slots=True)
class MentionImport:
    """What an import did, or would do. `changes` counts mentions and owners' answers; `bad_rows` names at most 1,000."""

    changes: int = 0
    refused: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    event_ids: list[int] = field(default_factory=list)


def import_mentions(
    session: Session,
    brand_id: int,
    lines: Iterable[str],
    *,
    channel: str,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> MentionImport:
    """Store a file's mentions as events, in the caller's transaction. Bad rows are also set aside with the first event.

    InvalidError for a file without a row.
    """
    report = MentionImport()
    changes = _usable(parse_mentions_csv(lines, channel=channel, now=now), report)
    for bodies in _groups(changes):
        report.changes += sum(map(len, bodies))
        if not dry_run:
            deliveries = [_delivery(chunk, brand_id, now) for chunk in bodies]
            report.event_ids += service.accept(session, deliveries)
        if progress:
            progress(report.changes)
    if not report.changes and not report.refused:
        raise InvalidError(_NO_ROWS)
    if report.event_ids:
        service.save_issues(session, _issues(report, brand_id), now=now)
    return report


def require_rows(lines: Iterable[str]) -> None:
    """InvalidError for a file of mentions that has a header line at most."""
    if not has_rows(lines):
        raise InvalidError(_NO_ROWS)


def audit_import(
    session: Session, viewer: Viewer, report: MentionImport, *, file: str, channel: str, now: datetime
) -> None:
    """Keep the report of an import for the administrator. What stood in a bad row is left out: audits never forget."""
    bad_rows = [{"line": bad.line, "column": bad.column, "reason": bad.reason} for bad in report.bad_rows[:_SHOWN]]
    audit(
        session, viewer, "imported mentions", f"import:{min(report.event_ids, default=0)}", now,
        kind="mentions", file=file, channel=channel, counts={"mentions": report.changes}, refused=report.refused,
        refused_rows=bad_rows,
    )  # fmt: skip


def _usable(rows: Iterator[MentionChange | BadRow], report: MentionImport) -> Iterator[MentionChange]:
    for row in rows:
        if isinstance(row, MentionChange):
            yield row
            continue
        report.refused += 1
        if len(report.bad_rows) < _BAD_ROWS_KEPT:
            report.bad_rows.append(row)


def _groups(changes: Iterator[MentionChange]) -> Iterator[list[list[MentionChange]]]:
    while group := [chunk for _ in range(_EVENTS_AT_ONCE) if (chunk := list(islice(changes, CHANGES_AN_EVENT)))]:
        yield group


def _delivery(changes: list[MentionChange], brand_id: int, now: datetime) -> Delivery:
    return Delivery(Lane.IMPORT, STORED, encode_changes(changes), now, brand_id)


def _issues(report: MentionImport, brand_id: int) -> list[Issue]:
    """Negative positions: those from 0 on are the event's own changes, and -1 is the event as a whole."""
    first = min(report.event_ids)
    return [Issue(first, -1 - bad.line, "bad-row", None, _place(bad), bad.reason, brand_id) for bad in report.bad_rows]


def _place(bad: BadRow) -> str:
    return f"line {bad.line}, {bad.column}" if bad.column else f"line {bad.line}"
