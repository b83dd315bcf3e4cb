"""A person's decision about a conflict: done through the verbs of the directory, remembered, and taken back."""

from datetime import UTC, datetime
from typing import assert_never

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.stores import conflict_repository as repository
from localcare.stores import page_repository, syncing_repository
from localcare.stores.conflicts import OpenConflict, shown
from localcare.stores.core.conflicts import Choice
from localcare.stores.core.listing import Listing
from localcare.stores.core.pages import PageKind
from localcare.stores.core.reconcile import reconcile
from localcare.stores.editing import (
    PageRef,
    StoreAddress,
    close_store,
    link_page,
    move_store,
    renumber_store,
    reopen_store,
    undo_change,
)
from localcare.stores.models import DirectoryChange, DirectoryConflict
from localcare.stores.repository import lock_directory
from localcare.stores.syncing import BY, open_listings

_CHANNEL = "facebook"


def decide_conflict(
    session: Session,
    brand_id: int,
    conflict_id: int,
    slug: str,
    *,
    by: str,
    now: datetime,
    effective: datetime | None = None,
) -> list[DirectoryChange]:
    """Do what was chosen (a slug of the conflict's choices) and remember it: it is asked again only when facts change.

    `effective` is from when a move, renumbering, closing or reopening holds, now when left out. Raises NotFoundError,
    InvalidError for what is no choice, ConflictError when it is decided already or the directory does not allow it.
    """
    lock_directory(session, brand_id)
    row = _find(session, brand_id, conflict_id)
    if row.state != "open":
        raise ConflictError("This is not open any more.")
    conflict = shown(row)
    choice = next((each for each in conflict.choices if each.slug == slug), None)
    if choice is None:
        offered = ", ".join(each.slug for each in conflict.choices)
        raise InvalidError(f"{slug!r} cannot be chosen here. There is: {offered}.")
    changes = _Decision(session, brand_id, conflict, by, now, effective or now).carry_out(choice)
    kept: list[object] = [change.id for change in changes]
    settles = [str(row.incoming["facts"]), *_asked_anyway(session, brand_id, conflict.listing, now)]
    row.incoming = {**row.incoming, "changes": kept, "settles": settles}
    row.state, row.decision, row.decided_at, row.decided_by = "decided", slug, now, by
    session.add(row)
    return changes


def undo_decision(session: Session, brand_id: int, conflict_id: int, *, by: str, now: datetime) -> None:
    """Take a decision back with all it changed; the conflict is open again.

    Raises ConflictError that says why where a change cannot be taken back.
    """
    lock_directory(session, brand_id)
    row = _find(session, brand_id, conflict_id)
    if row.state != "decided":
        raise ConflictError("This is not decided.")
    kept = row.incoming.get("changes")
    for change_id in reversed(kept if isinstance(kept, list) else []):
        undo_change(session, brand_id, int(change_id), by=by, now=now)
    repository.retire_open(session, brand_id, row.kind, row.subject)
    row.incoming = {name: value for name, value in row.incoming.items() if name not in ("changes", "settles")}
    row.state, row.decision, row.decided_at, row.decided_by = "open", None, None, None
    session.add(row)


class _Decision:
    """One decision being carried out."""

    def __init__(
        self, session: Session, brand_id: int, conflict: OpenConflict, by: str, now: datetime, effective: datetime
    ) -> None:
        self._session, self._brand_id, self._by, self._now = session, brand_id, by, now
        self._conflict, self._listing, self._effective = conflict, conflict.listing, effective

    def carry_out(self, choice: Choice) -> list[DirectoryChange]:
        """The changes made, in order; none where all stays as it is."""
        match choice.deed:
            case "ignore" | "close" | "reopen" | "renumber" | "move":
                changes = self._change_store(choice)
                stays = choice.deed in ("ignore", "close", "reopen")
                return changes if stays else changes + self._link(choice.store_id)
            case "link":
                return self._link(choice.store_id)
            case "open":
                number = self._listing.own_number or ""
                return self._link(self._open(number))
            case "duplicate" | "rogue":
                return self._link(choice.store_id, kind=choice.deed)
            case _:
                assert_never(choice.deed)

    def _change_store(self, choice: Choice) -> list[DirectoryChange]:
        session, brand_id, store_id = self._session, self._brand_id, choice.store_id or 0
        by, now, effective = self._by, self._now, self._effective
        match choice.deed:
            case "close":
                return [close_store(session, brand_id, store_id, effective=effective, by=by, now=now)]
            case "reopen":
                return [reopen_store(session, brand_id, store_id, effective=effective, by=by, now=now)]
            case "renumber":
                number = self._listing.own_number or ""
                return [renumber_store(session, brand_id, store_id, number, effective=effective, by=by, now=now)]
            case "move":
                address = _address(self._listing)
                return [move_store(session, brand_id, store_id, address, effective=effective, by=by, now=now)]
            case _:
                return []

    def _open(self, number: str) -> int:
        if number in page_repository.list_store_ids(self._session, self._brand_id):
            raise ConflictError(f"There is a store {number} already.")
        return open_listings(self._session, self._brand_id, [self._listing], now=self._now)[number]

    def _link(self, store_id: int | None, *, kind: PageKind = "official") -> list[DirectoryChange]:
        """Link the Page, if it is one; the Page that a duplicate takes the place of becomes the duplicate."""
        if not self._listing.is_page:
            return []
        session, brand_id = self._session, self._brand_id
        page_id = self._listing.page_id
        current = page_repository.find_link(session, brand_id, _CHANNEL, page_id)
        if current is not None and (current.store_id, current.kind) == (store_id, kind):
            return []
        changes = []
        if kind == "official" and store_id is not None and self._conflict.kind == "duplicate-location":
            other = page_repository.find_official(session, brand_id, _CHANNEL, store_id)
            if other is not None:
                changes.append(self._link_as(other.page_id, other.name, store_id, "duplicate"))
        return [*changes, self._link_as(page_id, self._listing.page_name or page_id, store_id, kind)]

    def _link_as(self, page_id: str, name: str, store_id: int | None, kind: PageKind) -> DirectoryChange:
        return link_page(
            self._session,
            self._brand_id,
            PageRef(page_id, name, _CHANNEL),
            store_id,
            kind=kind,
            effective=self._now,
            by=self._by,
            now=self._now,
        )


def _asked_anyway(session: Session, brand_id: int, listing: Listing, now: datetime) -> list[str]:
    """The facts of what the next sync would ask about this Page, as the directory stands after the decision."""
    if not listing.is_page:
        return []
    stores = syncing_repository.list_stores_here(session, brand_id, _CHANNEL, today=now.astimezone(UTC).date())
    apart = syncing_repository.list_apart(session, brand_id, _CHANNEL)
    settled = repository.list_settled(session, brand_id, BY)
    return [conflict.facts for conflict in reconcile([listing], stores, settled=settled, apart=apart).conflicts]


def _find(session: Session, brand_id: int, conflict_id: int) -> DirectoryConflict:
    row = repository.find_conflict(session, brand_id, conflict_id)
    if row is None:
        raise NotFoundError(f"There is no conflict with id {conflict_id}.")
    return row


def _address(listing: Listing) -> StoreAddress:
    return StoreAddress(
        street=listing.street,
        city=listing.city,
        state=listing.state,
        zip=listing.zip,
        country=listing.country,
        latitude=listing.lat,
        longitude=listing.lng,
        timezone=listing.timezone,
        phone=listing.phone,
    )
