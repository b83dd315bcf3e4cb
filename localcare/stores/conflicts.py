"""What a network tells differently, kept until a person decides, and shown with what may be decided."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from pydantic import TypeAdapter
from sqlmodel import Session

from localcare.errors import NotFoundError
from localcare.stores import conflict_repository as repository
from localcare.stores.core.conflicts import KIND_WORDS, CandidateStore, Choice, Conflict, ConflictKind, choices_of
from localcare.stores.core.listing import Listing
from localcare.stores.models import DirectoryConflict

_LISTING = TypeAdapter(Listing)
_STORES = TypeAdapter(tuple[CandidateStore, ...])
_LIMIT = 500


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A conflict as a page or a command shows it; `choices` are what may be decided, by their slugs."""

    id: int
    kind: str
    title: str
    detail: str
    listing: Listing
    stores: tuple[CandidateStore, ...]
    choices: tuple[Choice, ...]
    created_at: datetime
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None


def save_conflicts(
    session: Session, brand_id: int, source: str, conflicts: Sequence[Conflict], *, now: datetime
) -> None:  # fmt: skip
    """Make these the open conflicts of a source; what it no longer finds is obsolete, and one asked already stays."""
    repository.save_open(session, brand_id, source, _rows(conflicts), now=now)


def add_conflicts(
    session: Session, brand_id: int, source: str, conflicts: Sequence[Conflict], *, now: datetime
) -> dict[str, int]:  # fmt: skip
    """Open these conflicts beside those that are open already; returns their ids by subject."""
    repository.add_open(session, brand_id, source, _rows(conflicts), now=now)
    return {subject: found for (_, subject), found in repository.list_open_ids(session, brand_id, source).items()}


def _rows(conflicts: Sequence[Conflict]) -> list[dict[str, object]]:
    return [
        {
            "kind": conflict.kind,
            "subject": conflict.subject,
            "detail": conflict.detail,
            "candidates": [
                asdict(CandidateStore(store.id, store.number, store.name, store.where)) for store in conflict.stores
            ],
            "incoming": {"listing": asdict(conflict.listing), "facts": conflict.facts},
        }
        for conflict in conflicts
    ]


def list_conflicts(
    session: Session, brand_id: int, *, state: str = "open", limit: int = _LIMIT
) -> list[OpenConflict]:  # fmt: skip
    """Conflicts that are open, decided or obsolete, newest first."""
    return [shown(row) for row in repository.list_conflicts(session, brand_id, state, limit=limit)]


def get_conflict(session: Session, brand_id: int, conflict_id: int) -> OpenConflict:
    """One conflict, whatever its state. Raises NotFoundError."""
    row = repository.find_conflict(session, brand_id, conflict_id)
    if row is None:
        raise NotFoundError(f"There is no conflict with id {conflict_id}.")
    return shown(row)


def shown(row: DirectoryConflict) -> OpenConflict:
    """A saved conflict with its choices."""
    assert row.id is not None  # noqa: S101
    listing, stores = _LISTING.validate_python(row.incoming["listing"]), _STORES.validate_python(row.candidates)
    kind = cast(ConflictKind, row.kind)
    return OpenConflict(
        id=row.id,
        kind=row.kind,
        title=KIND_WORDS.get(kind, row.kind),
        detail=row.detail,
        listing=listing,
        stores=stores,
        choices=choices_of(kind, stores, listing),
        created_at=row.created_at,
        decision=row.decision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
