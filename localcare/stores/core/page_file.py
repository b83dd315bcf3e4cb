"""Reading a file of Pages: page id, name, store number or region, kind; a Page without a store is the brand's own."""

from collections.abc import Iterable
from dataclasses import dataclass

from localcare.stores.core.columns import PAGE_ALIASES, match_columns
from localcare.stores.core.directory import RefusedRow
from localcare.stores.core.records import read_records


@dataclass(frozen=True, slots=True)
class PageRow:
    """A Page and the store, or by its slug the region, it belongs to. Without either it is the brand's own."""

    line: int
    page_id: str
    name: str
    store_number: str | None
    channel: str = "facebook"
    kind: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a file of Pages holds, and what is wrong with the rest of it."""

    rows: list[PageRow]
    refused: list[RefusedRow]


def read_pages(lines: Iterable[str]) -> PageReading:
    """Every Page of a file; what cannot be used is in `refused`, with its reason."""
    records = read_records(lines)
    header = next(records, None)
    reading = PageReading([], [])
    columns = match_columns(header.values, PAGE_ALIASES) if header else {}
    if "page_id" not in columns:
        given = ",".join(header.values)[:200] if header else ""
        reading.refused.append(RefusedRow(1, "page_id", given, "the file has no page_id column"))
        return reading
    first_lines: dict[str, int] = {}
    for record in records:
        values = {name: record.values[at] for name, at in columns.items() if at < len(record.values)}
        page_id = values.get("page_id", "")
        reason = record.broken or _complaint(page_id, first_lines)
        if reason:
            reading.refused.append(RefusedRow(record.line, "page_id", page_id, reason))
            continue
        first_lines[page_id] = record.line
        reading.rows.append(_page_row(record.line, page_id, values))
    if not reading.rows and not reading.refused:
        reason = "the file has a header line and no row below it: export it again"
        reading.refused.append(RefusedRow(1, "", "", reason))
    return reading


def _page_row(line: int, page_id: str, values: dict[str, str]) -> PageRow:
    return PageRow(
        line,
        page_id,
        name=values.get("name") or page_id,
        store_number=values.get("number") or None,
        channel=(values.get("channel") or "facebook").lower(),
        kind=(values.get("kind") or "").lower() or None,
        region=(values.get("region") or "").lower() or None,
    )


def _complaint(page_id: str, first_lines: dict[str, int]) -> str | None:
    if not page_id:
        return "has no page id"
    if page_id in first_lines:
        return f"is the page of line {first_lines[page_id]} already"
    return None
