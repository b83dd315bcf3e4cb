"""The verbs of Pages: link one to a store, a region or the brand, and end that."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.stores import page_repository as repository
from localcare.stores.core.pages import PageKind, PageLink, page_complaint
from localcare.stores.models import DirectoryChange
from localcare.stores.recording import Stamp, get_store, record
from localcare.stores.repository import lock_directory


@dataclass(frozen=True, slots=True)
class PageRef:
    """A Page as its network knows it."""

    page_id: str
    name: str
    channel: str = "facebook"


def link_page(
    session: Session,
    brand_id: int,
    page: PageRef,
    store_id: int | None,
    *,
    kind: PageKind = "official",
    region_id: int | None = None,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Link a Page to a store, to a region, or (with neither) to the brand; what it was linked to before ends then.

    Raises ConflictError for a store's second official Page, and for a Page of another brand.
    """
    stamp = Stamp(effective, by, now, note)
    stamp.require_past()
    _require_page_id(page)
    lock_directory(session, brand_id)
    if store_id is not None:
        get_store(session, brand_id, store_id)
    link = PageLink(page.channel, page.page_id, page.name, store_id, kind, region_id)
    former = _end_former(session, brand_id, link, stamp)
    _require_only_official(session, brand_id, link)
    if not repository.replace_links(session, brand_id, [link], now=effective):
        raise ConflictError(f"The Page {page.page_id} belongs to another brand.")
    return record(
        session, brand_id, store_id, "page-linked", stamp, before=asdict(former) if former else {}, after=asdict(link)
    )


def unlink_page(
    session: Session,
    brand_id: int,
    page_id: str,
    *,
    channel: str = "facebook",
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """End what a Page is linked to. Raises NotFoundError when it is linked to nothing of this brand."""
    stamp = Stamp(effective, by, now, note)
    stamp.require_past()
    lock_directory(session, brand_id)
    current = repository.find_link(session, brand_id, channel, page_id)
    if current is None:
        raise NotFoundError(f"The Page {page_id} is linked to nothing.")
    link = PageLink(channel, page_id, current.name, current.store_id, current.kind, current.region_id)
    _end_former(session, brand_id, link, stamp)
    return record(session, brand_id, current.store_id, "page-unlinked", stamp, before=asdict(link))


def undo_link(session: Session, brand_id: int, change: DirectoryChange) -> None:
    """Take a link back: what the Page was linked to before holds on. Raises ConflictError when it has changed since."""
    link = PageLink(**change.after)  # type: ignore[arg-type]
    current = repository.find_link(session, brand_id, link.channel, link.page_id)
    if current is None or (current.store_id, current.valid_from) != (link.store_id, change.effective_at):
        raise ConflictError(f"The Page {link.name} has been linked elsewhere since: undo that first.")
    repository.end_link(session, current.id, at=current.valid_from)
    if change.before:
        _reopen(session, brand_id, PageLink(**change.before), change.effective_at)  # type: ignore[arg-type]


def undo_unlink(session: Session, brand_id: int, change: DirectoryChange) -> None:
    """Let an ended link hold on. Raises ConflictError when the Page is linked to something else by now."""
    link = PageLink(**change.before)  # type: ignore[arg-type]
    if repository.find_link(session, brand_id, link.channel, link.page_id) is not None:
        raise ConflictError(f"The Page {link.name} has been linked elsewhere since: unlink it first.")
    _reopen(session, brand_id, link, change.effective_at)


def _reopen(session: Session, brand_id: int, link: PageLink, ended_at: datetime) -> None:
    _require_only_official(session, brand_id, link)
    if repository.reopen_link(session, brand_id, link.channel, link.page_id, ended_at=ended_at) is None:
        raise ConflictError(f"The former link of the Page {link.name} is not known any more: link it again.")


def _end_former(session: Session, brand_id: int, link: PageLink, stamp: Stamp) -> PageLink | None:
    """What the Page is linked to until the moment of the stamp."""
    current = repository.find_link(session, brand_id, link.channel, link.page_id)
    if current is None:
        return None
    former = PageLink(link.channel, link.page_id, current.name, current.store_id, current.kind, current.region_id)
    if stamp.effective <= current.valid_from:
        day = current.valid_from.date().isoformat()
        raise ConflictError(f"The Page {current.name} is linked since {day}: choose a later moment, or undo that link.")
    repository.end_link(session, current.id, at=stamp.effective)
    return former


def _require_page_id(page: PageRef) -> None:
    complaint = page_complaint(page.channel, page.page_id)
    if complaint:
        raise InvalidError(f"“{page.page_id}” {complaint}.")


def _require_only_official(session: Session, brand_id: int, link: PageLink) -> None:
    if link.store_id is None or link.kind != "official":
        return
    other = repository.find_official(session, brand_id, link.channel, link.store_id)
    if other is not None and other.page_id != link.page_id:
        raise ConflictError(
            f"The store has the official Page {other.name} ({other.page_id}) already:"
            " link this one as a duplicate, or unlink that one first."
        )
