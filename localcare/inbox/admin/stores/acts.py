"""How a person changes the directory: a look at what it would do, the change, and its undoing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlmodel import Session

from localcare.errors import CareError
from localcare.inbox.admin.stores.forms import ChangeForm, faults_of
from localcare.inbox.admin.stores.store_repository import StoreFile
from localcare.inbox.admin.stores.wording import ChangeFacts
from localcare.people.core import Viewer
from localcare.people.service import audit
from localcare.stores import editing
from localcare.stores.models import DirectoryChange


class Stamped(TypedDict):
    """What every verb of the directory is told."""

    effective: datetime
    by: str
    now: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Doing:
    """A change under way: by whom, to which store (None: a new one), from when on."""

    session: Session
    viewer: Viewer
    now: datetime
    store: StoreFile | None
    effective: datetime
    note: str | None

    @property
    def brand_id(self) -> int:
        return self.viewer.brand_id

    @property
    def stamp(self) -> Stamped:
        """From when it holds, who records it when, and why."""
        by = self.viewer.name or self.viewer.email
        return Stamped(effective=self.effective, by=by, now=self.now, note=self.note)

    @property
    def target(self) -> StoreFile:
        assert self.store is not None  # noqa: S101 (only an opening has no store)
        return self.store


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of change: its form, its verb, and how it is called on buttons."""

    slug: str
    title: str
    lead: str
    button: str
    form: type[ChangeForm]
    run: Callable[[Doing, ChangeForm], DirectoryChange]
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change was not made: a sentence, or one for each field."""

    message: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


def look(
    session: Session, viewer: Viewer, act: Act, store: StoreFile | None, typed: Mapping[str, str], *, now: datetime
) -> ChangeFacts | Refusal:
    """What the change would do; nothing of it stays."""
    with session.begin_nested() as savepoint:
        outcome = _try(session, viewer, act, store, typed, now)
        savepoint.rollback()
    return outcome


def do(
    session: Session, viewer: Viewer, act: Act, store: StoreFile | None, typed: Mapping[str, str], *, now: datetime
) -> ChangeFacts | Refusal:
    """Make the change, and write it into the audit; a refused one leaves nothing."""
    with session.begin_nested() as savepoint:
        outcome = _try(session, viewer, act, store, typed, now)
        if isinstance(outcome, Refusal):
            savepoint.rollback()
            return outcome
    number = store.number if store else str(outcome.after.get("number"))
    audit(session, viewer, f"{act.slug} store", f"store:{number}", now, change=outcome.id)
    return outcome


def undo(session: Session, viewer: Viewer, change_id: int, *, now: datetime) -> DirectoryChange:
    """Take a change back. The error says why where that cannot be; then nothing is changed."""
    with session.begin_nested():
        change = editing.undo_change(session, viewer.brand_id, change_id, by=viewer.name or viewer.email, now=now)
    audit(session, viewer, "undid a change of the directory", f"change:{change_id}", now)
    return change


def kept_change(change: DirectoryChange) -> ChangeFacts:
    """A change as a value that outlives its transaction."""
    return ChangeFacts(
        change.id or 0, change.store_id, change.kind, dict(change.before), dict(change.after), change.effective_at,
        change.recorded_at, change.recorded_by, change.note, change.undone_at, change.undone_by,
    )  # fmt: skip


def since(day: date | None, zone: str, now: datetime) -> datetime:
    """The beginning of a day at the store; this very moment for today and for no day."""
    here = ZoneInfo(zone)
    if day is None or day == now.astimezone(here).date():
        return now
    return datetime.combine(day, time(), here)


def _try(
    session: Session, viewer: Viewer, act: Act, store: StoreFile | None, typed: Mapping[str, str], now: datetime
) -> ChangeFacts | Refusal:
    try:
        form = act.form.model_validate(dict(typed))
        zone = store.timezone if store else typed.get("timezone", "").strip() or viewer.timezone
        doing = Doing(session, viewer, now, store, since(form.effective, zone, now), form.note)
        return kept_change(act.run(doing, form))
    except ValidationError as error:
        return Refusal(faults=faults_of(error))
    except CareError as error:
        return Refusal(error.message)
