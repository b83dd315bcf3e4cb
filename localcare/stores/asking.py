"""The verbs around “which store?”: find a store to decide for, take a decision back, and see that a directory changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from localcare.stores import asking_repository as repository
from localcare.stores import shelf_repository
from localcare.stores.core.asking import FoundStore

_FOUND = 8


@dataclass(slots=True)
class SecondLooks:
    """Which directory each brand's waiting cases were last read by, and where reading them again has come to."""

    due_at: datetime | None = None
    seen: dict[int, int] = field(default_factory=dict)
    to_do: dict[int, int] = field(default_factory=dict)

    def notice(self, versions: Mapping[int, int], *, next_at: datetime) -> None:
        """Begin anew with the brands whose directory has changed, and with all at first."""
        self.to_do |= {brand_id: 0 for brand_id, version in versions.items() if self.seen.get(brand_id) != version}
        self.seen, self.due_at = dict(versions), next_at

    def went_on(self, brand_id: int, last_case_id: int | None) -> None:
        """Remember how far reading has come; None is the end."""
        if last_case_id is None:
            del self.to_do[brand_id]
        else:
            self.to_do[brand_id] = last_case_id


def find_stores(session: Session, brand_id: int, words: str, *, now: datetime) -> list[FoundStore]:
    """Open stores of the brand by number, name, city, ZIP, street or nickname: a few, the closest first."""
    wanted = " ".join(words.replace("#", " ").split())
    return repository.search_stores(session, brand_id, wanted, now=now, limit=_FOUND) if wanted else []


def take_back_decision(
    session: Session, brand_id: int, mention_ids: Sequence[int], *, by: str, now: datetime
) -> list[int]:
    """Put in force again what held before `by` decided about mentions; returns those that it changes."""
    ended = repository.end_decisions(session, brand_id, mention_ids, by, now)
    repository.restore_before(session, brand_id, ended, by, now)
    return ended


def directory_versions(session: Session) -> dict[int, int]:
    """How often each brand's directory has changed; wants a session that sees all brands."""
    return shelf_repository.directory_versions(session)
