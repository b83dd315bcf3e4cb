"""Pages of a brand: what one can be linked to, and what a file of them would change."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from localcare.stores.core.directory import RefusedRow
from localcare.stores.core.page_file import PageRow

PageKind = Literal["official", "duplicate", "rogue"]
PAGE_KINDS: tuple[str, ...] = get_args(PageKind)

_NUMBERED = frozenset({"facebook", "instagram"})
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A Page and its store or region; without either it is the brand's own."""

    channel: str
    page_id: str
    name: str
    store_id: int | None
    kind: PageKind = "official"
    region_id: int | None = None

    @property
    def key(self) -> _Key:
        """The Page: its channel and id."""
        return self.channel, self.page_id


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """What a file of Pages changes: links to be made, by the line that asks for each, and the rows refused."""

    wanted: Mapping[_Key, tuple[PageRow, PageLink]]
    refused: Sequence[RefusedRow]

    @property
    def links(self) -> list[PageLink]:
        """The links to be made."""
        return [link for _, link in self.wanted.values()]


def page_complaint(channel: str, page_id: str) -> str | None:
    """What is wrong with a Page id, if anything: Meta's are digits, and spreadsheets spoil long ones."""
    if not page_id:
        return "has no page id"
    if channel not in _NUMBERED or re.fullmatch(r"[0-9]{1,24}", page_id):
        return None
    if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", page_id, re.IGNORECASE):
        return "is no Page id: a spreadsheet has shortened the number; format the column as text and fill it in again"
    return "is no Page id: those of Facebook and Instagram are digits only"


def plan_links(
    rows: Iterable[PageRow],
    current: Mapping[_Key, PageLink],
    *,
    stores: Mapping[str, int],
    regions: Mapping[str, int],
) -> LinkPlan:
    """Sort the rows of a file into new links and refusals; `stores` are ids by number, `regions` by slug.

    A store has one official Page in a channel: the one that has it already keeps it, then the first line does.
    """
    wanted: dict[_Key, tuple[PageRow, PageLink]] = {}
    refused: list[RefusedRow] = []
    lines: dict[_Key, int] = {}
    for row in rows:
        complaint = _complaint(row, stores, regions, lines)
        if complaint:
            refused.append(complaint)
            continue
        lines[row.channel, row.page_id] = row.line
        link = _link(row, current.get((row.channel, row.page_id)), stores, regions)
        if current.get(link.key) != link:
            wanted[link.key] = (row, link)
    while second := _second_officials(current, wanted):
        for key, holder in second.items():
            row, _ = wanted.pop(key)
            reason = f"is the second official Page of store {row.store_number}: {holder.name} ({holder.page_id}) is it already"
            refused.append(RefusedRow(row.line, "page_id", row.page_id, reason))
    return LinkPlan(wanted, refused)


def _complaint(
    row: PageRow, stores: Mapping[str, int], regions: Mapping[str, int], lines: Mapping[_Key, int]
) -> RefusedRow | None:
    reason = page_complaint(row.channel, row.page_id)
    first = lines.get((row.channel, row.page_id))
    if first is not None:
        reason = f"is the page of line {first} already"
    if reason:
        return RefusedRow(row.line, "page_id", row.page_id, reason)
    if row.store_number is not None and row.store_number not in stores:
        return RefusedRow(row.line, "store_number", row.store_number, "no store has this number")
    if row.region is not None and row.region not in regions:
        return RefusedRow(row.line, "region", row.region, "no region has this slug")
    if row.region is not None and row.store_number is not None:
        return RefusedRow(row.line, "region", row.region, "a Page is a store's or a region's, not both")
    if row.kind is not None and row.kind not in PAGE_KINDS:
        return RefusedRow(row.line, "kind", row.kind, f"is none of {', '.join(PAGE_KINDS)}")
    return None


def _link(row: PageRow, current: PageLink | None, stores: Mapping[str, int], regions: Mapping[str, int]) -> PageLink:
    """What a row asks for; without a word about the kind, a Page that stays with its store stays what it is."""
    store_id = stores[row.store_number] if row.store_number is not None else None
    region_id = regions[row.region] if row.region is not None else None
    stays = current is not None and current.store_id == store_id
    kind = cast(PageKind, row.kind) if row.kind else current.kind if current and stays else "official"
    return PageLink(row.channel, row.page_id, row.name, store_id, kind, region_id)


def _second_officials(
    current: Mapping[_Key, PageLink], wanted: Mapping[_Key, tuple[PageRow, PageLink]]
) -> dict[_Key, PageLink]:
    """Wanted links that would give a store one official Page too many, with the Page that holds the place."""
    holders: dict[tuple[str, int], PageLink] = {}
    for key, link in current.items():
        if key not in wanted and link.store_id is not None and link.kind == "official":
            holders.setdefault((link.channel, link.store_id), link)
    second: dict[_Key, PageLink] = {}
    for key, (_, link) in wanted.items():
        if link.store_id is None or link.kind != "official":
            continue
        holder = holders.setdefault((link.channel, link.store_id), link)
        if holder is not link:
            second[key] = holder
    return second
