"""What people do with the versions of a policy: write, sign off, put in force, schedule, withdraw, roll back; and what time does.

One after the other per brand, each with a line of history. Workers ask which version is in force at every batch.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.routing import versions_repository as repository
from localcare.routing.checking import require_sound
from localcare.routing.core.versions import (
    SHIPPED,
    Stage,
    Turn,
    Version,
    came_before,
    due_turn,
    find_clash,
    name_of,
)
from localcare.routing.models import PolicyEvent, PolicyVersion
from localcare.routing.service import shipped_policy_text

CLOCK = "localcare"
_NOTE = 500


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, when; `person_id` is None for a command that names nobody."""

    name: str
    now: datetime
    person_id: int | None = None


def list_versions(session: Session, brand_id: int) -> list[PolicyVersion]:
    """Every version, the newest first."""
    return repository.list_versions(session, brand_id)


def list_history(session: Session, brand_id: int, *, limit: int = 100) -> list[PolicyEvent]:
    """What became of versions, who did it, when and why, the newest first."""
    return repository.list_events(session, brand_id, limit=limit)


def list_brands_in_time(session: Session, now: datetime) -> list[int]:
    """Brands for which a version starts or runs out now; needs a session of all brands."""
    return repository.list_brands_in_time(session, now)


def find_live(session: Session, brand_id: int) -> PolicyVersion | None:
    """The version in force; None while it is the shipped one."""
    return next((each for each in repository.list_versions(session, brand_id) if each.active), None)


def body_of(session: Session, brand_id: int, version: int) -> str:
    """The text of a version; 0 is the shipped one. NotFoundError when there is no such version."""
    return _get(session, brand_id, version).body if version else shipped_policy_text()


def draft_policy(session: Session, brand_id: int, body: str, by: By, *, why: str = "") -> int:
    """Keep a text as a new version; nothing else changes. InvalidError names every fault."""
    require_sound(body)
    repository.take_turn(session, brand_id)
    row = PolicyVersion(
        brand_id=brand_id, version=repository.next_number(session, brand_id), body=body, stage=Stage.DRAFT,
        note=why[:_NOTE], created_by=by.name, author_id=by.person_id, created_at=by.now,
    )  # fmt: skip
    _write(session, row, "draft", by, why)
    return row.version


def sign_off(session: Session, brand_id: int, version: int, by: By, *, by_second: bool) -> None:
    """Answer for a draft. `by_second`: whoever wrote it cannot."""
    row = _take(session, brand_id, version, Stage.DRAFT)
    if by_second and is_author(row, by):
        raise ConflictError(f"{row.created_by} wrote version {version}: somebody else has to sign it off.")
    _sign(session, row, by)


def is_author(row: PolicyVersion, by: By) -> bool:
    """Whether this person wrote the version."""
    if row.author_id is not None and by.person_id is not None:
        return row.author_id == by.person_id
    return row.created_by == by.name


def put_in_force(session: Session, brand_id: int, version: int, by: By, *, why: str = "") -> None:
    """A signed version holds from now on and until another does; the one before it can be rolled back to."""
    row = _take(session, brand_id, version, Stage.SIGNED, Stage.SCHEDULED)
    require_sound(row.body)
    row.live_until = None
    _start(session, row, by, why)


def schedule(session: Session, brand_id: int, version: int, by: By, *, since: datetime, until: datetime | None) -> None:
    """A signed version holds from a moment on, until another does or, with `until`, the one before it comes back."""
    row = _take(session, brand_id, version, Stage.SIGNED, Stage.SCHEDULED)
    if since <= by.now or (until is not None and until <= since):
        raise InvalidError("The moment must be in the future, and the end after it.")
    others = [_as_version(each) for each in repository.list_versions(session, brand_id) if each.version != version]
    if clash := find_clash(others, since, until):
        raise ConflictError(f"Version {clash.number} is scheduled for a time that this one would cut across.")
    require_sound(row.body)
    row.stage, row.live_from, row.live_until = Stage.SCHEDULED, since, until
    ends = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    _write(session, row, "scheduled", by, f"From {since:%Y-%m-%d %H:%M} UTC{ends}.")


def withdraw(session: Session, brand_id: int, version: int, by: By) -> None:
    """A version that is not in force yet never will be."""
    row = _take(session, brand_id, version, Stage.DRAFT, Stage.SIGNED, Stage.SCHEDULED)
    row.stage = Stage.WITHDRAWN
    _write(session, row, "withdrawn", by, "")


def roll_back(session: Session, brand_id: int, by: By, *, why: str = "") -> int:
    """What was in force before is in force again, as a new version; returns its number. It needs nobody's signature anew."""
    repository.take_turn(session, brand_id)
    rows = repository.list_versions(session, brand_id)
    live = next((each for each in rows if each.active), None)
    if live is None:
        raise ConflictError("The shipped policy is in force: nothing came before it.")
    before = came_before([_as_version(each) for each in rows], _as_version(live), by.now)
    return restore(session, brand_id, before, by, why=why or f"Back from version {live.version}.")


def restore(session: Session, brand_id: int, version: int, by: By, *, why: str = "") -> int:
    """A version that was in force once is so again, as a new version, so that the history only grows; 0 is the shipped one."""
    repository.take_turn(session, brand_id)
    old = _get(session, brand_id, version) if version else None
    if old is not None and old.stage not in (Stage.LIVE, Stage.SUPERSEDED):
        raise ConflictError(f"Version {version} was never in force: sign it off first.")
    number = draft_policy(session, brand_id, old.body if old else shipped_policy_text(), by, why=why)
    row = _get(session, brand_id, number)
    row.signed_by = old.signed_by if old else CLOCK
    _start(session, row, by, f"It is {name_of(version)} again. {why}".strip())
    return number


def put_policy_in_force(session: Session, brand_id: int, body: str, *, created_by: str, now: datetime) -> int:
    """Write, sign and put in force in one go, where one person may; returns the version. A faulty text is refused."""
    by = By(created_by, now)
    number = draft_policy(session, brand_id, body, by)
    sign_off(session, brand_id, number, by, by_second=False)
    put_in_force(session, brand_id, number, by)
    return number


def keep_time(session: Session, brand_id: int, now: datetime) -> list[Turn]:
    """Put in force what time says, and let end what has run out; returns what changed."""
    repository.take_turn(session, brand_id)
    turns: list[Turn] = []
    by = By(CLOCK, now)
    while turn := due_turn([_as_version(each) for each in repository.list_versions(session, brand_id)], now):
        turns.append(turn)
        _carry_out(session, brand_id, turn, by)
    return turns


def _carry_out(session: Session, brand_id: int, turn: Turn, by: By) -> None:
    starts = _get(session, brand_id, turn.starts) if turn.starts else None
    if starts is not None and starts.stage == Stage.SCHEDULED:
        _start(session, starts, by, turn.why)
        return
    ended = _get(session, brand_id, turn.ends)
    ended.active, ended.stage = False, Stage.SUPERSEDED
    _write(session, ended, "ended", by, turn.why)
    if starts is not None:
        starts.active, starts.stage = True, Stage.LIVE
        _write(session, starts, "live", by, turn.why)


def _start(session: Session, row: PolicyVersion, by: By, why: str) -> None:
    live = next((each for each in repository.list_versions(session, row.brand_id) if each.active), None)
    if live is not None:
        live.active, live.stage = False, Stage.SUPERSEDED
        _write(session, live, "superseded", by, f"By version {row.version}.")
    row.active, row.stage, row.live_from = True, Stage.LIVE, by.now
    row.replaced = live.version if live else SHIPPED
    _write(session, row, "live", by, why)


def _sign(session: Session, row: PolicyVersion, by: By) -> None:
    row.stage, row.signed_by = Stage.SIGNED, by.name
    _write(session, row, "signed-off", by, "")


def _take(session: Session, brand_id: int, version: int, *stages: Stage) -> PolicyVersion:
    repository.take_turn(session, brand_id)
    row = _get(session, brand_id, version)
    if row.stage not in stages:
        wanted = " or ".join(stages)
        raise ConflictError(f"Version {version} is {row.stage}; for this it has to be {wanted}.")
    return row


def _get(session: Session, brand_id: int, version: int) -> PolicyVersion:
    row = repository.find_version(session, brand_id, version)
    if row is None:
        raise NotFoundError(f"There is no version {version} of the policy.")
    return row


def _as_version(row: PolicyVersion) -> Version:
    return Version(row.version, Stage(row.stage), row.live_from, row.live_until, row.replaced)


def _write(session: Session, row: PolicyVersion, kind: str, by: By, why: str) -> None:
    line = PolicyEvent(brand_id=row.brand_id, version=row.version, at=by.now, kind=kind, actor=by.name, why=why[:_NOTE])
    repository.save(session, [row, line])
