"""The directories a worker keeps at hand, renewed when one has changed: asked once per batch, right within one batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from localcare.stores import shelf_repository as repository
from localcare.stores.core.resolve import Resolver
from localcare.stores.service import load_resolver
from localcare.stores.shelf_repository import StoreStanding


@dataclass(frozen=True, slots=True)
class Directory:
    """One brand's directory: who resolves, how its stores stand, and which Pages are stores'."""

    resolver: Resolver
    stores: Mapping[int, StoreStanding]
    store_pages: frozenset[str]
    day: date

    def is_store_page(self, page_id: str | None) -> bool:
        """Whether a Page belongs to a store, not to the brand."""
        return page_id in self.store_pages


class DirectoryShelf:
    """Directories of all brands. One thread at a time; each worker has its own.

    `list_connected` tells of Pages that are a brand's though nobody has linked them to anything yet.
    """

    def __init__(self, list_connected: Callable[[Session], Mapping[tuple[str, str], int]] = lambda _: {}) -> None:
        self._list_connected = list_connected
        self._versions: dict[int, int] = {}
        self._brand_of_page: dict[tuple[str, str], int] = {}
        self._brand_of_handle: dict[str, int] = {}
        self._store_pages: dict[int, frozenset[str]] = {}
        self._directories: dict[int, Directory] = {}

    def refresh(self, session: Session) -> None:
        """Notice changed directories; wants a session that sees all brands."""
        versions = repository.directory_versions(session)
        if versions == self._versions:
            return
        owners = repository.list_page_owners(session)
        self._brand_of_page = {**self._list_connected(session)}
        self._brand_of_page |= {(owner.channel, owner.page_id): owner.brand_id for owner in owners}
        self._brand_of_handle = {owner.handle: owner.brand_id for owner in owners if owner.handle}
        for brand_id, version in versions.items():
            if self._versions.get(brand_id) != version:
                self._directories.pop(brand_id, None)
                pages = (o.page_id for o in owners if o.brand_id == brand_id and o.store_id is not None)
                self._store_pages[brand_id] = frozenset(pages)
        self._versions = versions

    def find_brand(self, channel: str, page_id: str | None) -> int | None:
        """The brand a Page is linked to, or connected for, or None."""
        return self._brand_of_page.get((channel, page_id or ""))

    def is_own(self, brand_id: int, channel: str, author_id: str | None, author_name: str | None) -> bool:
        """Whether it is one of the brand's own Pages or accounts who wrote there.

        Instagram may tell an account of its own comments under an id that is made for whoever asks: then by its user name.
        """
        by_name = (author_name or "").lower() if channel == "instagram" else ""
        return brand_id in (self.find_brand(channel, author_id), self._brand_of_handle.get(by_name))

    def directory_of(self, session: Session, brand_id: int, *, now: datetime) -> Directory:
        """A brand's directory as of the last refresh; on a new day anew, for stores open and close by the calendar."""
        known = self._directories.get(brand_id)
        if known is None or known.day != now.date():
            known = self._directories[brand_id] = Directory(
                resolver=load_resolver(session, brand_id, now=now),
                stores={standing.id: standing for standing in repository.list_standings(session, brand_id, now.date())},
                store_pages=self._store_pages.get(brand_id, frozenset()),
                day=now.date(),
            )
        return known


def stand_today(session: Session, brand_id: int, *, now: datetime) -> dict[int, StoreStanding]:
    """How each store of a brand stands today, by id, without the rest of the directory."""
    return {standing.id: standing for standing in repository.list_standings(session, brand_id, now.date())}
