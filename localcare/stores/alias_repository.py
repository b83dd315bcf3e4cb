"""SQL of aliases: what else stores are called."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select, update

from localcare.kit.db import raw_connection
from localcare.stores.core.values import AliasKind
from localcare.stores.models import StoreAlias

AliasSource = Literal["person", "learned", "import"]
AliasState = Literal["proposed", "active", "retired"]

_MOVE = """
    update store_alias a set store_id = %(to)s where a.brand_id = %(brand)s and a.store_id = %(from)s
      and (%(ids)s::integer[] is null or a.id = any(%(ids)s)) and a.state <> 'retired' and not exists (
        select from store_alias b where b.brand_id = a.brand_id and b.store_id = %(to)s and b.state <> 'retired'
          and (b.kind, b.words) = (a.kind, a.words) and b.city is not distinct from a.city)
    returning a.id
"""


@dataclass(frozen=True, slots=True)
class NewAlias:
    """What people also call a store; it counts only beside `city` when that is set."""

    kind: AliasKind
    words: str
    city: str | None = None
    source: AliasSource = "person"
    state: AliasState = "active"


def insert_alias(
    session: Session, brand_id: int, store_id: int, alias: NewAlias, *, since: datetime | None, by: str, now: datetime
) -> StoreAlias:
    """A new alias; one that waits for a decision has nobody who decided."""
    decided = alias.state != "proposed"
    row = StoreAlias(
        brand_id=brand_id,
        store_id=store_id,
        **asdict(alias),
        created_at=now,
        created_by=by,
        decided_at=now if decided else None,
        decided_by=by if decided else None,
        valid_from=since,
    )
    session.add(row)
    session.flush()
    return row


def find_alias(session: Session, brand_id: int, alias_id: int) -> StoreAlias | None:
    """An alias by its id, as it is now."""
    found = select(StoreAlias).where(StoreAlias.brand_id == brand_id, StoreAlias.id == alias_id)
    return session.exec(found.execution_options(populate_existing=True)).first()


def find_same(session: Session, brand_id: int, store_id: int, alias: NewAlias) -> StoreAlias | None:
    """The store's alias of these words that is not retired."""
    found = select(StoreAlias).where(
        StoreAlias.brand_id == brand_id,
        StoreAlias.store_id == store_id,
        StoreAlias.kind == alias.kind,
        StoreAlias.words == alias.words,
        col(StoreAlias.city).is_not_distinct_from(alias.city),
        StoreAlias.state != "retired",
    )
    return session.exec(found.execution_options(populate_existing=True)).first()


def list_current(session: Session, brand_id: int, store_id: int) -> list[StoreAlias]:
    """The store's aliases that are not retired."""
    found = select(StoreAlias).where(
        StoreAlias.brand_id == brand_id, StoreAlias.store_id == store_id, StoreAlias.state != "retired"
    )
    return list(session.exec(found.order_by(col(StoreAlias.id)).execution_options(populate_existing=True)))


def set_state(
    session: Session, alias_ids: Sequence[int], state: AliasState, *, until: datetime | None, by: str, now: datetime
) -> None:
    """Take aliases into use or out of it; `until` is up to when they were right."""
    values = {"state": state, "valid_to": until, "decided_at": now, "decided_by": by}
    session.execute(update(StoreAlias).where(col(StoreAlias.id).in_(alias_ids)).values(values))


def move_aliases(
    session: Session, brand_id: int, *, from_store: int, to_store: int, only: Sequence[int] | None = None
) -> list[int]:
    """Give a store's aliases to another store, except those it has already; returns which."""
    values = {"brand": brand_id, "from": from_store, "to": to_store, "ids": None if only is None else list(only)}
    return [row[0] for row in raw_connection(session).execute(_MOVE, values).fetchall()]
