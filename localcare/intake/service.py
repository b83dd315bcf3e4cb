"""The verbs of intake: accept deliveries once, run events again, read who may send."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from localcare.errors import NotFoundError
from localcare.intake import repository
from localcare.intake.core import Delivery
from localcare.intake.models import Source
from localcare.kit.crypto import Cipher


def accept(session: Session, deliveries: Sequence[Delivery]) -> list[int]:
    """Log deliveries in one statement; returns the ids of those that are not repeats."""
    return repository.insert_events(session, deliveries)


def run_again(session: Session, event_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Work events in once more, for instance after their Page was linked. Raises NotFoundError for unknown ids."""
    back = repository.put_back(session, event_ids)
    missing = sorted(set(event_ids) - set(back))
    if missing:
        raise NotFoundError(f"There is no event {', '.join(map(str, missing))}.")
    repository.settle_issues(session, back, now=now)
    return back


def get_source(session: Session, name: str, cipher: Cipher) -> tuple[Source, str]:
    """A signed source and its secret."""
    source = session.exec(select(Source).where(Source.name == name)).one_or_none()
    if source is None:
        raise NotFoundError(f"There is no source called “{name}”. Add it with: localcare source add {name}")
    return source, cipher.decrypt(source.secret_encrypted, row=f"source:{name}")
