"""Two rows that are one store: the duplicate gives everything that names it to the other."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from localcare.errors import InvalidError
from localcare.stores import alias_repository, editing_repository, page_repository
from localcare.stores.core.history import FactValue
from localcare.stores.models import DirectoryChange
from localcare.stores.recording import Stamp, change_facts, get_store


def merge_stores(
    session: Session,
    brand_id: int,
    duplicate_id: int,
    into_id: int,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Say that a store is a duplicate of another, which takes over its Pages, its aliases and whatever names it.

    The duplicate never was a store of its own: mentions of any day are about the other one.
    """
    stamp = Stamp(effective, by, now, note)
    stamp.require_past()
    if duplicate_id == into_id:
        raise InvalidError("A store cannot be merged into itself.")
    duplicate, into = get_store(session, brand_id, duplicate_id), get_store(session, brand_id, into_id)
    day = effective.astimezone(ZoneInfo(duplicate.facts.timezone)).date()
    wanted: dict[str, FactValue] = {"closed_on": day, "successor_number": into.facts.number}
    more: dict[str, object] = {
        "merged_into_id": into_id,
        "pages": page_repository.give_links(session, brand_id, from_store=duplicate_id, to_store=into_id),
        "aliases": alias_repository.move_aliases(session, brand_id, from_store=duplicate_id, to_store=into_id),
        "stores": editing_repository.move_merged(session, brand_id, from_store=duplicate_id, to_store=into_id),
    }
    change = change_facts(session, brand_id, duplicate, "merged", wanted, stamp, more=more)
    editing_repository.set_merged_into(session, [duplicate_id], into_id)
    return change


def undo_merge(session: Session, brand_id: int, change: DirectoryChange) -> None:
    """Let the duplicate be a store of its own again, with what it gave away."""
    assert change.store_id is not None  # noqa: S101
    pages, aliases, stores = (change.after[name] for name in ("pages", "aliases", "stores"))
    assert isinstance(pages, list)  # noqa: S101
    assert isinstance(aliases, list)  # noqa: S101
    assert isinstance(stores, list)  # noqa: S101
    into_id = int(str(change.after["merged_into_id"]))
    page_repository.give_links_back(session, brand_id, pages, to_store=change.store_id)
    alias_repository.move_aliases(session, brand_id, from_store=into_id, to_store=change.store_id, only=aliases)
    editing_repository.set_merged_into(session, [change.store_id], None)
    editing_repository.set_merged_into(session, stores, change.store_id)
