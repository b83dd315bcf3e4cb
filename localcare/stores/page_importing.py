"""Many Pages at once: from a file of Pages, or from the column of a directory file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlmodel import Session

from localcare.stores import editing_repository
from localcare.stores import page_repository as repository
from localcare.stores.core.directory import RefusedRow
from localcare.stores.core.page_file import PageRow
from localcare.stores.core.pages import PageLink, plan_links
from localcare.stores.editing_repository import NewChange
from localcare.stores.recording import Stamp


@dataclass(frozen=True, slots=True)
class PageReport:
    """What an import of Pages did. `moved` are Pages that belonged to another store before."""

    linked: int
    moved: int
    unchanged: int
    refused: list[RefusedRow]
    dry_run: bool


def link_rows(
    session: Session, brand_id: int, rows: Sequence[PageRow], stamp: Stamp, *, dry_run: bool = False
) -> PageReport:
    """Link the Pages of these rows from the stamp's moment on, each with its line of history."""
    current = repository.list_links(session, brand_id)
    stores = repository.list_store_ids(session, brand_id)
    plan = plan_links(rows, current, stores=stores, regions=repository.list_region_ids(session, brand_id))
    done = set(plan.wanted)
    if not dry_run:
        done = repository.replace_links(session, brand_id, plan.links, now=stamp.effective)
        changes = [_change(link, current.get(link.key), stamp) for link in plan.links if link.key in done]
        editing_repository.insert_changes(session, brand_id, changes)
    refused = [
        RefusedRow(row.line, "page_id", row.page_id, "this Page belongs to another brand")
        for key, (row, _) in plan.wanted.items()
        if key not in done
    ]
    refused = [*plan.refused, *refused]
    moved = sum(1 for key in done if key in current)
    return PageReport(len(done), moved, len(rows) - len(refused) - len(done), refused, dry_run)


def _change(link: PageLink, former: PageLink | None, stamp: Stamp) -> NewChange:
    before = asdict(former) if former else {}
    return NewChange(
        link.store_id, "page-linked", before, asdict(link), stamp.effective, stamp.now, stamp.by, stamp.note
    )
