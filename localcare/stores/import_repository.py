"""SQL of imports as deeds: which changes one made, and a store that goes as if it had never come."""

from psycopg.errors import ForeignKeyViolation
from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection
from localcare.stores.models import DirectoryChange

_REMOVALS = (
    "delete from store_version where brand_id = %(brand)s and store_id = %(store)s",
    "delete from store_page where brand_id = %(brand)s and store_id = %(store)s and valid_to = valid_from",
    "update directory_change set store_id = null where brand_id = %(brand)s and store_id = %(store)s",
    "delete from store where brand_id = %(brand)s and id = %(store)s",
)


def list_imports(session: Session, brand_id: int, *, limit: int) -> list[DirectoryChange]:
    """What imports wrote down of themselves, newest first."""
    found = select(DirectoryChange).where(
        DirectoryChange.brand_id == brand_id,
        col(DirectoryChange.store_id).is_(None),
        DirectoryChange.kind == "imported",
        col(DirectoryChange.after)["counts"].is_not(None),
    )
    return list(session.exec(found.order_by(col(DirectoryChange.id).desc()).limit(limit)))


def list_changes_of(session: Session, brand_id: int, done: DirectoryChange) -> list[DirectoryChange]:
    """The changes that an import made and that stand, the last first: all of them were recorded at its moment."""
    found = select(DirectoryChange).where(
        DirectoryChange.brand_id == brand_id,
        DirectoryChange.recorded_at == done.recorded_at,
        DirectoryChange.recorded_by == done.recorded_by,
        col(DirectoryChange.kind).in_(["imported", "page-linked", "renumbered"]),
        DirectoryChange.id != done.id,
        col(DirectoryChange.undone_at).is_(None),
    )
    return list(session.exec(found.order_by(col(DirectoryChange.id).desc())))


def remove_store(session: Session, brand_id: int, store_id: int) -> bool:
    """Take a store away with its history; False, and all stays, when anything is about it."""
    session.flush()
    values = {"brand": brand_id, "store": store_id}
    savepoint = session.begin_nested()
    try:
        for statement in _REMOVALS:
            raw_connection(session).execute(statement, values)
    except ForeignKeyViolation:
        savepoint.rollback()
        return False
    savepoint.commit()
    session.expire_all()
    return True
